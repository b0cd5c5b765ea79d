//! `explain-sla`: why a ticket's clocks stand where they stand.

use axum::extract::{FromRef, State};
use edge::view::ExplanationView;
use edge::{
    Agent, Answer, Clock, Now, OwnTicket, Problem, Problems, Query, Routes, Success, TicketRef,
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
    routes!(explain_sla)
}

/// Explain a ticket's clocks.
///
/// For agents. Each clock with its target and where that comes from, what has counted piece by piece, and its turns with
/// the entries that caused them, as of now: a target whose time has come is missed here, even if no entry says so yet. Of a
/// long conversation, the newest 100 of `nextResponse`. `elapsedSeconds + remainingSeconds - overBySeconds` is the target, and the
/// pieces in `counted` add up to `elapsedSeconds`, to the millisecond.
#[utoipa::path(
    get,
    path = "/v2/support-tickets/{id}/sla",
    operation_id = "explain-sla",
    tag = "service levels",
    params(TicketRef),
    responses(
        (status = 200, description = "The clocks", body = Success<ExplanationView>),
        Problems,
    ),
)]
async fn explain_sla(
    State(table): State<Table>,
    Agent(_actor): Agent,
    OwnTicket { ticket, .. }: OwnTicket,
    Query(()): Query<()>,
    Now(now): Now,
) -> Result<Answer<ExplanationView>, Problem> {
    let (explanation, terms) = table.explanation(&ticket.tenant, ticket.id).await?;
    let clocks = explanation.clocks(now, &terms);
    // The thread may have grown since the ticket was read.
    let ticket = explanation.ticket().unwrap_or(&ticket);
    Ok(Answer::ok(ExplanationView::new(ticket, &clocks, now)))
}
