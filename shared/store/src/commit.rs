//! Writing: one conditional transaction, and what happens when somebody else was faster.
//!
//! A write is *decide → apply → commit*. The commit puts the new head on the condition that the stored one still has
//! the version decided upon, the entry on the condition that its key is free, and, when the request carries an
//! `Idempotency-Key`, a record of what it did on the condition that there is none yet. All of it happens, or nothing.
//!
//! * **A lost race** comes back with the head that won. The decision is made again on that head, so what still makes
//!   sense happens and what no longer does is refused.
//! * **A replay** comes back with the record of the first time, or is refused by a decision that the first time's
//!   success has overtaken (a reply that closed the ticket cannot be said again). So a refusal, too, looks for the
//!   record before it stands. There is no "in progress" state to get stuck in.
//! * **A conflict** (two transactions at once on an item) or throttling is tried again after a pause. Pauses are
//!   random and grow; tries are bounded; then the caller is told to come back.
//! * **A lost answer** is repeated by the SDK with the same `ClientRequestToken`, which `DynamoDB` executes once.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Put, ReturnConsumedCapacity, ReturnValue,
    ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use domain::{Entry, Refusal, Tenant, Ticket, TicketId};
use jiff::{SignedDuration, Timestamp};

use crate::error::{Error, WriteError};
use crate::items::{self, Item, RecordItem};
use crate::keys::{Key, PK};
use crate::meter;
use crate::table::Table;

/// Tries before a write gives up. Sixteen writers at once need at most sixteen; the rest is for conflicts.
const TRIES: u32 = 40;
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_millis(120);
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

/// What a write did.
#[derive(Clone, Debug)]
pub struct Written {
    /// The ticket it was done to.
    pub ticket: TicketId,
    /// The entry it added.
    pub entry: Entry,
    /// Whether it was done before, by a request with the same key.
    pub replayed: bool,
}

/// What became of one try.
enum Try {
    Committed,
    /// The key was used before.
    Recorded(RecordItem),
    /// Somebody else was faster; the head as it is now, if it is still there.
    Lost(Option<Item>),
    /// Not now.
    Later(String),
}

/// One try's items, in the order of the transaction.
struct Commit<'a> {
    ticket: &'a Ticket,
    entry: &'a Entry,
    key: Option<&'a Idempotency>,
}

