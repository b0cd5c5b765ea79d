//! What each operation costs: capacity units and round trips, exactly.
//!
//! The units are the engine's `ConsumedCapacity`, which follows DynamoDB's price list: an index entry whose sort key has
//! moved is two writes, one that keeps its place is one.

use domain::{
    Attachment, Category, Command, Configuration, Edits, Filename, MediaType, Message, Opening,
    Reason, Resolution, Role, Rules, Sha256, Status, Tags, Ticket, TicketId, Title,
};
use edge::Now;
use insta::assert_snapshot;
use serde_json::json;
use store::{Consumed, DueItems, Idempotency, Sort, Start, TicketFilter, metered};

use crate::harness::{File, Play, acting};

fn cost(
    Consumed {
        read_units,
        write_units,
        round_trips,
        object_calls,
    }: Consumed,
) -> String {
    let table = format!("{read_units} RRU, {write_units} WRU, {round_trips} round trips");
    match object_calls {
        0 => table,
        calls => format!("{table}, {calls} calls of S3"),
    }
}

#[tokio::test]
async fn getting_a_ticket_with_a_thread_of_4_kb_costs_one_unit_and_one_round_trip() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let ticket = carla.opens("Help").await.id();
    for _ in 0..9 {
        carla
            .says(&ticket, json!({ "message": "x".repeat(150) }))
            .await
            .expect(201);
    }
    let ana = acting("ana", Role::Agent);
    let id = ticket.parse().expect("an id");
    let (read, consumed) = metered(play.stand.table().conversation(&ana, id)).await;
    assert_eq!(read.expect("read").expect("there").entries.len(), 10);
    assert_snapshot!(cost(consumed), @"1 RRU, 0 WRU, 1 round trips");
    play.end().await;
}

#[tokio::test]
async fn a_page_of_25_tickets_in_one_status_costs_at_most_three_and_a_half_units() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    for i in 0..40 {
        let title = format!("A title of the usual length, number {i}");
        ana.opens_for(
            "cus_0123456789",
            json!({ "title": title, "tags": ["api", "billing"] }),
        )
        .await;
    }
    let filter = TicketFilter {
        status: [domain::Status::Open].into(),
        ..TicketFilter::default()
    };
    let (agent, table) = (acting("ana", Role::Agent), play.stand.table());
    let (page, consumed) =
        metered(table.list(&agent, &filter, Sort::Updated, 25, Start::First)).await;
    assert_eq!(page.expect("a page").tickets.len(), 25);
    assert!(
        consumed.read_units <= 3.5 && consumed.round_trips == 1,
        "{consumed:?}"
    );
    assert_snapshot!(cost(consumed), @"2 RRU, 0 WRU, 1 round trips");
    let all = TicketFilter::default();
    let (page, consumed) = metered(table.list(&agent, &all, Sort::Updated, 25, Start::First)).await;
    assert_eq!(page.expect("a page").tickets.len(), 25);
    assert_snapshot!(cost(consumed), @"4 RRU, 0 WRU, 5 round trips");
    play.end().await;
}

