//! Files that were declared and are on no entry yet.
//!
//! A person has [`Upload::MOST`] places for them. A place is an item of its own, taken on the condition that it is free:
//! so there are never more, however many requests come at once, and what a person has is one query.
//!
//! As long as the URL for a place holds, the place is taken, also when its upload is given up: else a person who declares, gives
//! up and puts would have as many objects as it likes. When it has expired and nothing was put (the answer was lost, or the page
//! closed), the upload gives its place to the next one that finds no other.

use std::iter;

use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ReturnConsumedCapacity, TransactWriteItem,
};
use domain::{Actor, Attachment, AttachmentId, Principal, Tenant, Upload, UploadRefusal};
use futures_util::future::try_join_all;
use jiff::Timestamp;

use crate::bucket::Bucket;
use crate::error::{Error, WriteError, if_it_held};
use crate::items::{DEADLINE, DECLARED, GONE, UploadItem, UploadRecordItem};
use crate::keys::{Item, Key, PK};
use crate::meter;
use crate::pause::Pause;
use crate::table::Table;
use crate::transaction::{
    Idempotency, Try, failed, forget_at, later_or_refused, new_item, new_record, recorded,
};

/// An upload that is to be taken away: the place it has, and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueUpload {
    pub(crate) tenant: Tenant,
    pub(crate) by: Principal,
    pub(crate) slot: u8,
    /// The file.
    pub id: AttachmentId,
}

/// Where an upload can go.
enum Place {
    /// One that is free.
    Free(u8),
    /// One whose upload can get nothing any more, and is of this name.
    Dead(u8, AttachmentId),
}

impl Table {
    /// A person's uploads that can be attached, or can still come, oldest first.
    pub async fn waiting(&self, actor: &Actor, now: Timestamp) -> Result<Vec<Upload>, Error> {
        let uploads = self.uploads(actor).await?.into_iter();
        let uploads = uploads.map(|(_, upload)| upload);
        let mut waiting: Vec<_> = uploads
            .filter(|upload| now < upload.attachable_until())
            .collect();
        waiting.sort_by_key(|upload| (upload.declared_at, upload.attachment.id));
        Ok(waiting)
    }

    /// A person's uploads, each with its place.
    pub(crate) async fn uploads(&self, actor: &Actor) -> Result<Vec<(u8, Upload)>, Error> {
        let places = self.places(actor).await?.into_iter();
        let there = places.filter(|place| !place.gone);
        there
            .map(|place| Ok((place.slot, place.upload()?)))
            .collect()
    }

    async fn places(&self, actor: &Actor) -> Result<Vec<UploadItem>, Error> {
        let Key { pk, .. } = Key::upload(&actor.tenant, &actor.principal, 0);
        let answer = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .key_condition_expression("#pk = :pk")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_values(":pk", AttributeValue::S(pk))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        meter::read(answer.consumed_capacity());
        let items = answer.items.unwrap_or_default().into_iter();
        Ok(items
            .map(serde_dynamo::from_item)
            .collect::<Result<_, _>>()?)
    }

    /// Declares a file, in one of the actor's places; gives the upload, and whether a request with this key had declared
    /// it before. The bucket is asked only when no place is free.
    pub async fn declare(
        &self,
        bucket: &Bucket,
        actor: &Actor,
        attachment: Attachment,
        now: Timestamp,
        key: Option<&Idempotency>,
    ) -> Result<(Upload, bool), WriteError> {
        let upload = Upload {
            attachment,
            by: actor.principal.clone(),
            declared_at: now,
            put_until: now
                .saturating_add(Upload::URL_HOLDS)
                .unwrap_or(Timestamp::MAX),
        };
        let mut pause = Pause::new();
        loop {
            let configuration = self.configuration(&actor.tenant);
            let (configuration, places) = tokio::try_join!(configuration, self.places(actor))?;
            let is_free = |slot: &u8| places.iter().all(|place| place.slot != *slot);
            let free: Vec<u8> = (0..Upload::MOST).filter(is_free).collect();
            // Any of them: several requests at once seldom want the same.
            let free = fastrand::choice(free).map(Place::Free);
            let allowed = configuration.settings.allow(&upload.attachment);
            let place = match (allowed, free) {
                (Ok(()), Some(place)) => place,
                (allowed, _) => {
                    let record = match key {
                        Some(key) => self.recorded(&actor.tenant, key, now).await?,
                        None => None,
                    };
                    if let Some(record) = record {
                        let before = self.repeated(actor, record, key, now).await?;
                        return Ok((before, true));
                    }
                    allowed?;
                    let dead = dead(bucket, &actor.tenant, places, now).await?;
                    dead.ok_or(UploadRefusal::TooMany)?
                }
            };
            match self.take(&actor.tenant, &upload, &place, key).await? {
                Try::Committed => return Ok((upload, false)),
                Try::Recorded(record) => {
                    let before = self.repeated(actor, record, key, now).await?;
                    return Ok((before, true));
                }
                Try::Lost(_) => pause.after_a_lost_race().await?,
                Try::Unattachable(id) => {
                    return Err(Error::Corrupt(format!("{id} is declared, not attached")).into());
                }
                Try::Later(cause) => pause.before_next_try(&cause).await?,
            }
        }
    }

