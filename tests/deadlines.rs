//! What happens by itself: resolved tickets close when their time has come.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{Actor, Fault, Play, Proxy, time};

async fn resolved(ana: &Actor, title: &str) -> String {
    let ticket = ana.opens_for("carla", json!({ "title": title })).await.id();
    let solved = json!({ "status": "resolved", "resolution": "Restarted." });
    ana.changes(&ticket, solved).await.expect(200);
    ticket
}

async fn set_priority(play: &Play, ticket: &str, priority: &str) {
    let table = play.stand.table();
    let text = |text: &str| AttributeValue::S(text.into());
    table
        .client()
        .update_item()
        .table_name(table.name())
        .key("pk", text(&format!("acme#{ticket}")))
        .key("sk", text("ticket"))
        .update_expression("SET priority = :priority")
        .expression_attribute_values(":priority", text(priority))
        .send()
        .await
        .expect("updated");
}

#[tokio::test]
async fn a_resolved_ticket_closes_after_four_days_and_never_early() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = resolved(&ana, "t").await;
    play.wait("P3DT23H").await;
    assert_eq!(ana.reads(&ticket).await.data()["status"], "resolved");
    play.wait("P3D").await;
    let read = carla.reads(&ticket).await;
    assert_eq!(read.data()["status"], "closed");
    // At its own time, however long after it the check came.
    let (resolved_at, closed_at) = (&read.data()["resolvedAt"], &read.data()["closedAt"]);
    let after = time(closed_at).duration_since(time(resolved_at));
    assert!(after >= jiff::SignedDuration::from_hours(96), "{after}");
    assert!(after < jiff::SignedDuration::from_hours(97), "{after}");
    insta::assert_json_snapshot!(read.masked()["data"]["threads"][2], @r#"
    {
      "_id": "<thr 4>",
      "attachments": [],
      "author": "system",
      "changes": [
        {
          "field": "status",
          "from": "resolved",
          "to": "closed"
        }
      ],
      "message": "status: resolved → closed",
      "seq": 3,
      "timestamp": "<time>",
      "type": "system",
      "visibility": "public"
    }
    "#);
    assert_eq!(carla.counts().await["closed"], 1);
    carla
        .says(&ticket, json!({ "message": "m" }))
        .await
        .refuses(409, "TICKET_CLOSED");
    play.end().await;
}

#[tokio::test]
async fn a_ticket_that_is_reopened_does_not_close_and_one_resolved_again_waits_again() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = resolved(&ana, "t").await;
    play.wait("P3D").await;
    carla
        .says(&ticket, json!({ "message": "Not yet." }))
        .await
        .expect(201);
    play.wait("P30D").await;
    assert_eq!(ana.reads(&ticket).await.data()["status"], "open");
    ana.changes(&ticket, json!({ "status": "resolved" }))
        .await
        .expect(200);
    play.wait("P3D").await;
    assert_eq!(ana.reads(&ticket).await.data()["status"], "resolved");
    play.wait("P1D").await;
    assert_eq!(ana.reads(&ticket).await.data()["status"], "closed");
    play.end().await;
}

#[tokio::test]
async fn a_ticket_keeps_the_time_that_was_set_when_it_was_resolved() {
    let play = Play::begin().await;
    let (ana, root) = (play.agent("ana"), play.admin("root"));
    let before = resolved(&ana, "before").await;
    let week = json!({ "autoCloseAfter": "P7D" });
    root.patch("/v2/settings", &week).await.expect(200);
    let after = resolved(&ana, "after").await;
    let status = async |ticket: &str| ana.reads(ticket).await.data()["status"].clone();
    play.wait("P5D").await;
    assert_eq!(
        [status(&before).await, status(&after).await],
        ["closed", "resolved"]
    );
    play.wait("P3D").await;
    assert_eq!(status(&after).await, "closed");
    // Another tenant has its own.
    let eve = play.actor("other", "eve", "agent");
    let theirs = resolved(&eve, "t").await;
    play.wait("P4D").await;
    assert_eq!(eve.reads(&theirs).await.data()["status"], "closed");
    play.end().await;
}

#[tokio::test]
async fn what_is_due_happens_once_however_many_check_at_once() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let tickets = join_all((0..40).map(|_| resolved(&ana, "t"))).await;
    play.bearer(None)
        .put("/dev/clock", &json!({ "advance": "P9D", "sweep": false }))
        .await
        .expect(200);
    assert_eq!(ana.reads(&tickets[0]).await.data()["status"], "resolved");
    let reports = play.checks_at_once(10).await;
    let sum = |what: &str| -> u64 {
        let counts = reports.iter().filter_map(|report| report[what].as_u64());
        counts.sum()
    };
    let closed = sum("closed");
    assert!(
        closed == 40 || closed < 40 && sum("failed") > 0,
        "{reports:?}"
    );
    for ticket in &tickets {
        assert_eq!(ana.reads(ticket).await.data()["version"], 3);
    }
    play.end().await;
}

