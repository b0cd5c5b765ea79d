//! The names Verifik's clients know, and what somebody has read.

use serde_json::{Value, json};

use crate::harness::Play;

const INSERT: &str = "/v2/support-tickets/insert";

#[tokio::test]
async fn insert_opens_a_ticket_with_its_first_message() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let body = json!({ "title": "Help", "category": "technical", "threads": [{ "message": "It does not work." }] });
    let inserted = carla.post(INSERT, &body).key("k").await.expect(201);
    let mut created = carla.opens("Help").await.masked();
    created["data"]["number"] = json!(1);
    assert_eq!(inserted.masked(), created);
    assert_eq!(
        inserted.header("location"),
        format!("/v2/support-tickets/{}", inserted.id())
    );
    let again = carla.post(INSERT, &body).key("k").await.expect(201);
    assert_eq!(
        (again.header("idempotency-replayed"), &again.body),
        ("true", &inserted.body)
    );
    play.end().await;
}

#[tokio::test]
async fn what_is_wrong_inside_a_thread_is_named_where_it_stands() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let with = |threads: Value| json!({ "title": "t", "category": "general", "threads": threads });
    for (threads, code, field) in [
        (Value::Null, "THREADS_REQUIRED", "threads"),
        (json!([]), "INVALID_THREADS", "threads"),
        (json!("m"), "INVALID_THREADS", "threads"),
        (
            json!([{ "message": "a" }, { "message": "b" }]),
            "INVALID_THREADS",
            "threads",
        ),
        (json!([{}]), "MESSAGE_REQUIRED", "threads[0].message"),
        (
            json!([{ "message": 1 }]),
            "INVALID_MESSAGE",
            "threads[0].message",
        ),
        (
            json!([{ "message": "m", "author": "x" }]),
            "UNKNOWN_FIELD",
            "threads[0].author",
        ),
    ] {
        let refused = carla.post(INSERT, &with(threads)).await.refuses(400, code);
        assert_eq!(refused.errors(), [(field, code)]);
    }
    let described = json!({ "title": "t", "category": "general", "description": "d" });
    let refused = carla
        .post(INSERT, &described)
        .await
        .refuses(400, "THREADS_REQUIRED");
    assert_eq!(
        refused.errors(),
        [
            ("threads", "THREADS_REQUIRED"),
            ("description", "UNKNOWN_FIELD")
        ]
    );
    assert!(play.heads().await.is_empty());
    play.end().await;
}

#[tokio::test]
async fn older_names_of_statuses_are_understood_and_never_spoken() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let thread = format!("/v2/support-tickets/{ticket}/thread");
    let said = ana
        .post(&thread, &json!({ "message": "m", "status": "progress" }))
        .await
        .expect(201);
    assert_eq!(said.data()["changes"][0]["to"], "in_progress");
    let listed = ana
        .get("/v2/support-tickets?status=progress")
        .await
        .expect(200);
    assert_eq!(listed.data()[0]["status"], "in_progress");
    let closed = json!({ "status": "cancelled", "resolution": "r" });
    let closed = ana.changes(&ticket, closed).await.expect(200);
    assert_eq!(closed.data()["status"], "closed");
    let refused = ana.get("/v2/support-tickets?status=done").await;
    let refused = refused.refuses(400, "INVALID_PARAMETERS");
    let detail = refused.body["detail"].as_str().unwrap_or_default();
    assert_eq!(
        detail,
        "`status` must be one of open, pending, in_progress, resolved, closed."
    );
    play.end().await;
}

