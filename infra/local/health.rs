//! `GET /healthz`: whether everything is up.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use edge::Problem;
use serde_json::json;
use store::Table;

use crate::table::{KeyPart, TableDefinition};

/// How long the engine may take to answer.
const WITHIN: Duration = Duration::from_secs(2);

/// The route. Without the log of the others: whoever asks asks every few seconds.
pub(crate) fn routes(table: Table, definition: &TableDefinition) -> Router {
    // No item has this key: every key of the system begins with a tenant, and a tenant is no slash.
    let part = |part: &KeyPart| (part.attribute_name.clone(), AttributeValue::S("/".into()));
    let key = definition.key_schema.iter().map(part).collect();
    let other_methods =
        edge::answers(Router::new().fallback(async || Problem::method_not_allowed(&[Method::GET])));
    Router::new()
        .route("/healthz", get(healthz).fallback_service(other_methods))
        .with_state(Health { table, key })
}

#[derive(Clone)]
struct Health {
    table: Table,
    key: HashMap<String, AttributeValue>,
}

/// `200` when the engine answers a read of the table, else `503`.
async fn healthz(State(Health { table, key }): State<Health>) -> Response {
    let read = table
        .client()
        .get_item()
        .table_name(table.name())
        .set_key(Some(key))
        .send();
    let (status, word) = match tokio::time::timeout(WITHIN, read).await {
        Ok(Ok(_)) => (StatusCode::OK, "ok"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        json!({ "status": word }).to_string(),
    )
        .into_response()
}
