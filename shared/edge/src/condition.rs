//! `If-Match` and `If-None-Match`. A ticket's entity tag is its version in quotes.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use domain::Refusal;

use crate::problem::{FieldError, Problem, Text};

/// The versions the caller decided on, if it said so (`If-Match`); and those that must not be there (`If-None-Match`, which
/// with `*` keeps a `PUT` from replacing what another has set before).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch {
    any_of: Option<Vec<String>>,
    none_of: Vec<String>,
}

impl IfMatch {
    /// Refuses when the ticket is at none of the versions the caller decided on. Tags are compared as they are
    /// written: `"02"` is no version's. A weak one is as good as a strong one: proxies that compress make them weak, and a
    /// version is a version.
    pub fn allows(&self, version: u32) -> Result<(), Refusal> {
        self.allows_of(version, true)
    }

    /// The same of what may not be there at all: then `*` is not its version.
    pub fn allows_of(&self, version: u32, is_there: bool) -> Result<(), Refusal> {
        let Self { any_of, none_of } = self;
        let is_it = |tag: &String| is_of(tag, version);
        // What is there without having been set, at version 0, can be set once.
        let was_set = |tag: &String| tag == "*" && version > 0;
        let decided_on = |tags: &Vec<String>| {
            let mut tags = tags.iter();
            tags.any(|tag| is_it(tag) || (tag == "*" && is_there))
        };
        let is_excluded = |tag: &String| is_it(tag) || was_set(tag);
        if none_of.iter().any(is_excluded) {
            Err(Refusal::VersionExcluded { current: version })
        } else if any_of.as_ref().is_none_or(decided_on) {
            Ok(())
        } else {
            Err(Refusal::VersionMismatch { current: version })
        }
    }
}

/// The versions the caller has already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfNoneMatch(Vec<String>);

impl IfNoneMatch {
    /// Whether the caller has this version; a weak tag is as good as a strong one.
    pub fn has(&self, version: u32) -> bool {
        self.has_tag(&etag(version))
    }

    /// Whether the caller has what this tag is of.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.0.iter().any(|had| had == "*" || had == tag)
    }
}

/// Whether a tag is of this version. What follows the version in a customer's tag says what else it is shown, and is of no
/// account for a write.
fn is_of(tag: &str, version: u32) -> bool {
    let inside = tag
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let is_digest = |digest: &str| {
        let is_hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        digest.len() == 8 && digest.bytes().all(is_hexadecimal)
    };
    let version_of = |inside| match str::split_once(inside, '-') {
        Some((version, digest)) if is_digest(digest) => version,
        Some(_) | None => inside,
    };
    inside.map(version_of) == Some(version.to_string().as_str())
}

/// A version as an entity tag.
pub(crate) fn etag(version: u32) -> String {
    format!("\"{version}\"")
}

/// The entity tags of a header, without what makes them weak.
fn tags(parts: &Parts, name: &HeaderName) -> Option<Vec<String>> {
    let mut values = parts.headers.get_all(name).iter().peekable();
    values.peek()?;
    let tags = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(split);
    let strong = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    Some(tags.map(strong).collect())
}

/// The parts of a list between its commas. One in quotes is a part of a tag.
fn split(list: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let separates = move |character| {
        is_quoted ^= character == '"';
        character == ',' && !is_quoted
    };
    list.split(separates).map(str::trim)
}

/// `*` or `"…"`.
fn is_tag(text: &str) -> bool {
    let quoted = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    text == "*" || quoted.is_some_and(|inside| !inside.contains('"'))
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let tags = tags(parts, &header::IF_MATCH);
        if tags.iter().flatten().all(|tag| is_tag(tag)) {
            return Ok(Self {
                any_of: tags,
                none_of: self::tags(parts, &header::IF_NONE_MATCH).unwrap_or_default(),
            });
        }
        Err(Problem::invalid_parameters(vec![FieldError {
            field: "If-Match".into(),
            code: "INVALID_IF_MATCH".into(),
            detail: Text::new(
                "`If-Match` must be an entity tag in quotes, as `ETag` gave it.",
                "`If-Match` debe ser una etiqueta entre comillas, tal como la dio `ETag`.",
            ),
        }]))
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(
            tags(parts, &header::IF_NONE_MATCH).unwrap_or_default(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn parts(headers: &[(HeaderName, &str)]) -> Parts {
        let mut request = Request::new(());
        for (name, value) in headers {
            let value = value.parse().expect("a header");
            request.headers_mut().append(name, value);
        }
        request.into_parts().0
    }

    async fn allows(headers: &[(HeaderName, &str)], version: u32) -> Result<(), Refusal> {
        let read = IfMatch::from_request_parts(&mut parts(headers), &()).await;
        read.expect("tags").allows(version)
    }

    #[tokio::test]
    async fn a_tag_that_was_weakened_on_its_way_is_the_same_version() {
        use header::{IF_MATCH, IF_NONE_MATCH};
        for right in ["\"3\"", "W/\"3\"", "\"1\", W/\"3\"", "\"a,b\",\"3\"", " * "] {
            let headers = [(IF_MATCH, right)];
            assert_eq!(allows(&headers, 3).await, Ok(()), "{right}");
        }
        let two = [(IF_MATCH, "\"1\""), (IF_MATCH, "W/\"3\"")];
        assert_eq!(allows(&two, 3).await, Ok(()));
        for wrong in ["W/\"2\"", "\"03\"", "\"3,\""] {
            let refused = Err(Refusal::VersionMismatch { current: 3 });
            assert_eq!(allows(&[(IF_MATCH, wrong)], 3).await, refused, "{wrong}");
        }
        for malformed in ["3", "\"3", "W/3", "w/\"3\"", "\"1\" \"3\"", ""] {
            let headers = [(IF_MATCH, malformed)];
            let read = IfMatch::from_request_parts(&mut parts(&headers), &()).await;
            assert!(read.is_err(), "{malformed}");
        }
        for has in ["W/\"3\"", "\"3\"", "\"2\", W/\"3\"", "*"] {
            let headers = [(IF_NONE_MATCH, has)];
            let had = IfNoneMatch::from_request_parts(&mut parts(&headers), &()).await;
            let Ok(had) = had;
            assert!(had.has(3), "{has}");
        }
    }

    #[tokio::test]
    async fn what_must_not_be_there_yet_is_not_replaced() {
        use header::IF_NONE_MATCH;
        let excluded = |current| Err(Refusal::VersionExcluded { current });
        let new = [(IF_NONE_MATCH, "*")];
        assert_eq!(allows(&new, 0).await, Ok(()));
        assert_eq!(allows(&new, 3).await, excluded(3));
        let other = [(IF_NONE_MATCH, "W/\"3\"")];
        assert_eq!(allows(&other, 3).await, excluded(3));
        assert_eq!(allows(&other, 4).await, Ok(()));
    }
}
