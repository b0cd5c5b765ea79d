//! Reading tickets, strongly consistent.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::{Entry, Tenant, Ticket, TicketId};

use crate::error::Error;
use crate::items;
use crate::keys::{Item, Key, PK, SK};
use crate::meter;
use crate::room::Room;
use crate::table::Table;

/// Entries that come with a ticket.
const WITH_TICKET: u32 = 100;
/// How often a read that fell between the two items of a commit is repeated.
const REREADS: u32 = 3;

/// A ticket with its newest entries.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The head.
    pub ticket: Ticket,
    /// The newest entries, ascending, internal ones included.
    pub entries: Vec<Entry>,
    /// Entry 1, when it is not among these.
    opening: Option<Entry>,
}

impl Conversation {
    /// A ticket as it was opened.
    pub fn opened(tenant: Tenant, id: TicketId, opening: Entry) -> Result<Self, Error> {
        Ok(Self {
            ticket: Ticket::opened(tenant, id, &opening)?,
            entries: vec![opening],
            opening: None,
        })
    }

    /// The first message.
    pub fn description(&self) -> &str {
        let opening = self.opening.as_ref().or(self.entries.first());
        opening.and_then(Entry::words).unwrap_or_default()
    }
}

impl Table {
    /// A ticket's head.
    pub async fn ticket(&self, tenant: &Tenant, id: TicketId) -> Result<Option<Ticket>, Error> {
        let head = self.get(Key::head(tenant, id)).await?;
        Ok(head.map(items::ticket).transpose()?.flatten())
    }

    /// An entry of a ticket's thread.
    pub(crate) async fn entry(
        &self,
        tenant: &Tenant,
        id: TicketId,
        seq: u32,
    ) -> Result<Option<Entry>, Error> {
        let item = self.get(Key::entry(tenant, id, seq)).await?;
        item.map(items::thread_entry).transpose()
    }

    /// The ticket of a number.
    pub async fn numbered(&self, tenant: &Tenant, number: u64) -> Result<Option<TicketId>, Error> {
        self.get(Key::number(tenant, number))
            .await?
            .map(items::numbered)
            .transpose()
    }

    /// A ticket with its newest entries: one query, and one more read when the thread is longer than that.
    pub async fn conversation(
        &self,
        tenant: &Tenant,
        id: TicketId,
    ) -> Result<Option<Conversation>, Error> {
        for _ in 0..REREADS {
            let (items, _) = self
                .partition(
                    Key::entry(tenant, id, 1),
                    Key::head(tenant, id),
                    WITH_TICKET + 1,
                    false,
                )
                .await?;
            let mut items = items.into_iter();
            let Some(head) = items.next().filter(Key::is_head) else {
                return Ok(None);
            };
            let Some(ticket) = items::ticket(head)? else {
                return Ok(None);
            };
            let newest_first = items
                .map(items::thread_entry)
                .collect::<Result<Vec<_>, _>>()?;
            // A query is no snapshot: a commit may land while it runs. Newer entries than the head's are not yet
            // part of this ticket; when the head's own is missing, the query came too early.
            let mut entries: Vec<Entry> = newest_first
                .into_iter()
                .skip_while(|entry| entry.seq > ticket.version)
                .collect();
            if entries
                .first()
                .is_none_or(|newest| newest.seq < ticket.version)
            {
                continue;
            }
            let mut room = Room::default();
            let fit = entries.iter().take_while(|entry| room.takes(entry)).count();
            entries.truncate(fit);
            entries.reverse();
            let opening = match entries.first() {
                Some(oldest) if oldest.seq > 1 => self.entry(tenant, id, 1).await?,
                Some(_) | None => None,
            };
            return Ok(Some(Conversation {
                ticket,
                entries,
                opening,
            }));
        }
        Err(Error::Unavailable(format!(
            "{id} changed faster than it could be read"
        )))
    }

    /// The items of one partition between two keys, and whether there are more.
    pub(crate) async fn partition(
        &self,
        first: Key,
        last: Key,
        limit: u32,
        ascending: bool,
    ) -> Result<(Vec<Item>, bool), Error> {
        let answer = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :first AND :last")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":pk", AttributeValue::S(first.pk))
            .expression_attribute_values(":first", AttributeValue::S(first.sk))
            .expression_attribute_values(":last", AttributeValue::S(last.sk))
            .scan_index_forward(ascending)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        meter::read(answer.consumed_capacity());
        let more = answer.last_evaluated_key.is_some();
        Ok((answer.items.unwrap_or_default(), more))
    }

    pub(crate) async fn get(&self, key: Key) -> Result<Option<Item>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        meter::read(answer.consumed_capacity());
        Ok(answer.item)
    }
}
