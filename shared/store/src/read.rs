//! Reading tickets and threads, strongly consistent.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::{Actor, Entry, Tenant, Ticket, TicketId, Visibility};
use serde::{Deserialize, Serialize};

use crate::cursor::Binding;
use crate::error::{Error, ListError};
use crate::items::{self, Item};
use crate::keys::{Key, PK, SK};
use crate::meter;
use crate::table::Table;

/// Entries that come with a ticket.
const WITH_TICKET: u32 = 100;
/// Entries one page of a thread may read to find those its reader may see.
const READ_BUDGET: usize = 1_000;
/// How often a read that fell between the two items of a commit is repeated.
const REREADS: u32 = 3;

/// A ticket with its newest entries.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The head.
    pub ticket: Ticket,
    /// Entry 1: it holds the description.
    pub opening: Entry,
    /// The newest entries, ascending, internal ones included.
    pub entries: Vec<Entry>,
}

/// A page of a thread, ascending.
#[derive(Clone, Debug)]
pub struct ThreadPage {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Where the thread goes on; none at its end.
    pub next: Option<String>,
}

/// Where a page of a thread begins, and in which direction the thread is walked.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Position {
    /// Towards the newest, after this `seq`.
    After(u32),
    /// Towards the oldest, before this `seq`.
    Before(u32),
}

impl Table {
    /// A ticket's head.
    pub async fn ticket(&self, tenant: &Tenant, id: TicketId) -> Result<Option<Ticket>, Error> {
        self.get(Key::head(tenant, id))
            .await?
            .map(items::ticket)
            .transpose()
    }

    /// An entry of a ticket's thread.
    pub(crate) async fn entry(
        &self,
        tenant: &Tenant,
        id: TicketId,
        seq: u32,
    ) -> Result<Entry, Error> {
        let item = self.get(Key::entry(tenant, id, seq)).await?;
        items::thread_entry(item.ok_or_else(|| Error::Corrupt(format!("{id} has no entry {seq}")))?)
    }

    /// The ticket of a number.
    pub async fn numbered(&self, tenant: &Tenant, number: u64) -> Result<Option<TicketId>, Error> {
        self.get(Key::number(tenant, number))
            .await?
            .map(items::numbered)
            .transpose()
    }

    /// A ticket with its newest entries: one query, and one more read when the thread is longer than that.
    pub async fn conversation(
        &self,
        tenant: &Tenant,
        id: TicketId,
    ) -> Result<Option<Conversation>, Error> {
        for _ in 0..REREADS {
            let (items, _) = self
                .partition(
                    Key::entry(tenant, id, 1),
                    Key::head(tenant, id),
                    WITH_TICKET + 1,
                    false,
                )
                .await?;
            let mut items = items.into_iter();
            let Some(head) = items.next().filter(items::is_head) else {
                return Ok(None);
            };
            let ticket = items::ticket(head)?;
            let mut entries = items
                .map(items::thread_entry)
                .collect::<Result<Vec<_>, _>>()?;
            entries.reverse();
            // A query is no snapshot: a commit may land while it runs. Newer entries than the head's are not yet
            // part of this ticket; when the head's own is missing, the query came too early.
            entries.retain(|entry| entry.seq <= ticket.version);
            if entries
                .last()
                .is_none_or(|newest| newest.seq < ticket.version)
            {
                continue;
            }
            let opening = match entries.first() {
                Some(first) if first.seq == 1 => first.clone(),
                Some(_) | None => self.entry(tenant, id, 1).await?,
            };
            return Ok(Some(Conversation {
                ticket,
                opening,
                entries,
            }));
        }
        Err(Error::Unavailable(format!(
            "{id} changed faster than it could be read"
        )))
    }

