//! The table: its indexes, and what is in them.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use ventanilla::{KeyPart, Template};

use crate::harness::Play;

#[test]
fn the_chart_of_indexes() {
    let table = Template::embedded().expect("a template").table;
    let key = |parts: &[KeyPart]| {
        let of = |kind: &str| {
            let parts = parts.iter().filter(|part| part.key_type == kind);
            parts
                .map(|part| part.attribute_name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        format!("{} | {}", of("HASH"), of("RANGE"))
    };
    let mut chart = vec![format!("table: {}", key(&table.key_schema))];
    for index in &table.global_secondary_indexes {
        let held = &index.projection.projection_type;
        chart.push(format!(
            "{}: {} ({held})",
            index.index_name,
            key(&index.key_schema)
        ));
    }
    insta::assert_snapshot!(chart.join("\n"), @"
    table: pk | sk
    by-status: tenant, status | updatedAt, ticket (ALL)
    by-client: tenant, client | publicAt, ticket (ALL)
    by-assignee: tenant, assignee | updatedAt, ticket (ALL)
    by-created: tenant | createdAt, ticket (ALL)
    by-due: tenant | nextDueAt, ticket (ALL)
    by-deadline: deadlineShard | deadline, ticket (KEYS_ONLY)
    ");
}

/// Counters there are: for each ticket its shard of the tenant's and of its client's.
async fn shards(play: &Play) -> i32 {
    let table = play.stand.table();
    let shards = table
        .client()
        .scan()
        .table_name(table.name())
        .filter_expression("begins_with(pk, :counts)")
        .expression_attribute_values(":counts", AttributeValue::S("acme#counts".into()));
    shards.send().await.expect("a scan").count()
}

#[tokio::test]
async fn an_index_holds_heads_and_nothing_else() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let body = json!({ "title": "t", "description": "d", "category": "general" });
    for key in ["a", "b"] {
        let ticket = carla
            .post("/v2/support-tickets", &body)
            .key(key)
            .await
            .expect(201)
            .id();
        ana.says(&ticket, json!({ "message": "m", "status": "pending" }))
            .await
            .expect(201);
        ana.notes(&ticket, "n").await.expect(201);
    }
    let table = play.stand.table();
    let count = async |index: Option<&str>| {
        let scan = table.client().scan().table_name(table.name());
        let scan = scan.set_index_name(index.map(str::to_owned));
        scan.send().await.expect("a scan").count()
    };
    let mut counts = Vec::new();
    for index in Template::embedded()
        .expect("a template")
        .table
        .global_secondary_indexes
    {
        counts.push((count(Some(&index.index_name)).await, index.index_name));
    }
    let held = |name: &str, count: i32| (count, name.to_owned());
    assert_eq!(
        counts,
        [
            held("by-status", 2),
            held("by-client", 2),
            held("by-assignee", 2),
            held("by-created", 2),
            held("by-due", 0),
            held("by-deadline", 0),
        ]
    );
    let _ = carla
        .request(reqwest::Method::PUT, "/v2/support-tickets/1/threads/seen")
        .await
        .expect(200);
    play.admin("root")
        .patch("/v2/settings", &json!({ "customersSee": ["tags"] }))
        .await
        .expect(200);
    // Two heads, three entries each, two numbers, two records, the last number, the settings, one viewer.
    let counters = shards(&play).await;
    assert!((2..=4).contains(&counters), "{counters} shards");
    // Two first answers, on one day: in one shard, or in two.
    let items = play.items().await;
    let rollups = items.iter().filter(|item| item.contains("#rollup#"));
    let rollups = i32::try_from(rollups.count()).expect("few");
    assert!((1..=2).contains(&rollups), "{rollups} rollups");
    let others = 2 + 6 + 2 + 2 + 1 + 1 + 1;
    assert_eq!(count(None).await, others + counters + rollups);
    play.end().await;
}
