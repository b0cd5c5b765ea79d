//! Threads, paged: forwards from the oldest entry, or backwards from the entries that came with a ticket.

use domain::{Actor, Entry, Tenant, Ticket, TicketId, Visibility};
use serde::{Deserialize, Serialize};

use crate::cursor::Binding;
use crate::error::{Error, ListError};
use crate::items;
use crate::keys::Key;
use crate::read::Conversation;
use crate::table::Table;

/// Entries one page of a thread may read to find those its reader may see.
const READ_BUDGET: usize = 1_000;

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
