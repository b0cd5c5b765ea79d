//! Transactions: the one that every write is, what it means when it is cancelled, and a read that no write of its item
//! overlaps.

use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::PutBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Get, Put, ReturnConsumedCapacity,
    ReturnValuesOnConditionCheckFailure, TransactGetItem, TransactWriteItem,
};
use domain::{AttachmentId, Tenant, Ticket};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::items::{EXPIRES_AT, RecordItem, VERSION};
use crate::keys::{Item, Key, PK};
use crate::meter;
use crate::pause::Pause;
use crate::table::Table;

/// How long a key is honoured (contract §1), to the second. DynamoDB takes a record away some time after that, within days;
/// one that is still there then is read and written as if it were not.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// A request's `Idempotency-Key`, bound to who sent it and what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// Hexadecimal digest of principal, method, path and key.
    pub hash: String,
    /// Digest of the body: the same key with another body is a mistake.
    pub fingerprint: String,
}

/// What became of one try. `R` is what a key's record holds.
pub(crate) enum Try<R = RecordItem> {
    /// It happened.
    Committed,
    /// The key was used before.
    Recorded(R),
    /// Somebody else was faster; the head (or whatever was decided upon) as it is now, if it is still there.
    Lost(Option<Item>),
    /// This upload is not there to be attached any more.
    Unattachable(AttachmentId),
    /// Not now.
    Later(String),
}

/// What became of a read in a transaction.
enum Read {
    /// The item, if there is one.
    Item(Option<Item>),
    /// Not now: a write of it is under way.
    Later(String),
}

impl Table {
    /// Tries once to record that a request has changed nothing: on the condition that the ticket still is as it was when
    /// that was decided.
    pub(crate) async fn commit_nothing(
        &self,
        ticket: &Ticket,
        key: &Idempotency,
        now: Timestamp,
    ) -> Result<Try, Error> {
        let unchanged = ConditionCheck::builder()
            .table_name(&self.name)
            .set_key(Some(Key::head(&ticket.tenant, ticket.id).attributes()))
            .condition_expression("#version = :decided_on")
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(
                ":decided_on",
                AttributeValue::N(ticket.version.to_string()),
            )
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build();
        let record = key.record(ticket, ticket.version, now);
        let record = new_record(&self.name, record, now).build();
        let (unchanged, record) = unchanged
            .and_then(|unchanged| Ok((unchanged, record?)))
            .map_err(|cause| Error::Corrupt(cause.to_string()))?;
        let writes = vec![
            TransactWriteItem::builder()
                .condition_check(unchanged)
                .build(),
            TransactWriteItem::builder().put(record).build(),
        ];
        let outcome = |reasons: &[CancellationReason]| {
            if let Some(record) = reasons.get(1).filter(|reason| failed(reason)) {
                recorded(record)
            } else if let Some(head) = reasons.first().filter(|reason| failed(reason)) {
                Ok(Try::Lost(head.item.clone()))
            } else {
                later_or_refused(reasons)
            }
        };
        self.transact(writes, outcome).await
    }

    pub(crate) async fn transact<R>(
        &self,
        writes: Vec<TransactWriteItem>,
        outcome: impl FnOnce(&[CancellationReason]) -> Result<Try<R>, Error>,
    ) -> Result<Try<R>, Error> {
        let answer = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
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
                    outcome(canceled.cancellation_reasons())
                }
                Some(_) | None => Err(cause.into()),
            },
        }
    }

    /// What a key has done, if anything that still counts by this time. Read in a transaction: while a commit is under way, its head may be seen
    /// before its record, and a plain read would then deny what has just happened.
    pub(crate) async fn recorded<R: DeserializeOwned>(
        &self,
        tenant: &Tenant,
        key: &Idempotency,
        now: Timestamp,
    ) -> Result<Option<R>, Error> {
        let mut pause = Pause::new();
        loop {
            match self
                .get_in_transaction(Key::record(tenant, &key.hash))
                .await?
            {
                Read::Item(item) => {
                    let counts = item.filter(|record| !has_expired(record, now));
                    return Ok(counts.map(serde_dynamo::from_item).transpose()?);
                }
                Read::Later(cause) => pause.before_next_try(&cause).await?,
            }
        }
    }

    /// Reads an item as no write of it is under way.
    async fn get_in_transaction(&self, key: Key) -> Result<Read, Error> {
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
                Ok(Read::Item(item.and_then(|response| response.item)))
            }
            Err(cause) => match cause.as_service_error() {
                Some(TransactGetItemsError::TransactionCanceledException(canceled)) => {
                    Ok(Read::Later(canceled.to_string()))
                }
                Some(_) | None => Err(cause.into()),
            },
        }
    }
}

