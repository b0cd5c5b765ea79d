//! The Runtime API, for one process.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, OriginalUri, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::Outcome;

/// A process that waits for an event.
pub type Call = oneshot::Sender<String>;

/// What a process says of an event: its answer, or that it has failed.
type Said = Result<String, String>;

/// The Runtime API. It ends with this.
pub struct RuntimeApi {
    address: SocketAddr,
    calls: mpsc::UnboundedReceiver<Call>,
    said: mpsc::UnboundedReceiver<Said>,
    server: JoinHandle<std::io::Result<()>>,
}

#[derive(Clone)]
struct Desk {
    calls: mpsc::UnboundedSender<Call>,
    said: mpsc::UnboundedSender<Said>,
}

impl RuntimeApi {
    pub async fn start() -> Outcome<Self> {
        let (to_calls, calls) = mpsc::unbounded_channel();
        let (to_said, said) = mpsc::unbounded_channel();
        let app = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/1/response", post(response))
            .fallback(anything_else)
            .layer(DefaultBodyLimit::disable())
            .with_state(Desk {
                calls: to_calls,
                said: to_said,
            });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        Ok(Self {
            address: listener.local_addr()?,
            calls,
            said,
            server: tokio::spawn(axum::serve(listener, app).into_future()),
        })
    }

    /// What `AWS_LAMBDA_RUNTIME_API` is to be.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Waits until the process asks for an event.
    pub async fn next(&mut self) -> Outcome<Call> {
        tokio::select! {
            Some(call) = self.calls.recv() => Ok(call),
            // Before its first event it can only say that it could not start.
            Some(Err(failure)) = self.said.recv() => Err(failure.into()),
            else => Err("the Runtime API has stopped".into()),
        }
    }

    /// Waits for the answer to the event it was given.
    pub async fn answer(&mut self) -> Outcome<String> {
        let said = self.said.recv().await;
        Ok(said.ok_or("the Runtime API has stopped")??)
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn next(State(desk): State<Desk>) -> impl IntoResponse {
    let (call, event) = oneshot::channel();
    // An error is an example that has stopped asking; so is a sender that is dropped.
    let _ = desk.calls.send(call);
    let Ok(event) = event.await else {
        return std::future::pending().await;
    };
    let deadline = Timestamp::now() + SignedDuration::from_mins(15);
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:ventanilla";
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", "1".to_owned()),
        (
            "lambda-runtime-deadline-ms",
            deadline.as_millisecond().to_string(),
        ),
        ("lambda-runtime-invoked-function-arn", arn.to_owned()),
    ];
    (headers, event)
}

async fn response(State(desk): State<Desk>, body: Bytes) -> impl IntoResponse {
    // An error is an example that has stopped.
    let _ = desk.said.send(Ok(text(&body)));
    accepted()
}

async fn anything_else(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    body: Bytes,
) -> impl IntoResponse {
    let _ = desk
        .said
        .send(Err(format!("it says {}: {}", uri.path(), text(&body))));
    accepted()
}

/// As Lambda says it; some clients want the type.
fn accepted() -> impl IntoResponse {
    (
        StatusCode::ACCEPTED,
        [("content-type", "application/json")],
        r#"{"status":"OK"}"#,
    )
}

fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body).into_owned()
}
