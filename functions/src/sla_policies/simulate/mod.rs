//! `simulate-sla-policy`: what a policy would have promised, and what of it would have been kept.

mod story;

use std::collections::BTreeMap;

use axum::extract::{FromRef, State};
use domain::{
    Actor, CalendarId, Clock, Configuration, Explained, Explanation, Measured, Metric, Policy,
    Settings, Simulation, Tenant, Ticket, Told, retell, simulate,
};
use edge::view::{ClockView, ExplainedView, MeasuredView, measured};
use edge::{
    Agent, Answer, Form, FromForm, Now, Problem, Problems, Query, Routes, Submitted, Success, Text,
    routes,
};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde::Serialize;
use store::{Error, Sort, Start, Table, TicketFilter};
use utoipa::ToSchema;

use super::body::{self, PolicyBody};
use story::StoryEntry;

/// The most tickets that are looked at.
const MOST_TICKETS: u64 = 500;
/// Threads that are read at once.
const AT_ONCE: usize = 16;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    edge::Clock: FromRef<S>,
{
    routes!(simulate_sla_policy)
}

/// A policy, and what to try it on: the tenant's newest tickets, or a story.
#[derive(ToSchema)]
#[schema(as = NewSimulation)]
#[allow(
    dead_code,
    reason = "describes the body for the OpenAPI document; `NewSimulation` reads it"
)]
struct SimulationBody {
    /// The policy; it is not saved.
    policy: PolicyBody,
    /// So many of the tenant's newest tickets.
    #[schema(minimum = 1, maximum = 500)]
    last: Option<u64>,
    /// What happened to one ticket, in order.
    #[schema(min_items = 1, max_items = 500)]
    entries: Option<Vec<StoryEntry>>,
}

/// A simulation to run.
struct NewSimulation {
    policy: Policy,
    of: Of,
}

/// What a policy is tried on.
enum Of {
    /// So many of the newest tickets.
    Last(usize),
    /// What happened to one ticket.
    Story(Vec<Told>),
}

impl FromForm for NewSimulation {
    fn from_form(form: &mut Form) -> Option<Self> {
        let policy = form.object("policy", body::read);
        let one_of_two = form.has("last") != form.has("entries");
        let last = form.optional_number("last", 1..=MOST_TICKETS);
        let last = last.and_then(|last| usize::try_from(last).ok());
        let story = story::read(form).filter(|story| !story.is_empty());
        let of = last.map(Of::Last).or(story.map(Of::Story));
        if form.is_right() && (!one_of_two || of.is_none()) {
            let detail = Text::new(
                "Give one of `last` and `entries`, and not an empty one.",
                "Indique `last` o `entries`, uno de los dos, y no vacío.",
            );
            form.refuse("last", "INVALID_LAST", detail);
        }
        Some(Self {
            policy: policy?,
            of: of?,
        })
    }
}

/// What a policy would have promised, and what of it would have been kept.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Simulation)]
struct Simulated {
    /// As of when.
    #[schema(format = DateTime, example = "2026-11-23T09:15:00.000Z")]
    now: String,
    /// How many tickets were looked at.
    tickets: usize,
    /// How many of them have had the policy.
    matched: usize,
    /// What would have been kept, by metric.
    metrics: Vec<MeasuredView>,
    /// The tickets that have had it, newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    results: Option<Vec<SimulatedTicket>>,
    /// The clocks of a story, explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    clocks: Option<Vec<ExplainedView>>,
}

/// A ticket as it would have been.
#[derive(Serialize, ToSchema)]
struct SimulatedTicket {
    /// The ticket's.
    #[serde(rename = "_id")]
    #[schema(example = "tkt_0193a0f2c1e87cc2b1a4a2b6d0a3c9f1")]
    id: String,
    /// The ticket's.
    #[schema(example = 1001)]
    number: u64,
    /// Its clocks, by metric; of `nextResponse`, the latest.
    metrics: Vec<ClockView>,
}

