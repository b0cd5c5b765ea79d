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
