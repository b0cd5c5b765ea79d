//! What pages in a browser may do with the API: what the template's CORS rules say, for pages of this machine.
//!
//! Where the template is for the pages that its `Origins` name, any page whose origin is a loopback address is meant here. A
//! page from elsewhere gets no such headers, so that a browser keeps the answers from it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

use crate::loopback;
use crate::template::ApiCors;

/// Lets pages of this machine use what a router serves.
pub(crate) fn layered(router: Router, rules: ApiCors) -> Router {
    let rules = Arc::new(rules);
    router.layer(middleware::from_fn_with_state(
        rules,
        for_pages_of_this_machine,
    ))
}

/// Says to a page of this machine what it may do, and shows it the answer.
async fn for_pages_of_this_machine(
    State(cors): State<Arc<ApiCors>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(origin) = loopback::origin(request.headers()) else {
        return next.run(request).await;
    };
    let asks = header::ACCESS_CONTROL_REQUEST_METHOD;
    let mut response =
        if request.method() == Method::OPTIONS && request.headers().contains_key(asks) {
            let mut may = StatusCode::NO_CONTENT.into_response();
            may.headers_mut().extend([
                list(header::ACCESS_CONTROL_ALLOW_METHODS, &cors.allow_methods),
                list(header::ACCESS_CONTROL_ALLOW_HEADERS, &cors.allow_headers),
                (header::ACCESS_CONTROL_MAX_AGE, cors.max_age.into()),
            ]);
            may
        } else {
            let mut answer = next.run(request).await;
            let exposed = list(header::ACCESS_CONTROL_EXPOSE_HEADERS, &cors.expose_headers);
            answer.headers_mut().extend([exposed]);
            answer
        };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(header::VARY, HeaderValue::from_name(header::ORIGIN));
    response
}

fn list(name: HeaderName, values: &[String]) -> (HeaderName, HeaderValue) {
    let values = values.join(",");
    let value = HeaderValue::from_str(&values);
    (name, value.unwrap_or(HeaderValue::from_static("")))
}
