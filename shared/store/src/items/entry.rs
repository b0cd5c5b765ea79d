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
pub(crate) struct EntryItem {
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

impl EntryItem {
    pub(crate) fn entry(self) -> Result<Entry, Error> {
        Ok(Entry {
            id: self.id,
            seq: self.seq,
            author: self.author,
            at: time(self.at)?,
            content: self.content,
            changes: self.changes,
            attachments: self.attachments,
            closes_at: self.closes_at.map(time).transpose()?,
            reckoned: self.sla.unwrap_or_default().reckoned()?,
        })
    }
}
