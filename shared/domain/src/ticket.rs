//! A ticket's head: the fold of its thread.

use jiff::Timestamp;
use thiserror::Error;

use crate::sla::Happening;
use crate::{
    Case, Category, Change, Clocks, Content, Credit, Entry, Given, Opened, Principal, Priority,
    Resolution, SlaStatus, Status, Tags, Tenant, TicketId, Title, Visibility, Voice,
};

/// A ticket as its thread has made it. The fields are open to read; only [`Ticket::apply`] changes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Whose it is; part of every key.
    pub tenant: Tenant,
    /// Its name.
    pub id: TicketId,
    /// The number people say on the phone, unique in its tenant.
    pub number: u64,
    /// The customer it belongs to.
    pub client: Principal,
    /// What it is about.
    pub title: Title,
    /// Where it stands.
    pub status: Status,
    /// How much it hurts.
    pub priority: Priority,
    /// What kind of question it is.
    pub category: Category,
    /// Who works on it.
    pub assigned_to: Option<Principal>,
    /// Its tags.
    pub tags: Tags,
    /// How it was solved.
    pub resolution: Option<Resolution>,
    /// The `seq` of its newest entry.
    pub version: u32,
    /// When entry 1 was written.
    pub created_at: Timestamp,
    /// When the newest entry was written.
    pub updated_at: Timestamp,
    /// The `seq` of the newest entry that its customer may read.
    pub public_version: u32,
    /// When that entry was written.
    pub public_at: Timestamp,
    /// Whether something else that its customer sees has changed since: its priority, or where its clocks stand.
    pub public_facts_changed: bool,
    /// When an agent first answered in public. Opening a ticket for a customer is not an answer.
    pub first_responded_at: Option<Timestamp>,
    /// When it was last resolved; none while it is reopened.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// When it closes by itself; only while it is resolved.
    pub closes_at: Option<Timestamp>,
    /// When it was deleted; a deleted ticket exists for nobody, until an admin brings it back.
    pub deleted_at: Option<Timestamp>,
    /// How often it left `resolved` for work again.
    pub reopen_count: u32,
    /// Which policy it has.
    pub given: Option<Given>,
    /// Its service-level clocks.
    pub clocks: Clocks,
}

/// A thread that no sequence of decisions can have written: the table was changed by somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BrokenThread {
    /// The thread is empty, or its first entry does not open a ticket.
    #[error("the thread does not begin with an opening entry")]
    NoOpening,
    /// A second entry opens the ticket.
    #[error("entry {seq} opens the ticket again")]
    OpenedAgain {
        /// The entry.
        seq: u32,
    },
    /// An entry is missing or out of order.
    #[error("entry {found} stands where {expected} is due")]
    Gap {
        /// The `seq` due.
        expected: u32,
        /// The `seq` found.
        found: u32,
    },
}

impl Ticket {
    /// The head after entry 1.
    pub fn opened(tenant: Tenant, id: TicketId, entry: &Entry) -> Result<Self, BrokenThread> {
        let (Content::Opened(opened), 1) = (&entry.content, entry.seq) else {
            return Err(BrokenThread::NoOpening);
        };
        // The description stays where it is: it may be long, and no head has it.
        let Opened {
            voice: _,
            number,
            client,
            title,
            description: _,
            priority,
            category,
            tags,
        } = opened;
        let mut ticket = Self {
            tenant,
            id,
            number: *number,
            client: client.clone(),
            title: title.clone(),
            status: Status::Open,
            priority: *priority,
            category: *category,
            assigned_to: None,
            tags: tags.clone(),
            resolution: None,
            version: entry.seq,
            created_at: entry.at,
            updated_at: entry.at,
            public_version: entry.seq,
            public_at: entry.at,
            public_facts_changed: false,
            first_responded_at: None,
            resolved_at: None,
            closed_at: None,
            closes_at: None,
            deleted_at: None,
            reopen_count: 0,
            given: None,
            clocks: Clocks::opened(entry.at),
        };
        ticket.take_terms(entry);
        Ok(ticket)
    }

