//! Lists: merged, filtered, paged.

use std::collections::BTreeSet;

use domain::{
    Category, EntryId, Message, Opening, Priority, Role, Stamp, Status, Tags, TicketId, Title,
};
use edge::Now;
use futures_util::future::join_all;
use serde_json::{Value, json};
use store::{Page, TicketFilter};

use crate::harness::{Play, TENANT};

fn ids(tickets: &[Value]) -> Vec<&str> {
    tickets
        .iter()
        .filter_map(|ticket| ticket["_id"].as_str())
        .collect()
}

#[tokio::test]
async fn twenty_five_tickets_paged_by_seven_come_exactly_once_last_changed_first() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let mut opened = Vec::new();
    for i in 0..25 {
        let ticket = carla.opens(&format!("{i}")).await.id();
        // Spread them over four statuses.
        let status = ["open", "pending", "in_progress"].get(i % 4);
        if let Some(status) = status {
            ana.says(&ticket, json!({ "message": "m", "status": status }))
                .await
                .expect(201);
        } else {
            carla
                .says(&ticket, json!({ "message": "m", "status": "closed" }))
                .await
                .expect(201);
        }
        opened.push(ticket);
    }
    opened.reverse();
    for who in [&ana, &carla] {
        let pages = who.walks("/v2/support-tickets?limit=7").await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [7, 7, 7, 4]);
        assert_eq!(ids(&pages.concat()), opened);
    }
    let pages = ana
        .walks("/v2/support-tickets?limit=5&sort=updatedAt")
        .await;
    assert_eq!(
        pages.iter().map(Vec::len).collect::<Vec<_>>(),
        [5, 5, 5, 5, 5],
        "no empty page at the end"
    );
    play.end().await;
}

#[tokio::test]
async fn an_empty_list_is_an_answer() {
    let play = Play::begin().await;
    let listed = play
        .agent("ana")
        .get("/v2/support-tickets")
        .await
        .expect(200);
    assert_eq!(
        listed.body,
        json!({ "success": true, "data": [], "pagination": { "limit": 10, "nextCursor": null } })
    );
    assert_eq!(listed.header("link"), "");
    play.end().await;
}

#[tokio::test]
async fn a_row_is_the_ticket_without_its_conversation() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let mut ticket = carla.opens("Help").await.data().clone();
    for member in ["description", "threads", "threadsNextCursor", "attachments"] {
        ticket
            .as_object_mut()
            .expect("an object")
            .remove(member)
            .expect("a member");
    }
    let listed = carla.get("/v2/support-tickets").await.expect(200);
    assert_eq!(listed.data(), &json!([ticket]));
    play.end().await;
}

#[tokio::test]
async fn a_customer_lists_its_own_tickets_and_an_agent_its_tenant_s() {
    let play = Play::begin().await;
    let (carla, david) = (play.customer("carla"), play.customer("david"));
    let hers = carla.opens("hers").await.id();
    let his = david.opens("his").await.id();
    play.actor("other", "carla", "customer")
        .opens("elsewhere")
        .await;
    let ana = play.agent("ana");
    let lists = [
        (&carla, "", vec![&hers]),
        (&carla, "?client=david", vec![]),
        (&carla, "?client=david,carla", vec![&hers]),
        (&ana, "", vec![&his, &hers]),
        (&ana, "?client=david", vec![&his]),
        (&ana, "?client=david,carla,nobody", vec![&his, &hers]),
    ];
    for (who, query, expected) in lists {
        let listed = who
            .get(&format!("/v2/support-tickets{query}"))
            .await
            .expect(200);
        assert_eq!(
            ids(listed.data().as_array().expect("a list")),
            expected,
            "{query}"
        );
    }
    play.end().await;
}

#[tokio::test]
async fn a_cursor_of_another_tenant_principal_or_filter_or_a_changed_one_is_refused() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    for i in 0..3 {
        ana.opens_for("carla", json!({ "title": format!("{i}") }))
            .await;
    }
    let page = ana
        .get("/v2/support-tickets?limit=1&status=open")
        .await
        .expect(200);
    let cursor = page.body["pagination"]["nextCursor"]
        .as_str()
        .expect("a cursor");
    let path = |query: &str, cursor: &str| format!("/v2/support-tickets?{query}cursor={cursor}");
    ana.get(&path("status=open&limit=2&", cursor))
        .await
        .expect(200);
    let mut changed = cursor.to_owned();
    let flipped = if changed.ends_with('A') { "B" } else { "A" };
    changed.replace_range(changed.len() - 1.., flipped);
    let wrong = [
        (ana.clone(), path("status=open&", &changed)),
        (ana.clone(), path("status=pending&", cursor)),
        (ana.clone(), path("", cursor)),
        (ana.clone(), path("status=open&priority=low&", cursor)),
        (play.agent("bob"), path("status=open&", cursor)),
        (
            play.actor("other", "ana", "agent"),
            path("status=open&", cursor),
        ),
        (play.customer("ana"), path("status=open&", cursor)),
    ];
    for (who, path) in wrong {
        let refused = who.get(&path).await.refuses(400, "INVALID_PARAMETERS");
        assert_eq!(refused.errors(), [("cursor", "INVALID_CURSOR")]);
    }
    play.end().await;
}

/// Opens tickets through the store, `n` of them, with facts that vary.
async fn populate(play: &Play, n: usize) {
    let agent = domain::Actor {
        tenant: domain::Tenant::parse(TENANT).expect("a tenant"),
        principal: domain::Principal::parse("ana").expect("a principal"),
        role: Role::Agent,
    };
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
                        domain::Principal::parse(format!("client-{}", i % 7)).expect("a principal"),
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
                let edits = domain::Edits {
                    status: Some(to),
                    ..domain::Edits::default()
                };
                let change = domain::Command::Update(edits);
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
    actor: &domain::Actor,
    filter: &TicketFilter,
    limit: usize,
) -> (Vec<TicketId>, usize) {
    let (mut found, mut pages, mut cursor) = (Vec::new(), 0, None::<String>);
    loop {
        let Page { tickets, next } = play
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

#[tokio::test]
async fn every_filter_agrees_with_brute_force() {
    let play = Play::begin().await;
    populate(&play, 240).await;
    let mut heads = play.heads().await;
    heads.sort_by_key(|ticket| std::cmp::Reverse((ticket.updated_at, ticket.id)));
    let actor = |name: &str, role| domain::Actor {
        tenant: domain::Tenant::parse(TENANT).expect("a tenant"),
        principal: domain::Principal::parse(name).expect("a principal"),
        role,
    };
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
                            .map(|name| domain::Principal::parse(*name).expect("a principal"))
                            .collect(),
                    };
                    for who in [actor("ana", Role::Agent), actor("client-3", Role::Customer)] {
                        fn lets<T: Ord>(set: &BTreeSet<T>, value: &T) -> bool {
                            set.is_empty() || set.contains(value)
                        }
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
    // The oldest ticket of all gets a client and a category nobody else combines.
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
    let actor = domain::Actor {
        tenant: domain::Tenant::parse(TENANT).expect("a tenant"),
        principal: domain::Principal::parse("ana").expect("a principal"),
        role: Role::Agent,
    };
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
