//! What a list is narrowed to, and how: which ranges of which index, and what must still be filtered in them.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Actor, Category, Principal, Priority, SlaStatus, Status};
use serde::Serialize;

use crate::patterns::{Range, Sort, assignee_value};
use crate::window::Window;

/// What a list is narrowed to. An empty set does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TicketFilter {
    /// Any of these statuses.
    pub status: BTreeSet<Status>,
    /// Any of these categories.
    pub category: BTreeSet<Category>,
    /// Any of these priorities.
    pub priority: BTreeSet<Priority>,
    /// Any of these clients' tickets.
    pub client: BTreeSet<Principal>,
    /// Any of these work on it; `None` is nobody.
    pub assignee: BTreeSet<Option<Principal>>,
    /// Has any of these tags.
    pub tag: BTreeSet<String>,
    /// Its clocks stand in any of these ways.
    pub sla: BTreeSet<SlaStatus>,
    /// When it was opened.
    pub created: Window,
    /// When it was last changed.
    pub updated: Window,
}

impl TicketFilter {
    /// Whether nothing narrows but the statuses: the counters then know how long the list is.
    pub fn is_by_status_only(&self) -> bool {
        let status = self.status.clone();
        *self
            == Self {
                status,
                ..Self::default()
            }
    }
}

/// A filter expression: clauses that must all hold.
#[derive(Default)]
pub(crate) struct Expression {
    clauses: Vec<String>,
    names: Vec<&'static str>,
    values: Vec<(String, AttributeValue)>,
}

impl Expression {
    pub(crate) fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// As DynamoDB wants it; none when there is nothing to filter.
    pub(crate) fn text(&self) -> Option<String> {
        (!self.is_empty()).then(|| self.clauses.join(" AND "))
    }

    /// What the `#` names in the text stand for.
    pub(crate) fn names(&self) -> impl Iterator<Item = (String, String)> {
        let named = |name: &&'static str| (format!("#{name}"), (*name).to_owned());
        self.names.iter().map(named)
    }

    /// What the `:` names in the text stand for.
    pub(crate) fn values(&self) -> impl Iterator<Item = (String, AttributeValue)> {
        self.values.iter().cloned()
    }

    /// An attribute has one of these values.
    fn any_of<T: ToString>(&mut self, attribute: &'static str, values: &BTreeSet<T>) {
        if !values.is_empty() {
            let values = self.bind(attribute, values);
            self.clauses
                .push(format!("#{attribute} IN ({})", values.join(", ")));
        }
    }

    /// A list has one of these values in it.
    fn has_any_of(&mut self, attribute: &'static str, values: &BTreeSet<String>) {
        if !values.is_empty() {
            let values = self.bind(attribute, values);
            let contains = values
                .iter()
                .map(|value| format!("contains(#{attribute}, {value})"));
            let clause = contains.collect::<Vec<_>>().join(" OR ");
            self.clauses.push(format!("({clause})"));
        }
    }

    /// An attribute has one of these values; one that is not there has the last.
    fn any_of_or_absent<T: ToString + Ord>(
        &mut self,
        attribute: &'static str,
        values: &BTreeSet<T>,
        absent: &T,
    ) {
        self.any_of(attribute, values);
        if values.contains(absent)
            && let Some(clause) = self.clauses.last_mut()
        {
            *clause = format!("(attribute_not_exists(#{attribute}) OR {clause})");
        }
    }

    /// A time is in a window.
    fn within(&mut self, attribute: &'static str, window: Window) {
        if let Some((clause, values)) = window.condition(&format!("#{attribute}"), attribute) {
            self.names.push(attribute);
            self.values.extend(values);
            self.clauses.push(clause);
        }
    }

    /// Names an attribute and some values; gives the values' names.
    fn bind<T: ToString>(&mut self, attribute: &'static str, values: &BTreeSet<T>) -> Vec<String> {
        self.names.push(attribute);
        let named = values.iter().enumerate().map(|(i, value)| {
            let name = format!(":{attribute}{i}");
            (name, AttributeValue::S(value.to_string()))
        });
        let before = self.values.len();
        self.values.extend(named);
        self.values[before..]
            .iter()
            .map(|(name, _)| name.clone())
            .collect()
    }
}

/// How a list is read.
pub(crate) struct Plan {
    /// The ranges that hold everything the filter lets through.
    pub(crate) ranges: Vec<Range>,
    /// The part of each range.
    pub(crate) window: Window,
    /// What must still be filtered in them.
    pub(crate) expression: Expression,
}

/// How a list is read: by the narrowest index that is sorted as the list is.
pub(crate) fn plan(actor: &Actor, filter: &TicketFilter, sort: Sort) -> Plan {
    let mut clients = filter.client.clone();
    let mut expression = Expression::default();
    // To a customer, a ticket changes when it changes in public.
    let (changed, is_changed_order) = match actor.own_tickets_only() {
        Some(_) => ("publicAt", sort == Sort::Public),
        None => ("updatedAt", sort == Sort::Updated),
    };
    let mut window = match sort {
        // Nothing is changed before it is opened.
        Sort::Updated => filter.updated.within(filter.created.without_end()),
        Sort::Public if is_changed_order => filter.updated.within(filter.created.without_end()),
        // Nothing is changed in public after it is changed.
        Sort::Public => filter
            .updated
            .without_beginning()
            .within(filter.created.without_end()),
        Sort::Created => filter.created.within(filter.updated.without_beginning()),
        Sort::Due => Window::default(),
    };
    if let Some(own) = actor.own_tickets_only() {
        if !clients.is_empty() && !clients.contains(own) {
            // Nobody else's.
            window = Window::NOTHING;
        }
        clients = BTreeSet::from([own.clone()]);
    }
    let assignees: BTreeSet<String> = filter
        .assignee
        .iter()
        .map(|assignee| assignee_value(assignee.as_ref()))
        .collect();
    let statuses = || {
        let wanted = |status: &Status| filter.status.is_empty() || filter.status.contains(status);
        Status::ALL.iter().copied().filter(wanted)
    };
    let ranges: Vec<Range> = match sort {
        Sort::Public => clients.iter().cloned().map(Range::Client).collect(),
        Sort::Updated if !assignees.is_empty() => filter
            .assignee
            .iter()
            .cloned()
            .map(Range::Assignee)
            .collect(),
        Sort::Updated => statuses().map(Range::Status).collect(),
        Sort::Created => vec![Range::Created],
        Sort::Due => vec![Range::Due],
    };
    let keyed_by = |attribute| {
        let is_by = |range: &Range| range.partition().is_some_and(|(name, _)| name == attribute);
        ranges.iter().any(is_by)
    };
    if !keyed_by("client") {
        expression.any_of("client", &clients);
    }
    if !keyed_by("assignee") {
        expression.any_of("assignee", &assignees);
    }
    if !keyed_by("status") {
        expression.any_of("status", &filter.status);
    }
    expression.any_of("category", &filter.category);
    expression.any_of("priority", &filter.priority);
    expression.has_any_of("tags", &filter.tag);
    expression.any_of_or_absent("slaStatus", &filter.sla, &SlaStatus::None);
    if !is_changed_order {
        expression.within(changed, filter.updated);
    }
    if sort != Sort::Created {
        expression.within("createdAt", filter.created);
    }
    let impossible = window.is_empty() || filter.created.is_empty() || filter.updated.is_empty();
    Plan {
        ranges: if impossible { Vec::new() } else { ranges },
        window,
        expression,
    }
}
