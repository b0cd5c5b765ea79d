//! Changing a ticket's fields.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Play, Reply, insist};

/// The fields the second entry of a ticket has changed.
fn fields(reply: &Reply) -> Vec<&str> {
    let changes = reply.data()["threads"][1]["changes"].as_array();
    let changes = changes.into_iter().flatten();
    changes
        .filter_map(|change| change["field"].as_str())
        .collect()
}

#[tokio::test]
async fn several_changes_are_one_entry_that_says_what_was_and_what_is() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let changed = ana
        .changes(
            &ticket,
            json!({
                "title": "API returns 502", "category": "account", "priority": "high", "tags": ["api"],
                "status": "pending", "resolution": "Restarted.", "assignedTo": "bob",
            }),
        )
        .await
        .expect(200);
    assert_eq!(changed.header("etag"), "\"2\"");
    let row = changed.data();
    assert_eq!(row["assignedTo"], "bob");
    assert!(row.get("threads").is_none(), "a row has no conversation");

    let read = ana.reads(&ticket).await;
    insta::assert_json_snapshot!(read.masked()["data"]["threads"][1], @r#"
    {
      "_id": "<thr 3>",
      "attachments": [],
      "author": "ana",
      "changes": [
        {
          "field": "title",
          "from": "Help",
          "to": "API returns 502"
        },
        {
          "field": "category",
          "from": "technical",
          "to": "account"
        },
        {
          "field": "priority",
          "from": "medium",
          "to": "high"
        },
        {
          "field": "tags",
          "from": [],
          "to": [
            "api"
          ]
        },
        {
          "field": "assignedTo",
          "from": null,
          "to": "bob"
        },
        {
          "field": "status",
          "from": "open",
          "to": "pending"
        },
        {
          "field": "resolution",
          "from": null,
          "to": "Restarted."
        }
      ],
      "message": "title: Help → API returns 502; category: technical → account; priority: medium → high; tags: [] → [api]; assigned to: nobody → bob; status: open → pending; resolution: Restarted.",
      "seq": 2,
      "timestamp": "<time>",
      "type": "system",
      "visibility": "public"
    }
    "#);
    // What the customer may not know is not in its answer.
    let seen = carla.reads(&ticket).await;
    assert_eq!(fields(&seen), ["title", "category", "status", "resolution"]);
    let message = seen.data()["threads"][1]["message"].as_str();
    assert_eq!(
        message,
        Some(
            "title: Help → API returns 502; category: technical → account; status: open → pending; resolution: Restarted."
        )
    );
    play.end().await;
}

#[tokio::test]
async fn what_is_so_already_changes_nothing_and_writes_nothing() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let same = json!({ "title": "Help", "priority": "medium", "status": "open", "tags": [], "assignedTo": null });
    for body in [json!({}), same, json!({ "assignedTo": "none" })] {
        let unchanged = ana.changes(&ticket, body).await.expect(200);
        assert_eq!(unchanged.header("etag"), "\"1\"");
    }
    assert_eq!(ana.reads(&ticket).await.data()["version"], 1);
    play.end().await;
}

#[tokio::test]
async fn a_change_meant_for_another_version_is_refused_with_the_current_one() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let path = format!("/v2/support-tickets/{ticket}");
    let urgent = json!({ "priority": "urgent" });
    ana.patch(&path, &urgent)
        .header("if-match", "\"1\"")
        .await
        .expect(200);
    let late = ana
        .patch(&path, &json!({ "priority": "low" }))
        .header("if-match", "\"1\"");
    let refused = late.await.refuses(412, "VERSION_MISMATCH");
    assert_eq!(refused.header("etag"), "\"2\"");
    let claim = ana.request(reqwest::Method::POST, &format!("{path}/claim"));
    claim
        .header("if-match", "\"1\"")
        .await
        .refuses(412, "VERSION_MISMATCH");
    let put = ana
        .put(&path, &json!({ "priority": "low" }))
        .header("if-match", "\"2\"");
    assert_eq!(put.await.expect(200).data()["priority"], "low");
    play.end().await;
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_changed() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let wrong = json!({
        "title": "", "category": "x", "priority": 3, "tags": "api", "status": "lost", "resolution": " ",
        "assignedTo": "a#b", "mood": "angry", "number": 7,
    });
    let refused = ana
        .changes(&ticket, wrong)
        .await
        .refuses(400, "INVALID_TITLE");
    assert_eq!(
        refused.errors(),
        [
            ("title", "INVALID_TITLE"),
            ("category", "INVALID_CATEGORY"),
            ("priority", "INVALID_PRIORITY"),
            ("tags", "INVALID_TAGS"),
            ("status", "INVALID_STATUS"),
            ("resolution", "INVALID_RESOLUTION"),
            ("assignedTo", "INVALID_ASSIGNED_TO"),
            ("mood", "UNKNOWN_FIELD"),
            ("number", "UNKNOWN_FIELD"),
        ]
    );
    for (field, value) in [
        ("title", json!("t")),
        ("category", json!("billing")),
        ("priority", json!("low")),
        ("tags", json!(["x"])),
        ("assignedTo", json!("me")),
        ("resolution", json!("I did it.")),
    ] {
        let body = json!({ field: value });
        let refused = carla.changes(&ticket, body).await;
        let refused = refused.refuses(403, "FORBIDDEN");
        assert_eq!(refused.errors(), [(field, "FORBIDDEN")]);
    }
    ana.changes("999", json!({}))
        .await
        .refuses(404, "SUPPORT_TICKET_NOT_FOUND");
    assert_eq!(ana.reads(&ticket).await.data()["version"], 1);
    play.end().await;
}

