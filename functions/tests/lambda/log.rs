//! The log: one line of JSON per request, and nothing in it that a person wrote or is called by.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::account::{answer, environment, stand, start};
use crate::engine;
use crate::event::{CUSTOMER, Event, Person};

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
        assert!(line["ms"].is_f64(), "{line}");
        line["ms"] = "a time".into();
        for name in ["rru", "wru"] {
            if let Some(number) = line.get(name).and_then(Value::as_f64) {
                line[name] = json!(if number > 0.0 { "> 0" } else { "0" });
            }
        }
        line
    };
    log.lines().map(line).collect()
}

/// The line of a request; one that was refused says what it was.
fn request(function: &str, (method, route): (&str, &str), status: u16, more: &Value) -> Value {
    let mut line = json!({
        "request": "the-request",
        "function": function,
        "status": status,
        "ms": "a time",
        "tenant": "acme",
        "trips": 0,
    });
    if status >= 400 {
        line["method"] = method.into();
        line["route"] = route.into();
    }
    for (name, value) in more.as_object().into_iter().flatten() {
        line[name] = value.clone();
    }
    line
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
    let engine = stand.open_dynamodb().await.expect("a port");
    let table = |function| environment(function, engine, stand.table().name());

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
    let line =
        |status: u16, more: &Value| request("create-ticket", ("POST", TICKETS), status, more);
    assert_eq!(
        lines(&end.stdout),
        [
            // The first request of a process reads what the tenant has set, and remembers it.
            line(
                201,
                &json!({ "rru": "> 0", "wru": "> 0", "trips": 3, "cold": 1 })
            ),
            line(201, &json!({ "rru": "> 0", "wru": "> 0", "trips": 4 })),
            line(
                422,
                &json!({ "wru": "> 0", "trips": 2, "code": "IDEMPOTENCY_KEY_REUSED" })
            ),
            line(400, &json!({ "code": "TITLE_REQUIRED" })),
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
    let route = ("GET", "/v2/support-tickets/{id}");
    let line = |status: u16, more: &Value| request("get-ticket", route, status, more);
    let mut nobody = line(401, &json!({ "code": "UNAUTHORIZED" }));
    nobody.as_object_mut().map(|line| line.remove("tenant"));
    assert_eq!(
        lines(&end.stdout),
        [
            line(200, &json!({ "rru": "> 0", "trips": 1, "cold": 1 })),
            line(404, &json!({ "code": "SUPPORT_TICKET_NOT_FOUND" })),
            line(200, &json!({ "rru": "> 0", "trips": 2 })),
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
    let strange = r#"{"Items": [{"title": {"S": "xyzzy"}, "number": {"S": "xyzzy"}}]}"#;
    let refused = r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"no","xyzzy":"xyzzy"}"#;
    for (status, body, expected) in [
        (StatusCode::OK, garbled, 503),
        (StatusCode::OK, strange, 500),
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

/// What CloudWatch makes of a line: each metric's name and value.
fn metrics(line: &str) -> Value {
    let line: Value = serde_json::from_str(line).expect("a line is JSON");
    let directive = &line["_aws"];
    assert!(directive["Timestamp"].is_i64(), "{line}");
    let of_a_stack = &directive["CloudWatchMetrics"][0];
    assert_eq!(of_a_stack["Namespace"], "ventanilla");
    assert_eq!(of_a_stack["Dimensions"], json!([[]]));
    let named = of_a_stack["Metrics"].as_array().expect("metrics").iter();
    let value = |metric: &Value| {
        let name = metric["Name"].as_str().expect("a name").to_owned();
        let value = line[&name].clone();
        assert!(value.is_number(), "{name} of {line}");
        (name, value)
    };
    named.map(value).collect::<serde_json::Map<_, _>>().into()
}

#[tokio::test]
async fn a_line_names_its_metrics_and_is_short() {
    let stand = stand().await;
    let engine = stand.open_dynamodb().await.expect("a port");
    let deployed = |function| {
        let mut environment = environment(function, engine, stand.table().name());
        environment.push(("VENTANILLA_METRICS", "ventanilla".to_owned()));
        environment
    };
    let mut texts = Vec::new();
    let body = json!({ "title": "Invoice", "description": "Which one?", "category": "billing" });
    let without_id = |mut event: Event| {
        event.0["headers"]
            .as_object_mut()
            .map(|headers| headers.remove("x-request-id"));
        event.by(&CUSTOMER)
    };
    let create = start("create-ticket", &deployed("create-ticket")).await;
    for _ in 0..2 {
        let created = answer(&create, without_id(Event::post(TICKETS, &body))).await;
        assert_eq!(created.status, 201, "{:#}", created.body);
    }
    texts.push(create.stop().await.stdout);
    let read = start("get-ticket", &deployed("get-ticket")).await;
    let traced = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let number = Event::get("/v2/support-tickets/1");
    answer(&read, without_id(number.header("traceparent", traced))).await;
    texts.push(read.stop().await.stdout);
    let lines: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();
    let found: Vec<Value> = lines.iter().map(|line| metrics(line)).collect();
    assert_eq!(
        found,
        [
            json!({ "rru": 1.0, "wru": 17.0 }),
            json!({ "wru": 17.0 }),
            // The number, the head, the entries, and the first time what customers are shown.
            json!({ "rru": 4.0 }),
        ]
    );
    let trace = r#""trace":"4bf92f3577b34da6a3ce929d0e0e4736","#;
    for (line, trace) in lines.into_iter().zip(["", "", trace]) {
        assert!(line.contains(trace), "{line}");
        let length = line.len() - trace.len();
        assert!(length <= 300, "{length} bytes: {line}");
    }
    stand.shutdown().await.expect("the stand stops");

    let broken = engine::always(StatusCode::BAD_REQUEST, "{}").await;
    let mut environment = environment("list-tickets", &broken, "a-table");
    environment.push(("VENTANILLA_METRICS", "ventanilla".to_owned()));
    let process = start("list-tickets", &environment).await;
    answer(&process, Event::get(TICKETS).by(&CUSTOMER)).await;
    let end = process.stop().await;
    assert_eq!(metrics(end.stdout.trim()), json!({ "fault": 1 }));
}
