//! The HTTP API: serves exactly the template's routes, and asks for a token where the template does.
//!
//! A function gets a request as it would on AWS: its body whole, repeated headers joined, and in its extensions the
//! context API Gateway makes, with the verified token's claims. Nothing else of this process comes along.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, Router};
use lambda_http::aws_lambda_events::apigw::{
    ApiGatewayRequestAuthorizer, ApiGatewayRequestAuthorizerJwtDescription,
    ApiGatewayV2httpRequestContext, ApiGatewayV2httpRequestContextHttpDescription,
};
use lambda_http::request::RequestContext;
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::identity::{Claims, Issuer, Rejected};
use crate::template::{Match, Template};

/// API Gateway's own limit; a function's is below it.
const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// What leads from a route to a function.
#[derive(Clone)]
struct Door {
    /// As API Gateway names it: `GET /v2/support-tickets` or `$default`.
    route: Arc<str>,
    function: Router,
    /// The issuer whose tokens it asks for, if it asks.
    issuer: Option<Arc<Issuer>>,
    /// Answers for the function when the token is wrong or missing.
    refusal: Router,
}

/// The router of the template's routes. An error when template and code do not name the same functions.
pub(crate) fn gateway(
    template: &Template,
    mut services: HashMap<&'static str, Router>,
    issuer: &Arc<Issuer>,
) -> Result<Router> {
    let refusal = edge::layered(
        "gateway",
        Router::new().fallback(async |Extension(why): Extension<Rejected>| why.problem()),
    );
    let mut doors = BTreeMap::new();
    let mut rest = None;
    for function in template
        .functions
        .iter()
        .filter(|function| !function.routes.is_empty())
    {
        let service = services.remove(function.name.as_str());
        let service =
            service.with_context(|| format!("the code has no function {}", function.name))?;
        for route in &function.routes {
            let door = |name: String| Door {
                route: name.into(),
                function: service.clone(),
                issuer: route.authorised.then(|| Arc::clone(issuer)),
                refusal: refusal.clone(),
            };
            match &route.matches {
                Match::Rest => ensure!(
                    rest.replace(door("$default".into())).is_none(),
                    "two routes are $default"
                ),
                Match::Exactly(method, path) => {
                    let name = format!("{method} {path}");
                    let place = (method.as_str(), path.as_str());
                    let before = doors.insert(place, door(name.clone()));
                    ensure!(before.is_none(), "two functions take {name}");
                }
            }
        }
    }
    let mut forgotten: Vec<&str> = services.into_keys().collect();
    forgotten.sort_unstable();
    ensure!(
        forgotten.is_empty(),
        "the template has no function {}",
        forgotten.join(", ")
    );
    let rest = rest.context("no route is $default")?;

    // A router for each method, because API Gateway looks for method and path together: a `GET` of a path that another
    // route takes for `POST` only may still be some `{id}`.
    let mut methods: HashMap<&str, Router> = HashMap::new();
    for ((method, path), door) in doors {
        let pass = any(async move |request: Request| door.clone().pass(request).await);
        let router = methods.remove(method).unwrap_or_default();
        methods.insert(method, router.route(path, pass));
    }
    let methods: HashMap<String, Router> = methods
        .into_iter()
        .map(|(method, router)| {
            let rest = rest.clone();
            let router =
                router.fallback(async move |request: Request| rest.clone().pass(request).await);
            (method.to_owned(), router)
        })
        .collect();
    let methods = Arc::new(methods);
    Ok(Router::new().fallback(async move |request: Request| {
        match methods.get(request.method().as_str()) {
            Some(router) => router.clone().oneshot(request).await.unwrap_or_else(never),
            None => rest.clone().pass(request).await,
        }
    }))
}

impl Door {
    async fn pass(self, request: Request) -> Response {
        let claims = self
            .issuer
            .as_ref()
            .map(|issuer| issuer.authorize(request.headers()));
        let claims = match claims.transpose() {
            Ok(claims) => claims,
            Err(rejected) => {
                let mut request = request;
                request.extensions_mut().insert(rejected);
                return self.refusal.oneshot(request).await.unwrap_or_else(never);
            }
        };
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
            return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        };
        let context = context(&parts, &self.route, claims);
        // Only these parts: axum's notes about the route taken here would mislead the function's own router.
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = parts.method;
        *request.uri_mut() = parts.uri;
        *request.headers_mut() = joined(&parts.headers);
        request
            .extensions_mut()
            .insert(RequestContext::ApiGatewayV2(context));
        // On a task of its own, for a function on AWS runs to its end even if its caller has gone.
        match tokio::spawn(self.function.oneshot(request)).await {
            Ok(response) => response.unwrap_or_else(never),
            Err(_panic) => message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
        }
    }
}

fn never(impossible: Infallible) -> Response {
    match impossible {}
}

/// How API Gateway answers when no function does.
fn message(status: StatusCode, text: &str) -> Response {
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        json!({ "message": text }).to_string(),
    )
        .into_response()
}

/// Repeated headers become one, joined by commas.
fn joined(headers: &HeaderMap) -> HeaderMap {
    let mut joined = HeaderMap::with_capacity(headers.keys_len());
    for name in headers.keys() {
        let values: Vec<&[u8]> = headers
            .get_all(name)
            .iter()
            .map(HeaderValue::as_bytes)
            .collect();
        joined.extend(
            HeaderValue::from_bytes(&values.join(&b","[..])).map(|value| (name.clone(), value)),
        );
    }
    joined
}

/// What API Gateway tells a function about a request.
fn context(parts: &Parts, route: &str, claims: Option<Claims>) -> ApiGatewayV2httpRequestContext {
    let now = jiff::Timestamp::now();
    let mut http = ApiGatewayV2httpRequestContextHttpDescription::default();
    http.method = parts.method.clone();
    http.path = Some(parts.uri.path().into());
    http.protocol = Some(format!("{:?}", parts.version));
    http.source_ip = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|peer| peer.0.ip().to_string());
    http.user_agent = parts
        .headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);

    let mut context = ApiGatewayV2httpRequestContext::default();
    context.route_key = Some(route.into());
    context.stage = Some("$default".into());
    context.request_id = Some(Uuid::now_v7().simple().to_string());
    context.time = Some(now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string());
    context.time_epoch = now.as_millisecond();
    context.http = http;
    context.authorizer = claims.map(|claims| {
        let mut jwt = ApiGatewayRequestAuthorizerJwtDescription::default();
        jwt.claims = claims
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, print(&value)))
            .collect();
        let mut authorizer = ApiGatewayRequestAuthorizer::default();
        authorizer.jwt = Some(jwt);
        authorizer
    });
    context
}

/// A claim as API Gateway prints it: everything becomes a string, a list `[agent admin]`.
fn print(claim: &Value) -> String {
    match claim {
        Value::String(text) => text.clone(),
        Value::Array(values) => format!(
            "[{}]",
            values.iter().map(print).collect::<Vec<_>>().join(" ")
        ),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| format!("{name}:{}", print(value)));
            format!("map[{}]", members.collect::<Vec<_>>().join(" "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => claim.to_string(),
    }
}

#[cfg(test)]
mod tests;
