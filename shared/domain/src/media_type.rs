//! Which kinds of file there are: by what they are called, how their names end, and how they begin.

mod beginning;
mod ending;

use crate::label::label;
use crate::{Filename, Invalid};

label! {
    /// The kinds of file that can be attached. What browsers show has to be what it says; everything else is bytes to save.
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
        /// Several files.
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
        /// An invoice, in many countries.
        Xml = "application/xml",
        /// Notes.
        Markdown = "text/markdown",
        /// A date.
        Calendar = "text/calendar",
        /// A mail.
        Email = "message/rfc822",
        /// A photograph, as Apple's machines make it.
        Heic = "image/heic",
        /// The same, in another packing.
        Heif = "image/heif",
        /// A text document of the older kind.
        Doc = "application/msword",
        /// A spreadsheet of the older kind.
        Xls = "application/vnd.ms-excel",
        /// A presentation of the older kind.
        Ppt = "application/vnd.ms-powerpoint",
        /// Anything else.
        Bytes = "application/octet-stream",
    }
}

/// What browsers and older systems call some kinds.
const OTHER_NAMES: &[(&str, MediaType)] = &[
    ("application/csv", MediaType::Csv),
    ("application/gzip-compressed", MediaType::Gzip),
    ("application/x-csv", MediaType::Csv),
    ("application/x-gzip", MediaType::Gzip),
    ("application/x-pdf", MediaType::Pdf),
    ("application/x-zip", MediaType::Zip),
    ("application/x-zip-compressed", MediaType::Zip),
    ("image/jpg", MediaType::Jpeg),
    ("image/pjpeg", MediaType::Jpeg),
    ("image/x-png", MediaType::Png),
    ("text/comma-separated-values", MediaType::Csv),
    ("text/json", MediaType::Json),
    ("text/log", MediaType::Text),
    ("text/x-csv", MediaType::Csv),
    ("text/x-log", MediaType::Text),
    ("text/x-markdown", MediaType::Markdown),
    ("text/xml", MediaType::Xml),
];

/// What browsers run, or hand to something that does. No file is kept as one of these, nor as anything that it is said to
/// be made of (`image/svg+xml`), so that their caller hears of it.
const RUN: &[&str] = &[
    "application/bat",
    "application/ecmascript",
    "application/exe",
    "application/hta",
    "application/java-archive",
    "application/javascript",
    "application/vnd.android.package-archive",
    "application/vnd.apple.installer+xml",
    "application/vnd.debian.binary-package",
    "application/vnd.microsoft.portable-executable",
    "application/x-bat",
    "application/x-csh",
    "application/x-dosexec",
    "application/x-executable",
    "application/x-httpd-php",
    "application/x-java-archive",
    "application/x-javascript",
    "application/x-mach-binary",
    "application/x-ms-application",
    "application/x-ms-installer",
    "application/x-ms-shortcut",
    "application/x-msdos-program",
    "application/x-msdownload",
    "application/x-msi",
    "application/x-sh",
    "application/x-shellscript",
    "application/x-shockwave-flash",
    "application/xhtml+xml",
    "application/xml-dtd",
    "application/xslt+xml",
    "image/svg+xml",
    "multipart/related",
    "multipart/x-mixed-replace",
    "text/ecmascript",
    "text/html",
    "text/javascript",
    "text/jscript",
    "text/vbscript",
    "text/x-javascript",
    "text/x-server-parsed-html",
    "text/xsl",
];

impl MediaType {
    /// How many bytes of a file [`fits`](Self::fits) wants to see.
    pub const BEGINNING: u64 = 1_024;

    /// The kind of a file that is called so, from what its type [says](Self::read), or, if that says nothing, from its name.
    pub fn of(declared: Option<Self>, filename: &Filename) -> Result<Self, Invalid> {
        let by_ending = filename.ending().map(ending::kinds);
        let (own, also) = by_ending.unwrap_or_default();
        let Some(kind) = declared else {
            return Ok(own.unwrap_or(Self::Bytes));
        };
        // Where an office is installed, its systems call these after the program that opens them.
        let kind = match (kind, own) {
            (Self::Xls, Some(own @ (Self::Csv | Self::Xlsx)))
            | (Self::Doc, Some(own @ Self::Docx))
            | (Self::Ppt, Some(own @ Self::Pptx)) => own,
            _ => kind,
        };
        let goes_with = match own {
            _ if kind == Self::Bytes || filename.ending().is_none() => true,
            Some(own) => own == kind || also.contains(&kind),
            // What no kind has claimed: nothing that a browser shows, unless it is a text.
            None => kind == Self::Text || !kind.is_shown(),
        };
        if goes_with {
            Ok(kind)
        } else {
            Err(Invalid::OtherEnding { kind: kind.name() })
        }
    }

    /// What a media type says, as browsers give it (`File.type`): perhaps with parameters, in capitals, by an older name.
    /// Nothing when it is empty; what has no kind of its own here is bytes.
    pub fn read(declared: &str) -> Result<Option<Self>, Invalid> {
        let essence = declared.split(';').next().unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        if essence.is_empty() {
            return Ok(None);
        }
        // RFC 6838's names.
        let is_name = |name: &str| {
            let belongs = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
            (1..=127).contains(&name.len()) && name.bytes().all(belongs)
        };
        let parts = essence.split_once('/');
        if parts.is_none_or(|(kind, of)| !is_name(kind) || !is_name(of)) {
            return Err(Invalid::NoMediaType);
        }
        if RUN.contains(&&*essence) {
            return Err(Invalid::ActiveType);
        }
        let other = OTHER_NAMES.iter().find(|(name, _)| *name == essence);
        Ok(Some(match other {
            Some((_, kind)) => *kind,
            None => Self::parse(&essence).unwrap_or(Self::Bytes),
        }))
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
            | Self::Webm
            | Self::Xml
            | Self::Markdown
            | Self::Calendar
            | Self::Email
            | Self::Heic
            | Self::Heif
            | Self::Doc
            | Self::Xls
            | Self::Ppt
            | Self::Bytes => false,
        }
    }
}

#[cfg(test)]
mod tests;
