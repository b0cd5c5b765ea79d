//! What a list is narrowed to, and how: which ranges of which index, and what must still be filtered in them.

use std::collections::BTreeSet;

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
pub(crate) struct Expression(pub(crate) Vec<Condition>);

/// One of its attributes, and the values it may have.
pub(crate) struct Condition {
    pub(crate) attribute: &'static str,
    pub(crate) values: Vec<String>,
}

impl Expression {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As DynamoDB wants it; none when there is nothing to filter.
    pub(crate) fn text(&self) -> Option<String> {
        let clause = |condition: &Condition| {
            let attribute = condition.attribute;
            let values: Vec<String> = (0..condition.values.len())
                .map(|i| format!(":{attribute}{i}"))
                .collect();
            format!("#{attribute} IN ({})", values.join(", "))
        };
        (!self.is_empty()).then(|| self.0.iter().map(clause).collect::<Vec<_>>().join(" AND "))
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
        Condition {
            attribute: "category",
            values: filter.category.iter().map(ToString::to_string).collect(),
        },
        Condition {
            attribute: "priority",
            values: filter.priority.iter().map(ToString::to_string).collect(),
        },
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
        let statuses = filter.status.iter().map(ToString::to_string).collect();
        conditions.push(Condition {
            attribute: "status",
            values: statuses,
        });
        clients.into_iter().map(Range::Client).collect()
    };
    conditions.retain(|condition| !condition.values.is_empty());
    (ranges, Expression(conditions))
}
