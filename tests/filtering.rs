//! Filtered, sorted and counted lists of ten thousand tickets, against brute force over every ticket of the table.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Actor, Category, Command, Configuration, Edits, EntryId, Message, Opening, Principal, Priority,
    Resolution, Role, SlaStatus, Stamp, Status, Tags, Ticket, TicketId, Title,
};
use edge::Now;
use futures_util::future::join_all;
use jiff::Timestamp;
use store::{Counts, Sort, Start, TicketFilter, TicketPage, Window, metered};

use crate::harness::{Play, acting};

/// When the first ticket is opened.
const BEGIN: i64 = 1_763_866_800_000;
const AGENTS: [&str; 3] = ["ana", "bob", "eva"];
const TAGS: [&str; 4] = ["api", "vip", "a b", "ñ"];

fn time(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(BEGIN + milliseconds).expect("a time")
}

fn principal(name: &str) -> Principal {
    Principal::parse(name).expect("a principal")
}

/// Numbers that look random and are the same in every run.
struct Dice(fastrand::Rng);

impl Dice {
    fn new(seed: usize) -> Self {
        Self(fastrand::Rng::with_seed(seed as u64))
    }

    fn below(&mut self, n: usize) -> usize {
        self.0.usize(..n)
    }

    fn some<T: Clone + Ord>(&mut self, of: &[T], often: usize) -> BTreeSet<T> {
        if self.below(often) > 0 {
            return BTreeSet::new();
        }
        let count = 1 + self.below(2);
        (0..count)
            .map(|_| of[self.below(of.len())].clone())
            .collect()
    }
}

/// Opens tickets through the store, `n` of them, and changes every second one: statuses, assignees, all with facts that
/// vary, several to a millisecond, so that ties are met.
async fn populate(play: &Play, n: usize) {
    let all: Vec<usize> = (0..n).collect();
    for batch in all.chunks(16) {
        join_all(batch.iter().map(|&i| open_one(play, i, n))).await;
    }
}

async fn open_one(play: &Play, i: usize, n: usize) {
    let agent = acting("ana", Role::Agent);
    let table = play.stand.table();
    let mut dice = Dice::new(i);
    let now = time(i64::try_from(i / 3).expect("few"));
    let stamp = |now| Stamp {
        id: Now(now).mint::<EntryId>(),
        now,
    };
    let tags: Vec<String> = TAGS
        .iter()
        .filter(|_| dice.below(4) == 0)
        .map(|tag| (*tag).to_owned())
        .collect();
    let opening = Opening {
        title: Title::parse(format!("A title of the usual length, number {i}")).expect("a title"),
        description: Message::parse("d").expect("a message"),
        priority: Some(Priority::ALL[dice.below(4)]),
        category: Category::ALL[dice.below(5)],
        tags: Tags::parse(tags).expect("tags"),
        client: Some(principal(&format!("client-{}", dice.below(7)))),
    };
    let configuration = Configuration::default();
    let id = Now(now).mint::<TicketId>();
    let accepted = domain::open(opening, &agent, &domain::Settings::default()).expect("accepted");
    let number = i as u64 + 1;
    let rules = configuration.rules(None);
    let entry = accepted.entry(id, number, Vec::new(), rules, stamp(now));
    let opened = table
        .open(&agent.tenant, id, entry, &[], None)
        .await
        .expect("opened");
    if dice.below(2) == 0 {
        return;
    }
    let to = Status::ALL[dice.below(5)];
    let edits = Edits {
        status: Some(to),
        resolution: to
            .is_done()
            .then(|| Resolution::parse("r").expect("a resolution")),
        assigned_to: [None, Some(Some(principal(AGENTS[dice.below(3)])))][dice.below(2)].clone(),
        ..Edits::default()
    };
    let head = table
        .head_after(&agent.tenant, &opened)
        .await
        .expect("a head");
    // Later than all openings, and not in their order.
    let now = time(i64::try_from(n + dice.below(n)).expect("few"));
    table
        .change(head, &[], None, now, &configuration, |ticket, rules| {
            let command = Command::Update(edits.clone());
            ticket.decide(command, &agent, rules, stamp(now))
        })
        .await
        .expect("changed");
}

