//! The decisions: what an actor wants, and the entry it becomes or the reason it does not.
//!
//! Decisions read the head and write nothing. The caller commits the entry and applies it, in one transaction, and
//! decides again on the fresh head if somebody else was faster.

use jiff::Timestamp;

use crate::{
    Actor, Category, Change, Content, Entry, EntryId, Message, Opened, Principal, Priority,
    Refusal, Resolution, Role, Status, Tags, Ticket, Title, Voice,
};

/// The name and the time of an entry about to be made. Decisions have no clock and no dice.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// The entry's id.
    pub id: EntryId,
    /// The time of the act.
    pub now: Timestamp,
}

/// A ticket somebody wants opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// What it is about.
    pub title: Title,
    /// The first message.
    pub description: Message,
    /// `medium` unless said otherwise.
    pub priority: Option<Priority>,
    /// What kind of question it is.
    pub category: Category,
    /// Its first tags.
    pub tags: Tags,
    /// For whom: an agent must say, a customer can only say itself.
    pub client: Option<Principal>,
}

/// What an actor wants done to a ticket that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Say something both sides read, and optionally set the next status in the same breath.
    Reply {
        /// The words.
        message: Message,
        /// The next status; without it, a customer's reply reopens and an agent's takes the ticket up.
        status: Option<Status>,
        /// How it was solved, for a reply that resolves or closes.
        resolution: Option<Resolution>,
    },
    /// Write a note that only agents read.
    Note {
        /// The words.
        message: Message,
    },
    /// Change fields.
    Update(Edits),
}

/// Fields to change; `None` leaves a field alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "each is the field of `Ticket` it is named after"
)]
pub struct Edits {
    pub title: Option<Title>,
    pub category: Option<Category>,
    pub priority: Option<Priority>,
    pub tags: Option<Tags>,
    /// `Some(None)` takes the ticket from whoever has it.
    pub assigned_to: Option<Option<Principal>>,
    pub status: Option<Status>,
    pub resolution: Option<Resolution>,
}

/// A ticket that may be opened: all that is missing is its number. It is decided first and numbered then, so that a
/// refused one takes no number.
#[derive(Clone, Debug)]
pub struct Accepted {
    opening: Opening,
    client: Principal,
    voice: Voice,
    author: Principal,
}

/// Whether this actor may open this ticket, and for whom.
pub fn open(opening: Opening, actor: &Actor) -> Result<Accepted, Refusal> {
    let author = actor.principal.clone();
    let (client, voice) = match (actor.role, opening.client.clone()) {
        (Role::Customer, None) => (author.clone(), Voice::User),
        (Role::Customer, Some(client)) if client == author => (client, Voice::User),
        (Role::Customer, Some(_)) => return Err(Refusal::Forbidden),
        (Role::Agent | Role::Admin, None) => return Err(Refusal::ClientRequired),
        (Role::Agent | Role::Admin, Some(client)) => (client, Voice::Agent),
    };
    Ok(Accepted {
        opening,
        client,
        voice,
        author,
    })
}

impl Accepted {
    /// The ticket's first entry. `number` is the tenant's next.
    pub fn entry(self, number: u64, stamp: Stamp) -> Entry {
        let opened = Opened {
            voice: self.voice,
            number,
            client: self.client,
            title: self.opening.title,
            description: self.opening.description,
            priority: self.opening.priority.unwrap_or(Priority::Medium),
            category: self.opening.category,
            tags: self.opening.tags,
        };
        Entry {
            id: stamp.id,
            seq: 1,
            author: self.author,
            at: stamp.now,
            content: Content::Opened(opened),
            changes: Vec::new(),
        }
    }
}

impl Ticket {
    /// The entry a command becomes, `None` when it would change nothing, or why it may not be done.
    pub fn decide(
        &self,
        command: Command,
        actor: &Actor,
        stamp: Stamp,
    ) -> Result<Option<Entry>, Refusal> {
        if !actor.sees(self) {
            return Err(Refusal::NotFound);
        }
        let (content, changes) = match command {
            Command::Reply {
                message,
                status,
                resolution,
            } => self.reply(message, status, resolution, actor)?,
            Command::Note { message } => self.note(message, actor)?,
            Command::Update(edits) => self.update(edits, actor)?,
        };
        if content == Content::Changed && changes.is_empty() {
            return Ok(None);
        }
        Ok(Some(Entry {
            id: stamp.id,
            seq: self.version + 1,
            author: actor.principal.clone(),
            // Two machines' clocks may differ; a thread's times never run backwards.
            at: stamp.now.max(self.updated_at),
            content,
            changes,
        }))
    }

