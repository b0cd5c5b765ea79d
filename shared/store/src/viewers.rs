//! How far somebody has read a ticket's thread. It belongs to the person and not to the ticket: it is no entry, and
//! changes no version.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure,
};
use domain::{Actor, Principal, Ticket};
use jiff::Timestamp;

use crate::error::Error;
use crate::items::{ViewerItem, time};
use crate::json::Stored;
use crate::keys::{Key, PK};
use crate::meter;
use crate::table::Table;

/// How far somebody has read, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The newest entry there was.
    pub seq: u32,
    /// When it was seen.
    pub at: Timestamp,
}

impl Table {
    /// How far somebody has read a ticket's thread, if at all.
    pub async fn seen(&self, ticket: &Ticket, viewer: &Principal) -> Result<Option<Seen>, Error> {
        let item = self
            .get(Key::viewer(&ticket.tenant, ticket.id, viewer))
            .await?;
        item.map(|Stored(item)| Seen::of(item)).transpose()
    }

    /// Notes that this actor has read a ticket's thread up to the newest entry it may read; gives how far it has read by
    /// now. It never goes backwards, and the same again changes nothing.
    pub async fn mark_seen(
        &self,
        ticket: &Ticket,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Seen, Error> {
        let (viewer, seq) = (&actor.principal, ticket.version_for(actor.reach()));
        let item = ViewerItem {
            seq,
            seen_at: now.as_millisecond(),
        };
        let marked = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item.at(Key::viewer(
                &ticket.tenant,
                ticket.id,
                viewer,
            ))))
            .condition_expression("attribute_not_exists(#pk) OR #seq < :seq")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#seq", "seq")
            .expression_attribute_values(":seq", AttributeValue::N(seq.to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        let cause = match marked {
            Ok(answer) => {
                meter::wrote(answer.consumed_capacity());
                return Ok(Seen { seq, at: now });
            }
            Err(cause) => cause,
        };
        let before = cause.as_service_error().and_then(|error| {
            if let PutItemError::ConditionalCheckFailedException(failed) = error {
                failed.item.clone()
            } else {
                None
            }
        });
        match before {
            Some(before) => Seen::of(serde_dynamo::from_item(before)?),
            None => Err(cause.into()),
        }
    }
}

impl Seen {
    fn of(ViewerItem { seq, seen_at }: ViewerItem) -> Result<Self, Error> {
        Ok(Self {
            seq,
            at: time(seen_at)?,
        })
    }
}