#[tokio::test]
async fn things_happen_in_their_order_and_at_their_own_time() {
    let play = Play::begin().await;
    let (ana, root) = (play.agent("ana"), play.admin("root"));
    let first = resolved(&ana, "first").await;
    play.wait("P1D").await;
    let gone = ana.opens_for("carla", json!({})).await.id();
    root.deletes(&gone).await.expect(200);
    let second = resolved(&ana, "second").await;
    play.wait("P60D").await;
    let closed_at = async |ticket: &str| time(&ana.reads(ticket).await.data()["closedAt"]);
    let between = closed_at(&second)
        .await
        .duration_since(closed_at(&first).await);
    assert!(between >= jiff::SignedDuration::from_hours(24), "{between}");
    assert!(between < jiff::SignedDuration::from_hours(25), "{between}");
    assert!(!play.items().await.iter().any(|item| item.contains(&gone)));
    play.end().await;
}

#[tokio::test]
async fn a_ticket_that_cannot_be_processed_is_reported_and_the_others_go_on() {
    let engine = Play::begin().await;
    let proxy = Proxy::before(&engine.open_dynamodb().await).await;
    let play = Play::behind(&proxy).await;
    let ana = play.agent("ana");
    let tickets = join_all((0..12).map(|_| resolved(&ana, "t"))).await;
    // Something no write of ours has made: a head that cannot be read, and one whose key names nobody.
    let table = play.stand.table();
    let broken = &tickets[5];
    set_priority(&play, broken, "nonsense").await;
    let text = AttributeValue::S;
    table
        .client()
        .put_item()
        .table_name(table.name())
        .item("pk", text("? ?".into()))
        .item("sk", text("ticket".into()))
        .item("ticket", text("?".into()))
        .item("deadlineShard", AttributeValue::N("0".into()))
        .item("deadline", AttributeValue::N("1".into()))
        .send()
        .await
        .expect("put");
    play.bearer(None)
        .put("/dev/clock", &json!({ "advance": "P9D", "sweep": false }))
        .await
        .expect(200);
    for (closed, due) in [(11, 13), (0, 2)] {
        let report = play.check().await;
        assert_eq!(
            (&report["closed"], &report["failed"], &report["due"]),
            (&json!(closed), &json!(2), &json!(due))
        );
    }
    // Moving on does not wait for it for ever.
    play.wait("P1D").await;

    // An index that cannot be read is the job's failure, and a later check makes up for it.
    set_priority(&play, broken, "medium").await;
    proxy.always(Some(Fault::ServerError));
    let failed = play.bearer(None).post("/dev/sweep", &json!({})).await;
    failed.refuses(503, "SERVICE_UNAVAILABLE");
    proxy.always(None);
    assert_eq!(play.check().await["closed"], 1);
    table
        .client()
        .delete_item()
        .table_name(table.name())
        .key("pk", text("? ?".into()))
        .key("sk", text("ticket".into()))
        .send()
        .await
        .expect("deleted");
    play.end().await;
    engine.end().await;
}

#[tokio::test]
async fn the_clock_s_doors_refuse_what_makes_no_sense() {
    let play = Play::begin().await;
    let nobody = play.bearer(None);
    for wrong in [
        json!({}),
        json!({ "now": "2020-01-01T00:00:00Z" }),
        json!({ "advance": "P1M" }),
        json!({ "advance": "-P1D" }),
        json!({ "advance": "PT1H", "now": "2099-01-01T00:00:00Z" }),
        json!({ "advance": "PT1H", "sleep": true }),
    ] {
        nobody
            .put("/dev/clock", &wrong)
            .await
            .refuses(400, "MALFORMED_JSON");
    }
    let before = time(&nobody.get("/dev/clock").await.expect(200).body["now"]);
    let turned = nobody
        .put("/dev/clock", &json!({ "now": "2099-01-01T00:00:00Z" }))
        .await;
    assert!(time(&turned.expect(200).body["now"]) > before);
    let opened = play.customer("carla").opens("Help").await;
    let created_at = opened.data()["createdAt"].as_str().unwrap_or_default();
    assert!(
        created_at.starts_with("2099-01-01T"),
        "tokens live in real time, tickets do not"
    );
    let method = nobody.post("/dev/clock", &json!({})).await;
    assert_eq!(
        method.refuses(405, "METHOD_NOT_ALLOWED").header("allow"),
        "GET, PUT"
    );
    let elsewhere = nobody
        .get("/dev/clock")
        .header("host", "evil.example")
        .await;
    elsewhere.refuses(404, "NOT_FOUND");
    play.end().await;
}
