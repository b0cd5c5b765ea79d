//! What the reports say: how many targets were achieved, and how long it took.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::outcome::{Bucket, Count};

/// How long things took: how many in each bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram(BTreeMap<Bucket, i64>);

impl Histogram {
    /// How many there are.
    pub fn count(&self) -> i64 {
        self.0.values().sum()
    }

    /// The duration that so many percent do not exceed, within a thirtieth of it; none when there are none.
    pub fn percentile(&self, percent: u8) -> Option<SignedDuration> {
        let rank = (self.count() * i64::from(percent) + 99) / 100;
        let mut seen = 0;
        for (bucket, count) in &self.0 {
            seen += count;
            if *count > 0 && seen >= rank {
                return Some(bucket.middle());
            }
        }
        None
    }
}

/// What is known of a metric.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Targets met in time.
    pub achieved: i64,
    /// Targets missed.
    pub missed: i64,
    /// How long the clocks ran that were met.
    pub calendar: Histogram,
    /// How much of that counted.
    pub business: Histogram,
}

impl Measured {
    /// Counts more of something.
    pub fn add(&mut self, count: Count, by: i64) {
        let total = match count {
            Count::Achieved => &mut self.achieved,
            Count::Missed => &mut self.missed,
            Count::Calendar(bucket) => self.calendar.0.entry(bucket).or_default(),
            Count::Business(bucket) => self.business.0.entry(bucket).or_default(),
        };
        *total += by;
    }

    /// Counts what another has counted.
    pub fn merge(&mut self, other: &Self) {
        self.achieved += other.achieved;
        self.missed += other.missed;
        for (mine, theirs) in [
            (&mut self.calendar, &other.calendar),
            (&mut self.business, &other.business),
        ] {
            for (bucket, count) in &theirs.0 {
                *mine.0.entry(*bucket).or_default() += count;
            }
        }
    }

    /// Without the buckets in which there is nothing any more.
    #[must_use]
    pub fn without_nothing(mut self) -> Self {
        self.calendar.0.retain(|_, count| *count != 0);
        self.business.0.retain(|_, count| *count != 0);
        self
    }

    /// The share of the targets that was achieved, from 0 to 1; none when there were none.
    pub fn attainment(&self) -> Option<f64> {
        let total = self.achieved + self.missed;
        #[allow(clippy::cast_precision_loss, reason = "a share of counts below 2^52")]
        (total > 0).then(|| self.achieved as f64 / total as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_smallest_duration_that_so_many_do_not_exceed() {
        let mut measured = Measured::default();
        assert_eq!(measured.calendar.percentile(50), None);
        for minutes in 1..=10 {
            let bucket = Bucket::of(SignedDuration::from_mins(minutes));
            measured.add(Count::Calendar(bucket), 1);
        }
        for (percent, minutes) in [(50, 5), (90, 9), (100, 10), (1, 1)] {
            let is = measured.calendar.percentile(percent).expect("some");
            let off = (is - SignedDuration::from_mins(minutes)).abs();
            assert!(off * 30 <= is, "p{percent}: {is}");
        }
        assert_eq!(measured.attainment(), None);
        measured.add(Count::Achieved, 3);
        measured.add(Count::Missed, 1);
        assert_eq!(measured.attainment(), Some(0.75));
    }
}
