//! No file is lost, doubled or left behind, wherever everything stops.
//!
//! A fuse in front of the table and the bucket blows at the n-th request, for every n: as if the process were killed
//! there, before the request or after it. Then everything works again, and what is there is looked at.

use serde_json::{Value, json};

use crate::harness::{Actor, File, Fragile, Raw, Reply};

fn file() -> File {
    File::text("Since this morning.\n")
}

/// As many files as a person may have that are attached to nothing: one for each step.
async fn many(carla: &Actor) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(carla.uploads(&file()).await);
    }
    ids
}

fn message(id: &str) -> Value {
    json!({ "message": "See there.", "attachments": [id] })
}

async fn says(carla: &Actor, ticket: &str, id: &str, key: Option<&str>) -> Reply {
    let path = format!("/v2/support-tickets/{ticket}/threads");
    let request = carla.post(&path, &message(id));
    match key {
        Some(key) => request.key(key).await,
        None => request.await,
    }
}

#[tokio::test]
async fn a_message_that_stops_anywhere_is_said_once_when_it_is_repeated_with_its_key() {
    let fragile = Fragile::begin().await;
    let carla = fragile.play.customer("carla");
    let ticket = carla.opens("Help").await.id();
    let ids = many(&carla).await;
    let said = std::cell::Cell::new(0);
    let steps = fragile
        .every_stop(
            async |step| says(&carla, &ticket, &ids[step], Some(&ids[step])).await,
            async |step, first: Reply| {
                assert!(
                    [201, 503].contains(&first.status.as_u16()),
                    "{:#}",
                    first.body
                );
                fragile.is_whole(&file()).await;
                let again = says(&carla, &ticket, &ids[step], Some(&ids[step]))
                    .await
                    .expect(201);
                assert_eq!(again.data()["attachments"][0]["_id"], ids[step]);
                said.set(said.get() + 1);
                let version = carla.reads(&ticket).await.expect(200).data()["version"].clone();
                assert_eq!(version, json!(1 + said.get()), "said once");
                fragile.is_whole(&file()).await;
            },
        )
        .await;
    // Head, settings, uploads; the object's head, its beginning, its tag; the transaction.
    assert!((14..=17).contains(&steps), "{steps}");
    fragile.is_tidy_after_a_day().await;
    assert_eq!(fragile.attached().await.len(), steps + 1);
    fragile.end().await;
}

#[tokio::test]
async fn a_ticket_that_stops_anywhere_has_its_file_or_is_not_there() {
    let fragile = Fragile::begin().await;
    let carla = fragile.play.customer("carla");
    let ids = many(&carla).await;
    let steps = fragile
        .every_stop(
            async |step| carla.opens_with(&[&ids[step]]).await,
            async |step, first: Reply| {
                let is_there = async || {
                    let attached = fragile.attached().await;
                    attached.iter().any(|(_, name)| *name == ids[step])
                };
                let done = is_there().await;
                assert!(done || first.status == 503, "{:#}", first.body);
                fragile.is_whole(&file()).await;
                // Without a key, a repetition is another request: the file is on the first ticket, or goes on this one.
                match carla.opens_with(&[&ids[step]]).await {
                    again if done => drop(again.refuses(400, "ATTACHMENT_NOT_FOUND")),
                    again => drop(again.expect(201)),
                }
                assert!(is_there().await);
                fragile.is_whole(&file()).await;
            },
        )
        .await;
    assert!(steps >= 12, "{steps}");
    fragile.is_tidy_after_a_day().await;
    fragile.end().await;
}

#[tokio::test]
async fn who_never_comes_back_leaves_nothing_behind() {
    let fragile = Fragile::begin().await;
    let carla = fragile.play.customer("carla");
    let ticket = carla.opens("Help").await.id();
    let ids = many(&carla).await;
    fragile
        .every_stop(
            async |step| says(&carla, &ticket, &ids[step], None).await,
            async |_, _: Reply| fragile.is_whole(&file()).await,
        )
        .await;
    // Declared only; and put after everything is over, with a URL that still holds.
    let late = carla.declares(&file()).key("late").await.expect(201);
    fragile.is_tidy_after_a_day().await;
    let kept = fragile.attached().await.len();
    assert_eq!(Raw::upload(&late).send(file().bytes).await, 200);
    carla
        .opens_with(&[&late.id()])
        .await
        .refuses(400, "ATTACHMENT_NOT_FOUND");
    let tags: Vec<_> = fragile
        .objects
        .list()
        .expect("a list")
        .into_iter()
        .filter(|(_, tags)| tags["state"] == "pending")
        .collect();
    assert_eq!(tags.len(), 1, "the lifecycle takes it");
    assert_eq!(fragile.attached().await.len(), kept);
    fragile.end().await;
}

