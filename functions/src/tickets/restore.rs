//! `restore-ticket`: brings a deleted ticket back.

use axum::extract::FromRef;
use domain::Command;
use edge::document::{IdempotencyKey, RowAnswer};
use edge::view::RowView;
use edge::{
    AdminTicket, Answer, Clock, IfMatch, Problem, Problems, Query, Routes, Submitted, TicketRef,
    Write, routes,
};
use store::Table;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(restore_ticket)
}

/// Restore a deleted ticket.
///
/// For admins, within 30 days of its deletion. It comes back as it was, with its number and its whole thread. One that
/// is not deleted stays as it is.
#[utoipa::path(
    post,
    path = "/v2/support-tickets/{id}/restore",
    operation_id = "restore-ticket",
    tag = "tickets",
    params(TicketRef, IdempotencyKey, IfMatch),
    responses(RowAnswer, Problems)
)]
async fn restore_ticket(
    Query(()): Query<()>,
    write: Write<AdminTicket>,
    Submitted { body: (), key }: Submitted<()>,
) -> Result<Answer<RowView>, Problem> {
    write.row(key.as_ref(), Command::Restore).await
}
