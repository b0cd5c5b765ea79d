//! Which kinds of file there are, and how each begins.

use crate::label::label;

label! {
    /// The kinds of file that can be attached: what support is made of, and nothing that a browser or a double click
    /// would run.
    MediaType {
        /// A screenshot.
        Png = "image/png",
        /// A photograph.
        Jpeg = "image/jpeg",
        /// A short film without sound.
        Gif = "image/gif",
        /// An image of the web.
        Webp = "image/webp",
        /// A document to read or print.
        Pdf = "application/pdf",
        /// A log.
        Text = "text/plain",
        /// A table.
        Csv = "text/csv",
        /// A request, an answer, a configuration.
        Json = "application/json",
        /// Several files, or one that has no type of its own here.
        Zip = "application/zip",
        /// A compressed log.
        Gzip = "application/gzip",
        /// A text document.
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        /// A spreadsheet.
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        /// A presentation.
        Pptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        /// A recording of a screen.
        Mp4 = "video/mp4",
        /// A recording of a screen, as Apple's machines make it.
        Quicktime = "video/quicktime",
        /// A recording of a screen, as browsers make it.
        Webm = "video/webm",
    }
}

impl MediaType {
    /// How many bytes of a file [`fits`](Self::fits) wants to see.
    pub const BEGINNING: u64 = 1_024;

    /// Whether a file that begins so can be of this kind: by its signature, or, for a text, by having nothing in it that
    /// texts have not.
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
            // Readers find it anywhere in the first kilobyte, and some programs write something before it.
            Self::Pdf => beginning.windows(5).any(|window| window == b"%PDF-"),
            Self::Text | Self::Csv | Self::Json => is_text(beginning),
            Self::Zip => at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06"),
            Self::Docx | Self::Xlsx | Self::Pptx => at(0, b"PK\x03\x04"),
            Self::Gzip => at(0, b"\x1f\x8b"),
            Self::Mp4 => at(4, b"ftyp") && !at(8, b"qt  "),
            Self::Quicktime => {
                at(4, b"ftypqt  ") || at(4, b"moov") || at(4, b"wide") || at(4, b"mdat")
            }
            Self::Webm => at(0, b"\x1a\x45\xdf\xa3"),
        }
    }

    /// Whether a browser may be told what it is: it shows these and runs nothing in them. Everything else is bytes.
    pub fn is_shown(self) -> bool {
        match self {
            Self::Png | Self::Jpeg | Self::Gif | Self::Webp | Self::Pdf | Self::Text => true,
            Self::Csv
            | Self::Json
            | Self::Zip
            | Self::Gzip
            | Self::Docx
            | Self::Xlsx
            | Self::Pptx
            | Self::Mp4
            | Self::Quicktime
            | Self::Webm => false,
        }
    }
}

/// Texts have no control characters but those of lines and terminals. UTF-16, as Windows saves it, says so at its
/// beginning; what encoding the rest is in does not matter here.
fn is_text(beginning: &[u8]) -> bool {
    let utf_16 = beginning.starts_with(b"\xff\xfe") || beginning.starts_with(b"\xfe\xff");
    let belongs = |byte: &u8| *byte >= 0x20 || matches!(byte, 0x07..=0x0d | 0x1b);
    utf_16 || beginning.iter().all(belongs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_begins_as_its_kind_does() {
        let files: &[(MediaType, &[u8])] = &[
            (MediaType::Png, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            (MediaType::Jpeg, b"\xff\xd8\xff\xe0\0\x10JFIF"),
            (MediaType::Gif, b"GIF89a\x01\0"),
            (MediaType::Webp, b"RIFF\x24\0\0\0WEBPVP8 "),
            (MediaType::Pdf, b"%PDF-1.7\n"),
            (MediaType::Gzip, b"\x1f\x8b\x08\0"),
            (MediaType::Zip, b"PK\x03\x04\x14\0"),
            (MediaType::Mp4, b"\0\0\0\x20ftypisom"),
            (MediaType::Quicktime, b"\0\0\0\x14ftypqt  "),
            (MediaType::Webm, b"\x1a\x45\xdf\xa3\x9f\0"),
            (
                MediaType::Text,
                "¿Qué cambió?\r\n\t\x1b[31mnada\x1b[0m".as_bytes(),
            ),
        ];
        for (kind, beginning) in files {
            let fitting: Vec<_> = MediaType::ALL
                .iter()
                .filter(|kind| kind.fits(beginning))
                .collect();
            assert!(fitting.contains(&kind), "{kind}");
            // A header of an image or an archive may happen to have no control characters in it.
            let texts = [MediaType::Text, MediaType::Csv, MediaType::Json];
            let archives = [
                MediaType::Zip,
                MediaType::Docx,
                MediaType::Xlsx,
                MediaType::Pptx,
            ];
            let alike = |other: &&MediaType| {
                *other == kind
                    || texts.contains(other)
                    || (archives.contains(kind) && archives.contains(other))
            };
            assert!(fitting.iter().all(alike), "{kind}: {fitting:?}");
        }
        assert!(
            MediaType::Text.fits(b"\xff\xfea\0b\0"),
            "UTF-16, as Windows has it"
        );
        assert!(MediaType::Text.fits(b"caf\xe9"), "Latin-1");
        assert!(MediaType::Pdf.fits(b"\xef\xbb\xbf%PDF-1.4"));
        for kind in MediaType::ALL {
            assert!(!kind.fits(b"MZ\x90\0\x03\0\0\0"), "{kind}: a program");
        }
    }

    #[test]
    fn only_what_cannot_run_is_shown() {
        let shown: Vec<_> = MediaType::ALL
            .iter()
            .filter(|kind| kind.is_shown())
            .map(|kind| kind.name())
            .collect();
        assert_eq!(
            shown,
            [
                "image/png",
                "image/jpeg",
                "image/gif",
                "image/webp",
                "application/pdf",
                "text/plain"
            ]
        );
        for kind in [
            "image/svg+xml",
            "text/html",
            "application/xhtml+xml",
            "text/plain; charset=utf-8",
            "IMAGE/PNG",
            "",
        ] {
            assert!(MediaType::parse(kind).is_err(), "{kind}");
        }
    }
}
