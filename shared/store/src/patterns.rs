//! The access patterns: every question the table answers, and the index that answers it.
//!
//! | question | answered by |
//! |---|---|
//! | a ticket with its newest entries | table, one descending query of its partition |
//! | a ticket's head; an entry; the ticket of a number | table, `GetItem` |
//! | what a key has done | table, `TransactGetItems` |
//! | a ticket's thread, forwards or backwards | table, query of its entries |
//! | a tenant's tickets in a status, last changed first | `by-status` |
//! | a client's tickets, last changed first | `by-client` |
//!
//! The indexes' keys are attributes of the head as they are (multi-attribute keys). No other kind of item has all
//! attributes of an index, so an index holds heads and nothing else.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Principal, Status, Tenant, Ticket, TicketId};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::keys::{Item, Key};

/// Stands for "nobody" where an index needs a value; no principal can be named so.
pub(crate) const NOBODY: &str = "#nobody";

/// A place in a list of tickets: the last part of the indexes' keys. The greater, the earlier in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Position {
    updated_at: i64,
    ticket: TicketId,
}

impl Position {
    pub(crate) fn of(ticket: &Ticket) -> Self {
        Self {
            updated_at: ticket.updated_at.as_millisecond(),
            ticket: ticket.id,
        }
    }

    /// Where a query has stopped.
    pub(crate) fn of_key(key: Item) -> Result<Self, Error> {
        Ok(serde_dynamo::from_item(key)?)
    }
}

/// A range of a list: tickets of one partition of an index, last changed first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    /// A tenant's tickets in a status.
    Status(Status),
    /// A client's tickets.
    Client(Principal),
}

impl Range {
    pub(crate) fn index(&self) -> &'static str {
        match self {
            Self::Status(_) => "by-status",
            Self::Client(_) => "by-client",
        }
    }

    /// The index's partition key besides the tenant: attribute and value.
    pub(crate) fn partition(&self) -> (&'static str, AttributeValue) {
        match self {
            Self::Status(status) => ("status", AttributeValue::S(status.name().into())),
            Self::Client(client) => ("client", AttributeValue::S(client.to_string())),
        }
    }

    /// Where a query of this range goes on after a position: a full key of the index and the table. The ticket there
    /// need not be in this range; DynamoDB compares keys, it looks nothing up.
    pub(crate) fn start_after(&self, tenant: &Tenant, position: Position) -> Item {
        let (attribute, value) = self.partition();
        let Position { updated_at, ticket } = position;
        let mut key = Key::head(tenant, ticket).attributes();
        key.extend([
            ("tenant".into(), AttributeValue::S(tenant.to_string())),
            (attribute.into(), value),
            (
                "updatedAt".into(),
                AttributeValue::N(updated_at.to_string()),
            ),
            ("ticket".into(), AttributeValue::S(ticket.to_string())),
        ]);
        key
    }
}
