//! Deleting a ticket, bringing it back, and leaving nothing of it.

use domain::{Configuration, Due, Role};
use edge::Now;
use serde_json::{Value, json};

use crate::harness::{Actor, Fault, Play, Proxy, acting};

const TICKETS: &str = "/v2/support-tickets";

async fn ids(who: &Actor, path: &str) -> Vec<Value> {
    let pages = who.walks(path).await.concat();
    pages.iter().map(|ticket| ticket["_id"].clone()).collect()
}

#[tokio::test]
async fn a_deleted_ticket_is_gone_for_everybody_and_comes_back_as_it_was() {
    let play = Play::begin().await;
    let (carla, ana, root) = (
        play.customer("carla"),
        play.agent("ana"),
        play.admin("root"),
    );
    let ticket = carla.opens("Help").await.id();
    ana.says(&ticket, json!({ "message": "Looking." }))
        .await
        .expect(201);
    let before = ana.reads(&ticket).await;

    let deleted = root.deletes(&ticket).await.expect(200);
    assert_eq!(deleted.header("etag"), "\"3\"");
    insta::assert_json_snapshot!(deleted.masked(), @r#"
    {
      "data": {
        "_id": "<tkt 1>",
        "deletedAt": "<time>",
        "number": 1,
        "restorableUntil": "<time>"
      },
      "success": true
    }
    "#);
    for who in [&carla, &ana, &root] {
        for name in [ticket.as_str(), "1"] {
            let words = || json!({ "message": "m" });
            for gone in [
                who.reads(name).await,
                who.reads_thread(name).await,
                who.says(name, words()).await,
                who.changes(name, json!({ "status": "open" })).await,
                who.put(&format!("{TICKETS}/{name}/threads/seen"), &json!({}))
                    .await,
            ] {
                gone.refuses(404, "SUPPORT_TICKET_NOT_FOUND");
            }
        }
        for list in [
            "",
            "?sort=createdAt",
            "?client=carla",
            "?status=in_progress",
        ] {
            assert_eq!(
                ids(who, &format!("{TICKETS}{list}")).await,
                [] as [Value; 0]
            );
        }
        assert_eq!(who.counts().await["all"], 0);
    }
    let list = format!("{TICKETS}?assignedTo=none");
    assert_eq!(ids(&ana, &list).await, [] as [Value; 0]);
    // Once more is as deleted as before.
    let again = root.deletes(&ticket).await.expect(200);
    assert_eq!(again.body, deleted.body);

    let restored = root.restores(&ticket).await.expect(200);
    assert_eq!(restored.header("etag"), "\"4\"");
    assert_eq!(root.restores(&ticket).await.expect(200).body, restored.body);
    let after = ana.reads("1").await;
    for member in [
        "_id",
        "number",
        "title",
        "status",
        "description",
        "createdAt",
    ] {
        assert_eq!(after.data()[member], before.data()[member], "{member}");
    }
    let messages: Vec<&Value> = after.data()["threads"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| &entry["message"])
        .collect();
    assert_eq!(
        messages,
        ["It does not work.", "Looking.", "deleted", "restored"]
    );
    let seen = carla.reads(&ticket).await;
    assert_eq!(seen.data()["threads"].as_array().map(Vec::len), Some(2));
    assert_eq!(ids(&carla, TICKETS).await.len(), 1);
    assert_eq!(carla.counts().await["in_progress"], 1);
    play.end().await;
}

#[tokio::test]
async fn only_an_admin_of_the_tenant_deletes_and_restores() {
    let play = Play::begin().await;
    let (carla, ana, root) = (
        play.customer("carla"),
        play.agent("ana"),
        play.admin("root"),
    );
    let foreign = play.actor("other", "root", "admin");
    let ticket = carla.opens("Help").await.id();
    for who in [&carla, &ana] {
        who.deletes(&ticket).await.refuses(403, "FORBIDDEN");
        who.restores(&ticket).await.refuses(403, "FORBIDDEN");
    }
    foreign
        .deletes(&ticket)
        .await
        .refuses(404, "SUPPORT_TICKET_NOT_FOUND");
    root.deletes(&ticket).await.expect(200);
    foreign
        .restores(&ticket)
        .await
        .refuses(404, "SUPPORT_TICKET_NOT_FOUND");
    ana.restores(&ticket).await.refuses(403, "FORBIDDEN");
    let path = format!("{TICKETS}/{ticket}/restore");
    let late = root
        .post(&path, &json!({}))
        .header("if-match", "\"1\"")
        .await;
    late.refuses(412, "VERSION_MISMATCH");
    play.end().await;
}

#[tokio::test]
async fn a_repetition_neither_shows_a_deleted_ticket_nor_brings_it_back() {
    let play = Play::begin().await;
    let (carla, root) = (play.customer("carla"), play.admin("root"));
    let body = json!({ "title": "t", "description": "S3CRET", "category": "general" });
    let create = async || carla.post(TICKETS, &body).key("k").await;
    let ticket = create().await.expect(201).id();
    let path = format!("{TICKETS}/{ticket}/restore");
    let restore = async || root.post(&path, &json!({})).key("k").await;
    let nothing = restore().await.expect(200);
    assert_eq!(nothing.header("etag"), "\"1\"");
    // With a key or without, a deletion repeats by itself.
    let gone = format!("{TICKETS}/{ticket}");
    for _ in 0..2 {
        let deleted = root.request(reqwest::Method::DELETE, &gone).key("k").await;
        assert_eq!(deleted.expect(200).header("etag"), "\"2\"");
    }
    let shown = create().await.refuses(404, "SUPPORT_TICKET_NOT_FOUND");
    assert!(!shown.body.to_string().contains("S3CRET"));
    let again = restore().await.expect(200);
    assert_eq!(again.header("idempotency-replayed"), "true");
    root.reads(&ticket)
        .await
        .refuses(404, "SUPPORT_TICKET_NOT_FOUND");
    play.end().await;
}

#[tokio::test]
async fn a_ticket_too_large_to_be_purged_at_once_is_purged_all_the_same() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let ticket = root.opens_for("carla", json!({})).await.id();
    let table = play.stand.table();
    let text = aws_sdk_dynamodb::types::AttributeValue::S;
    for i in 0..1_100 {
        table
            .client()
            .put_item()
            .table_name(table.name())
            .item("pk", text(format!("acme#{ticket}")))
            .item("sk", text(format!("viewer#somebody-{i}")))
            .send()
            .await
            .expect("put");
    }
    root.deletes(&ticket).await.expect(200);
    play.bearer(None)
        .put("/dev/clock", &json!({ "advance": "P31D", "sweep": false }))
        .await
        .expect(200);
    let first = play.check().await;
    assert_eq!(
        (&first["purged"], &first["unfinished"]),
        (&json!(0), &json!(true))
    );
    let second = play.check().await;
    assert_eq!(
        (&second["purged"], &second["unfinished"]),
        (&json!(1), &json!(false))
    );
    assert!(!play.items().await.iter().any(|item| item.contains(&ticket)));
    play.end().await;
}

