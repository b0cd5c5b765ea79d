//! Counts of tickets per status: exact at once, whatever happens.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::Status;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Actor, Play, Proxy, insist};

const TICKETS: &str = "/v2/support-tickets";

/// What the tickets say, of all clients or of one.
async fn brute_force(play: &Play, client: Option<&str>) -> Value {
    let mut counts: BTreeMap<&str, u64> = Status::NAMES.iter().map(|name| (*name, 0)).collect();
    let mut all = 0;
    for ticket in play.heads().await {
        let is_theirs = client.is_none_or(|client| ticket.client.as_str() == client);
        if ticket.deleted_at.is_none() && is_theirs {
            *counts.entry(ticket.status.name()).or_default() += 1;
            all += 1;
        }
    }
    counts.insert("all", all);
    json!(counts)
}

#[tokio::test]
async fn counts_are_the_caller_s_and_change_with_every_move() {
    let play = Play::begin().await;
    let (carla, david, ana) = (
        play.customer("carla"),
        play.customer("david"),
        play.agent("ana"),
    );
    let none =
        json!({ "all": 0, "open": 0, "pending": 0, "in_progress": 0, "resolved": 0, "closed": 0 });
    assert_eq!(ana.counts().await, none);
    let ticket = carla.opens("a").await.id();
    david.opens("b").await;
    let of = async |who: &Actor| {
        let counts = who.counts().await;
        [
            "all",
            "open",
            "pending",
            "in_progress",
            "resolved",
            "closed",
        ]
        .map(|name| counts[name].as_u64())
        .map(Option::unwrap_or_default)
    };
    assert_eq!(of(&ana).await, [2, 2, 0, 0, 0, 0]);
    assert_eq!(of(&carla).await, [1, 1, 0, 0, 0, 0]);
    ana.says(&ticket, json!({ "message": "m" }))
        .await
        .expect(201);
    assert_eq!(of(&carla).await, [1, 0, 0, 1, 0, 0]);
    ana.changes(&ticket, json!({ "priority": "low" }))
        .await
        .expect(200);
    let solved = json!({ "status": "resolved", "resolution": "r" });
    ana.changes(&ticket, solved).await.expect(200);
    assert_eq!(of(&ana).await, [2, 1, 0, 0, 1, 0]);
    assert_eq!(of(&david).await, [1, 1, 0, 0, 0, 0]);
    // Whatever the list is narrowed to, and not unless asked.
    let listed = ana
        .get(&format!("{TICKETS}?status=pending&countByStatus=true"))
        .await
        .expect(200);
    assert_eq!(
        (listed.data(), &listed.body["counts"]["all"]),
        (&json!([]), &json!(2))
    );
    let listed = ana
        .get(&format!("{TICKETS}?countByStatus=false"))
        .await
        .expect(200);
    assert!(listed.body.get("counts").is_none());
    play.end().await;
}

/// One of sixteen: does something to some ticket of all.
async fn act(play: &Play, tickets: &Mutex<Vec<String>>, n: usize, i: usize) {
    let mut dice = fastrand::Rng::with_seed((n * 1_000 + i) as u64);
    let client = format!("client-{}", n % 4);
    let (carla, ana, root) = (
        play.customer(&client),
        play.agent("ana"),
        play.admin("root"),
    );
    let ticket = {
        let tickets = tickets.lock().expect("no panic holds it");
        dice.choice(tickets.iter()).cloned()
    };
    let (Some(ticket), true) = (ticket, dice.u8(..5) > 0) else {
        let body = json!({ "title": "t", "description": "d", "category": "general" });
        let key = format!("{n}-{i}");
        let opened = insist(async || carla.post(TICKETS, &body).key(&key).await).await;
        tickets
            .lock()
            .expect("no panic holds it")
            .push(opened.expect(201).id());
        return;
    };
    let status = Status::ALL[dice.usize(..5)].name();
    let change = json!({ "status": status, "resolution": "r" });
    let words = json!({ "message": "m" });
    let reply = match dice.u8(..8) {
        0 | 1 => insist(async || carla.says(&ticket, words.clone()).await).await,
        2 => insist(async || root.deletes(&ticket).await).await,
        3 | 4 => insist(async || root.restores(&ticket).await).await,
        _ => insist(async || ana.changes(&ticket, change.clone()).await).await,
    };
    let code = reply.status.as_u16();
    assert!(
        [200, 201, 404, 409].contains(&code),
        "{code}: {:#}",
        reply.body
    );
}

