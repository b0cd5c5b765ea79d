//! A file's way through the real binaries: declared, put to S3, attached, fetched; and scanned.

use std::fs;

use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::account::{Account, answer, deployed, start};
use crate::answer::Answer;
use crate::event::{ANA, CUSTOMER, Event, FOREIGNER, Person};
use crate::host::{Failure, Process};

const TICKETS: &str = "/v2/support-tickets";

fn http() -> Client {
    let client = Client::builder().redirect(Policy::none());
    client.build().expect("a client")
}

/// Declares a text.
async fn declare(process: &Process, person: &Person, text: &str) -> Answer {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let sha256 = domain::Sha256::from(digest).to_string();
    let file = json!({ "filename": "log.txt", "type": "text/plain", "size": text.len(), "sha256": sha256 });
    let declared = Event::post("/v2/attachments", &file).by(person);
    let declared = answer(process, declared).await;
    assert_eq!(declared.status, 201, "{:#}", declared.body);
    declared
}

/// Makes the request that a declaration says.
async fn put(declared: &Answer, text: String) -> Response {
    let upload = &declared.body["data"]["upload"];
    let word = |value: &Value| value.as_str().expect("a text").to_owned();
    let method: Method = word(&upload["method"]).parse().expect("a method");
    let mut request = http().request(method, word(&upload["url"])).body(text);
    for (name, value) in upload["headers"].as_object().expect("headers") {
        request = request.header(name, word(value));
    }
    request.send().await.expect("an answer")
}

async fn uploaded(account: &Account, text: &str) -> String {
    uploaded_by(account.process("create-upload").await, text).await
}

async fn uploaded_by(process: &Process, text: &str) -> String {
    let declared = declare(process, &CUSTOMER, text).await;
    let put = put(&declared, text.to_owned()).await;
    assert_eq!(put.status().as_u16(), 200);
    declared.id()
}

async fn opened(account: &Account, attachments: &[&str]) -> Answer {
    let body = json!({
        "title": "API returns 502",
        "description": "Since this morning.",
        "category": "technical",
        "attachments": attachments,
    });
    let event = Event::post(TICKETS, &body).by(&CUSTOMER);
    account.ask("create-ticket", event).await
}

#[tokio::test]
async fn a_file_goes_through_the_real_binaries_and_comes_back() {
    let account = Account::open().await;
    let text = "GET /v1/users 502\n";
    let id = uploaded(&account, text).await;
    let ticket = opened(&account, &[&id]).await;
    assert_eq!(ticket.status, 201, "{:#}", ticket.body);
    let file = ticket.body["data"]["attachments"][0].clone();
    let path = format!("{TICKETS}/{}/attachments/{id}", ticket.id());
    assert_eq!(file["url"], path);

    let found = Event::get(&path).by(&ANA);
    let found = account.ask("download-attachment", found).await;
    assert_eq!((found.status, &found.body), (302, &json!("")));
    assert_eq!(found.headers["cache-control"], "private, no-cache");
    let location = found.headers["location"].as_str().expect("a URL");
    let there = http().get(location).send().await.expect("an answer");
    let header = |name: &str| there.headers()[name].to_str().expect("a text").to_owned();
    assert_eq!(there.status().as_u16(), 200);
    assert_eq!(
        (header("content-type"), header("content-disposition")),
        (
            "text/plain".to_owned(),
            "attachment; filename=\"log.txt\"; filename*=UTF-8''log.txt".to_owned()
        )
    );
    assert_eq!(there.text().await.expect("a text"), text);

    let told = Event::get(&format!("{path}?redirect=false")).by(&CUSTOMER);
    let told = account.ask("download-attachment", told).await;
    assert_eq!(
        (told.status, &told.body["data"]["scan"]),
        (200, &json!("none"))
    );
    let url = told.body["data"]["url"].as_str().expect("a URL");
    let there = http().get(url).send().await.expect("an answer");
    assert_eq!(there.text().await.expect("a text"), text);

    let foreign = Event::get(&path).by(&FOREIGNER);
    let foreign = account.ask("download-attachment", foreign).await;
    foreign.refuses(404, "SUPPORT_TICKET_NOT_FOUND", "There is no such ticket.");
    account.close().await;
}

#[tokio::test]
async fn a_function_asks_s3_no_more_than_it_has_to() {
    let account = Account::open().await;
    let text = "hello";
    let process = async |name| start(name, &deployed(name, &account.stand).await).await;
    let (declare, create) = (
        process("create-upload").await,
        process("create-ticket").await,
    );
    let download = process("download-attachment").await;
    for _ in 0..2 {
        let id = uploaded_by(&declare, text).await;
        let body =
            json!({ "title": "t", "description": "d", "category": "general", "attachments": [id] });
        let ticket = answer(&create, Event::post(TICKETS, &body).by(&CUSTOMER)).await;
        let path = format!("{TICKETS}/{}/attachments/{id}", ticket.id());
        let found = answer(&download, Event::get(&path).by(&CUSTOMER)).await;
        assert_eq!(found.status, 302);
    }
    let body = json!({ "title": "t", "description": "d", "category": "general" });
    answer(&create, Event::post(TICKETS, &body).by(&CUSTOMER)).await;
    // Of a warm request: what it has asked the table and the bucket.
    let counts = async |process: Process, line: usize| {
        let log = process.stop().await.stdout;
        let line = log.lines().nth(line).expect("a line").to_owned();
        let line: Value = serde_json::from_str(&line).expect("JSON");
        (line["trips"].clone(), line["objects"].clone())
    };
    assert_eq!(
        counts(declare, 1).await,
        (json!(2), Value::Null),
        "places, and one of them"
    );
    assert_eq!(
        counts(download, 1).await,
        (json!(2), Value::Null),
        "the head and the file"
    );
    let create = create.stop().await.stdout;
    let lines: Vec<Value> = create
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let counts = |line: &Value| (line["trips"].clone(), line["objects"].clone());
    assert_eq!(
        counts(&lines[1]),
        (json!(3), json!(3)),
        "the uploads, number and ticket; head, beginning and tag"
    );
    assert_eq!(counts(&lines[2]), (json!(2), Value::Null), "without a file");
    account.close().await;
}

