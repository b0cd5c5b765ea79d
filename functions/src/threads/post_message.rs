//! `post-message`: says something both sides read.

use axum::extract::FromRef;
use domain::{AttachmentId, Command, Message, Resolution, Status};
use edge::document::{EntryAnswer, IdempotencyKey};
use edge::view::{EntryView, StatusName};
use edge::{
    Answer, Clock, Form, FromForm, IfMatch, Problem, Problems, Query, Routes, Submitted, TicketRef,
    Write, routes,
};
use store::{Bucket, Table};
use utoipa::ToSchema;

use crate::attachments::{self, Uploads};
use crate::tickets::older;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Bucket: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(post_message; post_to_thread)
}

/// A message. What may be left out may be `null`, which is the same.
#[derive(ToSchema)]
struct NewMessage {
    /// The words.
    #[schema(value_type = String, min_length = 1, max_length = 65_536, example = "Which region do you call from?")]
    message: Message,
    /// Sets the next status in the same breath. Without it, a customer's message reopens a ticket that is `pending`
    /// or `resolved`, and an agent's takes an `open` one to `in_progress`.
    #[schema(value_type = Option<StatusName>)]
    status: Option<Status>,
    /// How the ticket was solved: required to resolve or close it, unless it has one already. A customer may close its
    /// own ticket without, and gives one only together with resolving or closing.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 2_000)]
    resolution: Option<Resolution>,
    /// Ids of files the caller has uploaded. Whoever can read this can download them.
    #[schema(value_type = Option<Vec<String>>, max_items = 10, example = json!([]))]
    attachments: Vec<AttachmentId>,
    /// The resolution of a ticket that has none, where an older client finishes it.
    #[schema(ignore)]
    words: Option<&'static str>,
}

impl FromForm for NewMessage {
    fn from_form(form: &mut Form) -> Option<Self> {
        let message = form.required("message", Message::parse);
        let (status, is_cancelled) = older::status(form);
        let resolution = form.optional("resolution", Resolution::parse);
        let attachments = attachments::read(form);
        Some(Self {
            message: message?,
            status,
            resolution,
            attachments,
            words: older::words(status, is_cancelled).filter(|_| is_cancelled),
        })
    }
}

/// Post a message.
///
/// The customer and the agents read it. Writers never lose one another's messages; with `If-Match`, a message is
/// posted only on the version the caller has read.
#[utoipa::path(
    post,
    path = "/v2/support-tickets/{id}/threads",
    operation_id = "post-message",
    tag = "threads",
    params(TicketRef, IdempotencyKey, IfMatch),
    request_body = NewMessage,
    responses(EntryAnswer, Problems),
)]
async fn post_message(
    Query(()): Query<()>,
    write: Write,
    uploads: Uploads,
    Submitted { body, key }: Submitted<NewMessage>,
) -> Result<Answer<EntryView>, Problem> {
    let resolution = older::resolution(write.ticket(), body.resolution, body.words);
    let named = body.attachments;
    let command = |attachments| Command::Reply {
        message: body.message,
        status: body.status,
        resolution,
        attachments,
    };
    super::add(&write, key.as_ref(), &uploads, &named, command).await
}

/// Post a message.
///
/// Verifik's older name of `post-message`, for clients that have it; a key is another one here.
#[utoipa::path(
    post,
    path = "/v2/support-tickets/{id}/thread",
    operation_id = "post-message.thread",
    tag = "older names",
    params(TicketRef, IdempotencyKey, IfMatch),
    request_body = NewMessage,
    responses(EntryAnswer, Problems),
)]
async fn post_to_thread(
    query: Query<()>,
    write: Write,
    uploads: Uploads,
    mut submitted: Submitted<NewMessage>,
) -> Result<Answer<EntryView>, Problem> {
    let status = submitted.body.status;
    let words = submitted.body.words.take();
    submitted.body.words = words.or_else(|| older::words(status, false));
    post_message(query, write, uploads, submitted).await
}
