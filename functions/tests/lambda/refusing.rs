//! What the real binaries refuse, and that they survive being asked.

use axum::http::Method;
use serde_json::json;
use ventanilla::{Match, Template};

use crate::account::Account;
use crate::event::{ANA, CUSTOMER, Event, FOREIGNER};

const NO_TICKET: &str = "There is no such ticket.";

#[tokio::test]
async fn an_unknown_path_is_not_found() {
    let account = Account::open().await;
    for path in [
        "/",
        "/v2",
        "/v2/support-ticket",
        "/v2/support-tickets/a/b",
        "/v2/support-tickets/bulk",
    ] {
        let answer = account.ask("not-found", Event::get(path)).await;
        answer.refuses(
            404,
            "NOT_FOUND",
            "There is nothing at this path; GET /v2/openapi.json lists the paths there are.",
        );
        assert_eq!(answer.headers["allow"], json!(null), "{path}");
    }
    account.close().await;
}

#[tokio::test]
async fn a_known_path_says_which_methods_it_has() {
    let account = Account::open().await;
    for (path, allow) in [
        ("/v2/openapi.json", "GET, HEAD"),
        ("/v2/support-tickets", "GET, HEAD, POST"),
        ("/v2/support-tickets/1001", "GET, HEAD, PUT, PATCH, DELETE"),
        ("/v2/support-tickets/1001/notes", "POST"),
        ("/v2/support-tickets/1001/threads", "GET, HEAD, POST"),
        ("/v2/support-tickets/1001/threads/seen", "PUT"),
        ("/v2/support-tickets/insert", "POST"),
        ("/v2/support-tickets/recount", "GET, HEAD"),
        ("/v2/settings", "GET, HEAD, PUT, PATCH"),
    ] {
        let answer = account.ask("not-found", Event::new("TRACE", path)).await;
        answer.refuses(
            405,
            "METHOD_NOT_ALLOWED",
            &format!("This path answers to {allow}."),
        );
        assert_eq!(answer.headers["allow"], allow, "{path}");
        // A browser asks so, before a page of another origin may.
        let asked = account.ask("not-found", Event::new("OPTIONS", path)).await;
        assert_eq!((asked.status, &asked.body), (204, &json!("")), "{path}");
        assert_eq!(asked.headers["allow"], allow, "{path}");
    }
    account.close().await;
}

#[tokio::test]
async fn without_an_authorizer_every_route_that_asks_for_a_token_refuses() {
    let account = Account::open().await;
    for function in Template::embedded().expect("a template").functions {
        for route in function.routes.iter().filter(|route| route.authorised) {
            let Match::Exactly(method, path) = &route.matches else {
                panic!("{route:?} would ask everybody for a token");
            };
            let event = Event::new(method.as_str(), &path.replace("{id}", "1001")).body("{}");
            let answer = account.ask(&function.name, event).await;
            if *method == Method::HEAD {
                assert_eq!(answer.status, 401, "{path}");
                continue;
            }
            answer.refuses(401, "UNAUTHORIZED", "A valid bearer token is required.");
        }
    }
    account.close().await;
}

#[tokio::test]
async fn a_foreign_ticket_and_a_missing_one_are_the_same() {
    let account = Account::open().await;
    let body = json!({ "title": "Invoice", "description": "Which one?", "category": "billing" });
    let created = Event::post("/v2/support-tickets", &body).by(&CUSTOMER);
    let created = account.ask("create-ticket", created).await.id();
    let words = json!({ "message": "Hello." });
    for id in [
        created.as_str(),
        "1",
        "tkt_01a2087dec80700080005eed00000001",
        "2",
        "99999999999999999999",
        "x",
    ] {
        let path = format!("/v2/support-tickets/{id}");
        let (thread, notes) = (format!("{path}/threads"), format!("{path}/notes"));
        for (function, event) in [
            ("get-ticket", Event::get(&path)),
            ("list-thread", Event::get(&thread)),
            ("post-message", Event::post(&thread, &words)),
            ("post-note", Event::post(&notes, &words)),
        ] {
            let answer = account.ask(function, event.by(&FOREIGNER)).await;
            answer.refuses(404, "SUPPORT_TICKET_NOT_FOUND", NO_TICKET);
        }
    }
    account.close().await;
}

#[tokio::test]
async fn an_encoded_path_parameter_names_no_ticket_and_crashes_nothing() {
    let account = Account::open().await;
    for id in [
        "a%2Fb",
        "%41",
        "%00",
        "%ff",
        "%",
        "%zz",
        "tkt_%2e%2e",
        "a b",
        "ñ",
        "\"",
        "{id}",
        "tkt_%F0%9F%8E%AB",
    ] {
        let event = Event::get(&format!("/v2/support-tickets/{id}")).by(&ANA);
        let answer = account.ask("get-ticket", event).await;
        answer.refuses(404, "SUPPORT_TICKET_NOT_FOUND", NO_TICKET);
    }
    account.close().await;
}

#[tokio::test]
async fn a_path_that_the_gateway_has_decoded_is_a_problem_too() {
    let account = Account::open().await;
    // HTTP APIs hand over `%2F` and `%2e` as `/` and `.`, under the route that the encoded path has matched.
    for id in ["a/b", "..", "%2e%2e", "a\\b", ""] {
        let event = Event::get(&format!("/v2/support-tickets/{id}")).by(&ANA);
        let answer = account.ask("get-ticket", event).await;
        assert_eq!(answer.status, 404, "{id}");
        assert_eq!(
            answer.headers["content-type"], "application/problem+json",
            "{id}"
        );
        assert_eq!(answer.body["success"], false, "{id}");
    }
    account.close().await;
}

#[tokio::test]
async fn a_body_larger_than_a_mebibyte_is_too_large() {
    let account = Account::open().await;
    let path = "/v2/support-tickets";
    for length in [(1 << 20) + 1, 3 << 20] {
        let event = Event::new("POST", path)
            .body(&" ".repeat(length))
            .by(&CUSTOMER);
        let answer = account.ask("create-ticket", event).await;
        answer.refuses(
            413,
            "PAYLOAD_TOO_LARGE",
            "The body must not be larger than 1048576 bytes.",
        );
    }
    let mut body =
        json!({ "title": "Invoice", "description": "Which one?", "category": "billing" })
            .to_string();
    body.push_str(&" ".repeat((1 << 20) - body.len()));
    let event = Event::new("POST", path).body(&body).by(&CUSTOMER);
    let answer = account.ask("create-ticket", event).await;
    assert_eq!(answer.status, 201, "{:#}", answer.body);
    account.close().await;
}
