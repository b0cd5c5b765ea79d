//! The decisions: what an actor wants, and the entry it becomes or the reason it does not.
//!
//! Decisions read the head and write nothing. The caller commits the entry and applies it, in one transaction, and
//! decides again on the fresh head if somebody else was faster.

use jiff::Timestamp;

use crate::{
    Actor, Attachment, Author, Category, Change, Content, Entry, EntryId, Message, Principal,
    Priority, Reason, Reckoned, Refusal, Resolution, Rules, Status, Tags, Ticket, Title, Voice,
};

/// The name and the time of an entry about to be made. Decisions have no clock and no dice.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// The entry's id.
    pub id: EntryId,
    /// The time of the act.
    pub now: Timestamp,
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
        /// The files that come with it.
        attachments: Vec<Attachment>,
    },
    /// Write a note that only agents read.
    Note {
        /// The words.
        message: Message,
        /// The files that come with it.
        attachments: Vec<Attachment>,
    },
    /// Change fields.
    Update(Edits),
    /// Take a ticket nobody works on.
    Claim,
    /// Raise the priority by one step.
    Escalate {
        /// Why.
        reason: Reason,
    },
    /// Take the ticket away from everybody.
    Delete,
    /// Bring a deleted ticket back.
    Restore,
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
    /// All of its tags.
    pub tags: Option<Tags>,
    /// Tags it is to have besides those it has, or besides `tags`.
    pub add_tags: Option<Tags>,
    /// Tags it is not to have any more.
    pub remove_tags: Option<Tags>,
    /// `Some(None)` takes the ticket from whoever has it.
    pub assigned_to: Option<Option<Principal>>,
    pub status: Option<Status>,
    pub resolution: Option<Resolution>,
}

impl Edits {
    /// Whether they change tags and nothing else: what agents may do to a closed ticket.
    fn are_about_tags_only(&self) -> bool {
        let others = Self {
            tags: None,
            add_tags: None,
            remove_tags: None,
            ..self.clone()
        };
        others == Self::default() && *self != others
    }
}

impl Ticket {
    /// The entry a command becomes, `None` when it would change nothing, or why it may not be done.
    pub fn decide(
        &self,
        command: Command,
        actor: &Actor,
        rules: Rules<'_>,
        stamp: Stamp,
    ) -> Result<Option<Entry>, Refusal> {
        let in_reach = match command {
            Command::Delete | Command::Restore => {
                actor.administers(self) && !self.is_past_restoring(stamp.now)
            }
            Command::Reply { .. }
            | Command::Note { .. }
            | Command::Update(_)
            | Command::Claim
            | Command::Escalate { .. } => actor.sees(self),
        };
        if !in_reach {
            return Err(self.out_of_reach(actor));
        }
        let mut files = Vec::new();
        let (content, changes) = match command {
            Command::Reply {
                message,
                status,
                resolution,
                attachments,
            } => {
                files = attachments;
                self.reply(message, status, resolution, actor)?
            }
            Command::Note {
                message,
                attachments,
            } => {
                files = attachments;
                Self::note(message, actor)?
            }
            Command::Update(edits) => self.update(edits, actor)?,
            Command::Claim => self.claim(actor)?,
            Command::Escalate { reason } => self.escalate(reason, actor)?,
            Command::Delete if self.deleted_at.is_none() => (Content::Deleted, Vec::new()),
            Command::Restore if self.deleted_at.is_some() => (Content::Restored, Vec::new()),
            Command::Delete | Command::Restore => return Ok(None),
        };
        if content == Content::Changed && changes.is_empty() {
            return Ok(None);
        }
        let mut entry = self.next_entry(actor.principal.clone().into(), content, changes, stamp);
        entry.attachments = files;
        if entry.resolves() {
            let patience = rules.settings.auto_close_after.duration();
            let closes_at = entry.at.saturating_add(patience);
            entry.closes_at = Some(closes_at.unwrap_or(Timestamp::MAX));
        }
        Ok(Some(entry.reckoned(self, rules)))
    }

    /// The entry that comes next in the thread.
    pub(crate) fn next_entry(
        &self,
        author: Author,
        content: Content,
        changes: Vec<Change>,
        stamp: Stamp,
    ) -> Entry {
        Entry {
            id: stamp.id,
            seq: self.version + 1,
            author,
            // Two machines' clocks may differ; a thread's times never run backwards.
            at: stamp.now.max(self.updated_at),
            content,
            changes,
            attachments: Vec::new(),
            closes_at: None,
            reckoned: Reckoned::default(),
        }
    }

