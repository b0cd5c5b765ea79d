//! `create-upload`: declares a file, and says how to upload it.

use axum::extract::{FromRef, State};
use domain::{Attachment, AttachmentId, Filename, MediaType, Scan, Settings, Sha256};
use edge::document::IdempotencyKey;
use edge::view::UploadView;
use edge::{
    Answer, Caller, Clock, Form, FromForm, Now, Problem, Problems, Query, Routes, Submitted,
    Success, Text, routes,
};
use store::{Bucket, Table};
use utoipa::ToSchema;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Bucket: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(create_upload)
}

/// A file to upload: exactly this one.
#[derive(ToSchema)]
struct NewUpload {
    /// Its name: no path, no control characters, none that are not seen or turn the text, and not ending in what a double
    /// click would run (`.exe`, `.html`, `.svg`, `.xlsm`, …). It is kept in NFC and without white space around it; a colon
    /// becomes `-`, and marks of direction are left out.
    #[schema(value_type = String, min_length = 1, max_length = 255, example = "log.txt")]
    filename: Filename,
    /// What kind of file it is, as a browser's `File.type` says: parameters, capitals and older names (`image/jpg`) are
    /// understood, and empty means that the name's ending says it. The answer has the kind it is taken as; one that is not
    /// listed there is taken as `application/octet-stream`, and what browsers run (`text/html`, `image/svg+xml`, …) is refused.
    /// The name ends as such files' names do. An image, a PDF or a plain text must begin like one; everything else is sent as
    /// bytes to save.
    #[schema(rename = "type", value_type = String, max_length = 255, example = "text/plain")]
    media_type: MediaType,
    /// Its bytes: at most 26 214 400, unless the tenant's settings say otherwise.
    #[schema(minimum = 1, example = 5)]
    size: u64,
    /// SHA-256 of its bytes, in hexadecimal. It is kept in lower case.
    #[schema(
        value_type = String,
        pattern = "^[0-9a-fA-F]{64}$",
        example = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    )]
    sha256: Sha256,
}

impl FromForm for NewUpload {
    fn from_form(form: &mut Form) -> Option<Self> {
        let filename = form.required("filename", Filename::parse);
        let declared = form.required("type", |name| MediaType::read(&name));
        let media_type = match (declared, &filename) {
            (Some(declared), Some(filename)) => MediaType::of(declared, filename)
                .map_err(|invalid| form.wrong("filename", invalid))
                .ok(),
            (None, _) | (_, None) => None,
        };
        let size = form.required_number("size", 1..=u64::MAX);
        // What no tenant can allow is said at once, beside whatever else is wrong.
        let most = Settings::LARGEST_ATTACHMENT;
        if size.is_some_and(|size| size > most) {
            let detail = Text::new(
                format!("`size` must be at most {most} bytes, and no more than the tenant allows."),
                format!(
                    "`size` debe ser como máximo {most} bytes, y no más de lo que permita la organización."
                ),
            );
            form.refuse("size", "FILE_TOO_LARGE", detail);
        }
        let sha256 = form.required("sha256", |digits| Sha256::parse(&digits));
        Some(Self {
            filename: filename?,
            media_type: media_type?,
            size: size?,
            sha256: sha256?,
        })
    }
}

/// Declare a file.
///
/// The answer says how to upload it: one request, with exactly this method, URL and these headers, straight to S3, within
/// five minutes. Then name its `_id` in the `attachments` of a ticket, a message or a note. No other caller can; and until
/// it is there, no other can read it. A person may have 20 files that are attached to nothing; one of which the URL is dead, and
/// that was never put, gives way to the next.
#[utoipa::path(
    post,
    path = "/v2/attachments",
    operation_id = "create-upload",
    tag = "attachments",
    params(IdempotencyKey),
    request_body = NewUpload,
    responses(
        (status = 201, description = "The upload", body = Success<UploadView>, headers(
            ("Idempotency-Replayed" = String, description = "`true`: this was declared before; the URL is a new one"),
        )),
        Problems,
    ),
)]
async fn create_upload(
    State(table): State<Table>,
    State(bucket): State<Bucket>,
    Caller(actor): Caller,
    Query(()): Query<()>,
    now: Now,
    Submitted { body, key }: Submitted<NewUpload>,
) -> Result<Answer<UploadView>, Problem> {
    let file = Attachment {
        id: now.mint::<AttachmentId>(),
        filename: body.filename,
        media_type: body.media_type,
        size: body.size,
        sha256: body.sha256,
    };
    let declared = table.declare(&bucket, &actor, file, now.0, key.as_ref());
    let declared = declared.await?;
    let (upload, replayed) = declared;
    let request = bucket.upload(&actor.tenant, &upload.attachment).await?;
    let scan = if bucket.is_scanned() {
        Scan::Pending
    } else {
        Scan::None
    };
    Ok(Answer::made(UploadView::new(&upload, scan, request)).replayed(replayed))
}
