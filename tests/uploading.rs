//! Files: how they are declared.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Actor, File, Play, Raw, Reply};

fn hello() -> File {
    File::text("hello")
}

/// A declaration with one field changed.
fn declared_with(field: &str, value: Value) -> Value {
    let mut declaration = hello().declaration();
    declaration[field] = value;
    declaration
}

#[tokio::test]
async fn a_file_is_declared_before_it_is_uploaded() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let declared = carla.declares(&hello()).await.expect(201);
    let data = declared.data();
    assert!(declared.id().starts_with("att_"), "{data:#}");
    for field in ["filename", "type", "size", "sha256"] {
        assert_eq!(data[field], hello().declaration()[field], "{field}");
    }
    assert_eq!(data["scan"], "pending");
    let time = |value: &Value| -> jiff::Timestamp {
        value.as_str().expect("a text").parse().expect("a time")
    };
    let now = jiff::Timestamp::now();
    let hours = |n| jiff::SignedDuration::from_hours(n);
    let attachable = time(&data["attachUntil"]).duration_since(now);
    assert!(
        attachable > hours(22) && attachable <= hours(23),
        "{data:#}"
    );
    let upload = &data["upload"];
    let lives = time(&upload["expiresAt"]).duration_since(now);
    assert!(lives <= jiff::SignedDuration::from_mins(5), "{data:#}");
    let names: Vec<&String> = upload["headers"]
        .as_object()
        .expect("headers")
        .keys()
        .collect();
    assert_eq!(
        names,
        [
            "content-length",
            "content-type",
            "if-none-match",
            "x-amz-checksum-sha256",
            "x-amz-tagging"
        ]
    );
    let url = upload["url"].as_str().expect("a URL");
    assert!(!url.contains("log.txt") && !url.contains("carla"), "{url}");
    play.end().await;
}

#[tokio::test]
async fn what_cannot_be_attached_is_not_declared_either() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let wrong = [
        ("filename", json!(null), "FILENAME_REQUIRED"),
        ("filename", json!("   "), "FILENAME_REQUIRED"),
        ("filename", json!("../../etc/passwd"), "INVALID_FILENAME"),
        ("filename", json!("C:\\boot.ini"), "INVALID_FILENAME"),
        (
            "filename",
            json!("photo\u{202e}gpj.txt"),
            "INVALID_FILENAME",
        ),
        ("filename", json!("a\r\nb.txt"), "INVALID_FILENAME"),
        ("filename", json!("setup.exe"), "INVALID_FILENAME"),
        ("filename", json!("invoice.pdf.EXE. "), "INVALID_FILENAME"),
        ("filename", json!("page.html"), "INVALID_FILENAME"),
        ("filename", json!("logo.svg"), "INVALID_FILENAME"),
        ("filename", json!("report.xll"), "INVALID_FILENAME"),
        ("filename", json!("report.pdf"), "INVALID_FILENAME"),
        ("filename", json!("x".repeat(256)), "INVALID_FILENAME"),
        ("type", json!(null), "TYPE_REQUIRED"),
        ("type", json!("image/svg+xml"), "INVALID_TYPE"),
        ("type", json!("text/html"), "INVALID_TYPE"),
        ("type", json!("application/x-msdownload"), "INVALID_TYPE"),
        ("type", json!("TEXT/HTML; charset=utf-8"), "INVALID_TYPE"),
        ("type", json!("png"), "INVALID_TYPE"),
        ("size", json!(null), "SIZE_REQUIRED"),
        ("size", json!(0), "INVALID_SIZE"),
        ("size", json!(-1), "INVALID_SIZE"),
        ("size", json!(1.5), "INVALID_SIZE"),
        ("size", json!("5"), "INVALID_SIZE"),
        ("size", json!(26_214_401), "FILE_TOO_LARGE"),
        ("size", json!(u64::MAX), "FILE_TOO_LARGE"),
        ("sha256", json!(null), "SHA256_REQUIRED"),
        ("sha256", json!("abc"), "INVALID_SHA256"),
        ("sha256", json!("G".repeat(64)), "INVALID_SHA256"),
        ("colour", json!("red"), "UNKNOWN_FIELD"),
    ];
    for (field, value, code) in wrong {
        let body = declared_with(field, value.clone());
        let refused = carla.post("/v2/attachments", &body).await;
        let refused = refused.refuses(400, code);
        assert_eq!(refused.errors(), [(field, code)], "{value}");
    }
    let refused = carla.post("/v2/attachments", &json!({})).await.expect(400);
    let fields: Vec<&str> = refused
        .errors()
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(fields, ["filename", "type", "size", "sha256"]);
    let all_wrong =
        json!({ "filename": "a/b", "type": "text/html", "size": u64::MAX, "sha256": "abc" });
    let refused = carla.post("/v2/attachments", &all_wrong).await.expect(400);
    assert_eq!(
        refused.errors(),
        [
            ("filename", "INVALID_FILENAME"),
            ("type", "INVALID_TYPE"),
            ("size", "FILE_TOO_LARGE"),
            ("sha256", "INVALID_SHA256"),
        ]
    );
    play.bearer(None)
        .declares(&hello())
        .await
        .refuses(401, "UNAUTHORIZED");
    play.end().await;
}

