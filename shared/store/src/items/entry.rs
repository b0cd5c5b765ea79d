//! An entry of a ticket's thread.

use domain::{Attachment, Author, Change, Content, Entry, EntryId, Tenant, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sla::ReckonedItem;
use super::{at, time};
use crate::error::Error;
use crate::keys::{Item, Key};

/// An entry of a thread.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EntryItem {
    id: EntryId,
    seq: u32,
    author: Author,
    at: i64,
    content: Content,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Change>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closes_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sla: Option<ReckonedItem>,
}

pub(crate) fn entry(tenant: &Tenant, ticket: TicketId, entry: &Entry) -> Item {
    let Entry {
        id,
        seq,
        author,
        at: time,
        content,
        changes,
        attachments,
        closes_at,
        reckoned,
    } = entry.clone();
    let stored = EntryItem {
        id,
        seq,
        author,
        at: time.as_millisecond(),
        content,
        changes,
        attachments,
        closes_at: closes_at.map(Timestamp::as_millisecond),
        sla: (!reckoned.is_empty()).then(|| reckoned.into()),
    };
    at(Key::entry(tenant, ticket, seq), &stored)
}

pub(crate) fn thread_entry(item: Item) -> Result<Entry, Error> {
    let EntryItem {
        id,
        seq,
        author,
        at,
        content,
        changes,
        attachments,
        closes_at,
        sla,
    } = serde_dynamo::from_item(item)?;
    Ok(Entry {
        id,
        seq,
        author,
        at: time(at)?,
        content,
        changes,
        attachments,
        closes_at: closes_at.map(time).transpose()?,
        reckoned: sla.unwrap_or_default().reckoned()?,
    })
}
