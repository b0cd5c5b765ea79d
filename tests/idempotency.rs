//! The same request twice.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{File, Play};

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

/// Ends the time of every key that was used, and leaves the records where they are: DynamoDB takes them away within days.
async fn end_the_time_of_keys(play: &Play) {
    let table = play.stand.table();
    let client = table.client();
    let scan = client.scan().table_name(table.name());
    let scan = scan.filter_expression("attribute_exists(fingerprint)");
    let items = scan.projection_expression("pk, sk").send().await;
    for key in items.expect("the records").items.unwrap_or_default() {
        let over = jiff::Timestamp::now().as_second().to_string();
        let update = client
            .update_item()
            .table_name(table.name())
            .set_key(Some(key));
        let update = update.update_expression("SET expiresAt = :over");
        let update = update.expression_attribute_values(":over", AttributeValue::N(over));
        update.send().await.expect("an older record");
    }
}

#[tokio::test]
async fn a_key_whose_time_is_over_is_new_though_its_record_is_still_there() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let body = |title| json!({ "title": title, "description": "d", "category": "general" });
    let one = carla.post(TICKETS, &body("one")).key("k").await.expect(201);
    end_the_time_of_keys(&play).await;
    let two = carla.post(TICKETS, &body("two")).key("k").await.expect(201);
    assert_eq!(two.header("idempotency-replayed"), "");
    assert_ne!(two.id(), one.id());
    // From now on the key is the second one's.
    let again = carla.post(TICKETS, &body("two")).key("k").await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, two.body);
    let first = carla.post(TICKETS, &body("one")).key("k").await;
    first.refuses(422, "IDEMPOTENCY_KEY_REUSED");
    // The same body, too, is a request of its own.
    end_the_time_of_keys(&play).await;
    let three = carla.post(TICKETS, &body("two")).key("k").await.expect(201);
    assert_eq!(three.header("idempotency-replayed"), "");
    assert_eq!(play.heads().await.len(), 3);
    play.end().await;
}

#[tokio::test]
async fn every_kind_of_write_honours_a_key_for_its_time() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let path = format!("{TICKETS}/{ticket}");
    let thread = format!("{path}/threads");
    let changes = |body: Value| ana.patch(&path, &body).key("k");
    let says = |body: Value| ana.post(&thread, &body).key("k");
    let declares = |text| carla.declares(&File::text(text)).key("k");
    changes(json!({ "priority": "high" })).await.expect(200);
    says(json!({ "message": "one" })).await.expect(201);
    declares("one").await.expect(201);
    end_the_time_of_keys(&play).await;
    // One that changes nothing, ...
    let nothing = changes(json!({ "priority": "high" })).await.expect(200);
    assert_eq!(nothing.header("idempotency-replayed"), "");
    says(json!({ "message": "two" })).await.expect(201);
    declares("two").await.expect(201);
    end_the_time_of_keys(&play).await;
    // ... and one that is refused: no answer of the first time stands in for the refusal.
    let closed = json!({ "message": "two", "status": "closed", "resolution": "r" });
    ana.says(&ticket, closed).await.expect(201);
    let refused = says(json!({ "message": "two" })).await;
    refused.refuses(409, "TICKET_CLOSED");
    let refused = changes(json!({ "priority": "low" })).await;
    refused.refuses(409, "TICKET_CLOSED");
    play.end().await;
}
