//! The access patterns: every question the table answers, and the index that answers it.
//!
//! | question | answered by |
//! |---|---|
//! | a ticket with its newest entries | table, one descending query of its partition |
//! | a ticket's head; an entry; the ticket of a number; how far somebody has read | table, `GetItem` |
//! | an attachment of a ticket; what a scan has said of it | table, `GetItem` |
//! | a person's files that are attached to nothing yet | table, query of at most 20 |
//! | what a key has done | table, `TransactGetItems` |
//! | a ticket's thread, forwards or backwards | table, query of its entries |
//! | how many tickets of a tenant, or of a client, are in each status | table, query of 16 counters |
//! | a tenant's settings | table, `GetItem` |
//! | a tenant's tickets in a status, last changed first | `by-status` |
//! | a client's tickets, last changed in public first | `by-client` |
//! | an agent's tickets, or nobody's, last changed first | `by-assignee` |
//! | a tenant's tickets, last opened first | `by-created` |
//! | a tenant's tickets with a due time, most urgent first | `by-due` |
//! | what is due, of all tenants | `by-deadline`, each of its shards |
//!
//! The indexes' keys are attributes of the head as they are (multi-attribute keys). No other kind of item has all
//! attributes of an index, so an index holds heads and nothing else; but for `by-deadline`: there stands the tombstone of
//! a ticket that is being purged, until nothing else of it is left, and each file that is attached to nothing yet, under
//! its own name.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Principal, Status, Tenant, TicketId};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::keys::{Item, Key};
use crate::window::Window;

/// Stands for "nobody" where an index needs a value; no principal can be named so.
pub(crate) const NOBODY: &str = "#nobody";

/// The index of what is due.
pub(crate) const BY_DEADLINE: &str = "by-deadline";
/// Over how many partitions of it tickets are spread.
pub(crate) const DEADLINE_SHARDS: u8 = 4;

/// How a list is sorted. Of tickets that are alike in it, the ids decide, in the same direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Sort {
    /// Last changed first.
    #[default]
    Updated,
    /// Last changed in public first: what the order by last change is to customers.
    Public,
    /// Last opened first.
    Created,
    /// Most urgent first. Tickets without a due time are not in the list.
    Due,
}

impl Sort {
    /// The attribute a list is sorted by.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Updated => "updatedAt",
            Self::Public => "publicAt",
            Self::Created => "createdAt",
            Self::Due => "nextDueAt",
        }
    }

    /// Whether the smallest comes first.
    pub(crate) fn ascends(self) -> bool {
        match self {
            Self::Updated | Self::Public | Self::Created => false,
            Self::Due => true,
        }
    }

    /// Whether one place comes before another in the list.
    pub(crate) fn precedes(self, one: Position, other: Position) -> bool {
        if self.ascends() {
            one < other
        } else {
            one > other
        }
    }

    /// The later of two places in the list; a place that there is comes after none.
    pub(crate) fn later(self, one: Option<Position>, other: Option<Position>) -> Option<Position> {
        match (one, other) {
            (Some(place), Some(than)) if self.precedes(place, than) => Some(than),
            (Some(place), _) => Some(place),
            (None, other) => other,
        }
    }
}

/// A place in a list of tickets: the last part of the indexes' keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    /// The value of the attribute the list is sorted by.
    pub(crate) at: i64,
    pub(crate) ticket: TicketId,
}

impl Position {
    pub(crate) fn new(at: i64, ticket: TicketId) -> Self {
        Self { at, ticket }
    }

    /// Whether a list of this window can have such a place: a forged cursor can say anything.
    pub(crate) fn is_within(self, window: Window) -> bool {
        window.has(self.at)
    }
}

/// The key of an index of tickets: where a query of it has stopped.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoppedAt {
    ticket: TicketId,
    updated_at: Option<i64>,
    public_at: Option<i64>,
    created_at: Option<i64>,
    next_due_at: Option<i64>,
}

impl StoppedAt {
    /// Where that is in a list that is sorted as the index is.
    pub(crate) fn position(&self, sort: Sort) -> Result<Position, Error> {
        let at = match sort {
            Sort::Updated => self.updated_at,
            Sort::Public => self.public_at,
            Sort::Created => self.created_at,
            Sort::Due => self.next_due_at,
        };
        at.map(|at| Position::new(at, self.ticket))
            .ok_or_else(|| Error::Corrupt("an index's key without what it is sorted by".into()))
    }
}

/// A range of a list: tickets of one partition of an index, sorted as the list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    /// A tenant's tickets in a status.
    Status(Status),
    /// A client's tickets.
    Client(Principal),
    /// The tickets somebody works on, or nobody.
    Assignee(Option<Principal>),
    /// All of a tenant's tickets, by when they were opened.
    Created,
    /// All of a tenant's tickets with a due time.
    Due,
}

impl Range {
    pub(crate) fn index(&self) -> &'static str {
        match self {
            Self::Status(_) => "by-status",
            Self::Client(_) => "by-client",
            Self::Assignee(_) => "by-assignee",
            Self::Created => "by-created",
            Self::Due => "by-due",
        }
    }

    /// How the index is sorted.
    pub(crate) fn sort(&self) -> Sort {
        match self {
            Self::Status(_) | Self::Assignee(_) => Sort::Updated,
            Self::Client(_) => Sort::Public,
            Self::Created => Sort::Created,
            Self::Due => Sort::Due,
        }
    }

    /// The index's partition key besides the tenant, if it has more of one: attribute and value.
    pub(crate) fn partition(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Status(status) => Some(("status", status.name().into())),
            Self::Client(client) => Some(("client", client.to_string())),
            Self::Assignee(assignee) => Some(("assignee", assignee_value(assignee.as_ref()))),
            Self::Created | Self::Due => None,
        }
    }

    /// Where a query of this range goes on after a position: a full key of the index and the table. The ticket there
    /// need not be in this range; DynamoDB compares keys, it looks nothing up.
    pub(crate) fn start_after(&self, tenant: &Tenant, position: Position) -> Item {
        let Position { at, ticket } = position;
        let mut key = Key::head(tenant, ticket).attributes();
        key.extend([
            ("tenant".into(), AttributeValue::S(tenant.to_string())),
            (
                self.sort().attribute().into(),
                AttributeValue::N(at.to_string()),
            ),
            ("ticket".into(), AttributeValue::S(ticket.to_string())),
        ]);
        let partition = self.partition();
        key.extend(partition.map(|(name, value)| (name.into(), AttributeValue::S(value))));
        key
    }
}

/// How an assignee is stored.
pub(crate) fn assignee_value(assignee: Option<&Principal>) -> String {
    assignee.map_or(NOBODY, Principal::as_str).into()
}
