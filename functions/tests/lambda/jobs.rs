//! What a schedule calls.

use std::time::Duration;

use serde_json::{Value, json};

use crate::account::{Account, BINARIES, environment, start};
use crate::event::{ANA, CUSTOMER, Event};
use crate::host::{Failure, Process};

const TICKETS: &str = "/v2/support-tickets";

fn tick() -> Value {
    json!({ "source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": "{}" })
}

async fn run(process: &Process) -> Value {
    process.invoke(&tick()).await.expect("a report")
}

#[tokio::test]
async fn a_resolved_ticket_is_closed_when_its_time_has_come_and_once() {
    let account = Account::open().await;
    let body = json!({ "title": "Invoice", "description": "Which one?", "category": "billing" });
    let created = Event::post(TICKETS, &body).by(&CUSTOMER);
    let path = format!(
        "{TICKETS}/{}",
        account.ask("create-ticket", created).await.id()
    );

    let settings = Event::new("PATCH", "/v2/settings").body("{\"autoCloseAfter\":\"PT4S\"}");
    let settings = account.ask("patch-settings", settings.by(&ANA)).await;
    assert_eq!(settings.status, 200, "{:#}", settings.body);
    let solved = json!({ "status": "resolved", "resolution": "Sent again." });
    let solved = Event::new("PATCH", &path)
        .body(&solved.to_string())
        .by(&ANA);
    let solved = account.ask("update-ticket", solved).await;
    assert_eq!(solved.status, 200, "{:#}", solved.body);

    let check = account.process("check-deadlines").await;
    assert_eq!(run(check).await["due"], 0, "never early");
    tokio::time::sleep(Duration::from_millis(4_100)).await;
    assert_eq!(run(check).await["closed"], 1);
    assert_eq!(run(check).await["due"], 0);

    let got = account
        .ask("get-ticket", Event::get(&path).by(&CUSTOMER))
        .await;
    let data = &got.body["data"];
    assert_eq!(
        (&data["status"], &data["version"]),
        (&json!("closed"), &json!(3))
    );
    let last = &data["threads"][2];
    assert_eq!(
        (&last["author"], &last["type"], &last["message"]),
        (
            &json!("system"),
            &json!("system"),
            &json!("status: resolved → closed")
        )
    );
    account.close().await;
}

#[tokio::test]
async fn a_missed_target_is_published_once_and_explained() {
    let account = Account::open().await;
    let policy = json!({
        "name": "At once",
        "position": 1,
        "targets": { "medium": { "firstResponse": "PT2S" } },
        "warnAtPercent": [50],
        "onBreach": { "addTag": "late" },
    });
    let set = Event::new("PUT", "/v2/sla-policies/pol_at_once").body(&policy.to_string());
    let set = account.ask("put-sla-policy", set.by(&ANA)).await;
    assert_eq!(set.status, 201, "{:#}", set.body);
    let body = json!({ "title": "Invoice", "description": "Which one?", "category": "billing" });
    let created = Event::post(TICKETS, &body).by(&CUSTOMER);
    let created = account.ask("create-ticket", created).await;
    let path = format!("{TICKETS}/{}", created.id());

    let check = account.process("check-deadlines").await;
    assert_eq!(run(check).await["due"], 0, "never early");
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let report = run(check).await;
    assert_eq!(
        (&report["warned"], &report["breached"]),
        (&json!(1), &json!(1)),
        "{report:#}"
    );
    assert_eq!(run(check).await["due"], 0);

    let explain = Event::get(&format!("{path}/sla")).by(&ANA);
    let explained = account.ask("explain-sla", explain).await;
    assert_eq!(explained.status, 200, "{:#}", explained.body);
    let clock = &explained.body["data"]["metrics"][0];
    assert_eq!(clock["breachedAt"], clock["dueAt"]);
    assert_eq!(clock["source"]["policyId"], "pol_at_once");
    let report = Event::get("/v2/reports/sla?from=2026-01-01&to=2026-12-31").by(&ANA);
    let report = account.ask("report-sla", report).await;
    assert_eq!(report.status, 200, "{:#}", report.body);
    account.close().await;
}

#[tokio::test]
async fn a_job_whose_table_is_not_there_fails_and_says_why_in_the_log() {
    let (name, _) = BINARIES[0];
    let environment = environment(name, "http://127.0.0.1:1", "ventanilla");
    let process = start(name, &environment).await;
    let outcome = process.invoke(&tick()).await;
    assert!(matches!(outcome, Err(Failure::Reported(_))), "{outcome:?}");
    let log = process.stop().await.stdout;
    let line: Value = serde_json::from_str(log.lines().next().expect("a line")).expect("JSON");
    assert_eq!(
        (&line["function"], &line["report"]),
        (&json!(name), &Value::Null)
    );
    let cause = line["cause"].as_str().unwrap_or_default();
    assert!(cause.starts_with("unavailable: "), "{log}");
}
