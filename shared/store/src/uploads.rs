//! Files that were declared and are on no entry yet.
//!
//! A person has [`Upload::MOST`] places for them. A place is an item of its own, taken on the condition that it is free:
//! so there are never more, however many requests come at once, and what a person has is one query.

use std::iter;

use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ReturnConsumedCapacity, TransactWriteItem,
};
use domain::{Actor, Attachment, AttachmentId, Principal, Tenant, Upload, UploadRefusal};
use jiff::Timestamp;

use crate::bucket::Bucket;
use crate::error::{Error, WriteError, if_it_held};
use crate::items::{DECLARED, GONE, UploadItem, UploadRecordItem};
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

impl Table {
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
    /// it before.
    pub async fn declare(
        &self,
        actor: &Actor,
        attachment: Attachment,
        now: Timestamp,
        key: Option<&Idempotency>,
    ) -> Result<(Upload, bool), WriteError> {
        let upload = Upload {
            attachment,
            by: actor.principal.clone(),
            declared_at: now,
        };
        let mut pause = Pause::new();
        loop {
            let configuration = self.configuration(&actor.tenant);
            let (configuration, places) = tokio::try_join!(configuration, self.places(actor))?;
            let is_free = |slot: &u8| places.iter().all(|place| place.slot != *slot);
            let free: Vec<u8> = (0..Upload::MOST).filter(is_free).collect();
            // Any of them: several requests at once seldom want the same.
            let slot = fastrand::choice(free).ok_or(UploadRefusal::TooMany);
            let allowed = configuration.settings.allow(&upload.attachment);
            let slot = match allowed.and(slot) {
                Ok(slot) => slot,
                Err(refusal) => {
                    let record = match key {
                        Some(key) => self.recorded(&actor.tenant, key, now).await?,
                        None => None,
                    };
                    let record = record.ok_or(refusal)?;
                    let before = self.repeated(actor, record, key, now).await?;
                    return Ok((before, true));
                }
            };
            match self.take(&actor.tenant, &upload, slot, key).await? {
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
        slot: u8,
        key: Option<&Idempotency>,
    ) -> Result<Try<UploadRecordItem>, Error> {
        let now = upload.declared_at;
        let declared = new_item(&self.name, UploadItem::new(upload, slot).at(tenant));
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
    /// ticket or gone, and a repetition must not lead anybody to put it again.
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
        Ok(waits.ok_or(UploadRefusal::Gone { id })?.1)
    }

    /// Takes one of the actor's uploads away; says whether there was one of this name.
    pub async fn discard(
        &self,
        bucket: &Bucket,
        actor: &Actor,
        id: AttachmentId,
    ) -> Result<bool, Error> {
        for place in self.places(actor).await? {
            let slot = place.slot;
            let Upload { attachment, by, .. } = place.upload()?;
            if attachment.id == id {
                let tenant = actor.tenant.clone();
                let upload = DueUpload {
                    tenant,
                    by,
                    slot,
                    id,
                };
                return self.reap(bucket, &upload).await;
            }
        }
        Ok(false)
    }

    /// Takes an upload away, with its object, that nobody has attached in time or that its person has given up. In the
    /// order that `attach.rs` explains; says whether there was anything to take.
    pub async fn reap(&self, bucket: &Bucket, due: &DueUpload) -> Result<bool, Error> {
        let DueUpload {
            tenant,
            by,
            slot,
            id,
        } = due;
        let key = Key::upload(tenant, by, *slot);
        let marked = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key.clone().attributes()))
            .update_expression("SET #gone = :gone")
            .condition_expression("#declared = :id")
            .expression_attribute_names("#gone", GONE)
            .expression_attribute_names("#declared", DECLARED)
            .expression_attribute_values(":gone", AttributeValue::Bool(true))
            .expression_attribute_values(":id", AttributeValue::S(id.to_string()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        let Some(marked) = if_it_held(marked)? else {
            return Ok(false);
        };
        meter::wrote(marked.consumed_capacity());
        self.forget_file(bucket, tenant, *id).await?;
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .condition_expression("#declared = :id")
            .expression_attribute_names("#declared", DECLARED)
            .expression_attribute_values(":id", AttributeValue::S(id.to_string()))
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

impl DueUpload {
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