#[tokio::test]
async fn a_tenant_says_how_large_a_file_may_be() {
    let play = Play::begin().await;
    let (root, carla) = (play.admin("root"), play.customer("carla"));
    let largest = json!({ "maxAttachmentSize": 104_857_600 });
    root.patch("/v2/settings", &largest).await.expect(200);
    let body = declared_with("size", json!(104_857_600));
    carla.post("/v2/attachments", &body).await.expect(201);
    let small = json!({ "maxAttachmentSize": 4 });
    let set = root.patch("/v2/settings", &small).await.expect(200);
    assert_eq!(set.data()["maxAttachmentSize"], 4);
    let refused = carla
        .declares(&hello())
        .await
        .refuses(400, "FILE_TOO_LARGE");
    assert_eq!(refused.errors(), [("size", "FILE_TOO_LARGE")]);
    for wrong in [json!(104_857_601), json!(0), json!("4")] {
        let body = json!({ "maxAttachmentSize": wrong });
        let refused = root.patch("/v2/settings", &body).await;
        refused.refuses(400, "INVALID_MAX_ATTACHMENT_SIZE");
    }
    play.end().await;
}

#[tokio::test]
async fn a_person_has_twenty_files_that_are_attached_to_nothing() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let declare = async || carla.declares(&hello()).await;
    let many = join_all((0..40).map(|_| declare())).await;
    let ids: Vec<String> = many
        .iter()
        .filter(|reply| reply.status == 201)
        .map(Reply::id)
        .collect();
    assert_eq!(ids.len(), 20);
    for refused in many.into_iter().filter(|reply| reply.status != 201) {
        refused.refuses(409, "TOO_MANY_UPLOADS");
    }
    // Others have their own; and whoever attaches one may declare one more.
    play.customer("zoe").declares(&hello()).await.expect(201);
    play.actor("globex", "carla", "customer")
        .declares(&hello())
        .await
        .expect(201);
    let again = carla.declares(&hello()).key("a").await;
    again.refuses(409, "TOO_MANY_UPLOADS");

    for id in &ids[..2] {
        carla
            .opens_with(&[id])
            .await
            .refuses(409, "UPLOAD_INCOMPLETE");
    }

    // They go by themselves after a day.
    play.wait("PT24H").await;
    let declared = carla.declares(&hello()).key("a").await.expect(201);
    // A repetition is the first time's answer with another URL, when there is no more room too.
    for _ in 0..19 {
        declare().await.expect(201);
    }
    let replayed = carla.declares(&hello()).key("a").await.expect(201);
    assert_eq!(replayed.header("idempotency-replayed"), "true");
    assert_eq!(replayed.id(), declared.id());
    assert_eq!(Raw::upload(&replayed).send("hello").await, 200);
    let other = carla.declares(&File::text("other")).key("a").await;
    other.refuses(422, "IDEMPOTENCY_KEY_REUSED");
    play.end().await;
}

