//! Files on tickets: who puts them there, and whose they are then.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{File, Play};

fn hello() -> File {
    File::text("hello")
}

fn ids(attachments: &Value) -> Vec<&str> {
    let list = attachments.as_array().expect("a list").iter();
    list.map(|file| file["_id"].as_str().expect("an id"))
        .collect()
}

#[tokio::test]
async fn files_are_where_their_entry_is() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let first = carla.uploads(&hello()).await;
    let opened = carla.opens_with(&[&first]).await.expect(201);
    let ticket = opened.id();
    let shown = json!({
        "_id": first,
        "filename": "log.txt",
        "type": "text/plain",
        "size": 5,
        "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        "url": format!("/v2/support-tickets/{ticket}/attachments/{first}"),
    });
    assert_eq!(opened.data()["attachments"], json!([shown]));
    assert_eq!(opened.data()["threads"][0]["attachments"], json!([shown]));

    let (second, third) = (
        ana.uploads(&File::text("2")).await,
        ana.uploads(&File::text("3")).await,
    );
    let body = json!({ "message": "See both.", "attachments": [third, second] });
    let said = ana.says(&ticket, body).await.expect(201);
    assert_eq!(
        ids(&said.data()["attachments"]),
        [&*third, &*second],
        "in the order given"
    );
    let inside = ana.uploads(&File::text("4")).await;
    let body = json!({ "message": "Between us.", "attachments": [inside] });
    let noted = ana
        .post(&format!("/v2/support-tickets/{ticket}/notes"), &body)
        .await
        .expect(201);
    assert_eq!(ids(&noted.data()["attachments"]), [&*inside]);

    let read = ana.reads(&ticket).await.expect(200);
    assert_eq!(
        ids(&read.data()["attachments"]),
        [&*first, &*third, &*second, &*inside]
    );
    let read = carla.reads(&ticket).await.expect(200);
    assert_eq!(
        ids(&read.data()["attachments"]),
        [&*first, &*third, &*second]
    );
    assert!(
        !read.body.to_string().contains(&inside),
        "a note's file is in no answer to a customer"
    );
    let thread = carla.reads_thread(&ticket).await.expect(200);
    assert!(!thread.body.to_string().contains(&inside));
    let listed = ana.get("/v2/support-tickets").await.expect(200);
    assert!(
        !listed.body.to_string().contains("att_"),
        "a row has no files"
    );

    // Whoever may read the entry gets the file, and nobody else.
    for actor in [&carla, &ana, &play.admin("root")] {
        assert_eq!(actor.downloads(&ticket, &second).await, b"2");
    }
    assert_eq!(ana.downloads(&ticket, &inside).await, b"4");
    let number = opened.data()["number"].to_string();
    assert_eq!(ana.downloads(&number, &inside).await, b"4");
    carla
        .fetches(&ticket, &inside)
        .await
        .refuses(404, "ATTACHMENT_NOT_FOUND");
    let zoe = play.customer("zoe");
    zoe.fetches(&ticket, &second)
        .await
        .refuses(404, "SUPPORT_TICKET_NOT_FOUND");
    let foreigner = play.actor("globex", "ana", "agent");
    foreigner
        .fetches(&ticket, &second)
        .await
        .refuses(404, "SUPPORT_TICKET_NOT_FOUND");
    let other = ana.opens_for("zoe", json!({})).await.id();
    ana.fetches(&other, &second)
        .await
        .refuses(404, "ATTACHMENT_NOT_FOUND");
    for wrong in [
        "att_1",
        "att_01935a7b0000700080000000deadbeef",
        "tkt_01935a7b0000700080000000deadbeef",
        "..%2F..",
    ] {
        ana.fetches(&ticket, wrong).await.expect(404);
    }
    let path = format!("/v2/support-tickets/{ticket}/attachments/{second}");
    ana.get(&format!("{path}?redirect=no"))
        .await
        .refuses(400, "INVALID_PARAMETERS");
    play.end().await;
}

#[tokio::test]
async fn only_whole_files_of_one_s_own_are_attached_and_once() {
    let play = Play::begin().await;
    let (carla, ana, zoe) = (
        play.customer("carla"),
        play.agent("ana"),
        play.customer("zoe"),
    );
    let foreigner = play.actor("globex", "carla", "customer");
    let ticket = carla.opens("Help").await.id();
    let refuse = async |id: &str, status: u16, code: &str| {
        let body = json!({ "message": "Here.", "attachments": [id] });
        let refused = carla.says(&ticket, body).await.refuses(status, code);
        assert_eq!(refused.errors(), [("attachments", code)]);
        carla.opens_with(&[id]).await.refuses(status, code);
    };
    refuse(&zoe.uploads(&hello()).await, 400, "ATTACHMENT_NOT_FOUND").await;
    refuse(&ana.uploads(&hello()).await, 400, "ATTACHMENT_NOT_FOUND").await;
    refuse(
        &foreigner.uploads(&hello()).await,
        400,
        "ATTACHMENT_NOT_FOUND",
    )
    .await;
    refuse(
        "att_01935a7b0000700080000000deadbeef",
        400,
        "ATTACHMENT_NOT_FOUND",
    )
    .await;
    refuse(
        &carla.declares(&hello()).await.id(),
        409,
        "UPLOAD_INCOMPLETE",
    )
    .await;
    let attached = carla.uploads(&hello()).await;
    carla.opens_with(&[&attached]).await.expect(201);
    refuse(&attached, 400, "ATTACHMENT_NOT_FOUND").await;

    let id = carla.uploads(&hello()).await;
    for (list, code) in [
        (json!([id, id]), "INVALID_ATTACHMENTS"),
        (json!(vec![&*id; 11]), "INVALID_ATTACHMENTS"),
        (json!([id, 1]), "INVALID_ATTACHMENTS"),
        (json!(id), "INVALID_ATTACHMENTS"),
    ] {
        let body = json!({ "message": "Here.", "attachments": list });
        let refused = carla.says(&ticket, body).await.refuses(400, code);
        assert_eq!(refused.errors(), [("attachments", code)]);
    }
    // One that is missing keeps the others back, and they can be attached later.
    let missing = carla.declares(&hello()).await.id();
    let body = json!({ "message": "Here.", "attachments": [id, missing] });
    carla
        .says(&ticket, body)
        .await
        .refuses(409, "UPLOAD_INCOMPLETE");
    let body = json!({ "message": "Here.", "attachments": [id] });
    carla.says(&ticket, body.clone()).await.expect(201);
    carla
        .says(&ticket, body)
        .await
        .refuses(400, "ATTACHMENT_NOT_FOUND");
    assert_eq!(carla.reads(&ticket).await.data()["version"], 2);
    play.end().await;
}

