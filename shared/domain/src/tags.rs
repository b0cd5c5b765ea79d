//! A ticket's tags.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Invalid;
use crate::characters::{self, one_line, tidy, within};

/// A ticket's tags: at most 20, each of one line of 1–64 characters, in the order given, without repetition.
///
/// Two tags that differ in case, in their Unicode form or in the white space around them are one, which is shown as it was
/// first written. Tags that were stored before this was so are read as they are.
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
        Self::at_most(Self::MAX, tags).map(Self)
    }

    /// Checks one tag.
    pub fn parse_one(text: String) -> Result<String, Invalid> {
        let text = tidy(text);
        within(&text, Self::MAX_LENGTH)?;
        one_line(&text)?;
        Ok(text)
    }

    /// Checks each of at most so many tags, and leaves the repeated ones out: a list of tags that is not a ticket's.
    pub fn at_most(
        max: usize,
        tags: impl IntoIterator<Item = String>,
    ) -> Result<Vec<String>, Invalid> {
        let (mut kept, mut seen) = (Vec::new(), BTreeSet::new());
        for (before, tag) in tags.into_iter().enumerate() {
            if before == max {
                return Err(Invalid::TooMany { max });
            }
            let tag = Self::parse_one(tag)?;
            if seen.insert(Self::fold(&tag)) {
                kept.push(tag);
            }
        }
        Ok(kept)
    }

    /// What all spellings of a tag have in common: what to compare and to look for.
    pub fn fold(text: &str) -> String {
        characters::fold(text)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them is this tag, however it is spelled.
    pub fn contains(&self, tag: &str) -> bool {
        let folded = Self::fold(tag);
        self.0.iter().any(|had| Self::fold(had) == folded)
    }

    /// Whether any of them is one of these tags, however either is spelled.
    pub fn has_any_of<'a>(&self, tags: impl IntoIterator<Item = &'a String>) -> bool {
        let had: BTreeSet<String> = self.0.iter().map(|tag| Self::fold(tag)).collect();
        tags.into_iter().any(|tag| had.contains(&Self::fold(tag)))
    }

    /// The tags, in order.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// These and others, which come last; what is here already stays as it is. Refused when they would be too many.
    pub fn with<'a>(&self, others: impl IntoIterator<Item = &'a String>) -> Result<Self, Invalid> {
        let mut all = self.clone();
        for tag in others {
            if !all.contains(tag) {
                all.0.push(tag.clone());
            }
        }
        // Nothing was added to more than there may be: what was stored long ago is no reason to refuse.
        if all.0.len() > Self::MAX && all.0.len() > self.0.len() {
            return Err(Invalid::TooMany { max: Self::MAX });
        }
        Ok(all)
    }

    /// These, those that were there before spelled as they were.
    #[must_use]
    pub fn spelled_as(&self, before: &Self) -> Self {
        let as_before = |tag: &String| {
            let folded = Self::fold(tag);
            let mut had = before.0.iter();
            had.find(|had| Self::fold(had) == folded)
                .unwrap_or(tag)
                .clone()
        };
        Self(self.0.iter().map(as_before).collect())
    }

    /// These without others.
    #[must_use]
    pub fn without(&self, others: &Self) -> Self {
        let stays = |tag: &&String| !others.contains(tag);
        Self(self.0.iter().filter(stays).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags<const N: usize>(tags: [&str; N]) -> Tags {
        Tags::parse(tags.map(String::from)).expect("tags")
    }

    #[test]
    fn tags_are_counted_once_and_kept_in_order() {
        assert_eq!(tags(["b", "a", "b"]).as_slice(), ["b", "a"]);
        let many = |n: usize| Tags::parse((0..n).map(|i| i.to_string()));
        assert!(many(20).is_ok());
        assert_eq!(many(21).err(), Some(Invalid::TooMany { max: 20 }));
        assert_eq!(
            Tags::parse(["x".repeat(65)]).err(),
            Some(Invalid::TooLong { max: 64 })
        );
        assert_eq!(Tags::parse([String::new()]).err(), Some(Invalid::Blank));
        let character = '\u{202e}';
        assert_eq!(
            Tags::parse(["a\u{202e}b".into()]).err(),
            Some(Invalid::Character { character })
        );
    }

    #[test]
    fn a_tag_is_one_in_every_case_and_form_and_shown_as_first_written() {
        assert_eq!(tags(["API", "api", " Api\t"]).as_slice(), ["API"]);
        assert_eq!(tags(["  Api "]).as_slice(), ["Api"]);
        // é, composed and not.
        assert_eq!(
            tags(["Cafe\u{301}", "CAF\u{c9}", "caf\u{e9}"]).as_slice(),
            ["Caf\u{e9}"]
        );
        assert_eq!(tags(["a b", "ab", "a  b"]).as_slice().len(), 3);
        for spelling in ["STRA\u{1e9e}E", "stra\u{df}e", " Stra\u{df}e\n"] {
            assert_eq!(Tags::fold(spelling), "stra\u{df}e");
        }
        assert_eq!(Tags::fold(" API "), "api");
        assert_eq!(
            Tags::fold("J\u{30c}"),
            Tags::fold("j\u{30c}"),
            "ǰ composes, J̌ does not"
        );
    }

    #[test]
    fn tags_are_added_and_taken_off_in_any_spelling() {
        let had = tags(["API", "vip"]);
        let more = ["api", "Late", "LATE"].map(String::from);
        let all = had.with(&more).expect("three");
        assert_eq!(all.as_slice(), ["API", "vip", "Late"]);
        assert_eq!(
            all.without(&tags(["ViP", "lost"])).as_slice(),
            ["API", "Late"]
        );
        assert_eq!(all.without(&Tags::default()), all);

        let again = tags(["new", "api"]).spelled_as(&had);
        assert_eq!(again.as_slice(), ["new", "API"]);

        let full = Tags::parse((0..20).map(|i| i.to_string())).expect("20");
        assert_eq!(full.with(["7".to_owned()].iter()), Ok(full.clone()));
        assert_eq!(
            full.with(["20".to_owned()].iter()),
            Err(Invalid::TooMany { max: 20 })
        );
    }

    #[test]
    fn what_is_stored_is_read_as_it_is() {
        let stored = r#"["API","api"," api ","a\u0000b",""]"#;
        let read: Tags = serde_json::from_str(stored).expect("a list of texts");
        assert_eq!(read.as_slice(), ["API", "api", " api ", "a\0b", ""]);
        assert_eq!(read.with([&"Api".to_owned()]), Ok(read.clone()));
    }
}
