//! Threads, paged: forwards from the oldest entry, or backwards from the entries that came with a ticket.

use domain::{
    Actor, BrokenThread, Entry, Explanation, Given, Tenant, Terms, Ticket, TicketId, Visibility,
};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::cursor::{BadCursor, Binding};
use crate::error::{Error, ListError};
use crate::items::EntryItem;
use crate::json::Stored;
use crate::keys::{Key, LAST_SEQ};
use crate::read::Conversation;
use crate::room::Room;
use crate::table::Table;

/// Entries one page of a thread may read to find those its reader may see.
const READ_BUDGET: usize = 1_000;

/// Entries one query reads, at least, for a reader that may have to pass some by.
const PASSING_BATCH: usize = 100;

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
        let mut position = match cursor {
            Some(cursor) => binding.open::<Position>(cursor)?.checked()?,
            None => Position::After(0),
        };
        let mut page = Page::towards(position);
        // Where a page ends: at an entry that its reader may read, because a cursor can be read, too.
        let mut end = position;
        let mut budget = READ_BUDGET;
        loop {
            // One more than asked for, to know whether there is a next page; and for those who may have to pass by
            // internal entries, enough at once that they need not be passed one query at a time.
            let missing = limit + 1 - page.entries.len();
            let passes_by = actor.reach() == Visibility::Public;
            let batch = if passes_by {
                missing.max(PASSING_BATCH)
            } else {
                missing
            };
            let (read, more) = self
                .entries(&ticket.tenant, ticket.id, position, batch)
                .await?;
            budget = budget.saturating_sub(read.len());
            for entry in read {
                position = position.moved_to(entry.seq);
                if actor.reads(entry.visibility()) {
                    if page.entries.len() == limit || !page.room.takes(&entry) {
                        return Ok(page.ending(Some(binding.seal(&end))));
                    }
                    end = position;
                    page.entries.push(entry);
                }
            }
            if !more {
                return Ok(page.ending(None));
            }
            // A page that has found nothing goes on: it could not say where without naming what its reader may not see.
            if budget == 0 && !page.entries.is_empty() {
                return Ok(page.ending(Some(binding.seal(&end))));
            }
        }
    }

    /// Entries of a ticket's thread before this one, newest first: as many as one query reads.
    pub(crate) async fn entries_before(
        &self,
        tenant: &Tenant,
        id: TicketId,
        seq: u32,
    ) -> Result<Vec<Entry>, Error> {
        let (entries, _) = self
            .entries(tenant, id, Position::Before(seq), READ_BUDGET)
            .await?;
        Ok(entries)
    }

    /// The whole thread of a ticket, oldest first: what its head is the fold of.
    pub async fn whole_thread(&self, tenant: &Tenant, id: TicketId) -> Result<Vec<Entry>, Error> {
        self.thread_up_to(tenant, id, LAST_SEQ).await
    }

    /// Reads a whole thread, oldest first, and keeps nothing of it.
    pub async fn walk(
        &self,
        tenant: &Tenant,
        id: TicketId,
        mut read: impl FnMut(&Entry) -> Result<(), BrokenThread>,
    ) -> Result<(), Error> {
        let mut position = Position::After(0);
        loop {
            let (entries, more) = self.entries(tenant, id, position, READ_BUDGET).await?;
            for entry in &entries {
                read(entry)?;
                position = position.moved_to(entry.seq);
            }
            if !more {
                return Ok(());
            }
        }
    }

    /// The history of a ticket's clocks, read off its whole thread, and the terms they were under.
    pub async fn explanation(
        &self,
        tenant: &Tenant,
        id: TicketId,
    ) -> Result<(Explanation, Vec<Terms>), Error> {
        let mut explanation = Explanation::new(tenant.clone(), id);
        self.walk(tenant, id, |entry| explanation.add(entry))
            .await?;
        let given: Vec<Given> = explanation.given().into_iter().collect();
        let terms = given.iter().map(|given| self.terms_given(tenant, given));
        let terms = try_join_all(terms).await?;
        Ok((explanation, terms))
    }

    /// A thread as it was when it had so many entries.
    pub(crate) async fn thread_up_to(
        &self,
        tenant: &Tenant,
        id: TicketId,
        seq: u32,
    ) -> Result<Vec<Entry>, Error> {
        let mut thread: Vec<Entry> = Vec::new();
        loop {
            let last = thread.last().map_or(0, |entry| entry.seq);
            let missing = usize::try_from(seq - last).unwrap_or(READ_BUDGET);
            let batch = missing.min(READ_BUDGET);
            let (read, more) = self
                .entries(tenant, id, Position::After(last), batch)
                .await?;
            thread.extend(read);
            if !more || thread.last().is_some_and(|entry| entry.seq >= seq) {
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
        let (items, more): (Vec<Stored<EntryItem>>, _) =
            self.partition(first, last, limit, ascending).await?;
        let entries = items.into_iter().map(|Stored(item)| item.entry());
        Ok((entries.collect::<Result<_, _>>()?, more))
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
    Binding::new(actor, &("thread", ticket, actor.reach()))
}

impl Position {
    /// Refuses a `seq` no thread has: a forged cursor can say anything.
    fn checked(self) -> Result<Self, BadCursor> {
        let (Self::After(seq) | Self::Before(seq)) = self;
        if seq < LAST_SEQ {
            Ok(self)
        } else {
            Err(BadCursor)
        }
    }

    /// In the same direction, from this `seq`.
    fn moved_to(self, seq: u32) -> Self {
        match self {
            Self::After(_) => Self::After(seq),
            Self::Before(_) => Self::Before(seq),
        }
    }
}

/// A page being filled.
struct Page {
    entries: Vec<Entry>,
    room: Room,
    ascending: bool,
}

impl Page {
    fn towards(position: Position) -> Self {
        Self {
            entries: Vec::new(),
            room: Room::default(),
            ascending: matches!(position, Position::After(_)),
        }
    }

    /// Oldest first, whichever way it was walked.
    fn ending(mut self, next: Option<String>) -> ThreadPage {
        if !self.ascending {
            self.entries.reverse();
        }
        ThreadPage {
            entries: self.entries,
            next,
        }
    }
}
