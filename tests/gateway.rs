//! What is around the functions: paths, methods, request ids, health, the OpenAPI document.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Play;

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    let play = Play::begin().await;
    for who in [play.agent("ana"), play.bearer(None)] {
        for path in [
            "/",
            "/v2",
            "/v2/support-tickets/",
            "/v2/support-tickets/a/b/c",
            "/v2/nothing",
        ] {
            who.get(path).await.refuses(404, "NOT_FOUND");
        }
        let wrong = [
            (Method::PUT, "/v2/support-tickets", "GET, HEAD, POST"),
            (
                Method::POST,
                "/v2/support-tickets/1",
                "GET, HEAD, PUT, PATCH, DELETE",
            ),
            (Method::GET, "/v2/support-tickets/1/notes", "POST"),
            (Method::POST, "/v2/openapi.json", "GET, HEAD"),
            (Method::POST, "/v2/support-tickets/recount", "GET, HEAD"),
        ];
        for (method, path, allowed) in wrong {
            let refused = who
                .request(method, path)
                .await
                .refuses(405, "METHOD_NOT_ALLOWED");
            assert_eq!(refused.header("allow"), allowed);
        }
    }
    play.end().await;
}

#[tokio::test]
async fn a_path_with_a_slash_too_many_is_told_which_one_is_meant() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    for (given, meant) in [
        ("/v2/support-tickets/", "`/v2/support-tickets`"),
        ("/v2//support-tickets?limit=3", "`/v2/support-tickets`"),
        (
            "/v2/support-tickets/1/threads/",
            "`/v2/support-tickets/1/threads`",
        ),
    ] {
        let refused = ana.get(given).await.refuses(404, "NOT_FOUND");
        let detail = refused.body["detail"].as_str().expect("a detail");
        assert!(detail.contains(meant), "{detail}");
    }
    let bulk = ana.post("/v2/support-tickets/bulk", &json!({ "ids": [] }));
    bulk.await.refuses(404, "NOT_FOUND");
    play.end().await;
}

#[tokio::test]
async fn head_answers_as_get_does_without_a_body() {
    let play = Play::begin().await;
    let (ana, carla) = (play.agent("ana"), play.customer("carla"));
    let id = carla.opens("Help").await.id();
    for path in [
        format!("/v2/support-tickets/{id}"),
        format!("/v2/support-tickets/{id}/threads"),
        "/v2/support-tickets?limit=1".into(),
        "/v2/support-tickets/nothing".into(),
        "/v2/openapi.json".into(),
    ] {
        let got = ana.get(&path).await;
        let head = ana.request(Method::HEAD, &path).await;
        assert_eq!(
            (head.status, &head.body),
            (got.status, &Value::Null),
            "{path}"
        );
        for name in ["etag", "content-type", "cache-control", "link"] {
            assert_eq!(
                head.headers.get(name),
                got.headers.get(name),
                "{path}: {name}"
            );
        }
    }
    let stranger = play
        .bearer(None)
        .request(Method::HEAD, "/v2/support-tickets");
    assert_eq!(stranger.await.status, 401);
    play.end().await;
}

#[tokio::test]
async fn a_page_of_this_machine_may_use_the_api_and_one_from_elsewhere_may_not() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    for page in [
        "http://localhost:5173",
        "http://127.0.0.1:8080",
        "https://[::1]",
    ] {
        let asked = ana
            .request(Method::OPTIONS, "/v2/support-tickets")
            .header("origin", page)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,idempotency-key",
            );
        let asked = asked.await;
        assert_eq!(asked.status, 204);
        assert_eq!(asked.header("access-control-allow-origin"), page);
        let allowed = asked.header("access-control-allow-headers").to_owned();
        for name in [
            "authorization",
            "content-type",
            "idempotency-key",
            "if-match",
        ] {
            assert!(allowed.split(',').any(|allowed| allowed == name), "{name}");
        }
        assert!(
            asked
                .header("access-control-allow-methods")
                .contains("PATCH")
        );
        let read = ana.get("/v2/support-tickets").header("origin", page).await;
        let read = read.expect(200);
        assert_eq!(read.header("access-control-allow-origin"), page);
        let exposed = read.header("access-control-expose-headers").to_owned();
        for name in ["etag", "link", "location", "retry-after", "x-request-id"] {
            assert!(exposed.split(',').any(|exposed| exposed == name), "{name}");
        }
    }
    for page in [
        "https://evil.example",
        "http://localhost.evil.example",
        "null",
    ] {
        let read = ana.get("/v2/support-tickets").header("origin", page).await;
        assert!(
            !read.headers.contains_key("access-control-allow-origin"),
            "{page}"
        );
    }
    play.end().await;
}

#[tokio::test]
async fn a_request_id_is_echoed_or_made() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let echoed = ana
        .get("/v2/support-tickets")
        .header("x-request-id", "abc-123")
        .await
        .expect(200);
    assert_eq!(echoed.header("x-request-id"), "abc-123");
    let refused = ana.reads("0").await;
    assert_eq!(refused.header("x-request-id").len(), 32);
    for unusable in ["two words", &"x".repeat(129)] {
        let made = ana
            .get("/v2/support-tickets")
            .header("x-request-id", unusable)
            .await
            .expect(200);
        assert_eq!(made.header("x-request-id").len(), 32);
    }
    play.end().await;
}

