//! `GET /healthz`: whether everything is up.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use edge::Problem;
use serde_json::json;
use store::Table;

use crate::time::Time;

/// How long the engine may take to answer.
const WITHIN: Duration = Duration::from_secs(2);

/// The route. Without the log of the others: whoever asks asks every few seconds.
pub(crate) fn routes(table: Table, time: Arc<Time>) -> Router {
    let other_methods = edge::layered(
        "health",
        Router::new().fallback(async || Problem::method_not_allowed(&[Method::GET])),
    );
    Router::new()
        .route("/healthz", get(healthz).fallback_service(other_methods))
        .with_state((table, time))
}

/// `200` when the engine answers a read of the table, else `503`; and how far the time was moved, if it was.
async fn healthz(State((table, time)): State<(Table, Arc<Time>)>) -> Response {
    let (status, word) = match tokio::time::timeout(WITHIN, table.ping()).await {
        Ok(Ok(())) => (StatusCode::OK, "ok"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    let mut health = json!({ "status": word });
    if let Some(moved) = time.moved() {
        health["time"] = moved.into();
    }
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        health.to_string(),
    )
        .into_response()
}
