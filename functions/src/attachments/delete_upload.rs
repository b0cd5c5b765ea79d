//! `delete-upload`: gives up a file that is on no entry yet.

use axum::extract::{FromRef, State};
use edge::view::DeletedUploadView;
use edge::{
    Answer, AttachmentRef, Caller, Clock, Now, Problem, Problems, Query, Routes, Submitted,
    Success, routes,
};
use store::{Bucket, Table};

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Bucket: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(delete_upload)
}

/// Give up an upload.
///
/// One of the caller's own that is attached to nothing: its file is deleted, and its place is free for another as soon as
/// nothing can be put there any more: at most five minutes after it was declared. What is on a ticket stays there; a
/// repetition finds nothing any more.
#[utoipa::path(
    delete,
    path = "/v2/attachments/{attachmentId}",
    operation_id = "delete-upload",
    tag = "attachments",
    params(AttachmentRef),
    responses(
        (status = 200, description = "What was deleted", body = Success<DeletedUploadView>),
        Problems,
    ),
)]
async fn delete_upload(
    State(table): State<Table>,
    State(bucket): State<Bucket>,
    Caller(actor): Caller,
    now: Now,
    AttachmentRef(id): AttachmentRef,
    Query(()): Query<()>,
    Submitted { body: (), key: _ }: Submitted<()>,
) -> Result<Answer<DeletedUploadView>, Problem> {
    if table.discard(&bucket, &actor, id, now.0).await? {
        Ok(Answer::ok(DeletedUploadView::new(id)))
    } else {
        Err(Problem::attachment_not_found())
    }
}
