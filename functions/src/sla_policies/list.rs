//! `list-sla-policies`: a tenant's policies, in the order in which tickets are matched.

use axum::extract::{FromRef, State};
use axum::response::Response;
use domain::{Policy, PolicyId};
use edge::view::PolicyView;
use edge::{Agent, Listed, Listing, Pagination, Problem, Problems, Query, Routes, routes};
use serde::Serialize;
use store::{StoredPolicy, Table};
use utoipa::ToSchema;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    routes!(list_sla_policies)
}

/// A tenant's policies.
#[derive(Serialize, ToSchema)]
#[schema(as = SlaPolicies)]
struct Policies {
    /// Always `true`.
    success: bool,
    /// All of them, by position.
    data: Vec<PolicyView>,
    /// There is one page.
    pagination: Pagination,
}

impl Listing for Policies {
    fn pagination(&self) -> &Pagination {
        &self.pagination
    }
}

/// List the SLA policies.
///
/// For agents. All of them, by position: a ticket gets the first it matches. The built-in one is last, unless the tenant
/// has set another as `pol_default`.
#[utoipa::path(
    get,
    path = "/v2/sla-policies",
    operation_id = "list-sla-policies",
    tag = "service levels",
    responses((status = 200, description = "The policies", body = Policies), Problems),
)]
async fn list_sla_policies(
    State(table): State<Table>,
    Agent(actor): Agent,
    Query(()): Query<()>,
    listed: Listed,
) -> Result<Response, Problem> {
    let mut policies = table.stored_configuration(&actor.tenant).await?.policies;
    if policies
        .iter()
        .all(|policy| policy.id != PolicyId::built_in())
    {
        policies.push(StoredPolicy::built_in());
    }
    Ok(listed.page(&Policies {
        success: true,
        data: policies.iter().map(PolicyView::new).collect(),
        pagination: Pagination::new(Policy::MOST, None),
    }))
}
