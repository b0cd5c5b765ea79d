//! Lambda, as far as a function's process can tell: starts it, and answers its calls to the Runtime API.

use std::collections::{HashMap, VecDeque};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

/// What became of an event.
pub type Outcome = Result<Value, Failure>;

/// Why an event has no answer.
#[derive(Debug, PartialEq)]
pub enum Failure {
    /// The function says that it failed, and how: a panic, or an event it cannot read.
    Reported(Value),
    /// The process ended first.
    Ended,
}

/// A function's process.
pub struct Process {
    desk: Arc<Desk>,
    pid: u32,
    end: JoinHandle<std::io::Result<End>>,
}

/// What is left of a process.
#[derive(Debug)]
pub struct End {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Process {
    /// Starts a binary with these variables and no others in its environment.
    pub async fn start(binary: &str, environment: &[(&str, String)]) -> Self {
        let desk = Arc::<Desk>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let api = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route(
                "/2018-06-01/runtime/invocation/{id}/response",
                post(response),
            )
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&desk));
        tokio::spawn(axum::serve(listener, api).into_future());
        let child = Command::new(binary)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        let pid = child.id().expect("it has just started");
        let end = tokio::spawn(watch(child, Arc::clone(&desk)));
        Self { desk, pid, end }
    }

    /// Gives the process an event and waits for what becomes of it.
    pub async fn invoke(&self, event: &Value) -> Outcome {
        self.desk.submit(event).await.unwrap_or(Err(Failure::Ended))
    }

    /// Its number in the operating system.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Kills the process.
    pub fn kill(&self) {
        self.desk.kill.notify_one();
    }

    /// Waits until the process has ended.
    pub async fn end(self) -> End {
        self.end
            .await
            .expect("the watch does not panic")
            .expect("its output is text")
    }

    /// Kills the process and returns what it has printed.
    pub async fn stop(self) -> End {
        self.kill();
        self.end().await
    }
}

/// What a process and its host have between them.
#[derive(Default)]
struct Desk {
    calls: Mutex<Calls>,
    submitted: Notify,
    kill: Notify,
}

#[derive(Default)]
struct Calls {
    made: u64,
    waiting: VecDeque<(String, String)>,
    open: HashMap<String, oneshot::Sender<Outcome>>,
    closed: bool,
}

impl Desk {
    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn submit(&self, event: &Value) -> oneshot::Receiver<Outcome> {
        let (answer, answered) = oneshot::channel();
        let mut calls = self.calls();
        // Nobody will come for it: the dropped sender says so.
        if !calls.closed {
            calls.made += 1;
            let id = format!("invocation-{}", calls.made);
            calls.waiting.push_back((id.clone(), event.to_string()));
            calls.open.insert(id, answer);
            self.submitted.notify_one();
        }
        answered
    }

    fn settle(&self, id: &str, outcome: Outcome) -> StatusCode {
        match self.calls().open.remove(id) {
            // An error is a test that has stopped waiting.
            Some(answer) => answer
                .send(outcome)
                .map_or(StatusCode::GONE, |()| StatusCode::ACCEPTED),
            None => StatusCode::NOT_FOUND,
        }
    }

    /// The process is gone, and the calls it had with it.
    fn close(&self) {
        let mut calls = self.calls();
        calls.closed = true;
        calls.open.clear();
    }
}

async fn next(State(desk): State<Arc<Desk>>) -> impl IntoResponse {
    let (id, event) = loop {
        let waiting = desk.calls().waiting.pop_front();
        match waiting {
            Some(call) => break call,
            None => desk.submitted.notified().await,
        }
    };
    let deadline = SystemTime::now() + Duration::from_secs(10);
    let deadline = deadline
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:ventanilla";
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", arn.to_owned()),
        (
            "lambda-runtime-trace-id",
            "Root=1-6b0454f0-00005eed0000000000000001".to_owned(),
        ),
    ];
    (headers, event)
}

async fn response(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    desk.settle(&id, Ok(json(&body)))
}

async fn error(State(desk): State<Arc<Desk>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    desk.settle(&id, Err(Failure::Reported(json(&body))))
}

fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into())
}

async fn watch(mut child: Child, desk: Arc<Desk>) -> std::io::Result<End> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let ended = async {
        tokio::select! {
            status = child.wait() => status.map(drop),
            () = desk.kill.notified() => child.start_kill(),
        }?;
        let status = child.wait().await;
        desk.close();
        status
    };
    let (status, stdout, stderr) = tokio::try_join!(ended, text(stdout), text(stderr))?;
    Ok(End {
        status,
        stdout,
        stderr,
    })
}

async fn text(pipe: Option<impl AsyncRead + Unpin>) -> std::io::Result<String> {
    let mut text = String::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_string(&mut text).await?;
    }
    Ok(text)
}
