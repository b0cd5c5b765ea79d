//! What a body says of itself, and the bytes of JSON it is.
//!
//! A body need not say anything: `curl -d` calls everything `application/x-www-form-urlencoded`, `fetch` calls a text
//! `text/plain`, and both send JSON as it is. What says that it is compressed, or of a kind that is never JSON, is refused
//! before anybody wonders why it cannot be read.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, header};

use crate::problem::{Problem, Text};

/// The byte order mark, which some editors and runtimes write before a text.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// The same mark in UTF-16, which JSON is not written in.
const WIDE: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// A body without its byte order mark, unless it says that it is something else than a text of JSON.
pub(crate) fn plain(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Problem> {
    if body.is_empty() {
        return Ok(body);
    }
    if let Some(coding) = coding(headers) {
        let detail = Text::new(
            format!("The body is encoded as {coding}; send it as it is."),
            format!("El cuerpo está codificado como {coding}; envíelo tal cual."),
        );
        let accepted = (header::ACCEPT_ENCODING, "identity");
        return Err(Problem::unsupported_media_type(detail, accepted));
    }
    if let Some(kind) = foreign(headers) {
        let detail = Text::new(
            format!("The body is {kind}; send a JSON object as application/json."),
            format!("El cuerpo es {kind}; envíe un objeto JSON como application/json."),
        );
        let accepted = (header::ACCEPT, "application/json");
        return Err(Problem::unsupported_media_type(detail, accepted));
    }
    if WIDE.iter().any(|mark| body.starts_with(mark)) {
        return Err(Problem::malformed_json(Text::new(
            "The body must be UTF-8; it begins as UTF-16 does.",
            "El cuerpo debe estar en UTF-8; empieza como UTF-16.",
        )));
    }
    let skipped = if body.starts_with(MARK) {
        MARK.len()
    } else {
        0
    };
    Ok(body.slice(skipped..))
}

/// How it is encoded, if it is.
fn coding(headers: &HeaderMap) -> Option<String> {
    let mut codings = values(headers, header::CONTENT_ENCODING);
    codings.find(|coding| !coding.is_empty() && coding != "identity")
}

/// What it is, if that is never JSON.
fn foreign(headers: &HeaderMap) -> Option<String> {
    let mut kinds = values(headers, header::CONTENT_TYPE)
        .map(|kind| kind.split(';').next().unwrap_or_default().trim().to_owned());
    kinds.find(|kind| {
        let (family, rest) = kind.split_once('/').unwrap_or((kind, ""));
        let is_another_family = matches!(
            family,
            "multipart" | "image" | "audio" | "video" | "font" | "model"
        );
        let is_another_syntax = [
            "xml", "yaml", "html", "csv", "pdf", "zip", "gzip", "msgpack", "cbor", "protobuf",
        ]
        .iter()
        .any(|syntax| {
            let end = rest.strip_suffix(syntax);
            end.is_some_and(|before| before.is_empty() || before.ends_with(['+', '-', '.']))
        });
        is_another_family || is_another_syntax
    })
}

/// What a header lists, in lowercase.
fn values(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = String> {
    headers.get_all(name).into_iter().flat_map(|value| {
        let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        let values = text.split(',').map(|value| value.trim().to_owned());
        values.collect::<Vec<_>>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(name: HeaderName, value: &str) -> Result<Bytes, Problem> {
        let value = value.parse().expect("a header");
        plain(
            &[(name, value)].into_iter().collect(),
            Bytes::from_static(b"{}"),
        )
    }

    #[test]
    fn what_says_that_it_is_encoded_is_refused() {
        for coding in [
            "gzip",
            "GZIP",
            "br",
            "identity, gzip",
            "deflate",
            "zstd",
            "aws-chunked",
        ] {
            assert!(says(header::CONTENT_ENCODING, coding).is_err(), "{coding}");
        }
        for none in ["identity", "Identity", "", "identity, identity"] {
            assert!(says(header::CONTENT_ENCODING, none).is_ok(), "{none}");
        }
    }

    #[test]
    fn what_says_that_it_is_never_json_is_refused() {
        for foreign in [
            "multipart/form-data; boundary=x",
            "application/xml",
            "text/xml; charset=utf-8",
            "application/soap+xml",
            "application/x-yaml",
            "text/csv",
            "image/png",
            "Application/XML",
        ] {
            assert!(says(header::CONTENT_TYPE, foreign).is_err(), "{foreign}");
        }
        for fine in [
            "application/json",
            "application/json; charset=utf-8",
            "application/merge-patch+json",
            "application/x-www-form-urlencoded",
            "text/plain;charset=UTF-8",
            "application/octet-stream",
            "",
        ] {
            assert!(says(header::CONTENT_TYPE, fine).is_ok(), "{fine}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_skipped_once() {
        let body = |bytes: &'static [u8]| {
            let body = plain(&HeaderMap::new(), Bytes::from_static(bytes));
            body.expect("plain").to_vec()
        };
        assert_eq!(body(b"\xef\xbb\xbf{}"), b"{}");
        assert_eq!(body(b"{}"), b"{}");
        assert_eq!(body(b"\xef\xbb\xbf"), b"");
        let wide = Bytes::from_static(b"\xff\xfe{\0}\0");
        let refused = plain(&HeaderMap::new(), wide).expect_err("no UTF-8");
        assert!(
            refused
                .detail()
                .is_some_and(|why| why.en.contains("UTF-16"))
        );
        assert_eq!(body(b"\xef\xbb\xbf\xef\xbb\xbf{}"), b"\xef\xbb\xbf{}");
    }
}
