//! What the bucket takes of whom, and what it refuses: each with its answer.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use sha2::{Digest, Sha256};

use crate::harness::{File, Play, Raw, Reply};

fn hello() -> File {
    File::text("hello")
}

/// Nothing of an upload is there: it cannot be attached.
async fn is_not_there(play: &Play, declared: &Reply) {
    let carla = play.customer("carla");
    let refused = carla.opens_with(&[&declared.id()]).await;
    refused.refuses(409, "UPLOAD_INCOMPLETE");
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
    let last = if id.ends_with('0') { '1' } else { '0' };
    let other = format!("{}{last}", &id[..id.len() - 1]);
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
async fn what_is_put_past_the_declaration_is_on_no_ticket() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    // S3 keeps this header, signed or not, and its readers would get other bytes.
    for encoding in ["gzip", "br", "identity, gzip"] {
        let declared = carla.declares(&hello()).await.expect(201);
        let put = Raw::upload(&declared).header("content-encoding", encoding);
        assert_eq!(put.send("hello").await, 200, "{encoding}");
        let refused = carla.opens_with(&[&declared.id()]).await;
        let refused = refused.refuses(409, "UPLOAD_HEADER_NOT_ALLOWED");
        let errors = refused.errors();
        assert_eq!(errors, [("attachments", "UPLOAD_HEADER_NOT_ALLOWED")]);
    }
    // And so is what somebody with rights of his own has put in the file's place, whole as it may be.
    let objects = play.stand.objects().expect("its own bucket");
    for (bytes, kind) in [
        ("HELLO", "text/plain"),
        ("hello!", "text/plain"),
        ("hello", "text/csv"),
    ] {
        let declared = carla.declares(&hello()).await.expect(201);
        let digest: [u8; 32] = Sha256::digest(bytes.as_bytes()).into();
        let bucket = objects.bucket(objects.url());
        let put = bucket.client().put_object().bucket(bucket.name());
        put.key(format!("attachments/tenant-acme/{}", declared.id()))
            .content_type(kind)
            .checksum_sha256(STANDARD.encode(digest))
            .if_none_match("*")
            .body(bytes.as_bytes().to_vec().into())
            .send()
            .await
            .expect("put");
        let refused = carla.opens_with(&[&declared.id()]).await;
        refused.refuses(409, "UPLOAD_MISMATCH");
    }
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
