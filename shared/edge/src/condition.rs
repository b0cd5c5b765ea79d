//! `If-Match` and `If-None-Match`. A ticket's entity tag is its version in quotes.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use domain::Refusal;

use crate::problem::{FieldError, Problem, Text};

/// The versions the caller decided on, if it said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    /// Refuses when the ticket is at none of the versions the caller decided on. Tags are compared as they are
    /// written: a weak one, or `"02"`, is no version's.
    pub fn allows(&self, version: u32) -> Result<(), Refusal> {
        let Self(Some(tags)) = self else {
            return Ok(());
        };
        if tags.iter().any(|tag| tag == "*" || *tag == etag(version)) {
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
    /// Whether the caller has this version; a weak tag is as good as a strong one here.
    pub fn has(&self, version: u32) -> bool {
        let matches = |tag: &String| tag == "*" || tag.trim_start_matches("W/") == etag(version);
        self.0.iter().any(matches)
    }
}

/// A version as an entity tag.
pub(crate) fn etag(version: u32) -> String {
    format!("\"{version}\"")
}

/// The entity tags of a header, as they are written.
fn tags(parts: &Parts, name: &HeaderName) -> Option<Vec<String>> {
    let mut values = parts.headers.get_all(name).iter().peekable();
    values.peek()?;
    let tags = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    Some(tags.map(|tag| tag.trim().to_owned()).collect())
}

/// `*`, `"…"` or `W/"…"`.
fn is_tag(text: &str) -> bool {
    let opaque = text.strip_prefix("W/").unwrap_or(text);
    let quoted = opaque
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    text == "*" || quoted.is_some_and(|inside| !inside.contains('"'))
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let tags = tags(parts, &header::IF_MATCH);
        if tags.iter().flatten().all(|tag| is_tag(tag)) {
            return Ok(Self(tags));
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
