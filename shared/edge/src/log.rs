//! One line of JSON per request and per run of a job, on standard output, where Lambda's log is.
//!
//! It says what was done and what it cost; nothing a person wrote or is called by is in it. CloudWatch makes metrics of
//! its numbers (the embedded metric format): a line names those that it has. They have no dimension, for each combination
//! of a dimension's values is billed as a metric of its own; what a function or a tenant uses, the lines tell.

use std::io::Write as _;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::Tenant;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use store::Consumed;

static QUIET: AtomicBool = AtomicBool::new(false);
static WARM: AtomicBool = AtomicBool::new(false);

/// The metrics' namespace. Where it is not set, lines are for reading only.
static NAMESPACE: LazyLock<Option<String>> =
    LazyLock::new(|| std::env::var("VENTANILLA_METRICS").ok());

/// Turns the log of this process off: tests have their own way of saying what happened.
pub fn quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// A request as the log tells it. The names are short: a line has at most 300 bytes unless there is something to explain,
/// and 43 more when it names a trace.
#[derive(Serialize)]
pub(crate) struct Line<'a> {
    #[serde(rename = "_aws", skip_serializing_if = "Option::is_none")]
    metrics: Option<Directive>,
    request: &'a str,
    function: &'a str,
    status: u16,
    ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<Tenant>,
    /// The trace it is part of, if somebody had begun one.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a str>,
    /// Read request units.
    #[serde(skip_serializing_if = "is_none")]
    rru: f64,
    /// Write request units.
    #[serde(skip_serializing_if = "is_none")]
    wru: f64,
    /// Requests sent to DynamoDB, retries included.
    trips: u32,
    /// Requests sent to S3, retries included.
    #[serde(skip_serializing_if = "is_none")]
    objects: u32,
    /// 1 in the first line of a process.
    #[serde(skip_serializing_if = "is_none")]
    cold: u8,
    /// 1 when it is our fault.
    #[serde(skip_serializing_if = "is_none")]
    fault: u8,
    /// What was wanted, when it was not had: the method and the route's pattern, never the path itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<&'a str>,
    /// The code of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    /// Why it failed; a 5xx tells nobody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a str>,
}

/// A request that is over.
pub(crate) struct Done<'a> {
    pub(crate) request: &'a str,
    pub(crate) function: &'a str,
    pub(crate) trace: Option<&'a str>,
    pub(crate) status: u16,
    pub(crate) took: Duration,
    pub(crate) tenant: Option<Tenant>,
    pub(crate) consumed: Consumed,
    /// Method and route of one that was refused.
    pub(crate) refused: Option<(&'a str, &'a str)>,
    /// The code it was refused with: a 4xx.
    pub(crate) code: Option<&'a str>,
    pub(crate) cause: Option<&'a str>,
}

impl Done<'_> {
    /// Prints its line.
    pub(crate) fn print(self) {
        let Consumed {
            read_units: rru,
            write_units: wru,
            round_trips: trips,
            object_calls: objects,
        } = self.consumed;
        let (cold, fault) = (is_cold(), self.status >= 500);
        let names = [
            (!is_none(&rru), "rru"),
            (!is_none(&wru), "wru"),
            (fault, "fault"),
        ];
        let names = names.into_iter().filter(|(is, _)| *is);
        print(&Line {
            metrics: Directive::of(names.map(|(_, name)| Metric { name, unit: None })),
            request: self.request,
            function: self.function,
            status: self.status,
            ms: milliseconds(self.took),
            tenant: self.tenant,
            trace: self.trace,
            rru,
            wru,
            trips,
            objects,
            cold: cold.into(),
            fault: fault.into(),
            method: self.refused.map(|(method, _)| method),
            route: self.refused.map(|(_, route)| route),
            code: self.code,
            cause: self.cause,
        });
    }
}

/// Which of a line's numbers are metrics.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive {
    timestamp: i64,
    cloud_watch_metrics: [Named; 1],
}

/// The metrics of a namespace.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    namespace: &'static str,
    dimensions: [[(); 0]; 1],
    metrics: Vec<Metric>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
}

impl Directive {
    /// None where there are no metrics.
    fn of(metrics: impl Iterator<Item = Metric>) -> Option<Self> {
        let namespace = NAMESPACE.as_deref()?;
        let metrics: Vec<Metric> = metrics.collect();
        (!metrics.is_empty()).then(|| Self {
            timestamp: Timestamp::now().as_millisecond(),
            cloud_watch_metrics: [Named {
                namespace,
                dimensions: [[]],
                metrics,
            }],
        })
    }
}

fn is_none<T: Default + PartialEq>(count: &T) -> bool {
    *count == T::default()
}

/// Prints a line.
pub(crate) fn print(line: &impl Serialize) {
    if QUIET.load(Ordering::Relaxed) {
        return;
    }
    if let Ok(mut line) = serde_json::to_vec(line) {
        line.push(b'\n');
        // At once, so that lines do not mix; nobody listening any more is no reason to fail a request.
        let _ = std::io::stdout().write_all(&line);
    }
}

/// Prints what a job counts, as metrics: names, units, values.
pub fn metrics(function: &str, numbers: &[(&'static str, &'static str, u64)]) {
    let metrics = numbers.iter().map(|&(name, unit, _)| Metric {
        name,
        unit: Some(unit),
    });
    let Some(directive) = Directive::of(metrics) else {
        return;
    };
    let mut line = json!({ "_aws": directive, "function": function });
    for (name, _, value) in numbers {
        line[*name] = (*value).into();
    }
    print(&line);
}

/// Whether this is the first line of the process: asked once per line.
pub(crate) fn is_cold() -> bool {
    !WARM.swap(true, Ordering::Relaxed)
}

/// With one decimal.
pub(crate) fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 10_000.0).round() / 10.0
}
