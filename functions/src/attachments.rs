//! Attachments: files that hang on an entry.
//!
//! Nothing can be uploaded yet, so there is no attachment a request could name. The field is known all the same: an
//! empty list is fine, and an id is refused as one that names nothing.

use domain::{AttachmentId, Invalid};
use edge::{Form, Text};

/// The most attachments an entry may have (contract §1, "limits").
const MAX: usize = 10;

/// Reads the field `attachments` of a body.
pub(crate) fn read(form: &mut Form) -> Vec<AttachmentId> {
    let named: Vec<AttachmentId> = form.list("attachments", |ids| {
        if ids.len() > MAX {
            return Err(Invalid::TooMany { max: MAX });
        }
        ids.iter().map(|id| id.parse()).collect()
    });
    if let Some(first) = named.first() {
        let detail = Text::new(
            format!("`attachments` names {first}, and there is no such attachment."),
            format!("`attachments` nombra {first}, y no existe tal adjunto."),
        );
        form.refuse("attachments", "ATTACHMENT_NOT_FOUND", detail);
    }
    named
}
