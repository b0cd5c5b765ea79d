//! The items as they are stored, and their ways to and from the domain.
//!
//! Attributes have natural names, because the indexes' keys are made of them. Times are milliseconds since 1970. What
//! is empty is left out: an item is billed by its bytes, and the head is to stay below 1 KB.

mod attachment;
mod entry;
mod head;
mod levels;
mod sla;

use std::collections::BTreeSet;

use domain::{CustomersMaySet, CustomersSee, Period, Principal, Settings, Ticket, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::keys::{Item, Key};

pub(crate) use attachment::{
    AttachmentItem, DEADLINE, DECLARED, GONE, ScanItem, UploadItem, UploadRecordItem,
};
pub(crate) use entry::{EntryItem, entry};
pub(crate) use head::{HeadItem, TombstoneItem, VERSION, head, read_ticket, ticket, tombstone};
pub(crate) use levels::{Leveled, StoredItem};

/// An item's attributes under its key.
fn at(key: Key, attributes: &impl Serialize) -> Item {
    let mut item: Item = serde_dynamo::to_item(attributes).expect("an item is a plain struct");
    item.extend(key.attributes());
    item
}

pub(crate) fn time(milliseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_millisecond(milliseconds).map_err(|cause| Error::Corrupt(cause.to_string()))
}

/// Which ticket has a number.
#[derive(Serialize, Deserialize)]
pub(crate) struct NumberItem {
    pub(crate) of: TicketId,
}

pub(crate) fn number(ticket: &Ticket) -> Item {
    at(
        Key::number(&ticket.tenant, ticket.number),
        &NumberItem { of: ticket.id },
    )
}

/// The attribute that says until when a record counts: DynamoDB's time to live.
pub(crate) const EXPIRES_AT: &str = "expiresAt";

/// What an idempotent request has done: the entry it made, or the newest there was when it found nothing to change. An
/// entry never changes, and the ticket after it is the fold of the thread up to it, so the answer can be given again as
/// it was.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordItem {
    /// Of the request's body.
    pub(crate) fingerprint: String,
    pub(crate) of: TicketId,
    pub(crate) seq: u32,
    /// Seconds since 1970: DynamoDB's time to live.
    pub(crate) expires_at: i64,
}

impl RecordItem {
    pub(crate) fn at(&self, key: Key) -> Item {
        at(key, self)
    }
}

/// How far somebody has read a ticket's thread.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ViewerItem {
    pub(crate) seq: u32,
    pub(crate) seen_at: i64,
}

impl ViewerItem {
    pub(crate) fn at(&self, key: Key) -> Item {
        at(key, self)
    }
}

/// A tenant's settings, and who made them so.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingsItem {
    auto_close_after: Period,
    #[serde(default = "default_max_attachment_size")]
    max_attachment_size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customers_see: Option<BTreeSet<CustomersSee>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customers_may_set: Option<BTreeSet<CustomersMaySet>>,
    pub(crate) version: u32,
    pub(crate) updated_at: i64,
    pub(crate) updated_by: Principal,
}

impl SettingsItem {
    pub(crate) fn new(settings: &Settings, version: u32, at: Timestamp, by: Principal) -> Self {
        let Settings {
            auto_close_after,
            max_attachment_size,
            customers_see,
            customers_may_set,
        } = settings.clone();
        Self {
            auto_close_after,
            max_attachment_size,
            customers_see: Some(customers_see),
            customers_may_set: Some(customers_may_set),
            version,
            updated_at: at.as_millisecond(),
            updated_by: by,
        }
    }

    pub(crate) fn at(&self, key: Key) -> Item {
        at(key, self)
    }

    pub(crate) fn settings(&self) -> Settings {
        let defaults = Settings::default();
        let (see, may_set) = (&self.customers_see, &self.customers_may_set);
        Settings {
            auto_close_after: self.auto_close_after,
            max_attachment_size: self.max_attachment_size,
            customers_see: see.clone().unwrap_or(defaults.customers_see),
            customers_may_set: may_set.clone().unwrap_or(defaults.customers_may_set),
        }
    }
}

fn default_max_attachment_size() -> u64 {
    Settings::default().max_attachment_size
}
