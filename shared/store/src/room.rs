//! How much fits into one answer.
//!
//! A Lambda function's answer may have 6 MB, counted after the body, which is JSON, has been escaped once more as a JSON
//! string. One character can then weigh seven times what it weighs in the table.

use domain::Entry;

/// What the entries of one answer may weigh together. The rest of the 6 MB is for the head, the description a second
/// time, and what is around them.
const ROOM: usize = 4 << 20;

/// The room taken in an answer.
#[derive(Default)]
pub(crate) struct Room {
    taken: usize,
}

impl Room {
    /// Whether the entry still fits; if it does, it has taken its room. The first one always fits: no entry is larger
    /// than the room.
    pub(crate) fn takes(&mut self, entry: &Entry) -> bool {
        let with_it = self.taken + weight(entry);
        let fits = self.taken == 0 || with_it <= ROOM;
        if fits {
            self.taken = with_it;
        }
        fits
    }
}

/// The bytes of an entry in an answer: what people wrote exactly, the rest roughly.
fn weight(entry: &Entry) -> usize {
    const FRAME: usize = 1_024;
    let words = entry
        .words()
        .map_or(0, |words| words.bytes().map(escaped_twice).sum());
    let changes = match entry.changes.as_slice() {
        [] => 0,
        // Once in `changes`, once in words.
        changes => 4 * serde_json::to_string(changes).map_or(0, |json| json.len()),
    };
    // An address and a frame of their own; each is in its entry and in its ticket.
    let files: usize = entry
        .attachments
        .iter()
        .map(|file| serde_json::to_string(file).map_or(0, |json| 4 * json.len() + FRAME))
        .sum();
    FRAME + words + changes + files
}

fn escaped_twice(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' => 4,
        b'\n' | b'\r' | b'\t' => 3,
        0x00..=0x1f => 7,
        0x20..=0xff => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_weighs_what_it_takes_to_escape_it_twice() {
        for byte in 0u8..0x80 {
            let once = serde_json::to_string(&char::from(byte)).expect("a string");
            let twice = serde_json::to_string(&once[1..once.len() - 1]).expect("a string");
            assert!(twice.len() - 2 <= escaped_twice(byte), "{byte:#x}: {twice}");
        }
    }
}
