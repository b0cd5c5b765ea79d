//! The check of deadlines: each warning and each breach once, however often, late, at once with itself or interrupted it
//! runs.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Actor, Fragile, Play};

fn policy(on_breach: &Value) -> Value {
    json!({
        "name": "Strict",
        "position": 1,
        "targets": {
            "medium": { "firstResponse": "PT2H", "nextResponse": "PT1H", "resolution": "PT6H" },
            "high": { "firstResponse": "PT1H", "nextResponse": "PT1H", "resolution": "PT3H" },
        },
        "warnAtPercent": [50],
        "onBreach": on_breach,
    })
}

/// What a thread says of its clocks, whenever it was said.
async fn facts(who: &Actor, ticket: &str) -> BTreeSet<String> {
    let events = who.clock_events(ticket).await;
    let facts: BTreeSet<String> = events
        .iter()
        .map(|event| event.split_once(' ').expect("a number first").1.to_owned())
        .collect();
    assert_eq!(facts.len(), events.len(), "each once: {events:?}");
    facts
}

#[tokio::test]
async fn ten_checks_at_once_publish_everything_once() {
    let play = Play::begin().await;
    let (root, ana) = (play.admin("root"), play.agent("ana"));
    let raise = json!({ "raisePriority": true });
    root.sets_policy("pol_strict", policy(&raise))
        .await
        .expect(201);
    let opened = (0..40).map(|_| ana.opens_for("carla", json!({})));
    let tickets: Vec<String> = join_all(opened)
        .await
        .iter()
        .map(super::harness::Reply::id)
        .collect();
    play.sleep("PT12H").await;
    let reports = play.checks_at_once(10).await;
    let sum = |what: &str| -> u64 {
        let counts = reports.iter().filter_map(|report| report[what].as_u64());
        counts.sum()
    };
    // What a check did whose answer was lost on the way, it does not count; what another did, neither.
    let counted = [sum("warned"), sum("breached")];
    assert!(counted.iter().all(|count| *count <= 80), "{reports:?}");
    assert!(counted == [80, 80] || sum("failed") > 0, "{reports:?}");
    for ticket in &tickets {
        assert_eq!(facts(&ana, ticket).await.len(), 4);
        assert_eq!(ana.reads(ticket).await.data()["version"], 5);
    }
    play.end().await;
}

#[tokio::test]
async fn a_late_check_says_what_one_that_is_never_late_would_have_said() {
    // The same day twice: checked all the time, and once at its end.
    let mut days = Vec::new();
    for is_checked in [true, false] {
        let play = Play::begin().await;
        let (root, ana, carla) = (
            play.admin("root"),
            play.agent("ana"),
            play.customer("carla"),
        );
        root.sets_policy("pol_strict", policy(&json!({ "addTag": "late" })))
            .await
            .expect(201);
        let goes_on = async |period: &str| {
            if is_checked {
                play.wait(period).await;
            } else {
                play.sleep(period).await;
            }
        };
        let (answered, ignored) = (carla.opens("a").await.id(), carla.opens("b").await.id());
        goes_on("PT90M").await;
        let says = async |who: &Actor, body: Value| {
            who.says(&answered, body).await.expect(201);
        };
        says(&ana, json!({ "message": "m", "status": "pending" })).await;
        goes_on("PT3H").await;
        says(&carla, json!({ "message": "m" })).await;
        goes_on("PT70M").await;
        says(&ana, json!({ "message": "m" })).await;
        goes_on("PT1H").await;
        let solved = json!({ "status": "resolved", "resolution": "r" });
        ana.changes(&answered, solved).await.expect(200);
        goes_on("P2D").await;
        play.check().await;
        let clocks = async |ticket: &str| {
            let explained = ana.explains(ticket).await.expect(200);
            let clocks = explained.data()["metrics"]
                .as_array()
                .expect("a list")
                .clone();
            let outline = |clock: &Value| {
                let missed = !clock["breachedAt"].is_null();
                let on_time = clock["dueAt"].is_null() || !missed;
                json!([
                    clock["metric"],
                    clock["instance"],
                    clock["state"],
                    missed,
                    on_time
                ])
            };
            clocks.iter().map(outline).collect::<Vec<_>>()
        };
        days.push((
            facts(&ana, &answered).await,
            facts(&ana, &ignored).await,
            clocks(&answered).await,
            clocks(&ignored).await,
        ));
        play.end().await;
    }
    assert_eq!(days[0], days[1]);
    let expected = [
        "SLA_BREACHED nextResponse 1 100",
        "SLA_WARNING firstResponse 1 50",
        "SLA_WARNING nextResponse 1 50",
        "SLA_WARNING resolution 1 50",
    ];
    assert_eq!(days[0].0, expected.map(String::from).into());
}

#[tokio::test]
async fn a_check_that_stops_anywhere_leaves_the_rest_to_the_next_one() {
    let fragile = Fragile::begin().await;
    let play = &fragile.play;
    let (root, ana) = (play.admin("root"), play.agent("ana"));
    let todo = json!({ "raisePriority": true, "assignTo": "lead", "addTag": "late" });
    root.sets_policy("pol_strict", policy(&todo))
        .await
        .expect(201);
    for step in 0.. {
        let id = ana.opens_for("carla", json!({})).await.id();
        let (_, blown) = fragile.check_that_stops("PT12H", step).await;
        play.check().await;
        let said = facts(&ana, &id).await;
        assert_eq!(said.len(), 4, "{said:?}");
        let read = ana.reads(&id).await.expect(200);
        assert_eq!(
            [
                &read.data()["priority"],
                &read.data()["tags"],
                &read.data()["version"]
            ],
            [&json!("urgent"), &json!(["late"]), &json!(5)]
        );
        if !blown {
            assert!(step > 10, "{step}");
            break;
        }
    }
    fragile.end().await;
}
