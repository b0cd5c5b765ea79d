//! Thousands of tickets due in one minute, checked by ten at once that are killed again and again; and what a check costs
//! among few open tickets and among many.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::{
    Category, Configuration, EntryId, Message, Metric, Opening, Policy, PolicyId, Priority, Role,
    SlaEvent, Stamp, Tags, Targets, Ticket, TicketId, Title, Warnings,
};
use edge::{Clock, Now, Until};
use functions::System;
use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::Value;
use store::{Consumed, metered};

use crate::harness::{Play, acting, hours};

/// When the first ticket is opened: its first response is due in four hours, or in four days.
const BEGIN: i64 = 1_763_866_800_000;

fn time(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(BEGIN + milliseconds).expect("a time")
}

/// A promise of a first response: after four hours for urgent tickets, after four days for the others.
async fn promise(play: &Play) -> Configuration {
    let root = acting("root", Role::Admin);
    let mut targets = Targets::default();
    for (priority, period) in [(Priority::Urgent, "PT4H"), (Priority::Low, "P4D")] {
        let period = domain::Period::parse(period).expect("a period");
        targets.set(priority, Metric::FirstResponse, period);
    }
    let policy = Policy {
        position: 1,
        targets,
        warn_at_percent: Warnings::default(),
        ..Policy::built_in()
    };
    let (table, id) = (play.stand.table(), PolicyId::built_in());
    table
        .set_policy(&root, &id, &policy, time(0), |_| Ok(()))
        .await
        .expect("set");
    let configuration = table.configuration(&root.tenant).await;
    Configuration::clone(&configuration.expect("a configuration"))
}

/// Opens tickets of a priority, `n` of them within a minute.
async fn populate(play: &Play, configuration: &Configuration, priority: Priority, n: u32) {
    let all: Vec<u32> = (0..n).collect();
    for batch in all.chunks(32) {
        let open = |i: &u32| {
            open(
                play,
                configuration,
                priority,
                time(i64::from(i % 60_000)),
                *i,
            )
        };
        join_all(batch.iter().map(open)).await;
    }
}

async fn open(
    play: &Play,
    configuration: &Configuration,
    priority: Priority,
    at: Timestamp,
    i: u32,
) {
    let agent = acting("ana", Role::Agent);
    let table = play.stand.table();
    let opening = Opening {
        title: Title::parse("A title of the usual length").expect("a title"),
        description: Message::parse("d").expect("a message"),
        priority: Some(priority),
        category: Category::Technical,
        tags: Tags::default(),
        client: Some(agent.principal.clone()),
    };
    let stamp = Stamp {
        id: Now(at).mint::<EntryId>(),
        now: at,
    };
    let id = Now(at).mint::<TicketId>();
    let accepted = domain::open(opening, &agent, &domain::Settings::default()).expect("accepted");
    let number = u64::from(i) + 1 + 1_000_000 * priority as u64;
    let entry = accepted.entry(id, number, Vec::new(), configuration.rules(None), stamp);
    let opened = table.open(&agent.tenant, id, entry, &[], None).await;
    opened.expect("opened");
}

fn system(play: &Play, now: Timestamp) -> System {
    System {
        table: play.stand.table().clone(),
        bucket: play.stand.bucket().clone(),
        clock: Clock::from_fn(move || now),
    }
}

async fn check(system: System) -> Value {
    let job = functions::deadlines::check::job();
    let report = job.run(system, Value::Null, Until::within(Duration::from_mins(5)));
    report.await.expect("a report")
}

/// Checks again and again until nothing is due; each is killed after a moment, and the moments grow.
async fn checks_that_are_killed(system: System, seed: u64, killed: Arc<AtomicU64>) {
    let mut dice = fastrand::Rng::with_seed(seed);
    for patience in 1.. {
        let moment = Duration::from_millis(dice.u64(1..patience * 400));
        let running = tokio::spawn(check(system.clone()));
        let stop = running.abort_handle();
        if let Ok(report) = tokio::time::timeout(moment, running).await {
            let report = report.expect("it does not fail");
            if report["due"] == 0 {
                return;
            }
        } else {
            stop.abort();
            killed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// How many: `VENTANILLA_BREACHES=10000 cargo test --test scale rush` takes minutes.
fn breaches() -> u32 {
    let number = std::env::var("VENTANILLA_BREACHES").ok();
    number.map_or(1_000, |number| number.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_many_breaches_is_published_once() {
    let tickets = breaches();
    let play = Play::begin().await;
    let configuration = promise(&play).await;
    populate(&play, &configuration, Priority::Urgent, tickets).await;
    let killed = Arc::new(AtomicU64::new(0));
    let system = system(&play, time(60_000) + hours(4));
    let checks =
        (0..10).map(|seed| checks_that_are_killed(system.clone(), seed, Arc::clone(&killed)));
    join_all(checks).await;
    assert!(
        killed.load(Ordering::Relaxed) >= 10,
        "{killed:?} were killed"
    );
    let heads = play.heads().await;
    assert_eq!(heads.len(), tickets as usize);
    for batch in heads.chunks(64) {
        join_all(batch.iter().map(|head| is_published_once(&play, head))).await;
    }
    play.end().await;
}

async fn is_published_once(play: &Play, head: &Ticket) {
    let thread = play.stand.table().whole_thread(&head.tenant, head.id).await;
    let thread = thread.expect("a thread");
    let due = head.created_at + hours(4);
    let passed: Vec<_> = thread.iter().filter_map(domain::Entry::passed).collect();
    assert_eq!(passed.len(), 1, "{}", head.id);
    assert_eq!((passed[0].event(), passed[0].at), (SlaEvent::Breached, due));
    assert_eq!(thread.len(), 2);
}

/// What a check costs that finds so many due among so many that are open.
async fn cost(open: u32, due: u32) -> Consumed {
    let play = Play::begin().await;
    let configuration = promise(&play).await;
    populate(&play, &configuration, Priority::Low, open).await;
    populate(&play, &configuration, Priority::Urgent, due).await;
    let system = system(&play, time(60_000) + hours(4));
    let (report, consumed) = metered(check(system)).await;
    assert_eq!(report["breached"], due);
    play.stand.shutdown().await.expect("the stand stops");
    consumed
}

#[tokio::test]
async fn a_check_costs_what_is_due_and_not_what_is_open() {
    let (few, many) = (cost(50, 100).await, cost(2_000, 100).await);
    assert_eq!(few, many);
    let each = few.write_units / 100.0;
    assert!(each <= 22.0, "{each} WRU for each breach");
}
