//! An entry of a ticket's thread: what happened, who did it, when. Immutable once committed.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::millisecond;
use serde::{Deserialize, Serialize};

use crate::label::label;
use crate::{
    Attachment, Author, Category, EntryId, Mark, Message, Metric, Period, Principal, Priority,
    Reason, Reckoned, Resolution, Status, Tags, Title,
};

/// One thing that happened to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub id: EntryId,
    /// Its place in the thread: 1, 2, 3, … without gaps.
    pub seq: u32,
    /// Who did it.
    pub author: Author,
    /// When. Never before the entry it follows.
    pub at: Timestamp,
    /// What was said or done.
    pub content: Content,
    /// The fields of the head it changed, each once.
    pub changes: Vec<Change>,
    /// The files that came with it. Whoever may read it may read them.
    pub attachments: Vec<Attachment>,
    /// When the ticket it resolves closes by itself: as the tenant's settings had it then.
    pub closes_at: Option<Timestamp>,
    /// What it says about the ticket's clocks beyond what it is: as the tenant's policies and calendars had it then.
    pub reckoned: Reckoned,
}

/// What was said or done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// The ticket was opened. Always entry 1, and only entry 1.
    Opened(Opened),
    /// Something was said that both sides read.
    Said {
        /// From which side of the counter.
        voice: Voice,
        /// The words.
        message: Message,
    },
    /// An agent's note to other agents.
    Noted {
        /// The words.
        message: Message,
    },
    /// Fields were changed, and nothing was said.
    Changed,
    /// The priority was raised because somebody asked for it.
    Escalated {
        /// Why.
        reason: Reason,
    },
    /// A clock has passed a mark.
    Passed(Passed),
    /// The ticket was taken away from everybody.
    Deleted,
    /// The ticket was brought back.
    Restored,
}

/// With what a ticket began: everything its head needs that later entries do not bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// From which side of the counter it was opened.
    pub voice: Voice,
    /// The number people say on the phone, unique in its tenant.
    pub number: u64,
    /// Whose ticket it is.
    pub client: Principal,
    /// What it is about.
    pub title: Title,
    /// The first message.
    pub description: Message,
    /// As first given.
    pub priority: Priority,
    /// As first given.
    pub category: Category,
    /// As first given.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

/// Which clock has passed which of its marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// What it measures.
    pub metric: Metric,
    /// Which one of its kind.
    pub instance: u32,
    /// Its target then.
    pub target: Option<Period>,
    /// Which share of its target.
    pub percent: u8,
    /// When: the entry may be written later.
    #[serde(with = "millisecond::required")]
    pub at: Timestamp,
    /// The tag that the ticket's policy adds to a ticket that misses a target, when this one had as many as it may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<String>,
}

/// Which side of the counter speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Voice {
    /// The customer.
    User,
    /// An agent.
    Agent,
}

label! {
    /// What the system says of a clock.
    SlaEvent {
        /// It has passed a mark before its target.
        Warning = "SLA_WARNING",
        /// It has passed its target.
        Breached = "SLA_BREACHED",
    }
}

label! {
    /// An entry's `type`.
    EntryKind {
        /// A customer's message.
        User = "user",
        /// An agent's public message.
        Agent = "agent",
        /// An internal note.
        Note = "note",
        /// A change.
        System = "system",
    }
}

label! {
    /// Who may read it.
    Visibility {
        /// The customer and the agents.
        Public = "public",
        /// The agents.
        Internal = "internal",
    }
}

/// A field of the head went from one value to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "camelCase")]
#[allow(
    missing_docs,
    reason = "each is the field of `Ticket` it is named after"
)]
pub enum Change {
    Title {
        from: Title,
        to: Title,
    },
    Category {
        from: Category,
        to: Category,
    },
    Priority {
        from: Priority,
        to: Priority,
    },
    Tags {
        from: Tags,
        to: Tags,
    },
    AssignedTo {
        from: Option<Principal>,
        to: Option<Principal>,
    },
    Status {
        from: Status,
        to: Status,
    },
    Resolution {
        from: Option<Resolution>,
        to: Option<Resolution>,
    },
}

impl Entry {
    /// Its `type`.
    pub fn kind(&self) -> EntryKind {
        match &self.content {
            Content::Opened(Opened { voice, .. }) | Content::Said { voice, .. } => match voice {
                Voice::User => EntryKind::User,
                Voice::Agent => EntryKind::Agent,
            },
            Content::Noted { .. } => EntryKind::Note,
            Content::Changed
            | Content::Escalated { .. }
            | Content::Passed(_)
            | Content::Deleted
            | Content::Restored => EntryKind::System,
        }
    }

    /// Who may read it. A change is public as soon as one of its fields is; [`Entry::changes_for`] then leaves the
    /// internal ones out.
    pub fn visibility(&self) -> Visibility {
        match &self.content {
            Content::Opened(_) | Content::Said { .. } => Visibility::Public,
            Content::Noted { .. }
            | Content::Escalated { .. }
            | Content::Passed(_)
            | Content::Deleted
            | Content::Restored => Visibility::Internal,
            Content::Changed => {
                let public = |change: &Change| change.visibility() == Visibility::Public;
                if self.changes.iter().any(public) {
                    Visibility::Public
                } else {
                    Visibility::Internal
                }
            }
        }
    }

