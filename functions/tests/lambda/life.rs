//! A ticket's life through the real binaries.

use serde_json::{Value, json};

use crate::account::Account;
use crate::event::{ANA, CUSTOMER, Event};

const TICKETS: &str = "/v2/support-tickets";

fn headers(more: &Value) -> Value {
    let mut headers = json!({
        "content-type": "application/json",
        "cache-control": "private, no-cache",
        "vary": "Authorization",
        "x-request-id": "the-request",
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        headers[name] = value.clone();
    }
    headers
}

fn answer(status: u16, more: &Value, data: &Value) -> Value {
    json!({
        "status": status,
        "headers": headers(more),
        "body": { "success": true, "data": data },
    })
}

fn page(data: &[Value]) -> Value {
    let mut page = answer(200, &json!({}), &data.into());
    page["body"]["pagination"] = json!({ "limit": 10, "nextCursor": null });
    page
}

fn row(version: u32) -> Value {
    json!({
        "_id": "<ticket>",
        "number": 1,
        "title": "API returns 502",
        "status": "open",
        "allowed": ["pending", "in_progress", "resolved", "closed"],
        "priority": "high",
        "category": "technical",
        "client": "cus_123",
        "assignedTo": null,
        "tags": ["api"],
        "resolution": null,
        "sla": sla(),
        "version": version,
        "createdAt": "<time>",
        "updatedAt": "<time>",
        "firstRespondedAt": null,
        "resolvedAt": null,
        "closedAt": null,
        "reopenCount": 0,
    })
}

/// The clocks of a ticket of high priority that nobody has answered, as an agent reads them.
fn sla() -> Value {
    let clock = |metric: &str, target: &str| {
        json!({
            "metric": metric,
            "instance": 1,
            "state": "running",
            "target": target,
            "startedAt": "<time>",
            "dueAt": "<time>",
            "pausedSeconds": 0,
            "metAt": null,
            "breachedAt": null,
        })
    };
    json!({
        "status": "ok",
        "nextDueAt": "<time>",
        "policyId": "pol_default",
        "metrics": [clock("firstResponse", "PT4H"), clock("resolution", "P1D")],
    })
}

/// A ticket, or its row, as the customer reads it.
fn as_the_customer_reads(mut ticket: Value) -> Value {
    if let Some(sla) = ticket["sla"].as_object_mut() {
        sla.remove("policyId");
        sla.remove("metrics");
    }
    ticket["tags"] = json!([]);
    ticket["allowed"] = json!(["resolved", "closed"]);
    ticket
}

fn ticket(version: u32, threads: &[Value]) -> Value {
    let mut ticket = row(version);
    ticket["description"] = "Since this morning.".into();
    ticket["threads"] = threads.into();
    ticket["threadsNextCursor"] = Value::Null;
    ticket["attachments"] = json!([]);
    ticket
}

fn entry(seq: u32, author: &str, kind: &str, message: &str) -> Value {
    json!({
        "_id": "<entry>",
        "seq": seq,
        "author": author,
        "type": kind,
        "visibility": if kind == "note" { "internal" } else { "public" },
        "message": message,
        "attachments": [],
        "timestamp": "<time>",
    })
}

#[tokio::test]
async fn a_ticket_lives_through_the_real_binaries() {
    let account = Account::open().await;
    let opening = entry(1, "ana", "agent", "Since this morning.");
    let reply = entry(2, "cus_123", "user", "Still so.");
    let note = entry(3, "ana", "note", "Same cause as last week.");

    let create = || {
        let body = json!({
            "title": "API returns 502",
            "description": "Since this morning.",
            "priority": "high",
            "category": "technical",
            "tags": ["api"],
            "client": "cus_123",
        });
        Event::post(TICKETS, &body)
            .by(&ANA)
            .header("idempotency-key", "\"once\"")
    };
    let created = account.ask("create-ticket", create()).await;
    let named = json!({ "etag": "\"1\"", "location": "/v2/support-tickets/<ticket>" });
    let young = ticket(1, std::slice::from_ref(&opening));
    assert_eq!(created.whole(), answer(201, &named, &young));
    let path = format!("{TICKETS}/{}", created.id());
    assert_eq!(created.headers["location"], path);

    let mut replayed = account.ask("create-ticket", create()).await;
    let headers = replayed.headers.as_object_mut();
    let said = headers.and_then(|headers| headers.remove("idempotency-replayed"));
    assert_eq!(said, Some("true".into()));
    assert_eq!(replayed, created);

    let got = Event::get(&path).by(&CUSTOMER);
    let got = account.ask("get-ticket", got).await;
    let hers = as_the_customer_reads(young);
    assert_eq!(got.whole(), answer(200, &json!({ "etag": "\"1\"" }), &hers));

    let thread = format!("{path}/threads");
    let said = Event::post(&thread, &json!({ "message": "Still so." })).by(&CUSTOMER);
    let said = account.ask("post-message", said).await;
    let named = json!({ "etag": "\"2\"", "location": "/v2/support-tickets/<ticket>/threads" });
    assert_eq!(said.whole(), answer(201, &named, &reply));

    let noted = json!({ "message": "Same cause as last week." });
    let noted = Event::post(&format!("{path}/notes"), &noted).by(&ANA);
    let noted = account.ask("post-note", noted).await;
    let named = json!({ "etag": "\"3\"", "location": "/v2/support-tickets/<ticket>/threads" });
    assert_eq!(noted.whole(), answer(201, &named, &note));

    // The customer has a ticket and a thread without the note.
    let public = [opening.clone(), reply.clone()];
    let everything = [opening, reply, note];
    let whole: fn(Value) -> Value = |ticket| ticket;
    for (person, entries, version, read) in [
        (&ANA, everything.as_slice(), 3, whole),
        (&CUSTOMER, &public, 2, as_the_customer_reads),
    ] {
        let list = Event::get(&format!("{TICKETS}?status=open%2Cpending")).by(person);
        let list = account.ask("list-tickets", list).await;
        let mut expected = page(&[read(row(version))]);
        expected["body"]["pagination"]["completeUntil"] = "<time>".into();
        assert_eq!(list.whole(), expected);
        let thread = account
            .ask("list-thread", Event::get(&thread).by(person))
            .await;
        let mut expected = page(entries);
        expected["body"]["seen"] = Value::Null;
        assert_eq!(thread.whole(), expected);
        let got = account
            .ask("get-ticket", Event::get(&path).by(person))
            .await;
        let old = read(ticket(version, entries));
        let old = answer(200, &json!({ "etag": format!("\"{version}\"") }), &old);
        assert_eq!(got.whole(), old);
    }
    account.close().await;
}

#[tokio::test]
async fn who_has_the_version_already_gets_no_body() {
    let account = Account::open().await;
    let body = json!({ "title": "Invoice", "description": "Which one?", "category": "billing" });
    let created = account
        .ask("create-ticket", Event::post(TICKETS, &body).by(&CUSTOMER))
        .await;
    let again = Event::get(&format!("{TICKETS}/{}", created.id())).by(&CUSTOMER);
    let again = account
        .ask("get-ticket", again.header("if-none-match", "\"1\""))
        .await;
    assert_eq!(
        again.whole(),
        json!({
            "status": 304,
            "headers": {
                "cache-control": "private, no-cache",
                "etag": "\"1\"",
                "vary": "Authorization",
                "x-request-id": "the-request",
            },
            "body": "",
        })
    );
    account.close().await;
}

#[tokio::test]
async fn a_number_names_a_ticket_too() {
    let account = Account::open().await;
    let body = json!({ "title": "Invoice", "description": "Which one?", "category": "billing" });
    let created = account
        .ask("create-ticket", Event::post(TICKETS, &body).by(&CUSTOMER))
        .await;
    let by_number = Event::get(&format!("{TICKETS}/{}", created.body["data"]["number"]));
    let got = account.ask("get-ticket", by_number.by(&CUSTOMER)).await;
    assert_eq!((got.status, got.body), (200, created.body));
    account.close().await;
}

#[tokio::test]
async fn a_body_in_base64_is_read_all_the_same() {
    let account = Account::open().await;
    // {"title":"¿Qué cambió?","description":"Nada.","category":"general"}
    let body = "eyJ0aXRsZSI6IsK/UXXDqSBjYW1iacOzPyIsImRlc2NyaXB0aW9uIjoiTmFkYS4iLCJjYXRlZ29yeSI6ImdlbmVyYWwifQ==";
    let event = Event::new("POST", TICKETS).header("content-type", "application/json");
    let created = account
        .ask("create-ticket", event.body(body).in_base64().by(&CUSTOMER))
        .await;
    assert_eq!(created.status, 201, "{:#}", created.body);
    assert_eq!(created.body["data"]["title"], "¿Qué cambió?");
    account.close().await;
}
