//! Files as browsers and Node's `fetch` put and get them. `tests/browser/` does the same with the programs themselves.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Actor, File, Play, Raw, Reply};

/// A page that is not the API's, on this machine.
const PAGE: &str = "http://localhost:5173";

/// What the fetch standard adds to a request with `If-None-Match`, besides what each program says of itself.
fn as_fetch_does(upload: Raw) -> Raw {
    upload
        .header("cache-control", "no-cache")
        .header("pragma", "no-cache")
        .header("accept", "*/*")
        .header("accept-language", "*")
        .header("accept-encoding", "gzip, deflate, br, zstd")
        .header("origin", PAGE)
        .header("referer", "http://localhost:5173/")
        .header("sec-fetch-dest", "empty")
        .header("sec-fetch-mode", "cors")
        .header("sec-fetch-site", "cross-site")
        .header("user-agent", "node")
}

/// Declares a file, puts it with more headers than were signed, attaches it, and gives its download's answer.
async fn goes_round(actor: &Actor, file: &File, put: impl Fn(Raw) -> Raw) -> reqwest::Response {
    let declared = actor.declares(file).await.expect(201);
    let put = put(Raw::upload(&declared)).answer(file.bytes.clone()).await;
    assert_eq!(put.status().as_u16(), 200);
    let ticket = actor.opens_with(&[&declared.id()]).await.expect(201).id();
    let there = actor.fetches(&ticket, &declared.id()).await.expect(200);
    let url = there.data()["url"].as_str().expect("a URL").to_owned();
    Raw::get(&url).header("origin", PAGE).answer("").await
}

#[tokio::test]
async fn a_file_that_fetch_has_put_is_attached_and_comes_back() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let png = File {
        name: "screen.png",
        kind: "image/png",
        bytes: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".into(),
    };
    for file in [File::text("hello"), png] {
        let there = goes_round(&carla, &file, as_fetch_does).await;
        assert_eq!(there.status().as_u16(), 200);
        assert_eq!(there.headers()["content-type"], file.kind);
        assert_eq!(there.headers()["access-control-allow-origin"], "*");
        let exposed = there.headers()["access-control-expose-headers"].to_str();
        assert!(exposed.expect("a text").contains("content-disposition"));
        assert_eq!(there.bytes().await.expect("all of it"), file.bytes);
    }
    play.end().await;
}

#[tokio::test]
async fn what_a_file_was_put_with_does_not_matter_when_it_is_fetched() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    for (name, value) in [
        ("cache-control", "public, max-age=31536000"),
        ("content-disposition", "inline"),
        ("content-language", "es"),
        ("content-encoding", "identity"),
        ("expires", "Thu, 01 Jan 2099 00:00:00 GMT"),
    ] {
        let there = goes_round(&carla, &File::text("hello"), |put| put.header(name, value)).await;
        let header = |name: &str| there.headers()[name].to_str().expect("a text").to_owned();
        assert_eq!(header("cache-control"), "private, no-store", "{name}");
        assert_eq!(header("content-type"), "text/plain", "{name}");
        let disposition = header("content-disposition");
        assert!(
            disposition.starts_with("attachment;"),
            "{name}: {disposition}"
        );
    }
    play.end().await;
}

async fn asks(url: &str, origin: &'static str, method: &'static str) -> reqwest::Response {
    let asking = Raw {
        method: Method::OPTIONS,
        ..Raw::get(url)
    };
    let asking = asking.header("origin", origin);
    asking
        .header("access-control-request-method", method)
        .header(
            "access-control-request-headers",
            "content-type,if-none-match,x-amz-tagging",
        )
        .answer("")
        .await
}

#[tokio::test]
async fn a_page_may_upload_from_its_origin_and_fetch_from_any() {
    let play = Play::begin().await;
    let declared = play.customer("carla").declares(&File::text("hello")).await;
    let upload = Raw::upload(&declared.expect(201));
    let status = async |origin, method| asks(&upload.url, origin, method).await.status().as_u16();
    assert_eq!(status(PAGE, "PUT").await, 200);
    assert_eq!(status("null", "PUT").await, 403);
    // Who follows the API's redirect to another origin is `null` there.
    assert_eq!(status("null", "GET").await, 200);
    assert_eq!(status("https://support.example", "GET").await, 200);
    assert_eq!(status(PAGE, "DELETE").await, 403);
    // A refusal can be read too.
    let refused = upload.header("if-none-match", "x").header("origin", PAGE);
    let refused = refused.answer("hello").await;
    assert_eq!(refused.status().as_u16(), 403);
    assert_eq!(refused.headers()["access-control-allow-origin"], PAGE);
    play.end().await;
}

#[tokio::test]
async fn a_redirect_is_followed_without_the_token() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let id = carla.uploads(&File::text("hello")).await;
    let ticket: Reply = carla.opens_with(&[&id]).await.expect(201);
    let path = format!("/v2/support-tickets/{}/attachments/{id}", ticket.id());
    let token = play.stand.token("acme", "carla", &["customer"]);
    let token = format!("Bearer {}", token.expect("a token"));
    let mut request = Raw::get(&format!("{}{path}", play.stand.url()));
    let value = token.parse().expect("a value");
    request.headers.insert("authorization", value);
    let found = request.answer("").await;
    assert_eq!(found.status().as_u16(), 302);
    let location = found.headers()["location"].to_str().expect("a text");
    // As a browser goes on: no `Authorization`, and of an origin that it does not say.
    let there = Raw::get(location).header("origin", "null").answer("").await;
    assert_eq!(there.status().as_u16(), 200);
    assert_eq!(there.headers()["access-control-allow-origin"], "*");
    // A program that keeps the token is refused by S3, which takes one signature; it asks for the URL instead.
    let mut kept = Raw::get(location);
    kept.headers
        .insert("authorization", token.parse().expect("a value"));
    assert_eq!(kept.send("").await, 400);
    let told: Value = carla.fetches(&ticket.id(), &id).await.expect(200).body;
    assert_eq!(told["data"]["filename"], json!("log.txt"));
    play.end().await;
}