#[tokio::test]
async fn everybody_has_read_as_far_as_it_said_and_nobody_else_s_ticket_changes() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let path = format!("/v2/support-tickets/{ticket}/threads/seen");
    assert_eq!(ana.reads_thread(&ticket).await.body["seen"], Value::Null);
    let seen = ana.put(&path, &json!({})).await.expect(200);
    assert_eq!(
        (seen.header("etag"), &seen.data()["seq"]),
        ("\"1\"", &json!(1))
    );
    assert_eq!(ana.reads_thread(&ticket).await.body["seen"], *seen.data());
    // The same again is the same; without a body, too.
    let again = ana.request(reqwest::Method::PUT, &path).await.expect(200);
    assert_eq!(again.body, seen.body);
    carla
        .says(&ticket, json!({ "message": "m" }))
        .await
        .expect(201);
    assert_eq!(ana.reads_thread(&ticket).await.body["seen"]["seq"], 1);
    assert_eq!(
        ana.put(&path, &json!({})).await.expect(200).data()["seq"],
        2
    );
    assert_eq!(carla.reads_thread(&ticket).await.body["seen"], Value::Null);
    let late = carla
        .put(&path, &json!({}))
        .header("if-match", "\"1\"")
        .await;
    late.refuses(412, "VERSION_MISMATCH");
    assert_eq!(
        ana.reads(&ticket).await.data()["version"],
        2,
        "nothing was written"
    );
    let stranger = play.customer("david").put(&path, &json!({})).await;
    stranger.refuses(404, "SUPPORT_TICKET_NOT_FOUND");
    play.end().await;
}

#[tokio::test]
async fn subject_and_assignee_are_older_names_and_never_beside_the_others() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let tickets = "/v2/support-tickets";
    let body = json!({ "subject": "Help", "description": "d", "category": "general" });
    let opened = carla.post(tickets, &body).await.expect(201);
    assert_eq!(opened.data()["title"], "Help");
    assert_eq!(opened.data()["subject"], Value::Null);
    let body = json!({ "subject": "Help", "category": "general", "threads": [{ "message": "m" }] });
    carla.post(INSERT, &body).await.expect(201);
    let id = opened.id();
    let words = json!({ "subject": "Help!", "assignee": "ana" });
    let changed = ana.changes(&id, words).await.expect(200);
    assert_eq!(changed.data()["title"], "Help!");
    assert_eq!(changed.data()["assignedTo"], "ana");
    let listed = ana.get(&format!("{tickets}?assignee=me")).await.expect(200);
    assert_eq!(listed.data().as_array().map(Vec::len), Some(1));
    let free = ana
        .changes(&id, json!({ "assignee": null }))
        .await
        .expect(200);
    assert_eq!(free.data()["assignedTo"], Value::Null);

    let both = json!({ "title": "a", "subject": "b", "description": "d", "category": "general" });
    let refused = carla
        .post(tickets, &both)
        .await
        .refuses(400, "REPEATED_FIELD");
    assert_eq!(refused.errors(), [("subject", "REPEATED_FIELD")]);
    let both = json!({ "assignedTo": "ana", "assignee": "ana" });
    let refused = ana.changes(&id, both).await.refuses(400, "REPEATED_FIELD");
    assert_eq!(refused.errors(), [("assignee", "REPEATED_FIELD")]);
    let refused = ana
        .get(&format!("{tickets}?assignee=me&assignedTo=me"))
        .await;
    let refused = refused.refuses(400, "INVALID_PARAMETERS");
    assert_eq!(refused.errors(), [("assignee", "REPEATED_FIELD")]);
    play.end().await;
}

