//! The status machine. Contract §3.
//!
//! | from \ to | open | in_progress | pending | resolved | closed |
//! |---|---|---|---|---|---|
//! | open | – | ✓ | ✓ | ✓ | ✓ |
//! | in_progress | ✓ | – | ✓ | ✓ | ✓ |
//! | pending | ✓ | ✓ | – | ✓ | ✓ |
//! | resolved | ✓ reopen | ✓ reopen | – | – | ✓ |
//! | closed | – | – | – | – | – |

use crate::Role;
use crate::label::label;

label! {
    /// Where a ticket stands.
    Status {
        /// Waits for an agent.
        Open = "open",
        /// Waits for the customer.
        Pending = "pending",
        /// An agent is at work on it.
        InProgress = "in_progress" | "progress",
        /// Solved; a reply reopens it.
        Resolved = "resolved",
        /// Over. Agents can add notes and tags; nothing else can be added.
        Closed = "closed" | "cancelled",
    }
}

impl Status {
    /// Whether the machine has this move. Staying is not a move.
    pub fn can_become(self, to: Self) -> bool {
        match (self, to) {
            (Self::Open, Self::InProgress | Self::Pending | Self::Resolved | Self::Closed)
            | (Self::InProgress, Self::Open | Self::Pending | Self::Resolved | Self::Closed)
            | (Self::Pending, Self::Open | Self::InProgress | Self::Resolved | Self::Closed)
            | (Self::Resolved, Self::Open | Self::InProgress | Self::Closed) => true,
            (Self::Open, Self::Open)
            | (Self::InProgress, Self::InProgress)
            | (Self::Pending, Self::Pending)
            | (Self::Resolved, Self::Resolved | Self::Pending)
            | (
                Self::Closed,
                Self::Open | Self::InProgress | Self::Pending | Self::Resolved | Self::Closed,
            ) => false,
        }
    }

    /// Whether this role may make this move where the machine has it: agents every one; a customer resolves, closes
    /// and reopens its own ticket, nothing else.
    pub fn may_become(self, to: Self, role: Role) -> bool {
        match role {
            Role::Agent | Role::Admin => true,
            Role::Customer => match to {
                Self::Resolved | Self::Closed => true,
                Self::Open => self == Self::Resolved,
                Self::InProgress | Self::Pending => false,
            },
        }
    }

    /// Where this role can move a ticket from here.
    pub fn next(self, role: Role) -> Vec<Self> {
        let open_to = |to: &Self| self.can_become(*to) && self.may_become(*to, role);
        Self::ALL.iter().copied().filter(open_to).collect()
    }

    /// Resolved or closed: nobody is waited for.
    pub fn is_done(self) -> bool {
        match self {
            Self::Resolved | Self::Closed => true,
            Self::Open | Self::Pending | Self::InProgress => false,
        }
    }
}
