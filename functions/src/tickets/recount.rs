//! `recount-tickets`: compares the counters of tickets per status with the tickets.

use axum::extract::{FromRef, State};
use domain::Principal;
use edge::document::principal;
use edge::view::RecountView;
use edge::{Admin, Answer, Form, FromQuery, Problem, Problems, Query, Routes, Success, routes};
use store::Table;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    routes!(recount_tickets)
}

/// Whose tickets to count.
struct Whose {
    client: Option<Principal>,
}

impl IntoParams for Whose {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![principal("client", "Only this client's tickets")]
    }
}

impl FromQuery for Whose {
    fn from_query(form: &mut Form) -> Self {
        let client = form.optional("client", Principal::parse);
        Self { client }
    }
}

/// Recount the tickets.
///
/// For admins, to see for themselves: reads every ticket of the tenant (or of a client) and compares with the counters
/// that `countByStatus` shows. The two must agree. More than 50 000 tickets are too many for one request
/// (`TOO_MANY_TICKETS`): ask for one client after the other. While tickets change faster than they can be read, they may not;
/// then ask again in a quieter moment.
#[utoipa::path(
    get,
    path = "/v2/support-tickets/recount",
    operation_id = "recount-tickets",
    tag = "tickets",
    params(Whose),
    responses(
        (status = 200, description = "What was found", body = Success<RecountView>),
        Problems,
    ),
)]
async fn recount_tickets(
    State(table): State<Table>,
    Admin(actor): Admin,
    Query(Whose { client }): Query<Whose>,
) -> Result<Answer<RecountView>, Problem> {
    let found = table.recount(&actor.tenant, client.as_ref()).await?;
    let found = found.ok_or_else(Problem::too_many_tickets)?;
    Ok(Answer::ok(RecountView::new(&found)))
}
