//! What a write adds to the reports: targets achieved and missed, and how long it took.
//!
//! Each outcome is counted once, on the day (UTC) it is a fact of: a target that was met for whom the ticket is with after
//! that, one that was missed for whom it was with before anything was done about it. A missed target is never taken back; a resolution is, when its ticket is reopened.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::clock::{Clock, Credit, Ending, Metric};
use crate::Ticket;

/// One thing to count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outcome {
    /// On which day, UTC.
    pub day: Date,
    /// For whom.
    pub credit: Credit,
    /// What was measured.
    pub metric: Metric,
    /// What is counted.
    pub count: Count,
    /// 1, or -1 to take it back.
    pub by: i8,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// A target that was met in time.
    Achieved,
    /// A target that was not.
    Missed,
    /// A clock that was met, by how long it had run.
    Calendar(Bucket),
    /// A clock that was met, by how much of that had counted.
    Business(Bucket),
}

/// A range of durations, of milliseconds; each is at most a sixteenth of its durations wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bucket(pub u16);

/// Sixteen buckets for each power of two.
const STEPS: u32 = 4;

impl Bucket {
    /// The one a duration is in.
    pub fn of(duration: SignedDuration) -> Self {
        let milliseconds = u64::try_from(duration.as_millis()).unwrap_or_default();
        let power = milliseconds.checked_ilog2().unwrap_or_default();
        let shift = power.saturating_sub(STEPS);
        let index = (u64::from(shift) << STEPS) + (milliseconds >> shift);
        Self(u16::try_from(index).unwrap_or(u16::MAX))
    }

    /// The middle of it.
    pub fn middle(self) -> SignedDuration {
        let shift = (u32::from(self.0) >> STEPS).saturating_sub(1);
        let step = u64::from(self.0) - (u64::from(shift) << STEPS);
        let middle = (step << shift) + ((1 << shift) >> 1);
        SignedDuration::from_millis(i64::try_from(middle).unwrap_or(i64::MAX))
    }
}

/// What the write adds that takes a ticket from one head to the next; none before, when it opens it.
pub fn outcomes(before: Option<&Ticket>, after: &Ticket) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let credit = after.credit();
    // Time had passed before anything was done about it.
    let missed_by = before.map_or_else(|| credit.clone(), Ticket::credit);
    for clock in &after.clocks.all {
        let was = before.and_then(|before| before.clocks.get(clock.metric, clock.instance));
        let mut note = |at, credit: &Credit, count, by| {
            outcomes.push(Outcome {
                day: day(at),
                credit: credit.clone(),
                metric: clock.metric,
                count,
                by,
            });
        };
        let was_missed = was.and_then(Clock::breached_at).is_some();
        if let Some(at) = clock.breached_at().filter(|_| !was_missed) {
            note(at, &missed_by, Count::Missed, 1);
        }
        let (met, was_met) = (clock.met_at(), was.and_then(Clock::met_at));
        if let Some(at) = met.filter(|_| was_met.is_none()) {
            for count in clock.counts().filter(|count| *count != Count::Missed) {
                note(at, &credit, count, 1);
            }
        }
        if let (Some(at), Some(was), None) = (was_met, was, met) {
            let credited = was.end.as_ref().and_then(|end| end.credit.as_ref());
            for count in was.counts().filter(|count| *count != Count::Missed) {
                note(at, credited.unwrap_or(&credit), count, -1);
            }
        }
    }
    outcomes
}

impl Clock {
    /// What is counted of it as it stands.
    pub fn counts(&self) -> impl Iterator<Item = Count> + use<> {
        let end = self.end.as_ref().filter(|end| end.ending == Ending::Met);
        let durations = end.map(|end| {
            let ran = end.at.duration_since(self.started_at) - self.paused_until(end.at);
            [
                Count::Calendar(Bucket::of(ran)),
                Count::Business(Bucket::of(end.elapsed)),
            ]
        });
        let missed = self.breached_at().is_some();
        let achieved = end.is_some() && self.target.is_some() && !missed;
        [
            missed.then_some(Count::Missed),
            achieved.then_some(Count::Achieved),
        ]
        .into_iter()
        .flatten()
        .chain(durations.into_iter().flatten())
    }
}

fn day(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_s_middle_is_within_a_thirtieth_of_its_durations() {
        let mut last = Bucket(0);
        for milliseconds in (0..5_000).chain((1..5_000).map(|n| n * n * 977)) {
            let bucket = Bucket::of(SignedDuration::from_millis(milliseconds));
            let middle = i64::try_from(bucket.middle().as_millis()).expect("a number");
            let off = (middle - milliseconds).abs();
            assert!(off * 30 <= milliseconds, "{milliseconds} → {middle}");
            if milliseconds > 5_000 {
                assert!(bucket >= last, "{milliseconds}");
                last = bucket;
            }
        }
    }
}
