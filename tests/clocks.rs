//! A ticket's service-level clocks, as agents and customers see them.
//!
//! Each example is reckoned in `shared/domain/tests`; here they are seen through the API, the table and the check.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::harness::{Actor, Play, hours, time};

async fn status(who: &Actor, ticket: &str) -> Value {
    who.reads(ticket).await.expect(200).data()["sla"]["status"].clone()
}

#[tokio::test]
async fn a_ticket_is_warned_of_then_breached_each_once_and_at_its_time() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await;
    let (id, opened) = (ticket.id(), time(&ticket.data()["createdAt"]));
    let sla = &ticket.data()["sla"];
    // Medium: 8 hours, every hour counts. A customer learns no more.
    assert_eq!(
        *sla,
        json!({ "status": "ok", "nextDueAt": format!("{:.3}", opened + hours(8)) })
    );
    play.wait("PT5H59M").await;
    assert_eq!(ana.clock_events(&id).await, [""; 0]);
    play.wait("PT1M").await;
    assert_eq!(
        ana.clock_events(&id).await,
        ["2 SLA_WARNING firstResponse 1 75"]
    );
    assert_eq!(status(&carla, &id).await, "at_risk");
    play.wait("PT1H59M").await;
    assert_eq!(status(&carla, &id).await, "at_risk");
    play.wait("PT1M").await;
    assert_eq!(status(&carla, &id).await, "breached");
    let first = ana.clock(&id, "firstResponse").await;
    let due = format!("{:.3}", opened + hours(8));
    assert_eq!(
        (&first["state"], &first["dueAt"], &first["breachedAt"]),
        (&json!("running"), &json!(due), &json!(due))
    );
    // However often it is checked.
    for _ in 0..3 {
        assert_eq!(play.check().await["due"], 0);
    }
    assert_eq!(
        ana.clock_events(&id).await,
        [
            "2 SLA_WARNING firstResponse 1 75",
            "3 SLA_BREACHED firstResponse 1 100"
        ]
    );
    let thread = ana.reads_thread(&id).await;
    let mut entry = thread.masked()["data"][2].clone();
    let message = format!("SLA_BREACHED: firstResponse (PT8H) was due at {due}");
    assert_eq!(thread.data()[2]["message"], message);
    entry["message"] = "<as above>".into();
    insta::assert_json_snapshot!(entry, @r#"
    {
      "_id": "<thr 3>",
      "attachments": [],
      "author": "system",
      "clock": {
        "at": "<time>",
        "instance": 1,
        "metric": "firstResponse",
        "percent": 100,
        "target": "PT8H"
      },
      "event": "SLA_BREACHED",
      "message": "<as above>",
      "seq": 3,
      "timestamp": "<time>",
      "type": "system",
      "visibility": "internal"
    }
    "#);
    // None of it is the customer's business.
    assert_eq!(
        carla
            .reads_thread(&id)
            .await
            .data()
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    carla.explains(&id).await.refuses(403, "FORBIDDEN");
    play.end().await;
}

#[tokio::test]
async fn a_late_answer_is_met_and_breached_and_that_is_published_later() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await;
    let (id, opened) = (ticket.id(), time(&ticket.data()["createdAt"]));
    play.sleep("PT9H").await;
    ana.says(&id, json!({ "message": "Sorry." }))
        .await
        .expect(201);
    let due = json!(format!("{:.3}", opened + hours(8)));
    // It shows at once; the thread says so when the check comes.
    let first = ana.clock(&id, "firstResponse").await;
    assert_eq!(
        (&first["state"], &first["breachedAt"]),
        (&json!("met"), &due)
    );
    assert_eq!(status(&ana, &id).await, "breached");
    let report = play.check().await;
    assert_eq!(
        (&report["warned"], &report["breached"]),
        (&json!(1), &json!(1))
    );
    assert!(report["lagMs"].as_u64() >= Some(3 * 3_600_000), "{report}");
    assert_eq!(
        ana.clock_events(&id).await,
        [
            "3 SLA_WARNING firstResponse 1 75",
            "4 SLA_BREACHED firstResponse 1 100"
        ]
    );
    assert_eq!(ana.clock(&id, "firstResponse").await, first);
    let explained = ana.explains(&id).await.expect(200);
    let timeline = explained.data()["metrics"][0]["timeline"].as_array();
    let turns: Vec<(String, Value)> = timeline
        .expect("a list")
        .iter()
        .map(|turn| {
            (
                turn["event"].as_str().expect("a name").into(),
                turn["seq"].clone(),
            )
        })
        .collect();
    let turn = |event: &str, seq: u32| (event.to_owned(), json!(seq));
    assert_eq!(
        turns,
        [
            turn("started", 1),
            turn("warned", 3),
            turn("breached", 4),
            turn("met", 2)
        ]
    );
    play.end().await;
}