#[tokio::test]
async fn writing_costs_at_most_two_round_trips() {
    let play = Play::begin().await;
    let (agent, table) = (acting("ana", Role::Admin), play.stand.table());
    // Each write a second after the one before: what it moves in the indexes is part of its cost.
    let time = std::cell::Cell::new(1_763_866_800);
    let tick = || {
        time.set(time.get() + 1);
        Now(jiff::Timestamp::from_second(time.get()).expect("a time"))
    };
    let key = |hash: &str| Idempotency {
        hash: hash.repeat(32),
        fingerprint: "f".repeat(32),
    };
    let open = async |key: Option<Idempotency>| {
        let now = tick();
        let number = table.next_number(&agent.tenant).await.expect("a number");
        let opening = Opening {
            title: Title::parse("A title of the usual length").expect("a title"),
            description: Message::parse("A description of the usual length.".repeat(10))
                .expect("words"),
            priority: None,
            category: Category::Technical,
            tags: Tags::default(),
            client: Some(agent.principal.clone()),
        };
        let configuration = Configuration::default();
        let (id, rules) = (now.mint(), configuration.rules(None));
        let accepted =
            domain::open(opening, &agent, &domain::Settings::default()).expect("accepted");
        let entry = accepted.entry(id, number, Vec::new(), rules, now.stamp());
        let written = table
            .open(&agent.tenant, id, entry, &[], key.as_ref())
            .await;
        written.expect("opened").ticket
    };
    let change = async |ticket: TicketId, command: Command, key: Option<Idempotency>| {
        let now = tick();
        let head = table
            .ticket(&agent.tenant, ticket)
            .await
            .expect("read")
            .expect("there");
        // A warm function remembers what the tenant has set.
        let configuration = Configuration::default();
        let decide = |ticket: &Ticket, rules: Rules<'_>| {
            ticket.decide(command.clone(), &agent, rules, now.stamp())
        };
        table
            .change(head, &[], key.as_ref(), now.0, &configuration, decide)
            .await
            .expect("changed");
    };
    let (ticket, plain) = metered(open(None)).await;
    let (_, keyed) = metered(open(Some(key("a")))).await;
    let ((), noted) = metered(change(ticket, note(), None)).await;
    let ((), moved) = metered(change(ticket, reply(None), None)).await;
    let ((), same) = metered(change(ticket, reply(None), None)).await;
    let ((), keyed_reply) = metered(change(ticket, reply(None), Some(key("b")))).await;
    let ((), claimed) = metered(change(ticket, Command::Claim, None)).await;
    let reason = Reason::parse("Their production is down.").expect("a reason");
    let ((), escalated) = metered(change(ticket, Command::Escalate { reason }, None)).await;
    let ((), resolved) = metered(change(ticket, Command::Update(solved()), None)).await;
    let ((), deleted) = metered(change(ticket, Command::Delete, None)).await;
    let ((), restored) = metered(change(ticket, Command::Restore, None)).await;
    let costs = [
        ("create", plain),
        ("create with a key", keyed),
        ("note", noted),
        ("first answer, which moves the status", moved),
        ("message", same),
        ("message with a key", keyed_reply),
        ("claim", claimed),
        ("escalate", escalated),
        ("resolve", resolved),
        ("delete", deleted),
        ("restore", restored),
    ];
    let chart: Vec<String> = costs
        .iter()
        .map(|(what, consumed)| format!("{what}: {}", cost(*consumed)))
        .collect();
    assert_snapshot!(chart.join("\n"), @"
    create: 0 RRU, 17 WRU, 2 round trips
    create with a key: 0 RRU, 19 WRU, 2 round trips
    note: 1 RRU, 11 WRU, 2 round trips
    first answer, which moves the status: 1 RRU, 21 WRU, 2 round trips
    message: 1 RRU, 12 WRU, 2 round trips
    message with a key: 1 RRU, 14 WRU, 2 round trips
    claim: 1 RRU, 11 WRU, 2 round trips
    escalate: 1 RRU, 14 WRU, 2 round trips
    resolve: 1 RRU, 20 WRU, 2 round trips
    delete: 1 RRU, 14 WRU, 2 round trips
    restore: 1 RRU, 14 WRU, 2 round trips
    ");
    for (what, consumed) in costs {
        assert!(consumed.round_trips <= 2, "{what}");
        assert!(consumed.write_units <= 21.0, "{what}");
    }
    play.end().await;
}

fn message() -> Message {
    Message::parse("A message of the usual length.".repeat(10)).expect("words")
}

fn note() -> Command {
    Command::Note {
        message: message(),
        attachments: Vec::new(),
    }
}

