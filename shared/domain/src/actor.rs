//! Who acts: a principal of a tenant, in a role. Contract §2.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::spelled::spelled;
use crate::{Invalid, Ticket, Visibility};

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $max:literal, $allowed:expr, reserved: [$($reserved:expr),*], else: $wrong:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MAX: usize = $max;

            /// Names nobody can have.
            const RESERVED: &[&str] = &[$($reserved),*];

            /// Checks length and alphabet.
            pub fn parse(text: impl Into<String>) -> Result<Self, Invalid> {
                let text = text.into();
                let allowed: fn(u8) -> bool = $allowed;
                if text.is_empty() {
                    Err(Invalid::Blank)
                } else if text.len() > Self::MAX {
                    Err(Invalid::TooLong { max: Self::MAX })
                } else if !text.bytes().all(allowed) || Self::RESERVED.contains(&text.as_str()) {
                    Err(Invalid::$wrong)
                } else {
                    Ok(Self(text))
                }
            }
        }

        spelled!($name);
    };
}

name! {
    /// An organisation whose tickets nobody else can see: `[A-Za-z0-9._:-]{1,64}`. It is part of every key of the
    /// table, and comes only from a verified token or from the key of a stored item.
    Tenant, 64, |b| b.is_ascii_alphanumeric() || b"._:-".contains(&b), reserved: [], else: Malformed
}
name! {
    /// A person or a program within a tenant (the token's `sub`): up to 128 visible ASCII characters without `#`, and
    /// not `system`, which signs what nobody did.
    Principal, 128, |b| b.is_ascii_graphic() && b != b'#', reserved: [SYSTEM], else: NotAPrincipal
}

/// How [`Author::System`] signs.
const SYSTEM: &str = "system";

/// Who wrote an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Author {
    /// Somebody did it.
    Principal(Principal),
    /// Nobody did: its time had come.
    System,
}

impl From<Principal> for Author {
    fn from(principal: Principal) -> Self {
        Self::Principal(principal)
    }
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Principal(principal) => principal.fmt(f),
            Self::System => f.write_str(SYSTEM),
        }
    }
}

impl From<Author> for String {
    fn from(author: Author) -> Self {
        author.to_string()
    }
}

impl TryFrom<String> for Author {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        if text == SYSTEM {
            Ok(Self::System)
        } else {
            Principal::parse(text).map(Self::Principal)
        }
    }
}

/// What a principal may do, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Opens tickets for itself, and sees and answers only these.
    Customer,
    /// Works on every ticket of the tenant.
    Agent,
    /// An agent that may also change the tenant's configuration.
    Admin,
}

impl Role {
    /// The role a token's claim names; names that are none of ours (other systems' groups) are nobody's role.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "customer" => Some(Self::Customer),
            "agent" => Some(Self::Agent),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }
}

/// A principal of a tenant, in the highest of its roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Whose tickets it acts on.
    pub tenant: Tenant,
    /// Who it is.
    pub principal: Principal,
    /// What it may do.
    pub role: Role,
}

impl Actor {
    /// Agents and admins: those who see every ticket of the tenant, notes included.
    pub fn is_staff(&self) -> bool {
        self.role >= Role::Agent
    }

    /// The client whose tickets are all this actor sees; none for those who see every ticket of the tenant.
    pub fn own_tickets_only(&self) -> Option<&Principal> {
        (!self.is_staff()).then_some(&self.principal)
    }

    /// How far into a thread it sees.
    pub fn reach(&self) -> Visibility {
        if self.is_staff() {
            Visibility::Internal
        } else {
            Visibility::Public
        }
    }

    /// Whether it may read what has this visibility.
    pub fn reads(&self, visibility: Visibility) -> bool {
        visibility <= self.reach()
    }

    /// Whether this ticket exists for this actor at all. A deleted one exists for nobody.
    pub fn sees(&self, ticket: &Ticket) -> bool {
        self.tenant == ticket.tenant
            && ticket.deleted_at.is_none()
            && (self.is_staff() || self.principal == ticket.client)
    }

    /// Whether this actor may delete this ticket, and bring it back: an admin of its tenant.
    pub fn administers(&self, ticket: &Ticket) -> bool {
        self.tenant == ticket.tenant && self.role == Role::Admin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_nothing_that_could_break_a_key() {
        assert!(Tenant::parse("acme.eu:prod-1_x").is_ok());
        for wrong in ["", "a#b", "a b", "a/b", "añb", &"x".repeat(65)] {
            assert!(Tenant::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Principal::parse("auth0|66f:ana@example.com/~!").is_ok());
        for wrong in ["", "a#b", "a b", "a\u{7f}", "ñ", "system", &"x".repeat(129)] {
            assert!(Principal::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_system_signs_with_a_name_nobody_can_have() {
        let system = Author::try_from("system".to_owned());
        assert_eq!(system, Ok(Author::System));
        let ana = Author::try_from("ana".to_owned()).expect("a principal");
        assert_eq!(ana, Principal::parse("ana").expect("a principal").into());
        assert_eq!([Author::System, ana].map(String::from), ["system", "ana"]);
        assert!(Author::try_from("a#b".to_owned()).is_err());
    }
}
