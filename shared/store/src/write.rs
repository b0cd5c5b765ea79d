//! Writing, and what happens when somebody else was faster.
//!
//! A write is *decide → apply → commit*. The commit (`transaction.rs`) puts the new head on the condition that the
//! stored one still has the version decided upon, the entry on the condition that its key is free, and, when the request
//! carries an `Idempotency-Key`, a record of what it did on the condition that there is none yet. All of it happens, or
//! nothing.
//!
//! * **A lost race** comes back with the head that won. The decision is made again on that head, so what still makes
//!   sense happens and what no longer does is refused.
//! * **A replay** comes back with the record of the first time, or is refused by a decision that the first time's
//!   success has overtaken (a reply that closed the ticket cannot be said again). So a refusal, too, looks for the
//!   record before it stands. There is no "in progress" state to get stuck in.
//! * **A conflict** (two transactions at once on an item) or throttling is tried again after a pause. Pauses are
//!   random and grow; tries are bounded; then the caller is told to come back.
//! * **A lost answer** is repeated by the SDK with the same `ClientRequestToken`, which DynamoDB executes once.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};
use domain::{Entry, Refusal, Tenant, Ticket, TicketId};

use crate::error::{Error, WriteError};
use crate::items::{self, RecordItem};
use crate::keys::Key;
use crate::meter;
use crate::pause::Pause;
use crate::table::Table;
use crate::transaction::{Commit, Idempotency, Seen, Try};

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
        meter::wrote(answer.consumed_capacity());
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
        let mut pause = Pause::new();
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
        let mut pause = Pause::new();
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
        match key {
            Some(key) => match self.recorded(tenant, key).await? {
                Some(record) => self.replay(tenant, record, Some(key)).await,
                None => Err(refusal.into()),
            },
            None => Err(refusal.into()),
        }
    }

    /// What a key has done, if anything. Read in a transaction: while a commit is under way, its head may be seen
    /// before its record, and a plain read would then deny what has just happened.
    async fn recorded(
        &self,
        tenant: &Tenant,
        key: &Idempotency,
    ) -> Result<Option<RecordItem>, Error> {
        let mut pause = Pause::new();
        loop {
            match self
                .get_in_transaction(Key::record(tenant, &key.hash))
                .await?
            {
                Seen::Item(item) => return Ok(item.map(serde_dynamo::from_item).transpose()?),
                Seen::Later(cause) => pause.before_next_try(&cause).await?,
            }
        }
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
}
