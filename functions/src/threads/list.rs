//! `list-thread`: what was said on a ticket, oldest first.

use axum::extract::{FromRef, State};
use axum::response::Response;
use edge::view::{EntryView, thread};
use edge::{Limit, Listed, ListedBody, OwnTicket, Problem, Problems, Query, TicketRef};
use store::Table;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Its routes.
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    OpenApiRouter::new().routes(routes!(list_thread))
}

/// List a ticket's thread.
///
/// Oldest first. A ticket's `threadsNextCursor` may be given as `cursor`: it leads from the entries that came with the
/// ticket towards the oldest, each page again oldest first. A customer's pages have no internal entries.
#[utoipa::path(
    get,
    path = "/v2/support-tickets/{id}/threads",
    operation_id = "list-thread",
    tag = "threads",
    params(TicketRef, Limit),
    responses(
        (status = 200, description = "A page", body = ListedBody<EntryView>, headers(
            ("Link" = String, description = "The next page, as `rel=\"next\"`"),
        )),
        Problems,
    ),
)]
async fn list_thread(
    State(table): State<Table>,
    OwnTicket { ticket, actor }: OwnTicket,
    Query(Limit { limit, cursor }): Query<Limit>,
    listed: Listed,
) -> Result<Response, Problem> {
    let page = table
        .thread(&actor, &ticket, limit, cursor.as_deref())
        .await?;
    Ok(listed.page(thread(&page.entries, &actor), limit, page.next))
}
