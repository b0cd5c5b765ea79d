//! The reports, held against the threads they are about.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Measured, Metric, Tenant};
use jiff::civil::Date;

use super::Play;

type Totals = BTreeMap<Metric, Measured>;

/// What the rollups have counted is what the threads of all tickets say, for each tenant of which no ticket is purged.
pub async fn agrees(play: &Play) {
    let heads = play.heads().await;
    let tenants: BTreeSet<Tenant> = heads.iter().map(|head| head.tenant.clone()).collect();
    let table = play.stand.table();
    for tenant in tenants {
        let mut said = Totals::new();
        let tickets = heads.iter().filter(|head| head.tenant == tenant);
        if tickets.clone().count() != opened(play, &tenant).await {
            continue;
        }
        for head in tickets {
            let read = table.explanation(&tenant, head.id).await;
            let (explanation, terms) = read.expect("a thread");
            for explained in explanation.every_clock(head.updated_at, &terms) {
                let measured = said.entry(explained.clock.metric).or_default();
                for count in explained.clock.counts() {
                    measured.add(count, 1);
                }
            }
        }
        let mut counted = Totals::new();
        let rollups = table.rollups(&tenant, &days(play, &tenant).await).await;
        for metrics in rollups.expect("rollups").values() {
            for (metric, measured) in metrics {
                counted.entry(*metric).or_default().merge(measured);
            }
        }
        let is_something = |measured: &Measured| *measured != Measured::default();
        said.retain(|_, measured| is_something(measured));
        let counted: Totals = counted
            .into_iter()
            .map(|(metric, measured)| (metric, measured.without_nothing()))
            .filter(|(_, measured)| is_something(measured))
            .collect();
        assert_eq!(
            counted, said,
            "the rollups of {tenant} are what its threads say"
        );
    }
}

/// How many tickets a tenant has opened.
async fn opened(play: &Play, tenant: &Tenant) -> usize {
    let table = play.stand.table();
    let text = |text: &str| AttributeValue::S(text.into());
    let last = table
        .client()
        .get_item()
        .table_name(table.name())
        .key("pk", text(tenant.as_str()))
        .key("sk", text("number"))
        .send()
        .await
        .expect("an item");
    let last = last.item.and_then(|item| item["last"].as_n().cloned().ok());
    last.map_or(0, |last| last.parse().expect("a number"))
}

/// The days of which a tenant has rollups.
async fn days(play: &Play, tenant: &Tenant) -> Vec<Date> {
    let table = play.stand.table();
    let scan = table.client().scan().table_name(table.name());
    let mut items = scan.into_paginator().items().send();
    let mut days = BTreeSet::new();
    while let Some(item) = items.next().await {
        let item = item.expect("an item");
        let pk = item["pk"].as_s().expect("a key");
        let day = pk.strip_prefix(&format!("{tenant}#rollup#"));
        days.extend(day.map(|day| day.parse::<Date>().expect("a day")));
    }
    days.into_iter().collect()
}
