//! Rights: what the template lets a function do is what the function does.
//!
//! In every play, each function may do only that. Here each does all of it.

use domain::Role;
use reqwest::Method;
use serde_json::json;
use ventanilla::Template;

use crate::harness::{Actor, File, Play, acting};

/// Says yes twice: what was sent again is answered from its record.
async fn twice(actor: &Actor, method: Method, path: &str, body: &serde_json::Value) -> String {
    let send = async || {
        let request = actor.request(method.clone(), path).key(path);
        request
            .header("content-type", "application/json")
            .body(body.to_string())
            .await
    };
    let first = send().await;
    assert!(
        first.status.is_success(),
        "{method} {path}: {:#}",
        first.body
    );
    let second = send().await;
    assert_eq!(second.status, first.status, "{:#}", second.body);
    assert_eq!(second.headers["idempotency-replayed"], "true");
    first.data()["_id"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn every_right_is_one_that_its_function_needs() {
    let play = Play::begin().await;
    let (root, ana, carla) = (
        play.admin("root"),
        play.agent("ana"),
        play.customer("carla"),
    );
    opens_its_connection(&play).await;
    sets_service_levels(&root).await;

    let file = File::text("502 since this morning");
    let declared = file.declaration();
    twice(&carla, Method::POST, "/v2/attachments", &declared).await;
    let opening = json!({
        "title": "API returns 502",
        "description": "Since this morning.",
        "category": "technical",
        "priority": "high",
        "attachments": [carla.uploads(&file).await],
    });
    let ticket = twice(&carla, Method::POST, "/v2/support-tickets", &opening).await;
    let path = format!("/v2/support-tickets/{ticket}");

    let body = json!({ "message": "See there.", "attachments": [carla.uploads(&file).await] });
    twice(&carla, Method::POST, &format!("{path}/threads"), &body).await;
    let body = json!({ "message": "A log.", "attachments": [ana.uploads(&file).await] });
    twice(&ana, Method::POST, &format!("{path}/notes"), &body).await;
    let waits = carla.uploads(&file).await;
    let given_up = carla.request(Method::DELETE, &format!("/v2/attachments/{waits}"));
    given_up.await.expect(200);
    let read = ana.reads(&ticket).await.expect(200);
    let attached = read.data()["attachments"][0]["_id"].as_str();
    let attached = attached.expect("a file");
    assert_eq!(ana.downloads(&ticket, attached).await, file.bytes);

    // When there is no place left, what was declared and never put gives way.
    while root.declares(&file).await.status == 201 {}
    play.sleep("PT5M").await;
    root.declares(&file).await.expect(201);
    root.get("/v2/attachments").await.expect(200);

    // Nobody answers in time, and whatever comes next on a ticket counts it.
    let others = [
        carla.opens("Another").await.id(),
        carla.opens("A third").await.id(),
    ];
    play.sleep("P9D").await;
    ana.escalates(&others[0], "They wait.").await.expect(200);
    ana.notes(&others[1], "They wait.").await.expect(201);
    ana.says(
        &others[1],
        json!({ "message": "Hello?", "status": "pending" }),
    )
    .await
    .expect(201);
    let empty = json!({});
    twice(&ana, Method::POST, &format!("{path}/claim"), &empty).await;
    let again = ana.request(Method::POST, &format!("{path}/claim"));
    again.key("again").await.expect(200);
    let body = json!({ "reason": "They wait." });
    twice(&ana, Method::POST, &format!("{path}/escalate"), &body).await;
    let body = json!({ "status": "pending" });
    twice(&ana, Method::PATCH, &path, &body).await;
    let again = ana.patch(&path, &body).key("again").await;
    again.expect(200);

    for path in [
        "?countByStatus=true",
        "?client=carla",
        "?assignedTo=me",
        "?sort=createdAt",
        "?sort=nextDueAt",
        "/recount",
        "/recount?client=carla",
    ] {
        let listed = root.get(&format!("/v2/support-tickets{path}"));
        listed.await.expect(200);
    }
    ana.reads("1").await.expect(200);
    ana.reads_thread("1").await.expect(200);
    ana.explains("1").await.expect(200);
    for reader in [&ana, &carla] {
        let seen = reader.put(&format!("{path}/threads/seen"), &empty);
        seen.await.expect(200);
    }
    let report = "/v2/reports/sla?from=2026-01-01&to=2026-12-31";
    ana.get(report).await.expect(200);

    root.restores(&ticket).await.expect(200);
    let untouched = root.request(Method::POST, &format!("{path}/restore"));
    untouched.key("untouched").await.expect(200);
    root.deletes(&ticket).await.expect(200);
    twice(&root, Method::POST, &format!("{path}/restore"), &empty).await;

    // What nobody attached goes after a day, what is resolved is closed after four, what is deleted is gone after thirty.
    let solved = json!({ "status": "resolved", "resolution": "A new load balancer." });
    ana.changes(&ticket, solved).await.expect(200);
    play.wait("P5D").await;
    root.deletes(&ticket).await.expect(200);
    play.wait("P31D").await;

    let unused = play.stand.rights().unused();
    assert!(
        unused.is_empty(),
        "nobody needs these:\n{}",
        unused.join("\n")
    );
    play.end().await;
}

/// In Lambda, every function with a table reads an item that is not there while it starts.
async fn opens_its_connection(play: &Play) {
    let template = Template::embedded().expect("a template").functions;
    for function in template
        .iter()
        .filter(|function| !function.rights.is_empty())
    {
        let system = play.stand.system_of(&function.name);
        system.table.ping().await.expect("it may");
    }
}

async fn sets_service_levels(root: &Actor) {
    let calendar = json!({ "name": "Office", "timeZone": "Europe/Madrid", "weekly": { "mon": [["09:00", "13:00"]] } });
    let policy = json!({ "name": "Gold", "position": 1, "targets": { "high": { "firstResponse": "PT2H" } } });
    for (kind, id, body) in [
        ("calendars", "cal_office", &calendar),
        ("sla-policies", "pol_gold", &policy),
    ] {
        let path = format!("/v2/{kind}/{id}");
        root.put(&path, body).await.expect(201);
        root.get(&path).await.expect(200);
        root.get(&format!("/v2/{kind}")).await.expect(200);
        root.request(Method::DELETE, &path).await.expect(200);
        root.put(&path, body).await.expect(201);
    }
    let what_if = json!({ "policy": policy, "last": 10 });
    let simulated = root.post("/v2/sla-policies/simulate", &what_if);
    simulated.await.expect(200);
    let settings = json!({
        "autoCloseAfter": "P5D", "maxAttachmentSize": 26_214_400, "customersSee": [], "customersMaySet": ["priority", "tags"],
    });
    root.put("/v2/settings", &settings).await.expect(200);
    let tags = json!({ "customersSee": ["tags"] });
    root.patch("/v2/settings", &tags).await.expect(200);
    root.get("/v2/settings").await.expect(200);
}

#[tokio::test]
async fn what_a_function_has_no_right_to_it_cannot_do() {
    let play = Play::begin().await;
    let root = acting("root", Role::Admin);
    let reader = play.stand.system_of("get-settings").table;
    let found = reader.stored_settings(&root.tenant).await;
    let mut settings = found.expect("it may read").settings;
    settings.max_attachment_size += 1;
    let now = jiff::Timestamp::now();
    let written = reader.set_settings(&root, |_| settings.clone(), now, |_| Ok(()));
    let written = written.await;
    let refused = written.expect_err("it may not write").to_string();
    assert!(
        refused.contains("the template does not let get-settings do dynamodb:PutItem on the table"),
        "{refused}"
    );
    play.end().await;
}
