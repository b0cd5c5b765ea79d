//! A ticket's clocks, and what an entry does to them.
//!
//! | clock | starts | stands still | is met | is cancelled |
//! |---|---|---|---|---|
//! | `firstResponse` | at the opening | – | by an agent's first public message | by resolving or closing; a reopening takes that back |
//! | `nextResponse` | at the customer's message, when the first response is given and no other one runs | – | by an agent's next public message | by resolving or closing |
//! | `resolution` | at the opening | while `pending`, and from resolving to reopening | by `resolved`, and by `closed` with a resolution | by `closed` without one |
//!
//! A mark whose time comes while its clock runs is passed, and stays so.

use jiff::Timestamp;

use super::clock::{Clock, ClockState, Credit, Ending, Mark, Metric, Progress};
use super::terms::Reckoned;
use crate::{SlaStatus, Status, Voice};

/// A ticket's clocks: the latest of each metric, and older ones as long as a mark of theirs is to be published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// By metric, then by instance.
    pub all: Vec<Clock>,
    /// Whether one that is not here any more has missed its target.
    pub missed_before: bool,
}

/// What happened, as far as clocks are concerned.
pub(crate) struct Happening {
    pub(crate) at: Timestamp,
    /// Who spoke in public, if anybody.
    pub(crate) spoken: Option<Voice>,
    pub(crate) from: Status,
    pub(crate) to: Status,
    /// Whether the ticket has a resolution now.
    pub(crate) solved: bool,
    /// Who is credited now.
    pub(crate) credit: Credit,
}

impl Clocks {
    /// Those of a ticket that was opened.
    pub(crate) fn opened(at: Timestamp) -> Self {
        let start = |metric| Clock::started(metric, 1, at);
        Self {
            all: [Metric::FirstResponse, Metric::Resolution]
                .map(start)
                .into(),
            missed_before: false,
        }
    }

    /// The latest clock of a metric.
    pub fn latest(&self, metric: Metric) -> Option<&Clock> {
        self.all.iter().rfind(|clock| clock.metric == metric)
    }

    /// The one of this metric and instance.
    pub fn get(&self, metric: Metric, instance: u32) -> Option<&Clock> {
        let is_it = |clock: &&Clock| clock.metric == metric && clock.instance == instance;
        self.all.iter().find(is_it)
    }

    /// Those something was promised of, and those that have missed what was promised once: what is shown.
    pub fn promised(&self) -> impl Iterator<Item = &Clock> {
        let is_promised = |clock: &&Clock| clock.target.is_some() || clock.breached_at().is_some();
        self.all.iter().filter(is_promised)
    }

    /// Where they stand together.
    pub fn status(&self) -> SlaStatus {
        let any = |is: fn(&Clock) -> bool| self.promised().any(is);
        let has_missed = |clock: &Clock| clock.breached_at().is_some();
        if self.missed_before || self.all.iter().any(has_missed) {
            SlaStatus::Breached
        } else if any(|clock| clock.state() == ClockState::Running && clock.is_warned()) {
            SlaStatus::AtRisk
        } else if any(|clock| clock.state() == ClockState::Running) {
            SlaStatus::Ok
        } else if any(|clock| clock.state() == ClockState::Paused) {
            SlaStatus::Paused
        } else if any(|clock| clock.state() == ClockState::Met) {
            SlaStatus::Met
        } else {
            SlaStatus::None
        }
    }

    /// When the next target is due, or since when the longest overdue one is.
    pub fn next_due_at(&self) -> Option<Timestamp> {
        let running = self.promised().filter(|clock| clock.end.is_none());
        running.filter_map(|clock| clock.due_at).min()
    }

    /// The earliest mark that no entry has published, and its clock.
    pub(crate) fn next_mark(&self) -> Option<(&Clock, &Mark)> {
        let next = |clock| Some((clock, Clock::next_mark(clock)?));
        let order =
            |(clock, mark): &(&Clock, &Mark)| (mark.at, clock.metric, clock.instance, mark.percent);
        self.all.iter().filter_map(next).min_by_key(order)
    }

    /// What an entry does by being what it is.
    pub(crate) fn turn(&mut self, happening: &Happening) {
        let Happening {
            at,
            spoken,
            from,
            to,
            ..
        } = *happening;
        self.pass(at);
        if spoken == Some(Voice::Agent) {
            self.answered(happening);
        }
        if from != to {
            self.moved(happening);
        }
        if spoken == Some(Voice::User) && !to.is_done() {
            self.asked(at);
        }
        self.prune();
    }

