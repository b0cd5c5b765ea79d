//! `delete-ticket`: takes a ticket away from everybody.

use axum::extract::FromRef;
use domain::Command;
use edge::view::DeletedView;
use edge::{
    AdminTicket, Answer, Clock, IfMatch, Problem, Problems, Query, Routes, Submitted, Success,
    TicketRef, Write, routes,
};
use store::Table;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(delete_ticket)
}

/// Delete a ticket.
///
/// For admins. It is gone for everybody at once, and can be restored for 30 days; then nothing of it is left. Deleted
/// again, it is as deleted as before, and the answer is the same.
#[utoipa::path(
    delete,
    path = "/v2/support-tickets/{id}",
    operation_id = "delete-ticket",
    tag = "tickets",
    params(TicketRef, IfMatch),
    responses(
        (status = 200, description = "What was deleted", body = Success<DeletedView>, headers(
            ("ETag" = String, description = "Its version in quotes: `If-Match` for restoring it"),
        )),
        Problems,
    ),
)]
async fn delete_ticket(
    Query(()): Query<()>,
    write: Write<AdminTicket>,
    Submitted { body: (), key: _ }: Submitted<()>,
) -> Result<Answer<DeletedView>, Problem> {
    // No key: it repeats harmlessly by itself.
    let (ticket, _) = write.ticket_after(None, Command::Delete).await?;
    Ok(Answer::ok(DeletedView::new(&ticket)).version(ticket.version))
}