#[tokio::test]
async fn a_declaration_that_stops_anywhere_is_made_once_when_it_is_repeated() {
    let fragile = Fragile::begin().await;
    let carla = fragile.play.customer("carla");
    let declared = std::cell::Cell::new(0);
    fragile
        .every_stop(
            async |step| carla.declares(&file()).key(&format!("{step}")).await,
            async |step, first: Reply| {
                let again = carla
                    .declares(&file())
                    .key(&format!("{step}"))
                    .await
                    .expect(201);
                if first.status == 201 {
                    assert_eq!(again.id(), first.id());
                }
                declared.set(declared.get() + 1);
                let items = fragile.play.items().await;
                let places = items
                    .iter()
                    .filter(|item| item.contains("#uploads#"))
                    .count();
                assert_eq!(places, declared.get());
            },
        )
        .await;
    fragile.end().await;
}

#[tokio::test]
async fn a_reaper_that_stops_anywhere_is_finished_by_the_next_one() {
    let fragile = Fragile::begin().await;
    let carla = fragile.play.customer("carla");
    let ticket = carla.opens("Help").await.id();
    for step in 0.. {
        let id = carla.uploads(&file()).await;
        // Kept, and then refused.
        let refused = json!({ "message": "m", "attachments": [id], "status": "resolved" });
        carla
            .says(&ticket, refused)
            .await
            .refuses(400, "RESOLUTION_REQUIRED");
        let (first, blown) = fragile.check_that_stops("PT25H", step).await;
        carla
            .opens_with(&[&id])
            .await
            .refuses(400, "ATTACHMENT_NOT_FOUND");
        if blown {
            let second = fragile.play.check().await;
            assert_eq!(second["failed"], 0, "{second:#}");
        } else {
            assert_eq!(first.body["reaped"], 1, "{:#}", first.body);
        }
        assert_eq!(fragile.objects.list().expect("a list"), [], "step {step}");
        let items = fragile.play.items().await;
        assert_eq!(
            items.iter().find(|item| item.contains(&id)),
            None,
            "step {step}"
        );
        if !blown {
            // Four shards; the mark, the versions, the object, the scan, the upload.
            assert!(step >= 18, "{step}");
            break;
        }
    }
    fragile.end().await;
}

#[tokio::test]
async fn a_purge_that_stops_anywhere_leaves_no_object_in_the_end() {
    let fragile = Fragile::begin().await;
    let root = fragile.play.admin("root");
    for step in 0.. {
        let mut ids = Vec::new();
        for _ in 0..2 {
            ids.push(root.uploads(&file()).await);
        }
        let body = json!({ "attachments": ids });
        let ticket = root.opens_for("carla", body).await.id();
        root.deletes(&ticket).await.expect(200);
        root.fetches(&ticket, &ids[0])
            .await
            .refuses(404, "SUPPORT_TICKET_NOT_FOUND");
        assert_eq!(
            fragile.objects.list().expect("a list").len(),
            2,
            "it can be brought back"
        );
        let (first, blown) = fragile.check_that_stops("P31D", step).await;
        if blown {
            fragile.play.check().await;
        } else {
            assert_eq!(first.body["purged"], 1, "{:#}", first.body);
        }
        assert_eq!(fragile.objects.list().expect("a list"), [], "step {step}");
        let items = fragile.play.items().await;
        let left =
            |item: &&String| item.contains(&ticket) || ids.iter().any(|id| item.contains(id));
        assert_eq!(items.iter().find(left), None, "step {step}");
        if !blown {
            assert!(step >= 20, "{step}");
            break;
        }
    }
    fragile.end().await;
}

#[tokio::test]
async fn giving_up_that_stops_anywhere_leaves_nothing_once_the_url_has_expired() {
    let fragile = Fragile::begin().await;
    let carla = fragile.play.customer("carla");
    let ids = many(&carla).await;
    let gives_up = async |id: &str| {
        let path = format!("/v2/attachments/{id}");
        carla.request(reqwest::Method::DELETE, &path).await
    };
    let steps = fragile
        .every_stop(
            async |step| gives_up(&ids[step]).await,
            async |step, first: Reply| {
                let again = gives_up(&ids[step]).await.status.as_u16();
                // Done, whether or not its answer has come; or done now.
                let expected: &[u16] = match first.status.as_u16() {
                    200 => &[404],
                    _ => &[200, 404],
                };
                assert!(expected.contains(&again), "{again} after {}", first.status);
                carla
                    .opens_with(&[&ids[step]])
                    .await
                    .refuses(400, "ATTACHMENT_NOT_FOUND");
            },
        )
        .await;
    // The places; the mark, the versions, the object, the scan.
    assert!(steps >= 10, "{steps}");
    fragile.play.wait("PT5M").await;
    let items = fragile.play.items().await;
    let objects = fragile.objects.list().expect("a list");
    for id in &ids[..=steps] {
        assert!(items.iter().all(|item| !item.contains(id)), "{id}");
        assert!(objects.iter().all(|(key, _)| !key.ends_with(id)), "{id}");
    }
    assert_eq!(objects.len(), ids.len() - steps - 1);
    fragile.end().await;
}