    fn reply(
        &self,
        message: Message,
        to: Option<Status>,
        resolution: Option<Resolution>,
        actor: &Actor,
    ) -> Result<(Content, Vec<Change>), Refusal> {
        self.expect_not_closed(actor)?;
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

    /// A note may be written on a closed ticket, too: the invoice and the photo come later.
    fn note(message: Message, actor: &Actor) -> Result<(Content, Vec<Change>), Refusal> {
        if actor.is_staff() {
            Ok((Content::Noted { message }, Vec::new()))
        } else {
            Err(Refusal::Forbidden)
        }
    }

    fn update(&self, edits: Edits, actor: &Actor) -> Result<(Content, Vec<Change>), Refusal> {
        let is_about_tags = edits.are_about_tags_only();
        let tags = self.tags_after(&edits);
        let Edits {
            title,
            category,
            priority,
            tags: all_tags,
            add_tags,
            remove_tags,
            assigned_to,
            status,
            resolution,
        } = edits;
        let agents_only = [
            ("title", title.is_some()),
            ("category", category.is_some()),
            ("priority", priority.is_some()),
            ("tags", all_tags.is_some()),
            ("addTags", add_tags.is_some()),
            ("removeTags", remove_tags.is_some()),
            ("assignedTo", assigned_to.is_some()),
        ];
        let given = agents_only.into_iter().filter(|(_, given)| *given);
        let fields: Vec<&str> = given.map(|(field, _)| field).collect();
        if !fields.is_empty() && !actor.is_staff() {
            return Err(Refusal::FieldsForbidden { fields });
        }
        if !is_about_tags {
            self.expect_not_closed(actor)?;
        }
        let to = status.unwrap_or(self.status);
        self.expect_move(to, actor)?;
        self.expect_resolution(to, resolution.as_ref(), actor)?;
        let changes = [
            differs(&self.title, title).map(|(from, to)| Change::Title { from, to }),
            differs(&self.category, category).map(|(from, to)| Change::Category { from, to }),
            differs(&self.priority, priority).map(|(from, to)| Change::Priority { from, to }),
            differs(&self.tags, Some(tags?)).map(|(from, to)| Change::Tags { from, to }),
            differs(&self.assigned_to, assigned_to)
                .map(|(from, to)| Change::AssignedTo { from, to }),
            self.status_change(to),
            self.resolution_change(resolution),
        ];
        Ok((Content::Changed, changes.into_iter().flatten().collect()))
    }

    /// The tags these edits lead to: decided on the fresh head, so that of several who each add one, none is lost.
    fn tags_after(&self, edits: &Edits) -> Result<Tags, Refusal> {
        let all = edits.tags.as_ref();
        let mut tags = all.map_or_else(|| self.tags.clone(), |all| all.spelled_as(&self.tags));
        if let Some(unwanted) = &edits.remove_tags {
            tags = tags.without(unwanted);
        }
        let more = edits.add_tags.iter().flat_map(Tags::as_slice);
        tags.with(more)
            .map_err(|_| Refusal::TooManyTags { max: Tags::MAX })
    }

    fn claim(&self, actor: &Actor) -> Result<(Content, Vec<Change>), Refusal> {
        self.expect_staff(actor)?;
        match &self.assigned_to {
            // Twice is once.
            Some(holder) if *holder == actor.principal => Ok((Content::Changed, Vec::new())),
            Some(holder) => Err(Refusal::AlreadyAssigned { to: holder.clone() }),
            None => {
                let to = Some(actor.principal.clone());
                let change = Change::AssignedTo { from: None, to };
                Ok((Content::Changed, vec![change]))
            }
        }
    }

    fn escalate(&self, reason: Reason, actor: &Actor) -> Result<(Content, Vec<Change>), Refusal> {
        self.expect_staff(actor)?;
        let from = self.priority;
        let to = from.raised().ok_or(Refusal::AlreadyUrgent)?;
        let change = Change::Priority { from, to };
        Ok((Content::Escalated { reason }, vec![change]))
    }

    fn status_change(&self, to: Status) -> Option<Change> {
        differs(&self.status, Some(to)).map(|(from, to)| Change::Status { from, to })
    }

    fn resolution_change(&self, resolution: Option<Resolution>) -> Option<Change> {
        let to = resolution.map(Some);
        differs(&self.resolution, to).map(|(from, to)| Change::Resolution { from, to })
    }

    /// Why a command does not reach the ticket: what is not there, or not for this actor, is missing; what only admins
    /// do is not allowed to the others that see it.
    fn out_of_reach(&self, actor: &Actor) -> Refusal {
        if actor.sees(self) {
            Refusal::Forbidden
        } else {
            Refusal::NotFound
        }
    }

    /// An agent, and a ticket that takes more.
    fn expect_staff(&self, actor: &Actor) -> Result<(), Refusal> {
        if actor.is_staff() {
            self.expect_not_closed(actor)
        } else {
            Err(Refusal::Forbidden)
        }
    }

    fn expect_not_closed(&self, actor: &Actor) -> Result<(), Refusal> {
        if self.status == Status::Closed {
            let role = actor.role;
            Err(Refusal::TicketClosed { role })
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
            let fields = vec!["status"];
            Err(Refusal::FieldsForbidden { fields })
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
        let changes_it = given.is_some() && given != self.resolution.as_ref();
        let has_one = given.is_some() || self.resolution.is_some();
        let may_leave_it_out = to == Status::Closed && !actor.is_staff();
        if finishes && !has_one && !may_leave_it_out {
            let role = actor.role;
            Err(Refusal::ResolutionRequired { to, role })
        } else if changes_it && !finishes && !actor.is_staff() {
            let fields = vec!["resolution"];
            Err(Refusal::FieldsForbidden { fields })
        } else {
            Ok(())
        }
    }
}

pub(crate) fn differs<T: Clone + PartialEq>(from: &T, to: Option<T>) -> Option<(T, T)> {
    to.filter(|to| to != from).map(|to| (from.clone(), to))
}