impl Table {
    /// The tenant's next ticket number. A number taken for a ticket that is then not opened is never given again.
    pub async fn next_number(&self, tenant: &Tenant) -> Result<u64, Error> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(Key::last_number(tenant).attributes()))
            .update_expression("ADD #last :one")
            .expression_attribute_names("#last", "last")
            .expression_attribute_values(":one", AttributeValue::N("1".into()))
            .return_values(ReturnValue::UpdatedNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        meter::wrote(answer.consumed_capacity.as_slice());
        let last = answer
            .attributes
            .as_ref()
            .and_then(|new| new.get("last")?.as_n().ok()?.parse().ok());
        last.ok_or_else(|| Error::Corrupt(format!("{tenant}'s ticket counter holds no number")))
    }

    /// Opens a ticket with its first entry.
    pub async fn open(
        &self,
        tenant: &Tenant,
        id: TicketId,
        entry: Entry,
        key: Option<&Idempotency>,
    ) -> Result<Written, WriteError> {
        let ticket = Ticket::opened(tenant.clone(), id, &entry)?;
        let mut pause = Pause::default();
        loop {
            match self
                .commit(Commit {
                    ticket: &ticket,
                    entry: &entry,
                    key,
                })
                .await?
            {
                Try::Committed => {
                    return Ok(Written {
                        ticket: id,
                        entry,
                        replayed: false,
                    });
                }
                Try::Recorded(record) => return self.replay(tenant, record, key).await,
                Try::Lost(_) => {
                    return Err(Error::Corrupt(format!("{id} or its number exists already")).into());
                }
                Try::Later(cause) => pause.before_next_try(&cause).await?,
            }
        }
    }

    /// Adds what `decide` makes of the ticket to its thread. `ticket` is the head as last read; `decide` is asked
    /// again whenever a fresher one turns up. `None` when there is nothing to change.
    pub async fn change(
        &self,
        ticket: Ticket,
        key: Option<&Idempotency>,
        decide: impl Fn(&Ticket) -> Result<Option<Entry>, Refusal>,
    ) -> Result<Option<Written>, WriteError> {
        let (tenant, id) = (ticket.tenant.clone(), ticket.id);
        let mut ticket = ticket;
        let mut pause = Pause::default();
        loop {
            let entry = match decide(&ticket) {
                Ok(Some(entry)) => entry,
                Ok(None) => return Ok(None),
                Err(refusal) => {
                    return self.replay_or_refuse(&tenant, key, refusal).await.map(Some);
                }
            };
            let mut after = ticket.clone();
            after.apply(&entry)?;
            match self
                .commit(Commit {
                    ticket: &after,
                    entry: &entry,
                    key,
                })
                .await?
            {
                Try::Committed => {
                    return Ok(Some(Written {
                        ticket: id,
                        entry,
                        replayed: false,
                    }));
                }
                Try::Recorded(record) => return self.replay(&tenant, record, key).await.map(Some),
                Try::Lost(head) => {
                    ticket = items::ticket(head.ok_or(Refusal::NotFound)?)?;
                    pause.before_next_try("other writers were faster").await?;
                }
                // The head decided upon may be old by now; the next try will say so, and bring the fresh one.
                Try::Later(cause) => pause.before_next_try(&cause).await?,
            }
        }
    }

    async fn replay_or_refuse(
        &self,
        tenant: &Tenant,
        key: Option<&Idempotency>,
        refusal: Refusal,
    ) -> Result<Written, WriteError> {
        if let Some(key) = key
            && let Some(item) = self.get(Key::record(tenant, &key.hash)).await?
        {
            let record = serde_dynamo::from_item(item).map_err(Error::from)?;
            return self.replay(tenant, record, Some(key)).await;
        }
        Err(refusal.into())
    }

    async fn replay(
        &self,
        tenant: &Tenant,
        record: RecordItem,
        key: Option<&Idempotency>,
    ) -> Result<Written, WriteError> {
        if key.is_none_or(|key| key.fingerprint != record.fingerprint) {
            return Err(WriteError::KeyReused);
        }
        let entry = self.entry(tenant, record.of, record.seq).await?;
        Ok(Written {
            ticket: record.of,
            entry,
            replayed: true,
        })
    }

    async fn commit(&self, commit: Commit<'_>) -> Result<Try, Error> {
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
        match codes.as_slice() {
            ["ConditionalCheckFailed", ..] => Err(Error::Corrupt(format!(
                "{}: {codes:?} on an entry or a number",
                self.ticket.id
            ))),
            [
                "ValidationError" | "ItemCollectionSizeLimitExceeded" | "AccessDenied",
                ..,
            ] => {
                // Their messages, never their items: those hold what people wrote.
                let messages: Vec<&str> = reasons
                    .iter()
                    .filter_map(CancellationReason::message)
                    .collect();
                Err(Error::Refused(format!("{codes:?}: {messages:?}")))
            }
            _ => Ok(Try::Later(codes.join(", "))),
        }
    }
}

/// When a record may be forgotten, in seconds since 1970.
fn forget_at(now: Timestamp) -> i64 {
    now.as_second() + REMEMBERED.as_secs()
}

/// The pauses between the tries of one write.
#[derive(Default)]
struct Pause {
    tries: u32,
}

impl Pause {
    /// Waits a random time below a bound that grows, or gives up.
    async fn before_next_try(&mut self, cause: &str) -> Result<(), Error> {
        self.tries += 1;
        if self.tries >= TRIES {
            return Err(Error::Unavailable(format!(
                "gave up after {TRIES} tries: {cause}"
            )));
        }
        let longest = Duration::from_millis(4 << self.tries.min(8)).min(LONGEST_PAUSE);
        tokio::time::sleep(longest.mul_f64(fastrand::f64())).await;
        Ok(())
    }
}