#[tokio::test]
async fn the_resolution_stands_still_while_the_customer_is_waited_for() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await;
    let (id, opened) = (ticket.id(), time(&ticket.data()["createdAt"]));
    play.wait("PT1H").await;
    ana.says(&id, json!({ "message": "Which?", "status": "pending" }))
        .await
        .expect(201);
    let paused = ana.clock(&id, "resolution").await;
    assert_eq!(
        (&paused["state"], &paused["dueAt"]),
        (&json!("paused"), &Value::Null)
    );
    assert_eq!(
        carla.reads(&id).await.data()["sla"],
        json!({ "status": "paused", "nextDueAt": null })
    );
    play.wait("P30D").await;
    assert_eq!(status(&ana, &id).await, "paused");
    carla
        .says(&id, json!({ "message": "That one." }))
        .await
        .expect(201);
    let running = ana.clock(&id, "resolution").await;
    // Three days after the opening, and thirty more.
    let late = time(&running["dueAt"]).duration_since(opened) - hours(33 * 24);
    assert!(late.abs() < SignedDuration::from_secs(10), "{late}");
    let next = ana.clock(&id, "nextResponse").await;
    assert_eq!(
        (&next["instance"], &next["target"]),
        (&json!(1), &json!("PT8H"))
    );
    play.end().await;
}

#[tokio::test]
async fn a_list_can_be_sorted_by_what_is_due_and_narrowed_to_what_is_late() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let opens = async |title: &str, priority: &str| {
        let body = json!({ "title": title, "priority": priority });
        ana.opens_for("carla", body).await.id()
    };
    let (low, urgent, high) = (
        opens("low", "low").await,
        opens("urgent", "urgent").await,
        opens("high", "high").await,
    );
    let resolved = opens("resolved", "urgent").await;
    let solved = json!({ "status": "resolved", "resolution": "r" });
    ana.changes(&resolved, solved).await.expect(200);
    let titles = async |query: &str| {
        let list = ana.get(&format!("/v2/support-tickets?{query}")).await;
        let rows = list.expect(200);
        let rows = rows.data().as_array().expect("a list").iter();
        let ids: Vec<String> = rows
            .map(|row| row["_id"].as_str().expect("an id").into())
            .collect();
        ids
    };
    assert_eq!(
        titles("sort=nextDueAt").await,
        [urgent.as_str(), &high, &low]
    );
    play.wait("PT70M").await;
    assert_eq!(titles("slaStatus=breached").await, [urgent.as_str()]);
    // What is late stays first until it is met.
    assert_eq!(titles("sort=nextDueAt").await[0], urgent);
    ana.says(&urgent, json!({ "message": "m" }))
        .await
        .expect(201);
    play.wait("PT2H").await;
    assert_eq!(titles("slaStatus=at_risk").await, [high.as_str()]);
    assert_eq!(
        titles("sort=nextDueAt&slaStatus=ok,at_risk").await,
        [high.as_str(), &low]
    );
    assert_eq!(titles("slaStatus=met").await, [resolved.as_str()]);
    play.end().await;
}

#[tokio::test]
async fn a_missed_target_has_its_consequences_once_in_the_same_entry() {
    let play = Play::begin().await;
    let (root, ana) = (play.admin("root"), play.agent("ana"));
    let policy = json!({
        "name": "Strict",
        "position": 1,
        "targets": {
            "medium": { "firstResponse": "PT1H", "resolution": "P10D" },
            "high": { "firstResponse": "PT1H", "resolution": "P2D" },
        },
        "warnAtPercent": [],
        "onBreach": { "raisePriority": true, "assignTo": "lead", "addTag": "late" },
    });
    root.sets_policy("pol_strict", policy).await.expect(201);
    let ticket = ana.opens_for("carla", json!({ "tags": ["api"] })).await;
    let (id, opened) = (ticket.id(), time(&ticket.data()["createdAt"]));
    play.wait("PT2H").await;
    let read = ana.reads(&id).await;
    assert_eq!(
        [
            &read.data()["priority"],
            &read.data()["assignedTo"],
            &read.data()["tags"]
        ],
        [&json!("high"), &json!("lead"), &json!(["api", "late"])]
    );
    let entry = &read.data()["threads"][1];
    assert_eq!(entry["changes"].as_array().map(Vec::len), Some(3));
    // The other clock has the target of the new priority, from its own beginning.
    let resolution = ana.clock(&id, "resolution").await;
    assert_eq!(resolution["target"], "P2D");
    assert_eq!(time(&resolution["dueAt"]), opened + hours(48));
    play.wait("P3D").await;
    assert_eq!(
        ana.clock_events(&id).await,
        [
            "2 SLA_BREACHED firstResponse 1 100",
            "3 SLA_BREACHED resolution 1 100"
        ]
    );
    assert_eq!(ana.reads(&id).await.data()["priority"], "urgent");
    play.end().await;
}

#[tokio::test]
async fn the_clocks_of_a_deleted_ticket_say_nothing_until_it_is_back() {
    let play = Play::begin().await;
    let (root, ana) = (play.admin("root"), play.agent("ana"));
    let id = ana.opens_for("carla", json!({})).await.id();
    root.deletes(&id).await.expect(200);
    play.wait("P5D").await;
    assert_eq!(play.check().await["due"], 0);
    root.restores(&id).await.expect(200);
    let report = play.check().await;
    assert_eq!(
        (&report["warned"], &report["breached"]),
        (&json!(2), &json!(2)),
        "{report}"
    );
    play.end().await;
}
