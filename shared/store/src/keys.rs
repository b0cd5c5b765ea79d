//! Every key of the table. No other file builds a key string.
//!
//! `#` separates the parts, and can occur in none of them: the types of `domain` see to that. The tenant is the first
//! part of every key, and a key cannot be made without one.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Tenant, TicketId};

/// An item, or a key, as the SDK has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The partition key attribute.
pub(crate) const PK: &str = "pk";
/// The sort key attribute.
pub(crate) const SK: &str = "sk";

/// A head's sort key.
const HEAD: &str = "ticket";

/// The largest `seq` a sort key can hold.
pub(crate) const LAST_SEQ: u32 = 999_999_999;

/// The primary key of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    /// A ticket's head. It sorts after the ticket's entries, so one descending query reads the head and then the
    /// newest entries.
    pub(crate) fn head(tenant: &Tenant, ticket: TicketId) -> Self {
        Self {
            pk: format!("{tenant}#{ticket}"),
            sk: HEAD.into(),
        }
    }

    /// An entry of a ticket's thread. Its sort key is its `seq`, so that of two writers of the same `seq` one fails.
    pub(crate) fn entry(tenant: &Tenant, ticket: TicketId, seq: u32) -> Self {
        debug_assert!(seq <= LAST_SEQ, "a thread has at most {LAST_SEQ} entries");
        Self {
            pk: format!("{tenant}#{ticket}"),
            sk: format!("entry#{seq:09}"),
        }
    }

    /// The key after a ticket's last possible entry.
    pub(crate) fn last_entry(tenant: &Tenant, ticket: TicketId) -> Self {
        Self::entry(tenant, ticket, LAST_SEQ)
    }

    /// Which ticket has this number.
    pub(crate) fn number(tenant: &Tenant, number: u64) -> Self {
        Self {
            pk: format!("{tenant}#number#{number}"),
            sk: "number".into(),
        }
    }

    /// The tenant's counter of ticket numbers.
    pub(crate) fn last_number(tenant: &Tenant) -> Self {
        Self {
            pk: tenant.to_string(),
            sk: "number".into(),
        }
    }

    /// What an idempotent request has done. `hash` is hexadecimal.
    pub(crate) fn record(tenant: &Tenant, hash: &str) -> Self {
        Self {
            pk: format!("{tenant}#idempotency#{hash}"),
            sk: "record".into(),
        }
    }

    /// The key of no item (no sort key is `-`), for asking whether the table answers.
    pub(crate) fn of_nothing() -> Self {
        Self {
            pk: "-".into(),
            sk: "-".into(),
        }
    }

    /// Whether an item of a ticket's partition is its head.
    pub(crate) fn is_head(item: &Item) -> bool {
        item.get(SK)
            .and_then(|sk| sk.as_s().ok())
            .is_some_and(|sk| sk == HEAD)
    }

    /// The key as the SDK wants it.
    pub(crate) fn attributes(self) -> Item {
        Item::from([
            (PK.into(), AttributeValue::S(self.pk)),
            (SK.into(), AttributeValue::S(self.sk)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_of_keys() {
        let tenant = Tenant::parse("acme").expect("a tenant");
        let ticket: TicketId = "tkt_01935a7b0000700080000000deadbeef"
            .parse()
            .expect("an id");
        let chart = [
            Key::head(&tenant, ticket),
            Key::entry(&tenant, ticket, 7),
            Key::last_entry(&tenant, ticket),
            Key::number(&tenant, 1001),
            Key::last_number(&tenant),
            Key::record(&tenant, "c0ffee"),
        ]
        .map(|key| format!("{} | {}", key.pk, key.sk))
        .join("\n");
        insta::assert_snapshot!(chart, @r"
        acme#tkt_01935a7b0000700080000000deadbeef | ticket
        acme#tkt_01935a7b0000700080000000deadbeef | entry#000000007
        acme#tkt_01935a7b0000700080000000deadbeef | entry#999999999
        acme#number#1001 | number
        acme | number
        acme#idempotency#c0ffee | record
        ");
    }

    #[test]
    fn the_head_sorts_after_every_entry() {
        let tenant = Tenant::parse("acme").expect("a tenant");
        let ticket: TicketId = "tkt_01935a7b0000700080000000deadbeef"
            .parse()
            .expect("an id");
        assert!(Key::last_entry(&tenant, ticket).sk < Key::head(&tenant, ticket).sk);
        assert!(Key::entry(&tenant, ticket, 9).sk < Key::entry(&tenant, ticket, 10).sk);
    }
}
