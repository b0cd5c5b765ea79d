//! An entry of a ticket's thread: what happened, who did it, when. Immutable once committed.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::label::label;
use crate::{
    Category, EntryId, Invalid, Message, Principal, Priority, Resolution, Status, Tags, Title,
};

/// One thing that happened to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub id: EntryId,
    /// Its place in the thread: 1, 2, 3, … without gaps.
    pub seq: u32,
    /// Who did it.
    pub author: Principal,
    /// When. Never before the entry it follows.
    pub at: Timestamp,
    /// What was said or done.
    pub content: Content,
    /// The fields of the head it changed, each once.
    pub changes: Vec<Change>,
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
            Content::Changed => EntryKind::System,
        }
    }

    /// Who may read it. A change is public as soon as one of its fields is; [`Entry::changes_for`] then leaves the
    /// internal ones out.
    pub fn visibility(&self) -> Visibility {
        match &self.content {
            Content::Opened(_) | Content::Said { .. } => Visibility::Public,
            Content::Noted { .. } => Visibility::Internal,
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

    /// Its changes as a reader of this visibility may see them.
    pub fn changes_for(&self, reader: Visibility) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| {
            reader == Visibility::Internal || change.visibility() == Visibility::Public
        })
    }

    /// What was said, if anything was.
    pub fn words(&self) -> Option<&Message> {
        match &self.content {
            Content::Opened(opened) => Some(&opened.description),
            Content::Said { message, .. } | Content::Noted { message } => Some(message),
            Content::Changed => None,
        }
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