fn verdict(key: &str, status: &str) -> Value {
    json!({
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "detail": {
            "scanStatus": "COMPLETED",
            "s3ObjectDetails": { "bucketName": "ventanilla", "objectKey": key, "versionId": "1" },
            "scanResultDetails": { "scanResultStatus": status },
        },
    })
}

async fn told(process: &Process, key: &str, status: &str) -> Value {
    let told = process.invoke(&verdict(key, status)).await;
    told.expect("a report")
}

#[tokio::test]
async fn a_scanned_file_waits_for_its_scan_and_stays_where_it_is_when_it_is_bad() {
    let account = Account::open().await;
    // It is attached while scans are on.
    let mut environment = deployed("create-ticket", &account.stand).await;
    environment.retain(|(name, _)| *name != "VENTANILLA_SCANS");
    environment.push(("VENTANILLA_SCANS", "on".into()));
    let create = start("create-ticket", &environment).await;
    let id = uploaded(&account, "hello").await;
    let body =
        json!({ "title": "t", "description": "d", "category": "general", "attachments": [id] });
    let ticket = answer(&create, Event::post(TICKETS, &body).by(&CUSTOMER)).await;
    let path = format!("{TICKETS}/{}/attachments/{id}?redirect=false", ticket.id());
    // The stand's own scanner has spoken: as if it had not.
    let table = account.stand.table();
    let forget = table.client().delete_item().table_name(table.name());
    let text = |text: String| aws_sdk_dynamodb::types::AttributeValue::S(text);
    let forget = forget.key("pk", text(format!("acme#scan#{id}")));
    forget
        .key("sk", text("scan".into()))
        .send()
        .await
        .expect("forgotten");

    let fetch = async || {
        let path = Event::get(&path).by(&CUSTOMER);
        account.ask("download-attachment", path).await
    };
    let scan = account.process("record-scan").await;
    let key = format!("attachments/tenant-acme/{id}");

    let waiting = fetch().await;
    assert_eq!(
        (waiting.status, &waiting.body["code"]),
        (409, &json!("SCAN_PENDING"))
    );
    assert_eq!(waiting.headers["retry-after"], "5");

    // What is not about a file of this bucket changes nothing.
    assert_eq!(
        told(scan, "elsewhere", "THREATS_FOUND").await["scan"],
        Value::Null
    );
    assert_eq!(told(scan, &key, "WHAT").await["scan"], Value::Null);
    assert_eq!(fetch().await.status, 409);

    assert_eq!(told(scan, &key, "UNSUPPORTED").await["scan"], "none");
    assert_eq!(fetch().await.body["data"]["scan"], "none");
    assert_eq!(told(scan, &key, "NO_THREATS_FOUND").await["scan"], "clean");
    assert_eq!(fetch().await.body["data"]["scan"], "clean");

    // A scan that has failed is no verdict, and is not lost: the call fails, and Lambda keeps the event.
    let failed = scan.invoke(&verdict(&key, "FAILED")).await;
    assert!(matches!(failed, Err(Failure::Reported(_))), "{failed:?}");
    assert_eq!(fetch().await.body["data"]["scan"], "clean");

    // Once blocked, a file stays so, in whatever order it is told.
    for status in ["THREATS_FOUND", "NO_THREATS_FOUND", "UNSUPPORTED"] {
        told(scan, &key, status).await;
        let blocked = fetch().await;
        assert_eq!(
            (blocked.status, &blocked.body["code"]),
            (403, &json!("ATTACHMENT_BLOCKED"))
        );
    }
    account.close().await;
}

/// The most memory a process has ever held, in KiB.
fn peak(process: &Process) -> u64 {
    let status = format!("/proc/{}/status", process.pid());
    let status = fs::read_to_string(status).expect("a running process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.expect("a number")
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_function_s_memory_does_not_depend_on_the_size_of_a_file() {
    let account = Account::open().await;
    let attach = async |size: usize| {
        let id = uploaded(&account, &"x".repeat(size)).await;
        let ticket = opened(&account, &[&id]).await;
        assert_eq!(ticket.status, 201, "{:#}", ticket.body);
        let path = format!("{TICKETS}/{}/attachments/{id}", ticket.id());
        let found = Event::get(&path).by(&CUSTOMER);
        assert_eq!(account.ask("download-attachment", found).await.status, 302);
        let processes = ["create-upload", "create-ticket", "download-attachment"];
        let mut peaks = Vec::new();
        for function in processes {
            peaks.push(peak(account.process(function).await));
        }
        peaks
    };
    let small = attach(1).await;
    let large = attach(20 << 20).await;
    for (small, large) in small.into_iter().zip(large) {
        assert!(
            large < small + 2_048,
            "{small} KiB, and {large} KiB after 20 MiB"
        );
    }
    account.close().await;
}