    async fn take(
        &self,
        tenant: &Tenant,
        upload: &Upload,
        place: &Place,
        key: Option<&Idempotency>,
    ) -> Result<Try<UploadRecordItem>, Error> {
        let now = upload.declared_at;
        let (Place::Free(slot) | Place::Dead(slot, _)) = *place;
        let put = new_item(&self.name, UploadItem::new(upload, slot).at(tenant));
        let declared = match place {
            Place::Free(_) => put,
            // In the place of the one that was found, which cannot be attached from then on.
            Place::Dead(_, id) => put
                .set_expression_attribute_names(None)
                .condition_expression("#declared = :id AND attribute_not_exists(#gone)")
                .expression_attribute_names("#declared", DECLARED)
                .expression_attribute_names("#gone", GONE)
                .expression_attribute_values(":id", AttributeValue::S(id.to_string())),
        };
        let record = key.map(|key| {
            let record = UploadRecordItem {
                fingerprint: key.fingerprint.clone(),
                of: upload.attachment.id,
                expires_at: forget_at(now),
            };
            new_record(&self.name, record.at(Key::record(tenant, &key.hash)), now)
        });
        let writes = iter::once(declared)
            .chain(record)
            .map(|put| {
                let put = put.build();
                put.map(|put| TransactWriteItem::builder().put(put).build())
            })
            .collect::<Result<_, _>>()
            .map_err(|cause| Error::Corrupt(cause.to_string()))?;
        self.transact(writes, |reasons: &[CancellationReason]| {
            if let Some(record) = reasons.get(1).filter(|reason| failed(reason)) {
                recorded(record)
            } else if let Some(taken) = reasons.first().filter(|reason| failed(reason)) {
                Ok(Try::Lost(taken.item.clone()))
            } else {
                later_or_refused(reasons)
            }
        })
        .await
    }

