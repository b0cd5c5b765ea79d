//! Threads: say something on a ticket, read what was said, and say that it was read.

pub mod list;
pub mod mark_seen;
pub mod post_message;
pub mod post_note;

use domain::Command;
use edge::view::EntryView;
use edge::{Answer, Problem, Write};
use store::{Changed, Idempotency};

/// Adds what somebody says to the ticket's thread: the part a message and a note share.
async fn add(
    write: &Write,
    key: Option<&Idempotency>,
    command: Command,
) -> Result<Answer<EntryView>, Problem> {
    let Changed::Written(written) = write.commit(key, command).await? else {
        return Err(Problem::internal("words that change nothing"));
    };
    let location = format!("/v2/support-tickets/{}/threads", written.ticket);
    let entry = EntryView::new(&written.entry, write.actor());
    Ok(Answer::created(entry, location)
        .version(written.entry.seq)
        .replayed(written.replayed))
}
