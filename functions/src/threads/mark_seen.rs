//! `mark-seen`: notes that somebody has read a ticket's thread.

use axum::extract::{FromRef, State};
use edge::view::SeenView;
use edge::{
    Answer, Clock, Form, FromForm, IfMatch, Now, OwnTicket, Problem, Problems, Query, Reader,
    Routes, Submitted, Success, TicketRef, routes,
};
use store::Table;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(mark_seen)
}

/// What was seen: everything. Verifik's clients name entries in `threadIds`, which changes nothing.
struct AllOfIt;

impl FromForm for AllOfIt {
    const MAY_BE_EMPTY: bool = true;

    fn from_form(form: &mut Form) -> Option<Self> {
        form.ignore("threadIds");
        Some(Self)
    }
}

/// Mark a thread as seen.
///
/// Notes that the caller has read it up to the newest entry it may read; with `If-Match`, only if that is the one it knows. It
/// is the caller's own affair: no entry is written, the ticket's version stays, no one else's state changes. `threadIds`, in
/// which Verifik's clients name entries, is ignored: all that there is has been seen. `GET …/threads` gives it back as `seen`.
#[utoipa::path(
    put,
    path = "/v2/support-tickets/{id}/threads/seen",
    operation_id = "mark-seen",
    tag = "threads",
    params(TicketRef, IfMatch),
    responses(
        (status = 200, description = "How far the caller has read", body = Success<SeenView>, headers(
            ("ETag" = String, description = "The ticket's version in quotes"),
        )),
        Problems,
    ),
)]
async fn mark_seen(
    State(table): State<Table>,
    Query(()): Query<()>,
    OwnTicket { ticket, actor }: OwnTicket,
    expected: IfMatch,
    Now(now): Now,
    Submitted {
        body: AllOfIt,
        key: _,
    }: Submitted<AllOfIt>,
) -> Result<Answer<SeenView>, Problem> {
    expected.allows(ticket.version_for(actor.reach()))?;
    let reader = Reader::of(&table, &actor);
    let seen = async { Ok(table.mark_seen(&ticket, &actor, now).await?) };
    let (reader, seen) = tokio::try_join!(reader, seen)?;
    Ok(Answer::ok(SeenView::new(&seen)).tag(reader.tag(&ticket)))
}
