//! Texts people write, each parsed once and valid ever after. They are kept verbatim: nothing is trimmed or folded.
//!
//! Lengths are in characters (Unicode scalar values) and come from contract §1, "limits".

use serde::{Deserialize, Serialize};

use crate::Invalid;

pub(crate) fn within(text: &str, max: usize) -> Result<(), Invalid> {
    if text.chars().all(is_invisible) {
        return Err(Invalid::Blank);
    }
    // A character has at least one byte, so a short text needs no counting.
    if text.len() > max && text.chars().count() > max {
        return Err(Invalid::TooLong { max });
    }
    Ok(())
}

/// White space, control characters, and those that only join or separate others.
fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MAX: usize = $max;

            /// A text that is not blank and not longer than [`Self::MAX`].
            pub fn parse(text: impl Into<String>) -> Result<Self, Invalid> {
                let text = text.into();
                within(&text, Self::MAX)?;
                Ok(Self(text))
            }

            /// The text, verbatim.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

text! {
    /// What a ticket is about, in one line.
    Title, 255
}
text! {
    /// What people call a policy, a calendar, a holiday.
    Name, 100
}
impl Name {
    /// What the policy is called that is built in.
    pub(crate) fn built_in() -> Self {
        Self("Default".into())
    }
}

text! {
    /// What somebody says: a ticket's description, a message, a note.
    Message, 65_536
}
text! {
    /// How a ticket was solved.
    Resolution, 2_000
}
text! {
    /// Why a ticket was escalated.
    Reason, 2_000
}

/// A ticket's tags: at most 20, each of 1–64 characters, in the order given, without repetition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tags(Vec<String>);

impl Tags {
    /// The most tags a ticket may have.
    pub const MAX: usize = 20;
    /// The most characters a tag may have.
    pub const MAX_LENGTH: usize = 64;

    /// Checks each tag; a repeated one counts once.
    pub fn parse(tags: impl IntoIterator<Item = String>) -> Result<Self, Invalid> {
        let mut kept = Vec::new();
        for (before, tag) in tags.into_iter().enumerate() {
            if before == Self::MAX {
                return Err(Invalid::TooMany { max: Self::MAX });
            }
            within(&tag, Self::MAX_LENGTH)?;
            if !kept.contains(&tag) {
                kept.push(tag);
            }
        }
        Ok(Self(kept))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tags, in order.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_has_1_to_255_characters_however_many_bytes() {
        assert_eq!(Title::parse("").err(), Some(Invalid::Blank));
        for blank in [" \n\t", "\0", "\u{200b}\u{feff}"] {
            assert_eq!(Title::parse(blank).err(), Some(Invalid::Blank));
        }
        assert!(Title::parse("ñ".repeat(255)).is_ok());
        assert_eq!(
            Title::parse("ñ".repeat(256)).err(),
            Some(Invalid::TooLong { max: 255 })
        );
    }

    #[test]
    fn tags_are_counted_once_and_kept_in_order() {
        let tags = Tags::parse(["b", "a", "b"].map(String::from)).expect("valid");
        assert_eq!(tags.as_slice(), ["b", "a"]);
        let many = |n: usize| Tags::parse((0..n).map(|i| i.to_string()));
        assert!(many(20).is_ok());
        assert_eq!(many(21).err(), Some(Invalid::TooMany { max: 20 }));
        assert_eq!(
            Tags::parse(["x".repeat(65)]).err(),
            Some(Invalid::TooLong { max: 64 })
        );
        assert_eq!(Tags::parse([String::new()]).err(), Some(Invalid::Blank));
    }
}
