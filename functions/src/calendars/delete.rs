//! `delete-calendar`: does without a calendar.

use axum::extract::{FromRef, State};
use edge::view::DeletedByIdView;
use edge::{
    Admin, Answer, CalendarRef, IfMatch, Problem, Problems, Query, Routes, Submitted, Success,
    routes,
};
use store::Table;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    routes!(delete_calendar)
}

/// Delete a calendar.
///
/// For admins. Refused while a policy counts by it.
#[utoipa::path(
    delete,
    path = "/v2/calendars/{id}",
    operation_id = "delete-calendar",
    tag = "service levels",
    params(CalendarRef, IfMatch),
    responses(
        (status = 200, description = "What was deleted", body = Success<DeletedByIdView>),
        Problems,
    ),
)]
async fn delete_calendar(
    State(table): State<Table>,
    Admin(actor): Admin,
    CalendarRef(id): CalendarRef,
    Query(()): Query<()>,
    expected: IfMatch,
    Submitted { body: (), key: _ }: Submitted<()>,
) -> Result<Answer<DeletedByIdView>, Problem> {
    table
        .delete_calendar(&actor.tenant, &id, |version| expected.allows(version))
        .await?;
    Ok(Answer::ok(DeletedByIdView { id: id.into() }))
}
