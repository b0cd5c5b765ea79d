//! The items as they are stored, and their ways to and from the domain.
//!
//! Attributes have natural names, because the indexes' keys are made of them. Times are milliseconds since 1970. What
//! is empty is left out: an item is billed by its bytes, and the head is to stay below 1 KB.

use domain::{
    Category, Change, Content, Entry, EntryId, Principal, Priority, Resolution, Status, Tags,
    Tenant, Ticket, TicketId, Title,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::keys::{Item, Key};
use crate::patterns::NOBODY;

/// An item's attributes under its key.
fn at(key: Key, attributes: &impl Serialize) -> Item {
    let mut item: Item = serde_dynamo::to_item(attributes).expect("an item is a plain struct");
    item.extend(key.attributes());
    item
}

fn time(milliseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_millisecond(milliseconds).map_err(|cause| Error::Corrupt(cause.to_string()))
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A ticket's head. Every index is made of its attributes.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HeadItem {
    tenant: Tenant,
    ticket: TicketId,
    number: u64,
    client: Principal,
    title: Title,
    status: Status,
    priority: Priority,
    category: Category,
    /// [`NOBODY`] when nobody is: the tickets nobody works on are a list of their own.
    assignee: String,
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    tags: Tags,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resolution: Option<Resolution>,
    version: u32,
    created_at: i64,
    updated_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_responded_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resolved_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed_at: Option<i64>,
    #[serde(default, skip_serializing_if = "is_zero")]
    reopen_count: u32,
}

pub(crate) fn head(ticket: &Ticket) -> Item {
    let assignee = ticket
        .assigned_to
        .as_ref()
        .map_or(NOBODY, Principal::as_str);
    let head = HeadItem {
        tenant: ticket.tenant.clone(),
        ticket: ticket.id,
        number: ticket.number,
        client: ticket.client.clone(),
        title: ticket.title.clone(),
        status: ticket.status,
        priority: ticket.priority,
        category: ticket.category,
        assignee: assignee.into(),
        tags: ticket.tags.clone(),
        resolution: ticket.resolution.clone(),
        version: ticket.version,
        created_at: ticket.created_at.as_millisecond(),
        updated_at: ticket.updated_at.as_millisecond(),
        first_responded_at: ticket.first_responded_at.map(Timestamp::as_millisecond),
        resolved_at: ticket.resolved_at.map(Timestamp::as_millisecond),
        closed_at: ticket.closed_at.map(Timestamp::as_millisecond),
        reopen_count: ticket.reopen_count,
    };
    at(Key::head(&ticket.tenant, ticket.id), &head)
}

pub(crate) fn ticket(item: Item) -> Result<Ticket, Error> {
    let head: HeadItem = serde_dynamo::from_item(item)?;
    let assigned_to = match head.assignee.as_str() {
        NOBODY => None,
        principal => Some(
            Principal::parse(principal)
                .map_err(|cause| Error::Corrupt(format!("{}'s assignee {cause}", head.ticket)))?,
        ),
    };
    Ok(Ticket {
        assigned_to,
        tags: head.tags,
        tenant: head.tenant,
        id: head.ticket,
        number: head.number,
        client: head.client,
        title: head.title,
        status: head.status,
        priority: head.priority,
        category: head.category,
        resolution: head.resolution,
        version: head.version,
        created_at: time(head.created_at)?,
        updated_at: time(head.updated_at)?,
        first_responded_at: head.first_responded_at.map(time).transpose()?,
        resolved_at: head.resolved_at.map(time).transpose()?,
        closed_at: head.closed_at.map(time).transpose()?,
        reopen_count: head.reopen_count,
    })
}

/// An entry of a thread.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EntryItem {
    id: EntryId,
    seq: u32,
    author: Principal,
    at: i64,
    content: Content,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Change>,
}

pub(crate) fn entry(tenant: &Tenant, ticket: TicketId, entry: &Entry) -> Item {
    let Entry {
        id,
        seq,
        author,
        at: time,
        content,
        changes,
    } = entry.clone();
    let stored = EntryItem {
        id,
        seq,
        author,
        at: time.as_millisecond(),
        content,
        changes,
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
    } = serde_dynamo::from_item(item)?;
    Ok(Entry {
        id,
        seq,
        author,
        at: time(at)?,
        content,
        changes,
    })
}

/// Which ticket has a number.
#[derive(Serialize, Deserialize)]
struct NumberItem {
    of: TicketId,
}

pub(crate) fn number(ticket: &Ticket) -> Item {
    at(
        Key::number(&ticket.tenant, ticket.number),
        &NumberItem { of: ticket.id },
    )
}

pub(crate) fn numbered(item: Item) -> Result<TicketId, Error> {
    let NumberItem { of } = serde_dynamo::from_item(item)?;
    Ok(of)
}

/// What an idempotent request has done: the entry it made. The entry never changes, and the ticket after it is the
/// fold of the thread up to it, so the answer can be given again as it was.
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
