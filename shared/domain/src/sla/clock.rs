//! One clock: what it measures, since when, with which pauses, and the marks it passes.

use jiff::{SignedDuration, Timestamp};

use super::counted::Pause;
use crate::label::label;
use crate::{Category, Period, Principal, Priority};

label! {
    /// What a clock measures.
    Metric {
        /// From the opening to an agent's first public message.
        FirstResponse = "firstResponse",
        /// From the oldest unanswered message of the customer, after the first response, to the next public answer.
        NextResponse = "nextResponse",
        /// From the opening to the resolution.
        Resolution = "resolution",
    }
}

label! {
    /// Where a clock stands.
    ClockState {
        /// Time counts.
        Running = "running",
        /// Time does not count.
        Paused = "paused",
        /// What it waited for has happened.
        Met = "met",
        /// Nobody waits for it any more.
        Cancelled = "cancelled",
    }
}

/// A clock of a ticket. It turns whether or not anything was promised, so that a promise can be made later, from the
/// beginning; without a `target` it has no marks, is never shown and misses nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What it measures.
    pub metric: Metric,
    /// Which one of its kind: 1, 2, 3, …; there is more than one `nextResponse` only.
    pub instance: u32,
    /// Since when.
    pub started_at: Timestamp,
    /// When it stood still; only the last may be open.
    pub pauses: Vec<Pause>,
    /// How it ended, if it has.
    pub end: Option<End>,
    /// How much time may count until it is met.
    pub target: Option<Period>,
    /// When that much has counted; none while it is paused before that.
    pub due_at: Option<Timestamp>,
    /// The shares of the target at which something happens, by percent; the last is the target itself. Those ahead are
    /// there only while the clock runs.
    pub marks: Vec<Mark>,
}

/// How a clock has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Timestamp,
    /// How.
    pub ending: Ending,
    /// How much time had counted by then.
    pub elapsed: SignedDuration,
    /// Whom it was credited to. Kept for a resolution only: nothing else is taken back, when a ticket is reopened.
    pub credit: Option<Credit>,
}

/// The two ways a clock ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// What it waited for has happened.
    Met,
    /// Nobody waits for it any more.
    Cancelled,
}

/// What a report groups by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Credit {
    /// The ticket's.
    pub priority: Priority,
    /// The ticket's.
    pub category: Category,
    /// Who worked on it.
    pub assigned_to: Option<Principal>,
}

/// A share of a clock's target, and when it is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Below 100: a warning. 100: the target.
    pub percent: u8,
    /// When so much has counted.
    pub at: Timestamp,
    /// How far it is.
    pub progress: Progress,
}

/// How far a mark is. It never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// Its time has not come, or nobody has looked since.
    Ahead,
    /// Its time has come while the clock ran; no entry says so yet.
    Passed,
    /// An entry says so.
    Published,
}

impl Mark {
    /// The share of the target that is the target.
    pub const TARGET: u8 = 100;
}

impl Clock {
    pub(crate) fn started(metric: Metric, instance: u32, at: Timestamp) -> Self {
        Self {
            metric,
            instance,
            started_at: at,
            pauses: Vec::new(),
            end: None,
            target: None,
            due_at: None,
            marks: Vec::new(),
        }
    }

    /// Where it stands.
    pub fn state(&self) -> ClockState {
        match &self.end {
            Some(end) => match end.ending {
                Ending::Met => ClockState::Met,
                Ending::Cancelled => ClockState::Cancelled,
            },
            None if self.is_paused() => ClockState::Paused,
            None => ClockState::Running,
        }
    }

    /// When its target was missed, if it was.
    pub fn breached_at(&self) -> Option<Timestamp> {
        let target = self.mark(Mark::TARGET)?;
        (target.progress > Progress::Ahead).then_some(target.at)
    }

    /// Whether it has passed a mark before its target.
    pub fn is_warned(&self) -> bool {
        let warned = |mark: &Mark| mark.percent < Mark::TARGET && mark.progress > Progress::Ahead;
        self.marks.iter().any(warned)
    }

    /// When it was met, if it was.
    pub fn met_at(&self) -> Option<Timestamp> {
        let end = self.end.as_ref()?;
        (end.ending == Ending::Met).then_some(end.at)
    }

    /// How long it has stood still by then, before it ended.
    pub fn paused_until(&self, then: Timestamp) -> SignedDuration {
        let last = self.end.as_ref().map_or(then, |end| end.at.min(then));
        let length = |pause: &Pause| {
            let to = pause.to.map_or(last, |to| to.min(last));
            to.duration_since(pause.from).max(SignedDuration::ZERO)
        };
        self.pauses.iter().map(length).sum()
    }

    /// How long its closed pauses were: what is known without a look at the time.
    pub fn paused(&self) -> SignedDuration {
        let last = self.end.as_ref().map(|end| end.at);
        let known = self.pauses.iter().filter_map(|pause| pause.to.or(last));
        self.paused_until(known.max().unwrap_or(self.started_at))
    }

    pub(crate) fn mark(&self, percent: u8) -> Option<&Mark> {
        self.marks.iter().find(|mark| mark.percent == percent)
    }

    /// The earliest of its marks that no entry has published, whether or not its time has come.
    pub(crate) fn next_mark(&self) -> Option<&Mark> {
        let unpublished = self
            .marks
            .iter()
            .filter(|mark| mark.progress < Progress::Published);
        unpublished.min_by_key(|mark| (mark.at, mark.percent))
    }

    /// Whether a mark has been passed of which no entry says so.
    pub(crate) fn owes(&self) -> bool {
        self.marks
            .iter()
            .any(|mark| mark.progress == Progress::Passed)
    }

    fn is_paused(&self) -> bool {
        self.pauses.last().is_some_and(|pause| pause.to.is_none())
    }

    /// Time has passed: marks that were ahead are behind.
    pub(crate) fn pass(&mut self, now: Timestamp) {
        for mark in &mut self.marks {
            if mark.progress == Progress::Ahead && mark.at <= now {
                mark.progress = Progress::Passed;
            }
        }
    }

    pub(crate) fn pause(&mut self, at: Timestamp) {
        if self.state() == ClockState::Running {
            self.pauses.push(Pause { from: at, to: None });
            self.due_at = None;
            self.forget_what_is_ahead();
        }
    }

    pub(crate) fn resume(&mut self, at: Timestamp) {
        if let Some(pause) = self.pauses.last_mut()
            && pause.to.is_none()
        {
            pause.to = Some(at);
        }
    }

    pub(crate) fn end(&mut self, at: Timestamp, ending: Ending, credit: &Credit) {
        if self.end.is_none() {
            let is_taken_back = self.metric == Metric::Resolution && ending == Ending::Met;
            self.end = Some(End {
                at,
                ending,
                elapsed: SignedDuration::ZERO,
                credit: is_taken_back.then(|| credit.clone()),
            });
            self.forget_what_is_ahead();
        }
    }

    /// It runs again, as if it had stood still since it ended.
    pub(crate) fn reopen(&mut self, at: Timestamp) {
        if let Some(end) = self.end.take() {
            if !self.is_paused() {
                self.pauses.push(Pause {
                    from: end.at,
                    to: None,
                });
            }
            self.resume(at);
        }
    }

    pub(crate) fn publish(&mut self, percent: u8) {
        if let Some(mark) = self.marks.iter_mut().find(|mark| mark.percent == percent) {
            mark.progress = Progress::Published;
        }
    }

    pub(crate) fn forget_what_is_ahead(&mut self) {
        self.marks.retain(|mark| mark.progress > Progress::Ahead);
    }
}
