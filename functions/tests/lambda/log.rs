//! The log: one line of JSON per request, and nothing in it that a person wrote or is called by.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::account::{answer, environment, stand, start};
use crate::engine;
use crate::event::{Event, Person};

/// Whatever must not be in the log has this word in it.
const SECRET: &str = "xyzzy";
const TICKETS: &str = "/v2/support-tickets";
const PERSON: Person = Person {
    tenant: "acme",
    sub: "xyzzy@acme.example",
    roles: "[agent]",
};

/// The lines, with the numbers that differ from run to run replaced by what they must be.
fn lines(log: &str) -> Vec<Value> {
    let line = |line: &str| {
        let mut line: Value = serde_json::from_str(line).expect("a line is JSON");
        // How long it took can round to nothing.
        assert!(line["durationMs"].is_f64(), "{line}");
        line["durationMs"] = "a time".into();
        for name in ["readUnits", "writeUnits"] {
            if let Some(number) = line.get(name).and_then(Value::as_f64) {
                line[name] = json!(if number > 0.0 { "> 0" } else { "0" });
            }
        }
        line
    };
    log.lines().map(line).collect()
}

fn secret() -> Value {
    json!({
        "title": "A xyzzy title",
        "description": "A xyzzy description",
        "category": "technical",
        "tags": ["xyzzy"],
        "client": "xyzzy@client.example",
    })
}

fn event(event: Event) -> Event {
    event
        .by(&PERSON)
        .header("authorization", "Bearer xyzzy")
        .header("idempotency-key", "xyzzy")
        .header("user-agent", "xyzzy")
}

#[tokio::test]
async fn the_log_has_one_line_per_request_and_none_of_its_words() {
    let stand = stand().await;
    let table = |function| environment(function, stand.dynamodb_url(), stand.table().name());

    let process = start("create-ticket", &table("create-ticket")).await;
    let created = answer(&process, event(Event::post(TICKETS, &secret()))).await;
    assert_eq!(created.status, 201, "{:#}", created.body);
    let mut other = secret();
    other["title"] = "Another xyzzy title".into();
    for (body, status) in [
        (secret(), 201),
        (other, 422),
        (json!({ "xyzzy": "xyzzy", "priority": "xyzzy" }), 400),
    ] {
        let answered = answer(&process, event(Event::post(TICKETS, &body))).await;
        assert_eq!(answered.status, status, "{:#}", answered.body);
    }
    let end = process.stop().await;
    let line = |status, more: &Value| {
        let mut line = json!({
            "request": "the-request",
            "method": "POST",
            "route": TICKETS,
            "status": status,
            "durationMs": "a time",
            "tenant": "acme",
            "roundTrips": 0,
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            line[name] = value.clone();
        }
        line
    };
    assert_eq!(
        lines(&end.stdout),
        [
            // The first request of a process reads what the tenant has set, and remembers it.
            line(
                201,
                &json!({ "readUnits": "> 0", "writeUnits": "> 0", "roundTrips": 3, "cold": true })
            ),
            line(
                201,
                &json!({ "readUnits": "> 0", "writeUnits": "> 0", "roundTrips": 4 })
            ),
            line(422, &json!({ "writeUnits": "> 0", "roundTrips": 2 })),
            line(400, &json!({})),
        ]
    );
    assert!(!end.stdout.contains(SECRET), "{}", end.stdout);
    assert_eq!(end.stderr, "");

    let process = start("get-ticket", &table("get-ticket")).await;
    let path = format!("{TICKETS}/{}", created.id());
    for path in [&path, "/v2/support-tickets/xyzzy", "/v2/support-tickets/1"] {
        answer(&process, event(Event::get(path))).await;
    }
    answer(
        &process,
        Event::get(&path).header("authorization", "Bearer xyzzy"),
    )
    .await;
    let end = process.stop().await;
    let line = |status, more: &Value| {
        let mut line = line(status, more);
        line["method"] = "GET".into();
        line["route"] = "/v2/support-tickets/{id}".into();
        line
    };
    let mut nobody = line(401, &json!({}));
    nobody.as_object_mut().map(|line| line.remove("tenant"));
    assert_eq!(
        lines(&end.stdout),
        [
            line(
                200,
                &json!({ "readUnits": "> 0", "roundTrips": 1, "cold": true })
            ),
            line(404, &json!({})),
            line(200, &json!({ "readUnits": "> 0", "roundTrips": 2 })),
            nobody,
        ]
    );
    assert!(!end.stdout.contains(SECRET), "{}", end.stdout);
    assert_eq!(end.stderr, "");
    stand.shutdown().await.expect("the stand stops");
}

#[tokio::test]
async fn the_log_does_not_repeat_what_a_broken_engine_said() {
    let garbled = r#"{"Items": [{"title": {"S": "xyzzy"}, "sk": "#;
    let refused = r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"no","xyzzy":"xyzzy"}"#;
    for (status, body, expected) in [
        (StatusCode::OK, garbled, 503),
        (StatusCode::BAD_REQUEST, refused, 500),
    ] {
        let engine = engine::always(status, body).await;
        let process = start(
            "list-tickets",
            &environment("list-tickets", &engine, "a-table"),
        )
        .await;
        let answered = answer(&process, event(Event::get(TICKETS))).await;
        assert_eq!(answered.status, expected, "{:#}", answered.body);
        let end = process.stop().await;
        assert!(!end.stdout.contains(SECRET), "{}", end.stdout);
        assert_eq!(lines(&end.stdout).len(), 1);
    }
}
