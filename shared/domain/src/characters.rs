//! Which characters texts may have, which of them show nothing, and how two spellings of one text become the same.
//!
//! All of this is for texts that come in. What is stored is read as it is, whatever rules it was written under.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::Invalid;

/// A text as it is kept: composed (NFC), without white space around it. Two keyboards that show the same `é` send the
/// same `é` then.
pub(crate) fn tidy(text: String) -> String {
    // ASCII has one form, and so have most texts.
    if text.is_ascii() || is_nfc(&text) {
        let kept = text.trim();
        return if kept.len() == text.len() {
            text
        } else {
            kept.to_owned()
        };
    }
    text.trim().nfc().collect()
}

/// What two spellings of one text have in common: composed, in lowercase, without white space around it.
pub(crate) fn fold(text: &str) -> String {
    let text = text.trim();
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let composed: Cow<'_, str> = if is_nfc(text) {
        text.into()
    } else {
        text.nfc().collect::<String>().into()
    };
    // A lowercase letter may compose with a mark that the capital does not compose with.
    composed.to_lowercase().nfc().collect()
}

/// Refuses what shows nothing, and what is longer than `max` characters.
pub(crate) fn within(text: &str, max: usize) -> Result<(), Invalid> {
    if text.chars().all(shows_nothing) {
        return Err(Invalid::Blank);
    }
    // A character has at least one byte, so a short text needs no counting.
    if text.len() > max && text.chars().count() > max {
        return Err(Invalid::TooLong { max });
    }
    Ok(())
}

/// Refuses what a text of one line cannot have: control characters, line breaks among them, and what shows other characters
/// in another order than they are in.
pub(crate) fn one_line(text: &str) -> Result<(), Invalid> {
    refuse(text, |character| {
        character.is_control() || breaks_lines(character) || reorders(character)
    })
}

/// Refuses what a text of several lines cannot have: control characters, but for tabs and line breaks.
pub(crate) fn several_lines(text: &str) -> Result<(), Invalid> {
    refuse(text, |character| {
        character.is_control() && !matches!(character, '\t' | '\n' | '\r')
    })
}

/// Refuses what a text of several lines cannot have, and in its first one, which is shown alone, what reorders others.
pub(crate) fn lines_with_a_title(text: &str) -> Result<(), Invalid> {
    several_lines(text)?;
    let first = text
        .split(|c| matches!(c, '\n' | '\r') || breaks_lines(c))
        .next();
    refuse(first.unwrap_or_default(), reorders)
}

fn refuse(text: &str, is_wrong: impl Fn(char) -> bool) -> Result<(), Invalid> {
    match text.chars().find(|character| is_wrong(*character)) {
        Some(character) => Err(Invalid::Character { character }),
        None => Ok(()),
    }
}

/// The separators of lines and paragraphs, which are no control characters.
fn breaks_lines(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}')
}

/// Embeddings, overrides and isolates: `\u{202e}gpj.exe` reads `exe.jpg`.
fn reorders(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// White space, control characters, Unicode's `Default_Ignorable_Code_Point`, and the characters that are drawn as nothing
/// though no property says so. Beside others they have their use: they join emoji, and letters of Persian and Hindi.
fn shows_nothing(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '\u{ad}' // soft hyphen
                | '\u{34f}' // combining grapheme joiner
                | '\u{61c}' // Arabic letter mark
                | '\u{115f}'..='\u{1160}' // Hangul fillers
                | '\u{17b4}'..='\u{17b5}' // Khmer inherent vowels
                | '\u{180b}'..='\u{180f}' // Mongolian variation selectors and vowel separator
                | '\u{200b}'..='\u{200f}' // zero-width space, joiners, direction marks
                | '\u{202a}'..='\u{202e}' // embeddings and overrides
                | '\u{2060}'..='\u{206f}' // word joiner, invisible operators, isolates
                | '\u{2800}' // Braille pattern without dots
                | '\u{3164}' // Hangul filler
                | '\u{fe00}'..='\u{fe0f}' // variation selectors
                | '\u{feff}' // zero-width no-break space, the byte order mark
                | '\u{ffa0}' // halfwidth Hangul filler
                | '\u{fff0}'..='\u{fffb}' // unassigned and ignorable; interlinear annotation
                | '\u{13430}'..='\u{13440}' // Egyptian hieroglyph controls
                | '\u{16fe4}' // Khitan filler
                | '\u{1bca0}'..='\u{1bca3}' // shorthand format controls
                | '\u{1d159}' // musical null notehead
                | '\u{1d173}'..='\u{1d17a}' // musical format controls
                | '\u{e0000}'..='\u{e0fff}' // tags and variation selectors
        )
}
