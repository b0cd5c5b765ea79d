//! The pauses between the tries of one write.

use std::time::{Duration, Instant};

use crate::error::Error;

/// Tries before a write gives up. Sixteen writers at once need at most sixteen; the rest is for conflicts.
const TRIES: u32 = 40;
/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_millis(120);
/// When no further try is begun. With a read before and a last try after it, a write ends within a function's 10 s.
const PATIENCE: Duration = Duration::from_secs(4);

/// Counts the tries of one write.
pub(crate) struct Pause {
    tries: u32,
    since: Instant,
}

impl Pause {
    pub(crate) fn new() -> Self {
        Self {
            tries: 0,
            since: Instant::now(),
        }
    }

    /// Waits a random time below a bound that grows, or gives up.
    pub(crate) async fn before_next_try(&mut self, cause: &str) -> Result<(), Error> {
        self.tries += 1;
        if self.tries >= TRIES || self.since.elapsed() > PATIENCE {
            return Err(Error::Unavailable(format!(
                "gave up after {} tries: {cause}",
                self.tries
            )));
        }
        let longest = Duration::from_millis(4 << self.tries.min(8)).min(LONGEST);
        tokio::time::sleep(longest.mul_f64(fastrand::f64())).await;
        Ok(())
    }
}
