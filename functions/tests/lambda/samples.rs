//! The sample events that `cargo lambda invoke` is shown with.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use ventanilla::{Match, Template};

use crate::account::{Account, BINARIES};
use crate::event::Event;

/// The ticket the samples are about.
const SAMPLE: &str = "tkt_01a2087dec80700080005eed00000001";

fn sample(function: &str) -> String {
    let path = format!("../infra/events/{function}.json");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(path).expect("a sample for every function")
}

fn event(text: &str) -> Event {
    Event(serde_json::from_str(text).expect("JSON"))
}

#[tokio::test]
async fn every_sample_event_is_answered_by_its_function() {
    let account = Account::open().await;
    let created = account
        .ask("create-ticket", event(&sample("create-ticket")))
        .await;
    assert_eq!(created.status, 201, "{:#}", created.body);
    // What deletes the ticket comes after what needs it, and what brings it back last.
    let mut functions = BINARIES.map(|(function, _)| function);
    functions.sort_by_key(|name| (*name == "restore-ticket", *name == "delete-ticket"));
    for function in functions {
        let event = event(&sample(function).replace(SAMPLE, &created.id()));
        if function == "check-deadlines" {
            let report = account.process(function).await.invoke(&event.0).await;
            let nothing = json!({
                "due": 0, "warned": 0, "breached": 0, "closed": 0, "purged": 0, "reaped": 0, "failed": 0, "lagMs": 0,
                "unfinished": false,
            });
            assert_eq!(report, Ok(nothing));
            continue;
        }
        if function == "record-scan" {
            let report = account.process(function).await.invoke(&event.0).await;
            assert_eq!(report, Ok(json!({ "scan": "clean" })));
            continue;
        }
        let answer = account.ask(function, event).await;
        let expected = match function {
            "create-ticket" | "create-upload" | "post-message" | "post-note" | "put-calendar"
            | "put-sla-policy" => 201,
            // There is no such upload, no such attachment, no such path; nor, yet, such a calendar and such a policy.
            "delete-upload"
            | "download-attachment"
            | "not-found"
            | "delete-calendar"
            | "get-calendar"
            | "delete-sla-policy" => 404,
            _ => 200,
        };
        assert_eq!(answer.status, expected, "{function}: {:#}", answer.body);
        let replayed = (function == "create-ticket").then_some(json!("true"));
        assert_eq!(
            answer.headers.get("idempotency-replayed"),
            replayed.as_ref()
        );
    }
    account.close().await;
}

#[test]
fn every_sample_event_comes_by_its_function_s_route() {
    for function in Template::embedded().expect("a template").functions {
        let event: Value = serde_json::from_str(&sample(&function.name)).expect("JSON");
        if !function.schedules.is_empty() {
            assert_eq!(event["source"], "aws.scheduler", "{}", function.name);
            continue;
        }
        if !function.told_by.is_empty() {
            assert_eq!(event["source"], function.told_by[0], "{}", function.name);
            continue;
        }
        let routes: Vec<String> = function
            .routes
            .iter()
            .map(|route| match &route.matches {
                Match::Exactly(method, path) => format!("{method} {path}"),
                Match::Rest => "$default".into(),
            })
            .collect();
        let key = event["routeKey"].as_str().unwrap_or_default();
        assert!(routes.iter().any(|route| route == key), "{key}: {routes:?}");
        assert_eq!(event["requestContext"]["routeKey"], key);
        let verified = !event["requestContext"]["authorizer"].is_null();
        let authorised = function.routes.iter().any(|route| route.authorised);
        assert_eq!(verified, authorised, "{key}");
    }
}
