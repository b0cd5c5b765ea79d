//! Writing, and what happens when somebody else was faster.
//!
//! A write is *decide → apply → commit*. The commit (`commit.rs`) puts the new head on the condition that the
//! stored one still has the version decided upon, the entry on the condition that its key is free, and, when the request
//! carries an `Idempotency-Key`, a record of what it did on the condition that there is none that still counts. All of it happens, or
//! nothing. The counters of tickets per status move in the same transaction, so they are exact at once.
//!
//! * **A lost race** comes back with the head that won. The decision is made again on that head, by the terms it has, so
//!   what still makes sense happens and what no longer does is refused.
//! * **A replay** comes back with the record of the first time, or is refused by a decision that the first time's
//!   success has overtaken (a reply that closed the ticket cannot be said again). So a refusal, too, looks for the
//!   record before it stands. What changed nothing is recorded as such. There is no "in progress" state to get stuck in.
//! * **A conflict** (two transactions at once on an item) or throttling is tried again after a pause. Pauses are
//!   random and grow; tries are bounded; then the caller is told to come back.
//! * **A lost answer** is repeated by the SDK with the same `ClientRequestToken`, which DynamoDB executes once.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};
use domain::{Configuration, Entry, Refusal, Rules, Tenant, Ticket, TicketId, UploadRefusal};
use jiff::Timestamp;

use crate::attach::Kept;
use crate::commit::Commit;
use crate::error::{Error, WriteError};
use crate::items::{self, RecordItem};
use crate::keys::{Item, Key};
use crate::meter;
use crate::pause::Pause;
use crate::table::Table;
use crate::transaction::{Idempotency, Try};

/// What became of a change.
#[derive(Clone, Debug)]
pub enum Changed {
    /// It was made.
    Written(Written),
    /// There was nothing to change; the ticket as it is.
    Nothing(Ticket),
}

/// What a write did.
#[derive(Clone, Debug)]
pub struct Written {
    /// The ticket it was done to.
    pub ticket: TicketId,
    /// The entry it added; of a repetition that added none, the newest there was.
    pub entry: Entry,
    /// Whether it was done before, by a request with the same key.
    pub replayed: bool,
    /// The head after it, where it was at hand.
    after: Option<Box<Ticket>>,
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

    /// Opens a ticket with its first entry, and with the files of that entry.
    pub async fn open(
        &self,
        tenant: &Tenant,
        id: TicketId,
        entry: Entry,
        files: &[Kept],
        key: Option<&Idempotency>,
    ) -> Result<Written, WriteError> {
        let ticket = Ticket::opened(tenant.clone(), id, &entry)?;
        let mut pause = Pause::new();
        loop {
            match self
                .commit(Commit {
                    before: None,
                    ticket: &ticket,
                    entry: &entry,
                    key,
                    files,
                })
                .await?
            {
                Try::Committed => return Ok(Written::now(ticket, entry)),
                Try::Recorded(record) => return self.replay(tenant, record, key).await,
                Try::Lost(_) => {
                    return Err(Error::Corrupt(format!("{id} or its number exists already")).into());
                }
                Try::Unattachable(id) => {
                    let refusal = UploadRefusal::Missing { id }.into();
                    return self.done_or_refused(tenant, key, refusal, entry.at).await;
                }
                Try::Later(cause) => pause.before_next_try(&cause).await?,
            }
        }
    }

