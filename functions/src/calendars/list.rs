//! `list-calendars`: a tenant's calendars.

use axum::extract::{FromRef, State};
use axum::response::Response;
use domain::Calendar;
use edge::view::CalendarView;
use edge::{Agent, Listed, Listing, Pagination, Problem, Problems, Query, Routes, routes};
use serde::Serialize;
use store::Table;
use utoipa::ToSchema;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    routes!(list_calendars)
}

/// A tenant's calendars.
#[derive(Serialize, ToSchema)]
struct Calendars {
    /// Always `true`.
    success: bool,
    /// All of them, by id.
    data: Vec<CalendarView>,
    /// There is one page.
    pagination: Pagination,
}

impl Listing for Calendars {
    fn pagination(&self) -> &Pagination {
        &self.pagination
    }
}

/// List the calendars.
///
/// For agents. All of them, by id.
#[utoipa::path(
    get,
    path = "/v2/calendars",
    operation_id = "list-calendars",
    tag = "service levels",
    responses((status = 200, description = "The calendars", body = Calendars), Problems),
)]
async fn list_calendars(
    State(table): State<Table>,
    Agent(actor): Agent,
    Query(()): Query<()>,
    listed: Listed,
) -> Result<Response, Problem> {
    let calendars = table.stored_configuration(&actor.tenant).await?.calendars;
    Ok(listed.page(&Calendars {
        success: true,
        data: calendars.iter().map(CalendarView::new).collect(),
        pagination: Pagination::new(Calendar::MOST, None),
    }))
}
