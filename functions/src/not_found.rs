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
    match (method, methods_of(uri.path()).as_slice()) {
        (_, []) => Problem::not_found().into_response(),
        // The gateway adds what its CORS rules allow: a browser asks this before it sends anything to another origin.
        (Method::OPTIONS, methods) => edge::allowing(methods),
        (_, methods) => Problem::method_not_allowed(methods).into_response(),
    }
}

/// The methods a path answers to; none when there is no such path.
fn methods_of(path: &str) -> Vec<Method> {
    let paths = crate::openapi::document().paths.paths.iter();
    // A path can match two patterns, as `/insert` matches `/{id}` too.
    let items: Vec<&PathItem> = paths
        .filter(|(pattern, _)| matches(pattern, path))
        .map(|(_, item)| item)
        .collect();
    let answers = |has: fn(&PathItem) -> bool| items.iter().any(|item| has(item));
    let methods = [
        (Method::GET, answers(|item| item.get.is_some())),
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

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(given))
                if part == given || (part.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_path_has_its_methods_and_an_unknown_one_has_none() {
        assert_eq!(
            methods_of("/v2/support-tickets"),
            [Method::GET, Method::POST]
        );
        assert_eq!(
            methods_of("/v2/support-tickets/tkt_1/notes"),
            [Method::POST]
        );
        for unknown in [
            "/",
            "/v2",
            "/v2/support-tickets/",
            "/v2/support-tickets/a/b",
            "/v2/support-tickets/a/notes/",
        ] {
            assert_eq!(methods_of(unknown), [] as [Method; 0], "{unknown}");
        }
    }
}