#[tokio::test]
async fn a_ticket_is_given_to_somebody_to_oneself_and_to_nobody() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let ticket = ana.opens_for("carla", json!({})).await.id();
    for (given, held) in [
        (json!("bob"), json!("bob")),
        (json!("me"), json!("ana")),
        (json!("none"), Value::Null),
        (json!("bob"), json!("bob")),
        (Value::Null, Value::Null),
    ] {
        let changed = ana.changes(&ticket, json!({ "assignedTo": given })).await;
        assert_eq!(changed.expect(200).data()["assignedTo"], held);
    }
    ana.changes(&ticket, json!({ "assignedTo": "system" }))
        .await
        .refuses(400, "INVALID_ASSIGNED_TO");
    play.end().await;
}

#[tokio::test]
async fn a_change_repeated_under_its_key_is_answered_as_the_first_time() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let path = format!("/v2/support-tickets/{ticket}");
    let body = json!({ "status": "pending", "priority": "high" });
    let first = ana.patch(&path, &body).key("k").await.expect(200);
    // Whatever has happened since.
    carla
        .says(&ticket, json!({ "message": "m" }))
        .await
        .expect(201);
    ana.changes(&ticket, json!({ "priority": "low" }))
        .await
        .expect(200);
    let again = ana.patch(&path, &body).key("k").await.expect(200);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!((again.header("etag"), &again.body), ("\"2\"", &first.body));
    let other = ana
        .patch(&path, &json!({ "status": "open" }))
        .key("k")
        .await;
    other.refuses(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(ana.reads(&ticket).await.data()["version"], 4);
    play.end().await;
}

#[tokio::test]
async fn what_changed_nothing_changes_nothing_when_it_is_repeated() {
    let play = Play::begin().await;
    let (ana, bob) = (play.agent("ana"), play.agent("bob"));
    let ticket = ana.opens_for("carla", json!({})).await.id();
    let path = format!("/v2/support-tickets/{ticket}");
    let open = json!({ "status": "open" });
    let first = ana.patch(&path, &open).key("k").await.expect(200);
    assert_eq!(first.header("etag"), "\"1\"");
    bob.changes(&ticket, json!({ "status": "pending" }))
        .await
        .expect(200);
    let again = ana.patch(&path, &open).key("k").await.expect(200);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, first.body);
    assert_eq!(ana.reads(&ticket).await.data()["status"], "pending");
    let other = ana.patch(&path, &json!({ "status": "closed" })).key("k");
    other.await.refuses(422, "IDEMPOTENCY_KEY_REUSED");
    play.end().await;
}

#[tokio::test]
async fn a_customer_that_resolves_its_ticket_twice_is_answered_twice() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let ticket = carla.opens("Help").await.id();
    let solved = json!({ "status": "resolved", "resolution": "It was the cable." });
    let first = carla.changes(&ticket, solved.clone()).await.expect(200);
    let again = carla.changes(&ticket, solved).await.expect(200);
    assert_eq!(again.body, first.body);
    let other = json!({ "status": "resolved", "resolution": "No, the switch." });
    carla
        .changes(&ticket, other)
        .await
        .refuses(403, "FORBIDDEN");
    play.end().await;
}

#[tokio::test]
async fn of_eight_agents_at_once_nobody_s_change_is_lost() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let ticket = ana.opens_for("carla", json!({})).await.id();
    let work = (0..8).map(|n| {
        let (agent, ticket) = (play.agent(&format!("agent-{n}")), ticket.clone());
        async move {
            let path = format!("/v2/support-tickets/{ticket}");
            for i in 0..50_usize {
                // Nobody else writes this.
                let mine = format!("{n}-{i}");
                let words = json!({ "message": mine });
                let (title, tags) = (json!({ "title": mine }), json!({ "tags": [mine] }));
                let changed = insist(async || {
                    let request = match (i + n) % 4 {
                        0 => agent.patch(&path, &title),
                        1 => agent.post(&format!("{path}/threads"), &words),
                        2 => agent.post(&format!("{path}/notes"), &words),
                        _ => agent.patch(&path, &tags),
                    };
                    request.key(&mine).await
                });
                let changed = changed.await;
                assert!(changed.status.is_success(), "{:#}", changed.body);
            }
            50
        }
    });
    let written: u64 = join_all(work).await.into_iter().sum();
    assert_eq!(written, 400);
    // `end` folds the thread, and finds no gap in it.
    assert_eq!(ana.reads(&ticket).await.data()["version"], 1 + written);
    let pages = ana
        .walks(&format!("/v2/support-tickets/{ticket}/threads?limit=100"))
        .await;
    let said: std::collections::BTreeSet<String> = pages
        .concat()
        .iter()
        .flat_map(|entry| {
            let to = &entry["changes"][0]["to"];
            [&to[0], to, &entry["message"]].map(|text| text.as_str().unwrap_or_default().to_owned())
        })
        .collect();
    for (n, i) in (0..8).flat_map(|n| (0..50).map(move |i| (n, i))) {
        assert!(said.contains(&format!("{n}-{i}")), "{n}-{i} is lost");
    }
    play.end().await;
}
