//! The pauses between the tries of one write.
//!
//! Two things make a write try again, and they are not alike. *A lost race* means that somebody else's write has
//! happened: the fresh head is at hand, and whoever waits long would only lose to those that have just come. *A
//! conflict*, or throttling, means that another write is under way, or that the table has too much to do: trying again
//! soon makes it worse. So the pauses of the second kind grow, and those of the first do not.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::Error;

/// Tries before a write gives up.
const TRIES: u32 = 100;
/// Conflicts before it does.
const CONFLICTS: u32 = 40;
/// The longest pause after a lost race.
const SHORT: Duration = Duration::from_millis(8);
/// The longest pause after a conflict.
const LONGEST: Duration = Duration::from_millis(120);
/// When no further try is begun. With a read before and a last try after it, a write ends within a function's 10 s.
const PATIENCE: Duration = Duration::from_secs(4);

/// Counts the tries of one write.
pub(crate) struct Pause {
    tries: u32,
    conflicts: u32,
    since: Instant,
}

impl Pause {
    pub(crate) fn new() -> Self {
        Self {
            tries: 0,
            conflicts: 0,
            since: Instant::now(),
        }
    }

    /// Waits a moment, or gives up.
    pub(crate) async fn after_a_lost_race(&mut self) -> Result<(), Error> {
        self.wait(SHORT, "other writers were faster").await
    }

    /// Waits a random time below a bound that grows, or gives up.
    pub(crate) async fn before_next_try(&mut self, cause: &str) -> Result<(), Error> {
        self.conflicts += 1;
        let longest = Duration::from_millis(8 << self.conflicts.min(8));
        self.wait(longest.min(LONGEST), cause).await
    }

    async fn wait(&mut self, longest: Duration, cause: &str) -> Result<(), Error> {
        self.tries += 1;
        let enough = self.tries >= TRIES || self.conflicts >= CONFLICTS;
        if enough || self.since.elapsed() > PATIENCE {
            return Err(Error::Unavailable(format!(
                "gave up after {} tries: {cause}",
                self.tries
            )));
        }
        sleep(longest.mul_f64(fastrand::f64())).await;
        Ok(())
    }
}

/// What becomes of writers that want the same items, in a model of DynamoDB's transactions: a transaction holds its
/// items for as long as it takes, and whoever wants one of them meanwhile is refused. Time is virtual and chance is
/// seeded, so the figures are the same in every run:
///
/// ```sh
/// cargo test -p store pause -- --nocapture
/// ```
#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::collections::HashSet;

    use futures_util::future::join_all;

    use super::*;
    use crate::counts::COUNTER_SHARDS;

    /// How long a transaction of a few items takes.
    const HELD: Duration = Duration::from_millis(20);

    #[derive(Default)]
    struct Items {
        held: RefCell<HashSet<u32>>,
        transactions: Cell<u32>,
        conflicts: Cell<u32>,
    }

    impl Items {
        /// A write of these items; how often it had to try.
        async fn write(&self, items: &[u32]) -> Result<u32, Error> {
            let mut pause = Pause::new();
            for tries in 1.. {
                self.transactions.set(self.transactions.get() + 1);
                let free = !items.iter().any(|item| self.held.borrow().contains(item));
                if free {
                    self.held.borrow_mut().extend(items);
                    sleep(HELD).await;
                    self.held.borrow_mut().retain(|item| !items.contains(item));
                    return Ok(tries);
                }
                self.conflicts.set(self.conflicts.get() + 1);
                pause.before_next_try("a conflict").await?;
            }
            unreachable!("it has given up");
        }
    }

    /// Writes that come at random times, so many a second, each to its own ticket and to one of the shards.
    async fn traffic(per_second: u32, shards: u8) -> String {
        fastrand::seed(7);
        let (items, start) = (Items::default(), Instant::now());
        let mut at = 0.0;
        let arrivals: Vec<(f64, u32)> = (0..per_second * 30)
            .map(|_| {
                at += -(1.0 - fastrand::f64()).ln() / f64::from(per_second);
                (at, fastrand::u32(..u32::from(shards)))
            })
            .collect();
        let writes = arrivals.iter().map(async |(at, shard)| {
            sleep(Duration::from_secs_f64(*at)).await;
            let begun = Instant::now();
            let tries = items.write(&[*shard]).await.expect("a write comes through");
            (begun.elapsed(), tries)
        });
        let mut done = join_all(writes).await;
        done.sort_unstable();
        let worst = done
            .iter()
            .map(|(_, tries)| *tries)
            .max()
            .unwrap_or_default();
        let (median, late) = (done[done.len() / 2].0, done[done.len() * 99 / 100].0);
        assert!(start.elapsed() < Duration::from_secs(40));
        format!(
            "{per_second}/s over {shards} shards: {:.1} % of transactions in conflict, {} tries at most; a write takes \
             {} ms (median), {} ms (p99)",
            100.0 * f64::from(items.conflicts.get()) / f64::from(items.transactions.get()),
            worst,
            median.as_millis(),
            late.as_millis(),
        )
    }

    #[tokio::test(start_paused = true)]
    async fn status_changes_collide_on_the_counters_and_all_come_through() {
        let mut chart = Vec::new();
        for per_second in [50, 200, 400] {
            chart.push(traffic(per_second, COUNTER_SHARDS).await);
        }
        println!("{}", chart.join("\n"));
        insta::assert_snapshot!(chart.join("\n"), @"
        50/s over 16 shards: 11.1 % of transactions in conflict, 6 tries at most; a write takes 20 ms (median), 60 ms (p99)
        200/s over 16 shards: 35.1 % of transactions in conflict, 9 tries at most; a write takes 20 ms (median), 165 ms (p99)
        400/s over 16 shards: 57.7 % of transactions in conflict, 24 tries at most; a write takes 22 ms (median), 404 ms (p99)
        ");
    }

    #[tokio::test(start_paused = true)]
    async fn sixteen_writers_of_one_ticket_all_come_through() {
        fastrand::seed(7);
        let items = Items::default();
        let tries = join_all((0..16).map(|_| items.write(&[1]))).await;
        let tries: Result<Vec<u32>, Error> = tries.into_iter().collect();
        let worst = tries.expect("nobody gives up").into_iter().max();
        assert!(worst < Some(CONFLICTS), "{worst:?}");
    }
}
