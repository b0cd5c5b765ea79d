//! Every kind of id, on one page.
//!
//! An id is opaque to its readers: a prefix that says what it names and a time-ordered UUID (version 7), so that ids
//! of one kind sort by the time they were made. It is made from a UUID the caller minted; nothing here is random.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Invalid;

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
}