#[tokio::test]
async fn a_trace_is_carried_on_or_begun() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let list = || ana.get("/v2/support-tickets");
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let given = format!("00-{trace}-00f067aa0ba902b7-01");
    let carried = list().header("traceparent", &given).await.expect(200);
    let answer = carried.header("traceparent").to_owned();
    assert!(answer.starts_with(&format!("00-{trace}-")), "{answer}");
    assert!(answer.ends_with("-01") && answer != given, "{answer}");
    // Whoever sends none finds the request's id in it, also when the request is refused.
    for begun in [list().await.expect(200), ana.reads("0").await.expect(404)] {
        let id = begun.header("x-request-id");
        let begins = format!("00-{id}-");
        assert!(begun.header("traceparent").starts_with(&begins), "{id}");
    }
    play.end().await;
}

#[tokio::test]
async fn the_stand_says_when_it_is_well() {
    let play = Play::begin().await;
    let health = play.bearer(None).get("/healthz").await.expect(200);
    assert_eq!(health.body, json!({ "status": "ok" }));
    let later = json!({ "advance": "P4D" });
    play.bearer(None)
        .put("/dev/clock", &later)
        .await
        .expect(200);
    let health = play.bearer(None).get("/healthz").await.expect(200);
    let time = health.body["time"].as_str().expect("a time");
    assert!(time.contains("96h ahead of this machine's"), "{time}");
    play.end().await;
}

#[tokio::test]
async fn the_openapi_document_needs_no_token_and_refers_to_nothing_it_lacks() {
    let play = Play::begin().await;
    let document = play
        .bearer(None)
        .get("/v2/openapi.json")
        .await
        .expect(200)
        .body;
    assert_eq!(document["openapi"], "3.1.0");
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let path = reference.strip_prefix('#').expect("a local reference");
        assert!(document.pointer(path).is_some(), "{reference}");
    }
    play.end().await;
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if name == "$ref" {
                    references.extend(value.as_str());
                }
                collect(value, references);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn unknown_and_repeated_parameters_are_named() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let cases = [
        ("limit=0", "limit", "INVALID_LIMIT"),
        ("limit=101", "limit", "INVALID_LIMIT"),
        ("limit=ten", "limit", "INVALID_LIMIT"),
        ("limit=", "limit", "INVALID_LIMIT"),
        ("limit=%2B5", "limit", "INVALID_LIMIT"),
        ("limit=007", "limit", "INVALID_LIMIT"),
        ("status=opened", "status", "INVALID_STATUS"),
        ("status=open,,pending", "status", "INVALID_STATUS"),
        ("status=", "status", "INVALID_STATUS"),
        ("category=x", "category", "INVALID_CATEGORY"),
        ("priority=x", "priority", "INVALID_PRIORITY"),
        ("client=a%23b", "client", "INVALID_CLIENT"),
        ("sort=title", "sort", "INVALID_SORT"),
        ("cursor=abc", "cursor", "INVALID_CURSOR"),
        ("colour=red", "colour", "UNKNOWN_FIELD"),
        ("limit=5&limit=6", "limit", "REPEATED_FIELD"),
    ];
    for (query, field, code) in cases {
        let refused = ana
            .get(&format!("/v2/support-tickets?{query}"))
            .await
            .refuses(400, "INVALID_PARAMETERS");
        assert_eq!(refused.errors(), [(field, code)], "{query}");
    }
    let many = vec!["c"; 21].join(",");
    ana.get(&format!("/v2/support-tickets?client={many}"))
        .await
        .refuses(400, "INVALID_PARAMETERS");
    let several = ana
        .get("/v2/support-tickets?limit=x&status=y&z=1")
        .await
        .refuses(400, "INVALID_PARAMETERS");
    assert_eq!(
        several.errors(),
        [
            ("status", "INVALID_STATUS"),
            ("limit", "INVALID_LIMIT"),
            ("z", "UNKNOWN_FIELD")
        ]
    );
    play.end().await;
}

#[tokio::test]
async fn what_takes_no_parameters_refuses_every_one() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = format!("/v2/support-tickets/{}", carla.opens("Help").await.id());
    let message = json!({ "message": "m" });
    let new = json!({ "title": "t", "description": "d", "category": "general" });
    let refused = [
        ana.get(&format!("{ticket}?verbose=1")).await,
        ana.post(&format!("{ticket}/threads?verbose=1"), &message)
            .await,
        ana.post(&format!("{ticket}/notes?verbose=1"), &message)
            .await,
        carla.post("/v2/support-tickets?verbose=1", &new).await,
    ];
    for reply in refused {
        let reply = reply.refuses(400, "INVALID_PARAMETERS");
        assert_eq!(reply.errors(), [("verbose", "UNKNOWN_FIELD")]);
    }
    play.end().await;
}

#[tokio::test]
async fn the_local_issuer_mints_tokens_its_own_keys_verify() {
    let play = Play::begin().await;
    let nobody = play.bearer(None);
    let grant = json!({ "tenant": "acme", "sub": "zoe", "roles": ["agent"], "expiresIn": 60 });
    let minted = nobody.post("/dev/token", &grant).await;
    assert!(minted.status.is_success());
    let token = minted.body["token"].as_str().expect("a token").to_owned();
    play.bearer(Some(token))
        .get("/v2/support-tickets")
        .await
        .expect(200);
    let configuration = nobody
        .get("/.well-known/openid-configuration")
        .await
        .expect(200)
        .body;
    assert_eq!(configuration["issuer"], play.stand.url());
    let keys = nobody.get("/.well-known/jwks.json").await.expect(200).body;
    assert_eq!(keys["keys"][0]["kty"], "RSA");
    assert!(
        !keys.to_string().contains("\"d\""),
        "the private key stays private"
    );
    play.end().await;
}
