//! What an entry has to say about clocks that its being there does not say: the terms that are given with it, when the
//! clocks it turns are due, and how much had counted on those it ends. The only place where hours meet clocks.

use jiff::{SignedDuration, Timestamp};

use super::clock::{Clock, Mark, Metric};
use super::elapsed::{elapsed, reached_each};
use super::levels::{Given, Rules, Terms};
use super::policy::Warnings;
use crate::{Entry, Period, Status, Ticket};

/// What was reckoned with hours when an entry was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reckoned {
    /// The ticket is given other terms, or (`Some(None)`) none any more.
    pub given: Option<Option<Given>>,
    /// When the clocks are due that it has turned.
    pub schedules: Vec<Schedule>,
    /// How much had counted on the clocks that it has ended.
    pub elapsed: Vec<(Metric, SignedDuration)>,
}

/// When a clock is due: the latest of its metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// What it measures.
    pub metric: Metric,
    /// How much time may count.
    pub target: Option<Period>,
    /// When so much has counted, if it goes on running.
    pub due_at: Option<Timestamp>,
    /// Its marks, by percent, and when each is reached.
    pub marks: Vec<(u8, Timestamp)>,
}

impl Reckoned {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is reckoned for the entry that takes a ticket from one head to the next. `before` is none when it opens it.
    pub(crate) fn between(before: Option<&Ticket>, after: &Ticket, rules: Rules<'_>) -> Self {
        // A closed ticket can still be tagged, and keeps the terms under which it was closed: its clocks are over.
        let is_over = before.is_some_and(|before| before.status == Status::Closed);
        let is_matched = !is_over && before.is_none_or(|before| before.case() != after.case());
        let matched = is_matched.then(|| rules.levels.terms_for(after.case()));
        let terms = match &matched {
            Some(terms) => terms.as_ref(),
            None => rules.terms,
        };
        let given = terms.map(|terms| &terms.given);
        let is_given_others = is_matched && given != after.given.as_ref();
        let is_retargeted =
            is_given_others || before.is_some_and(|before| before.priority != after.priority);
        let mut reckoned = Self {
            given: is_given_others.then(|| given.cloned()),
            ..Self::default()
        };
        for metric in Metric::ALL {
            let Some(clock) = after.clocks.latest(*metric) else {
                continue;
            };
            let was = before.and_then(|before| before.clocks.get(*metric, clock.instance));
            let is_turned =
                was.is_none_or(|was| was.pauses != clock.pauses || was.end != clock.end);
            match &clock.end {
                Some(end) if is_turned => {
                    // One that had ended has stood still since; else by the terms it ran under, whatever the entry
                    // changes.
                    let before_that = was.and_then(|was| was.end.as_ref());
                    let counted = before_that.map_or_else(
                        || {
                            let ran_under = before.map_or(terms, |_| rules.terms);
                            let hours = ran_under.and_then(Terms::hours);
                            elapsed(hours, clock.started_at, end.at, &clock.pauses)
                        },
                        |end| end.elapsed,
                    );
                    reckoned.elapsed.push((*metric, counted));
                }
                None if is_turned || is_retargeted => {
                    let target =
                        terms.and_then(|terms| terms.policy.targets.get(after.priority, *metric));
                    let schedule = Schedule::new(clock, target, terms);
                    // A clock of which nothing was promised, and nothing is, needs no words; but for whose hours it has.
                    if target.is_some() || clock.target.is_some() || is_given_others {
                        reckoned.schedules.push(schedule);
                    }
                }
                Some(_) | None => {}
            }
        }
        reckoned
    }
}

impl Schedule {
    fn new(clock: &Clock, target: Option<Period>, terms: Option<&Terms>) -> Self {
        let hours = terms.and_then(Terms::hours);
        let warnings = terms.map(|terms| &terms.policy.warn_at_percent);
        let percents = warnings.into_iter().flat_map(Warnings::iter);
        let percents: Vec<u8> = percents.chain([Mark::TARGET]).collect();
        let share = |target| percents.iter().map(move |percent| share(target, *percent));
        let amounts: Vec<_> = target.into_iter().flat_map(share).collect();
        let times = reached_each(hours, clock.started_at, &clock.pauses, &amounts);
        Self {
            metric: clock.metric,
            target,
            // The target is the last of them.
            due_at: times.last().copied().flatten(),
            marks: percents
                .iter()
                .zip(times)
                .filter_map(|(percent, at)| Some((*percent, at?)))
                .collect(),
        }
    }
}

/// So many percent of a target, in whole milliseconds, rounded up: never early.
fn share(target: Period, percent: u8) -> SignedDuration {
    let hundredths = target.duration().as_millis() * i128::from(percent);
    let milliseconds = (hundredths + 99) / 100;
    SignedDuration::from_millis(i64::try_from(milliseconds).unwrap_or(i64::MAX))
}

impl Entry {
    /// The entry with what has to be reckoned for it, and the head after it.
    pub(crate) fn reckoned(mut self, ticket: &Ticket, rules: Rules<'_>) -> Self {
        let mut after = ticket.clone();
        // It was made for this head.
        if after.apply(&self).is_ok() {
            self.reckoned = Reckoned::between(Some(ticket), &after, rules);
        }
        self
    }
}
