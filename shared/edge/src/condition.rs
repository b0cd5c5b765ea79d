//! `If-Match` and `If-None-Match`. A ticket's entity tag is its version in quotes.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, header};

use crate::problem::{FieldError, Problem, Text};

/// The version the caller decided on, if it said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<u32>);

/// The versions the caller has already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfNoneMatch(Vec<String>);

impl IfNoneMatch {
    /// Whether the caller has this version.
    pub fn has(&self, version: u32) -> bool {
        self.0.iter().any(|tag| tag == "*" || *tag == etag(version))
    }
}

/// A version as an entity tag.
pub(crate) fn etag(version: u32) -> String {
    format!("\"{version}\"")
}

/// The entity tags of a header, weak ones as strong ones.
fn tags(parts: &Parts, name: &HeaderName) -> Option<Vec<String>> {
    let mut values = parts.headers.get_all(name).iter().peekable();
    values.peek()?;
    let text = values
        .filter_map(|value| value.to_str().ok())
        .collect::<Vec<_>>()
        .join(",");
    Some(
        text.split(',')
            .map(|tag| tag.trim().trim_start_matches("W/").to_owned())
            .collect(),
    )
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    /// A ticket has one version, so one tag is all there can be. A tag in quotes that is no version of ours matches
    /// nothing (version 0 is no ticket's); a text that is no tag at all is a mistake.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let version = match tags(parts, &header::IF_MATCH).as_deref() {
            None => None,
            Some([any]) if any == "*" => None,
            Some([tag]) if tag.len() >= 2 && tag.starts_with('"') && tag.ends_with('"') => {
                Some(tag.trim_matches('"').parse().unwrap_or(0))
            }
            Some(_) => {
                return Err(Problem::invalid_parameters(vec![FieldError {
                    field: "If-Match".into(),
                    code: "INVALID_IF_MATCH".into(),
                    detail: Text::new(
                        "`If-Match` must be one entity tag in quotes, as `ETag` gave it.",
                        "`If-Match` debe ser una etiqueta entre comillas, tal como la dio `ETag`.",
                    ),
                }]));
            }
        };
        Ok(Self(version))
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
