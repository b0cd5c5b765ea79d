//! `get-calendar`: one calendar.

use axum::extract::{FromRef, State};
use edge::view::CalendarView;
use edge::{
    Agent, Answer, CalendarRef, IfNoneMatch, Problem, Problems, Query, Routes, Success, routes,
};
use store::Table;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    routes!(get_calendar)
}

/// Get a calendar.
///
/// For agents.
#[utoipa::path(
    get,
    path = "/v2/calendars/{id}",
    operation_id = "get-calendar",
    tag = "service levels",
    params(CalendarRef, IfNoneMatch),
    responses(
        (status = 200, description = "The calendar", body = Success<CalendarView>, headers(
            ("ETag" = String, description = "Its version in quotes"),
        )),
        (status = 304, description = "The caller has this version"),
        Problems,
    ),
)]
async fn get_calendar(
    State(table): State<Table>,
    Agent(actor): Agent,
    CalendarRef(id): CalendarRef,
    Query(()): Query<()>,
    had: IfNoneMatch,
) -> Result<Answer<CalendarView>, Problem> {
    let stored = table.calendar(&actor.tenant, &id).await?;
    let stored = stored.ok_or_else(Problem::calendar_not_found)?;
    let answer = if had.has(stored.version) {
        Answer::not_modified()
    } else {
        Answer::ok(CalendarView::new(&stored))
    };
    Ok(answer.version(stored.version))
}
