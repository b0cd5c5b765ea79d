//! A DynamoDB that misbehaves on command: a proxy in front of a real engine.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The engine says it has too much to do.
    Throttled,
    /// Another transaction is under way on the same item.
    Conflict,
    /// The engine does what it is asked, and the answer never arrives.
    LostAnswer,
    /// The engine fails.
    ServerError,
}

#[derive(Default)]
struct Plan {
    /// What happens to the next requests of an operation, first come first served.
    next: Vec<(&'static str, Fault)>,
    /// What happens to every request.
    always: Option<Fault>,
    /// Operations seen, faults included.
    seen: Vec<String>,
}

#[derive(Clone)]
struct Shared {
    engine: String,
    client: Client,
    plan: Arc<Mutex<Plan>>,
}

/// The proxy.
pub struct Proxy {
    url: String,
    shared: Shared,
    server: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Proxy {
    /// Stands in front of an engine.
    pub async fn before(engine: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Shared {
            engine: engine.to_owned(),
            client: Client::new(),
            plan: Arc::default(),
        };
        let app = Router::new().fallback(pass).with_state(shared.clone());
        let server = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("the proxy serves");
        });
        Self {
            url,
            shared,
            server,
        }
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next `times` requests of an operation (`PutItem`, …) go wrong.
    pub fn next(&self, operation: &'static str, fault: Fault, times: usize) {
        let mut plan = self.shared.plan.lock().expect("no panic holds it");
        plan.next.extend(vec![(operation, fault); times]);
    }

    /// Every request goes wrong, or none any more.
    pub fn always(&self, fault: Option<Fault>) {
        self.shared.plan.lock().expect("no panic holds it").always = fault;
    }

    /// Plans nothing any more.
    pub fn forget(&self) {
        self.shared
            .plan
            .lock()
            .expect("no panic holds it")
            .next
            .clear();
    }

    /// The operations seen since last asked.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.plan.lock().expect("no panic holds it").seen)
    }
}

async fn pass(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let operation = operation(&parts.headers);
    let fault = {
        let mut plan = shared.plan.lock().expect("no panic holds it");
        plan.seen.push(operation.clone());
        let planned = plan.next.iter().position(|(name, _)| *name == operation);
        planned.map(|at| plan.next.remove(at).1).or(plan.always)
    };
    let bytes = to_bytes(body, usize::MAX).await.expect("a whole request");
    let items = serde_json::from_slice::<Value>(&bytes).unwrap_or_default()["TransactItems"]
        .as_array()
        .map_or(1, Vec::len);
    match fault {
        Some(Fault::Throttled) => error(
            StatusCode::BAD_REQUEST,
            &json!({ "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", "message": "slow down" }),
        ),
        Some(Fault::Conflict) => {
            let reasons: Vec<Value> = (0..items)
                .map(|i| json!({ "Code": if i == 0 { "TransactionConflict" } else { "None" } }))
                .collect();
            error(
                StatusCode::BAD_REQUEST,
                &json!({
                    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                    "message": "Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]",
                    "CancellationReasons": reasons,
                }),
            )
        }
        Some(Fault::ServerError) => error(
            StatusCode::INTERNAL_SERVER_ERROR,
            &json!({ "__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "oh" }),
        ),
        Some(Fault::LostAnswer) => {
            forward(&shared, parts.headers, bytes.into()).await;
            // Half an answer: the connection ends before the body does.
            let broken = futures_util::stream::once(async {
                Err::<Vec<u8>, _>(std::io::Error::other("lost"))
            });
            Body::from_stream(broken).into_response()
        }
        None => forward(&shared, parts.headers, bytes.into()).await,
    }
}

fn operation(headers: &HeaderMap) -> String {
    let target = headers
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    target.rsplit('.').next().unwrap_or_default().to_owned()
}

async fn forward(shared: &Shared, headers: HeaderMap, body: Vec<u8>) -> Response {
    let answer = shared
        .client
        .post(&shared.engine)
        .headers(headers)
        .body(body)
        .send()
        .await;
    let answer = answer.expect("the engine answers");
    let (status, headers) = (answer.status(), answer.headers().clone());
    (
        status,
        headers,
        answer.bytes().await.expect("a whole answer"),
    )
        .into_response()
}

fn error(status: StatusCode, body: &Value) -> Response {
    (
        status,
        [("content-type", "application/x-amz-json-1.0")],
        body.to_string(),
    )
        .into_response()
}
