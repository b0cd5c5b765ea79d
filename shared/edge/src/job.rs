//! Functions that nobody calls over HTTP: a schedule does, or something that has happened elsewhere.
//!
//! A job is told at least once, and can run twice, late, or at once with itself; the outcome is the same. It has a time
//! to stop at, before Lambda would stop it, and leaves the rest to its next run.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lambda_http::lambda_runtime::{self, LambdaEvent};
use lambda_http::{Error, service_fn};
use serde::Serialize;
use serde_json::{Value, json};

use crate::bootstrap::{Boot, System};
use crate::log;

/// The part of its time that a job uses.
const SHARE: f64 = 0.8;

/// When a job stops.
#[derive(Clone, Copy, Debug)]
pub struct Until(Instant);

impl Until {
    /// Before so much time has passed.
    pub fn within(time: Duration) -> Self {
        Self(Instant::now() + time.mul_f64(SHARE))
    }

    /// Whether it is time to stop.
    pub fn is_over(self) -> bool {
        Instant::now() >= self.0
    }
}

/// A run as the log tells it.
#[derive(Serialize)]
struct Line<'a> {
    function: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<&'a Value>,
    ms: f64,
    /// Read and write request units, and requests sent to DynamoDB and to S3.
    rru: f64,
    wru: f64,
    trips: u32,
    objects: u32,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
}

type Running = Pin<Box<dyn Future<Output = Result<Value, Error>> + Send>>;

/// A job: what it does with the system until it is time to stop, and what it reports then.
#[derive(Clone)]
pub struct Job(Arc<dyn Fn(System, Call) -> Running + Send + Sync>);

/// A call of a job.
struct Call {
    /// What it is told. A schedule says only "now".
    event: Value,
    until: Until,
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Job")
    }
}

impl Job {
    /// Makes one of a function that a schedule calls.
    pub fn scheduled<R, F>(
        name: &'static str,
        work: impl Fn(System, Until) -> F + Send + Sync + 'static,
    ) -> Self
    where
        R: Serialize,
        F: Future<Output = Result<R, store::Error>> + Send + 'static,
    {
        Self::new(name, move |system, call| work(system, call.until))
    }

    /// Makes one of a function that is told what has happened.
    pub fn told<R, F>(
        name: &'static str,
        work: impl Fn(System, Value) -> F + Send + Sync + 'static,
    ) -> Self
    where
        R: Serialize,
        F: Future<Output = Result<R, store::Error>> + Send + 'static,
    {
        Self::new(name, move |system, call| work(system, call.event))
    }

    /// Each run ends with a line in the log: what it reports, how long it took, what it cost.
    fn new<R, F>(
        name: &'static str,
        work: impl Fn(System, Call) -> F + Send + Sync + 'static,
    ) -> Self
    where
        R: Serialize,
        F: Future<Output = Result<R, store::Error>> + Send + 'static,
    {
        Self(Arc::new(move |system, call| {
            let work = work(system, call);
            Box::pin(async move {
                let started = Instant::now();
                let (report, cost) = store::metered(work).await;
                let report = report.map(|report| json!(report));
                let cause = report.as_ref().err().map(ToString::to_string);
                log::print(&Line {
                    function: name,
                    report: report.as_ref().ok(),
                    ms: log::milliseconds(started.elapsed()),
                    rru: cost.read_units,
                    wru: cost.write_units,
                    trips: cost.round_trips,
                    objects: cost.object_calls,
                    cause,
                });
                Ok(report?)
            })
        }))
    }

    /// Runs it once.
    pub async fn run(&self, system: System, event: Value, until: Until) -> Result<Value, Error> {
        (self.0)(system, Call { event, until }).await
    }

    /// Runs it in Lambda, event after event.
    pub async fn serve(self) -> Result<(), Error> {
        let system = System::boot().await?;
        let run = service_fn(|event: LambdaEvent<Value>| {
            let until = Until::within(left(event.context.deadline));
            self.run(system.clone(), event.payload, until)
        });
        lambda_runtime::run(run).await
    }
}

/// How long it is until then, in milliseconds since 1970.
fn left(deadline: u64) -> Duration {
    let deadline = UNIX_EPOCH + Duration::from_millis(deadline);
    deadline
        .duration_since(SystemTime::now())
        .unwrap_or_default()
}

/// Says in the log what a job could not do, and goes on.
pub fn report_failure(job: &str, failure: &str) {
    log::print(&json!({ "function": job, "failed": failure }));
}
