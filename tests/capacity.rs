//! What each operation costs: capacity units and round trips, exactly.
//!
//! The units are the engine's `ConsumedCapacity`. It follows DynamoDB's price list but in one thing: an index entry whose
//! sort key has moved counts once here, and AWS bills two.

use domain::{Category, Command, Message, Opening, Role, Tags, Ticket, TicketId, Title};
use edge::Now;
use insta::assert_snapshot;
use serde_json::json;
use store::{Consumed, Idempotency, TicketFilter, metered};

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
    let (page, consumed) = metered(table.list(&agent, &filter, 25, None)).await;
    assert_eq!(page.expect("a page").tickets.len(), 25);
    assert!(
        consumed.read_units <= 3.5 && consumed.round_trips == 1,
        "{consumed:?}"
    );
    assert_snapshot!(cost(consumed), @"1 RRU, 0 WRU, 1 round trips");
    let (page, consumed) = metered(table.list(&agent, &TicketFilter::default(), 25, None)).await;
    assert_eq!(page.expect("a page").tickets.len(), 25);
    assert_snapshot!(cost(consumed), @"3 RRU, 0 WRU, 5 round trips");
    play.end().await;
}

#[tokio::test]
async fn writing_costs_at_most_two_round_trips() {
    let play = Play::begin().await;
    let (agent, table) = (acting("ana", Role::Agent), play.stand.table());
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
        let decide = |ticket: &Ticket| ticket.decide(command.clone(), &agent, now.stamp());
        table
            .change(head, key.as_ref(), decide)
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
    let costs = [
        ("create", plain),
        ("create with a key", keyed),
        ("note", noted),
        ("message that moves the status", moved),
        ("message", same),
        ("message with a key", keyed_reply),
    ];
    let chart: Vec<String> = costs
        .iter()
        .map(|(what, consumed)| format!("{what}: {}", cost(*consumed)))
        .collect();
    assert_snapshot!(chart.join("\n"), @"
    create: 0 RRU, 11 WRU, 2 round trips
    create with a key: 0 RRU, 13 WRU, 2 round trips
    note: 1 RRU, 8 WRU, 2 round trips
    message that moves the status: 1 RRU, 9 WRU, 2 round trips
    message: 1 RRU, 8 WRU, 2 round trips
    message with a key: 1 RRU, 10 WRU, 2 round trips
    ");
    for (what, consumed) in costs {
        assert!(consumed.round_trips <= 2, "{what}");
        assert!(consumed.write_units <= 14.0, "{what}");
    }
    play.end().await;
}
