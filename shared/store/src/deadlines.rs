//! What is due, of all tenants: the only question that is not asked inside one tenant.
//!
//! The index holds each ticket's next deadline, and that of each file attached to nothing, over a few shards. It may lag,
//! so what it names is looked at again: whether anything is due on a ticket is decided on its head.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::{Tenant, TicketId};
use futures_util::future::try_join_all;
use jiff::Timestamp;

use crate::error::Error;
use crate::items::time;
use crate::keys::{Item, Key};
use crate::meter;
use crate::patterns::{BY_DEADLINE, DEADLINE_SHARDS};
use crate::table::Table;
use crate::uploads::DueUpload;

/// Items one query names.
const BATCH: i32 = 50;

/// Something of a tenant's that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DueItem {
    /// A ticket.
    Ticket(Tenant, TicketId),
    /// A file that was attached to nothing in time.
    Upload(DueUpload),
}

/// A walk over what is due in one shard, earliest first.
#[derive(Debug)]
pub struct DueItems {
    shard: u8,
    until: Timestamp,
    start: Option<Item>,
    finished: bool,
}

impl DueItems {
    /// A walk over each shard, of what is due by then.
    pub fn of_every_shard(until: Timestamp) -> Vec<Self> {
        let walk = |shard| Self {
            shard,
            until,
            start: None,
            finished: false,
        };
        (0..DEADLINE_SHARDS).map(walk).collect()
    }

    /// What comes next, each or what is wrong with it; nothing at the end. A walk goes forwards only: what it has passed is
    /// the next walk's business.
    pub async fn next(&mut self, table: &Table) -> Result<Vec<Result<DueItem, Error>>, Error> {
        while !self.finished {
            let until = self.until.as_millisecond().to_string();
            let answer = query(table, self.shard)
                .key_condition_expression("#shard = :shard AND #deadline <= :until")
                .expression_attribute_names("#deadline", "deadline")
                .expression_attribute_values(":until", AttributeValue::N(until))
                .limit(BATCH)
                .set_exclusive_start_key(self.start.take())
                .send()
                .await?;
            meter::read(answer.consumed_capacity());
            self.finished = answer.last_evaluated_key.is_none();
            self.start = answer.last_evaluated_key;
            let items = answer.items.unwrap_or_default();
            if !items.is_empty() {
                return Ok(items.iter().map(named).collect());
            }
        }
        Ok(Vec::new())
    }
}

impl Table {
    /// When something is next due after a time.
    pub async fn next_deadline(&self, after: Timestamp) -> Result<Option<Timestamp>, Error> {
        let after = after.as_millisecond().to_string();
        let first = async |shard| {
            let answer = query(self, shard)
                .key_condition_expression("#shard = :shard AND #deadline > :after")
                .expression_attribute_names("#deadline", "deadline")
                .expression_attribute_values(":after", AttributeValue::N(after.clone()))
                .limit(1)
                .send()
                .await?;
            let deadline = answer.items.unwrap_or_default().pop().and_then(|item| {
                let deadline = item.get("deadline")?.as_n().ok()?;
                deadline.parse().ok()
            });
            deadline.map(time).transpose()
        };
        let firsts = try_join_all((0..DEADLINE_SHARDS).map(first)).await?;
        Ok(firsts.into_iter().flatten().min())
    }
}

fn query(table: &Table, shard: u8) -> QueryFluentBuilder {
    table
        .client
        .query()
        .table_name(&table.name)
        .index_name(BY_DEADLINE)
        .expression_attribute_names("#shard", "deadlineShard")
        .expression_attribute_values(":shard", AttributeValue::N(shard.to_string()))
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
}

/// What an item of the index is, and whose. In a job, the key of a stored item is where a tenant comes from.
fn named(item: &Item) -> Result<DueItem, Error> {
    if let Some(upload) = DueUpload::named(item)? {
        return Ok(DueItem::Upload(upload));
    }
    let tenant = Key::of(item).and_then(|key| key.tenant());
    let ticket = item
        .get("ticket")
        .and_then(|ticket| ticket.as_s().ok()?.parse().ok());
    tenant
        .zip(ticket)
        .map(|(tenant, ticket)| DueItem::Ticket(tenant, ticket))
        .ok_or_else(|| Error::Corrupt("the index of deadlines holds what is nobody's".into()))
}
