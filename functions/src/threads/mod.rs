//! Threads: say something on a ticket, read what was said, and say that it was read.

pub mod list;
pub mod mark_seen;
pub mod post_message;
pub mod post_note;

use domain::{Attachment, AttachmentId, Command};
use edge::view::EntryView;
use edge::{Answer, Problem, Write};
use store::{Changed, Idempotency};

use crate::attachments::{self, Files, Uploads};

/// Adds what somebody says to the ticket's thread, with the files that come with it: the part a message and a note
/// share.
async fn add(
    write: &Write,
    key: Option<&Idempotency>,
    uploads: &Uploads,
    named: &[AttachmentId],
    command: impl FnOnce(Vec<Attachment>) -> Command,
) -> Result<Answer<EntryView>, Problem> {
    let files = uploads.keep(write.actor(), named, write.now(), key).await?;
    let written = match files {
        Files::Done(written) => *written,
        Files::Kept(kept) => {
            let command = command(attachments::of(&kept));
            match write.commit(key, &kept, command).await? {
                Changed::Written(written) => written,
                Changed::Nothing(_) => return Err(Problem::internal("words that change nothing")),
            }
        }
    };
    let location = format!("/v2/support-tickets/{}/threads", written.ticket);
    let entry = EntryView::new(written.ticket, &written.entry, write.actor());
    Ok(Answer::created(entry, location)
        .version(written.entry.seq)
        .replayed(written.replayed))
}
