//! What is around every function: the request's id, its problem in words, its line in the log.

use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use uuid::Uuid;

use crate::caller;
use crate::log::{self, Line};
use crate::problem::{Language, Problem, render};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts a function's answers in order: `X-Request-Id` echoed or made, problems written in the caller's language, one
/// line in the log.
pub fn layered(router: Router) -> Router {
    router.layer(middleware::from_fn(answer))
}

async fn answer(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let language = Language::of(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let tenant = caller::tenant(request.extensions());
    let (mut response, consumed) = store::metered(next.run(request)).await;
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| {
        // The gateway may decode a path, so that `a%2Fb` comes as a path this function has no route for.
        let unrouted = route.is_none() && response.status() == StatusCode::NOT_FOUND;
        unrouted.then(Problem::not_found)
    });
    if let Some(problem) = &problem {
        response = render(problem, &id, language);
    }
    let line = Line {
        request: &id,
        method: method.as_str(),
        route: route.as_ref().map_or("-", MatchedPath::as_str),
        status: response.status().as_u16(),
        duration_ms: log::milliseconds(started.elapsed()),
        tenant,
        cost: consumed.into(),
        cold: log::is_cold(),
        cause: problem.as_ref().and_then(Problem::cause),
    };
    log::print(&line);
    response
        .headers_mut()
        .extend(HeaderValue::from_str(&id).map(|id| (REQUEST_ID, id)));
    response
}

/// The caller's own id for the request, if it is one that can be echoed, searched for and named in a URI; else a new
/// one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:;=/+@".contains(&byte);
    let usable = |id: &&str| (1..=128).contains(&id.len()) && id.bytes().all(plain);
    given
        .filter(usable)
        .map_or_else(|| Uuid::now_v7().simple().to_string(), str::to_owned)
}