#[tokio::test]
async fn a_refused_write_leaves_its_files_to_be_attached_elsewhere() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let (closed, open) = (
        carla.opens("Done").await.id(),
        carla.opens("Not done").await.id(),
    );
    carla
        .changes(&closed, json!({ "status": "closed" }))
        .await
        .expect(200);
    let id = carla.uploads(&hello()).await;
    let body = json!({ "message": "Here.", "attachments": [id] });
    carla
        .says(&closed, body.clone())
        .await
        .refuses(409, "TICKET_CLOSED");
    let path = format!("/v2/support-tickets/{open}/threads");
    let stale = carla.post(&path, &body).header("if-match", "\"9\"").await;
    stale.refuses(412, "VERSION_MISMATCH");
    let note = carla
        .post(&format!("/v2/support-tickets/{open}/notes"), &body)
        .await;
    note.refuses(403, "FORBIDDEN");
    carla.says(&open, body).await.expect(201);
    assert_eq!(carla.downloads(&open, &id).await, b"hello");
    play.end().await;
}

#[tokio::test]
async fn a_file_is_what_it_says_it_is() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    for (kind, bytes) in [
        ("image/png", b"<svg onload=alert(1)>".as_slice()),
        ("application/pdf", b"MZ\x90\0\x03"),
        ("text/plain", b"MZ\x90\0\x03"),
        ("application/zip", b"\x1f\x8b\x08"),
    ] {
        let id = carla
            .uploads(&File {
                name: "a",
                kind,
                bytes: bytes.into(),
            })
            .await;
        let refused = carla
            .opens_with(&[&id])
            .await
            .refuses(409, "UPLOAD_MISMATCH");
        assert_eq!(refused.errors(), [("attachments", "UPLOAD_MISMATCH")]);
    }
    play.end().await;
}

#[tokio::test]
async fn sixteen_at_once_put_one_file_on_one_entry() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let tickets: Vec<String> = join_all((0..4).map(|i| carla.opens(if i > 0 { "a" } else { "b" })))
        .await
        .iter()
        .map(crate::harness::Reply::id)
        .collect();
    let id = carla.uploads(&hello()).await;
    let body = json!({ "message": "Here.", "attachments": [id] });
    let says = (0..16).map(|i| carla.says(&tickets[i % 4], body.clone()));
    let replies = join_all(says).await;
    let done = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(done, 1);
    for refused in replies.into_iter().filter(|reply| reply.status != 201) {
        refused.refuses(400, "ATTACHMENT_NOT_FOUND");
    }
    let mut places = 0;
    for ticket in &tickets {
        places += ids(&carla.reads(ticket).await.data()["attachments"]).len();
    }
    assert_eq!(places, 1);
    play.end().await;
}

#[tokio::test]
async fn a_repeated_write_with_files_is_the_first_one() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let body = |id: &str| json!({ "title": "t", "description": "d", "category": "general", "attachments": [id] });
    let id = carla.uploads(&hello()).await;
    let create = async || carla.post("/v2/support-tickets", &body(&id)).key("a").await;
    let (first, second) = (create().await.expect(201), create().await.expect(201));
    assert_eq!(first.data(), second.data());
    assert_eq!(second.header("idempotency-replayed"), "true");
    let ticket = first.id();
    let id = carla.uploads(&hello()).await;
    let message = json!({ "message": "m", "attachments": [id] });
    let path = format!("/v2/support-tickets/{ticket}/threads");
    let say = async || carla.post(&path, &message).key("b").await;
    // At once and after each other.
    let replies = join_all((0..4).map(|_| say())).await;
    for reply in replies.into_iter().chain([say().await]) {
        let reply = reply.expect(201);
        assert_eq!(
            (&reply.data()["seq"], ids(&reply.data()["attachments"])),
            (&json!(2), vec![&*id])
        );
    }
    let other = carla.post(&path, &json!({ "message": "m" })).key("b").await;
    other.refuses(422, "IDEMPOTENCY_KEY_REUSED");
    play.end().await;
}

#[tokio::test]
async fn verifik_s_older_names_take_files_too() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let (first, second) = (carla.uploads(&hello()).await, carla.uploads(&hello()).await);
    let body = json!({ "title": "t", "category": "general", "threads": [{ "message": "m", "attachments": [first] }] });
    let opened = carla
        .post("/v2/support-tickets/insert", &body)
        .await
        .expect(201);
    assert_eq!(ids(&opened.data()["attachments"]), [&*first]);
    let ticket = opened.id();
    let body = json!({ "message": "m", "attachments": [second] });
    let said = carla
        .post(&format!("/v2/support-tickets/{ticket}/thread"), &body)
        .await;
    assert_eq!(ids(&said.expect(201).data()["attachments"]), [&*second]);
    play.end().await;
}
