//! Service-level clocks explained, on the wire.

use domain::{Explained, Moment, Period, Terms, Ticket};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::names::{PriorityName, SlaStatusName, TurnName};
use super::sla::{ClockView, seconds};
use super::time;

/// The most clocks of one metric that are explained at once: an answer has an end.
const MOST: u32 = 100;

/// The clocks of a ticket, explained.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SlaExplanation)]
pub struct ExplanationView {
    /// As of when.
    #[schema(format = DateTime, example = "2026-11-23T09:15:00.000Z")]
    pub now: String,
    /// Where the clocks stand, as the ticket has it.
    #[schema(value_type = SlaStatusName)]
    pub status: &'static str,
    /// When the next target is due.
    #[schema(required, format = DateTime)]
    pub next_due_at: Option<String>,
    /// The policy the ticket has now.
    #[schema(required, example = "pol_gold")]
    pub policy_id: Option<String>,
    /// The clocks, by metric and instance; of `nextResponse`, the newest 100.
    pub metrics: Vec<ExplainedView>,
}

impl ExplanationView {
    /// A ticket's clocks, explained.
    pub fn new(ticket: &Ticket, explained: &[Explained], now: Timestamp) -> Self {
        Self {
            now: time(now),
            status: ticket.clocks.status().name(),
            next_due_at: ticket.clocks.next_due_at().map(time),
            policy_id: ticket.given.as_ref().map(|given| given.policy.to_string()),
            metrics: newest(explained).map(ExplainedView::new).collect(),
        }
    }
}

/// Without the oldest of a long conversation.
fn newest(explained: &[Explained]) -> impl Iterator<Item = &Explained> {
    explained.iter().filter(|it| {
        let of_its_kind = explained
            .iter()
            .rfind(|other| other.clock.metric == it.clock.metric);
        let last = of_its_kind.map_or(0, |other| other.clock.instance);
        it.clock.instance + MOST > last
    })
}

/// A clock explained, as of now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ExplainedClock)]
pub struct ExplainedView {
    /// The clock.
    #[serde(flatten)]
    pub clock: ClockView,
    /// Where its target comes from; `null` when nothing is promised any more.
    #[schema(required)]
    pub source: Option<SourceView>,
    /// How much time has counted: the sum of `counted`.
    #[schema(value_type = f64, example = 4_500)]
    pub elapsed_seconds: Number,
    /// What is left of the target.
    #[schema(required, value_type = Option<f64>, example = 9_900)]
    pub remaining_seconds: Option<Number>,
    /// What has counted beyond it: `elapsedSeconds + remainingSeconds - overBySeconds` is the target.
    #[schema(required, value_type = Option<f64>, example = 0)]
    pub over_by_seconds: Option<Number>,
    /// What has counted, piece by piece: working hours, without the pauses.
    pub counted: Vec<IntervalView>,
    /// What happened to it, in order.
    pub timeline: Vec<MomentView>,
}

/// Where a clock's target comes from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TargetSource)]
pub struct SourceView {
    /// The policy.
    #[schema(example = "pol_gold")]
    pub policy_id: String,
    /// What it is called.
    #[schema(example = "Gold")]
    pub policy_name: String,
    /// Which version of it the ticket was given; 0 for the built-in one.
    #[schema(example = 7)]
    pub policy_version: u32,
    /// Which of its targets: by the ticket's priority, and by metric.
    #[schema(example = "targets.high.resolution")]
    pub rule: String,
    /// The priority that chose it.
    #[schema(value_type = PriorityName)]
    pub priority: &'static str,
    /// Whose hours count; `null` when every hour does.
    #[schema(required)]
    pub calendar: Option<CalendarVersionView>,
}

/// A version of a calendar.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CalendarVersion)]
pub struct CalendarVersionView {
    /// The calendar.
    #[serde(rename = "_id")]
    #[schema(example = "cal_madrid")]
    pub id: String,
    /// What it is called.
    #[schema(example = "Madrid office")]
    pub name: String,
    /// Which version of it the ticket was given.
    #[schema(example = 3)]
    pub version: u32,
    /// Its time zone.
    #[schema(example = "Europe/Madrid")]
    pub time_zone: String,
}

/// A time that counts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CountedInterval)]
pub struct IntervalView {
    /// From then.
    #[schema(format = DateTime, example = "2026-11-23T08:00:00.000Z")]
    pub from: String,
    /// Until then.
    #[schema(format = DateTime, example = "2026-11-23T09:15:00.000Z")]
    pub to: String,
    /// How long it is.
    #[schema(value_type = f64, example = 4_500)]
    pub seconds: Number,
}

/// A turn of a clock.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ClockMoment)]
pub struct MomentView {
    /// When it happened.
    #[schema(format = DateTime, example = "2026-11-23T08:00:00.000Z")]
    pub at: String,
    /// What happened.
    #[schema(value_type = TurnName)]
    pub event: &'static str,
    /// The entry that caused it; of a warning or a breach, the one that says so: `null` until it does.
    #[schema(required, example = 1)]
    pub seq: Option<u32>,
    /// When that entry was written: after `at`, when a warning or a breach was found late.
    #[schema(required, format = DateTime)]
    pub recorded_at: Option<String>,
    /// Which share of the target was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 75)]
    pub percent: Option<u8>,
    /// The target after it.
    #[schema(required, example = "PT4H")]
    pub target: Option<String>,
    /// When it is due after it.
    #[schema(required, format = DateTime)]
    pub due_at: Option<String>,
}

impl ExplainedView {
    /// A clock explained.
    pub fn new(explained: &Explained) -> Self {
        let source = explained.clock.target.and(explained.terms.as_ref());
        Self {
            clock: ClockView::new(&explained.clock),
            source: source.map(|terms| SourceView::new(explained, terms)),
            elapsed_seconds: seconds(explained.elapsed),
            remaining_seconds: explained.remaining.map(seconds),
            over_by_seconds: explained.over_by.map(seconds),
            counted: explained
                .intervals
                .iter()
                .map(|interval| IntervalView {
                    from: time(interval.from),
                    to: time(interval.to),
                    seconds: seconds(interval.to.duration_since(interval.from)),
                })
                .collect(),
            timeline: explained.timeline.iter().map(MomentView::new).collect(),
        }
    }
}

impl SourceView {
    fn new(explained: &Explained, terms: &Terms) -> Self {
        let calendar = terms.given.calendar.as_ref().zip(terms.calendar.as_ref());
        Self {
            policy_id: terms.given.policy.to_string(),
            policy_name: terms.policy.name.as_str().into(),
            policy_version: terms.given.version,
            rule: explained.rule(),
            priority: explained.priority.name(),
            calendar: calendar.map(|((id, version), calendar)| CalendarVersionView {
                id: id.to_string(),
                name: calendar.name.as_str().into(),
                version: *version,
                time_zone: calendar.hours.zone().name().into(),
            }),
        }
    }
}

impl MomentView {
    fn new(moment: &Moment) -> Self {
        Self {
            at: time(moment.at),
            event: moment.turn.name(),
            seq: moment.seq,
            recorded_at: moment.recorded_at.map(time),
            percent: moment.percent,
            target: moment.target.as_ref().map(Period::to_string),
            due_at: moment.due_at.map(time),
        }
    }
}
