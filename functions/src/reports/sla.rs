//! `report-sla`: how many targets were achieved, and how long it took.

use std::collections::BTreeMap;

use axum::extract::{FromRef, State};
use domain::{Credit, Invalid, Measured, Metric};
use edge::document::{day, one_of};
use edge::view::{MeasuredView, measured};
use edge::{
    Agent, Answer, Form, FromQuery, Problem, Problems, Query, Routes, Success, Text, routes,
};
use jiff::civil::Date;
use serde::Serialize;
use store::Table;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    routes!(report_sla)
}

/// The most days a report can be about.
const MOST_DAYS: i32 = 366;
/// What a report can be grouped by.
const GROUPS: &[&str] = &["priority", "category", "assignedTo"];

/// What to report.
struct Wanted {
    from: Option<Date>,
    to: Option<Date>,
    group_by: Option<GroupBy>,
}

#[derive(Clone, Copy)]
enum GroupBy {
    Priority,
    Category,
    AssignedTo,
}

impl GroupBy {
    fn parse(name: &str) -> Result<Self, Invalid> {
        match name {
            "priority" => Ok(Self::Priority),
            "category" => Ok(Self::Category),
            "assignedTo" => Ok(Self::AssignedTo),
            _ => Err(Invalid::Unknown { allowed: GROUPS }),
        }
    }

    /// The group a credit belongs to.
    fn of(self, credit: &Credit) -> Option<String> {
        match self {
            Self::Priority => Some(credit.priority.to_string()),
            Self::Category => Some(credit.category.to_string()),
            Self::AssignedTo => credit.assigned_to.as_ref().map(ToString::to_string),
        }
    }
}

impl IntoParams for Wanted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            day("from", "The first day, UTC"),
            day("to", "The day after the last one, at most 366 days later"),
            one_of("groupBy", "Adds `groups`", GROUPS),
        ]
    }
}

impl FromQuery for Wanted {
    fn from_query(form: &mut Form) -> Self {
        let date = |text: String| domain::parse_date(&text);
        let (from, to) = (form.required("from", date), form.required("to", date));
        if let Some((from, to)) = from.zip(to) {
            let days = from.until(to).map_or(0, |span| span.get_days());
            if !(1..=MOST_DAYS).contains(&days) {
                let detail = Text::new(
                    format!("`to` must be 1 to {MOST_DAYS} days after `from`."),
                    format!("`to` debe ser de 1 a {MOST_DAYS} días posterior a `from`."),
                );
                form.refuse("to", "INVALID_RANGE", detail);
            }
        }
        let group_by = form.optional("groupBy", |name| GroupBy::parse(&name));
        Self { from, to, group_by }
    }
}

/// How many targets were achieved on some days, and how long it took.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SlaReport)]
struct Report {
    /// The first day, UTC.
    #[schema(format = Date, example = "2026-11-01")]
    from: String,
    /// The day after the last one.
    #[schema(format = Date, example = "2026-12-01")]
    to: String,
    /// Of all tickets, by metric.
    metrics: Vec<MeasuredView>,
    /// Of each group, by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<Group>>,
}

/// A part of the tickets.
#[derive(Serialize, ToSchema)]
#[schema(as = SlaReportGroup)]
struct Group {
    /// The priority, category or agent they have in common; `null` for those nobody works on.
    #[schema(required, example = "high")]
    group: Option<String>,
    /// By metric.
    metrics: Vec<MeasuredView>,
}

type Totals = BTreeMap<Metric, Measured>;

fn add(totals: &mut Totals, metrics: &Totals) {
    for (metric, measured) in metrics {
        totals.entry(*metric).or_default().merge(measured);
    }
}

/// Report on service levels.
///
/// For agents. A target is `achieved` on the day its clock was met in time, and `missed` on the day it was due; it is
/// credited to the priority, category and agent its ticket had when that was written down. A resolution that is reopened
/// is taken back. Durations are of the clocks that were met: `calendarSeconds` as long as they ran, `businessSeconds` as
/// far as that was in working hours; percentiles are within 3.5 % of a duration that occurred.
#[utoipa::path(
    get,
    path = "/v2/reports/sla",
    operation_id = "report-sla",
    tag = "service levels",
    params(Wanted),
    responses((status = 200, description = "The report", body = Success<Report>), Problems),
)]
async fn report_sla(
    State(table): State<Table>,
    Agent(actor): Agent,
    Query(wanted): Query<Wanted>,
) -> Result<Answer<Report>, Problem> {
    let days = wanted.days();
    let rollups = table.rollups(&actor.tenant, &days).await?;
    let (mut total, mut groups) = (Totals::new(), BTreeMap::<_, Totals>::new());
    for (credit, metrics) in &rollups {
        add(&mut total, metrics);
        if let Some(group_by) = wanted.group_by {
            add(groups.entry(group_by.of(credit)).or_default(), metrics);
        }
    }
    let groups = groups.into_iter().map(|(group, totals)| Group {
        group,
        metrics: measured(&totals),
    });
    let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    Ok(Answer::ok(Report {
        from: date(wanted.from),
        to: date(wanted.to),
        metrics: measured(&total),
        groups: wanted.group_by.map(|_| groups.collect()),
    }))
}

impl Wanted {
    fn days(&self) -> Vec<Date> {
        let mut days = Vec::new();
        let (Some(mut day), Some(to)) = (self.from, self.to) else {
            return days;
        };
        while day < to {
            days.push(day);
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        days
    }
}
