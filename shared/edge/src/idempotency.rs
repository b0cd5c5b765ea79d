//! `Idempotency-Key`: 1–255 visible ASCII characters, quoted (as the IETF draft has it) or bare (as Stripe has it).
//!
//! A key belongs to a principal, a method and a path; with it goes a fingerprint of the body, so that a key used for
//! two different requests is noticed.

use axum::extract::OriginalUri;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use domain::Actor;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use store::Idempotency;

use crate::problem::{FieldError, Problem, Text};

const MAX: usize = 255;

/// The request's key, without its quotes.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    let key = match text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        Some(inside) => inside,
        // Half a quotation is a mistake, not a key.
        None if text.starts_with('"') || text.ends_with('"') => "",
        None => text,
    };
    let valid = (1..=MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if valid {
        return Ok(Some(key.to_owned()));
    }
    Err(Problem::invalid_parameters(vec![FieldError {
        field: "Idempotency-Key".into(),
        code: "INVALID_IDEMPOTENCY_KEY".into(),
        detail: Text::new(
            "`Idempotency-Key` must have 1 to 255 visible ASCII characters.",
            "`Idempotency-Key` debe tener de 1 a 255 caracteres ASCII visibles.",
        ),
    }]))
}

/// Binds a key to who sent it, to what, and with which body. The tenant is in the record's own key.
pub(crate) fn bind(
    key: &str,
    actor: &Actor,
    parts: &Parts,
    body: &Map<String, Value>,
) -> Idempotency {
    let path = parts
        .extensions
        .get::<OriginalUri>()
        .map_or_else(|| parts.uri.path(), |uri| uri.path());
    let scope = [actor.principal.as_str(), parts.method.as_str(), path, key];
    // A map keeps its names sorted, so one body has one spelling.
    let body = serde_json::to_vec(body).expect("a body was JSON before");
    Idempotency {
        // None of the four can hold a line break.
        hash: digest(scope.join("\n").as_bytes()),
        fingerprint: digest(&body),
    }
}

/// 128 bits of SHA-256 in hexadecimal.
fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    format!(
        "{:032x}",
        u128::from_be_bytes(std::array::from_fn(|i| digest[i]))
    )
}
