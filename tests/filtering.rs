//! Filtered lists, against brute force over every ticket of the table.

use std::collections::BTreeSet;

use domain::{
    Actor, Category, Command, Edits, EntryId, Message, Opening, Principal, Priority, Role, Stamp,
    Status, Tags, TicketId, Title,
};
use edge::Now;
use futures_util::future::join_all;
use store::{TicketFilter, TicketPage};

use crate::harness::{Play, acting};

/// Opens tickets through the store, `n` of them, with facts that vary.
async fn populate(play: &Play, n: usize) {
    let agent = acting("ana", Role::Agent);
    let table = play.stand.table();
    let batches: Vec<usize> = (0..n).collect();
    for batch in batches.chunks(16) {
        join_all(batch.iter().map(|&i| {
            let agent = &agent;
            async move {
                // Several share a millisecond, so that ties are met.
                let now = jiff::Timestamp::from_millisecond(
                    1_763_866_800_000 + i64::try_from(i / 3).expect("few"),
                )
                .expect("a time");
                let opening = Opening {
                    title: Title::parse(format!("{i}")).expect("a title"),
                    description: Message::parse("d").expect("a message"),
                    priority: Some(Priority::ALL[i % 4]),
                    category: Category::ALL[i % 5],
                    tags: Tags::default(),
                    client: Some(
                        Principal::parse(format!("client-{}", i % 7)).expect("a principal"),
                    ),
                };
                let stamp = Stamp {
                    id: Now(now).mint::<EntryId>(),
                    now,
                };
                let entry = domain::open(opening, agent)
                    .expect("accepted")
                    .entry(i as u64 + 1, stamp);
                let written = table
                    .open(&agent.tenant, Now(now).mint::<TicketId>(), entry, None)
                    .await
                    .expect("opened");
                let to = Status::ALL[i % 3];
                let head = table
                    .ticket(&agent.tenant, written.ticket)
                    .await
                    .expect("read")
                    .expect("there");
                let edits = Edits {
                    status: Some(to),
                    ..Edits::default()
                };
                let change = Command::Update(edits);
                let stamp = Stamp {
                    id: Now(now).mint::<EntryId>(),
                    now,
                };
                table
                    .change(head, None, |ticket| {
                        ticket.decide(change.clone(), agent, stamp)
                    })
                    .await
                    .expect("changed");
            }
        }))
        .await;
    }
}

async fn walk(
    play: &Play,
    actor: &Actor,
    filter: &TicketFilter,
    limit: usize,
) -> (Vec<TicketId>, usize) {
    let (mut found, mut pages, mut cursor) = (Vec::new(), 0, None::<String>);
    loop {
        let TicketPage { tickets, next } = play
            .stand
            .table()
            .list(actor, filter, limit, cursor.as_deref())
            .await
            .expect("a page");
        assert!(tickets.len() <= limit);
        found.extend(tickets.iter().map(|ticket| ticket.id));
        pages += 1;
        assert!(pages < 500, "a list has an end");
        match next {
            Some(next) => cursor = Some(next),
            None => return (found, pages),
        }
    }
}

fn lets<T: Ord>(set: &BTreeSet<T>, value: &T) -> bool {
    set.is_empty() || set.contains(value)
}

#[tokio::test]
async fn every_filter_agrees_with_brute_force() {
    let play = Play::begin().await;
    populate(&play, 240).await;
    let mut heads = play.heads().await;
    heads.sort_by_key(|ticket| std::cmp::Reverse((ticket.updated_at, ticket.id)));
    let statuses = [
        vec![],
        vec![Status::Open],
        vec![Status::Open, Status::Pending],
        vec![Status::Closed],
        vec![Status::InProgress, Status::Pending],
    ];
    let categories = [
        vec![],
        vec![Category::Billing],
        vec![Category::General, Category::Account],
    ];
    let priorities = [
        vec![],
        vec![Priority::Urgent],
        vec![Priority::Low, Priority::High],
    ];
    let clients = [vec![], vec!["client-3"], vec!["client-0", "client-6"]];
    let mut combinations = 0;
    for status in &statuses {
        for category in &categories {
            for priority in &priorities {
                for client in &clients {
                    let filter = TicketFilter {
                        status: status.iter().copied().collect(),
                        category: category.iter().copied().collect(),
                        priority: priority.iter().copied().collect(),
                        client: client
                            .iter()
                            .map(|name| Principal::parse(*name).expect("a principal"))
                            .collect(),
                    };
                    for who in [
                        acting("ana", Role::Agent),
                        acting("client-3", Role::Customer),
                    ] {
                        let expected: Vec<TicketId> = heads
                            .iter()
                            .filter(|ticket| {
                                who.sees(ticket)
                                    && lets(&filter.status, &ticket.status)
                                    && lets(&filter.category, &ticket.category)
                                    && lets(&filter.priority, &ticket.priority)
                                    && lets(&filter.client, &ticket.client)
                            })
                            .map(|ticket| ticket.id)
                            .collect();
                        let limit = [1, 7, 100][combinations % 3].max(expected.len() / 12);
                        let (found, _) = walk(&play, &who, &filter, limit).await;
                        assert_eq!(found, expected, "{filter:?} by {limit} for {:?}", who.role);
                        combinations += 1;
                    }
                }
            }
        }
    }
    assert_eq!(combinations, 5 * 3 * 3 * 3 * 2);
    play.end().await;
}

#[tokio::test]
async fn a_rare_ticket_is_found_within_a_bounded_budget_per_page() {
    let play = Play::begin().await;
    populate(&play, 2_400).await;
    let ana = play.agent("ana");
    let rare =
        "/v2/support-tickets?limit=5&client=client-0&category=technical&priority=low&status=open";
    let pages = ana.walks(rare).await;
    let expected = play
        .heads()
        .await
        .iter()
        .filter(|t| {
            t.client.as_str() == "client-0"
                && t.category == Category::Technical
                && t.priority == Priority::Low
                && t.status == Status::Open
        })
        .count();
    assert_eq!(pages.concat().len(), expected);
    assert!(expected > 0);

    let wanted = TicketFilter {
        category: [Category::Technical].into(),
        priority: [Priority::High].into(),
        status: [Status::Open, Status::Pending, Status::InProgress].into(),
        ..TicketFilter::default()
    };
    let actor = acting("ana", Role::Agent);
    let (page, consumed) =
        store::metered(play.stand.table().list(&actor, &wanted, 100, None)).await;
    let page = page.expect("a page");
    assert!(
        page.tickets.len() < 100 && page.next.is_some(),
        "a short page that does not claim the end"
    );
    assert!(consumed.read_units < 100.0, "{consumed:?}");
    let (found, pages) = walk(&play, &actor, &wanted, 100).await;
    let expected = play
        .heads()
        .await
        .iter()
        .filter(|t| t.category == Category::Technical && t.priority == Priority::High)
        .count();
    assert_eq!(found.len(), expected);
    assert!(pages > 1);
    play.end().await;
}
