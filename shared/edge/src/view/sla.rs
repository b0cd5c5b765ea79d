//! Service-level clocks on the wire.

use domain::{Actor, Clock, Ticket};
use jiff::SignedDuration;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::names::{ClockStateName, MetricName, SlaStatusName};
use super::time;

/// Where a ticket's service-level clocks stand. A customer reads `status` and `nextDueAt`, and no more.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Sla)]
pub struct SlaView {
    /// `breached`: a target was missed; `at_risk`: one will be soon; `ok`: the clocks run in time; `paused`: they stand
    /// still; `met`: all were met; `none`: nothing is promised, or nobody waits any more. As of the newest entry.
    #[schema(value_type = SlaStatusName)]
    pub status: &'static str,
    /// When the next target is due, or was, if nobody has met it since.
    #[schema(required, format = DateTime)]
    pub next_due_at: Option<String>,
    /// The policy it has; `null` when none of the tenant's is for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "pol_gold")]
    pub policy_id: Option<Option<String>>,
    /// Its clocks, by metric and instance: of `nextResponse`, the latest. `explain-sla` has all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Vec<ClockView>>,
}

impl SlaView {
    /// A ticket's clocks, as this reader may see them.
    pub fn new(ticket: &Ticket, reader: &Actor) -> Self {
        let clocks = || ticket.clocks.promised().map(ClockView::new).collect();
        let policy = || ticket.given.as_ref().map(|given| given.policy.to_string());
        Self {
            status: ticket.clocks.status().name(),
            next_due_at: ticket.clocks.next_due_at().map(time),
            policy_id: reader.is_staff().then(policy),
            metrics: reader.is_staff().then(clocks),
        }
    }
}

/// A clock of a ticket, as of the ticket's newest entry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Clock)]
pub struct ClockView {
    /// What it measures.
    #[schema(value_type = MetricName)]
    pub metric: &'static str,
    /// Which one of its kind: 1, 2, 3, …
    pub instance: u32,
    /// Where it stands.
    #[schema(value_type = ClockStateName)]
    pub state: &'static str,
    /// How much time may count: an ISO 8601 duration.
    #[schema(required, example = "PT4H")]
    pub target: Option<String>,
    /// Since when it runs.
    #[schema(format = DateTime, example = "2026-11-23T03:00:00.000Z")]
    pub started_at: String,
    /// When the target is reached, if it goes on running; `null` while it is paused, unless it is late already.
    #[schema(required, format = DateTime)]
    pub due_at: Option<String>,
    /// How long it has stood still, in seconds on the wall; a pause that goes on is not in it.
    #[schema(value_type = f64, example = 0)]
    pub paused_seconds: Number,
    /// When it was met.
    #[schema(required, format = DateTime)]
    pub met_at: Option<String>,
    /// When its target was missed: the time it was due. It may be met and missed.
    #[schema(required, format = DateTime)]
    pub breached_at: Option<String>,
}

impl ClockView {
    /// A clock.
    pub fn new(clock: &Clock) -> Self {
        Self {
            metric: clock.metric.name(),
            instance: clock.instance,
            state: clock.state().name(),
            target: clock.target.map(|target| target.to_string()),
            started_at: time(clock.started_at),
            due_at: clock.due_at.map(time),
            paused_seconds: seconds(clock.paused()),
            met_at: clock.met_at().map(time),
            breached_at: clock.breached_at().map(time),
        }
    }
}

/// Seconds, whole ones without a point; to the millisecond.
pub fn seconds(duration: SignedDuration) -> Number {
    let milliseconds = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    if milliseconds % 1_000 == 0 {
        return Number::from(milliseconds / 1_000);
    }
    #[allow(
        clippy::cast_precision_loss,
        reason = "milliseconds of centuries are below 2^53"
    )]
    let seconds = milliseconds as f64 / 1_000.0;
    Number::from_f64(seconds).unwrap_or_else(|| Number::from(milliseconds / 1_000))
}
