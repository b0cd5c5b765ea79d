//! Every kind of id, on one page.
//!
//! An id is opaque to its readers: a prefix that says what it names and a time-ordered UUID (version 7), so that ids
//! of one kind sort by the time they were made. It is made from a UUID the caller minted; nothing here is random.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Invalid;
use crate::spelled::spelled;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// What every id of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// One of `0..over`: the same for the same id, and even over many of them.
            pub fn spread(self, over: u8) -> u8 {
                // The last byte of a version 7 UUID is random.
                self.0.as_bytes()[15] % over
            }

            /// The same, and another one than [`Self::spread`] gives: what is together there is apart here.
            pub fn spread_again(self, over: u8) -> u8 {
                self.0.as_bytes()[14] % over
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", Self::PREFIX, self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            /// Accepts exactly what `Display` writes, so that an id has one spelling.
            fn from_str(text: &str) -> Result<Self, Invalid> {
                let digits = text.strip_prefix(Self::PREFIX).ok_or(Invalid::Malformed)?;
                let canonical = digits.len() == 32 && !digits.bytes().any(|b| b.is_ascii_uppercase());
                let uuid = Uuid::try_parse(digits).map_err(|_| Invalid::Malformed)?;
                canonical.then_some(Self(uuid)).ok_or(Invalid::Malformed)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }
    };
}

id! {
    /// Names a ticket: `tkt_…`.
    TicketId, "tkt_"
}
id! {
    /// Names an entry of a ticket's thread: `thr_…`.
    EntryId, "thr_"
}
id! {
    /// Names an uploaded file: `att_…`.
    AttachmentId, "att_"
}

macro_rules! chosen_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind begins with.
            pub const PREFIX: &'static str = $prefix;
            /// The most characters it may have.
            pub const MAX: usize = 64;

            /// Checks prefix, length and alphabet.
            pub fn parse(text: impl Into<String>) -> Result<Self, Invalid> {
                let text = text.into();
                let rest = text.strip_prefix(Self::PREFIX).ok_or(Invalid::Malformed)?;
                let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_-".contains(&b);
                if rest.is_empty() || !rest.bytes().all(allowed) {
                    Err(Invalid::Malformed)
                } else if text.len() > Self::MAX {
                    Err(Invalid::TooLong { max: Self::MAX })
                } else {
                    Ok(Self(text))
                }
            }
        }

        spelled!($name);
    };
}

chosen_id! {
    /// Names a policy, as an admin has chosen: `pol_` and letters, digits, `_` and `-`.
    PolicyId, "pol_"
}
chosen_id! {
    /// Names a calendar, as an admin has chosen: `cal_` and letters, digits, `_` and `-`.
    CalendarId, "cal_"
}

impl PolicyId {
    /// The policy that is built in.
    pub fn built_in() -> Self {
        Self("pol_default".into())
    }

    /// A policy that is tried.
    pub(crate) fn simulated() -> Self {
        Self("pol_simulated".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = TicketId::from(Uuid::from_u128(0x0193_5a7b_0000_7000_8000_0000_dead_beef));
        assert_eq!(id.to_string(), "tkt_01935a7b0000700080000000deadbeef");
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in [
            "01935a7b0000700080000000deadbeef",
            "thr_01935a7b0000700080000000deadbeef",
            "tkt_01935A7B0000700080000000DEADBEEF",
            "tkt_01935a7b-0000-7000-8000-0000deadbeef",
            "tkt_",
            "tkt_#",
        ] {
            assert_eq!(
                wrong.parse::<TicketId>(),
                Err(Invalid::Malformed),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_chosen_id_holds_nothing_that_could_break_a_key() {
        for right in ["pol_gold", "pol_A-1_z", PolicyId::built_in().as_str()] {
            assert_eq!(PolicyId::parse(right).map(String::from), Ok(right.into()));
        }
        for wrong in [
            "pol_", "gold", "cal_gold", "pol_a#b", "pol_a b", "pol_ñ", "pol_a/b",
        ] {
            assert_eq!(PolicyId::parse(wrong), Err(Invalid::Malformed), "{wrong}");
        }
        let long = PolicyId::parse(format!("pol_{}", "x".repeat(61)));
        assert_eq!(long, Err(Invalid::TooLong { max: 64 }));
    }
}
