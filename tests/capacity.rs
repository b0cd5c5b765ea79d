//! What each operation costs: capacity units and round trips, exactly.
//!
//! The units are the engine's `ConsumedCapacity`. It follows DynamoDB's price list but in one thing: an index entry whose
//! sort key has moved counts once here, and AWS bills two.

use domain::{
    Category, Command, Edits, Message, Opening, Reason, Resolution, Role, Settings, Status, Tags,
    Ticket, TicketId, Title,
};
use edge::Now;
use insta::assert_snapshot;
use serde_json::json;
use store::{Consumed, DueTickets, Idempotency, Sort, Start, TicketFilter, metered};

use crate::harness::{Play, acting};

fn cost(
    Consumed {
        read_units,
        write_units,
        round_trips,
    }: Consumed,
) -> String {
    format!("{read_units} RRU, {write_units} WRU, {round_trips} round trips")
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
    let (tenant, id) = (
        acting("ana", Role::Agent).tenant,
        ticket.parse().expect("an id"),
    );
    let (read, consumed) = metered(play.stand.table().conversation(&tenant, id)).await;
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
    assert_snapshot!(cost(consumed), @"1 RRU, 0 WRU, 1 round trips");
    let all = TicketFilter::default();
    let (page, consumed) = metered(table.list(&agent, &all, Sort::Updated, 25, Start::First)).await;
    assert_eq!(page.expect("a page").tickets.len(), 25);
    assert_snapshot!(cost(consumed), @"3 RRU, 0 WRU, 5 round trips");
    play.end().await;
}

#[tokio::test]
async fn writing_costs_at_most_two_round_trips() {
    let play = Play::begin().await;
    let (agent, table) = (acting("ana", Role::Admin), play.stand.table());
    let now = Now(jiff::Timestamp::from_millisecond(1_763_866_800_000).expect("a time"));
    let key = |hash: &str| Idempotency {
        hash: hash.repeat(32),
        fingerprint: "f".repeat(32),
    };
    let open = async |key: Option<Idempotency>| {
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
        let entry = domain::open(opening, &agent)
            .expect("accepted")
            .entry(number, now.stamp());
        let written = table
            .open(&agent.tenant, now.mint(), entry, key.as_ref())
            .await;
        written.expect("opened").ticket
    };
    let change = async |ticket: TicketId, command: Command, key: Option<Idempotency>| {
        let head = table
            .ticket(&agent.tenant, ticket)
            .await
            .expect("read")
            .expect("there");
        let settings = Settings::default();
        let decide =
            |ticket: &Ticket| ticket.decide(command.clone(), &agent, &settings, now.stamp());
        table
            .change(head, key.as_ref(), now.0, decide)
            .await
            .expect("changed");
    };
    let message = || Message::parse("A message of the usual length.".repeat(10)).expect("words");
    let note = || Command::Note { message: message() };
    let reply = |status| Command::Reply {
        message: message(),
        status,
        resolution: None,
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
        ("message that moves the status", moved),
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
    create: 0 RRU, 15 WRU, 2 round trips
    create with a key: 0 RRU, 17 WRU, 2 round trips
    note: 1 RRU, 8 WRU, 2 round trips
    message that moves the status: 1 RRU, 13 WRU, 2 round trips
    message: 1 RRU, 8 WRU, 2 round trips
    message with a key: 1 RRU, 10 WRU, 2 round trips
    claim: 1 RRU, 9 WRU, 2 round trips
    escalate: 1 RRU, 8 WRU, 2 round trips
    resolve: 1 RRU, 14 WRU, 2 round trips
    delete: 1 RRU, 14 WRU, 2 round trips
    restore: 1 RRU, 14 WRU, 2 round trips
    ");
    for (what, consumed) in costs {
        assert!(consumed.round_trips <= 2, "{what}");
        assert!(consumed.write_units <= 17.0, "{what}");
    }
    play.end().await;
}

fn solved() -> Edits {
    Edits {
        status: Some(Status::Resolved),
        resolution: Some(Resolution::parse("Restarted.").expect("a resolution")),
        ..Edits::default()
    }
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
    let (_, settings) = metered(table.settings(&agent.tenant)).await;
    let head = ana.reads("1").await.id().parse().expect("an id");
    let head = table.ticket(&agent.tenant, head).await;
    let head = head.expect("read").expect("there");
    let (_, seen) = metered(table.mark_seen(&head, &agent.principal, head.created_at)).await;
    let chart = [
        ("counts of a tenant", counts),
        ("counts of a customer", hers),
        ("a customer's 40 tickets, last opened first", created),
        ("settings", settings),
        ("mark as seen", seen),
    ]
    .map(|(what, consumed)| format!("{what}: {}", cost(consumed)));
    assert_snapshot!(chart.join("\n"), @"
    counts of a tenant: 1 RRU, 0 WRU, 1 round trips
    counts of a customer: 1 RRU, 0 WRU, 1 round trips
    a customer's 40 tickets, last opened first: 1.5 RRU, 0 WRU, 1 round trips
    settings: 1 RRU, 0 WRU, 1 round trips
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
        for mut shard in DueTickets::of_every_shard(jiff::Timestamp::now()) {
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
