//! The one transaction every write is (head, entry, and what some writes have besides), and a read that no write of
//! its item overlaps.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Get, Put, ReturnConsumedCapacity,
    ReturnValuesOnConditionCheckFailure, TransactGetItem, TransactWriteItem,
};
use domain::{Entry, Ticket};
use jiff::{SignedDuration, Timestamp};

use crate::error::Error;
use crate::items::{self, RecordItem};
use crate::keys::{Item, Key, PK};
use crate::meter;
use crate::table::Table;

/// How long a key is remembered at least (contract §1).
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// A request's `Idempotency-Key`, bound to who sent it and what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// Hexadecimal digest of principal, method, path and key.
    pub hash: String,
    /// Digest of the body: the same key with another body is a mistake.
    pub fingerprint: String,
}

/// What became of one try.
pub(crate) enum Try {
    /// It happened.
    Committed,
    /// The key was used before.
    Recorded(RecordItem),
    /// Somebody else was faster; the head as it is now, if it is still there.
    Lost(Option<Item>),
    /// Not now.
    Later(String),
}

/// What became of a read in a transaction.
pub(crate) enum Seen {
    /// The item, if there is one.
    Item(Option<Item>),
    /// Not now: a write of it is under way.
    Later(String),
}

/// What a write puts into the table: the head after it, the entry, and the record of its key.
pub(crate) struct Commit<'a> {
    pub(crate) ticket: &'a Ticket,
    pub(crate) entry: &'a Entry,
    pub(crate) key: Option<&'a Idempotency>,
}

impl Table {
    /// Tries once.
    pub(crate) async fn commit(&self, commit: Commit<'_>) -> Result<Try, Error> {
        let puts = commit.puts(&self.name)?;
        let answer = self
            .client
            .transact_write_items()
            .set_transact_items(Some(puts))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                meter::wrote(answer.consumed_capacity());
                Ok(Try::Committed)
            }
            Err(cause) => match cause.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                    commit.outcome(canceled.cancellation_reasons())
                }
                Some(_) | None => Err(cause.into()),
            },
        }
    }

    /// Reads an item as no write of it is under way.
    pub(crate) async fn get_in_transaction(&self, key: Key) -> Result<Seen, Error> {
        let get = Get::builder()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .build();
        let get = get.map_err(|cause| Error::Corrupt(cause.to_string()))?;
        let answer = self
            .client
            .transact_get_items()
            .transact_items(TransactGetItem::builder().get(get).build())
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                meter::read(answer.consumed_capacity());
                let item = answer.responses.and_then(|mut responses| responses.pop());
                Ok(Seen::Item(item.and_then(|response| response.item)))
            }
            Err(cause) => match cause.as_service_error() {
                Some(TransactGetItemsError::TransactionCanceledException(canceled)) => {
                    Ok(Seen::Later(canceled.to_string()))
                }
                Some(_) | None => Err(cause.into()),
            },
        }
    }
}

impl Commit<'_> {
    /// Head, entry, then what some writes have: the record, the number.
    fn puts(&self, table: &str) -> Result<Vec<TransactWriteItem>, Error> {
        let Self { ticket, entry, key } = *self;
        let put = |item: Item| {
            Put::builder()
                .table_name(table)
                .set_item(Some(item))
                .condition_expression("attribute_not_exists(#pk)")
                .expression_attribute_names("#pk", PK)
                .return_values_on_condition_check_failure(
                    ReturnValuesOnConditionCheckFailure::AllOld,
                )
        };
        let is_new = entry.seq == 1;
        let mut puts = Vec::with_capacity(4);
        puts.push(if is_new {
            put(items::head(ticket))
        } else {
            put(items::head(ticket))
                .condition_expression("#version = :before")
                .set_expression_attribute_names(Some(HashMap::from([(
                    "#version".into(),
                    "version".into(),
                )])))
                .expression_attribute_values(
                    ":before",
                    AttributeValue::N((entry.seq - 1).to_string()),
                )
        });
        puts.push(put(items::entry(&ticket.tenant, ticket.id, entry)));
        if let Some(key) = key {
            let record = RecordItem {
                fingerprint: key.fingerprint.clone(),
                of: ticket.id,
                seq: entry.seq,
                expires_at: forget_at(entry.at),
            };
            puts.push(put(record.at(Key::record(&ticket.tenant, &key.hash))));
        }
        if is_new {
            puts.push(put(items::number(ticket)));
        }
        puts.into_iter()
            .map(|put| {
                let put = put
                    .build()
                    .map_err(|cause| Error::Corrupt(cause.to_string()))?;
                Ok(TransactWriteItem::builder().put(put).build())
            })
            .collect()
    }

    /// What a cancelled transaction means: one reason per put, in their order.
    fn outcome(&self, reasons: &[CancellationReason]) -> Result<Try, Error> {
        let failed = |reason: &CancellationReason| reason.code() == Some("ConditionalCheckFailed");
        // The record first: if the key was used before, the rest has failed because of it.
        if self.key.is_some()
            && let Some(record) = reasons.get(2).filter(|reason| failed(reason))
        {
            let item = record
                .item
                .clone()
                .ok_or_else(|| Error::Corrupt("a failed condition without its item".into()))?;
            return Ok(Try::Recorded(serde_dynamo::from_item(item)?));
        }
        if let Some(head) = reasons.first().filter(|reason| failed(reason)) {
            return Ok(Try::Lost(head.item.clone()));
        }
        let codes: Vec<&str> = reasons
            .iter()
            .filter_map(CancellationReason::code)
            .filter(|code| *code != "None")
            .collect();
        let any = |wanted: &[&str]| codes.iter().any(|code| wanted.contains(code));
        if any(&[
            "ValidationError",
            "ItemCollectionSizeLimitExceeded",
            "AccessDenied",
        ]) {
            // Their messages, never their items: those hold what people wrote.
            let messages: Vec<&str> = reasons
                .iter()
                .filter_map(CancellationReason::message)
                .collect();
            Err(Error::Refused(format!("{codes:?}: {messages:?}")))
        } else if self.entry.seq == 1 && any(&["ConditionalCheckFailed"]) {
            Err(Error::Corrupt(format!(
                "{} or its number exists already",
                self.ticket.id
            )))
        } else {
            // A conflict, throttling, or an entry that stands where the head has not moved yet: another write is
            // under way, and the next try will see what it did.
            Ok(Try::Later(codes.join(", ")))
        }
    }
}

/// When a record may be forgotten, in seconds since 1970.
fn forget_at(now: Timestamp) -> i64 {
    now.as_second() + REMEMBERED.as_secs()
}
