//! How files of a kind begin.

use super::MediaType;

/// What a PDF may not begin with: what a system or a browser takes for something else that it runs or opens. Its readers
/// find `%PDF-` anywhere in the first kilobyte.
const OTHERS: [&[u8]; 14] = [
    b"MZ",
    b"PK",
    b"#!",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\xd0\xcf\x11\xe0",
    b"\xca\xfe\xba\xbe",
    b"{\\rtf",
    b"GIF8",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"RIFF",
];

/// What no text begins with, few as its control characters may be.
const NO_TEXTS: [&[u8]; 8] = [
    b"MZ",
    b"PK\x03\x04",
    b"\x7fELF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
];

/// An office's older packing; the newer documents are in it when they have a password.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

impl MediaType {
    /// Whether a file that begins so can be of this kind: by its signature, or, for a text, by having nothing in it that
    /// texts have not. What has neither may begin as it likes, but not as a program; and bytes are bytes.
    pub fn fits(self, beginning: &[u8]) -> bool {
        let at = |offset: usize, signature: &[u8]| {
            beginning
                .get(offset..)
                .is_some_and(|rest| rest.starts_with(signature))
        };
        match self {
            Self::Png => at(0, b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => at(0, b"\xff\xd8\xff"),
            Self::Gif => at(0, b"GIF87a") || at(0, b"GIF89a"),
            Self::Webp => at(0, b"RIFF") && at(8, b"WEBP"),
            Self::Pdf => is_pdf(beginning),
            Self::Text => is_text(beginning),
            Self::Zip => at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06"),
            Self::Docx | Self::Xlsx | Self::Pptx => at(0, b"PK\x03\x04") || at(0, OLE),
            Self::Gzip => at(0, b"\x1f\x8b"),
            // One packing, and cameras call it either.
            Self::Mp4 | Self::Quicktime => {
                at(4, b"ftyp") || at(4, b"moov") || at(4, b"wide") || at(4, b"mdat")
            }
            Self::Webm => at(0, b"\x1a\x45\xdf\xa3"),
            Self::Csv
            | Self::Json
            | Self::Xml
            | Self::Markdown
            | Self::Calendar
            | Self::Email
            | Self::Heic
            | Self::Heif
            | Self::Doc
            | Self::Xls
            | Self::Ppt => !is_program(beginning),
            Self::Bytes => true,
        }
    }
}

/// Some programs write white space, a byte order mark or a little of their own before a PDF. What is taken for something else
/// when it is opened under another name is none, wherever the PDF begins in it.
fn is_pdf(beginning: &[u8]) -> bool {
    let signature = beginning.windows(5).position(|window| window == b"%PDF-");
    let Some(before) = signature.and_then(|at| beginning.get(..at)) else {
        return false;
    };
    let without_mark = before.strip_prefix(b"\xef\xbb\xbf").unwrap_or(before);
    let blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0 | 0x0b);
    let starts = without_mark
        .iter()
        .position(|byte| !blank(byte))
        .map_or(&[][..], |at| &without_mark[at..]);
    !before.contains(&b'<') && OTHERS.iter().all(|other| !starts.starts_with(other))
}

/// Texts have no control characters but those of lines and terminals, or next to none: a log that was cut may have some. What
/// encoding the rest is in does not matter here.
fn is_text(beginning: &[u8]) -> bool {
    let is_another = NO_TEXTS.iter().any(|other| beginning.starts_with(other));
    let few = if is_another { 0 } else { beginning.len() / 20 };
    strays(beginning.iter()) <= few || (is_utf_16(beginning) && !is_another)
}

/// How many control characters there are that belong into no text.
fn strays<'a>(bytes: impl Iterator<Item = &'a u8>) -> usize {
    let belongs = |byte: &u8| *byte >= 0x20 || matches!(byte, 0x07..=0x0f | 0x1b);
    bytes.filter(|byte| !belongs(byte)).count()
}

/// UTF-16, as Windows saves it: it says so at its beginning, or has nothing in most of every second byte and text in the others.
fn is_utf_16(beginning: &[u8]) -> bool {
    if beginning.starts_with(b"\xff\xfe") || beginning.starts_with(b"\xfe\xff") {
        return true;
    }
    let every_second = |from: usize| beginning.iter().skip(from).step_by(2);
    let has_nothing = |from: usize| {
        let nothing = every_second(from).filter(|byte| **byte == 0).count();
        nothing > beginning.len() / 4
    };
    let has_text = |from: usize| strays(every_second(from)) <= beginning.len() / 40;
    (has_nothing(1) && has_text(0)) || (has_nothing(0) && has_text(1))
}

/// What Windows runs.
fn is_program(beginning: &[u8]) -> bool {
    beginning.starts_with(b"MZ") && !is_text(beginning)
}
