//! Which files are taken, under which names and as what.

use serde_json::{Value, json};

use crate::harness::{Actor, File, Play, Raw};

/// Declares a file, puts it, opens a ticket with it, and fetches it: what is said of it, and what it is sent as.
async fn goes_round(actor: &Actor, file: &File) -> (Value, String, String) {
    let declared = actor.declares(file).await.expect(201);
    let put = Raw::upload(&declared).send(file.bytes.clone()).await;
    assert_eq!(put, 200, "{}", file.name);
    let ticket = actor.opens_with(&[&declared.id()]).await;
    let ticket = ticket.expect(201).id();
    let there = actor.fetches(&ticket, &declared.id()).await.expect(200);
    let url = there.data()["url"].as_str().expect("a URL");
    let there = Raw::get(url).answer("").await;
    let header = |name: &str| there.headers()[name].to_str().expect("ASCII").to_owned();
    let (sent_as, disposition) = (header("content-type"), header("content-disposition"));
    assert_eq!(there.bytes().await.expect("all of it"), file.bytes);
    (declared.data().clone(), sent_as, disposition)
}

#[tokio::test]
async fn what_no_browser_shows_is_bytes_to_save() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let bytes = "application/octet-stream";
    let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0".as_slice();
    for (name, kind, content, taken_as) in [
        (
            "factura.xml",
            "text/xml",
            b"<?xml version=\"1.0\"?><Invoice/>".as_slice(),
            "application/xml",
        ),
        (
            "factura.xml",
            "application/xml; charset=UTF-16",
            b"\xff\xfe<\0",
            "application/xml",
        ),
        (
            "mail.eml",
            "message/rfc822",
            b"From: a@b\r\n\r\n\xe9",
            "message/rfc822",
        ),
        (
            "date.ics",
            "text/calendar",
            b"BEGIN:VCALENDAR",
            "text/calendar",
        ),
        (
            "IMG_1.HEIC",
            "image/heic",
            b"\0\0\0\x18ftypheic",
            "image/heic",
        ),
        ("notes.md", "text/markdown", b"# Notes", "text/markdown"),
        ("secret.docx", docx, ole, docx),
        (
            "old.xls",
            "application/vnd.ms-excel",
            ole,
            "application/vnd.ms-excel",
        ),
        (
            "table.csv",
            "application/vnd.ms-excel",
            b"a;b\r\n",
            "text/csv",
        ),
        ("table.csv", "text/csv", b"a\0;\0b\0", "text/csv"),
        ("core.bin", bytes, b"\x7fELF\0\0", bytes),
        ("photo.png", bytes, b"no photo", bytes),
        ("a.tar", "application/x-tar", b"\0", bytes),
        (
            "a.zip",
            "application/x-zip-compressed",
            b"PK\x03\x04",
            "application/zip",
        ),
        (
            "server.log",
            "",
            b"a line in Latin-1: caf\xe9",
            "text/plain",
        ),
        ("a.sqlite", "", b"SQLite format 3\0", bytes),
    ] {
        let file = File {
            name,
            kind,
            bytes: content.into(),
        };
        let (said, sent_as, disposition) = goes_round(&carla, &file).await;
        assert_eq!(said["type"], taken_as, "{name} {kind}");
        let shown = if taken_as == "text/plain" {
            taken_as
        } else {
            bytes
        };
        assert_eq!(sent_as, shown, "{name} {kind}");
        assert!(disposition.starts_with("attachment;"), "{disposition}");
    }
    play.end().await;
}

#[tokio::test]
async fn what_a_browser_shows_is_what_it_says() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    for (name, kind, content) in [
        (
            "report.pdf",
            "application/pdf",
            b"MZ\x90\0 %PDF-1.4".as_slice(),
        ),
        ("report.pdf", "application/pdf", b"\r\nMZ\x90\0 %PDF-1.4"),
        ("report.pdf", "application/pdf", b"PK\x03\x04%PDF-1.4"),
        ("report.pdf", "", b"<html>%PDF-1.4"),
        ("a.png", "image/png", b"GIF89a"),
        ("a.jpg", "image/jpg", b"\x89PNG\r\n\x1a\n"),
        ("a.txt", "text/plain", b"MZ\x90\0\x03"),
        ("a.docx", "application/msword", b"MZ\x90\0\x03"),
    ] {
        let file = File {
            name,
            kind,
            bytes: content.into(),
        };
        let id = carla.uploads(&file).await;
        let refused = carla.opens_with(&[&id]).await;
        let refused = refused.refuses(409, "UPLOAD_MISMATCH");
        assert_eq!(refused.errors(), [("attachments", "UPLOAD_MISMATCH")]);
    }
    for (name, content) in [
        ("a.pdf", b"%PDF-1.7".as_slice()),
        ("b.pdf", b"\xef\xbb\xbf\r\n%PDF-1.4"),
        ("c.pdf", b"\x1b%-12345X@PJL\r\n%PDF-1.4"),
    ] {
        let file = File {
            name,
            kind: "application/pdf",
            bytes: content.into(),
        };
        assert_eq!(
            goes_round(&carla, &file).await.1,
            "application/pdf",
            "{name}"
        );
    }
    play.end().await;
}

