//! Tags: added and taken off by several at once, on closed tickets, and by policies.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{File, Play, insist};

fn names(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("tag-{n}")).collect()
}

#[tokio::test]
async fn of_eight_agents_who_each_add_a_tag_none_is_lost() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let id = ana
        .opens_for("carla", json!({ "tags": ["first"] }))
        .await
        .id();
    let path = format!("/v2/support-tickets/{id}");
    let adding = (0..8).map(|n| {
        let (agent, path) = (play.agent(&format!("agent-{n}")), path.clone());
        async move {
            let body = json!({ "addTags": [format!("tag-{n}")] });
            let added = insist(async || agent.patch(&path, &body).key("k").await).await;
            added.expect(200);
        }
    });
    join_all(adding).await;
    let read = ana.reads(&id).await;
    let mut tags: Vec<&str> = read.data()["tags"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(tags.remove(0), "first");
    tags.sort_unstable();
    assert_eq!(tags, names(8));
    play.end().await;
}

#[tokio::test]
async fn tags_are_added_and_taken_off_in_any_spelling() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let id = ana
        .opens_for("carla", json!({ "tags": ["API", "vip"] }))
        .await
        .id();
    for (body, tags, version) in [
        (
            json!({ "addTags": ["api", " Late "], "removeTags": ["VIP"] }),
            json!(["API", "Late"]),
            2,
        ),
        // Nothing changes, and nothing is written.
        (
            json!({ "addTags": ["LATE"], "removeTags": ["lost"] }),
            json!(["API", "Late"]),
            2,
        ),
        (json!({ "addTags": [] }), json!(["API", "Late"]), 2),
        (
            json!({ "tags": ["api", "LATE"] }),
            json!(["API", "Late"]),
            2,
        ),
        (
            json!({ "removeTags": ["api"], "priority": "high" }),
            json!(["Late"]),
            3,
        ),
        (json!({ "tags": null }), json!([]), 4),
        (json!({ "tags": ["a"] }), json!(["a"]), 5),
        (json!({ "tags": [] }), json!([]), 6),
    ] {
        let changed = ana.changes(&id, body.clone()).await.expect(200);
        assert_eq!(changed.data()["tags"], tags, "{body}");
        assert_eq!(changed.data()["version"], version, "{body}");
    }
    play.end().await;
}

#[tokio::test]
async fn what_tags_are_to_be_is_said_in_one_way_and_not_too_many() {
    let play = Play::begin().await;
    let (ana, carla) = (play.agent("ana"), play.customer("carla"));
    let id = ana
        .opens_for("carla", json!({ "tags": names(19) }))
        .await
        .id();
    for (body, errors) in [
        (
            json!({ "tags": ["a"], "addTags": ["b"], "removeTags": ["c"] }),
            &[
                ("addTags", "INVALID_ADD_TAGS"),
                ("removeTags", "INVALID_REMOVE_TAGS"),
            ] as &[_],
        ),
        (
            json!({ "tags": null, "addTags": ["b"] }),
            &[("addTags", "INVALID_ADD_TAGS")],
        ),
        (
            json!({ "addTags": ["b"], "removeTags": ["B"] }),
            &[("removeTags", "INVALID_REMOVE_TAGS")],
        ),
        (
            json!({ "addTags": "b" }),
            &[("addTags", "INVALID_ADD_TAGS")],
        ),
        (
            json!({ "addTags": names(21) }),
            &[("addTags", "INVALID_ADD_TAGS")],
        ),
    ] {
        let refused = ana.changes(&id, body.clone()).await.expect(400);
        assert_eq!(refused.errors(), errors, "{body}");
    }
    let refused = ana.changes(&id, json!({ "addTags": ["a", "b"] })).await;
    let refused = refused.refuses(409, "TOO_MANY_TAGS");
    assert_eq!(refused.errors(), [("addTags", "TOO_MANY_TAGS")]);
    let one_for_one = json!({ "addTags": ["a", "b"], "removeTags": ["tag-0"] });
    ana.changes(&id, one_for_one).await.expect(200);
    for field in ["addTags", "removeTags"] {
        let refused = carla.changes(&id, json!({ field: ["a"] })).await;
        assert_eq!(
            refused.refuses(403, "FORBIDDEN").errors(),
            [(field, "FORBIDDEN")]
        );
    }
    play.end().await;
}

