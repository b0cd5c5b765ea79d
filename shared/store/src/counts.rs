//! How many tickets there are in each status, exactly and at once.
//!
//! Every write that changes what a ticket is counted under moves two counters in its own transaction: the tenant's and
//! the client's. Each has 16 shards, and a ticket always counts in the same one, so that writers of different tickets
//! rarely want the same item. Reading them is one query.

use std::fmt;
use std::time::Duration;

use domain::{Actor, Principal, Status, Tenant};
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::error::Error;
use crate::json::Stored;
use crate::keys::Key;
use crate::meter;
use crate::patterns::Range;
use crate::table::Table;
use crate::window::Window;

/// Over how many items a counter is spread.
pub(crate) const COUNTER_SHARDS: u8 = 16;

/// How often a recount looks again before it calls a difference one.
const RECOUNTS: u32 = 2;
/// The most tickets a recount reads: what a function can read in its time, twice.
const MOST: i64 = 50_000;
/// How far an index is usually behind, at most.
const INDEX_LAG: Duration = Duration::from_millis(200);

/// How many tickets there are in each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([i64; Status::ALL.len()]);

impl Counts {
    /// The tickets in a status.
    pub fn of(&self, status: Status) -> i64 {
        self.0[status as usize]
    }

    /// The tickets in any status.
    pub fn all(&self) -> i64 {
        self.0.iter().sum()
    }

    fn add(&mut self, status: Status, more: i64) {
        self.0[status as usize] += more;
    }
}

/// What a recount has found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recount {
    /// What the counters say.
    pub counters: Counts,
    /// What the tickets say.
    pub tickets: Counts,
}

impl Recount {
    /// Whether the two say the same, as they must.
    pub fn agrees(&self) -> bool {
        self.counters == self.tickets
    }
}

impl Table {
    /// How many of the tickets this actor sees are in each status.
    pub async fn counts(&self, actor: &Actor) -> Result<Counts, Error> {
        self.counters(&actor.tenant, actor.own_tickets_only()).await
    }

    /// Compares the counters of a tenant, or of one of its clients, with its tickets; none when there are more tickets
    /// than one request can read. Tickets are read from an index, which may lag: where the two differ, they are read
    /// again.
    pub async fn recount(
        &self,
        tenant: &Tenant,
        client: Option<&Principal>,
    ) -> Result<Option<Recount>, Error> {
        let mut found = Recount::default();
        for _ in 0..RECOUNTS {
            let before = self.counters(tenant, client).await?;
            if before.all() > MOST {
                return Ok(None);
            }
            let tickets = self.count_tickets(tenant, client).await?;
            if tickets == before {
                let counters = before;
                return Ok(Some(Recount { counters, tickets }));
            }
            let counters = self.counters(tenant, client).await?;
            found = Recount { counters, tickets };
            if found.agrees() {
                break;
            }
            tokio::time::sleep(INDEX_LAG).await;
        }
        Ok(Some(found))
    }

    async fn counters(&self, tenant: &Tenant, client: Option<&Principal>) -> Result<Counts, Error> {
        let first = Key::counts(tenant, client, 0);
        let last = Key::counts(tenant, client, COUNTER_SHARDS - 1);
        let (shards, _): (Vec<Stored<Counts>>, _) = self
            .partition(first, last, COUNTER_SHARDS.into(), true)
            .await?;
        let mut counts = Counts::default();
        for Stored(shard) in shards {
            for status in Status::ALL {
                counts.add(*status, shard.of(*status));
            }
        }
        Ok(counts)
    }

    async fn count_tickets(
        &self,
        tenant: &Tenant,
        client: Option<&Principal>,
    ) -> Result<Counts, Error> {
        let ranges: Vec<Range> = match client {
            Some(client) => vec![Range::Client(client.clone())],
            None => Status::ALL.iter().copied().map(Range::Status).collect(),
        };
        let parts = ranges.iter().map(|range| self.count_range(tenant, range));
        let mut counts = Counts::default();
        for part in try_join_all(parts).await? {
            for status in Status::ALL {
                counts.add(*status, part.of(*status));
            }
        }
        Ok(counts)
    }

    async fn count_range(&self, tenant: &Tenant, range: &Range) -> Result<Counts, Error> {
        let mut counts = Counts::default();
        let mut start = None;
        loop {
            let answer = self
                .query_range(tenant, range, Window::default())
                .projection_expression("#status")
                .expression_attribute_names("#status", "status")
                .set_exclusive_start_key(start)
                .send()
                .await?;
            meter::read(answer.consumed_capacity());
            for item in answer.items() {
                let name = item.get("status").and_then(|status| status.as_s().ok());
                let status = name.and_then(|name| Status::parse(name).ok());
                let status =
                    status.ok_or_else(|| Error::Corrupt("a head without a status".into()))?;
                counts.add(status, 1);
            }
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(counts);
            }
        }
    }
}

/// What a shard says. Among its attributes are its key and the statuses that were counted.
impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(shard: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Counts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a shard of counters")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut shard: A) -> Result<Counts, A::Error> {
                let mut counts = Counts::default();
                while let Some(name) = shard.next_key::<String>()? {
                    match Status::parse(&name) {
                        Ok(status) => counts.add(status, shard.next_value()?),
                        Err(_) => shard.next_value::<IgnoredAny>().map(drop)?,
                    }
                }
                Ok(counts)
            }
        }

        shard.deserialize_map(Reader)
    }
}
