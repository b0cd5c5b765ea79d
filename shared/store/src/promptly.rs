//! When a write is committed at the latest: what lets a reader know that nothing can appear any more before a time.
//!
//! A write has the time of its request, and is committed a moment later. Meanwhile a reader may have read what was changed
//! after that time, and must not think it has seen everything up to there. So the moment is bounded: a write that has not
//! begun to commit soon enough after its request began is not begun any more. Its caller is told to come back, and the
//! next request has a time of its own.
//!
//! ```text
//! request begins, its time is taken            last try begins at the latest   is over      visible in every index
//! 0 s ─────────────────────────────────────────────────── 6 s ────────────────── 8.5 s ─────────────── 15 s
//! ```

use std::future::Future;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::error::Error;

/// When the last try to commit begins, at the latest, after the request began. The tries of a write go on for four seconds;
/// before them, its ticket is read, and its files are looked at.
const LATEST: Duration = Duration::from_secs(6);

/// After so much real time, what a request has written is in every list, or never will be: the last try, with what the SDK
/// repeats of it, takes 2.5 s; the rest is for indexes that lag, for a request that DynamoDB has received and not answered,
/// and for clocks that differ.
pub const SETTLED_AFTER: Duration = Duration::from_secs(15);

/// When a request began.
#[derive(Clone, Copy, Debug)]
struct Begun {
    at: Instant,
    /// A machine that was asleep has a clock of this kind that was not.
    by_the_wall: SystemTime,
}

tokio::task_local! {
    static BEGUN: Begun;
}

/// Runs what begins now: what it writes to tickets is committed soon, or not at all. The times of these writes must be taken
/// inside.
pub async fn promptly<F: Future>(work: F) -> F::Output {
    let begun = Begun {
        at: Instant::now(),
        by_the_wall: SystemTime::now(),
    };
    BEGUN.scope(begun, work).await
}

/// Whether a try to commit may begin. Outside [`promptly`] (a test, an example) there is no bound.
pub(crate) fn in_time() -> Result<(), Error> {
    let passed = BEGUN.try_with(|begun| {
        let by_the_wall = begun.by_the_wall.elapsed().unwrap_or_default();
        begun.at.elapsed().max(by_the_wall)
    });
    match passed {
        Ok(passed) if passed > LATEST => Err(Error::Unavailable(format!(
            "not committed {} ms after its request began",
            passed.as_millis()
        ))),
        Ok(_) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use domain::{Actor, Category, Command, Configuration, Message, Opening, Principal, Role};
    use domain::{Stamp, Tags, Tenant, Ticket, TicketId, Title};
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::error::WriteError;
    use crate::meter::metered;
    use crate::table::Table;

    fn agent() -> Actor {
        Actor {
            tenant: Tenant::parse("acme").expect("a tenant"),
            principal: Principal::parse("ana").expect("a principal"),
            role: Role::Agent,
        }
    }

    fn stamp() -> Stamp {
        Stamp {
            id: Uuid::max().into(),
            now: Timestamp::UNIX_EPOCH,
        }
    }

    /// A ticket's first entry, and its id.
    fn opening() -> (TicketId, domain::Entry) {
        let opening = Opening {
            title: Title::parse("A title").expect("a title"),
            description: Message::parse("Words.").expect("words"),
            priority: None,
            category: Category::Technical,
            tags: Tags::default(),
            client: Some(agent().principal),
        };
        let accepted =
            domain::open(opening, &agent(), &domain::Settings::default()).expect("accepted");
        let (configuration, id) = (Configuration::default(), TicketId::from(Uuid::max()));
        let rules = configuration.rules(None);
        (id, accepted.entry(id, 1, Vec::new(), rules, stamp()))
    }

    /// Opens a ticket, and changes one, so long after the request began. There is no table: a write that is tried fails, too,
    /// but not without a request.
    async fn after(pause: Duration) -> [(Result<(), String>, u32); 2] {
        let table = Table::local("http://127.0.0.1:1", "none");
        let (id, entry) = opening();
        let tenant = agent().tenant;
        let ticket = Ticket::opened(tenant.clone(), id, &entry).expect("a ticket");
        let told = |result: Result<(), WriteError>| result.map_err(|error| error.to_string());
        promptly(async {
            tokio::time::advance(pause).await;
            let (opened, cost) = metered(table.open(&tenant, id, entry, &[], None)).await;
            let opened = (told(opened.map(drop)), cost.round_trips);
            let configuration = Configuration::default();
            let decide = |ticket: &Ticket, rules: domain::Rules<'_>| {
                ticket.decide(Command::Claim, &agent(), rules, stamp())
            };
            let change = table.change(ticket, &[], None, stamp().now, &configuration, decide);
            let (changed, cost) = metered(change).await;
            [opened, (told(changed.map(drop)), cost.round_trips)]
        })
        .await
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_comes_too_late_is_not_tried_any_more() {
        let late = "unavailable: not committed 6001 ms after its request began";
        let refused = (Err(late.to_owned()), 0);
        let written = after(LATEST + Duration::from_millis(1)).await;
        assert_eq!(written, [refused.clone(), refused]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_comes_in_time_is_tried() {
        let [(_, opening), _] = after(Duration::from_secs(1)).await;
        assert!(opening > 0);
    }

    #[test]
    fn what_is_written_is_settled_after_the_last_try_is_over() {
        let last_try = LATEST + crate::table::PATIENCE.operation;
        let allowance = Duration::from_secs(5);
        assert!(last_try + allowance <= SETTLED_AFTER, "{last_try:?}");
    }
}