#[tokio::test]
async fn whoever_attaches_a_file_may_declare_another() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let attached = carla.uploads(&hello()).await;
    for _ in 0..19 {
        carla.declares(&hello()).await.expect(201);
    }
    carla
        .declares(&hello())
        .await
        .refuses(409, "TOO_MANY_UPLOADS");
    carla.opens_with(&[&attached]).await.expect(201);
    carla.declares(&hello()).await.expect(201);
    carla
        .declares(&hello())
        .await
        .refuses(409, "TOO_MANY_UPLOADS");
    play.end().await;
}

#[tokio::test]
async fn a_declaration_is_repeated_as_long_as_its_file_waits() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    for key in ["attached", "given-up"] {
        let id = carla.declares(&hello()).key(key).await.expect(201).id();
        let again = carla.declares(&hello()).key(key).await.expect(201);
        assert_eq!(again.id(), id);
        assert_eq!(Raw::upload(&again).send("hello").await, 200);
        if key == "attached" {
            carla.opens_with(&[&id]).await.expect(201);
        } else {
            let path = format!("/v2/attachments/{id}");
            carla.request(Method::DELETE, &path).await.expect(200);
        }
        let refused = carla.declares(&hello()).key(key).await;
        refused.refuses(409, "UPLOAD_GONE");
        let other = carla.declares(&File::text("other")).key(key).await;
        other.refuses(422, "IDEMPOTENCY_KEY_REUSED");
    }
    carla.declares(&hello()).key("a").await.expect(201);
    play.wait("PT22H59M").await;
    let again = carla.declares(&hello()).key("a").await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    play.wait("PT1M").await;
    carla
        .declares(&hello())
        .key("a")
        .await
        .refuses(409, "UPLOAD_GONE");
    play.end().await;
}

#[tokio::test]
async fn a_file_that_is_attached_to_nothing_can_be_given_up() {
    let play = Play::begin().await;
    let (carla, zoe) = (play.customer("carla"), play.customer("zoe"));
    let give_up = async |actor: &Actor, id: &str| {
        actor
            .request(Method::DELETE, &format!("/v2/attachments/{id}"))
            .await
    };
    let (declared, put) = (
        carla.declares(&hello()).await.id(),
        carla.uploads(&hello()).await,
    );
    for id in [&declared, &put] {
        give_up(&zoe, id).await.refuses(404, "ATTACHMENT_NOT_FOUND");
        let gone = give_up(&carla, id).await.expect(200);
        assert_eq!(gone.data(), &json!({ "_id": id }));
        give_up(&carla, id)
            .await
            .refuses(404, "ATTACHMENT_NOT_FOUND");
        carla
            .opens_with(&[id])
            .await
            .refuses(400, "ATTACHMENT_NOT_FOUND");
    }
    let objects = play.stand.objects().expect("its own bucket");
    assert_eq!(objects.list().expect("a list"), []);
    // Their places are kept until nothing can be put there any more; then nothing is left.
    play.wait("PT5M").await;
    let items = play.items().await;
    assert!(
        items
            .iter()
            .all(|item| !item.contains(&declared) && !item.contains(&put))
    );

    // What is on a ticket is not an upload any more.
    let attached = carla.uploads(&hello()).await;
    let ticket = carla.opens_with(&[&attached]).await.expect(201).id();
    give_up(&carla, &attached)
        .await
        .refuses(404, "ATTACHMENT_NOT_FOUND");
    assert_eq!(carla.downloads(&ticket, &attached).await, b"hello");
    play.end().await;
}
