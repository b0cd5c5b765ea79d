//! What a check of deadlines costs among few open tickets and among many: instructions, capacity units, round trips.
//!
//! ```sh
//! cargo build --release -p functions --bin check-deadlines
//! cargo run -p functions --example check_cost -- target/release/check-deadlines 1000 100000
//! ```
//!
//! For each number: a stand with so many open tickets whose targets are far away, and 200 that are due; then the binary,
//! under valgrind, for one check. What is counted is all it does from `exec` to the end of that check.

mod lambda;

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use domain::{
    Actor, Category, Configuration, Message, Metric, Opening, Period, Policy, PolicyId, Principal,
    Priority, Role, Stamp, Tags, Targets, Tenant, TicketId, Title, Warnings,
};
use edge::Now;
use jiff::{SignedDuration, Timestamp};
use lambda::{Instance, Outcome, callgrind, collected, environment};
use serde_json::Value;
use ventanilla::{Options, Stand};

/// Tickets that are due.
const DUE: u32 = 200;

#[tokio::main]
async fn main() -> Outcome<()> {
    edge::quiet();
    let mut arguments = std::env::args().skip(1);
    let binary = arguments.next().ok_or("which binary? Give its path.")?;
    let mut first = None;
    for open in arguments {
        let open: u32 = open.parse()?;
        let (instructions, log) = check(&binary, open).await?;
        let first = *first.get_or_insert(instructions);
        #[allow(clippy::cast_precision_loss, reason = "a ratio of numbers below 2^52")]
        let ratio = instructions as f64 / first as f64;
        println!(
            "{open:>7} open, {DUE} due: {instructions} instructions ({ratio:.3}), {} RRU, {} WRU, {} round trips",
            log["rru"], log["wru"], log["trips"]
        );
    }
    Ok(())
}

/// Instructions of a process that makes one check among so many open tickets, and what it says in its log.
async fn check(binary: &str, open: u32) -> Outcome<(u64, Value)> {
    let stand = Stand::start(Options::default()).await?;
    populate(&stand, open).await?;
    let mut command = callgrind(Path::new(binary), None);
    command
        .envs(environment("check-deadlines"))
        .env("VENTANILLA_TABLE", stand.table().name())
        .env("VENTANILLA_BUCKET", "ventanilla")
        .env("VENTANILLA_DYNAMODB_ENDPOINT", stand.open_dynamodb().await?)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut instance = Instance::start(command).await?;
    instance.call("{}").await?;
    instance.idle().await?;
    let output = instance.stop().await?;
    stand.shutdown().await?;
    let log = String::from_utf8_lossy(&output.stdout);
    let line = log.lines().find(|line| line.contains("\"report\""));
    let line = serde_json::from_str(line.ok_or("it has logged nothing")?)?;
    Ok((collected(&output)?, line))
}

/// Opens so many tickets with a target far away, and a few that have missed theirs.
async fn populate(stand: &Stand, open: u32) -> Outcome<()> {
    let agent = Actor {
        tenant: Tenant::parse("acme")?,
        principal: Principal::parse("ana")?,
        role: Role::Admin,
    };
    let mut targets = Targets::default();
    targets.set(
        Priority::Urgent,
        Metric::FirstResponse,
        Period::parse("PT1H")?,
    );
    targets.set(Priority::Low, Metric::FirstResponse, Period::parse("P9D")?);
    let policy = Policy {
        position: 1,
        targets,
        warn_at_percent: Warnings::default(),
        ..Policy::built_in()
    };
    let (table, now) = (stand.table(), Timestamp::now());
    let id = PolicyId::built_in();
    table
        .set_policy(&agent, &id, &policy, now, |_| Ok(()))
        .await?;
    let configuration = Configuration::clone(&*table.configuration(&agent.tenant).await?);
    let at = Now(now - SignedDuration::from_hours(2));
    for number in 0..open + DUE {
        let priority = if number < open {
            Priority::Low
        } else {
            Priority::Urgent
        };
        let opening = Opening {
            title: Title::parse("A title of the usual length")?,
            description: Message::parse("d")?,
            priority: Some(priority),
            category: Category::Technical,
            tags: Tags::default(),
            client: Some(agent.principal.clone()),
        };
        let ticket = at.mint::<TicketId>();
        let stamp: Stamp = at.stamp();
        let accepted = domain::open(opening, &agent, &domain::Settings::default())?;
        let rules = configuration.rules(None);
        let entry = accepted.entry(ticket, u64::from(number) + 1, Vec::new(), rules, stamp);
        table.open(&agent.tenant, ticket, entry, &[], None).await?;
    }
    // Indexes are fresh at once here; on AWS they would be by now.
    tokio::time::sleep(Duration::from_millis(100)).await;
    Ok(())
}