fn reply(status: Option<Status>) -> Command {
    Command::Reply {
        message: message(),
        status,
        resolution: None,
        attachments: Vec::new(),
    }
}

fn solved() -> Edits {
    Edits {
        status: Some(Status::Resolved),
        resolution: Some(Resolution::parse("Restarted.").expect("a resolution")),
        ..Edits::default()
    }
}

/// Declares a file as `create-upload` does.
async fn declares(
    play: &Play,
    actor: &domain::Actor,
    file: &File,
    key: Option<Idempotency>,
) -> domain::AttachmentId {
    let now = Now(jiff::Timestamp::now());
    let declaration = file.declaration();
    let declared = Attachment {
        id: now.mint(),
        filename: Filename::parse(file.name).expect("a name"),
        media_type: MediaType::parse(file.kind).expect("a type"),
        size: file.bytes.len() as u64,
        sha256: Sha256::parse(declaration["sha256"].as_str().expect("a text")).expect("a digest"),
    };
    let (table, bucket) = (play.stand.table(), play.stand.bucket());
    let declared = table.declare(bucket, actor, declared, now.0, key.as_ref());
    let (upload, _) = declared.await.expect("declared");
    let url = bucket.upload(&actor.tenant, &upload.attachment).await;
    url.expect("a URL");
    upload.attachment.id
}

#[tokio::test]
async fn files_cost_what_their_items_cost_and_three_calls_each() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let ticket = carla.opens("Help").await.id();
    let actor = acting("carla", Role::Customer);
    let now = || Now(jiff::Timestamp::now());
    let (table, bucket) = (play.stand.table(), play.stand.bucket());
    let configuration = Configuration::default();
    let text = File::text("hello");
    let declare = async |key: Option<Idempotency>| declares(&play, &actor, &text, key).await;
    let key = Idempotency {
        hash: "a".into(),
        fingerprint: "f".into(),
    };
    // Here the configuration is read each time, while the uploads are; a warm function remembers them for a minute.
    let (_, declared) = metered(declare(None)).await;
    let (_, keyed) = metered(declare(Some(key.clone()))).await;
    let (_, again) = metered(declare(Some(key))).await;
    let (_, listed) = metered(table.waiting(&actor, now().0)).await;
    let unwanted = declare(None).await;
    let (_, given_up) = metered(table.discard(bucket, &actor, unwanted, now().0)).await;
    let (one, two, three) = (
        carla.uploads(&text).await,
        carla.uploads(&text).await,
        carla.uploads(&text).await,
    );
    let head = async || {
        let head = table
            .ticket(&actor.tenant, ticket.parse().expect("an id"))
            .await;
        head.expect("read").expect("there")
    };
    let attach = async |ids: &[&str]| {
        let ids: Vec<_> = ids.iter().map(|id| id.parse().expect("an id")).collect();
        let kept = table
            .keep(bucket, &actor, &ids, now().0)
            .await
            .expect("kept");
        let attachments = kept.iter().map(|kept| kept.attachment.clone()).collect();
        let command = Command::Reply {
            message: Message::parse("There.").expect("words"),
            status: None,
            resolution: None,
            attachments,
        };
        let decide = |ticket: &Ticket, rules: Rules<'_>| {
            ticket.decide(command.clone(), &actor, rules, now().stamp())
        };
        let changed = table
            .change(head().await, &kept, None, now().0, &configuration, decide)
            .await;
        changed.expect("changed");
    };
    let ((), plain) = metered(attach(&[])).await;
    let ((), with_one) = metered(attach(&[&one])).await;
    let ((), with_two) = metered(attach(&[&two, &three])).await;
    let (_, downloaded) = metered(async {
        let id = one.parse().expect("an id");
        let head = head().await;
        let file = table.attachment(&head.tenant, head.id, id).await;
        let file = file.expect("read").expect("there");
        bucket
            .download(&head.tenant, &file.attachment, &file.object)
            .await
    })
    .await;
    let chart = [
        ("declare", declared),
        ("declare with a key", keyed),
        ("declare again with it", again),
        ("list what waits", listed),
        ("give up", given_up),
        ("message", plain),
        ("message with a file", with_one),
        ("message with two files", with_two),
        ("download", downloaded),
    ]
    .map(|(what, consumed)| format!("{what}: {}", cost(consumed)));
    assert_snapshot!(chart.join("\n"), @"
    declare: 2 RRU, 3 WRU, 3 round trips
    declare with a key: 2 RRU, 5 WRU, 3 round trips
    declare again with it: 3 RRU, 1 WRU, 5 round trips
    list what waits: 1 RRU, 0 WRU, 1 round trips
    give up: 1 RRU, 4 WRU, 3 round trips, 1 calls of S3
    message: 1 RRU, 12 WRU, 2 round trips
    message with a file: 2 RRU, 17 WRU, 3 round trips, 3 calls of S3
    message with two files: 2 RRU, 22 WRU, 3 round trips, 6 calls of S3
    download: 2 RRU, 0 WRU, 2 round trips
    ");
    play.end().await;
}

