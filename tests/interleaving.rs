//! Two at once who want the same file.

use domain::{
    Category, Command, Configuration, Message, Opening, Role, Rules, Tags, Ticket, Title,
};
use edge::Now;
use serde_json::json;
use store::{DueItem, DueItems, Idempotency};

use crate::harness::{Fault, File, Fragile, Play, Proxy, acting};

fn file() -> File {
    File::text("Since this morning.\n")
}

#[tokio::test]
async fn who_attaches_while_it_is_being_reaped_has_it_or_not() {
    let fragile = Fragile::begin().await;
    let carla = fragile.play.customer("carla");
    for _ in 0..10 {
        let id = carla.uploads(&file()).await;
        let reap = async {
            fragile
                .play
                .bearer(None)
                .put("/dev/clock", &json!({ "advance": "PT24H" }))
                .await
                .expect(200);
        };
        let files = [&*id];
        let (opened, ()) = tokio::join!(carla.opens_with(&files), reap);
        match opened.status.as_u16() {
            409 => drop(opened.refuses(409, "UPLOAD_INCOMPLETE")),
            201 => assert_eq!(carla.downloads(&opened.id(), &id).await, file().bytes),
            _ => drop(opened.refuses(400, "ATTACHMENT_NOT_FOUND")),
        }
        fragile.is_tidy_after_a_day().await;
    }
    fragile.end().await;
}

#[tokio::test]
async fn what_is_being_reaped_is_not_attached_and_what_is_attached_is_not_reaped() {
    let fragile = Fragile::begin().await;
    let carla = fragile.play.customer("carla");
    let ticket = carla.opens("Help").await.id();
    let (table, bucket) = (fragile.play.stand.table(), fragile.play.stand.bucket());
    let (actor, now) = (acting("carla", Role::Customer), Now(jiff::Timestamp::now()));
    let day = now.0 + jiff::SignedDuration::from_hours(25);
    let attach = async |kept: &[store::Kept]| {
        let head = table
            .ticket(&actor.tenant, ticket.parse().expect("an id"))
            .await;
        let head = head.expect("read").expect("there");
        let command = Command::Reply {
            message: Message::parse("There.").expect("words"),
            status: None,
            resolution: None,
            attachments: kept.iter().map(|kept| kept.attachment.clone()).collect(),
        };
        let configuration = Configuration::default();
        let decide = |ticket: &Ticket, rules: Rules<'_>| {
            ticket.decide(command.clone(), &actor, rules, now.stamp())
        };
        let change = table.change(head, kept, None, now.0, &configuration, decide);
        change.await
    };
    let due = async |id: &str| {
        for mut shard in DueItems::of_every_shard(day) {
            for due in shard.next(table).await.expect("what is due") {
                if let DueItem::Upload(upload) = due.expect("an item")
                    && upload.id.to_string() == id
                {
                    return upload;
                }
            }
        }
        panic!("{id} is not due");
    };
    let keep = async |id: &str| {
        let id = [id.parse().expect("an id")];
        table.keep(bucket, &actor, &id, now.0).await.expect("kept")
    };

    // A reaper by another clock has marked it, and died, when it is attached.
    let id = carla.uploads(&file()).await;
    let (kept, upload) = (keep(&id).await, due(&id).await);
    fragile.fuse.arm(1, false);
    table.reap(bucket, &upload).await.expect_err("it dies");
    assert!(fragile.fuse.mend());
    assert_eq!(
        fragile.objects.list().expect("a list").len(),
        1,
        "the object is still there"
    );
    let refused = attach(&kept).await.expect_err("it is being taken away");
    assert!(refused.to_string().contains(&id), "{refused}");
    assert!(table.reap(bucket, &upload).await.expect("reaped"));
    assert_eq!(fragile.objects.list().expect("a list"), []);

    // And the other way round: the index still names what has just been attached.
    let id = carla.uploads(&file()).await;
    let (kept, upload) = (keep(&id).await, due(&id).await);
    attach(&kept).await.expect("attached");
    assert!(!table.reap(bucket, &upload).await.expect("nothing to reap"));
    assert_eq!(carla.downloads(&ticket, &id).await, file().bytes);
    fragile.end().await;
}

#[tokio::test]
async fn a_repetition_that_meets_the_first_time_half_done_waits_for_it() {
    let engine = Play::begin().await;
    let proxy = Proxy::before(&engine.open_dynamodb().await).await;
    let play = Play::behind(&proxy).await;
    let carla = play.customer("carla");
    let id = carla.uploads(&file()).await;
    let (table, bucket) = (play.stand.table(), play.stand.bucket());
    let (actor, now) = (acting("carla", Role::Customer), Now(jiff::Timestamp::now()));
    let named = [id.parse().expect("an id")];
    // Both have looked at the file before either writes.
    let first = table
        .keep(bucket, &actor, &named, now.0)
        .await
        .expect("kept");
    let second = table
        .keep(bucket, &actor, &named, now.0)
        .await
        .expect("kept");
    let key = Idempotency {
        hash: "a".into(),
        fingerprint: "f".into(),
    };
    let open = async |kept: &[store::Kept], number: u64| {
        let opening = Opening {
            title: Title::parse("Help").expect("a title"),
            description: Message::parse("It does not work.").expect("words"),
            priority: None,
            category: Category::Technical,
            tags: Tags::default(),
            client: None,
        };
        let attachments = kept.iter().map(|kept| kept.attachment.clone()).collect();
        let accepted =
            domain::open(opening, &actor, &domain::Settings::default()).expect("accepted");
        let configuration = Configuration::default();
        let (id, rules) = (now.mint(), configuration.rules(None));
        let entry = accepted.entry(id, number, attachments, rules, now.stamp());
        table.open(&actor.tenant, id, entry, kept, Some(&key)).await
    };
    let opened = open(&first, 1).await.expect("opened");
    // AWS may say so while the first one is still being applied: its record is busy, and the upload is gone already.
    proxy.next("TransactWriteItems", Fault::HalfDone, 1);
    let again = open(&second, 2).await.expect("the first time's");
    assert!(again.replayed);
    assert_eq!(again.ticket, opened.ticket);
    play.end().await;
    engine.end().await;
}
