//! `list-thread`: what was said on a ticket, oldest first.

use axum::extract::{FromRef, State};
use axum::response::Response;
use edge::view::{EntryView, SeenView, thread};
use edge::{
    Limit, Listed, Listing, OwnTicket, Pagination, Problem, Problems, Query, Routes, TicketRef,
    routes,
};
use serde::Serialize;
use store::Table;
use utoipa::ToSchema;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    routes!(list_thread)
}

/// A page of a thread.
#[derive(Serialize, ToSchema)]
struct Thread {
    /// Always `true`.
    success: bool,
    /// The entries.
    data: Vec<EntryView>,
    /// How to go on.
    pagination: Pagination,
    /// How far the caller has read; `null` when it never said so.
    #[schema(required)]
    seen: Option<SeenView>,
}

impl Listing for Thread {
    fn pagination(&self) -> &Pagination {
        &self.pagination
    }
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
        (status = 200, description = "A page", body = Thread, headers(
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
    let page = async {
        Ok(table
            .thread(&actor, &ticket, limit, cursor.as_deref())
            .await?)
    };
    let seen = async { Ok::<_, Problem>(table.seen(&ticket, &actor.principal).await?) };
    let (page, seen) = tokio::try_join!(page, seen)?;
    Ok(listed.page(&Thread {
        success: true,
        data: thread(ticket.id, &page.entries, &actor),
        pagination: Pagination::new(limit, page.next),
        seen: seen.as_ref().map(SeenView::new),
    }))
}
