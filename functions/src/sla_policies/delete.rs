//! `delete-sla-policy`: does without a policy.

use axum::extract::{FromRef, State};
use edge::view::DeletedByIdView;
use edge::{
    Admin, Answer, IfMatch, PolicyRef, Problem, Problems, Query, Routes, Submitted, Success, routes,
};
use store::Table;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    routes!(delete_sla_policy)
}

/// Delete an SLA policy.
///
/// For admins. Tickets that have it keep it, until something changes that policies look at. Of `pol_default`, the built-in one is
/// there again.
#[utoipa::path(
    delete,
    path = "/v2/sla-policies/{id}",
    operation_id = "delete-sla-policy",
    tag = "service levels",
    params(PolicyRef, IfMatch),
    responses(
        (status = 200, description = "What was deleted", body = Success<DeletedByIdView>),
        Problems,
    ),
)]
async fn delete_sla_policy(
    State(table): State<Table>,
    Admin(actor): Admin,
    PolicyRef(id): PolicyRef,
    Query(()): Query<()>,
    expected: IfMatch,
    Submitted { body: (), key: _ }: Submitted<()>,
) -> Result<Answer<DeletedByIdView>, Problem> {
    table
        .delete_policy(&actor.tenant, &id, |version| expected.allows(version))
        .await?;
    Ok(Answer::ok(DeletedByIdView { id: id.into() }))
}