#[tokio::test]
async fn counts_are_what_the_tickets_say_after_a_thousand_random_acts_of_sixteen_at_once() {
    let engine = Play::begin().await;
    let proxy = Proxy::before(&engine.open_dynamodb().await).await;
    let play = Play::behind(&proxy).await;
    // Answers are lost and transactions collide, now and then and where they really would.
    proxy.make_trouble();
    proxy.contend(Some(Duration::from_millis(2)));
    let tickets = Mutex::new(Vec::new());
    let clients = (0..16).map(async |n| {
        for i in 0..63 {
            act(&play, &tickets, n, i).await;
        }
    });
    join_all(clients).await;
    let collisions = proxy.contend(None);
    assert!(collisions.conflicts > 0, "{collisions:?}");
    proxy.leave_in_peace();

    assert_eq!(
        play.agent("ana").counts().await,
        brute_force(&play, None).await
    );
    for client in (0..4).map(|n| format!("client-{n}")) {
        let counts = play.customer(&client).counts().await;
        assert_eq!(counts, brute_force(&play, Some(&client)).await, "{client}");
    }
    let root = play.admin("root");
    for path in ["recount", "recount?client=client-1"] {
        let recount = root.get(&format!("{TICKETS}/{path}")).await.expect(200);
        assert_eq!(recount.data()["agrees"], true, "{:#}", recount.body);
    }
    play.end().await;
    engine.end().await;
}

/// Adds to a shard of the tenant's counter of open tickets.
async fn add_to_open(play: &Play, shard: u8, more: u32) {
    let table = play.stand.table();
    table
        .client()
        .update_item()
        .table_name(table.name())
        .key("pk", AttributeValue::S("acme#counts".into()))
        .key("sk", AttributeValue::S(format!("{shard:02}")))
        .update_expression("ADD #open :more")
        .expression_attribute_names("#open", "open")
        .expression_attribute_values(":more", AttributeValue::N(more.to_string()))
        .send()
        .await
        .expect("updated");
}

#[tokio::test]
async fn a_recount_finds_a_counter_that_is_wrong() {
    let play = Play::begin().await;
    let (carla, root) = (play.customer("carla"), play.admin("root"));
    let ticket = carla.opens("a").await.id();
    let recount = format!("{TICKETS}/recount");
    assert_eq!(root.get(&recount).await.expect(200).data()["agrees"], true);
    play.agent("ana")
        .get(&recount)
        .await
        .refuses(403, "FORBIDDEN");
    // Something no write of ours has done.
    let shard = u8::from_str_radix(&ticket[34..], 16).expect("a byte") % 16;
    add_to_open(&play, shard, 1).await;
    let found = root.get(&recount).await.expect(200);
    assert_eq!(found.data()["agrees"], false);
    assert_eq!(
        (
            &found.data()["counters"]["open"],
            &found.data()["tickets"]["open"]
        ),
        (&json!(2), &json!(1))
    );
    let hers = root
        .get(&format!("{recount}?client=carla"))
        .await
        .expect(200);
    assert_eq!(hers.data()["agrees"], true);
    // More than one request can count is refused before a ticket is read.
    add_to_open(&play, shard, 50_000).await;
    root.get(&recount).await.refuses(409, "TOO_MANY_TICKETS");
    play.end().await;
}
