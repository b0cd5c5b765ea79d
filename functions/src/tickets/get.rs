//! `get-ticket`: a ticket with its newest entries.

use axum::extract::{FromRef, State};
use edge::view::TicketView;
use edge::{
    Answer, Caller, IfNoneMatch, Problem, Problems, Query, Routes, Success, TicketRef, routes,
};
use store::Table;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    routes!(get_ticket)
}

/// Get a ticket.
///
/// It shows every acknowledged write. With `If-None-Match`, a caller that has this version already is told so.
#[utoipa::path(
    get,
    path = "/v2/support-tickets/{id}",
    operation_id = "get-ticket",
    tag = "tickets",
    params(TicketRef, IfNoneMatch),
    responses(
        (status = 200, description = "The ticket", body = Success<TicketView>, headers(
            ("ETag" = String, description = "Its version in quotes"),
        )),
        (status = 304, description = "The caller has this version"),
        Problems,
    ),
)]
async fn get_ticket(
    State(table): State<Table>,
    Caller(actor): Caller,
    named: TicketRef,
    Query(()): Query<()>,
    had: IfNoneMatch,
) -> Result<Answer<TicketView>, Problem> {
    let id = named.resolve(&table, &actor.tenant).await?;
    let found = table.conversation(&actor.tenant, id).await?;
    let conversation = found
        .filter(|found| actor.sees(&found.ticket))
        .ok_or_else(Problem::ticket_not_found)?;
    let version = conversation.ticket.version;
    let answer = if had.has(version) {
        Answer::not_modified()
    } else {
        Answer::ok(TicketView::new(&conversation, &actor))
    };
    Ok(answer.version(version))
}
