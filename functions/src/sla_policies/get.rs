//! `get-sla-policy`: one policy.

use axum::extract::{FromRef, State};
use edge::view::PolicyView;
use edge::{
    Agent, Answer, IfNoneMatch, PolicyRef, Problem, Problems, Query, Routes, Success, routes,
};
use store::Table;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    routes!(get_sla_policy)
}

/// Get an SLA policy.
///
/// For agents.
#[utoipa::path(
    get,
    path = "/v2/sla-policies/{id}",
    operation_id = "get-sla-policy",
    tag = "service levels",
    params(PolicyRef, IfNoneMatch),
    responses(
        (status = 200, description = "The policy", body = Success<PolicyView>, headers(
            ("ETag" = String, description = "Its version in quotes"),
        )),
        (status = 304, description = "The caller has this version"),
        Problems,
    ),
)]
async fn get_sla_policy(
    State(table): State<Table>,
    Agent(actor): Agent,
    PolicyRef(id): PolicyRef,
    Query(()): Query<()>,
    had: IfNoneMatch,
) -> Result<Answer<PolicyView>, Problem> {
    let stored = table.policy(&actor.tenant, &id).await?;
    let stored = stored.ok_or_else(Problem::policy_not_found)?;
    let answer = if had.has(stored.version) {
        Answer::not_modified()
    } else {
        Answer::ok(PolicyView::new(&stored))
    };
    Ok(answer.version(stored.version))
}
