//! Who the caller is, and where it may move a ticket.

use serde_json::{Value, json};

use crate::harness::{Play, Reply};

#[tokio::test]
async fn everybody_learns_who_it_is_and_what_fits() {
    let play = Play::begin().await;
    let (carla, ana, root) = (
        play.customer("carla"),
        play.agent("ana"),
        play.admin("root"),
    );
    for (who, principal, role) in [
        (&carla, "carla", "customer"),
        (&ana, "ana", "agent"),
        (&root, "root", "admin"),
    ] {
        let me = who.get("/v2/me").await.expect(200);
        let me = me.data();
        assert_eq!(me["principal"], principal);
        assert_eq!(me["tenant"], "acme");
        assert_eq!(me["role"], role);
        assert_eq!(me["language"], "en");
    }
    let me = carla
        .get("/v2/me")
        .header("accept-language", "es-CO, en;q=0.5");
    let me = me.await.expect(200);
    assert_eq!(me.data()["language"], "es");
    let set = root.request(reqwest::Method::PATCH, "/v2/settings");
    let set = set.header("content-type", "application/json");
    set.body(r#"{"maxAttachmentSize":1000}"#).await.expect(200);
    let me = carla.get("/v2/me").await.expect(200);
    assert_eq!(me.data()["limits"]["attachmentSize"], 1000);
    play.bearer(None)
        .get("/v2/me")
        .await
        .refuses(401, "UNAUTHORIZED");
    let refused = carla.get("/v2/me?full=true").await;
    refused.refuses(400, "INVALID_PARAMETERS");
    play.end().await;
}

/// The limits are those that hold, and the names those that are taken.
#[tokio::test]
async fn what_is_said_of_limits_and_names_is_so() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let me = carla.get("/v2/me").await.expect(200).data().clone();
    let opens = async |title: u64, category: &Value, priority: &Value| -> Reply {
        let title = "x".repeat(usize::try_from(title).expect("a length"));
        let body = json!({ "title": title, "description": "d", "category": category, "priority": priority });
        carla.post("/v2/support-tickets", &body).await
    };
    let longest = me["limits"]["title"].as_u64().expect("a number");
    let (general, low) = (json!("general"), json!("low"));
    opens(longest, &general, &low).await.expect(201);
    let refused = opens(longest + 1, &general, &low).await;
    refused.refuses(400, "INVALID_TITLE");
    for (list, count) in [("categories", 5), ("priorities", 4), ("statuses", 5)] {
        let names = me[list].as_array().expect("a list");
        assert_eq!(names.len(), count, "{list}");
        for named in names {
            for language in ["en", "es"] {
                let label = named["label"][language].as_str().unwrap_or_default();
                assert!(!label.is_empty(), "{named}");
            }
        }
    }
    for category in me["categories"].as_array().expect("a list") {
        opens(1, &category["name"], &low).await.expect(201);
    }
    for priority in me["priorities"].as_array().expect("a list") {
        opens(1, &general, &priority["name"]).await.expect(201);
    }
    for status in me["statuses"].as_array().expect("a list") {
        let name = status["name"].as_str().unwrap_or_default();
        let listed = carla.get(&format!("/v2/support-tickets?status={name}"));
        listed.await.expect(200);
    }
    let types = me["types"].as_array().expect("a list");
    assert!(types.contains(&json!("application/pdf")), "{types:?}");
    play.end().await;
}

#[tokio::test]
async fn a_ticket_says_where_its_reader_may_move_it() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let opened = carla.opens("Help").await;
    assert_eq!(opened.data()["allowed"], json!(["resolved", "closed"]));
    let id = opened.id();
    for (status, customer, agent) in [
        (
            "in_progress",
            json!(["resolved", "closed"]),
            json!(["open", "pending", "resolved", "closed"]),
        ),
        (
            "resolved",
            json!(["open", "closed"]),
            json!(["open", "in_progress", "closed"]),
        ),
        ("closed", json!([]), json!([])),
    ] {
        let body = json!({ "status": status, "resolution": "r" });
        let changed = ana.changes(&id, body).await.expect(200);
        assert_eq!(changed.data()["allowed"], agent, "{status}");
        assert_eq!(ana.reads(&id).await.data()["allowed"], agent, "{status}");
        let read = carla.reads(&id).await;
        assert_eq!(read.data()["allowed"], customer, "{status}");
        let listed = carla.get("/v2/support-tickets?sort=createdAt").await;
        assert_eq!(listed.data()[0]["allowed"], customer, "{status}");
    }
    play.end().await;
}

/// What is allowed works, and nothing else does.
#[tokio::test]
async fn exactly_the_moves_that_are_allowed_can_be_made() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    for from in ["open", "in_progress", "pending", "resolved"] {
        for to in ["open", "pending", "in_progress", "resolved", "closed"] {
            for who in [&carla, &ana] {
                let id = carla.opens("Help").await.id();
                let body = json!({ "status": from, "resolution": "r" });
                ana.changes(&id, body).await.expect(200);
                let read = who.reads(&id).await;
                let allowed = read.data()["allowed"].as_array().expect("a list");
                let can = allowed.contains(&json!(to));
                let moved = who.changes(&id, json!({ "status": to })).await;
                assert_eq!(moved.status.is_success(), can || from == to, "{from} {to}");
            }
        }
    }
    play.end().await;
}