#[tokio::test]
async fn after_thirty_days_nothing_is_left_of_it() {
    let play = Play::begin().await;
    let (carla, ana, root) = (
        play.customer("carla"),
        play.agent("ana"),
        play.admin("root"),
    );
    let kept = carla.opens("Kept").await.id();
    let body = json!({ "title": "t", "description": "d", "category": "general" });
    let opened = carla.post(TICKETS, &body).key("k").await.expect(201);
    let (ticket, number) = (opened.id(), opened.data()["number"].clone());
    for i in 0..60 {
        ana.notes(&ticket, &format!("{i}")).await.expect(201);
    }
    let seen = format!("{TICKETS}/{ticket}/threads/seen");
    ana.put(&seen, &json!({})).await.expect(200);
    let bystanders = play
        .items()
        .await
        .iter()
        .filter(|item| item.contains(&kept))
        .count();
    assert_eq!(bystanders, 3, "head, entry, number");

    root.deletes(&ticket).await.expect(200);
    play.wait("P29DT23H").await;
    root.restores(&ticket).await.expect(200);
    root.deletes(&ticket).await.expect(200);
    play.wait("P29DT23H").await;
    assert!(play.items().await.iter().any(|item| item.contains(&ticket)));
    play.wait("PT1H").await;
    let left: Vec<String> = play.items().await;
    let of_it: Vec<&String> = left.iter().filter(|item| item.contains(&ticket)).collect();
    assert_eq!(of_it, [] as [&String; 0]);
    let numbered = format!("number#{number}");
    assert!(!left.iter().any(|item| item.contains(&numbered)));
    // What its clocks have said meanwhile has come to the other one.
    let version = root.reads(&kept).await.data()["version"].as_u64();
    let bystanders = left.iter().filter(|item| item.contains(&kept)).count();
    assert_eq!(Some(bystanders as u64), version.map(|version| version + 2));
    root.restores(&ticket)
        .await
        .refuses(404, "SUPPORT_TICKET_NOT_FOUND");
    root.deletes(&ticket)
        .await
        .refuses(404, "SUPPORT_TICKET_NOT_FOUND");
    assert_eq!(root.counts().await["all"], 1);
    assert_eq!(play.check().await["due"], 0);
    play.end().await;
}