async fn walk(
    play: &Play,
    actor: &Actor,
    filter: &TicketFilter,
    sort: Sort,
    limit: usize,
) -> (Vec<TicketId>, usize) {
    let (mut found, mut pages, mut cursor) = (Vec::new(), 0, None::<String>);
    loop {
        let start = cursor.as_deref().map_or(Start::First, Start::Cursor);
        let list = play.stand.table().list(actor, filter, sort, limit, start);
        let TicketPage { tickets, next, .. } = list.await.expect("a page");
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

/// A list asked for, with the bounds its windows were made of.
struct Asked {
    filter: TicketFilter,
    created: [Option<Timestamp>; 2],
    updated: [Option<Timestamp>; 2],
}

fn asked(dice: &mut Dice, n: usize) -> Asked {
    let mut bounds = |often: usize, span: usize| {
        let mut bound = || {
            let at = i64::try_from(dice.below(span)).expect("few");
            (dice.below(often) == 0).then(|| time(at))
        };
        let (from, to) = (bound(), bound());
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            [to, from]
        } else {
            [from, to]
        }
    };
    let (created, updated) = (bounds(4, n / 3), bounds(4, 2 * n));
    let clients: Vec<Principal> = (0..8).map(|i| principal(&format!("client-{i}"))).collect();
    let somebody = AGENTS.iter().map(|name| Some(principal(name)));
    let assignees: Vec<Option<Principal>> = somebody.chain([None]).collect();
    let tags = TAGS.map(str::to_owned);
    let filter = TicketFilter {
        status: dice.some(Status::ALL, 2),
        category: dice.some(Category::ALL, 3),
        priority: dice.some(Priority::ALL, 3),
        client: dice.some(&clients, 3),
        assignee: dice.some(&assignees, 3),
        tag: dice.some(&tags, 4),
        sla: dice.some(SlaStatus::ALL, 12),
        created: Window::new(created[0], created[1]),
        updated: Window::new(updated[0], updated[1]),
    };
    Asked {
        filter,
        created,
        updated,
    }
}

fn lets<T: Ord>(set: &BTreeSet<T>, value: &T) -> bool {
    set.is_empty() || set.contains(value)
}

fn within([from, to]: [Option<Timestamp>; 2], at: Timestamp) -> bool {
    from.is_none_or(|from| from <= at) && to.is_none_or(|to| at < to)
}

/// What a list must hold, in its order.
fn expected(heads: &[Ticket], who: &Actor, asked: &Asked, sort: Sort) -> Vec<TicketId> {
    let filter = &asked.filter;
    let tagged = |ticket: &Ticket| {
        filter.tag.is_empty()
            || ticket
                .tags
                .as_slice()
                .iter()
                .any(|tag| filter.tag.contains(&Tags::fold(tag)))
    };
    let mut found: Vec<&Ticket> = heads
        .iter()
        .filter(|ticket| {
            who.sees(ticket)
                && lets(&filter.status, &ticket.status)
                && lets(&filter.category, &ticket.category)
                && lets(&filter.priority, &ticket.priority)
                && lets(&filter.client, &ticket.client)
                && lets(&filter.assignee, &ticket.assigned_to)
                && lets(&filter.sla, &ticket.clocks.status())
                && tagged(ticket)
                && within(asked.created, ticket.created_at)
                && within(asked.updated, ticket.updated_for(who.reach()))
                && (sort != Sort::Due || ticket.clocks.next_due_at().is_some())
        })
        .collect();
    match sort {
        Sort::Updated | Sort::Public => {
            found.sort_by_key(|t| std::cmp::Reverse((t.updated_for(who.reach()), t.id)));
        }
        Sort::Created => found.sort_by_key(|t| std::cmp::Reverse((t.created_at, t.id))),
        Sort::Due => found.sort_by_key(|t| (t.clocks.next_due_at(), t.id)),
    }
    found.into_iter().map(|ticket| ticket.id).collect()
}

#[tokio::test]
async fn every_list_is_the_one_brute_force_gives() {
    let play = Play::begin().await;
    populate(&play, 400).await;
    let rows = lists_agree_with_brute_force(&play, 150).await;
    assert!(rows > 2_000, "{rows} rows");
    play.end().await;
}

#[tokio::test]
async fn ten_thousand_tickets_are_listed_as_brute_force_would_and_cost_what_a_hundred_do() {
    let (small, play) = (Play::begin().await, Play::begin().await);
    populate(&small, 100).await;
    populate(&play, 10_000).await;
    let rows = lists_agree_with_brute_force(&play, 6).await;
    assert!(rows > 2_000, "{rows} rows");
    a_page_by_its_number_is_the_one_a_walk_comes_to(&play).await;
    the_first_page_costs_the_same(&small, &play).await;
    small.end().await;
    play.end().await;
}

/// Lists of so many random filters, in every order, for an agent and for a customer; and the counts.
async fn lists_agree_with_brute_force(play: &Play, filters: usize) -> usize {
    let heads = play.heads().await;
    let mut dice = Dice::new(7);
    let mut rows = 0;
    for _ in 0..filters {
        let asked = asked(&mut dice, heads.len());
        for sort in [Sort::Updated, Sort::Created, Sort::Due] {
            for who in [
                acting("ana", Role::Agent),
                acting("client-3", Role::Customer),
            ] {
                let expected = expected(&heads, &who, &asked, sort);
                let limit = [1, 7, 100][dice.below(3)].max(expected.len() / 12);
                let (found, _) = walk(play, &who, &asked.filter, sort, limit).await;
                assert_eq!(
                    found, expected,
                    "{:?} {sort:?} {:?}",
                    asked.filter, who.role
                );
                rows += found.len();
            }
        }
    }
    let mut counted: BTreeMap<Status, i64> = Status::ALL.iter().map(|s| (*s, 0)).collect();
    for ticket in &heads {
        *counted.entry(ticket.status).or_default() += 1;
    }
    let agent = acting("ana", Role::Agent);
    let counts = play.stand.table().counts(&agent).await.expect("counts");
    assert_eq!(by_name(&counts), counted);
    rows
}

fn by_name(counts: &Counts) -> BTreeMap<Status, i64> {
    let statuses = Status::ALL.iter().copied();
    statuses.map(|status| (status, counts.of(status))).collect()
}

async fn a_page_by_its_number_is_the_one_a_walk_comes_to(play: &Play) {
    let agent = acting("ana", Role::Agent);
    let filter = TicketFilter::default();
    let (all, _) = walk(play, &agent, &filter, Sort::Updated, 100).await;
    for (limit, page) in [(1, 1), (7, 2), (25, 40), (100, 100)] {
        let start = Start::After(page - 1);
        let list = play
            .stand
            .table()
            .list(&agent, &filter, Sort::Updated, limit, start);
        let found = list.await.expect("a page");
        let ids: Vec<TicketId> = found.tickets.iter().map(|ticket| ticket.id).collect();
        assert_eq!(ids, all[(page - 1) * limit..page * limit]);
        assert_eq!(found.next.is_some(), page * limit < all.len());
    }
}

/// Where an index answers the list, its first page costs the same however many tickets there are; elsewhere the budget
/// bounds it.
async fn the_first_page_costs_the_same(small: &Play, large: &Play) {
    let agent = acting("ana", Role::Agent);
    let narrowed = |filter: TicketFilter| (filter, Sort::Updated);
    let by_index = [
        narrowed(TicketFilter::default()),
        narrowed(TicketFilter {
            status: [Status::Open].into(),
            ..TicketFilter::default()
        }),
        narrowed(TicketFilter {
            assignee: [None].into(),
            ..TicketFilter::default()
        }),
        (TicketFilter::default(), Sort::Created),
    ];
    let cost = async |play: &Play, filter: &TicketFilter, sort| {
        let list = play
            .stand
            .table()
            .list(&agent, filter, sort, 10, Start::First);
        let (page, consumed) = metered(list).await;
        assert_eq!(page.expect("a page").tickets.len(), 10);
        consumed.read_units
    };
    for (filter, sort) in &by_index {
        let (few, many) = (
            cost(small, filter, *sort).await,
            cost(large, filter, *sort).await,
        );
        assert!(many <= few * 1.05, "{filter:?}: {few} and {many} RRU");
    }
    // The index of clients is sorted as clients see it. An agent's list reads a client's tickets and sorts them, and beyond
    // the first three hundred looks for them among all.
    let of_client = TicketFilter {
        client: [principal("client-3")].into(),
        ..TicketFilter::default()
    };
    let few = cost(small, &of_client, Sort::Updated).await;
    let many = cost(large, &of_client, Sort::Updated).await;
    assert!(few <= 3.0 && many <= 80.0, "{few} and {many} RRU");
    // Nothing matches: a page looks at all there is, as long as that is not too much, and says that it is the end.
    let rare = TicketFilter {
        sla: [SlaStatus::Breached].into(),
        ..TicketFilter::default()
    };
    for start in [Start::First, Start::After(0), Start::After(1)] {
        let list = large
            .stand
            .table()
            .list(&agent, &rare, Sort::Updated, 10, start);
        let (page, consumed) = metered(list).await;
        let page = page.expect("a page");
        assert!(page.tickets.is_empty() && page.next.is_none(), "{start:?}");
        assert!(consumed.read_units < 1_000.0, "{consumed:?}");
    }
    // One that has found something ends early: it looks at no more than its budget.
    let few = TicketFilter {
        tag: ["vip".to_owned()].into(),
        priority: [Priority::Low].into(),
        category: [Category::General].into(),
        ..TicketFilter::default()
    };
    let list = large
        .stand
        .table()
        .list(&agent, &few, Sort::Updated, 100, Start::First);
    let (page, consumed) = metered(list).await;
    let page = page.expect("a page");
    assert!(!page.tickets.is_empty() && page.tickets.len() < 100 && page.next.is_some());
    assert!(consumed.read_units < 150.0, "{consumed:?}");
    // A page by its number reads on until it has found where it begins.
    let (all, _) = walk(large, &agent, &few, Sort::Updated, 100).await;
    let table = large.stand.table();
    let list = table.list(&agent, &few, Sort::Updated, 20, Start::After(2));
    let found = list.await.expect("a page").tickets;
    let ids: Vec<TicketId> = found.iter().map(|ticket| ticket.id).collect();
    assert!(!ids.is_empty());
    assert_eq!(ids, all[40..][..ids.len()]);
}
