//! A ticket's head, and what stands in its place while it is purged.

use domain::{
    Category, Given, Principal, Priority, Resolution, SlaStatus, Status, Tags, Tenant, Ticket,
    TicketId, Title,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sla::{ClocksItem, GivenItem};
use super::{at, time};
use crate::error::Error;
use crate::keys::{Item, Key};
use crate::patterns::{DEADLINE_SHARDS, NOBODY, assignee_value};

/// The attribute of a head that every write is conditioned on.
pub(crate) const VERSION: &str = "version";

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A ticket's head. Every index is made of its attributes.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HeadItem {
    /// Left out when the ticket is deleted: it is part of every list's index, and so the ticket is in no list.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    tenant: Option<Tenant>,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closes_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deleted_at: Option<i64>,
    #[serde(default, skip_serializing_if = "is_zero")]
    reopen_count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<GivenItem>,
    #[serde(default, skip_serializing_if = "ClocksItem::is_empty")]
    clocks: ClocksItem,
    // These follow from the rest, and are never read.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    sla_status: Option<SlaStatus>,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    next_due_at: Option<i64>,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    deadline_shard: Option<u8>,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    deadline: Option<i64>,
}

/// When the scheduled check has to look at a ticket again: the key of the index of deadlines.
fn deadline(ticket: &Ticket) -> (Option<u8>, Option<i64>) {
    let deadline = ticket.deadline().map(Timestamp::as_millisecond);
    let shard = ticket.id.spread(DEADLINE_SHARDS);
    (deadline.map(|_| shard), deadline)
}

pub(crate) fn head(ticket: &Ticket) -> Item {
    let (deadline_shard, deadline) = deadline(ticket);
    let head = HeadItem {
        tenant: ticket.deleted_at.is_none().then(|| ticket.tenant.clone()),
        ticket: ticket.id,
        number: ticket.number,
        client: ticket.client.clone(),
        title: ticket.title.clone(),
        status: ticket.status,
        priority: ticket.priority,
        category: ticket.category,
        assignee: assignee_value(ticket.assigned_to.as_ref()),
        tags: ticket.tags.clone(),
        resolution: ticket.resolution.clone(),
        version: ticket.version,
        created_at: ticket.created_at.as_millisecond(),
        updated_at: ticket.updated_at.as_millisecond(),
        first_responded_at: ticket.first_responded_at.map(Timestamp::as_millisecond),
        resolved_at: ticket.resolved_at.map(Timestamp::as_millisecond),
        closed_at: ticket.closed_at.map(Timestamp::as_millisecond),
        closes_at: ticket.closes_at.map(Timestamp::as_millisecond),
        deleted_at: ticket.deleted_at.map(Timestamp::as_millisecond),
        reopen_count: ticket.reopen_count,
        policy: ticket.given.clone().map(GivenItem::from),
        clocks: ClocksItem::from(&ticket.clocks),
        sla_status: Some(ticket.clocks.status()).filter(|status| *status != SlaStatus::None),
        next_due_at: ticket.clocks.next_due_at().map(Timestamp::as_millisecond),
        deadline_shard,
        deadline,
    };
    at(Key::head(&ticket.tenant, ticket.id), &head)
}

/// The ticket of a head; none when only the tombstone of one is left.
pub(crate) fn ticket(item: Item) -> Result<Option<Ticket>, Error> {
    if !item.contains_key(VERSION) {
        return Ok(None);
    }
    let tenant = Key::of(&item)
        .and_then(|key| key.tenant())
        .ok_or_else(|| Error::Corrupt("a head whose key names no tenant".into()))?;
    let head: HeadItem = serde_dynamo::from_item(item)?;
    let assigned_to = match head.assignee.as_str() {
        NOBODY => None,
        principal => Some(
            Principal::parse(principal)
                .map_err(|cause| Error::Corrupt(format!("{}'s assignee {cause}", head.ticket)))?,
        ),
    };
    Ok(Some(Ticket {
        assigned_to,
        tags: head.tags,
        tenant,
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
        closes_at: head.closes_at.map(time).transpose()?,
        deleted_at: head.deleted_at.map(time).transpose()?,
        reopen_count: head.reopen_count,
        given: head.policy.map(Given::from),
        clocks: head.clocks.clocks()?,
    }))
}

/// What stands in the head's place while a ticket is purged: enough to find the rest of it, and no ticket any more.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TombstoneItem {
    ticket: TicketId,
    number: u64,
    deadline_shard: Option<u8>,
    deadline: Option<i64>,
}

pub(crate) fn tombstone(ticket: &Ticket) -> Item {
    let (deadline_shard, deadline) = deadline(ticket);
    let tombstone = TombstoneItem {
        ticket: ticket.id,
        number: ticket.number,
        deadline_shard,
        deadline,
    };
    at(Key::head(&ticket.tenant, ticket.id), &tombstone)
}

/// The number of the ticket a tombstone stands for.
pub(crate) fn buried_number(item: Item) -> Result<u64, Error> {
    let TombstoneItem { number, .. } = serde_dynamo::from_item(item)?;
    Ok(number)
}