    /// What a request with this key has declared before, if it has: as long as it waits to be attached. Then it is on a
    /// ticket or gone, and a repetition must not lead anybody to put it again. Its place is kept for the new URL, too.
    async fn repeated(
        &self,
        actor: &Actor,
        record: UploadRecordItem,
        key: Option<&Idempotency>,
        now: Timestamp,
    ) -> Result<Upload, WriteError> {
        if key.is_none_or(|key| key.fingerprint != record.fingerprint) {
            return Err(WriteError::KeyReused);
        }
        let id = record.of;
        let mut uploads = self.uploads(actor).await?.into_iter();
        let waits = uploads
            .find(|(_, upload)| upload.attachment.id == id && now < upload.attachable_until());
        let (slot, upload) = waits.ok_or(UploadRefusal::Gone { id })?;
        let put_until = now
            .saturating_add(Upload::URL_HOLDS)
            .unwrap_or(Timestamp::MAX);
        let upload = Upload {
            put_until: upload.put_until.max(put_until),
            ..upload
        };
        let kept = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(UploadItem::new(&upload, slot).at(&actor.tenant)))
            .condition_expression("#declared = :id AND attribute_not_exists(#gone)")
            .expression_attribute_names("#declared", DECLARED)
            .expression_attribute_names("#gone", GONE)
            .expression_attribute_values(":id", AttributeValue::S(id.to_string()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        let kept = if_it_held(kept)?.ok_or(UploadRefusal::Gone { id })?;
        meter::wrote(kept.consumed_capacity());
        Ok(upload)
    }

    /// Takes one of the actor's uploads away; says whether there was one of this name. While something can still be put, its
    /// place stays taken, and what has been put by then is taken away, too.
    pub async fn discard(
        &self,
        bucket: &Bucket,
        actor: &Actor,
        id: AttachmentId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut uploads = self.uploads(actor).await?.into_iter();
        let Some((slot, upload)) = uploads.find(|(_, upload)| upload.attachment.id == id) else {
            return Ok(false);
        };
        let due = DueUpload {
            tenant: actor.tenant.clone(),
            by: actor.principal.clone(),
            slot,
            id,
        };
        if upload.is_closed(now) {
            return self.reap(bucket, &due).await;
        }
        let is_marked = self.mark(&due, Some(upload.put_until)).await?;
        if is_marked {
            self.forget_file(bucket, &due.tenant, id).await?;
        }
        Ok(is_marked)
    }

    /// Marks an upload as one that cannot be attached any more, and says whether it was there. It is due then, or is being
    /// taken away already.
    async fn mark(&self, due: &DueUpload, then: Option<Timestamp>) -> Result<bool, Error> {
        let mut update = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(due.key().attributes()))
            .update_expression("SET #gone = :gone")
            .condition_expression("#declared = :id")
            .expression_attribute_names("#gone", GONE)
            .expression_attribute_names("#declared", DECLARED)
            .expression_attribute_values(":gone", AttributeValue::Bool(true))
            .expression_attribute_values(":id", AttributeValue::S(due.id.to_string()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        if let Some(then) = then {
            let then = then.as_millisecond().to_string();
            update = update
                .update_expression("SET #gone = :gone, #deadline = :then")
                .expression_attribute_names("#deadline", DEADLINE)
                .expression_attribute_values(":then", AttributeValue::N(then));
        }
        let Some(marked) = if_it_held(update.send().await)? else {
            return Ok(false);
        };
        meter::wrote(marked.consumed_capacity());
        Ok(true)
    }

    /// Takes an upload away, with its object, that was not attached in time or that its person has given up. In the
    /// order that `attach.rs` explains; says whether there was anything to take.
    pub async fn reap(&self, bucket: &Bucket, due: &DueUpload) -> Result<bool, Error> {
        if !self.mark(due, None).await? {
            return Ok(false);
        }
        self.forget_file(bucket, &due.tenant, due.id).await?;
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(due.key().attributes()))
            .condition_expression("#declared = :id")
            .expression_attribute_names("#declared", DECLARED)
            .expression_attribute_values(":id", AttributeValue::S(due.id.to_string()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        // Else another check was faster, and the place may be another file's by now.
        if let Some(deleted) = if_it_held(deleted)? {
            meter::wrote(deleted.consumed_capacity());
        }
        Ok(true)
    }

    /// Deletes all there is of a file but the item that names it: its object, and what a scan has said.
    pub(crate) async fn forget_file(
        &self,
        bucket: &Bucket,
        tenant: &Tenant,
        id: AttachmentId,
    ) -> Result<(), Error> {
        bucket.remove(tenant, id).await?;
        self.delete(Key::scan(tenant, id)).await
    }
}

/// One of the uploads that can get nothing any more and have got nothing. Any of them, as of those that are free.
async fn dead(
    bucket: &Bucket,
    tenant: &Tenant,
    places: Vec<UploadItem>,
    now: Timestamp,
) -> Result<Option<Place>, Error> {
    let there = places.into_iter().filter(|place| !place.gone);
    let uploads = there.map(|place| Ok((place.slot, place.upload()?)));
    let mut closed: Vec<_> = uploads.collect::<Result<_, Error>>()?;
    closed.retain(|(_, upload)| upload.is_closed(now));
    let looks = closed
        .iter()
        .map(|(_, upload)| bucket.has(tenant, upload.attachment.id));
    let is_there = try_join_all(looks).await?;
    let empty = closed.iter().zip(is_there).filter(|(_, there)| !there);
    let dead: Vec<_> = empty
        .map(|((slot, upload), _)| Place::Dead(*slot, upload.attachment.id))
        .collect();
    Ok(fastrand::choice(dead))
}

impl DueUpload {
    fn key(&self) -> Key {
        Key::upload(&self.tenant, &self.by, self.slot)
    }

    /// The upload an item of the index of deadlines is, if it is one.
    pub(crate) fn named(item: &Item) -> Result<Option<Self>, Error> {
        let Some((tenant, by, slot)) = Key::upload_of(item) else {
            return Ok(None);
        };
        let id = item
            .get(DECLARED)
            .and_then(|id| id.as_s().ok()?.parse().ok());
        let id = id.ok_or_else(|| Error::Corrupt(format!("an upload of {by} has no name")))?;
        Ok(Some(Self {
            tenant,
            by,
            slot,
            id,
        }))
    }
}
