//! Attachments: declared, attached, scanned.

use domain::{Attachment, AttachmentId, Principal, Scan, Tenant, TicketId, Upload, Visibility};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{at, time};
use crate::error::Error;
use crate::keys::{Item, Key};
use crate::patterns::DEADLINE_SHARDS;

/// The attribute of an upload that says whose place it takes: the attachment's id.
pub(crate) const DECLARED: &str = "ticket";
/// The attribute an upload gets when it is being taken away: from then on nobody can attach it.
pub(crate) const GONE: &str = "gone";

/// The attribute that says when it is taken away.
pub(crate) const DEADLINE: &str = "deadline";

/// A file that is on no entry yet, in one of its person's places.
///
/// It stands in the index of deadlines, under its own name where a ticket would have its: that is what takes it away.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadItem {
    ticket: AttachmentId,
    attachment: Attachment,
    by: Principal,
    pub(crate) slot: u8,
    declared_at: i64,
    /// Until when its URL holds. What was declared before this was kept has one URL.
    put_until: Option<i64>,
    /// Whether it is being taken away, or was given up and is kept for as long as its URL holds.
    #[serde(default, skip_serializing)]
    pub(crate) gone: bool,
    deadline_shard: u8,
    deadline: i64,
}

impl UploadItem {
    pub(crate) fn new(upload: &Upload, slot: u8) -> Self {
        let Upload {
            attachment,
            by,
            declared_at,
            put_until,
        } = upload.clone();
        Self {
            ticket: attachment.id,
            by,
            slot,
            declared_at: declared_at.as_millisecond(),
            put_until: Some(put_until.as_millisecond()),
            gone: false,
            deadline_shard: attachment.id.spread(DEADLINE_SHARDS),
            deadline: upload.reaped_at().as_millisecond(),
            attachment,
        }
    }

    pub(crate) fn at(&self, tenant: &Tenant) -> Item {
        at(Key::upload(tenant, &self.by, self.slot), self)
    }

    pub(crate) fn upload(self) -> Result<Upload, Error> {
        let declared_at = time(self.declared_at)?;
        let put_until = self.put_until.map(time).transpose()?;
        let its_only_url = || declared_at.saturating_add(Upload::URL_HOLDS);
        Ok(Upload {
            put_until: put_until
                .or_else(|| its_only_url().ok())
                .unwrap_or(Timestamp::MAX),
            attachment: self.attachment,
            by: self.by,
            declared_at,
        })
    }
}

/// A file on an entry of a ticket. The entry shows it; this is how it is found by its name, and what is left to delete
/// when the ticket is purged.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttachmentItem {
    pub(crate) attachment: Attachment,
    /// The version of the object that was verified.
    pub(crate) object: String,
    /// Whether a scan was on when it was attached: one that was not scanned then never will be.
    #[serde(default)]
    pub(crate) scan_awaited: bool,
    /// Who may read the entry it is on.
    pub(crate) visibility: Visibility,
}

impl AttachmentItem {
    pub(crate) fn at(&self, tenant: &Tenant, ticket: TicketId) -> Item {
        at(Key::attachment(tenant, ticket, self.attachment.id), self)
    }
}

/// What a scan has said.
#[derive(Serialize, Deserialize)]
pub(crate) struct ScanItem {
    pub(crate) scan: Scan,
}

impl ScanItem {
    pub(crate) fn at(&self, tenant: &Tenant, id: AttachmentId) -> Item {
        at(Key::scan(tenant, id), self)
    }
}

/// What an idempotent declaration has done.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadRecordItem {
    /// Of the request's body.
    pub(crate) fingerprint: String,
    pub(crate) of: AttachmentId,
    /// Seconds since 1970: DynamoDB's time to live.
    pub(crate) expires_at: i64,
}

impl UploadRecordItem {
    pub(crate) fn at(&self, key: Key) -> Item {
        at(key, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_that_was_kept_without_its_url_s_end_has_one_url() {
        let kept = serde_json::json!({
            "ticket": "att_01935a7b0000700080000000deadbeef",
            "attachment": {
                "id": "att_01935a7b0000700080000000deadbeef",
                "filename": "a.txt:x",
                "type": "text/plain",
                "size": 5,
                "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            },
            "by": "carla",
            "slot": 7,
            "declaredAt": 1_000,
            "deadlineShard": 0,
            "deadline": 86_401_000,
        });
        let item: UploadItem = serde_json::from_value(kept).expect("an upload");
        let upload = item.upload().expect("an upload");
        assert_eq!(upload.put_until.as_millisecond(), 301_000);
        assert_eq!(
            upload.attachment.filename.as_str(),
            "a.txt:x",
            "as it was declared"
        );
    }
}