    /// Adds what `decide` makes of the ticket to its thread. `ticket` is the head as last read; `decide` is asked again
    /// whenever a fresher one turns up, and is told each time what that one was promised. `files` are those of the entry.
    /// `now` dates the record of a key that has changed nothing.
    pub async fn change(
        &self,
        ticket: Ticket,
        files: &[Kept],
        key: Option<&Idempotency>,
        now: Timestamp,
        configuration: &Configuration,
        decide: impl Fn(&Ticket, Rules<'_>) -> Result<Option<Entry>, Refusal>,
    ) -> Result<Changed, WriteError> {
        let tenant = ticket.tenant.clone();
        let mut ticket = ticket;
        let mut pause = Pause::new();
        loop {
            let terms = self.terms(&ticket, configuration).await?;
            let entry = match decide(&ticket, configuration.rules(terms.as_ref())) {
                Ok(Some(entry)) => entry,
                Ok(None) => {
                    let Some(key) = key else {
                        return Ok(Changed::Nothing(ticket));
                    };
                    // It did nothing, and must do nothing when it is repeated: that is recorded, too.
                    match self.commit_nothing(&ticket, key, now).await? {
                        Try::Committed => return Ok(Changed::Nothing(ticket)),
                        Try::Recorded(record) => {
                            let replayed = self.replay(&tenant, record, Some(key)).await;
                            return replayed.map(Changed::Written);
                        }
                        Try::Lost(head) => {
                            ticket = fresh(head)?;
                            pause.after_a_lost_race().await?;
                        }
                        Try::Unattachable(id) => return Err(UploadRefusal::Missing { id }.into()),
                        Try::Later(cause) => pause.before_next_try(&cause).await?,
                    }
                    continue;
                }
                Err(refusal) => {
                    let before = self.done_or_refused(&tenant, key, refusal, now).await?;
                    return Ok(Changed::Written(before));
                }
            };
            let mut after = ticket.clone();
            after.apply(&entry)?;
            match self
                .commit(Commit {
                    before: Some(&ticket),
                    ticket: &after,
                    entry: &entry,
                    key,
                    files,
                })
                .await?
            {
                Try::Committed => return Ok(Changed::Written(Written::now(after, entry))),
                Try::Recorded(record) => {
                    let replayed = self.replay(&tenant, record, key).await;
                    return replayed.map(Changed::Written);
                }
                Try::Lost(head) => {
                    ticket = fresh(head)?;
                    pause.after_a_lost_race().await?;
                }
                Try::Unattachable(id) => {
                    let refusal = UploadRefusal::Missing { id }.into();
                    let before = self.done_or_refused(&tenant, key, refusal, now).await?;
                    return Ok(Changed::Written(before));
                }
                // The head decided upon may be old by now; the next try will say so, and bring the fresh one.
                Try::Later(cause) => pause.before_next_try(&cause).await?,
            }
        }
    }

    /// What a request with this key has done before; if it has done nothing, this is why it will not now. Every refusal
    /// of a write goes through here: it may be the first time's own success that stands in the way.
    pub async fn done_or_refused(
        &self,
        tenant: &Tenant,
        key: Option<&Idempotency>,
        refusal: Refusal,
        now: Timestamp,
    ) -> Result<Written, WriteError> {
        let Some(key) = key else {
            return Err(refusal.into());
        };
        match self.recorded(tenant, key, now).await? {
            Some(record) => self.replay(tenant, record, Some(key)).await,
            None => Err(refusal.into()),
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
        // Without its entry, the ticket is purged.
        let entry = self.entry(tenant, record.of, record.seq).await?;
        let entry = entry.ok_or(Refusal::NotFound)?;
        Ok(Written {
            ticket: record.of,
            entry,
            replayed: true,
            after: None,
        })
    }

    /// The head as a write has left it, whatever has happened since.
    pub async fn head_after(&self, tenant: &Tenant, written: &Written) -> Result<Ticket, Error> {
        if let Some(ticket) = &written.after {
            return Ok(Ticket::clone(ticket));
        }
        let Written { ticket, entry, .. } = written;
        let thread = self.thread_up_to(tenant, *ticket, entry.seq).await?;
        Ok(Ticket::fold(tenant.clone(), *ticket, &thread)?)
    }
}

/// The head that has won a race.
fn fresh(head: Option<Item>) -> Result<Ticket, WriteError> {
    let ticket = head.map(items::ticket).transpose()?.flatten();
    Ok(ticket.ok_or(Refusal::NotFound)?)
}

impl Written {
    fn now(after: Ticket, entry: Entry) -> Self {
        Self {
            ticket: after.id,
            entry,
            replayed: false,
            after: Some(Box::new(after)),
        }
    }
}
