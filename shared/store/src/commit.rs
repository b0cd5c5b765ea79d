//! What one write puts into the table, all of it or nothing: head, entry, and what some writes have besides.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Delete, TransactWriteItem, Update,
};
use domain::{Entry, Ticket, outcomes};

use crate::attach::Kept;
use crate::counts::COUNTER_SHARDS;
use crate::error::Error;
use crate::items::{self, AttachmentItem, DECLARED, GONE, VERSION};
use crate::keys::{Item, Key};
use crate::promptly::in_time;
use crate::rollups;
use crate::table::Table;
use crate::transaction::{
    Idempotency, Try, failed, later_or_refused, new_item, new_record, recorded,
};

/// What a write puts into the table: the head after it, the entry, the record of its key, the counters and rollups it
/// moves, and the files it attaches.
pub(crate) struct Commit<'a> {
    /// The ticket before it; none when it is opened.
    pub(crate) before: Option<&'a Ticket>,
    /// The ticket after it.
    pub(crate) ticket: &'a Ticket,
    pub(crate) entry: &'a Entry,
    pub(crate) key: Option<&'a Idempotency>,
    /// The entry's files: each goes from its person to the ticket.
    pub(crate) files: &'a [Kept],
}

impl Table {
    /// Tries a write once, if it is not too late for it.
    pub(crate) async fn commit(&self, commit: Commit<'_>) -> Result<Try, Error> {
        in_time()?;
        let writes = commit.writes(&self.name)?;
        self.transact(writes, |reasons| commit.outcome(reasons))
            .await
    }
}

impl Commit<'_> {
    /// Head, entry, then what some writes have: the record, the number, the counters, the rollups; and each file's upload
    /// and item.
    fn writes(&self, table: &str) -> Result<Vec<TransactWriteItem>, Error> {
        let Self {
            ticket, entry, key, ..
        } = *self;
        let put = |item: Item| new_item(table, item);
        let is_new = entry.seq == 1;
        let mut puts = Vec::with_capacity(4);
        puts.push(if is_new {
            put(items::head(ticket))
        } else {
            put(items::head(ticket))
                .condition_expression("#version = :before")
                .set_expression_attribute_names(Some(HashMap::from([(
                    "#version".into(),
                    VERSION.into(),
                )])))
                .expression_attribute_values(
                    ":before",
                    AttributeValue::N((entry.seq - 1).to_string()),
                )
        });
        puts.push(put(items::entry(&ticket.tenant, ticket.id, entry)));
        if let Some(key) = key {
            let record = key.record(ticket, entry.seq, entry.at);
            puts.push(new_record(table, record, entry.at));
        }
        if is_new {
            puts.push(put(items::number(ticket)));
        }
        let puts = puts.into_iter().map(|put| {
            let put = put.build();
            put.map(|put| TransactWriteItem::builder().put(put).build())
        });
        let counters = self.counters(table).into_iter().map(|update| {
            let update = update.build();
            update.map(|update| TransactWriteItem::builder().update(update).build())
        });
        let files = self.files.iter().flat_map(|kept| {
            let item = self.attachment(kept);
            let put = put(item).build();
            [
                taken(table, kept)
                    .map(|delete| TransactWriteItem::builder().delete(delete).build()),
                put.map(|put| TransactWriteItem::builder().put(put).build()),
            ]
        });
        let outcomes = outcomes(self.before, ticket);
        let rollups = rollups::updates(table, &ticket.tenant, ticket.id, &outcomes)
            .map_err(|cause| Error::Corrupt(cause.to_string()))?;
        let rollups = rollups
            .into_iter()
            .map(|update| Ok(TransactWriteItem::builder().update(update).build()));
        puts.chain(counters)
            .chain(rollups)
            .chain(files)
            .collect::<Result<_, _>>()
            .map_err(|cause| Error::Corrupt(cause.to_string()))
    }

    /// The item a file of this entry is found by.
    fn attachment(&self, kept: &Kept) -> Item {
        let Ticket { tenant, id, .. } = self.ticket;
        let item = AttachmentItem {
            attachment: kept.attachment.clone(),
            object: kept.object.clone(),
            scan_awaited: kept.scan_awaited,
            visibility: self.entry.visibility(),
        };
        item.at(tenant, *id)
    }

    /// A ticket that is counted under another status than before moves from one counter to the other, in its shard of
    /// the tenant's and of its client's.
    fn counters(&self, table: &str) -> Vec<UpdateBuilder> {
        let from = self.before.and_then(Ticket::counted_as);
        let to = self.ticket.counted_as();
        if from == to {
            return Vec::new();
        }
        let steps = [("#from", ":less", from, "-1"), ("#to", ":more", to, "1")];
        let Ticket {
            tenant, id, client, ..
        } = self.ticket;
        let shard = id.spread(COUNTER_SHARDS);
        [None, Some(client)]
            .map(|client| {
                let mut update = Update::builder()
                    .table_name(table)
                    .set_key(Some(Key::counts(tenant, client, shard).attributes()));
                let mut clauses = Vec::with_capacity(2);
                for (name, value, status, step) in steps {
                    let Some(status) = status else { continue };
                    clauses.push(format!("{name} {value}"));
                    update = update
                        .expression_attribute_names(name, status.name())
                        .expression_attribute_values(value, AttributeValue::N(step.into()));
                }
                update.update_expression(format!("ADD {}", clauses.join(", ")))
            })
            .into()
    }

    /// What a cancelled transaction means: one reason per write, in their order.
    fn outcome(&self, reasons: &[CancellationReason]) -> Result<Try, Error> {
        // The record first: if the key was used before, the rest has failed because of it.
        if self.key.is_some()
            && let Some(record) = reasons.get(2).filter(|reason| failed(reason))
        {
            return recorded(record);
        }
        if let Some(head) = reasons.first().filter(|reason| failed(reason)) {
            return Ok(Try::Lost(head.item.clone()));
        }
        let (others, of_files) =
            reasons.split_at(reasons.len().saturating_sub(2 * self.files.len()));
        let unattachable = of_files
            .chunks(2)
            .position(|of_file| of_file.iter().any(failed));
        if let Some(kept) = unattachable.and_then(|at| self.files.get(at)) {
            return Ok(Try::Unattachable(kept.attachment.id));
        }
        if self.entry.seq == 1 && others.iter().any(failed) {
            return Err(Error::Corrupt(format!(
                "{} or its number exists already",
                self.ticket.id
            )));
        }
        later_or_refused(reasons)
    }
}

/// A file leaves its person's uploads, if it is there and not being taken away.
fn taken(table: &str, kept: &Kept) -> Result<Delete, BuildError> {
    let id = kept.attachment.id.to_string();
    Delete::builder()
        .table_name(table)
        .set_key(Some(kept.upload.clone().attributes()))
        .condition_expression("#declared = :id AND attribute_not_exists(#gone)")
        .expression_attribute_names("#declared", DECLARED)
        .expression_attribute_names("#gone", GONE)
        .expression_attribute_values(":id", AttributeValue::S(id))
        .build()
}