/// Simulate an SLA policy.
///
/// For agents. Nothing is written, so an `Idempotency-Key` changes nothing. The policy is tried alone, with the tenant's
/// calendars: on the tenant's newest tickets (`last`), or on a story (`entries`), as if it had been there from the
/// beginning and the check were never late. What was done about targets that other policies missed is left out; what this
/// one does, `onBreach`, is done.
#[utoipa::path(
    post,
    path = "/v2/sla-policies/simulate",
    operation_id = "simulate-sla-policy",
    tag = "service levels",
    request_body = SimulationBody,
    responses((status = 200, description = "The outcome", body = Success<Simulated>), Problems),
)]
async fn simulate_sla_policy(
    State(table): State<Table>,
    Agent(actor): Agent,
    Query(()): Query<()>,
    Now(now): Now,
    Submitted {
        body: NewSimulation { policy, of },
        key: _,
    }: Submitted<NewSimulation>,
) -> Result<Answer<Simulated>, Problem> {
    let stored = table.stored_configuration(&actor.tenant).await?.levels();
    let missing = |id: &&CalendarId| !stored.calendars().contains_key(*id);
    if let Some(id) = policy.calendar_id.as_ref().filter(missing) {
        return Err(Problem::no_such_calendar("policy.calendarId", id));
    }
    let configuration = Configuration {
        settings: Settings::default(),
        levels: stored.with_only(policy),
    };
    let simulated = match of {
        Of::Story(told) => tell(&actor.tenant, told, &configuration, now)?,
        Of::Last(last) => try_out(&table, &actor, last, &configuration, now).await?,
    };
    Ok(Answer::ok(simulated))
}

/// Tries a policy on a story.
fn tell(
    tenant: &Tenant,
    told: Vec<Told>,
    configuration: &Configuration,
    now: Timestamp,
) -> Result<Simulated, Problem> {
    let thread = retell(tenant, told, now).map_err(story::problem)?;
    let until = thread.last().map_or(now, |last| last.at.max(now));
    let id = Now(now).mint();
    let simulated = simulate(tenant.clone(), id, &thread, configuration, until);
    let clocks = clocks(&simulated.map_err(Problem::internal)?, configuration, until);
    let mut totals = Totals::default();
    totals.count(&clocks.every);
    Ok(Simulated {
        now: edge::view::time(until),
        tickets: 1,
        matched: usize::from(clocks.has_policy),
        metrics: measured(&totals.0),
        results: None,
        clocks: Some(clocks.every.iter().map(ExplainedView::new).collect()),
    })
}

/// Tries a policy on the newest tickets.
async fn try_out(
    table: &Table,
    actor: &Actor,
    last: usize,
    configuration: &Configuration,
    now: Timestamp,
) -> Result<Simulated, Problem> {
    let filter = TicketFilter::default();
    let newest = table.list(actor, &filter, Sort::Created, last, Start::First);
    let tickets = newest.await?.tickets;
    let (mut totals, mut results) = (Totals::default(), Vec::new());
    for tickets in tickets.chunks(AT_ONCE) {
        let lives = tickets
            .iter()
            .map(|ticket| live(table, ticket, configuration, now));
        for (ticket, clocks) in tickets.iter().zip(try_join_all(lives).await?) {
            totals.count(&clocks.every);
            if clocks.has_policy {
                results.push(SimulatedTicket {
                    id: ticket.id.to_string(),
                    number: ticket.number,
                    metrics: clocks.last.iter().map(ClockView::new).collect(),
                });
            }
        }
    }
    Ok(Simulated {
        now: edge::view::time(now),
        tickets: tickets.len(),
        matched: results.len(),
        metrics: measured(&totals.0),
        results: Some(results),
        clocks: None,
    })
}

async fn live(
    table: &Table,
    ticket: &Ticket,
    configuration: &Configuration,
    now: Timestamp,
) -> Result<Clocks, Error> {
    let mut simulation = Simulation::new(ticket.tenant.clone(), ticket.id, configuration);
    let walk = table.walk(&ticket.tenant, ticket.id, |entry| simulation.add(entry));
    walk.await?;
    Ok(clocks(&simulation.until(now)?, configuration, now))
}

/// What has come of a ticket.
struct Clocks {
    /// Whether it ever had the policy.
    has_policy: bool,
    /// Every clock of it.
    every: Vec<Explained>,
    /// The latest of each metric.
    last: Vec<Clock>,
}

fn clocks(explanation: &Explanation, configuration: &Configuration, until: Timestamp) -> Clocks {
    let given = explanation.given();
    let terms = given
        .iter()
        .filter_map(|given| configuration.levels.terms_given(given));
    let every = explanation.clocks(until, &terms.collect::<Vec<_>>());
    let ticket = explanation.ticket();
    let promised = ticket
        .into_iter()
        .flat_map(|ticket| ticket.clocks.promised());
    Clocks {
        has_policy: !given.is_empty(),
        last: promised.cloned().collect(),
        every,
    }
}

#[derive(Default)]
struct Totals(BTreeMap<Metric, Measured>);

impl Totals {
    fn count(&mut self, clocks: &[Explained]) {
        for explained in clocks {
            let measured = self.0.entry(explained.clock.metric).or_default();
            for count in explained.clock.counts() {
                measured.add(count, 1);
            }
        }
    }
}
