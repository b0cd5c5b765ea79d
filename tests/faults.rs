//! What happens when the engine below misbehaves: nothing is half-written, and what is said can be said again.

use serde_json::{Value, json};

use crate::harness::{Fault, Play, Proxy};

const TICKETS: &str = "/v2/support-tickets";

fn ticket() -> Value {
    json!({ "title": "t", "description": "d", "category": "general" })
}

/// A stand behind a proxy, in front of another stand's engine.
async fn stage() -> (Play, Proxy, Play) {
    let engine = Play::begin().await;
    let proxy = Proxy::before(&engine.open_dynamodb().await).await;
    let play = Play::behind(&proxy).await;
    (play, proxy, engine)
}

#[tokio::test]
async fn an_engine_that_fails_is_a_503_that_says_when_to_come_back() {
    let (play, proxy, engine) = stage().await;
    let carla = play.customer("carla");
    let opened = carla.opens("Help").await.id();
    for fault in [Fault::Throttled, Fault::ServerError] {
        proxy.always(Some(fault));
        let refused = [
            carla.reads(&opened).await,
            carla.get(TICKETS).await,
            carla.reads_thread(&opened).await,
            carla.post(TICKETS, &ticket()).await,
            carla.says(&opened, json!({ "message": "m" })).await,
        ];
        for reply in refused {
            let reply = reply.refuses(503, "SERVICE_UNAVAILABLE");
            assert_eq!(reply.header("retry-after"), "1");
            assert!(
                !reply.body.to_string().contains("slow down"),
                "a 5xx does not say why"
            );
        }
        proxy.always(None);
    }
    assert_eq!(play.heads().await.len(), 1);
    assert_eq!(carla.reads(&opened).await.data()["version"], 1);
    play.end().await;
    engine.end().await;
}

#[tokio::test]
async fn throttling_and_conflicts_that_pass_are_not_seen() {
    let (play, proxy, engine) = stage().await;
    let carla = play.customer("carla");
    proxy.next("TransactWriteItems", Fault::Conflict, 5);
    let opened = carla.opens("Help").await.id();
    proxy.next("TransactWriteItems", Fault::Conflict, 5);
    proxy.next("TransactWriteItems", Fault::Throttled, 1);
    carla
        .says(&opened, json!({ "message": "m" }))
        .await
        .expect(201);
    proxy.next("GetItem", Fault::ServerError, 2);
    carla
        .says(&opened, json!({ "message": "m" }))
        .await
        .expect(201);
    assert_eq!(carla.reads(&opened).await.data()["version"], 3);
    play.end().await;
    engine.end().await;
}

#[tokio::test]
async fn conflicts_without_end_are_a_503_and_nothing_is_written() {
    let (play, proxy, engine) = stage().await;
    let carla = play.customer("carla");
    let opened = carla.opens("Help").await.id();
    proxy.next("TransactWriteItems", Fault::Conflict, 1_000);
    carla
        .says(&opened, json!({ "message": "m" }))
        .await
        .refuses(503, "SERVICE_UNAVAILABLE");
    assert_eq!(carla.reads(&opened).await.data()["version"], 1);
    let tries = proxy
        .seen()
        .iter()
        .filter(|operation| *operation == "TransactWriteItems")
        .count();
    assert!(tries < 60, "{tries} tries");
    proxy.forget();
    play.end().await;
    engine.end().await;
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_and_the_write_happens_once() {
    let (play, proxy, engine) = stage().await;
    let carla = play.customer("carla");
    proxy.next("TransactWriteItems", Fault::LostAnswer, 1);
    let opened = carla.opens("Help").await.id();
    proxy.next("TransactWriteItems", Fault::LostAnswer, 2);
    carla
        .says(&opened, json!({ "message": "m" }))
        .await
        .expect(201);
    assert_eq!(carla.reads(&opened).await.data()["version"], 2);
    assert_eq!(play.heads().await.len(), 1);
    play.end().await;
    engine.end().await;
}

#[tokio::test]
async fn a_write_whose_answer_never_came_is_replayed_under_its_key() {
    let (play, proxy, engine) = stage().await;
    let carla = play.customer("carla");
    // Every try of the first request is executed, and every answer lost.
    proxy.next("TransactWriteItems", Fault::LostAnswer, 5);
    carla
        .post(TICKETS, &ticket())
        .key("k")
        .await
        .refuses(503, "SERVICE_UNAVAILABLE");
    assert_eq!(play.heads().await.len(), 1);
    let again = carla.post(TICKETS, &ticket()).key("k").await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");

    let path = format!("{TICKETS}/{}/threads", again.id());
    let bye = json!({ "message": "Bye.", "status": "closed" });
    proxy.next("TransactWriteItems", Fault::LostAnswer, 5);
    carla
        .post(&path, &bye)
        .key("k")
        .await
        .refuses(503, "SERVICE_UNAVAILABLE");
    let again = carla.post(&path, &bye).key("k").await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(
        (play.heads().await.len(), &again.data()["seq"]),
        (1, &json!(2))
    );
    play.end().await;
    engine.end().await;
}
