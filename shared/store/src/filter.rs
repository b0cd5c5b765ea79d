//! What a list is narrowed to, and how: which ranges of which index, and what must still be filtered in them.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Actor, Category, Principal, Priority, Status};
use serde::Serialize;

use crate::patterns::Range;

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
}

/// A filter expression: each attribute has one of its values.
pub(crate) struct Expression(Vec<(&'static str, Vec<String>)>);

impl Expression {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As DynamoDB wants it; none when there is nothing to filter.
    pub(crate) fn text(&self) -> Option<String> {
        let clauses = self.0.iter().map(|(attribute, values)| {
            let values = (0..values.len()).map(|i| format!(":{attribute}{i}"));
            format!(
                "#{attribute} IN ({})",
                values.collect::<Vec<_>>().join(", ")
            )
        });
        (!self.is_empty()).then(|| clauses.collect::<Vec<_>>().join(" AND "))
    }

    /// What the `#` names in the text stand for.
    pub(crate) fn names(&self) -> impl Iterator<Item = (String, String)> {
        self.0
            .iter()
            .map(|(attribute, _)| (format!("#{attribute}"), (*attribute).into()))
    }

    /// What the `:` names in the text stand for.
    pub(crate) fn values(&self) -> impl Iterator<Item = (String, AttributeValue)> {
        self.0.iter().flat_map(|(attribute, values)| {
            let named = move |(i, value): (usize, &String)| {
                (format!(":{attribute}{i}"), AttributeValue::S(value.clone()))
            };
            values.iter().enumerate().map(named)
        })
    }
}

/// The ranges that hold everything a filter lets through, and what must still be filtered in them.
pub(crate) fn plan(actor: &Actor, filter: &TicketFilter) -> (Vec<Range>, Expression) {
    let mut clients = filter.client.clone();
    if let Some(own) = actor.own_tickets_only() {
        let excluded = !clients.is_empty() && !clients.contains(own);
        clients = BTreeSet::from([own.clone()]);
        if excluded {
            return (Vec::new(), Expression(Vec::new()));
        }
    }
    let mut conditions = vec![
        any_of("category", &filter.category),
        any_of("priority", &filter.priority),
    ];
    let ranges = if clients.is_empty() {
        let wanted = |status: &Status| filter.status.is_empty() || filter.status.contains(status);
        Status::ALL
            .iter()
            .copied()
            .filter(wanted)
            .map(Range::Status)
            .collect()
    } else {
        conditions.push(any_of("status", &filter.status));
        clients.into_iter().map(Range::Client).collect()
    };
    conditions.retain(|(_, values)| !values.is_empty());
    (ranges, Expression(conditions))
}

fn any_of<T: ToString>(
    attribute: &'static str,
    values: &BTreeSet<T>,
) -> (&'static str, Vec<String>) {
    (attribute, values.iter().map(ToString::to_string).collect())
}
