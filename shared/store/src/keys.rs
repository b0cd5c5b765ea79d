//! Every key of the table. No other file builds a key string.
//!
//! `#` separates the parts, and can occur in none of them: the types of `domain` see to that. The tenant is the first
//! part of every key, and a key cannot be made without one.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    AttachmentId, CalendarId, Category, Credit, PolicyId, Principal, Priority, Tenant, TicketId,
};
use jiff::civil::Date;
use serde::Deserialize;

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

/// What stands between the tenant and the person whose uploads are in a partition.
const UPLOADS: &str = "#uploads#";

/// The sort key of the counter of a tenant's policies and calendars. It comes before them: a query is no snapshot, and
/// what it reads after the counter can only be newer than that says.
const LEVELS: &str = "_levels";

/// What the sort key of a calendar begins with.
const CALENDAR: &str = "calendar#";

/// What the sort key of a policy begins with.
const POLICY: &str = "policy#";

/// What the key of every object begins with.
const OBJECTS: &str = "attachments/tenant-";

/// The largest `seq` a sort key can hold.
pub(crate) const LAST_SEQ: u32 = 999_999_999;

/// The primary key of one item.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
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
            pk: format!("{tenant}{UPLOADS}{by}"),
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

    /// How often the tenant's policies and calendars were changed.
    pub(crate) fn levels(tenant: &Tenant) -> Self {
        Self {
            pk: tenant.to_string(),
            sk: LEVELS.into(),
        }
    }

    /// The first of the keys of a tenant's configuration.
    pub(crate) fn first_of_configuration(tenant: &Tenant) -> Self {
        Self {
            pk: tenant.to_string(),
            sk: LEVELS.into(),
        }
    }

    /// A policy of the tenant's.
    pub(crate) fn policy(tenant: &Tenant, id: &PolicyId) -> Self {
        Self {
            pk: tenant.to_string(),
            sk: format!("{POLICY}{id}"),
        }
    }

    /// A calendar of the tenant's.
    pub(crate) fn calendar(tenant: &Tenant, id: &CalendarId) -> Self {
        Self {
            pk: tenant.to_string(),
            sk: format!("{CALENDAR}{id}"),
        }
    }

    /// A version of what has this key: it stays when that is changed, or deleted.
    pub(crate) fn version(self, version: u32) -> Self {
        let Self { pk, sk } = self;
        Self {
            pk: format!("{pk}#{sk}"),
            sk: format!("{version:09}"),
        }
    }

    /// Before every rollup of a day.
    pub(crate) fn rollups(tenant: &Tenant, day: Date) -> Self {
        Self {
            pk: format!("{tenant}#rollup#{day}"),
            sk: String::new(),
        }
    }

    /// What happened to clocks on a day, for one credit: one shard of it.
    pub(crate) fn rollup(tenant: &Tenant, day: Date, shard: u8, credit: &Credit) -> Self {
        let Credit {
            priority,
            category,
            assigned_to,
        } = credit;
        let assignee = assigned_to.as_ref().map_or("", Principal::as_str);
        Self {
            sk: format!("{shard:02}#{priority}#{category}#{assignee}"),
            ..Self::rollups(tenant, day)
        }
    }

    /// For whom a rollup counts.
    pub(crate) fn credited(item: &Item) -> Option<Credit> {
        let sk = item.get(SK)?.as_s().ok()?;
        let mut parts = sk.splitn(4, '#').skip(1);
        Some(Credit {
            priority: Priority::parse(parts.next()?).ok()?,
            category: Category::parse(parts.next()?).ok()?,
            assigned_to: match parts.next()? {
                "" => None,
                name => Some(Principal::parse(name).ok()?),
            },
        })
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

    /// The next key there can be in the partition.
    pub(crate) fn after(self) -> Self {
        Self {
            pk: self.pk,
            sk: format!("{}\u{1}", self.sk),
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
        Self::tenant_of(&self.pk)
    }

    /// The tenant whose partition this is the name of.
    pub(crate) fn tenant_of(pk: &str) -> Option<Tenant> {
        Tenant::parse(pk.split('#').next()?).ok()
    }

    /// The attachment an item of a ticket's partition is of, if it is one.
    pub(crate) fn attachment_of(item: &Item) -> Option<AttachmentId> {
        let sk = item.get(SK)?.as_s().ok()?;
        sk.strip_prefix(ATTACHMENT)?.parse().ok()
    }

    /// Whose upload an item is, and in which place, if it is one.
    pub(crate) fn upload_of(item: &Item) -> Option<(Tenant, Principal, u8)> {
        let Self { pk, sk } = Self::of(item)?;
        let (tenant, by) = pk.split_once(UPLOADS)?;
        Some((
            Tenant::parse(tenant).ok()?,
            Principal::parse(by).ok()?,
            sk.parse().ok()?,
        ))
    }

    /// The policy an item of a tenant's configuration is, if it is one.
    pub(crate) fn as_policy(&self) -> Option<PolicyId> {
        PolicyId::parse(self.sk.strip_prefix(POLICY)?).ok()
    }

    /// The calendar an item of a tenant's configuration is, if it is one.
    pub(crate) fn as_calendar(&self) -> Option<CalendarId> {
        CalendarId::parse(self.sk.strip_prefix(CALENDAR)?).ok()
    }

    /// Whether an item of a ticket's partition is its head.
    pub(crate) fn is_head(item: &Item) -> bool {
        item.get(SK)
            .and_then(|sk| sk.as_s().ok())
            .is_some_and(|sk| Self::is_of_head(sk))
    }

    /// Whether a sort key of a ticket's partition is its head's.
    pub(crate) fn is_of_head(sk: &str) -> bool {
        sk == HEAD
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
mod tests;
