//! A DynamoDB, or an S3, that misbehaves on command: a proxy in front of a real engine.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: this request is let through.
    Spared,
    /// The engine says it has too much to do.
    Throttled,
    /// Another transaction is under way on the same item.
    Conflict,
    /// Another transaction is under way, and has come as far as the last but one of the items.
    HalfDone,
    /// The engine does what it is asked, and the answer never arrives.
    LostAnswer,
    /// The engine fails.
    ServerError,
    /// It takes most of a second to reach the engine.
    Late,
}

/// What ends everything: after so many requests, through whichever proxy, none comes through any more. As if the process
/// that makes them were killed there.
#[derive(Clone, Debug, Default)]
pub struct Fuse(Arc<Mutex<Option<Blow>>>);

#[derive(Clone, Copy, Debug)]
struct Blow {
    /// Requests that still come through.
    left: usize,
    /// Whether the next one comes through too, and only its answer is lost.
    answer_only: bool,
    blown: bool,
}

impl Fuse {
    /// From now on so many requests come through; and one more, if only its answer is to be lost.
    pub fn arm(&self, left: usize, answer_only: bool) {
        *self.0.lock().expect("no panic holds it") = Some(Blow {
            left,
            answer_only,
            blown: false,
        });
    }

    /// Everything comes through again. Says whether anything did not.
    pub fn mend(&self) -> bool {
        let blow = self.0.lock().expect("no panic holds it").take();
        blow.is_some_and(|blow| blow.blown)
    }

    fn next(&self) -> Option<Fault> {
        let mut blow = self.0.lock().expect("no panic holds it");
        let blow = blow.as_mut()?;
        if blow.left > 0 {
            blow.left -= 1;
            return None;
        }
        blow.blown = true;
        if std::mem::take(&mut blow.answer_only) {
            Some(Fault::LostAnswer)
        } else {
            Some(Fault::ServerError)
        }
    }
}

#[derive(Default)]
struct Plan {
    /// What happens to the next requests of an operation, first come first served.
    next: Vec<(&'static str, Fault)>,
    /// What happens to every request.
    always: Option<Fault>,
    /// Operations seen, faults included.
    seen: Vec<String>,
    /// Whether some transactions go wrong, by their count.
    trouble: bool,
    /// How long a transaction holds its items.
    hold: Option<Duration>,
    held: HashSet<String>,
    met: Collisions,
}

/// How often transactions wanted the same item at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Collisions {
    /// Transactions asked for.
    pub transactions: u32,
    /// Those that were refused because another held one of their items.
    pub conflicts: u32,
}

