//! What a tenant reveals to its customers, and what it lets them set.

use serde_json::{Value, json};

use crate::harness::Play;

const TICKETS: &str = "/v2/support-tickets";
const SETTINGS: &str = "/v2/settings";

#[tokio::test]
async fn customers_see_tags_and_assignee_only_where_the_settings_say_so() {
    let play = Play::begin().await;
    let (carla, ana, root) = (
        play.customer("carla"),
        play.agent("ana"),
        play.admin("root"),
    );
    let opening = json!({ "title": "t", "description": "d", "category": "general", "tags": ["api"], "priority": "low" });
    let opened = carla.post(TICKETS, &opening).await.expect(201);
    let ticket = opened.id();
    ana.claims(&ticket).await.expect(200);
    let none: Vec<Value> = Vec::new();
    for (see, tags, assigned) in [
        (json!([]), json!(none), Value::Null),
        (json!(["tags"]), json!(["api"]), Value::Null),
        (json!(["assignedTo"]), json!(none), json!("ana")),
        (json!(["tags", "assignedTo"]), json!(["api"]), json!("ana")),
    ] {
        let settings = json!({ "customersSee": see });
        root.patch(SETTINGS, &settings).await.expect(200);
        let read = carla.reads(&ticket).await.expect(200).data().clone();
        let listed = carla.get(TICKETS).await.expect(200).data()[0].clone();
        let changed = carla.changes(&ticket, json!({})).await.expect(200);
        for shown in [&read, &listed, changed.data()] {
            assert_eq!((&shown["tags"], &shown["assignedTo"]), (&tags, &assigned));
        }
        for (query, field, is_shown) in [
            ("tag=api", "tag", tags != json!(none)),
            ("assignedTo=ana", "assignedTo", assigned != Value::Null),
            (
                "assignedTo=none&page=1",
                "assignedTo",
                assigned != Value::Null,
            ),
        ] {
            let listed = carla.get(&format!("{TICKETS}?{query}")).await;
            if is_shown {
                listed.expect(200);
            } else {
                let refused = listed.refuses(400, "INVALID_PARAMETERS");
                assert_eq!(refused.errors()[0].0, field);
            }
            ana.get(&format!("{TICKETS}?{query}")).await.expect(200);
        }
        let hers = ana.reads(&ticket).await.expect(200);
        assert_eq!(hers.data()["tags"], json!(["api"]));
        assert_eq!(hers.data()["assignedTo"], "ana");
    }
    play.end().await;
}

#[tokio::test]
async fn customers_set_at_the_opening_what_the_settings_let_them() {
    let play = Play::begin().await;
    let (carla, ana, root) = (
        play.customer("carla"),
        play.agent("ana"),
        play.admin("root"),
    );
    let opening = json!({ "title": "t", "description": "d", "category": "general", "tags": ["api"], "priority": "urgent" });
    let first = carla.post(TICKETS, &opening).key("k").await.expect(201);
    let read = ana.reads(&first.id()).await;
    assert_eq!(
        (&read.data()["priority"], &read.data()["tags"]),
        (&json!("urgent"), &json!(["api"]))
    );
    for (may, barred) in [
        (json!(["priority"]), vec![("tags", "FORBIDDEN")]),
        (json!(["tags"]), vec![("priority", "FORBIDDEN")]),
        (
            json!([]),
            vec![("priority", "FORBIDDEN"), ("tags", "FORBIDDEN")],
        ),
    ] {
        root.patch(SETTINGS, &json!({ "customersMaySet": may }))
            .await
            .expect(200);
        let refused = carla.post(TICKETS, &opening).await;
        assert_eq!(refused.refuses(403, "FORBIDDEN").errors(), barred);
        let inserted = json!({ "title": "t", "category": "general", "threads": [{ "message": "d" }], "tags": ["api"], "priority": "low" });
        let refused = carla.post(&format!("{TICKETS}/insert"), &inserted).await;
        assert_eq!(refused.refuses(403, "FORBIDDEN").errors(), barred);
        carla.opens("Plain").await;
        ana.opens_for("carla", json!({ "tags": ["api"], "priority": "low" }))
            .await;
    }
    // What was done is done, and answered as it was.
    let again = carla.post(TICKETS, &opening).key("k").await.expect(201);
    assert_eq!(
        (again.header("idempotency-replayed"), &again.body),
        ("true", &first.body)
    );
    play.end().await;
}
