//! One line of JSON per request and per run of a job, on standard output, where Lambda's log is.
//!
//! It says what was done and what it cost; nothing a person wrote or is called by is in it.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::Tenant;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use store::Consumed;

static QUIET: AtomicBool = AtomicBool::new(false);
static WARM: AtomicBool = AtomicBool::new(false);

/// Turns the log of this process off: tests have their own way of saying what happened.
pub fn quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// A request as the log tells it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line<'a> {
    pub(crate) request: &'a str,
    pub(crate) method: &'a str,
    /// The route's pattern, never the path itself.
    pub(crate) route: &'a str,
    pub(crate) status: u16,
    pub(crate) duration_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tenant: Option<Tenant>,
    #[serde(flatten)]
    pub(crate) cost: Cost,
    /// The first request of a process.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) cold: bool,
    /// Why it failed; a 5xx tells nobody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<&'a str>,
}

/// What a request or a run has cost.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cost {
    #[serde(skip_serializing_if = "is_none")]
    read_units: f64,
    #[serde(skip_serializing_if = "is_none")]
    write_units: f64,
    round_trips: u32,
    #[serde(skip_serializing_if = "is_none")]
    object_calls: u32,
}

impl From<Consumed> for Cost {
    fn from(consumed: Consumed) -> Self {
        Self {
            read_units: consumed.read_units,
            write_units: consumed.write_units,
            round_trips: consumed.round_trips,
            object_calls: consumed.object_calls,
        }
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
    if let Ok(line) = serde_json::to_string(line) {
        // Nobody listening any more is no reason to fail a request.
        let _ = writeln!(std::io::stdout(), "{line}");
    }
}

/// Prints numbers so that CloudWatch makes metrics of them (its embedded metric format): names, units, values.
pub fn metrics(function: &str, numbers: &[(&str, &str, u64)], now: Timestamp) {
    let definitions: Vec<Value> = numbers
        .iter()
        .map(|(name, unit, _)| json!({ "Name": name, "Unit": unit }))
        .collect();
    let directive = json!({
        "Namespace": "Ventanilla",
        "Dimensions": [["Function"]],
        "Metrics": definitions,
    });
    let mut line = json!({
        "_aws": { "Timestamp": now.as_millisecond(), "CloudWatchMetrics": [directive] },
        "Function": function,
    });
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
