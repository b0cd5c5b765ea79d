//! Tickets: open, read and list them, change, take, escalate and delete them.

pub mod claim;
pub mod create;
pub mod delete;
pub mod escalate;
pub mod get;
pub mod list;
pub(crate) mod older;
pub mod recount;
pub mod restore;
pub mod update;

use domain::{Actor, Invalid, Principal};

/// Who works on a ticket, as requests say it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Assignee {
    /// `me`: whoever asks.
    Me,
    /// `none`: nobody.
    Nobody,
    /// Somebody by name.
    Somebody(Principal),
}

impl Assignee {
    fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "me" => Ok(Self::Me),
            "none" => Ok(Self::Nobody),
            name => Principal::parse(name).map(Self::Somebody),
        }
    }

    fn named_by(self, actor: &Actor) -> Option<Principal> {
        match self {
            Self::Me => Some(actor.principal.clone()),
            Self::Nobody => None,
            Self::Somebody(principal) => Some(principal),
        }
    }
}
