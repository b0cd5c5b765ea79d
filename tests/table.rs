//! The table: its indexes, and what is in them.

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
    by-client: tenant, client | updatedAt, ticket (ALL)
    by-assignee: tenant, assignee | updatedAt, ticket (ALL)
    by-created: tenant | createdAt, ticket (ALL)
    by-due: tenant | nextDueAt, ticket (ALL)
    by-deadline: deadlineShard | deadline, ticket (ALL)
    ");
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
    // Two heads, three entries each, two numbers, two records, one counter.
    assert_eq!(count(None).await, 2 + 6 + 2 + 2 + 1);
    play.end().await;
}