#[tokio::test]
async fn agents_note_and_tag_a_closed_ticket_and_it_stays_closed() {
    let play = Play::begin().await;
    let (carla, ana, root) = (
        play.customer("carla"),
        play.agent("ana"),
        play.admin("root"),
    );
    let id = carla.opens("Help").await.id();
    carla
        .changes(&id, json!({ "status": "closed" }))
        .await
        .expect(200);
    let before = ana.reads(&id).await;

    let invoice = File::text("10 EUR");
    let mine = ana.uploads(&invoice).await;
    let path = format!("/v2/support-tickets/{id}");
    let note = json!({ "message": "The invoice.", "attachments": [mine] });
    let noted = ana.post(&format!("{path}/notes"), &note).await.expect(201);
    assert_eq!(noted.data()["attachments"][0]["filename"], invoice.name);
    for (who, body, tags) in [
        (&ana, json!({ "tags": ["paid"] }), json!(["paid"])),
        (
            &root,
            json!({ "addTags": ["archived"] }),
            json!(["paid", "archived"]),
        ),
        (&ana, json!({ "removeTags": ["PAID"] }), json!(["archived"])),
    ] {
        let changed = who.changes(&id, body).await.expect(200);
        assert_eq!(changed.data()["tags"], tags);
        assert_eq!(changed.data()["status"], "closed");
    }
    let after = ana.reads(&id).await;
    for same in ["status", "sla", "closedAt", "resolvedAt", "reopenCount"] {
        assert_eq!(after.data()[same], before.data()[same], "{same}");
    }
    // A week later, nothing has come of it.
    play.wait("P7D").await;
    assert_eq!(ana.reads(&id).await.body, after.body);

    let english = "The ticket is closed: notes and tags can still be added, and nothing else.";
    for body in [
        json!({ "tags": ["x"], "priority": "low" }),
        json!({ "addTags": ["x"], "status": "open" }),
        json!({ "title": "x" }),
        json!({ "assignedTo": "me" }),
        json!({}),
    ] {
        let refused = ana.changes(&id, body).await.refuses(409, "TICKET_CLOSED");
        assert_eq!(refused.body["detail"], english);
    }
    let words = json!({ "message": "m" });
    ana.says(&id, words.clone())
        .await
        .refuses(409, "TICKET_CLOSED");
    ana.claims(&id).await.refuses(409, "TICKET_CLOSED");
    ana.escalates(&id, "r").await.refuses(409, "TICKET_CLOSED");
    let refused = carla.says(&id, words).await.refuses(409, "TICKET_CLOSED");
    assert_eq!(
        refused.body["detail"],
        "The ticket is closed; open a new one."
    );
    carla.notes(&id, "n").await.refuses(403, "FORBIDDEN");
    play.end().await;
}

#[tokio::test]
async fn a_breach_that_has_no_place_for_its_tag_says_so() {
    let play = Play::begin().await;
    let (ana, root) = (play.agent("ana"), play.admin("root"));
    let policy = json!({
        "name": "Gold", "position": 1, "filter": { "tags": ["GOLD"] },
        "targets": { "medium": { "firstResponse": "PT1H" } }, "warnAtPercent": [],
        "onBreach": { "addTag": "late", "raisePriority": true },
    });
    root.sets_policy("pol_gold", policy).await.expect(201);
    let mut tags = names(19);
    tags.push("Gold".into());
    let full = ana.opens_for("carla", json!({ "tags": tags })).await;
    assert_eq!(
        full.data()["sla"]["policyId"],
        "pol_gold",
        "found in another spelling"
    );
    let other = ana
        .opens_for("carla", json!({ "tags": ["gold", "LATE"] }))
        .await;
    play.wait("PT2H").await;

    let told = async |id: &str| {
        let read = ana.reads(id).await.expect(200);
        let entry = &read.data()["threads"][1];
        assert_eq!(entry["event"], "SLA_BREACHED");
        let message = entry["message"].as_str().expect("words");
        (
            read.data()["tags"].clone(),
            message.split_once("Z; ").map(|parts| parts.1.to_owned()),
        )
    };
    let said = "tag late not added: there are 20 already; priority: medium → high";
    assert_eq!(told(&full.id()).await, (json!(tags), Some(said.into())));
    let said = "priority: medium → high";
    assert_eq!(
        told(&other.id()).await,
        (json!(["gold", "LATE"]), Some(said.into()))
    );
    play.end().await;
}
