//! Files: how they are declared, and what the bucket takes of whom.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{File, Play, Raw, Reply};

fn hello() -> File {
    File::text("hello")
}

/// A declaration with one field changed.
fn declared_with(field: &str, value: Value) -> Value {
    let mut declaration = hello().declaration();
    declaration[field] = value;
    declaration
}

/// Nothing of an upload is there: it cannot be attached.
async fn is_not_there(play: &Play, declared: &Reply) {
    let carla = play.customer("carla");
    let refused = carla.opens_with(&[&declared.id()]).await;
    refused.refuses(409, "UPLOAD_INCOMPLETE");
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
        ("filename", json!("x".repeat(256)), "INVALID_FILENAME"),
        ("type", json!(null), "TYPE_REQUIRED"),
        ("type", json!("image/svg+xml"), "INVALID_TYPE"),
        ("type", json!("text/html"), "INVALID_TYPE"),
        ("type", json!("application/x-msdownload"), "INVALID_TYPE"),
        ("type", json!("text/plain; charset=utf-8"), "INVALID_TYPE"),
        ("size", json!(null), "SIZE_REQUIRED"),
        ("size", json!(0), "INVALID_SIZE"),
        ("size", json!(-1), "INVALID_SIZE"),
        ("size", json!(1.5), "INVALID_SIZE"),
        ("size", json!("5"), "INVALID_SIZE"),
        ("size", json!(26_214_401), "FILE_TOO_LARGE"),
        ("size", json!(u64::MAX), "FILE_TOO_LARGE"),
        ("sha256", json!(null), "SHA256_REQUIRED"),
        ("sha256", json!("abc"), "INVALID_SHA256"),
        ("sha256", json!("A".repeat(64)), "INVALID_SHA256"),
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
    root.put("/v2/settings", &largest).await.expect(200);
    let body = declared_with("size", json!(104_857_600));
    carla.post("/v2/attachments", &body).await.expect(201);
    let small = json!({ "maxAttachmentSize": 4 });
    let set = root.put("/v2/settings", &small).await.expect(200);
    assert_eq!(set.data()["maxAttachmentSize"], 4);
    let refused = carla
        .declares(&hello())
        .await
        .refuses(400, "FILE_TOO_LARGE");
    assert_eq!(refused.errors(), [("size", "FILE_TOO_LARGE")]);
    for wrong in [json!(104_857_601), json!(0), json!("4")] {
        let body = json!({ "maxAttachmentSize": wrong });
        let refused = root.put("/v2/settings", &body).await;
        refused.refuses(400, "INVALID_MAX_ATTACHMENT_SIZE");
    }
    play.end().await;
}

#[tokio::test]
async fn the_bucket_takes_the_declared_bytes_once_and_nothing_else() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let declared = carla.declares(&hello()).await.expect(201);
    let upload = || Raw::upload(&declared);

    // Another size: longer, shorter, unknown.
    assert_eq!(
        upload().header("content-length", "6").send("hello!").await,
        403
    );
    assert_eq!(
        upload().header("content-length", "4").send("hell").await,
        403
    );
    let chunked = futures_util::stream::once(async { Ok::<_, std::io::Error>("hello") });
    let chunked = reqwest::Body::wrap_stream(chunked);
    assert_eq!(upload().without("content-length").send(chunked).await, 403);
    // Other bytes of the same size.
    assert_eq!(upload().send("HELLO").await, 400);
    // Another type, digest, condition or tag; one of them missing; one more.
    for (name, value) in [
        ("content-type", "text/html"),
        (
            "x-amz-checksum-sha256",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ),
        ("if-none-match", "\"x\""),
        ("x-amz-tagging", "state=kept"),
    ] {
        assert_eq!(
            upload().header(name, value).send("hello").await,
            403,
            "{name}"
        );
        assert_eq!(upload().without(name).send("hello").await, 403, "no {name}");
    }
    for (name, value) in [
        ("x-amz-acl", "public-read"),
        ("x-amz-meta-a", "b"),
        ("x-amz-storage-class", "GLACIER"),
    ] {
        assert_eq!(
            upload().header(name, value).send("hello").await,
            403,
            "{name}"
        );
    }
    assert_eq!(
        upload()
            .header("authorization", "Bearer token")
            .send("hello")
            .await,
        400
    );
    // Another signature, key, expiry, method, or no signature at all.
    let (path, _) = upload()
        .url
        .split_once('?')
        .map(|(path, query)| (path.to_owned(), query.to_owned()))
        .expect("a query");
    let id = declared.id();
    let other = format!("{}0", &id[..id.len() - 1]);
    let tampered = [
        upload().replaced("X-Amz-Signature=", "X-Amz-Signature=0"),
        upload().replaced(&id, &other),
        upload().replaced("X-Amz-Expires=300", "X-Amz-Expires=604800"),
        upload().replaced("/ventanilla/", "/other/"),
        Raw {
            method: Method::DELETE,
            ..upload()
        },
        Raw {
            url: format!("{path}?tagging"),
            ..upload()
        },
        Raw {
            url: path.clone(),
            ..upload()
        },
    ];
    for request in tampered {
        let url = request.url.clone();
        assert_eq!(request.send("hello").await / 100, 4, "{url}");
    }
    // Reading what one may write, and looking around.
    for request in [
        Raw {
            method: Method::GET,
            ..upload()
        },
        Raw::get(&path),
        Raw::get(path.rsplit_once("/attachments").expect("a bucket").0),
    ] {
        assert_eq!(request.send("").await, 403);
    }
    is_not_there(&play, &declared).await;

    assert_eq!(upload().send("hello").await, 200);
    assert_eq!(upload().send("hello").await, 412, "a second time");
    carla.opens_with(&[&id]).await.expect(201);
    assert_eq!(upload().send("hello").await, 412, "and when it is attached");
    play.end().await;
}

