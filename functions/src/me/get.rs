//! `get-me`: who the caller is, and what this API takes from it.

use axum::extract::{FromRef, State};
use edge::view::MeView;
use edge::{Answer, Caller, Problem, Problems, Query, Routes, Speaks, Success, routes};
use store::Table;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    routes!(get_me)
}

/// Get the caller.
///
/// Who the token speaks of and in which role, and what a page needs for its forms: limits, kinds of files, and categories,
/// priorities and statuses with what people call them. What may become of one ticket is in the ticket, as `allowed`.
#[utoipa::path(
    get,
    path = "/v2/me",
    operation_id = "get-me",
    tag = "meta",
    responses((status = 200, description = "The caller", body = Success<MeView>), Problems),
)]
async fn get_me(
    State(table): State<Table>,
    Caller(actor): Caller,
    Query(()): Query<()>,
    language: Speaks,
) -> Result<Answer<MeView>, Problem> {
    let stored = table.stored_settings(&actor.tenant).await?;
    Ok(Answer::ok(MeView::new(&actor, language, &stored.settings)))
}
