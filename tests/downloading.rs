//! Files as they come back.

use serde_json::json;

use crate::harness::{File, Play, Raw};

fn hello() -> File {
    File::text("hello")
}

#[tokio::test]
async fn a_file_of_ten_megabytes_comes_back_as_it_was() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let bytes: Vec<u8> = std::iter::repeat_with({
        let mut random = fastrand::Rng::with_seed(7);
        move || random.u8(..)
    })
    .take(10 << 20)
    .collect();
    let bytes = [b"\x1f\x8b".as_slice(), &bytes].concat();
    let file = File {
        name: "trace.gz",
        kind: "application/gzip",
        bytes,
    };
    let id = carla.uploads(&file).await;
    let ticket = carla.opens_with(&[&id]).await.expect(201);
    assert_eq!(carla.downloads(&ticket.id(), &id).await, file.bytes);
    play.end().await;
}

#[tokio::test]
async fn a_download_is_a_file_to_save_and_runs_nothing() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let files = [
        (
            "Rechnung \"März\".pdf",
            "application/pdf",
            b"%PDF-1.7\n".as_slice(),
            "application/pdf",
        ),
        ("a.png", "image/png", b"\x89PNG\r\n\x1a\n", "image/png"),
        (
            "a;b.txt",
            "text/plain",
            b"<script>alert(1)</script>",
            "text/plain",
        ),
        ("a.csv", "text/csv", b"a,b\n", "application/octet-stream"),
        (
            "a.json",
            "application/json",
            b"{}",
            "application/octet-stream",
        ),
        (
            "a.zip",
            "application/zip",
            b"PK\x03\x04",
            "application/octet-stream",
        ),
    ];
    for (name, kind, bytes, sent_as) in files {
        let id = ana
            .uploads(&File {
                name,
                kind,
                bytes: bytes.into(),
            })
            .await;
        let ticket = ana
            .opens_for("carla", json!({ "attachments": [id] }))
            .await
            .id();
        let path = format!("/v2/support-tickets/{ticket}/attachments/{id}");
        let token = play
            .stand
            .token("acme", "carla", &["customer"])
            .expect("a token");
        let mut request = Raw::get(&format!("{}{path}", play.stand.url()));
        let token = format!("Bearer {token}").parse().expect("a value");
        request.headers.insert("authorization", token);
        let found = request.answer("").await;
        assert_eq!(found.status().as_u16(), 302);
        let location = found.headers()["location"]
            .to_str()
            .expect("a text")
            .to_owned();
        let there = Raw::get(&location).answer("").await;
        assert_eq!(there.status().as_u16(), 200);
        assert_eq!(there.headers()["content-type"], sent_as, "{name}");
        let disposition = there.headers()["content-disposition"]
            .to_str()
            .expect("ASCII");
        assert!(
            disposition.starts_with("attachment; filename"),
            "{disposition}"
        );
        // Nobody can have it shown as something else.
        for (from, to) in [
            (
                "response-content-type=",
                "response-content-type=text%2Fhtml&x=",
            ),
            ("attachment%3B", "inline%3B"),
        ] {
            assert_eq!(
                Raw::get(&location).replaced(from, to).send("").await,
                403,
                "{name}"
            );
        }
    }
    play.end().await;
}

#[tokio::test]
async fn the_test_file_of_all_scanners_is_blocked() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let halves = [
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}",
        "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    ];
    let bad = carla.uploads(&File::text(&halves.concat())).await;
    let good = carla.uploads(&hello()).await;
    let ticket = carla.opens_with(&[&bad, &good]).await.expect(201).id();
    for actor in [&carla, &ana] {
        actor
            .fetches(&ticket, &bad)
            .await
            .refuses(403, "ATTACHMENT_BLOCKED");
        let fetched = actor.fetches(&ticket, &good).await.expect(200);
        assert_eq!(
            fetched.data()["scan"],
            "none",
            "nobody has said that it is clean"
        );
    }
    play.end().await;
}
