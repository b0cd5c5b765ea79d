//! Files that wait to be attached: who sees them, and how long their places are taken.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::Value;

use crate::harness::{Actor, File, Play, Raw, Reply};

fn hello() -> File {
    File::text("hello")
}

async fn declares_twenty(actor: &Actor) -> Vec<Reply> {
    let mut declared = Vec::new();
    for _ in 0..20 {
        declared.push(actor.declares(&hello()).await.expect(201));
    }
    declared
}

async fn gives_up(actor: &Actor, id: &str) -> Reply {
    let path = format!("/v2/attachments/{id}");
    actor.request(Method::DELETE, &path).await
}

async fn lists(actor: &Actor) -> Vec<String> {
    let listed = actor.get("/v2/attachments").await.expect(200);
    let uploads = listed.data().as_array().expect("a list").iter();
    let id = |upload: &Value| upload["_id"].as_str().expect("an id").to_owned();
    uploads.map(id).collect()
}

#[tokio::test]
async fn a_person_sees_what_waits_and_can_give_it_up() {
    let play = Play::begin().await;
    let (carla, zoe) = (play.customer("carla"), play.customer("zoe"));
    assert_eq!(lists(&carla).await, Vec::<String>::new());
    let declared = carla.declares(&hello()).await.expect(201);
    let put = carla.uploads(&File::text("other")).await;
    assert_eq!(lists(&carla).await, [declared.id(), put.clone()]);
    let listed = carla.get("/v2/attachments").await.expect(200);
    assert_eq!(listed.body["pagination"]["nextCursor"], Value::Null);
    let first = &listed.data()[0];
    for field in ["_id", "filename", "type", "size", "sha256", "attachUntil"] {
        assert_eq!(first[field], declared.data()[field], "{field}");
    }
    assert!(first["declaredAt"].as_str() < first["uploadUntil"].as_str());
    assert_eq!(lists(&zoe).await, Vec::<String>::new());
    let foreigner = play.actor("globex", "carla", "customer");
    assert_eq!(lists(&foreigner).await, Vec::<String>::new());
    let refused = carla.get("/v2/attachments?limit=1").await;
    refused.refuses(400, "INVALID_PARAMETERS");
    play.bearer(None)
        .get("/v2/attachments")
        .await
        .refuses(401, "UNAUTHORIZED");

    gives_up(&carla, &declared.id()).await.expect(200);
    assert_eq!(lists(&carla).await, std::slice::from_ref(&put));
    carla.opens_with(&[&put]).await.expect(201);
    assert_eq!(lists(&carla).await, Vec::<String>::new());
    let late = carla.uploads(&hello()).await;
    play.wait("PT22H59M").await;
    assert_eq!(lists(&carla).await, [late]);
    play.wait("PT1M").await;
    assert_eq!(
        lists(&carla).await,
        Vec::<String>::new(),
        "it cannot be attached any more"
    );
    play.end().await;
}

#[tokio::test]
async fn uploads_that_never_came_give_way_when_their_urls_are_dead() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let put = carla.uploads(&hello()).await;
    let mut lost = Vec::new();
    for _ in 0..19 {
        lost.push(carla.declares(&hello()).await.expect(201).id());
    }
    play.wait("PT4M59S").await;
    let refused = carla.declares(&hello()).await;
    let refused = refused.refuses(409, "TOO_MANY_UPLOADS");
    let detail = refused.body["detail"].as_str().expect("a text");
    assert!(detail.contains("`GET /v2/attachments`"), "{detail}");
    play.wait("PT1S").await;
    // As many as there are; never the one that came.
    let mut fresh = Vec::new();
    for _ in 0..19 {
        fresh.push(
            carla
                .declares(&hello())
                .key(&fresh.len().to_string())
                .await
                .expect(201),
        );
    }
    carla
        .declares(&hello())
        .await
        .refuses(409, "TOO_MANY_UPLOADS");
    let waiting = lists(&carla).await;
    assert_eq!(waiting.len(), 20);
    assert!(waiting.contains(&put));
    for id in &lost {
        assert!(!waiting.contains(id));
        carla
            .opens_with(&[id])
            .await
            .refuses(400, "ATTACHMENT_NOT_FOUND");
    }
    let newest = fresh.last().expect("one");
    assert_eq!(Raw::upload(newest).send("hello").await, 200);
    carla.opens_with(&[&put, &newest.id()]).await.expect(201);
    play.end().await;
}

#[tokio::test]
async fn a_repeated_declaration_keeps_its_place_for_its_new_url() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let kept = carla.declares(&hello()).key("a").await.expect(201).id();
    for _ in 0..19 {
        carla.uploads(&hello()).await;
    }
    play.wait("PT10M").await;
    let again = carla.declares(&hello()).key("a").await.expect(201);
    assert_eq!(again.id(), kept);
    carla
        .declares(&hello())
        .await
        .refuses(409, "TOO_MANY_UPLOADS");
    play.wait("PT5M").await;
    carla.declares(&hello()).await.expect(201);
    let gone = carla.declares(&hello()).key("a").await;
    gone.refuses(409, "UPLOAD_GONE");
    play.end().await;
}

#[tokio::test]
async fn giving_up_what_can_still_be_put_makes_no_place() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let declared = declares_twenty(&carla).await;
    for upload in &declared {
        gives_up(&carla, &upload.id()).await.expect(200);
        let again = gives_up(&carla, &upload.id()).await;
        again.refuses(404, "ATTACHMENT_NOT_FOUND");
    }
    assert_eq!(lists(&carla).await, Vec::<String>::new());
    carla
        .declares(&hello())
        .await
        .refuses(409, "TOO_MANY_UPLOADS");
    // They can still be put, for nothing.
    for upload in &declared {
        assert_eq!(Raw::upload(upload).send("hello").await, 200);
        carla
            .opens_with(&[&upload.id()])
            .await
            .refuses(400, "ATTACHMENT_NOT_FOUND");
    }
    carla
        .declares(&hello())
        .await
        .refuses(409, "TOO_MANY_UPLOADS");
    play.wait("PT5M").await;
    let objects = play.stand.objects().expect("its own bucket");
    assert_eq!(
        objects.list().expect("a list"),
        [],
        "what came late is gone with its place"
    );
    declares_twenty(&carla).await;
    play.end().await;
}

#[tokio::test]
async fn twenty_at_once_take_the_places_of_twenty_that_never_came() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let lost = declares_twenty(&carla).await;
    play.wait("PT5M").await;
    let file = hello();
    let at_once = join_all((0..20).map(|_| async { carla.declares(&file).await })).await;
    for declared in at_once {
        declared.expect(201);
    }
    let waiting = lists(&carla).await;
    assert_eq!(waiting.len(), 20);
    assert!(lost.iter().all(|upload| !waiting.contains(&upload.id())));
    play.end().await;
}
