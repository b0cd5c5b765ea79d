//! The issuer's doors: its public keys, and a token for whoever asks.
//!
//! Anybody who reaches `/dev/token` can be anybody, so it opens to this machine only: the stand listens on a loopback
//! address, and a request that came under another name finds nothing (`loopback.rs`).

use std::sync::Arc;

use anyhow::{Result, anyhow, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Method;
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post};
use domain::{Principal, Tenant};
use edge::Problem;
use serde::Deserialize;
use serde_json::json;

use crate::identity::{Grant, Issuer};
use crate::loopback::{self, json_answer, refuse};

/// The longest life of a token, in seconds: a day.
pub(crate) const LONGEST: u32 = 86_400;

/// The routes of the issuer.
pub(crate) fn routes(issuer: Arc<Issuer>) -> Router {
    let reads = async || Problem::method_not_allowed(&[Method::GET]);
    let writes = async || Problem::method_not_allowed(&[Method::POST]);
    let router = Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(configuration).fallback(reads),
        )
        .route("/.well-known/jwks.json", get(keys).fallback(reads))
        .route("/dev/token", post(token).fallback(writes))
        .route_layer(middleware::from_fn(loopback::only));
    edge::layered("login", router.with_state(issuer))
}

async fn configuration(State(issuer): State<Arc<Issuer>>) -> Response {
    let url = issuer.url();
    json_answer(&json!({
        "issuer": url,
        "jwks_uri": format!("{url}/.well-known/jwks.json"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
    }))
}

async fn keys(State(issuer): State<Arc<Issuer>>) -> Response {
    json_answer(&json!(issuer.keys()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    tenant: String,
    sub: String,
    roles: Vec<String>,
    #[serde(default = "an_hour")]
    expires_in: u32,
}

fn an_hour() -> u32 {
    3_600
}

async fn token(State(issuer): State<Arc<Issuer>>, body: Bytes) -> Result<Response, Problem> {
    let wanted = serde_json::from_slice::<Wanted>(&body).map_err(|error| refuse(&error))?;
    let grant = wanted.grant().map_err(|error| refuse(&error))?;
    let token = issuer.mint(&grant).map_err(Problem::internal)?;
    Ok(json_answer(&json!({ "token": token })))
}

impl Wanted {
    fn grant(self) -> Result<Grant> {
        let Self {
            tenant,
            sub,
            roles,
            expires_in,
        } = self;
        ensure!(
            (1..=LONGEST).contains(&expires_in),
            "`expiresIn` must be from 1 to {LONGEST} seconds"
        );
        // Inside a claim that API Gateway prints as `[agent admin]`, another name would be several.
        let word = |role: &String| {
            !role.is_empty()
                && role
                    .bytes()
                    .all(|b| b.is_ascii_graphic() && !b"[],".contains(&b))
        };
        ensure!(
            roles.iter().all(word),
            "each of `roles` must be a word without brackets and commas"
        );
        let tenant = Tenant::parse(tenant).map_err(|why| anyhow!("`tenant` {why}"))?;
        let sub = Principal::parse(sub).map_err(|why| anyhow!("`sub` {why}"))?;
        Ok(Grant {
            tenant,
            sub,
            roles,
            expires_in,
        })
    }
}