    fn reply(
        &self,
        message: Message,
        to: Option<Status>,
        resolution: Option<Resolution>,
        actor: &Actor,
    ) -> Result<(Content, Vec<Change>), Refusal> {
        self.expect_not_closed()?;
        let voice = if actor.is_staff() {
            Voice::Agent
        } else {
            Voice::User
        };
        let implied = match (voice, self.status) {
            (Voice::User, Status::Pending | Status::Resolved) => Status::Open,
            (Voice::Agent, Status::Open) => Status::InProgress,
            (Voice::User | Voice::Agent, same) => same,
        };
        let to = to.unwrap_or(implied);
        // What a reply does by itself needs no permission of its own.
        if to != implied {
            self.expect_move(to, actor)?;
        }
        self.expect_resolution(to, resolution.as_ref(), actor)?;
        let changes = [self.status_change(to), self.resolution_change(resolution)];
        Ok((
            Content::Said { voice, message },
            changes.into_iter().flatten().collect(),
        ))
    }

    fn note(&self, message: Message, actor: &Actor) -> Result<(Content, Vec<Change>), Refusal> {
        if !actor.is_staff() {
            return Err(Refusal::Forbidden);
        }
        self.expect_not_closed()?;
        Ok((Content::Noted { message }, Vec::new()))
    }

    fn update(&self, edits: Edits, actor: &Actor) -> Result<(Content, Vec<Change>), Refusal> {
        let Edits {
            title,
            category,
            priority,
            tags,
            assigned_to,
            status,
            resolution,
        } = edits;
        let agents_only = title.is_some()
            || category.is_some()
            || priority.is_some()
            || tags.is_some()
            || assigned_to.is_some();
        if agents_only && !actor.is_staff() {
            return Err(Refusal::Forbidden);
        }
        self.expect_not_closed()?;
        let to = status.unwrap_or(self.status);
        self.expect_move(to, actor)?;
        self.expect_resolution(to, resolution.as_ref(), actor)?;
        let changes = [
            differs(&self.title, title).map(|(from, to)| Change::Title { from, to }),
            differs(&self.category, category).map(|(from, to)| Change::Category { from, to }),
            differs(&self.priority, priority).map(|(from, to)| Change::Priority { from, to }),
            differs(&self.tags, tags).map(|(from, to)| Change::Tags { from, to }),
            differs(&self.assigned_to, assigned_to)
                .map(|(from, to)| Change::AssignedTo { from, to }),
            self.status_change(to),
            self.resolution_change(resolution),
        ];
        Ok((Content::Changed, changes.into_iter().flatten().collect()))
    }

    fn status_change(&self, to: Status) -> Option<Change> {
        differs(&self.status, Some(to)).map(|(from, to)| Change::Status { from, to })
    }

    fn resolution_change(&self, resolution: Option<Resolution>) -> Option<Change> {
        let to = resolution.map(Some);
        differs(&self.resolution, to).map(|(from, to)| Change::Resolution { from, to })
    }

    fn expect_not_closed(&self) -> Result<(), Refusal> {
        if self.status == Status::Closed {
            Err(Refusal::TicketClosed)
        } else {
            Ok(())
        }
    }

    /// The role first, then the machine: a customer learns that a move is not its to make before it learns whether
    /// the machine has it. Staying is always fine.
    fn expect_move(&self, to: Status, actor: &Actor) -> Result<(), Refusal> {
        let from = self.status;
        if from == to {
            Ok(())
        } else if !from.may_become(to, actor.role) {
            Err(Refusal::Forbidden)
        } else if from.can_become(to) {
            Ok(())
        } else {
            Err(Refusal::InvalidTransition {
                from,
                to,
                allowed: from.next(actor.role),
            })
        }
    }

    /// Resolving and closing owe a resolution, given now or before; a customer that closes its own ticket may leave it
    /// out. A customer's resolution comes with its resolving or closing, never by itself.
    fn expect_resolution(
        &self,
        to: Status,
        given: Option<&Resolution>,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let finishes = to.is_done() && to != self.status;
        let has_one = given.is_some() || self.resolution.is_some();
        let may_leave_it_out = to == Status::Closed && !actor.is_staff();
        if finishes && !has_one && !may_leave_it_out {
            Err(Refusal::ResolutionRequired)
        } else if given.is_some() && !finishes && !actor.is_staff() {
            Err(Refusal::Forbidden)
        } else {
            Ok(())
        }
    }
}

fn differs<T: Clone + PartialEq>(from: &T, to: Option<T>) -> Option<(T, T)> {
    to.filter(|to| to != from).map(|to| (from.clone(), to))
}