/// An item that must not be there yet.
pub(crate) fn new_item(table: &str, item: Item) -> PutBuilder {
    Put::builder()
        .table_name(table)
        .set_item(Some(item))
        .condition_expression("attribute_not_exists(#pk)")
        .expression_attribute_names("#pk", PK)
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
}

/// The record of what a key has done: on the condition that there is none, or one whose time is over.
pub(crate) fn new_record(table: &str, record: Item, now: Timestamp) -> PutBuilder {
    new_item(table, record)
        .condition_expression("attribute_not_exists(#pk) OR #expires <= :now")
        .expression_attribute_names("#expires", EXPIRES_AT)
        .expression_attribute_values(":now", AttributeValue::N(now.as_second().to_string()))
}

/// Whether the time of a record is over. The same comparison as in [`new_record`]'s condition: whoever finds a record
/// that counts could not have written over it.
fn has_expired(record: &Item, now: Timestamp) -> bool {
    let until = record.get(EXPIRES_AT).and_then(|until| until.as_n().ok());
    let until: Option<i64> = until.and_then(|until| until.parse().ok());
    until.is_some_and(|until| until <= now.as_second())
}

pub(crate) fn failed(reason: &CancellationReason) -> bool {
    reason.code() == Some("ConditionalCheckFailed")
}

/// The key was used before, for this.
pub(crate) fn recorded<R: DeserializeOwned>(reason: &CancellationReason) -> Result<Try<R>, Error> {
    let item = reason
        .item
        .clone()
        .ok_or_else(|| Error::Corrupt("a failed condition without its item".into()))?;
    Ok(Try::Recorded(serde_dynamo::from_item(item)?))
}

/// What a transaction means that was cancelled for none of its own conditions. A conflict, throttling, or an entry that
/// stands where the head has not moved yet: another write is under way, and the next try will see what it did.
pub(crate) fn later_or_refused<R>(reasons: &[CancellationReason]) -> Result<Try<R>, Error> {
    const OURS: [&str; 3] = [
        "ValidationError",
        "ItemCollectionSizeLimitExceeded",
        "AccessDenied",
    ];
    let codes: Vec<&str> = reasons
        .iter()
        .filter_map(CancellationReason::code)
        .filter(|code| *code != "None")
        .collect();
    if codes.iter().any(|code| OURS.contains(code)) {
        // Their messages, never their items: those hold what people wrote.
        let messages: Vec<&str> = reasons
            .iter()
            .filter_map(CancellationReason::message)
            .collect();
        return Err(Error::Refused(format!("{codes:?}: {messages:?}")));
    }
    Ok(Try::Later(codes.join(", ")))
}

impl Idempotency {
    /// The record of what a request with this key has done: the ticket's version after it.
    pub(crate) fn record(&self, ticket: &Ticket, seq: u32, now: Timestamp) -> Item {
        let record = RecordItem {
            fingerprint: self.fingerprint.clone(),
            of: ticket.id,
            seq,
            expires_at: forget_at(now),
        };
        record.at(Key::record(&ticket.tenant, &self.hash))
    }
}

/// When a record counts no more, in seconds since 1970: the first whole one by which it has had all of its time.
pub(crate) fn forget_at(now: Timestamp) -> i64 {
    let begun = i64::from(now.subsec_nanosecond() > 0);
    now.as_second() + begun + REMEMBERED.as_secs()
}