#[derive(Clone)]
struct Shared {
    engine: String,
    client: Client,
    plan: Arc<Mutex<Plan>>,
    fuse: Fuse,
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
        Self::with_fuse(engine, Fuse::default()).await
    }

    /// Stands in front of an engine, until the fuse blows.
    pub async fn with_fuse(engine: &str, fuse: Fuse) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Shared {
            engine: engine.to_owned(),
            client: Client::new(),
            plan: Arc::default(),
            fuse,
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

    /// Now and then a transaction goes wrong: its answer is lost, or it is refused.
    pub fn make_trouble(&self) {
        self.shared.plan.lock().expect("no panic holds it").trouble = true;
    }

    /// No more of that.
    pub fn leave_in_peace(&self) {
        self.shared.plan.lock().expect("no panic holds it").trouble = false;
    }

    /// From now on, a transaction holds its items for so long, and whoever wants one of them meanwhile is refused, as on
    /// AWS; or no longer. Gives the collisions until now.
    pub fn contend(&self, hold: Option<Duration>) -> Collisions {
        let mut plan = self.shared.plan.lock().expect("no panic holds it");
        plan.hold = hold;
        std::mem::take(&mut plan.met)
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
    let operation = operation(&parts);
    let fault = {
        let mut plan = shared.plan.lock().expect("no panic holds it");
        plan.seen.push(operation.clone());
        let planned = plan.next.iter().position(|(name, _)| *name == operation);
        let planned = planned.map(|at| plan.next.remove(at).1).or(plan.always);
        let planned = planned.or_else(|| plan.trouble_with(&operation));
        let planned = planned.or_else(|| shared.fuse.next());
        planned.filter(|fault| *fault != Fault::Spared)
    };
    let bytes = to_bytes(body, usize::MAX).await.expect("a whole request");
    let items = items(&bytes);
    let hold = shared.plan.lock().expect("no panic holds it").hold;
    if let (None, Some(hold), false) = (fault, hold, items.is_empty()) {
        let taken = shared.plan.lock().expect("no panic holds it").take(&items);
        if let Err(conflicts) = taken {
            return conflict(&conflicts);
        }
        let answer = forward(&shared, parts, bytes.into()).await;
        tokio::time::sleep(hold).await;
        let mut plan = shared.plan.lock().expect("no panic holds it");
        plan.held.retain(|item| !items.contains(item));
        return answer;
    }
    match fault {
        Some(Fault::Throttled) => error(
            StatusCode::BAD_REQUEST,
            &json!({ "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", "message": "slow down" }),
        ),
        Some(Fault::Conflict) => {
            let first: Vec<bool> = (0..items.len().max(1)).map(|i| i == 0).collect();
            conflict(&first)
        }
        Some(Fault::HalfDone) => {
            let last_but_one = items.len().saturating_sub(2);
            let code = |i| match i {
                2 => "TransactionConflict",
                i if i == last_but_one => "ConditionalCheckFailed",
                _ => "None",
            };
            let codes: Vec<&str> = (0..items.len()).map(code).collect();
            cancelled(&codes)
        }
        Some(Fault::ServerError) => error(
            StatusCode::INTERNAL_SERVER_ERROR,
            &json!({ "__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "oh" }),
        ),
        Some(Fault::LostAnswer) => {
            forward(&shared, parts, bytes.into()).await;
            // Half an answer: the connection ends before the body does.
            let broken = futures_util::stream::once(async {
                Err::<Vec<u8>, _>(std::io::Error::other("lost"))
            });
            Body::from_stream(broken).into_response()
        }
        Some(Fault::Late) => {
            tokio::time::sleep(Duration::from_millis(800)).await;
            forward(&shared, parts, bytes.into()).await
        }
        Some(Fault::Spared) | None => forward(&shared, parts, bytes.into()).await,
    }
}

impl Plan {
    fn trouble_with(&self, operation: &str) -> Option<Fault> {
        let seen = self.seen.iter().filter(|seen| *seen == operation).count();
        match seen {
            _ if !self.trouble || operation != "TransactWriteItems" => None,
            n if n % 17 == 0 => Some(Fault::LostAnswer),
            n if n % 23 == 0 => Some(Fault::Conflict),
            n if n % 29 == 0 => Some(Fault::Throttled),
            _ => None,
        }
    }

    /// Holds these items, or says which of them another transaction holds.
    fn take(&mut self, items: &[String]) -> Result<(), Vec<bool>> {
        self.met.transactions += 1;
        let held: Vec<bool> = items.iter().map(|item| self.held.contains(item)).collect();
        if held.contains(&true) {
            self.met.conflicts += 1;
            return Err(held);
        }
        self.held.extend(items.iter().cloned());
        Ok(())
    }
}

/// The keys of the items a transaction writes.
fn items(body: &[u8]) -> Vec<String> {
    let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let writes = body["TransactItems"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let key = |write: &Value| {
        let at = |key: &Value| format!("{} {}", key["pk"], key["sk"]);
        let keys = [
            &write["Put"]["Item"],
            &write["Update"]["Key"],
            &write["Delete"]["Key"],
            &write["Get"]["Key"],
        ];
        at(keys
            .into_iter()
            .find(|key| !key.is_null())
            .unwrap_or(&Value::Null))
    };
    writes.iter().map(key).collect()
}

/// A transaction cancelled because of some of its items.
fn conflict(items: &[bool]) -> Response {
    let code = |conflict: &bool| {
        if *conflict {
            "TransactionConflict"
        } else {
            "None"
        }
    };
    cancelled(&items.iter().map(code).collect::<Vec<_>>())
}

/// A transaction cancelled for these reasons, one per item.
fn cancelled(codes: &[&str]) -> Response {
    let reasons: Vec<Value> = codes.iter().map(|code| json!({ "Code": code })).collect();
    error(
        StatusCode::BAD_REQUEST,
        &json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
            "CancellationReasons": reasons,
        }),
    )
}

fn operation(parts: &Parts) -> String {
    let Some(target) = parts.headers.get("x-amz-target") else {
        return of_s3(&parts.method, &parts.uri).into();
    };
    let target = target.to_str().unwrap_or_default();
    target.rsplit('.').next().unwrap_or_default().to_owned()
}

/// What a request to S3 is called.
fn of_s3(method: &Method, uri: &Uri) -> &'static str {
    let asks_for = |what: &str| uri.query().is_some_and(|query| query.contains(what));
    match method.as_str() {
        "HEAD" => "HeadObject",
        "DELETE" => "DeleteObject",
        "PUT" if asks_for("tagging") => "PutObjectTagging",
        "PUT" => "PutObject",
        _ if asks_for("versions") => "ListObjectVersions",
        _ => "GetObject",
    }
}

async fn forward(shared: &Shared, parts: Parts, body: Vec<u8>) -> Response {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let answer = shared
        .client
        .request(parts.method, format!("{}{path}", shared.engine))
        .headers(parts.headers)
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