#[tokio::test]
async fn a_url_expires() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let declared = carla.declares(&hello()).await.expect(201);
    let fresh = Raw::upload(&declared);
    let date = |url: &str| {
        let (_, rest) = url.split_once("X-Amz-Date=").expect("a date");
        rest[..16].to_owned()
    };
    // Nobody can make it younger or older than it is.
    for wrong in ["20200101T000000Z", "20990101T000000Z"] {
        let request = fresh.clone().replaced(&date(&fresh.url), wrong);
        assert_eq!(request.send("hello").await, 403, "{wrong}");
    }
    // And a signature of the right key that is a minute too old is too old.
    let objects = play.stand.objects().expect("its own bucket");
    let signed_at =
        |minutes: u64| std::time::SystemTime::now() - std::time::Duration::from_secs(60 * minutes);
    for (minutes, expires_in, status) in [(4, 300, 200), (6, 300, 403), (6, 3_600, 403)] {
        let signing = aws_sdk_s3::presigning::PresigningConfig::builder()
            .start_time(signed_at(minutes))
            .expires_in(std::time::Duration::from_secs(expires_in))
            .build()
            .expect("a period");
        let key = format!("attachments/{minutes}-{expires_in}");
        let request = objects.bucket(objects.url());
        let request = request
            .client()
            .put_object()
            .bucket(play.stand.bucket().name())
            .key(key)
            .content_length(5)
            .checksum_sha256("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=")
            .if_none_match("*")
            .presigned(signing)
            .await
            .expect("a URL");
        let mut raw = Raw::get(request.uri());
        raw.method = Method::PUT;
        for (name, value) in request.headers() {
            let name = reqwest::header::HeaderName::try_from(name).expect("a name");
            raw.headers.insert(name, value.parse().expect("a value"));
        }
        assert_eq!(raw.send("hello").await, status, "{minutes} {expires_in}");
    }
    is_not_there(&play, &declared).await;
    play.end().await;
}

#[tokio::test]
async fn whoever_is_interrupted_begins_again() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let file = File::text(&"line\n".repeat(100_000));
    let declared = carla.declares(&file).await.expect(201);
    // Half of it, and then the line breaks.
    let half = futures_util::stream::iter([
        Ok(file.bytes[..250_000].to_vec()),
        Err(std::io::Error::other("the line breaks")),
    ]);
    let Raw {
        method,
        url,
        headers,
    } = Raw::upload(&declared);
    let broken = reqwest::Client::new().request(method, url).headers(headers);
    assert!(
        broken
            .body(reqwest::Body::wrap_stream(half))
            .send()
            .await
            .is_err()
    );
    is_not_there(&play, &declared).await;
    assert_eq!(Raw::upload(&declared).send(file.bytes.clone()).await, 200);
    let ticket = carla.opens_with(&[&declared.id()]).await.expect(201).id();
    assert_eq!(carla.downloads(&ticket, &declared.id()).await, file.bytes);
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
async fn a_browser_s_page_on_this_machine_may_upload() {
    let play = Play::begin().await;
    let declared = play.customer("carla").declares(&hello()).await.expect(201);
    let ask = |origin: &'static str| {
        let Raw { url, .. } = Raw::upload(&declared);
        let asking = Raw {
            method: Method::OPTIONS,
            ..Raw::get(&url)
        };
        let asking = asking.header("origin", origin);
        asking
            .header("access-control-request-method", "PUT")
            .header(
                "access-control-request-headers",
                "content-type,if-none-match,x-amz-checksum-sha256,x-amz-tagging",
            )
            .answer("")
    };
    assert_eq!(ask("https://evil.example").await.status().as_u16(), 403);
    let allowed = ask("http://localhost:5173").await;
    assert_eq!(allowed.status().as_u16(), 200);
    assert_eq!(
        allowed.headers()["access-control-allow-origin"],
        "http://localhost:5173"
    );
    assert_eq!(allowed.headers()["access-control-allow-methods"], "PUT");
    let put = Raw::upload(&declared).header("origin", "http://localhost:5173");
    let put = put.answer("hello").await;
    assert_eq!(put.status().as_u16(), 200);
    assert_eq!(
        put.headers()["access-control-allow-origin"],
        "http://localhost:5173"
    );
    play.end().await;
}
