//! `post-note`: writes a note only agents read.

use axum::extract::FromRef;
use domain::{AttachmentId, Command, Message};
use edge::document::{EntryAnswer, IdempotencyKey};
use edge::view::EntryView;
use edge::{
    Agent, Answer, Clock, Form, FromForm, IfMatch, Problem, Problems, Query, Routes, Submitted,
    TicketRef, Write, routes,
};
use store::{Bucket, Table};
use utoipa::ToSchema;

use crate::attachments::{self, Uploads};

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Bucket: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(post_note)
}

/// A note. What may be left out may be `null`, which is the same.
#[derive(ToSchema)]
struct NewNote {
    /// The words.
    #[schema(value_type = String, min_length = 1, max_length = 65_536, example = "Same root cause as #1007.")]
    message: Message,
    /// Ids of files the caller has uploaded. Whoever can read this can download them.
    #[schema(value_type = Option<Vec<String>>, max_items = 10, example = json!([]))]
    attachments: Vec<AttachmentId>,
}

impl FromForm for NewNote {
    fn from_form(form: &mut Form) -> Option<Self> {
        let message = form.required("message", Message::parse);
        let attachments = attachments::read(form);
        Some(Self {
            message: message?,
            attachments,
        })
    }
}

/// Post a note.
///
/// Agents read it; it is in no answer to a customer. It changes no status and stops no clock, and it can be written on a closed
/// ticket, too.
#[utoipa::path(
    post,
    path = "/v2/support-tickets/{id}/notes",
    operation_id = "post-note",
    tag = "threads",
    params(TicketRef, IdempotencyKey, IfMatch),
    request_body = NewNote,
    responses(EntryAnswer, Problems),
)]
async fn post_note(
    _: Agent,
    Query(()): Query<()>,
    write: Write,
    uploads: Uploads,
    Submitted { body, key }: Submitted<NewNote>,
) -> Result<Answer<EntryView>, Problem> {
    let named = body.attachments;
    let command = |attachments| Command::Note {
        message: body.message,
        attachments,
    };
    super::add(&write, key.as_ref(), &uploads, &named, command).await
}
