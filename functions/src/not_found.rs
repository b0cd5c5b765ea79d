//! `not-found`: answers whatever no other function does.
//!
//! API Gateway sends it every request that matches no route, without asking who it is from. What paths and methods
//! there are, it reads from the OpenAPI document.

use axum::extract::OriginalUri;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use edge::{Problem, Routes};
use utoipa::openapi::path::PathItem;

/// Its routes: every one.
pub fn routes<S: Clone + Send + Sync + 'static, R: Routes<S>>() -> R {
    R::none().rest(not_found)
}

async fn not_found(method: Method, OriginalUri(uri): OriginalUri) -> Response {
    let path = uri.path();
    match (method, methods_of(path).as_slice()) {
        (_, []) => Problem::no_such_path(meant(path).as_deref()).into_response(),
        // The gateway adds what its CORS rules allow: a browser asks this before it sends anything to another origin.
        (Method::OPTIONS, methods) => edge::allowing(methods),
        (_, methods) => Problem::method_not_allowed(methods).into_response(),
    }
}

/// The methods a path answers to; none when there is no such path.
fn methods_of(path: &str) -> Vec<Method> {
    let paths = crate::openapi::document().paths.paths.iter();
    let items: Vec<&PathItem> = paths
        .filter(|(pattern, _)| matches(pattern, path))
        .map(|(_, item)| item)
        .collect();
    let answers = |has: fn(&PathItem) -> bool| items.iter().any(|item| has(item));
    let gets = answers(|item| item.get.is_some());
    let methods = [
        (Method::GET, gets),
        (Method::HEAD, gets),
        (Method::POST, answers(|item| item.post.is_some())),
        (Method::PUT, answers(|item| item.put.is_some())),
        (Method::PATCH, answers(|item| item.patch.is_some())),
        (Method::DELETE, answers(|item| item.delete.is_some())),
    ];
    methods
        .into_iter()
        .filter(|(_, answered)| *answered)
        .map(|(method, _)| method)
        .collect()
}

/// The path that one with slashes too many is meant for, if it is one.
fn meant(path: &str) -> Option<String> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    let plain: String = parts.flat_map(|part| ["/", part]).collect();
    (plain != path && !methods_of(&plain).is_empty()).then_some(plain)
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(given))
                if part == given || (part.starts_with('{') && could_be_id(given)) => {}
            _ => return false,
        }
    }
}

/// Whether a part of a path names a thing, as `1001` and `tkt_…` do; a word names none, and is no thing's method.
fn could_be_id(part: &str) -> bool {
    part.bytes()
        .any(|byte| byte == b'_' || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_path_has_its_methods_and_an_unknown_one_has_none() {
        assert_eq!(
            methods_of("/v2/support-tickets"),
            [Method::GET, Method::HEAD, Method::POST]
        );
        assert_eq!(methods_of("/v2/support-tickets/insert"), [Method::POST]);
        assert_eq!(methods_of("/v2/sla-policies/simulate"), [Method::POST]);
        assert_eq!(
            methods_of("/v2/support-tickets/recount"),
            [Method::GET, Method::HEAD]
        );
        assert_eq!(
            methods_of("/v2/support-tickets/tkt_1/notes"),
            [Method::POST]
        );
        for unknown in [
            "/",
            "/v2",
            "/v2/support-tickets/",
            "/v2/support-tickets/bulk",
            "/v2/support-tickets/a/b",
            "/v2/support-tickets/a/notes/",
        ] {
            assert_eq!(methods_of(unknown), [] as [Method; 0], "{unknown}");
        }
    }

    #[test]
    fn a_path_with_slashes_too_many_is_meant_for_another() {
        for (given, other) in [
            ("/v2/support-tickets/", Some("/v2/support-tickets")),
            ("//v2//support-tickets//", Some("/v2/support-tickets")),
            (
                "/v2/support-tickets/7//notes",
                Some("/v2/support-tickets/7/notes"),
            ),
            ("/v2/support-tickets", None),
            ("/v2/tickets/", None),
            ("/", None),
            ("//", None),
        ] {
            assert_eq!(meant(given).as_deref(), other, "{given}");
        }
    }
}
