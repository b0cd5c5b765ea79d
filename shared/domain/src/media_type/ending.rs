//! How files of a kind are called: what a system opens them by.

use super::MediaType;
use super::MediaType::{
    Calendar, Csv, Doc, Docx, Email, Gif, Gzip, Heic, Heif, Jpeg, Json, Markdown, Mp4, Pdf, Png,
    Ppt, Pptx, Quicktime, Text, Webm, Webp, Xls, Xlsx, Xml, Zip,
};

/// Endings, the kind they mean, and the kinds that a file so called may be besides. An ending that is not here may be
/// any text's, or of what is only saved; anything may be declared as bytes.
const ENDINGS: &[(&[&str], MediaType, &[MediaType])] = &[
    (&["png"], Png, &[]),
    (&["jpg", "jpeg", "jpe", "jfif"], Jpeg, &[]),
    (&["gif"], Gif, &[]),
    (&["webp"], Webp, &[]),
    (&["heic"], Heic, &[Heif]),
    (&["heif"], Heif, &[Heic]),
    (&["pdf"], Pdf, &[]),
    (&["txt", "text", "log"], Text, &[Csv, Json, Markdown]),
    (&["csv"], Csv, &[Text]),
    (&["json"], Json, &[Text]),
    (&["md", "markdown"], Markdown, &[Text]),
    (&["xml"], Xml, &[Text]),
    (&["ics"], Calendar, &[Text]),
    (&["eml"], Email, &[Text]),
    (&["zip"], Zip, &[]),
    (&["gz", "tgz"], Gzip, &[]),
    (&["docx"], Docx, &[Zip]),
    (&["xlsx"], Xlsx, &[Zip]),
    (&["pptx"], Pptx, &[Zip]),
    (&["doc"], Doc, &[]),
    (&["xls"], Xls, &[]),
    (&["ppt"], Ppt, &[]),
    (&["mp4", "m4v"], Mp4, &[Quicktime]),
    (&["mov", "qt"], Quicktime, &[Mp4]),
    (&["webm"], Webm, &[]),
];

/// The kind an ending means, if it is known, and those that go with it too.
pub(super) fn kinds(ending: &str) -> (Option<MediaType>, &'static [MediaType]) {
    let known = ENDINGS.iter().find(|(endings, ..)| {
        endings
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    });
    known.map_or((None, &[]), |(_, own, also)| (Some(*own), also))
}
