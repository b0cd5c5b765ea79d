//! Reading tickets, strongly consistent.

use std::fmt;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::{Actor, Entry, Tenant, Ticket, TicketId};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, SeqAccess, Visitor};
use uuid::Uuid;

use crate::answer::{self, Page};
use crate::error::Error;
use crate::items::{self, EntryItem, NumberItem};
use crate::json::{Stored, Unread};
use crate::keys::{Key, PK, SK};
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
    /// The newest entries that its reader may read, ascending.
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
        match self.get(Key::head(tenant, id)).await? {
            Some(head) => items::read_ticket(&head),
            None => Ok(None),
        }
    }

    /// An entry of a ticket's thread.
    pub(crate) async fn entry(
        &self,
        tenant: &Tenant,
        id: TicketId,
        seq: u32,
    ) -> Result<Option<Entry>, Error> {
        match self.get(Key::entry(tenant, id, seq)).await? {
            Some(Stored(item)) => EntryItem::entry(item).map(Some),
            None => Ok(None),
        }
    }

    /// The ticket of a number; of one that no ticket has, an id that no ticket has. So a caller goes on to look for a ticket
    /// in either case, and an answer takes as long whether the number is another's or free.
    pub async fn numbered(&self, tenant: &Tenant, number: u64) -> Result<TicketId, Error> {
        let item = self.get(Key::number(tenant, number)).await?;
        Ok(item.map_or_else(|| Uuid::nil().into(), |Stored(NumberItem { of })| of))
    }

    /// A ticket that this actor sees, with the newest entries that it may read: one query, and one more read when the thread
    /// is longer than that. Where entries are passed by that it may not read, the page is filled with older ones.
    pub async fn conversation(
        &self,
        actor: &Actor,
        id: TicketId,
    ) -> Result<Option<Conversation>, Error> {
        let tenant = &actor.tenant;
        for _ in 0..REREADS {
            let (found, _): (HeadFirst, bool) = self
                .partition(
                    Key::entry(tenant, id, 1),
                    Key::head(tenant, id),
                    WITH_TICKET + 1,
                    false,
                )
                .await?;
            let head = found.head.as_ref().map(items::read_ticket);
            let head = head.transpose()?.flatten();
            let Some(ticket) = head.filter(|head| actor.sees(head)) else {
                return Ok(None);
            };
            // A query is no snapshot: a commit may land while it runs. Newer entries than the head's are not yet
            // part of this ticket; when the head's own is missing, the query came too early.
            let entries = found
                .entries
                .into_iter()
                .map(|Stored(item)| EntryItem::entry(item))
                .skip_while(|entry| matches!(entry, Ok(entry) if entry.seq > ticket.version))
                .collect::<Result<Vec<_>, _>>()?;
            if entries
                .first()
                .is_none_or(|newest| newest.seq < ticket.version)
            {
                continue;
            }
            let mut newest = Newest::default();
            newest.take(actor, entries);
            while !actor.is_staff() && newest.wants_more() {
                let older = self.entries_before(tenant, id, newest.passed).await?;
                newest.take(actor, older);
            }
            let mut entries = newest.entries;
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
    pub(crate) async fn partition<Items: DeserializeOwned + Default>(
        &self,
        first: Key,
        last: Key,
        limit: u32,
        ascending: bool,
    ) -> Result<(Items, bool), Error> {
        let query = self
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
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let page: Page<Items> = answer::query(query).await?;
        Ok((page.items, page.last_evaluated_key.is_some()))
    }

    pub(crate) async fn get<Item: DeserializeOwned>(
        &self,
        key: Key,
    ) -> Result<Option<Item>, Error> {
        let get = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        answer::get(get).await
    }
}

/// The newest entries of a thread that a reader may read, newest first.
#[derive(Default)]
struct Newest {
    entries: Vec<Entry>,
    budget: Room,
    is_full: bool,
    /// The `seq` of the oldest entry that was looked at.
    passed: u32,
}

impl Newest {
    /// Takes what there is room for; the entries come newest first.
    fn take(&mut self, actor: &Actor, entries: Vec<Entry>) {
        self.passed = 0;
        for entry in entries {
            self.passed = entry.seq;
            if !actor.reads(entry.visibility()) {
                continue;
            }
            self.is_full |=
                self.entries.len() == WITH_TICKET as usize || !self.budget.takes(&entry);
            if self.is_full {
                return;
            }
            self.entries.push(entry);
        }
    }

    /// Whether there may be more to take.
    fn wants_more(&self) -> bool {
        !self.is_full && self.entries.len() < WITH_TICKET as usize && self.passed > 1
    }
}

/// The end of a ticket's partition, read backwards: what should be its head, and entries.
#[derive(Default)]
struct HeadFirst {
    head: Option<Unread>,
    entries: Vec<Stored<EntryItem>>,
}

impl<'de> Deserialize<'de> for HeadFirst {
    fn deserialize<D: Deserializer<'de>>(items: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = HeadFirst;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("items")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<HeadFirst, A::Error> {
                let mut found = HeadFirst {
                    head: items.next_element()?,
                    entries: Vec::new(),
                };
                while let Some(entry) = items.next_element()? {
                    found.entries.push(entry);
                }
                Ok(found)
            }
        }

        items.deserialize_seq(Reader)
    }
}