#[tokio::test]
async fn counting_and_remembering_cost_next_to_nothing() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    for i in 0..40 {
        carla.opens(&format!("{i}")).await;
    }
    let (agent, customer) = (acting("ana", Role::Agent), acting("carla", Role::Customer));
    let table = play.stand.table();
    let (counted, counts) = metered(table.counts(&agent)).await;
    assert_eq!(counted.expect("counts").all(), 40);
    let (counted, hers) = metered(table.counts(&customer)).await;
    assert_eq!(counted.expect("counts").all(), 40);
    let newest = TicketFilter::default();
    let list = table.list(&customer, &newest, Sort::Created, 10, Start::First);
    let (page, created) = metered(list).await;
    assert_eq!(page.expect("a page").tickets.len(), 10);
    let (_, configuration) = metered(table.configuration(&agent.tenant)).await;
    let head = ana.reads("1").await.id().parse().expect("an id");
    let head = table.ticket(&agent.tenant, head).await;
    let head = head.expect("read").expect("there");
    let (_, seen) = metered(table.mark_seen(&head, &agent, head.created_at)).await;
    let chart = [
        ("counts of a tenant", counts),
        ("counts of a customer", hers),
        ("a customer's 40 tickets, last opened first", created),
        ("configuration", configuration),
        ("mark as seen", seen),
    ]
    .map(|(what, consumed)| format!("{what}: {}", cost(consumed)));
    assert_snapshot!(chart.join("\n"), @"
    counts of a tenant: 1 RRU, 0 WRU, 1 round trips
    counts of a customer: 1 RRU, 0 WRU, 1 round trips
    a customer's 40 tickets, last opened first: 3 RRU, 0 WRU, 1 round trips
    configuration: 1 RRU, 0 WRU, 1 round trips
    mark as seen: 0 RRU, 1 WRU, 1 round trips
    ");
    play.end().await;
}

#[tokio::test]
async fn a_check_that_finds_nothing_costs_the_same_whatever_there_is() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let look = async || {
        let mut found = Vec::new();
        for mut shard in DueItems::of_every_shard(jiff::Timestamp::now()) {
            found.extend(shard.next(play.stand.table()).await.expect("an answer"));
        }
        assert!(found.is_empty(), "{found:?}");
    };
    let ((), empty) = metered(look()).await;
    for i in 0..60 {
        let title = json!({ "title": format!("{i}") });
        let ticket = ana.opens_for("carla", title).await.id();
        let solved = json!({ "status": "resolved", "resolution": "r" });
        ana.changes(&ticket, solved).await.expect(200);
    }
    let ((), full) = metered(look()).await;
    assert_eq!(full, empty);
    assert_snapshot!(cost(empty), @"2 RRU, 0 WRU, 4 round trips");
    play.end().await;
}