    /// What the entry brings that was reckoned with its terms.
    pub(crate) fn take(&mut self, reckoned: &Reckoned, at: Timestamp) {
        for schedule in &reckoned.schedules {
            let Some(clock) = self.latest_mut(schedule.metric) else {
                continue;
            };
            clock.target = schedule.target;
            clock.due_at = schedule.due_at;
            clock.forget_what_is_ahead();
            for &(percent, at) in &schedule.marks {
                if clock.mark(percent).is_none() {
                    let progress = Progress::Ahead;
                    clock.marks.push(Mark {
                        percent,
                        at,
                        progress,
                    });
                }
            }
            clock.marks.sort_by_key(|mark| mark.percent);
        }
        for &(metric, elapsed) in &reckoned.elapsed {
            if let Some(end) = self.latest_mut(metric).and_then(|clock| clock.end.as_mut()) {
                end.elapsed = elapsed;
            }
        }
        self.pass(at);
    }

    /// An entry says that a mark was passed.
    pub(crate) fn publish(&mut self, metric: Metric, instance: u32, percent: u8) {
        let is_it = |clock: &&mut Clock| clock.metric == metric && clock.instance == instance;
        if let Some(clock) = self.all.iter_mut().find(is_it) {
            clock.publish(percent);
        }
    }

    fn pass(&mut self, now: Timestamp) {
        self.all.iter_mut().for_each(|clock| clock.pass(now));
    }

    fn answered(&mut self, Happening { at, credit, .. }: &Happening) {
        let waits_for_the_first = |clock: &&mut Clock| clock.met_at().is_none();
        if let Some(first) = self
            .latest_mut(Metric::FirstResponse)
            .filter(waits_for_the_first)
        {
            // It may be cancelled, on a resolved ticket: then it has stood still since, and was never due.
            if first.end.is_some() {
                first.reopen(*at);
                first.due_at = None;
            }
            first.end(*at, Ending::Met, credit);
        } else if let Some(next) = self.latest_mut(Metric::NextResponse) {
            next.end(*at, Ending::Met, credit);
        }
    }

    fn asked(&mut self, at: Timestamp) {
        let first = self.latest(Metric::FirstResponse);
        let is_answered = first.is_some_and(|first| first.met_at().is_some());
        let last = self.latest(Metric::NextResponse);
        let waits = last.is_some_and(|last| last.end.is_none());
        if is_answered && !waits {
            let instance = last.map_or(0, |last| last.instance) + 1;
            let clock = Clock::started(Metric::NextResponse, instance, at);
            self.all.push(clock);
            self.all.sort_by_key(|clock| (clock.metric, clock.instance));
        }
    }

    fn moved(&mut self, happening: &Happening) {
        let Happening {
            at,
            from,
            to,
            solved,
            ref credit,
            ..
        } = *happening;
        match (from.is_done(), to) {
            (false, Status::Resolved | Status::Closed) => {
                for response in [Metric::FirstResponse, Metric::NextResponse] {
                    if let Some(clock) = self.latest_mut(response) {
                        clock.end(at, Ending::Cancelled, credit);
                    }
                }
                let met = to == Status::Resolved || solved;
                let ending = if met { Ending::Met } else { Ending::Cancelled };
                if let Some(clock) = self.latest_mut(Metric::Resolution) {
                    clock.end(at, ending, credit);
                }
            }
            (false, Status::Pending) => {
                if let Some(clock) = self.latest_mut(Metric::Resolution) {
                    clock.pause(at);
                }
            }
            (false, Status::Open | Status::InProgress) => {
                if let Some(clock) = self.latest_mut(Metric::Resolution) {
                    clock.resume(at);
                }
            }
            (true, Status::Open | Status::InProgress) => {
                for metric in [Metric::FirstResponse, Metric::Resolution] {
                    let unmet = |clock: &&mut Clock| {
                        metric == Metric::Resolution || clock.met_at().is_none()
                    };
                    if let Some(clock) = self.latest_mut(metric).filter(unmet) {
                        clock.reopen(at);
                    }
                }
            }
            (true, Status::Pending | Status::Resolved | Status::Closed) => {}
        }
    }

    /// Lets go of the clocks that another one has followed, once all their marks are published.
    fn prune(&mut self) {
        let latest = self
            .latest(Metric::NextResponse)
            .map_or(0, |clock| clock.instance);
        let is_over = |clock: &Clock| {
            clock.metric == Metric::NextResponse && clock.instance < latest && !clock.owes()
        };
        self.missed_before |= self
            .all
            .iter()
            .any(|clock| is_over(clock) && clock.breached_at().is_some());
        self.all.retain(|clock| !is_over(clock));
    }

    fn latest_mut(&mut self, metric: Metric) -> Option<&mut Clock> {
        self.all.iter_mut().rfind(|clock| clock.metric == metric)
    }
}
