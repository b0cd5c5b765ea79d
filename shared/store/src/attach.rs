//! From an upload to an attachment, without losing a file or showing half of one.
//!
//! A file is in three places: in the bucket as an *object* (tagged `pending`, later `kept`), in the table as its
//! person's *upload*, and, once it is attached, in a ticket's thread (the entry, and an item of its own to find it by).
//! Bucket and table know no common transaction, so the order is what makes it safe:
//!
//! 1. **Declare** (`uploads.rs`): the upload is written. Then the person gets a URL, and puts the object.
//! 2. **Keep** (here): the object is looked at, and tagged `kept`.
//! 3. **Attach** (`commit.rs`): one transaction deletes the upload, on the condition that it is still there and not being
//!    taken away, and writes the entry and the attachment's item.
//!
//! So a file is on one entry at most, because its upload can be deleted once; and a file that is on an entry is whole
//! and stays, because its object was verified and tagged before, and nothing but the purge of its ticket deletes it
//! after. What if everything stops in between?
//!
//! * After 1: an upload with or without an object. The person can go on for 23 hours. After 24 the upload is *reaped*
//!   (`uploads.rs`); an object that is put even later (a URL lives five minutes) is tagged `pending`, and S3's lifecycle
//!   takes it within days.
//! * After 2: an upload whose object is `kept` and on no entry, also when the write was refused. The person can try again:
//!   looking and tagging twice is as good as once. If it does not, the upload is reaped like any other, its object
//!   included. That is why an upload is deleted only by what takes responsibility for its object.
//! * After 3: nothing is missing. A repeated request finds what it has done by its key; without one, its uploads are gone
//!   and it is refused.
//!
//! An upload that its person gives up loses its object at once, and its place when its URL is dead: it is marked `gone`, and due
//! then. Reaping is in the reverse order: the upload is marked `gone` in the table first, on the condition that it is there,
//! so that from then on no transaction can attach it; then its object is deleted; then the upload. Each step can be
//! repeated, and until the last one the index of deadlines names the upload to the next check. A reaper and a writer at
//! once: whichever transaction comes first decides, and the other finds its condition failed.
//!
//! S3's lifecycle cannot come in between either: it takes what is tagged `pending` a day after it was put, and what was
//! declared 23 hours ago cannot be attached any more.

use domain::{Actor, Attachment, AttachmentId, Upload, UploadRefusal};
use futures_util::future::{join_all, try_join_all};
use jiff::Timestamp;

use crate::bucket::{Bucket, Found};
use crate::error::WriteError;
use crate::keys::Key;
use crate::table::Table;

/// A file that was found whole and is kept: the next write may attach it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The file.
    pub attachment: Attachment,
    /// The upload that is deleted when it is attached.
    pub(crate) upload: Key,
    /// The version of the object that was verified.
    pub(crate) object: String,
    /// Whether a scan will say something of it.
    pub(crate) scan_awaited: bool,
}

impl Table {
    /// Finds the actor's uploads of these names, verifies that their objects are what was declared, and keeps them. All
    /// of them or, but for the tags, none.
    pub async fn keep(
        &self,
        bucket: &Bucket,
        actor: &Actor,
        ids: &[AttachmentId],
        now: Timestamp,
    ) -> Result<Vec<Kept>, WriteError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut uploads = self.uploads(actor).await?;
        let mut named = Vec::with_capacity(ids.len());
        for id in ids {
            let is_it = |(_, upload): &(u8, Upload)| {
                upload.attachment.id == *id && now < upload.attachable_until()
            };
            let at = uploads.iter().position(is_it);
            let at = at.ok_or(UploadRefusal::Missing { id: *id })?;
            named.push(uploads.swap_remove(at));
        }
        let tenant = &actor.tenant;
        let looks = named
            .iter()
            .map(|(_, upload)| bucket.look(tenant, &upload.attachment));
        let mut kept = Vec::with_capacity(ids.len());
        for ((slot, upload), found) in named.iter().zip(join_all(looks).await) {
            let Attachment { id, media_type, .. } = upload.attachment;
            let object = match found? {
                Found::Whole(version) => version,
                Found::Missing => return Err(UploadRefusal::Incomplete { id }.into()),
                Found::Differs => {
                    let declared = media_type;
                    return Err(UploadRefusal::Differs { id, declared }.into());
                }
                Found::Encoded => return Err(UploadRefusal::Encoded { id }.into()),
            };
            kept.push(Kept {
                attachment: upload.attachment.clone(),
                upload: Key::upload(tenant, &actor.principal, *slot),
                object,
                scan_awaited: bucket.is_scanned(),
            });
        }
        let keeping = kept
            .iter()
            .map(|kept| bucket.keep(tenant, kept.attachment.id, &kept.object));
        let is_kept = try_join_all(keeping).await?;
        match kept.iter().zip(is_kept).find(|(_, is_kept)| !is_kept) {
            // It went in the moment between: whatever took it, it is not there.
            Some((Kept { attachment, .. }, _)) => {
                Err(UploadRefusal::Incomplete { id: attachment.id }.into())
            }
            None => Ok(kept),
        }
    }
}
