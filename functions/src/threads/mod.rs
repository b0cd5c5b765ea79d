//! Threads: say something on a ticket, and read what was said.

pub mod list;
pub mod post_message;
pub mod post_note;

use domain::Command;
use edge::view::EntryView;
use edge::{Answer, IfMatch, Now, OwnTicket, Problem};
use store::{Idempotency, Table};

/// Adds what somebody says to the ticket's thread: the part a message and a note share.
async fn add(
    table: &Table,
    own: OwnTicket,
    expected: IfMatch,
    now: Now,
    key: Option<Idempotency>,
    command: Command,
) -> Result<Answer<EntryView>, Problem> {
    let OwnTicket { ticket, actor } = own;
    let stamp = now.stamp();
    let location = format!("/v2/support-tickets/{}/threads", ticket.id);
    let written = table.change(ticket, key.as_ref(), |ticket| {
        expected.allows(ticket.version)?;
        ticket.decide(command.clone(), &actor, stamp)
    });
    let written = written
        .await?
        .ok_or_else(|| Problem::internal("words that change nothing"))?;
    let entry = EntryView::new(&written.entry, &actor);
    Ok(Answer::created(entry, location)
        .version(written.entry.seq)
        .replayed(written.replayed))
}
