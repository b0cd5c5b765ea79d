//! What a check of deadlines costs among few open tickets and among many: instructions, capacity units, round trips.
//!
//! ```sh
//! cargo build --release -p functions --bin check-deadlines
//! cargo run -p functions --example check_cost -- target/release/check-deadlines 1000 100000
//! ```
//!
//! For each number: a stand with so many open tickets whose targets are far away, and 200 that are due; then the binary,
//! under valgrind, for one check. What is counted is all it does from `exec` to the end of that check.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use domain::{
    Actor, Category, Configuration, Message, Metric, Opening, Period, Policy, PolicyId, Principal,
    Priority, Role, Stamp, Tags, Targets, Tenant, TicketId, Title, Warnings,
};
use edge::Now;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use ventanilla::{Options, Stand};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Tickets that are due.
const DUE: u32 = 200;

#[tokio::main]
async fn main() -> Outcome<()> {
    edge::quiet();
    let mut arguments = std::env::args().skip(1);
    let binary = arguments.next().ok_or("which binary? Give its path.")?;
    let mut first = None;
    for open in arguments {
        let open: u32 = open.parse()?;
        let (instructions, log) = check(&binary, open).await?;
        let first = *first.get_or_insert(instructions);
        #[allow(clippy::cast_precision_loss, reason = "a ratio of numbers below 2^52")]
        let ratio = instructions as f64 / first as f64;
        println!(
            "{open:>7} open, {DUE} due: {instructions} instructions ({ratio:.3}), {} RRU, {} WRU, {} round trips",
            log["readUnits"], log["writeUnits"], log["roundTrips"]
        );
    }
    Ok(())
}

/// Instructions of a process that makes one check among so many open tickets, and what it says in its log.
async fn check(binary: &str, open: u32) -> Outcome<(u64, Value)> {
    let stand = Stand::start(Options::default()).await?;
    populate(&stand, open).await?;
    let runtime = TcpListener::bind("127.0.0.1:0").await?;
    let address = runtime.local_addr()?.to_string();
    let done = Arc::new(Notify::new());
    let server = tokio::spawn(axum::serve(runtime, api(Arc::clone(&done))).into_future());
    let child = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", binary])
        .env("AWS_LAMBDA_RUNTIME_API", address)
        .env("AWS_LAMBDA_FUNCTION_NAME", "check-deadlines")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "log")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "log")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "none")
        .env("AWS_SECRET_ACCESS_KEY", "none")
        .env("VENTANILLA_TABLE", stand.table().name())
        .env("VENTANILLA_BUCKET", "ventanilla")
        .env("VENTANILLA_DYNAMODB_ENDPOINT", stand.dynamodb_url())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    done.notified().await;
    let stop = Command::new("kill").arg(child.id().to_string()).status()?;
    assert!(stop.success(), "it is running");
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await??;
    server.abort();
    stand.shutdown().await?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let collected = told
        .lines()
        .find_map(|line| line.split("Collected :").nth(1));
    let collected = collected.ok_or_else(|| format!("valgrind says nothing: {told}"))?;
    let log = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = log.lines().find(|line| line.contains("\"job\""));
    let line = serde_json::from_str(line.ok_or("it has logged nothing")?)?;
    Ok((collected.trim().parse()?, line))
}

/// A Runtime API that has one event, and says when a second one is asked for.
fn api(done: Arc<Notify>) -> Router {
    let asked = Arc::new(AtomicU32::new(0));
    let next = move || {
        let (asked, done) = (Arc::clone(&asked), Arc::clone(&done));
        async move {
            if asked.fetch_add(1, Ordering::Relaxed) > 0 {
                done.notify_one();
                std::future::pending::<()>().await;
            }
            let deadline = Timestamp::now() + SignedDuration::from_mins(15);
            let mut headers = HeaderMap::new();
            for (name, value) in [
                ("lambda-runtime-aws-request-id", "1".to_owned()),
                (
                    "lambda-runtime-deadline-ms",
                    deadline.as_millisecond().to_string(),
                ),
                ("lambda-runtime-invoked-function-arn", "arn".to_owned()),
            ] {
                headers
                    .extend(HeaderValue::from_str(&value).map(|value| (name.parse().ok(), value)));
            }
            (headers, "{}").into_response()
        }
    };
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route(
            "/2018-06-01/runtime/invocation/1/response",
            post(async || StatusCode::ACCEPTED),
        )
}

/// Opens so many tickets with a target far away, and a few that have missed theirs.
async fn populate(stand: &Stand, open: u32) -> Outcome<()> {
    let agent = Actor {
        tenant: Tenant::parse("acme")?,
        principal: Principal::parse("ana")?,
        role: Role::Admin,
    };
    let mut targets = Targets::default();
    targets.set(
        Priority::Urgent,
        Metric::FirstResponse,
        Period::parse("PT1H")?,
    );
    targets.set(Priority::Low, Metric::FirstResponse, Period::parse("P9D")?);
    let policy = Policy {
        position: 1,
        targets,
        warn_at_percent: Warnings::default(),
        ..Policy::built_in()
    };
    let (table, now) = (stand.table(), Timestamp::now());
    let id = PolicyId::built_in();
    table
        .set_policy(&agent, &id, &policy, now, |_| Ok(()))
        .await?;
    let configuration = Configuration::clone(&*table.configuration(&agent.tenant).await?);
    let at = Now(now - SignedDuration::from_hours(2));
    for number in 0..open + DUE {
        let priority = if number < open {
            Priority::Low
        } else {
            Priority::Urgent
        };
        let opening = Opening {
            title: Title::parse("A title of the usual length")?,
            description: Message::parse("d")?,
            priority: Some(priority),
            category: Category::Technical,
            tags: Tags::default(),
            client: Some(agent.principal.clone()),
        };
        let ticket = at.mint::<TicketId>();
        let stamp: Stamp = at.stamp();
        let accepted = domain::open(opening, &agent)?;
        let rules = configuration.rules(None);
        let entry = accepted.entry(ticket, u64::from(number) + 1, Vec::new(), rules, stamp);
        table.open(&agent.tenant, ticket, entry, &[], None).await?;
    }
    // Indexes are fresh at once here; on AWS they would be by now.
    tokio::time::sleep(Duration::from_millis(100)).await;
    Ok(())
}
