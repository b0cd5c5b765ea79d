//! What happens to a function when what it depends on is not there.

use axum::http::StatusCode;
use serde_json::json;

use crate::account::{BINARIES, WITHOUT_TABLE, answer, environment, stand, start};
use crate::engine::{ClosedPort, Silent, at_second_try};
use crate::event::{ANA, Event};
use crate::host::Failure;

const TICKETS: &str = "/v2/support-tickets";

#[tokio::test]
async fn an_engine_that_is_not_there_is_a_503_and_the_function_goes_on() {
    let stand = stand().await;
    let port = ClosedPort::take();
    let environment = environment("list-tickets", &port.url, stand.table().name());
    let process = start("list-tickets", &environment).await;
    let list = || Event::get(TICKETS).by(&ANA);

    let refused = answer(&process, list()).await;
    refused.refuses(
        503,
        "SERVICE_UNAVAILABLE",
        "The service is busy. Send the same request again; with an `Idempotency-Key` it is done once.",
    );
    assert_eq!(refused.headers["retry-after"], "1");

    port.open(stand.open_dynamodb().await.expect("a port"));
    let listed = answer(&process, list()).await;
    assert_eq!(
        (listed.status, &listed.body["success"], &listed.body["data"]),
        (200, &json!(true), &json!([]))
    );

    let end = process.stop().await;
    let causes: Vec<bool> = end
        .stdout
        .lines()
        .map(|line| line.contains("\"cause\":\"unavailable: "))
        .collect();
    assert_eq!(causes, [true, false], "{}", end.stdout);
    assert_eq!(end.stderr, "");
    stand.shutdown().await.expect("the stand stops");
}

#[tokio::test]
async fn half_an_answer_is_asked_for_again_and_the_whole_one_counts() {
    let nothing = r#"{"Count":0,"ScannedCount":0,"Items":[]}"#;
    let refused = r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}"#;
    for (status, body, expected) in [
        (StatusCode::OK, nothing, 404),
        (StatusCode::BAD_REQUEST, refused, 500),
    ] {
        let engine = at_second_try(status, body).await;
        let process = start("get-ticket", &environment("get-ticket", &engine, "a-table")).await;
        let ticket = "/v2/support-tickets/tkt_01935a7b0000700080000000deadbeef";
        let answered = answer(&process, Event::get(ticket).by(&ANA)).await;
        assert_eq!(answered.status, expected, "{:#}", answered.body);
        let end = process.stop().await;
        assert!(end.stdout.contains(r#""trips":2"#), "{}", end.stdout);
    }
}

#[tokio::test]
async fn a_killed_process_fails_its_call_in_flight_and_every_later_one() {
    let engine = Silent::start().await;
    let environment = environment("get-ticket", &engine.url, "a-table");
    let process = start("get-ticket", &environment).await;
    let event = Event::get("/v2/support-tickets/1001").by(&ANA).0;
    let kill = async {
        engine.asked.notified().await;
        process.kill();
    };
    let (outcome, ()) = tokio::join!(process.invoke(&event), kill);
    assert_eq!(outcome, Err(Failure::Ended));
    assert_eq!(process.invoke(&event).await, Err(Failure::Ended));
    let end = process.end().await;
    assert_eq!(end.status.code(), None, "killed by a signal: {end:?}");
    assert_eq!(end.stdout, "", "the request was never answered");
}

#[tokio::test]
async fn an_event_that_is_none_is_reported_and_the_function_goes_on() {
    let environment = environment("openapi", "", "");
    let process = start("openapi", &environment).await;
    let outcome = process.invoke(&json!({ "Records": [] })).await;
    assert!(matches!(outcome, Err(Failure::Reported(_))), "{outcome:?}");
    let answered = answer(&process, Event::get("/v2/openapi.json")).await;
    assert_eq!(answered.status, 200);
}

#[tokio::test]
async fn a_missing_variable_ends_the_process_and_is_named() {
    for (function, _) in BINARIES {
        if WITHOUT_TABLE.contains(&function) {
            continue;
        }
        for missing in ["AWS_REGION", "VENTANILLA_TABLE"] {
            let mut environment = environment(function, "http://127.0.0.1:9", "a-table");
            environment.retain(|(name, _)| *name != missing);
            let process = start(function, &environment).await;
            let event = Event::get(TICKETS).by(&ANA).0;
            assert_eq!(process.invoke(&event).await, Err(Failure::Ended));
            let end = process.end().await;
            assert_eq!(end.status.code(), Some(1), "{function}: {end:?}");
            assert!(end.stderr.contains(missing), "{function}: {end:?}");
            assert_eq!(end.stdout, "");
        }
    }
}
