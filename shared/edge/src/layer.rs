//! What is around every function: the request's id, its problem in words, its line in the log.

use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use uuid::Uuid;

use crate::claims;
use crate::log::Done;
use crate::problem::{Language, Problem, render};
use crate::trace::{TRACEPARENT, Trace};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts a function's answers in order: `X-Request-Id` echoed or made, `traceparent` carried on or begun, problems
/// written in the caller's language, one line in the log under the function's name.
pub fn layered(function: &'static str, router: Router) -> Router {
    router.layer(middleware::from_fn(move |request, next| {
        answer(function, request, next)
    }))
}

async fn answer(function: &'static str, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let uuid = Uuid::now_v7();
    let own = uuid.simple().to_string();
    // The request goes to the function; these are needed when the answer is there.
    let [given_id, traceparent] =
        [REQUEST_ID, TRACEPARENT].map(|name| request.headers().get(name).cloned());
    let id = given_id.as_ref().and_then(usable).unwrap_or(&own);
    let trace = Trace::of(traceparent.as_ref(), &own);
    let language = Language::of(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let tenant = claims::tenant(request.extensions());
    let (mut response, consumed) = store::metered(store::promptly(next.run(request))).await;
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| {
        // The gateway may decode a path, so that `a%2Fb` comes as a path this function has no route for.
        let unrouted = route.is_none() && response.status() == StatusCode::NOT_FOUND;
        unrouted.then(Problem::not_found)
    });
    if let Some(problem) = &problem {
        response = render(problem, id, language);
    }
    let done = Done {
        request: id,
        function,
        trace: trace.is_given.then_some(trace.id),
        status: response.status().as_u16(),
        took: started.elapsed(),
        tenant,
        consumed,
        refused: problem.as_ref().map(|_| {
            let route = route.as_ref().map_or("-", MatchedPath::as_str);
            (method.as_str(), route)
        }),
        code: problem.as_ref().and_then(Problem::code),
        cause: problem.as_ref().and_then(Problem::cause),
    };
    done.print();
    if method == Method::HEAD {
        // The headers of a `GET`, whoever has made the answer, and nothing of its body.
        *response.body_mut() = Body::empty();
    }
    let answered = response.headers_mut();
    answered.extend(HeaderValue::from_str(id).map(|id| (REQUEST_ID, id)));
    answered.extend(trace.header(&uuid).map(|trace| (TRACEPARENT, trace)));
    response
}

/// The caller's own id for the request, if it is one that can be echoed, searched for and named in a URI.
fn usable(given: &HeaderValue) -> Option<&str> {
    let given = given.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:;=/+@".contains(&byte);
    let is_usable = (1..=128).contains(&given.len()) && given.bytes().all(plain);
    is_usable.then_some(given)
}