#[tokio::test]
async fn an_older_category_is_read_and_its_word_is_kept_as_a_tag() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let opens = async |category: &str, tags: Value| {
        let body = json!({ "title": "t", "description": "d", "category": category, "tags": tags, "client": "carla" });
        let opened = ana.post("/v2/support-tickets", &body).await.expect(201);
        let data = opened.data();
        (opened.id(), data["category"].clone(), data["tags"].clone())
    };
    for (older, category) in [
        ("integration", "technical"),
        ("bug", "technical"),
        ("payment", "billing"),
        ("login", "account"),
        ("feature", "feature_request"),
        ("question", "general"),
        ("other", "general"),
    ] {
        let (_, read, tags) = opens(older, json!(["api"])).await;
        assert_eq!((read, tags), (json!(category), json!(["api", older])));
    }
    let (id, _, tags) = opens("technical", json!([])).await;
    assert_eq!(tags, json!([]), "a name of today is no tag");
    let changed = ana
        .changes(&id, json!({ "category": "refund" }))
        .await
        .expect(200);
    assert_eq!(changed.data()["category"], "billing");
    assert_eq!(changed.data()["tags"], json!(["refund"]));
    let words = json!({ "category": "bug", "tags": ["one"] });
    let changed = ana.changes(&id, words).await.expect(200);
    assert_eq!(changed.data()["tags"], json!(["one", "bug"]));
    // Where there is room for no more, the ticket is opened all the same.
    let many: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    assert_eq!(opens("bug", json!(many)).await.2, json!(many));
    // A customer that may set no tags is not refused for a word it did not mean as one.
    let none = json!({ "customersMaySet": [] });
    let settings = play.admin("root").patch("/v2/settings", &none).await;
    settings.expect(200);
    let body = json!({ "title": "t", "description": "d", "category": "bug" });
    let opened = carla.post("/v2/support-tickets", &body).await.expect(201);
    assert_eq!(opened.data()["category"], "technical");
    assert_eq!(ana.reads(&opened.id()).await.data()["tags"], json!([]));
    let body = json!({ "title": "t", "description": "d", "category": "weather" });
    let refused = carla.post("/v2/support-tickets", &body).await;
    refused.refuses(400, "INVALID_CATEGORY");
    play.end().await;
}

#[tokio::test]
async fn what_older_clients_finish_without_a_resolution_gets_one() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let id = carla.opens("Help").await.id();
    let closed = ana
        .changes(&id, json!({ "status": "cancelled" }))
        .await
        .expect(200);
    assert_eq!(closed.data()["status"], "closed");
    assert_eq!(closed.data()["resolution"], "Cancelled");
    // In a message, too; but never in the place of one that is there.
    let id = carla.opens("Help").await.id();
    let resolved = json!({ "status": "resolved", "resolution": "A new cable." });
    ana.changes(&id, resolved).await.expect(200);
    let said = json!({ "message": "m", "status": "cancelled" });
    ana.says(&id, said).await.expect(201);
    assert_eq!(ana.reads(&id).await.data()["resolution"], "A new cable.");
    // By an older path.
    let id = carla.opens("Help").await.id();
    let thread = format!("/v2/support-tickets/{id}/thread");
    let said = json!({ "message": "m", "status": "resolved" });
    ana.post(&thread, &said).await.expect(201);
    assert_eq!(ana.reads(&id).await.data()["resolution"], "Resolved");
    // Today's words owe one as ever.
    let id = carla.opens("Help").await.id();
    for status in ["resolved", "closed"] {
        let refused = ana.changes(&id, json!({ "status": status })).await;
        refused.refuses(400, "RESOLUTION_REQUIRED");
        let said = json!({ "message": "m", "status": status });
        ana.says(&id, said)
            .await
            .refuses(400, "RESOLUTION_REQUIRED");
    }
    play.end().await;
}

#[tokio::test]
async fn the_ids_that_older_clients_say_they_have_seen_are_ignored() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let id = carla.opens("Help").await.id();
    let seen = format!("/v2/support-tickets/{id}/threads/seen");
    for ids in [
        json!(["thr_1", "507f1f77bcf86cd799439013"]),
        json!([]),
        Value::Null,
    ] {
        let seen = carla
            .put(&seen, &json!({ "threadIds": ids }))
            .await
            .expect(200);
        assert_eq!(seen.data()["seq"], 1);
    }
    let other = carla.put(&seen, &json!({ "thread": 1 })).await;
    other.refuses(400, "UNKNOWN_FIELD");
    play.end().await;
}
