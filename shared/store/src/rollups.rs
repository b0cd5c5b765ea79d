//! What happened to clocks, per day and for whom: changed in the very transaction in which it happens, so a report
//! reads days and no tickets.
//!
//! A rollup counts for one credit (priority, category, assignee), so that it stays small and writers of different kinds of
//! tickets do not meet; it has a few shards besides, because a tenant may have one kind only. Its attributes are made as
//! they are needed: a metric's letter, what is counted, and for a duration the number of its bucket.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, Update};
use domain::{Bucket, Count, Credit, Measured, Metric, Outcome, Tenant, TicketId};
use futures_util::future::try_join_all;
use jiff::civil::Date;

use crate::error::Error;
use crate::keys::{Item, Key, PK, SK};
use crate::meter;
use crate::table::Table;

/// Over how many items a credit's rollup of a day is spread: otherwise than deadlines are, because what is due together is
/// missed together.
const SHARDS: u8 = 8;
/// Days that are read at once.
const AT_ONCE: usize = 16;

/// What is known of each metric, for each credit.
pub type Rollups = BTreeMap<Credit, BTreeMap<Metric, Measured>>;

/// The updates that count what a write has caused.
pub(crate) fn updates(
    table: &str,
    tenant: &Tenant,
    ticket: TicketId,
    outcomes: &[Outcome],
) -> Result<Vec<Update>, BuildError> {
    let mut items: BTreeMap<(Date, &Credit), BTreeMap<String, i64>> = BTreeMap::new();
    for outcome in outcomes {
        let item = items.entry((outcome.day, &outcome.credit)).or_default();
        let attribute = attribute(outcome.metric, outcome.count);
        *item.entry(attribute).or_default() += i64::from(outcome.by);
    }
    let update = |((day, credit), counts): ((Date, &Credit), BTreeMap<String, i64>)| {
        let key = Key::rollup(tenant, day, ticket.spread_again(SHARDS), credit);
        let mut update = Update::builder()
            .table_name(table)
            .set_key(Some(key.attributes()));
        let mut clauses = Vec::with_capacity(counts.len());
        for (i, (attribute, by)) in counts.into_iter().enumerate() {
            clauses.push(format!("#a{i} :n{i}"));
            update = update
                .expression_attribute_names(format!("#a{i}"), attribute)
                .expression_attribute_values(format!(":n{i}"), AttributeValue::N(by.to_string()));
        }
        update
            .update_expression(format!("ADD {}", clauses.join(", ")))
            .build()
    };
    items.into_iter().map(update).collect()
}

impl Table {
    /// What happened to a tenant's clocks on these days.
    pub async fn rollups(&self, tenant: &Tenant, days: &[Date]) -> Result<Rollups, Error> {
        let mut rollups = Rollups::new();
        for days in days.chunks(AT_ONCE) {
            let reads = days.iter().map(|day| self.rollups_of(tenant, *day));
            for items in try_join_all(reads).await? {
                for item in items {
                    read(&mut rollups, &item)?;
                }
            }
        }
        Ok(rollups)
    }

    async fn rollups_of(&self, tenant: &Tenant, day: Date) -> Result<Vec<Item>, Error> {
        let Key { pk, .. } = Key::rollups(tenant, day);
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.name)
                .key_condition_expression("#pk = :pk")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_values(":pk", AttributeValue::S(pk.clone()))
                .set_exclusive_start_key(start)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await?;
            meter::read(answer.consumed_capacity());
            items.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(items);
            }
        }
    }
}

fn read(rollups: &mut Rollups, item: &Item) -> Result<(), Error> {
    let corrupt = || Error::Corrupt("a rollup is not what is written into one".into());
    let credit = Key::credited(item).ok_or_else(corrupt)?;
    let metrics = rollups.entry(credit).or_default();
    for (name, value) in item {
        if name == PK || name == SK {
            continue;
        }
        let (metric, count) = counted(name).ok_or_else(corrupt)?;
        let by = value.as_n().ok().and_then(|by| by.parse().ok());
        let measured = metrics.entry(metric).or_default();
        measured.add(count, by.ok_or_else(corrupt)?);
    }
    Ok(())
}

fn letter(metric: Metric) -> char {
    match metric {
        Metric::FirstResponse => 'f',
        Metric::NextResponse => 'n',
        Metric::Resolution => 'r',
    }
}

fn attribute(metric: Metric, count: Count) -> String {
    let metric = letter(metric);
    match count {
        Count::Achieved => format!("{metric}a"),
        Count::Missed => format!("{metric}m"),
        Count::Calendar(Bucket(bucket)) => format!("{metric}c{bucket}"),
        Count::Business(Bucket(bucket)) => format!("{metric}b{bucket}"),
    }
}

fn counted(attribute: &str) -> Option<(Metric, Count)> {
    let mut characters = attribute.chars();
    let (metric, what) = (characters.next()?, characters.next()?);
    let metric = Metric::ALL.iter().find(|known| letter(**known) == metric)?;
    let bucket = || characters.as_str().parse().ok().map(Bucket);
    let count = match what {
        'a' => Count::Achieved,
        'm' => Count::Missed,
        'c' => Count::Calendar(bucket()?),
        'b' => Count::Business(bucket()?),
        _ => return None,
    };
    Some((*metric, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_says_what_it_counts() {
        for metric in Metric::ALL {
            for count in [
                Count::Achieved,
                Count::Missed,
                Count::Calendar(Bucket(0)),
                Count::Business(Bucket(417)),
            ] {
                assert_eq!(counted(&attribute(*metric, count)), Some((*metric, count)));
            }
        }
        for wrong in ["", "f", "xa", "fz", "fc", "fcx"] {
            assert_eq!(counted(wrong), None, "{wrong}");
        }
    }
}