#[tokio::test]
async fn a_purge_that_is_interrupted_anywhere_goes_on_and_the_ticket_never_half_exists() {
    let engine = Play::begin().await;
    let proxy = Proxy::before(&engine.open_dynamodb().await).await;
    let play = Play::behind(&proxy).await;
    let root = play.admin("root");
    let steps = ["PutItem", "Query", "BatchWriteItem", "DeleteItem"];
    for step in steps {
        let ticket = root.opens_for("carla", json!({})).await.id();
        for i in 0..30 {
            root.notes(&ticket, &format!("{i}")).await.expect(201);
        }
        root.deletes(&ticket).await.expect(200);
        play.bearer(None)
            .put("/dev/clock", &json!({ "advance": "P31D", "sweep": false }))
            .await
            .expect(200);
        // The first queries ask each shard what is due.
        proxy.next("Query", Fault::Spared, 4);
        // All five attempts of the SDK, so that this step fails for good.
        proxy.next(step, Fault::ServerError, 5);
        let checked = play.bearer(None).post("/dev/sweep", &json!({})).await;
        assert_eq!(checked.body["failed"], 1, "{step}: {:#}", checked.body);
        proxy.forget();
        root.reads(&ticket)
            .await
            .refuses(404, "SUPPORT_TICKET_NOT_FOUND");
        root.restores(&ticket)
            .await
            .refuses(404, "SUPPORT_TICKET_NOT_FOUND");
        // Its answer is lost, too: what it did is done again, and no harm comes of it.
        proxy.next("Query", Fault::Spared, 4);
        proxy.next(step, Fault::LostAnswer, 1);
        let report = play.check().await;
        assert_eq!(
            (&report["purged"], &report["failed"]),
            (&json!(1), &json!(0)),
            "{step}"
        );
        proxy.forget();
        let left = play.items().await;
        assert!(!left.iter().any(|item| item.contains(&ticket)), "{step}");
    }
    play.end().await;
    engine.end().await;
}

#[tokio::test]
async fn ten_checks_at_once_purge_a_ticket_once() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let ticket = root.opens_for("carla", json!({})).await.id();
    root.deletes(&ticket).await.expect(200);
    play.bearer(None)
        .put("/dev/clock", &json!({ "advance": "P31D", "sweep": false }))
        .await
        .expect(200);
    let checks = (0..10).map(|_| play.check());
    let reports = futures_util::future::join_all(checks).await;
    assert!(
        reports.iter().all(|report| report["failed"] == 0),
        "{reports:?}"
    );
    assert!(
        reports.iter().any(|report| report["purged"] == 1),
        "{reports:?}"
    );
    assert!(!play.items().await.iter().any(|item| item.contains(&ticket)));
    play.end().await;
}

#[tokio::test]
async fn a_ticket_that_was_brought_back_just_before_is_not_purged() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let ticket = root.opens_for("carla", json!({})).await.id();
    root.deletes(&ticket).await.expect(200);
    // A check has read the ticket, and found it due, when somebody brings it back on a clock a little behind.
    let (table, tenant) = (play.stand.table(), acting("root", Role::Admin).tenant);
    let id = ticket.parse().expect("an id");
    let read = table
        .ticket(&tenant, id)
        .await
        .expect("read")
        .expect("there");
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(31 * 24);
    let configuration = Configuration::default();
    let due = read.due(Now(later).stamp(), configuration.rules(None));
    assert_eq!(due, Due::Purge);
    root.restores(&ticket).await.expect(200);
    table.bury(&read).await.expect("an answer");
    let purged = table
        .purge(play.stand.bucket(), &tenant, id, || false)
        .await
        .expect("an answer");
    assert_eq!(purged, store::Purged::Nothing);
    assert_eq!(root.reads(&ticket).await.expect(200).data()["version"], 3);
    play.end().await;
}
