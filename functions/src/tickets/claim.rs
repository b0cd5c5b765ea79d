//! `claim-ticket`: an agent takes a ticket nobody works on.

use axum::extract::FromRef;
use domain::Command;
use edge::document::{IdempotencyKey, RowAnswer};
use edge::view::RowView;
use edge::{
    Agent, Answer, Clock, IfMatch, Problem, Problems, Query, Routes, Submitted, TicketRef, Write,
    routes,
};
use store::Table;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(claim_ticket)
}

/// Claim a ticket.
///
/// Of several agents at once, one gets it; the others are told who has it (`ALREADY_ASSIGNED`, `assignedTo`). Who has
/// it already gets the same answer again. To take a ticket from somebody, change its `assignedTo`.
#[utoipa::path(
    post,
    path = "/v2/support-tickets/{id}/claim",
    operation_id = "claim-ticket",
    tag = "tickets",
    params(TicketRef, IdempotencyKey, IfMatch),
    responses(RowAnswer, Problems)
)]
async fn claim_ticket(
    _: Agent,
    Query(()): Query<()>,
    write: Write,
    Submitted { body: (), key }: Submitted<()>,
) -> Result<Answer<RowView>, Problem> {
    write.row(key.as_ref(), Command::Claim).await
}
