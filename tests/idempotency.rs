//! The same request twice.

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::Play;

const TICKETS: &str = "/v2/support-tickets";

#[tokio::test]
async fn thirty_two_requests_with_one_key_open_one_ticket() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let body = json!({ "title": "t", "description": "d", "category": "general" });
    let requests = (0..32).map(|_| carla.post(TICKETS, &body).key("one").into_future());
    let replies = join_all(requests).await;
    let first = replies[0].clone().expect(201);
    for reply in &replies {
        let reply = reply.clone().expect(201);
        assert_eq!(reply.body, first.body);
        assert_eq!(
            (reply.header("etag"), reply.header("location")),
            ("\"1\"", first.header("location"))
        );
    }
    let fresh = replies
        .iter()
        .filter(|reply| reply.header("idempotency-replayed").is_empty())
        .count();
    assert_eq!(fresh, 1, "one did it, the others say they are replays");
    assert_eq!(play.heads().await.len(), 1);
    play.end().await;
}

#[tokio::test]
async fn a_replay_is_answered_as_the_first_time_whatever_happened_since() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let body = json!({ "title": "t", "description": "d", "category": "general" });
    let created = carla.post(TICKETS, &body).key("k").await.expect(201);
    let thread = format!("{TICKETS}/{}/threads", created.id());
    let message = json!({ "message": "Bye.", "status": "closed" });
    ana.says(&created.id(), json!({ "message": "Hi." }))
        .await
        .expect(201);
    let said = carla
        .post(&thread, &message)
        .key("k")
        .header("if-match", "\"2\"")
        .await
        .expect(201);

    // The ticket is closed and at another version by now: neither stands in a replay's way.
    for (path, body, first) in [
        (TICKETS, &body, &created),
        (thread.as_str(), &message, &said),
    ] {
        let again = carla
            .post(path, body)
            .key("k")
            .header("if-match", "\"2\"")
            .await
            .expect(201);
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.body, first.body);
        assert_eq!(again.header("etag"), first.header("etag"));
        assert_eq!(again.header("location"), first.header("location"));
    }
    assert_eq!(carla.reads(&created.id()).await.data()["version"], 3);
    play.end().await;
}

#[tokio::test]
async fn a_key_belongs_to_one_body() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let body = |title| json!({ "title": title, "description": "d", "category": "general" });
    carla.post(TICKETS, &body("one")).key("k").await.expect(201);
    carla
        .post(TICKETS, &body("two"))
        .key("k")
        .await
        .refuses(422, "IDEMPOTENCY_KEY_REUSED");
    // The same body written differently is the same body.
    let spaced = "{ \"category\" : \"general\", \"description\":\"d\", \"title\":\"one\" }";
    let again = carla
        .request(reqwest::Method::POST, TICKETS)
        .body(spaced)
        .key("\"k\"")
        .await
        .expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(play.heads().await.len(), 1);
    play.end().await;
}

#[tokio::test]
async fn a_key_belongs_to_one_principal_tenant_and_path() {
    let play = Play::begin().await;
    let body = json!({ "title": "t", "description": "d", "category": "general" });
    let (carla, david, elsewhere) = (
        play.customer("carla"),
        play.customer("david"),
        play.actor("other", "carla", "customer"),
    );
    for who in [&carla, &david, &elsewhere] {
        let created = who.post(TICKETS, &body).key("k").await.expect(201);
        assert_eq!(created.header("idempotency-replayed"), "");
    }
    let ticket = carla.opens("t").await.id();
    let other = carla.opens("t").await.id();
    for ticket in [&ticket, &other] {
        let said = carla
            .post(
                &format!("{TICKETS}/{ticket}/threads"),
                &json!({ "message": "m" }),
            )
            .key("k")
            .await
            .expect(201);
        assert_eq!(said.header("idempotency-replayed"), "");
    }
    play.end().await;
}

#[tokio::test]
async fn a_request_that_was_refused_leaves_its_key_free() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let body = |client: Option<&str>| json!({ "title": "t", "description": "d", "category": "general", "client": client });
    ana.post(TICKETS, &body(None))
        .key("k")
        .await
        .refuses(400, "CLIENT_REQUIRED");
    ana.post(TICKETS, &body(Some("carla")))
        .key("k")
        .await
        .expect(201);
    play.end().await;
}

#[tokio::test]
async fn a_key_has_1_to_255_visible_characters() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let body = json!({ "title": "t", "description": "d", "category": "general" });
    carla
        .post(TICKETS, &body)
        .key(&"k".repeat(255))
        .await
        .expect(201);
    for wrong in [
        "",
        "\"\"",
        "\"",
        "\"half",
        "two words",
        &"k".repeat(256),
        "tab\there",
    ] {
        let refused = carla
            .post(TICKETS, &body)
            .key(wrong)
            .await
            .refuses(400, "INVALID_PARAMETERS");
        assert_eq!(
            refused.errors(),
            [("Idempotency-Key", "INVALID_IDEMPOTENCY_KEY")]
        );
    }
    assert_eq!(play.heads().await.len(), 1);
    play.end().await;
}
