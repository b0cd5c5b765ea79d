//! A ticket's head, and what stands in its place while it is purged.

use domain::{
    Category, Given, Principal, Priority, Resolution, SlaStatus, Status, Tags, Tenant, Ticket,
    TicketId, Title,
};
use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::sla::{ClocksItem, GivenItem};
use super::{at, time};
use crate::error::Error;
use crate::json::Unread;
use crate::keys::{Item, Key};
use crate::patterns::{DEADLINE_SHARDS, NOBODY, Position, Sort, assignee_value};

/// The attribute of a head that every write is conditioned on.
pub(crate) const VERSION: &str = "version";

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A ticket's head. Every index is made of its attributes.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HeadItem {
    /// The partition it is in: it says whose it is.
    #[serde(skip_serializing)]
    pk: String,
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
    public_version: u32,
    public_at: i64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    public_facts_changed: bool,
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
    // These follow from the rest, and are not read, or only to say where in a list it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_due_at: Option<i64>,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    sla_status: Option<SlaStatus>,
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
        pk: String::new(),
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
        public_version: ticket.public_version,
        public_at: ticket.public_at.as_millisecond(),
        public_facts_changed: ticket.public_facts_changed,
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
    let head: HeadItem = serde_dynamo::from_item(item)?;
    head.ticket().map(Some)
}

/// The ticket of an item of a ticket's partition; none when it is not the head, or only the tombstone of one.
pub(crate) fn read_ticket(item: &Unread) -> Result<Option<Ticket>, Error> {
    #[derive(Deserialize)]
    struct Marks {
        sk: String,
        version: Option<IgnoredAny>,
    }
    // Nearly always it is the head.
    let cause = match item.read::<HeadItem>() {
        Ok(head) => return head.ticket().map(Some),
        Err(cause) => cause,
    };
    let Marks { sk, version } = item.read()?;
    if Key::is_of_head(&sk) && version.is_some() {
        return Err(cause.into());
    }
    Ok(None)
}

impl HeadItem {
    /// Where it stands in a list; none when it is not in one.
    pub(crate) fn position(&self, sort: Sort) -> Option<Position> {
        let at = match sort {
            Sort::Updated => Some(self.updated_at),
            Sort::Public => Some(self.public_at),
            Sort::Created => Some(self.created_at),
            Sort::Due => self.next_due_at,
        };
        at.map(|at| Position::new(at, self.ticket))
    }

    pub(crate) fn ticket(self) -> Result<Ticket, Error> {
        let tenant = Key::tenant_of(&self.pk)
            .ok_or_else(|| Error::Corrupt("a head whose key names no tenant".into()))?;
        let assigned_to =
            match self.assignee.as_str() {
                NOBODY => None,
                principal => Some(Principal::parse(principal).map_err(|cause| {
                    Error::Corrupt(format!("{}'s assignee {cause}", self.ticket))
                })?),
            };
        Ok(Ticket {
            assigned_to,
            tags: self.tags,
            tenant,
            id: self.ticket,
            number: self.number,
            client: self.client,
            title: self.title,
            status: self.status,
            priority: self.priority,
            category: self.category,
            resolution: self.resolution,
            version: self.version,
            created_at: time(self.created_at)?,
            updated_at: time(self.updated_at)?,
            public_version: self.public_version,
            public_at: time(self.public_at)?,
            public_facts_changed: self.public_facts_changed,
            first_responded_at: self.first_responded_at.map(time).transpose()?,
            resolved_at: self.resolved_at.map(time).transpose()?,
            closed_at: self.closed_at.map(time).transpose()?,
            closes_at: self.closes_at.map(time).transpose()?,
            deleted_at: self.deleted_at.map(time).transpose()?,
            reopen_count: self.reopen_count,
            given: self.policy.map(Given::from),
            clocks: self.clocks.clocks()?,
        })
    }
}

/// What stands in the head's place while a ticket is purged: enough to find the rest of it, and no ticket any more.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TombstoneItem {
    ticket: TicketId,
    number: u64,
    /// A head has one.
    #[serde(default, skip_serializing)]
    version: Option<u32>,
    deadline_shard: Option<u8>,
    deadline: Option<i64>,
}

pub(crate) fn tombstone(ticket: &Ticket) -> Item {
    let (deadline_shard, deadline) = deadline(ticket);
    let tombstone = TombstoneItem {
        ticket: ticket.id,
        number: ticket.number,
        version: None,
        deadline_shard,
        deadline,
    };
    at(Key::head(&ticket.tenant, ticket.id), &tombstone)
}

impl TombstoneItem {
    /// The number of the ticket it stands for; none when it is no tombstone but a head.
    pub(crate) fn buried_number(&self) -> Option<u64> {
        self.version.is_none().then_some(self.number)
    }
}