    /// A page of a ticket's thread as this actor may read it: from the oldest entry, or from where a cursor points.
    pub async fn thread(
        &self,
        actor: &Actor,
        ticket: &Ticket,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<ThreadPage, ListError> {
        let binding = thread_binding(actor, ticket.id);
        let mut position = cursor.map_or(Ok(Position::After(0)), |cursor| binding.open(cursor))?;
        let ascending = matches!(position, Position::After(_));
        let mut entries: Vec<Entry> = Vec::new();
        let mut budget = READ_BUDGET;
        let more = loop {
            // One more than asked for, to know whether there is a next page.
            let batch = (limit + 1 - entries.len()).min(budget);
            let (read, more) = self
                .entries(&ticket.tenant, ticket.id, position, batch)
                .await?;
            budget -= read.len().min(budget);
            if let Some(last) = read.last() {
                position = if ascending {
                    Position::After(last.seq)
                } else {
                    Position::Before(last.seq)
                };
            }
            entries.extend(
                read.into_iter()
                    .filter(|entry| actor.reads(entry.visibility())),
            );
            if entries.len() > limit || !more || budget == 0 {
                break more;
            }
        };
        if entries.len() > limit {
            entries.truncate(limit);
            if let Some(last) = entries.last() {
                position = if ascending {
                    Position::After(last.seq)
                } else {
                    Position::Before(last.seq)
                };
            }
        } else if !more {
            return Ok(ThreadPage {
                entries: oldest_first(entries, ascending),
                next: None,
            });
        }
        Ok(ThreadPage {
            entries: oldest_first(entries, ascending),
            next: Some(binding.seal(&position)),
        })
    }

    /// The whole thread of a ticket, oldest first: what its head is the fold of.
    pub async fn whole_thread(&self, tenant: &Tenant, id: TicketId) -> Result<Vec<Entry>, Error> {
        let mut thread: Vec<Entry> = Vec::new();
        loop {
            let after = Position::After(thread.last().map_or(0, |entry| entry.seq));
            let (read, more) = self.entries(tenant, id, after, READ_BUDGET).await?;
            thread.extend(read);
            if !more {
                return Ok(thread);
            }
        }
    }

    async fn entries(
        &self,
        tenant: &Tenant,
        id: TicketId,
        from: Position,
        limit: usize,
    ) -> Result<(Vec<Entry>, bool), Error> {
        let (first, last, ascending) = match from {
            Position::After(seq) => (
                Key::entry(tenant, id, seq + 1),
                Key::last_entry(tenant, id),
                true,
            ),
            Position::Before(seq) => (
                Key::entry(tenant, id, 1),
                Key::entry(tenant, id, seq.saturating_sub(1)),
                false,
            ),
        };
        if last.sk < first.sk {
            return Ok((Vec::new(), false));
        }
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let (items, more) = self.partition(first, last, limit, ascending).await?;
        Ok((
            items
                .into_iter()
                .map(items::thread_entry)
                .collect::<Result<_, _>>()?,
            more,
        ))
    }

    /// The items of one partition between two keys, and whether there are more.
    async fn partition(
        &self,
        first: Key,
        last: Key,
        limit: u32,
        ascending: bool,
    ) -> Result<(Vec<Item>, bool), Error> {
        let answer = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :first AND :last")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":pk", AttributeValue::S(first.pk))
            .expression_attribute_values(":first", AttributeValue::S(first.sk))
            .expression_attribute_values(":last", AttributeValue::S(last.sk))
            .scan_index_forward(ascending)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        meter::read(answer.consumed_capacity());
        let more = answer.last_evaluated_key.is_some();
        Ok((answer.items.unwrap_or_default(), more))
    }

    pub(crate) async fn get(&self, key: Key) -> Result<Option<Item>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        meter::read(answer.consumed_capacity());
        Ok(answer.item)
    }
}

impl Conversation {
    /// Where the entries older than these are found; none when there are none.
    pub fn older(&self, actor: &Actor) -> Option<String> {
        let oldest = self.entries.first().map_or(1, |entry| entry.seq);
        (oldest > 1).then(|| thread_binding(actor, self.ticket.id).seal(&Position::Before(oldest)))
    }
}

fn thread_binding(actor: &Actor, ticket: TicketId) -> Binding {
    Binding::new(
        actor,
        &("thread", ticket, actor.reads(Visibility::Internal)),
    )
}

fn oldest_first(mut entries: Vec<Entry>, ascending: bool) -> Vec<Entry> {
    if !ascending {
        entries.reverse();
    }
    entries
}
