//! What is for this machine only: whoever reaches the stand by another name gets none of it.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use edge::{Problem, Text};
use serde_json::Value;

/// Lets a request through if it was sent to this machine by one of its own names: a page from elsewhere, opened in a
/// browser here, cannot.
pub(crate) async fn only(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    if is_loopback(host) {
        next.run(request).await
    } else {
        Problem::not_found().into_response()
    }
}

/// Why a request for this machine's own makes no sense.
pub(crate) fn refuse(why: &impl ToString) -> Problem {
    let mut why = why.to_string();
    if !why.ends_with('.') {
        why.push('.');
    }
    Problem::malformed_json(Text::new(why.clone(), why))
}

/// An answer.
pub(crate) fn json_answer(json: &Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], json.to_string()).into_response()
}

/// The origin of the page that has made a request, if it is a page of this machine.
pub(crate) fn origin(headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(ORIGIN)?;
    let uri: Uri = origin.to_str().ok()?.parse().ok()?;
    is_loopback(uri.host()?).then(|| origin.clone())
}

/// Whether a `Host` header (name or address, perhaps with a port) can only mean this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machines_own_names_open_the_issuers_doors() {
        for ours in [
            "127.0.0.1:9000",
            "localhost:9000",
            "LocalHost",
            "127.0.0.1",
            "[::1]:9000",
            "127.1.2.3:80",
        ] {
            assert!(is_loopback(ours), "{ours}");
        }
        for others in [
            "",
            "evil.example",
            "127.0.0.1.evil.example:9000",
            "localhost.evil.example",
            "10.0.0.1:9000",
            "[::2]",
        ] {
            assert!(!is_loopback(others), "{others}");
        }
    }
}
