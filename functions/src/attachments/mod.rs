//! Attachments: declare a file, put it on an entry, fetch it; and learn whether it is harmless.

pub mod create_upload;
pub mod delete_upload;
pub mod download;
pub mod list_uploads;
pub mod record_scan;

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use domain::{Actor, Attachment, AttachmentId, Invalid};
use edge::{Form, Now, Problem, Text};
use store::{Bucket, Idempotency, Kept, Table, WriteError, Written};

/// Reads the field `attachments` of a body.
pub(crate) fn read(form: &mut Form) -> Vec<AttachmentId> {
    // As Verifik's API takes them (objects), or as people try: addresses, one without a list.
    let mut is_other = form.takes_other_than_texts("attachments");
    let named = form.list("attachments", |ids| {
        if ids.len() > Attachment::MOST {
            let max = Attachment::MOST;
            return Err(Invalid::TooMany { max });
        }
        let named = ids.iter().map(|id| id.parse::<AttachmentId>());
        Ok(named.collect::<Result<Vec<_>, _>>().unwrap_or_else(|_| {
            is_other = true;
            Vec::new()
        }))
    });
    if is_other {
        let detail = Text::new(
            "`attachments` names files by their `_id`: declare each one first (`POST /v2/attachments`), put its bytes as the \
             answer says, and name its `_id` here, as in [\"att_…\"].",
            "`attachments` nombra archivos por su `_id`: declare antes cada uno (`POST /v2/attachments`), envíe sus bytes como \
             dice la respuesta y nombre aquí su `_id`, como en [\"att_…\"].",
        );
        form.refuse("attachments", "INVALID_ATTACHMENTS", detail);
    }
    let mut seen = named.iter().enumerate();
    if let Some((_, twice)) = seen.find(|(at, id)| named[..*at].contains(id)) {
        let detail = Text::new(
            format!("`attachments` names {twice} twice."),
            format!("`attachments` nombra {twice} dos veces."),
        );
        form.refuse("attachments", "INVALID_ATTACHMENTS", detail);
    }
    named
}

/// The caller's uploads, for a write that names some of them.
pub(crate) struct Uploads {
    table: Table,
    bucket: Bucket,
}

/// What becomes of a write's files before it is decided.
pub(crate) enum Files {
    /// They are what was declared, and may be attached.
    Kept(Vec<Kept>),
    /// A request with the same key has attached them before.
    Done(Box<Written>),
}

impl<S> FromRequestParts<S> for Uploads
where
    S: Send + Sync,
    Table: FromRef<S>,
    Bucket: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self {
            table: Table::from_ref(state),
            bucket: Bucket::from_ref(state),
        })
    }
}

impl Uploads {
    /// Finds the uploads a write names, verifies and keeps them.
    pub(crate) async fn keep(
        &self,
        actor: &Actor,
        named: &[AttachmentId],
        now: Now,
        key: Option<&Idempotency>,
    ) -> Result<Files, Problem> {
        let kept = self.table.keep(&self.bucket, actor, named, now.0).await;
        match kept {
            Ok(kept) => Ok(Files::Kept(kept)),
            Err(WriteError::Refused(refusal)) => {
                let tenant = &actor.tenant;
                let done = self
                    .table
                    .done_or_refused(tenant, key, refusal, now.0)
                    .await?;
                Ok(Files::Done(Box::new(done)))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The files as an entry has them.
pub(crate) fn of(kept: &[Kept]) -> Vec<Attachment> {
    kept.iter().map(|kept| kept.attachment.clone()).collect()
}
