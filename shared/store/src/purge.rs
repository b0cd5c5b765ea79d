//! Leaving nothing of a deleted ticket.
//!
//! 1. The head gives way to a tombstone, on the condition that it is still the head that was decided upon. From here
//!    on there is no ticket any more: it cannot be brought back, and nothing can be added to it.
//! 2. Everything else of the ticket's partition is deleted, then its number. Of an attachment, its object goes first, in
//!    every version: the item is what names it.
//! 3. The tombstone is deleted.
//!
//! Each step can be repeated, and until the last one the tombstone stands in the index of deadlines: a purge that was
//! interrupted anywhere goes on with the next check, and two at once do no harm. Records of idempotency keys, which
//! name tickets too, have expired long before.

use aws_sdk_dynamodb::types::{
    AttributeValue, DeleteRequest, ReturnConsumedCapacity, WriteRequest,
};
use domain::{Tenant, Ticket, TicketId};
use futures_util::future::try_join_all;

use crate::bucket::Bucket;
use crate::error::{Error, if_it_held};
use crate::items::{self, TombstoneItem, VERSION};
use crate::json::Stored;
use crate::keys::{Item, Key, PK, SK};
use crate::meter;
use crate::table::Table;

/// Items one request can delete.
const BATCH: usize = 25;
/// Requests one purge makes before it leaves the rest to the next check.
const BATCHES: u32 = 40;

/// How far a purge got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purged {
    /// Nothing is left.
    Whole,
    /// Something is left for the next time.
    Partly,
    /// There was nothing to purge.
    Nothing,
}

impl Table {
    /// Puts a tombstone in the place of a ticket's head, unless somebody has changed it meanwhile.
    pub async fn bury(&self, ticket: &Ticket) -> Result<(), Error> {
        let buried = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(items::tombstone(ticket)))
            .condition_expression("#version = :decided_on")
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(
                ":decided_on",
                AttributeValue::N(ticket.version.to_string()),
            )
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        if let Some(answer) = if_it_held(buried)? {
            meter::wrote(answer.consumed_capacity());
        }
        Ok(())
    }

    /// Deletes what is left of a ticket under its tombstone, as much as one check may; of a ticket without one, nothing.
    pub async fn purge(
        &self,
        bucket: &Bucket,
        tenant: &Tenant,
        id: TicketId,
        is_time_to_stop: impl Fn() -> bool,
    ) -> Result<Purged, Error> {
        let head = Key::head(tenant, id);
        let found: Option<Stored<TombstoneItem>> = self.get(head.clone()).await?;
        let Some(number) = found.and_then(|Stored(item)| item.buried_number()) else {
            return Ok(Purged::Nothing);
        };
        for _ in 0..BATCHES {
            if is_time_to_stop() {
                break;
            }
            let rest = self.rest_of(&head).await?;
            if rest.is_empty() {
                self.delete(Key::number(tenant, number)).await?;
                self.delete(head).await?;
                return Ok(Purged::Whole);
            }
            let attachments = rest.iter().filter_map(Key::attachment_of);
            let forgetting = attachments.map(|id| self.forget_file(bucket, tenant, id));
            try_join_all(forgetting).await?;
            self.delete_all(rest).await?;
        }
        Ok(Purged::Partly)
    }

    /// The keys of some items that share a partition with a head.
    async fn rest_of(&self, head: &Key) -> Result<Vec<Item>, Error> {
        let answer = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .key_condition_expression("#pk = :pk")
            .projection_expression("#pk, #sk")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":pk", AttributeValue::S(head.pk.clone()))
            .limit(i32::try_from(BATCH + 1).unwrap_or(i32::MAX))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        meter::read(answer.consumed_capacity());
        let mut keys = answer.items.unwrap_or_default();
        keys.retain(|key| !Key::is_head(key));
        keys.truncate(BATCH);
        Ok(keys)
    }

    async fn delete_all(&self, keys: Vec<Item>) -> Result<(), Error> {
        let delete = |key: Item| {
            let delete = DeleteRequest::builder().set_key(Some(key)).build();
            delete.map(|delete| WriteRequest::builder().delete_request(delete).build())
        };
        let deletes = keys
            .into_iter()
            .map(delete)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|cause| Error::Corrupt(cause.to_string()))?;
        // What it leaves unprocessed is found again by the next query.
        let answer = self
            .client
            .batch_write_item()
            .request_items(&self.name, deletes)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        meter::wrote(answer.consumed_capacity());
        Ok(())
    }

    pub(crate) async fn delete(&self, key: Key) -> Result<(), Error> {
        let answer = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        meter::wrote(answer.consumed_capacity());
        Ok(())
    }
}
