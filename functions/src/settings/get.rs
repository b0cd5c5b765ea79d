//! `get-settings`: a tenant's settings.

use axum::extract::{FromRef, State};
use edge::view::SettingsView;
use edge::{Admin, Answer, IfNoneMatch, Problem, Problems, Query, Routes, Success, routes};
use store::Table;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    routes!(get_settings)
}

/// Get the settings.
///
/// Those of the caller's tenant, for admins. Until somebody sets them, they are the defaults.
#[utoipa::path(
    get,
    path = "/v2/settings",
    operation_id = "get-settings",
    tag = "settings",
    params(IfNoneMatch),
    responses(
        (status = 200, description = "The settings", body = Success<SettingsView>, headers(
            ("ETag" = String, description = "Their version in quotes"),
        )),
        (status = 304, description = "The caller has this version"),
        Problems,
    ),
)]
async fn get_settings(
    State(table): State<Table>,
    Admin(actor): Admin,
    Query(()): Query<()>,
    had: IfNoneMatch,
) -> Result<Answer<SettingsView>, Problem> {
    let stored = table.stored_settings(&actor.tenant).await?;
    let answer = if had.has(stored.version) {
        Answer::not_modified()
    } else {
        Answer::ok(SettingsView::new(&stored))
    };
    Ok(answer.version(stored.version))
}