    /// The head after one more entry. No other code changes a head.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), BrokenThread> {
        let expected = self.version + 1;
        if entry.seq != expected {
            return Err(BrokenThread::Gap {
                expected,
                found: entry.seq,
            });
        }
        let (from, facts) = (self.status, self.public_facts());
        match &entry.content {
            Content::Opened(_) => return Err(BrokenThread::OpenedAgain { seq: entry.seq }),
            Content::Said {
                voice: Voice::Agent,
                ..
            } => {
                self.first_responded_at.get_or_insert(entry.at);
            }
            Content::Said {
                voice: Voice::User, ..
            }
            | Content::Noted { .. }
            | Content::Changed
            | Content::Escalated { .. } => {}
            Content::Passed(passed) => {
                self.clocks
                    .publish(passed.metric, passed.instance, passed.percent);
            }
            Content::Deleted => self.deleted_at = Some(entry.at),
            Content::Restored => self.deleted_at = None,
        }
        for change in &entry.changes {
            self.change(change, entry);
        }
        self.clocks.turn(&Happening {
            at: entry.at,
            spoken: entry.spoken(),
            from,
            to: self.status,
            solved: self.resolution.is_some(),
            credit: self.credit(),
        });
        self.take_terms(entry);
        self.version = entry.seq;
        self.updated_at = entry.at;
        match entry.visibility() {
            Visibility::Public => {
                self.public_version = entry.seq;
                self.public_at = entry.at;
                self.public_facts_changed = false;
            }
            Visibility::Internal => self.public_facts_changed |= self.public_facts() != facts,
        }
        Ok(())
    }

    /// Its version as a reader of this visibility knows it: the `seq` of the newest entry it may read.
    pub fn version_for(&self, reader: Visibility) -> u32 {
        match reader {
            Visibility::Public => self.public_version,
            Visibility::Internal => self.version,
        }
    }

    /// When the newest entry was written that a reader of this visibility may read.
    pub fn updated_for(&self, reader: Visibility) -> Timestamp {
        match reader {
            Visibility::Public => self.public_at,
            Visibility::Internal => self.updated_at,
        }
    }

    /// What its customer sees of it that internal entries change, too.
    pub fn public_facts(&self) -> (Priority, SlaStatus, Option<Timestamp>) {
        let clocks = &self.clocks;
        (self.priority, clocks.status(), clocks.next_due_at())
    }

    /// The status it is counted under: none when it is deleted.
    pub fn counted_as(&self) -> Option<Status> {
        self.deleted_at.is_none().then_some(self.status)
    }

    /// What a policy's filter looks at.
    pub fn case(&self) -> Case<'_> {
        Case {
            priority: self.priority,
            category: self.category,
            tags: &self.tags,
            client: &self.client,
        }
    }

    /// Who is credited for it now.
    pub fn credit(&self) -> Credit {
        Credit {
            priority: self.priority,
            category: self.category,
            assigned_to: self.assigned_to.clone(),
        }
    }

    /// The head a whole thread makes.
    pub fn fold<'a>(
        tenant: Tenant,
        id: TicketId,
        thread: impl IntoIterator<Item = &'a Entry>,
    ) -> Result<Self, BrokenThread> {
        let mut entries = thread.into_iter();
        let mut ticket = Self::opened(tenant, id, entries.next().ok_or(BrokenThread::NoOpening)?)?;
        entries.try_for_each(|entry| ticket.apply(entry))?;
        Ok(ticket)
    }

    fn change(&mut self, change: &Change, entry: &Entry) {
        match change.clone() {
            Change::Title { to, .. } => self.title = to,
            Change::Category { to, .. } => self.category = to,
            Change::Priority { to, .. } => self.priority = to,
            Change::Tags { to, .. } => self.tags = to,
            Change::AssignedTo { to, .. } => self.assigned_to = to,
            Change::Resolution { to, .. } => self.resolution = to,
            Change::Status { to, .. } => {
                self.enter(to, entry.at);
                self.closes_at = entry.closes_at;
            }
        }
    }

    fn take_terms(&mut self, entry: &Entry) {
        if let Some(given) = &entry.reckoned.given {
            self.given.clone_from(given);
        }
        self.clocks.take(&entry.reckoned, entry.at);
    }

    fn enter(&mut self, to: Status, at: Timestamp) {
        match to {
            Status::Resolved => self.resolved_at = Some(at),
            Status::Closed => self.closed_at = Some(at),
            Status::Open | Status::InProgress | Status::Pending => {
                if self.status == Status::Resolved {
                    self.reopen_count += 1;
                }
                self.resolved_at = None;
            }
        }
        self.status = to;
    }
}