#[tokio::test]
async fn a_name_ends_as_its_type_does_and_as_nothing_that_runs() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let bytes = "application/octet-stream";
    for (name, kind) in [
        ("report.xll", "application/pdf"),
        ("report.xll", bytes),
        ("report.xll", ""),
        ("notes.one", bytes),
        ("office.rdp", "text/plain"),
        ("setup.appinstaller", "application/xml"),
        ("help.diagcab", "application/x-cab"),
        ("dark.theme", "text/plain"),
        ("server.udl", "text/plain"),
        ("a.settingcontent-ms", "text/xml"),
        ("photo.exe\u{200e}", "image/png"),
        ("report.docx", "application/pdf"),
        ("photo.pdf", "image/png"),
        ("report.xyz", "application/pdf"),
    ] {
        let file = File {
            name,
            kind,
            bytes: b"%PDF-1.7".into(),
        };
        let refused = carla.declares(&file).await.refuses(400, "INVALID_FILENAME");
        assert_eq!(
            refused.errors(),
            [("filename", "INVALID_FILENAME")],
            "{name} {kind}"
        );
    }
    play.end().await;
}

#[tokio::test]
async fn a_name_is_kept_as_people_read_it() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    for (given, kept, escaped) in [
        ("می\u{200c}خواهم.txt", "می\u{200c}خواهم.txt", "%E2%80%8C"),
        ("क्\u{200d}ष.txt", "क्\u{200d}ष.txt", "%E2%80%8D"),
        (
            "👨\u{200d}👩\u{200d}👧.txt",
            "👨\u{200d}👩\u{200d}👧.txt",
            "%E2%80%8D",
        ),
        ("\u{200e}IMG 1.txt", "IMG 1.txt", "IMG%201.txt"),
        (
            "Screenshot 10:30:15.txt",
            "Screenshot 10-30-15.txt",
            "10-30-15.txt",
        ),
        ("Espan\u{303}a.txt ", "España.txt", "Espa%C3%B1a.txt"),
    ] {
        let file = File {
            name: given,
            ..File::text("hello")
        };
        let (said, _, disposition) = goes_round(&carla, &file).await;
        assert_eq!(said["filename"], kept);
        assert!(disposition.contains(escaped), "{disposition}");
    }
    for (name, spelled) in [
        ("photo\u{202e}gpj.txt", "U+202E"),
        ("a\u{2066}b.txt", "U+2066"),
        ("a\u{0}b.txt", "U+0000"),
        ("a/b.txt", "U+002F (/)"),
    ] {
        let file = File {
            name,
            ..File::text("hello")
        };
        for language in ["en", "es"] {
            let refused = carla
                .declares(&file)
                .header("accept-language", language)
                .await;
            let refused = refused.refuses(400, "INVALID_FILENAME");
            let detail = refused.body["errors"][0]["detail"]
                .as_str()
                .expect("a text");
            assert!(detail.contains(spelled), "{detail}");
        }
    }
    play.end().await;
}

#[tokio::test]
async fn a_digest_in_capitals_and_a_size_with_a_point_are_taken() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let file = File::text("hello");
    let mut declaration = file.declaration();
    let digest = declaration["sha256"].as_str().expect("a text").to_owned();
    declaration["sha256"] = json!(digest.to_uppercase());
    declaration["size"] = json!(5.0);
    let declared = carla
        .post("/v2/attachments", &declaration)
        .await
        .expect(201);
    assert_eq!(declared.data()["sha256"], digest);
    assert_eq!(declared.data()["size"], 5);
    assert_eq!(Raw::upload(&declared).send("hello").await, 200);
    carla.opens_with(&[&declared.id()]).await.expect(201);
    let settings = json!({ "maxAttachmentSize": 5_000_000.0 });
    let set = play
        .admin("root")
        .patch("/v2/settings", &settings)
        .await
        .expect(200);
    assert_eq!(set.data()["maxAttachmentSize"], 5_000_000);
    play.end().await;
}

#[tokio::test]
async fn files_named_in_another_way_are_told_how() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let ticket = carla.opens("Help").await.id();
    let as_verifik = json!({ "filename": "a.txt", "url": "https://files.example/a.txt" });
    for attachments in [
        json!([as_verifik]),
        json!(as_verifik),
        json!(["https://files.example/a.txt"]),
        json!("att_01935a7b0000700080000000deadbeef"),
        json!([1]),
    ] {
        let body = json!({ "message": "Here.", "attachments": attachments });
        let refused = carla
            .says(&ticket, body)
            .await
            .refuses(400, "INVALID_ATTACHMENTS");
        assert_eq!(refused.errors(), [("attachments", "INVALID_ATTACHMENTS")]);
        let detail = refused.body["errors"][0]["detail"]
            .as_str()
            .expect("a text");
        assert!(detail.contains("`POST /v2/attachments`"), "{detail}");
    }
    let older =
        json!({ "title": "t", "threads": [{ "message": "m", "attachments": [as_verifik] }] });
    let refused = carla
        .post("/v2/support-tickets/insert", &older)
        .await
        .expect(400);
    let errors = refused.errors();
    assert!(
        errors.contains(&("threads[0].attachments", "INVALID_ATTACHMENTS")),
        "{errors:?}"
    );
    let none = json!({ "message": "Nothing.", "attachments": null });
    carla.says(&ticket, none).await.expect(201);
    play.end().await;
}
