//! `escalate-ticket`: raises a ticket's priority by one step, and says why.

use axum::extract::FromRef;
use domain::{Command, Reason};
use edge::document::{IdempotencyKey, RowAnswer};
use edge::view::RowView;
use edge::{
    Agent, Answer, Clock, Form, FromForm, IfMatch, Problem, Problems, Query, Routes, Submitted,
    TicketRef, Write, routes,
};
use store::Table;
use utoipa::ToSchema;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(escalate_ticket)
}

/// An escalation.
#[derive(ToSchema)]
struct Escalation {
    /// Why. Agents read it in the ticket's thread; the customer does not.
    #[schema(value_type = String, min_length = 1, max_length = 2_000, example = "Their production is down.")]
    reason: Reason,
}

impl FromForm for Escalation {
    fn from_form(form: &mut Form) -> Option<Self> {
        let reason = form.required("reason", Reason::parse)?;
        Some(Self { reason })
    }
}

/// Escalate a ticket.
///
/// Its priority goes up by one step; an urgent one is refused (`ALREADY_URGENT`). Each request is a step of its own:
/// send an `Idempotency-Key`, or `If-Match`, to be sure of one.
#[utoipa::path(
    post,
    path = "/v2/support-tickets/{id}/escalate",
    operation_id = "escalate-ticket",
    tag = "tickets",
    params(TicketRef, IdempotencyKey, IfMatch),
    request_body = Escalation,
    responses(RowAnswer, Problems),
)]
async fn escalate_ticket(
    _: Agent,
    Query(()): Query<()>,
    write: Write,
    Submitted {
        body: Escalation { reason },
        key,
    }: Submitted<Escalation>,
) -> Result<Answer<RowView>, Problem> {
    write.row(key.as_ref(), Command::Escalate { reason }).await
}
