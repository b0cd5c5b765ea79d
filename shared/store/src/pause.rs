//! The pauses between the tries of one write.

use std::time::Duration;

use crate::error::Error;

/// Tries before a write gives up. Sixteen writers at once need at most sixteen; the rest is for conflicts.
const TRIES: u32 = 40;
/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_millis(120);

/// Counts the tries of one write.
#[derive(Default)]
pub(crate) struct Pause {
    tries: u32,
}

impl Pause {
    /// Waits a random time below a bound that grows, or gives up.
    pub(crate) async fn before_next_try(&mut self, cause: &str) -> Result<(), Error> {
        self.tries += 1;
        if self.tries >= TRIES {
            return Err(Error::Unavailable(format!(
                "gave up after {TRIES} tries: {cause}"
            )));
        }
        let longest = Duration::from_millis(4 << self.tries.min(8)).min(LONGEST);
        tokio::time::sleep(longest.mul_f64(fastrand::f64())).await;
        Ok(())
    }
}
