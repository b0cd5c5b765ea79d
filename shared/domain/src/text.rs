//! Texts people write, each parsed once and valid ever after. They are kept composed (NFC) and without white space around
//! them; what was stored before that was so is read as it is.
//!
//! Lengths are in characters (Unicode scalar values) of what is kept, and come from contract §1, "limits".

use serde::{Deserialize, Serialize};

use crate::Invalid;
use crate::characters::{lines_with_a_title, one_line, several_lines, tidy, within};

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $max:literal, $characters:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MAX: usize = $max;

            /// A text that shows something, is not longer than [`Self::MAX`], and has no characters that such a text
            /// cannot have.
            pub fn parse(text: impl Into<String>) -> Result<Self, Invalid> {
                let text = tidy(text.into());
                within(&text, Self::MAX)?;
                $characters(&text)?;
                Ok(Self(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

text! {
    /// What a ticket is about, in one line.
    Title, 255, one_line
}
text! {
    /// What people call a policy, a calendar, a holiday.
    Name, 100, one_line
}
impl Name {
    /// What the policy is called that is built in.
    pub(crate) fn built_in() -> Self {
        Self("Default".into())
    }
}

text! {
    /// What somebody says: a ticket's description, a message, a note.
    Message, 65_536, several_lines
}
text! {
    /// How a ticket was solved.
    Resolution, 2_000, lines_with_a_title
}
text! {
    /// Why a ticket was escalated.
    Reason, 2_000, several_lines
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
    fn a_text_is_kept_composed_and_without_white_space_around_it() {
        let title = Title::parse(" \u{a0}Cafe\u{301} del mar\r\n").expect("a title");
        assert_eq!(title.as_str(), "Caf\u{e9} del mar");
        let message = Message::parse("\n  one\r\n\ttwo \n").expect("a message");
        assert_eq!(message.as_str(), "one\r\n\ttwo");
        // Its length is that of what is kept.
        assert!(Title::parse("e\u{301}".repeat(255)).is_ok());
        assert!(Title::parse(format!(" {} ", "x".repeat(255))).is_ok());
        assert_eq!(
            Title::parse("e\u{301}".repeat(256)).err(),
            Some(Invalid::TooLong { max: 255 })
        );
    }

    #[test]
    fn a_text_that_shows_nothing_is_blank() {
        let unseen = [
            "\u{2800}",
            "\u{3164}",
            "\u{115f}",
            "\u{1160}",
            "\u{34f}",
            "\u{200b}",
            "\u{200c}",
            "\u{200d}",
            "\u{200e}",
            "\u{200f}",
            "\u{2060}",
            "\u{2063}",
            "\u{feff}",
            "\u{61c}",
            "\u{fe0f}",
            "\u{e0041}\u{e007f}",
            "\u{e0101}",
            "\u{ffa0}",
            "\u{180e}",
            "\u{17b5}",
            "\u{202e}",
            "\u{2066}\u{2069}",
            "\u{1d159}",
            "\u{fff9}",
            "\u{206a}",
            "\u{ad}",
            " \u{2800} \u{3164}\t\u{200b}",
            "\u{3000}\u{2003}",
            "\u{7f}",
            "\u{85}",
        ];
        for blank in unseen {
            assert_eq!(Title::parse(blank).err(), Some(Invalid::Blank), "{blank:?}");
            assert_eq!(
                Message::parse(blank).err(),
                Some(Invalid::Blank),
                "{blank:?}"
            );
            assert_eq!(
                Reason::parse(blank).err(),
                Some(Invalid::Blank),
                "{blank:?}"
            );
        }
        // A family, a heart, a flag of Wales; Persian and Hindi words; Hebrew with a mark.
        for seen in [
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "\u{2764}\u{fe0f}",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{915}\u{94d}\u{200d}\u{937}",
            "\u{5e9}\u{5dc}\u{5d5}\u{5dd}\u{200f}!",
        ] {
            let title = Title::parse(seen).map(|title| title.0);
            assert_eq!(title, Ok(seen.into()), "{seen:?}");
        }
    }

    #[test]
    fn a_text_of_one_line_has_no_control_characters_and_none_that_reorder_others() {
        let wrong = [
            '\0', '\u{1}', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{85}', '\u{9f}', '\u{2028}',
            '\u{2029}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}',
        ];
        for character in wrong {
            let text = format!("a{character}b");
            let refused = Some(Invalid::Character { character });
            assert_eq!(Title::parse(text.clone()).err(), refused, "{character:?}");
            assert_eq!(Name::parse(text).err(), refused, "{character:?}");
        }
    }

    #[test]
    fn a_text_of_several_lines_has_tabs_and_line_breaks_and_no_other_control_characters() {
        for character in [
            '\0', '\u{8}', '\u{b}', '\u{c}', '\u{1b}', '\u{7f}', '\u{85}', '\u{9b}',
        ] {
            let text = format!("a{character}b");
            let refused = Some(Invalid::Character { character });
            assert_eq!(Message::parse(text.clone()).err(), refused, "{character:?}");
            assert_eq!(Reason::parse(text.clone()).err(), refused, "{character:?}");
            assert_eq!(Resolution::parse(text).err(), refused, "{character:?}");
        }
        for fine in ["a\r\nb", "a\n\tb", "a\rb", "\u{202b}\u{5d0}\u{202c} b"] {
            assert!(Message::parse(fine).is_ok(), "{fine:?}");
        }
        // The first line of a resolution is shown alone.
        let character = '\u{202e}';
        for wrong in ["a\u{202e}b", "a\u{202e}b\nc"] {
            assert_eq!(
                Resolution::parse(wrong).err(),
                Some(Invalid::Character { character }),
                "{wrong:?}"
            );
        }
        assert!(Resolution::parse("a\r\n\u{202b}\u{5d0}\u{202c}").is_ok());
    }

    #[test]
    fn what_is_stored_is_read_as_it_is() {
        for old in ["  a\0b\u{202e} ", "", "Cafe\u{301}"] {
            let stored = serde_json::to_string(old).expect("JSON");
            let title: Title = serde_json::from_str(&stored).expect("a text");
            let message: Message = serde_json::from_str(&stored).expect("a text");
            let name: Name = serde_json::from_str(&stored).expect("a text");
            assert_eq!([title.as_str(), message.as_str(), name.as_str()], [old; 3]);
        }
    }
}
