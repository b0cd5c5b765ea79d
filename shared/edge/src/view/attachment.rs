//! A file on the wire: on an entry, before it is on one, and on its way to whoever may read it.

use std::collections::BTreeMap;

use domain::{Attachment, AttachmentId, Scan, TicketId, Upload};
use serde::Serialize;
use store::Presigned;
use utoipa::ToSchema;

use super::names::{MediaTypeName, ScanName};
use super::time;

/// What a file is, wherever it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = File)]
pub struct FileView {
    /// Opaque.
    #[serde(rename = "_id")]
    #[schema(example = "att_0193a0f2c1e87cc2b1a4a2b6d0a3c9f3")]
    pub id: String,
    /// What its person calls it.
    #[schema(example = "log.txt")]
    pub filename: String,
    /// What kind of file it is.
    #[schema(value_type = MediaTypeName)]
    pub r#type: &'static str,
    /// Bytes.
    #[schema(example = 1_024)]
    pub size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    #[schema(example = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    pub sha256: String,
}

/// A file on an entry.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentView {
    /// The file.
    #[serde(flatten)]
    pub file: FileView,
    /// Where it is downloaded.
    #[schema(
        example = "/v2/support-tickets/tkt_0193a0f2c1e87cc2b1a4a2b6d0a3c9f1/attachments/att_0193a0f2c1e87cc2b1a4a2b6d0a3c9f3"
    )]
    pub url: String,
}

/// A file that is on no entry yet, and how it is uploaded.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Upload)]
pub struct UploadView {
    /// The file.
    #[serde(flatten)]
    pub file: FileView,
    /// What is known of its harmlessness: `pending` when uploads are scanned, `none` when they are not.
    #[schema(value_type = ScanName)]
    pub scan: &'static str,
    /// Until when a ticket, a message or a note can name it in `attachments`. What none has named by then is deleted.
    #[schema(format = DateTime, example = "2026-11-24T02:00:00.000Z")]
    pub attach_until: String,
    /// The request that uploads it. It holds once, and for exactly the bytes that were declared.
    pub upload: PresignedView,
}

/// A request that can be made without a token.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PresignedRequest)]
pub struct PresignedView {
    /// Its method.
    #[schema(example = "PUT")]
    pub method: String,
    /// Its URL.
    #[schema(format = "uri")]
    pub url: String,
    /// Its headers: all of them, and exactly so.
    pub headers: BTreeMap<String, String>,
    /// Until when it can be made, in real time.
    #[schema(format = DateTime, example = "2026-11-23T03:05:00.000Z")]
    pub expires_at: String,
}

/// A file on its way to whoever may read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Download)]
pub struct DownloadView {
    /// The file.
    #[serde(flatten)]
    pub file: FileView,
    /// What is known of its harmlessness: `none`, or `clean`; another one is not given away.
    #[schema(value_type = ScanName)]
    pub scan: &'static str,
    /// Where it can be fetched, by pages of any origin and without a token: with one, S3 refuses. It is sent as a file to save.
    #[schema(format = "uri")]
    pub url: String,
    /// Until when, in real time.
    #[schema(format = DateTime, example = "2026-11-23T03:01:00.000Z")]
    pub expires_at: String,
}

/// A file that is on no entry yet.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WaitingUpload)]
pub struct WaitingUploadView {
    /// The file.
    #[serde(flatten)]
    pub file: FileView,
    /// When it was declared.
    #[schema(format = DateTime, example = "2026-11-23T03:00:00.000Z")]
    pub declared_at: String,
    /// Until when its URL can be used. Then it can still be attached if it was put; if it was not, it gives way to another when
    /// there are too many.
    #[schema(format = DateTime, example = "2026-11-23T03:05:00.000Z")]
    pub upload_until: String,
    /// Until when a ticket, a message or a note can name it in `attachments`.
    #[schema(format = DateTime, example = "2026-11-24T02:00:00.000Z")]
    pub attach_until: String,
}

/// An upload that was given up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeletedUpload)]
pub struct DeletedUploadView {
    /// The upload's.
    #[serde(rename = "_id")]
    #[schema(example = "att_0193a0f2c1e87cc2b1a4a2b6d0a3c9f3")]
    pub id: String,
}

impl DeletedUploadView {
    /// An upload.
    pub fn new(id: AttachmentId) -> Self {
        Self { id: id.to_string() }
    }
}

impl FileView {
    fn new(file: &Attachment) -> Self {
        Self {
            id: file.id.to_string(),
            filename: file.filename.as_str().into(),
            r#type: file.media_type.name(),
            size: file.size,
            sha256: file.sha256.to_string(),
        }
    }
}

impl AttachmentView {
    /// A file of a ticket.
    pub fn new(ticket: TicketId, file: &Attachment) -> Self {
        let id = file.id;
        Self {
            file: FileView::new(file),
            url: format!("/v2/support-tickets/{ticket}/attachments/{id}"),
        }
    }
}

impl UploadView {
    /// An upload, and the request it is for.
    pub fn new(upload: &Upload, scan: Scan, request: Presigned) -> Self {
        Self {
            file: FileView::new(&upload.attachment),
            scan: scan.name(),
            attach_until: time(upload.attachable_until()),
            upload: PresignedView {
                method: request.method,
                url: request.url,
                headers: request.headers.into_iter().collect(),
                expires_at: time(request.expires_at),
            },
        }
    }
}

impl WaitingUploadView {
    /// An upload.
    pub fn new(upload: &Upload) -> Self {
        Self {
            file: FileView::new(&upload.attachment),
            declared_at: time(upload.declared_at),
            upload_until: time(upload.put_until),
            attach_until: time(upload.attachable_until()),
        }
    }
}

impl DownloadView {
    /// A file, and where it can be fetched.
    pub fn new(file: &Attachment, scan: Scan, request: Presigned) -> Self {
        Self {
            file: FileView::new(file),
            scan: scan.name(),
            url: request.url,
            expires_at: time(request.expires_at),
        }
    }
}
