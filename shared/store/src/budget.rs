//! How much a page of a list may read before it comes back short, or empty.
//!
//! What no index answers is looked for among what one does. A page with tickets on it stops early: its reader has
//! something, and comes back. A page with none reads on much longer, because many readers take an empty page for the end
//! of the list; only where there is very much to look at does it come back empty, with a cursor that goes on.

use std::time::Duration;

use tokio::time::Instant;

/// Heads a page looks at, at least, before it comes back short.
const ENOUGH: usize = 1_000;
/// Heads a page looks at that finds nothing, and one that is asked for by its number.
const MOST: usize = 20_000;
/// How long a page looks that finds nothing.
const PATIENCE: Duration = Duration::from_secs(2);
/// Heads one query looks at, at least, when a filter expression will drop some of them.
const SMALLEST_BATCH: usize = 100;
/// Heads one query looks at, at most.
const LARGEST_BATCH: usize = 1_000;

/// What is left for a page.
#[derive(Debug)]
pub(crate) struct Budget {
    looked_at: usize,
    enough: usize,
    batch: usize,
    since: Instant,
}

impl Budget {
    /// For a page that comes after so many others which must be walked over to find it.
    pub(crate) fn after(pages: usize) -> Self {
        Self {
            looked_at: 0,
            enough: (pages + 1).saturating_mul(ENOUGH).min(MOST),
            batch: SMALLEST_BATCH,
            since: Instant::now(),
        }
    }

    /// How many heads the next query looks at, to find so many.
    pub(crate) fn batch(&self, missing: usize, is_filtered: bool) -> usize {
        let least = if is_filtered { self.batch } else { 0 };
        missing.max(least).min(LARGEST_BATCH)
    }

    /// So many heads were looked at; where nothing was found yet, the next query looks at more.
    pub(crate) fn spend(&mut self, heads: usize, has_found: bool) {
        self.looked_at += heads;
        self.batch = if has_found {
            SMALLEST_BATCH
        } else {
            (self.batch * 2).min(LARGEST_BATCH)
        };
    }

    /// Whether the page ends here.
    pub(crate) fn is_spent(&self, has_found: bool) -> bool {
        let reads_on = !has_found && self.looked_at < MOST && self.since.elapsed() < PATIENCE;
        self.looked_at >= self.enough && !reads_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many heads a page looks at that finds its first ticket after so many.
    fn looks_at(mut budget: Budget, finds_after: usize) -> usize {
        loop {
            let has_found = budget.looked_at >= finds_after;
            if budget.is_spent(has_found) {
                return budget.looked_at;
            }
            let batch = budget.batch(11, true);
            budget.spend(batch, has_found);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_has_found_something_stops_early_and_one_that_has_not_reads_on() {
        assert_eq!(looks_at(Budget::after(0), 0), ENOUGH);
        let late = looks_at(Budget::after(0), 7_000);
        assert!((7_000..7_000 + LARGEST_BATCH).contains(&late), "{late}");
        let never = looks_at(Budget::after(0), usize::MAX);
        assert!((MOST..MOST + LARGEST_BATCH).contains(&never), "{never}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_by_its_number_may_look_at_as_much_for_each_page_before_it() {
        assert_eq!(looks_at(Budget::after(2), 0), 3 * ENOUGH);
        let deep = looks_at(Budget::after(99), 0);
        assert!((MOST..MOST + LARGEST_BATCH).contains(&deep), "{deep}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_empty_page_comes_after_two_seconds_at_the_latest() {
        let mut budget = Budget::after(0);
        budget.spend(ENOUGH, false);
        assert!(!budget.is_spent(false));
        tokio::time::advance(PATIENCE).await;
        assert!(budget.is_spent(false));
    }

    #[test]
    fn queries_grow_while_they_find_nothing() {
        let mut budget = Budget::after(0);
        let mut batches = Vec::new();
        for has_found in [false, false, false, false, true] {
            batches.push(budget.batch(11, true));
            budget.spend(0, has_found);
        }
        assert_eq!(batches, [100, 200, 400, 800, 1_000]);
        assert_eq!(budget.batch(11, true), 100);
        assert_eq!(budget.batch(11, false), 11);
    }
}
