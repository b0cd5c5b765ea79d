//! `get-ticket`: a ticket with its newest entries.

use axum::extract::{FromRef, State};
use edge::view::TicketView;
use edge::{
    Answer, Caller, IfNoneMatch, Problem, Problems, Query, Reader, Routes, Success, TicketRef,
    routes,
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
    if !actor.is_staff() && matches!(named, TicketRef::Number(_)) {
        // Numbers can be counted through: another's thread is not read, so that its length shows in nothing.
        let found = table.ticket(&actor.tenant, id).await?;
        found
            .filter(|ticket| actor.sees(ticket))
            .ok_or_else(Problem::ticket_not_found)?;
    }
    let found = async { Ok(table.conversation(&actor, id).await?) };
    let (found, reader) = tokio::try_join!(found, Reader::of(&table, &actor))?;
    let conversation = found.ok_or_else(Problem::ticket_not_found)?;
    let tag = reader.tag(&conversation.ticket);
    let answer = if had.has_tag(&tag) {
        Answer::not_modified()
    } else {
        Answer::ok(TicketView::new(&conversation, &reader))
    };
    Ok(answer.tag(tag))
}