    /// Whether it resolves the ticket.
    pub fn resolves(&self) -> bool {
        let resolved = |change: &Change| matches!(change, Change::Status { to, .. } if *to == Status::Resolved);
        self.changes.iter().any(resolved)
    }

    /// Its changes as a reader of this visibility may see them.
    pub fn changes_for(&self, reader: Visibility) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| {
            reader == Visibility::Internal || change.visibility() == Visibility::Public
        })
    }

    /// What somebody wrote, if anybody did.
    pub fn words(&self) -> Option<&str> {
        match &self.content {
            Content::Opened(opened) => Some(opened.description.as_str()),
            Content::Said { message, .. } | Content::Noted { message } => Some(message.as_str()),
            Content::Escalated { reason } => Some(reason.as_str()),
            Content::Changed | Content::Passed(_) | Content::Deleted | Content::Restored => None,
        }
    }

    /// The entry as a reader of this visibility reads it: what somebody wrote, or what was done in words.
    pub fn message_for(&self, reader: Visibility) -> Cow<'_, str> {
        if let Some(words) = self.words() {
            return words.into();
        }
        let what = match &self.content {
            Content::Deleted => Some("deleted".into()),
            Content::Restored => Some("restored".into()),
            Content::Passed(passed) => Some(passed.to_string()),
            Content::Opened(_)
            | Content::Said { .. }
            | Content::Noted { .. }
            | Content::Changed
            | Content::Escalated { .. } => None,
        };
        let changes = self.changes_for(reader).map(Change::to_string);
        let parts: Vec<String> = what.into_iter().chain(changes).collect();
        parts.join("; ").into()
    }

    /// Which mark of a clock was passed, if that is what it says.
    pub fn passed(&self) -> Option<&Passed> {
        match &self.content {
            Content::Passed(passed) => Some(passed),
            Content::Opened(_)
            | Content::Said { .. }
            | Content::Noted { .. }
            | Content::Changed
            | Content::Escalated { .. }
            | Content::Deleted
            | Content::Restored => None,
        }
    }

    /// From which side of the counter it speaks to both, if it does, after the opening.
    pub(crate) fn spoken(&self) -> Option<Voice> {
        match &self.content {
            Content::Said { voice, .. } => Some(*voice),
            Content::Opened(_)
            | Content::Noted { .. }
            | Content::Changed
            | Content::Escalated { .. }
            | Content::Passed(_)
            | Content::Deleted
            | Content::Restored => None,
        }
    }
}

impl Passed {
    /// What it is called.
    pub fn event(&self) -> SlaEvent {
        if self.percent < Mark::TARGET {
            SlaEvent::Warning
        } else {
            SlaEvent::Breached
        }
    }
}

/// As a person reads it: `SLA_BREACHED: firstResponse (PT4H) was due at 2026-11-23T07:00:00.000Z`.
impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let event = self.event();
        write!(f, "{event}: ")?;
        if event == SlaEvent::Warning {
            write!(f, "{} % of ", self.percent)?;
        }
        f.write_str(self.metric.name())?;
        if self.metric == Metric::NextResponse {
            write!(f, " {}", self.instance)?;
        }
        if let Some(target) = self.target {
            write!(f, " ({target})")?;
        }
        let verb = match event {
            SlaEvent::Warning => "had passed",
            SlaEvent::Breached => "was due",
        };
        write!(f, " {verb} at {:.3}", self.at)?;
        if let Some(tag) = &self.left_out {
            write!(f, "; tag {tag} not added: there are {} already", Tags::MAX)?;
        }
        Ok(())
    }
}

impl Change {
    /// Who may know of it. Contract §2: status changes and resolutions are public, assignment, tags and priority are
    /// not; a customer reads its ticket's title and category, so it may read their changes.
    pub fn visibility(&self) -> Visibility {
        match self {
            Self::Title { .. }
            | Self::Category { .. }
            | Self::Status { .. }
            | Self::Resolution { .. } => Visibility::Public,
            Self::Priority { .. } | Self::Tags { .. } | Self::AssignedTo { .. } => {
                Visibility::Internal
            }
        }
    }
}

/// The change as a person reads it: `status: open → resolved`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = |principal: &Option<Principal>| {
            principal
                .as_ref()
                .map_or_else(|| "nobody".into(), Principal::to_string)
        };
        match self {
            Self::Title { from, to } => write!(f, "title: {} → {}", from.as_str(), to.as_str()),
            Self::Category { from, to } => write!(f, "category: {from} → {to}"),
            Self::Priority { from, to } => write!(f, "priority: {from} → {to}"),
            Self::Tags { from, to } => write!(
                f,
                "tags: [{}] → [{}]",
                from.as_slice().join(", "),
                to.as_slice().join(", ")
            ),
            Self::AssignedTo { from, to } => write!(f, "assigned to: {} → {}", who(from), who(to)),
            Self::Status { from, to } => write!(f, "status: {from} → {to}"),
            Self::Resolution { to: Some(to), .. } => write!(f, "resolution: {}", to.as_str()),
            Self::Resolution { to: None, .. } => f.write_str("resolution: none"),
        }
    }
}
