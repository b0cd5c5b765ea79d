//! Every key of the table. No other file builds a key string.
//!
//! `#` separates the parts, and can occur in none of them: the types of `domain` see to that. The tenant is the first
//! part of every key, and a key cannot be made without one.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{AttachmentId, Principal, Tenant, TicketId};

/// An item, or a key, as the SDK has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The partition key attribute.
pub(crate) const PK: &str = "pk";
/// The sort key attribute.
pub(crate) const SK: &str = "sk";

/// A head's sort key.
const HEAD: &str = "ticket";

/// What the sort key of an attachment begins with.
const ATTACHMENT: &str = "attachment#";

/// What the key of every object begins with.
const OBJECTS: &str = "attachments/tenant-";

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

    /// How far somebody has read a ticket's thread. It sorts after the head, out of the way of the query that reads the
    /// head and the entries before it.
    pub(crate) fn viewer(tenant: &Tenant, ticket: TicketId, viewer: &Principal) -> Self {
        Self {
            pk: format!("{tenant}#{ticket}"),
            sk: format!("viewer#{viewer}"),
        }
    }

    /// An attachment of a ticket. It sorts before the entries, out of the way of the query that reads the head and the
    /// entries before it.
    pub(crate) fn attachment(tenant: &Tenant, ticket: TicketId, id: AttachmentId) -> Self {
        Self {
            pk: format!("{tenant}#{ticket}"),
            sk: format!("{ATTACHMENT}{id}"),
        }
    }

    /// One of the places a person has for files that are attached to nothing yet.
    pub(crate) fn upload(tenant: &Tenant, by: &Principal, slot: u8) -> Self {
        Self {
            pk: format!("{tenant}#uploads#{by}"),
            sk: format!("{slot:02}"),
        }
    }

    /// What a scan has said of an attachment, whether or not it is on a ticket yet.
    pub(crate) fn scan(tenant: &Tenant, id: AttachmentId) -> Self {
        Self {
            pk: format!("{tenant}#scan#{id}"),
            sk: "scan".into(),
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

    /// One shard of how many tickets there are in each status: of the tenant, or of one of its clients.
    pub(crate) fn counts(tenant: &Tenant, client: Option<&Principal>, shard: u8) -> Self {
        let pk = match client {
            None => format!("{tenant}#counts"),
            Some(client) => format!("{tenant}#counts#{client}"),
        };
        Self {
            pk,
            sk: format!("{shard:02}"),
        }
    }

    /// The tenant's settings.
    pub(crate) fn settings(tenant: &Tenant) -> Self {
        Self {
            pk: tenant.to_string(),
            sk: "settings".into(),
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

    /// The key an item has.
    pub(crate) fn of(item: &Item) -> Option<Self> {
        let part = |name| item.get(name)?.as_s().ok().cloned();
        Some(Self {
            pk: part(PK)?,
            sk: part(SK)?,
        })
    }

    /// The tenant whose item this is the key of.
    pub(crate) fn tenant(&self) -> Option<Tenant> {
        Tenant::parse(self.pk.split('#').next()?).ok()
    }

    /// The attachment an item of a ticket's partition is of, if it is one.
    pub(crate) fn attachment_of(item: &Item) -> Option<AttachmentId> {
        let sk = item.get(SK)?.as_s().ok()?;
        sk.strip_prefix(ATTACHMENT)?.parse().ok()
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

/// The key of an attachment's object in the bucket: random, as its id is, with nothing of anybody's in it. The tenant's
/// name stands behind a `-`, because one may be called `..`.
pub(crate) fn object(tenant: &Tenant, id: AttachmentId) -> String {
    format!("{OBJECTS}{tenant}/{id}")
}

/// Whose object a key of the bucket is of.
pub(crate) fn object_of(key: &str) -> Option<(Tenant, AttachmentId)> {
    let (tenant, id) = key.strip_prefix(OBJECTS)?.split_once('/')?;
    Some((Tenant::parse(tenant).ok()?, id.parse().ok()?))
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
        let attachment: AttachmentId = "att_01935a7b0000700080000000deadbeef"
            .parse()
            .expect("an id");
        let carla = Principal::parse("carla").expect("a principal");
        let chart = [
            Key::head(&tenant, ticket),
            Key::entry(&tenant, ticket, 7),
            Key::last_entry(&tenant, ticket),
            Key::viewer(&tenant, ticket, &carla),
            Key::attachment(&tenant, ticket, attachment),
            Key::upload(&tenant, &carla, 7),
            Key::scan(&tenant, attachment),
            Key::counts(&tenant, None, 3),
            Key::counts(&tenant, Some(&carla), 15),
            Key::settings(&tenant),
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
        acme#tkt_01935a7b0000700080000000deadbeef | viewer#carla
        acme#tkt_01935a7b0000700080000000deadbeef | attachment#att_01935a7b0000700080000000deadbeef
        acme#uploads#carla | 07
        acme#scan#att_01935a7b0000700080000000deadbeef | scan
        acme#counts | 03
        acme#counts#carla | 15
        acme | settings
        acme#number#1001 | number
        acme | number
        acme#idempotency#c0ffee | record
        ");
    }

    #[test]
    fn an_object_s_key_says_whose_it_is_and_is_no_path_elsewhere() {
        let id: AttachmentId = "att_01935a7b0000700080000000deadbeef"
            .parse()
            .expect("an id");
        for name in ["acme", "..", ".", "a=b"] {
            let Ok(tenant) = Tenant::parse(name) else {
                continue;
            };
            let key = object(&tenant, id);
            assert_eq!(key, format!("attachments/tenant-{name}/{id}"));
            assert!(key.split('/').all(|part| part != "." && part != ".."));
            assert_eq!(object_of(&key), Some((tenant, id)));
        }
        for foreign in [
            "",
            "attachments/",
            "attachments/tenant-acme/",
            "other/tenant=acme/x",
        ] {
            assert_eq!(object_of(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_head_sorts_after_every_entry() {
        let tenant = Tenant::parse("acme").expect("a tenant");
        let ticket: TicketId = "tkt_01935a7b0000700080000000deadbeef"
            .parse()
            .expect("an id");
        assert!(Key::last_entry(&tenant, ticket).sk < Key::head(&tenant, ticket).sk);
        let attachment: AttachmentId = "att_ffffffffffffffffffffffffffffffff"
            .parse()
            .expect("an id");
        assert!(
            Key::attachment(&tenant, ticket, attachment).sk < Key::entry(&tenant, ticket, 1).sk
        );
        assert!(Key::entry(&tenant, ticket, 9).sk < Key::entry(&tenant, ticket, 10).sk);
    }
}
