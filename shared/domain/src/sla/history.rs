//! The history of one clock: how it was last, how it came there, and under which terms.

use jiff::{SignedDuration, Timestamp};

use super::clock::{Clock, ClockState, Mark, Progress};
use super::counted::{Interval, counted};
use super::explain::{Explained, Moment, Turn};
use super::levels::{Given, Terms};
use crate::{Entry, Priority, Ticket};

/// A clock as it was last, how it came there, and under which terms.
#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) clock: Clock,
    pub(super) given: Option<Given>,
    priority: Priority,
    pub(super) timeline: Vec<Moment>,
}

impl History {
    pub(super) fn begin(clock: &Clock, ticket: &Ticket, entry: &Entry) -> Self {
        let mut history = Self {
            clock: Clock::started(clock.metric, clock.instance, clock.started_at),
            given: ticket.given.clone(),
            priority: ticket.priority,
            timeline: Vec::new(),
        };
        history.note(Turn::Started, clock, entry);
        // What it is due at is part of its start.
        history.clock.target = clock.target;
        history.clock.due_at = clock.due_at;
        history.turn(clock, ticket, entry);
        history
    }

    fn note(&mut self, turn: Turn, clock: &Clock, entry: &Entry) {
        self.timeline.push(Moment {
            at: entry.at,
            turn,
            seq: Some(entry.seq),
            recorded_at: Some(entry.at),
            percent: None,
            target: clock.target,
            due_at: clock.due_at,
        });
    }

    /// Reads what an entry has made of the clock.
    pub(super) fn turn(&mut self, clock: &Clock, ticket: &Ticket, entry: &Entry) {
        let (was, is) = (self.clock.state(), clock.state());
        let had_ended = self.clock.end.is_some();
        match is {
            // A reopened one may be met in the same breath: it has stood still in between.
            ClockState::Met if was != ClockState::Met => self.note(Turn::Met, clock, entry),
            ClockState::Cancelled if !had_ended => self.note(Turn::Cancelled, clock, entry),
            ClockState::Paused if was == ClockState::Running => {
                self.note(Turn::Paused, clock, entry);
            }
            ClockState::Running if was != ClockState::Running => {
                self.note(Turn::Resumed, clock, entry);
            }
            ClockState::Met | ClockState::Cancelled | ClockState::Paused | ClockState::Running => {
                let is_due_at_another_time =
                    self.clock.due_at != clock.due_at || self.clock.target != clock.target;
                if clock.end.is_none() && is_due_at_another_time {
                    self.note(Turn::Retargeted, clock, entry);
                }
            }
        }
        for mark in &clock.marks {
            let before = self.clock.mark(mark.percent).map(|mark| mark.progress);
            let is_new = mark.progress > Progress::Ahead && before < Some(Progress::Passed);
            if is_new {
                self.pass(mark, clock);
            }
        }
        let latest = ticket
            .clocks
            .latest(clock.metric)
            .map(|latest| latest.instance);
        let mut scheduled = entry.reckoned.schedules.iter();
        if latest == Some(clock.instance) && scheduled.any(|it| it.metric == clock.metric) {
            self.given.clone_from(&ticket.given);
            self.priority = ticket.priority;
        }
        self.clock.clone_from(clock);
        self.timeline.sort_by_key(|moment| moment.at);
    }

    /// Passes the marks whose time has come since its last entry, of which the thread does not tell yet.
    fn look(&mut self, now: Timestamp) {
        let mut clock = self.clock.clone();
        clock.pass(now);
        for mark in &clock.marks {
            if mark.progress > Progress::Ahead {
                self.pass(mark, &clock);
            }
        }
        self.clock = clock;
        self.timeline.sort_by_key(|moment| moment.at);
    }

    fn pass(&mut self, mark: &Mark, clock: &Clock) {
        let turn = turn_of(mark.percent);
        let percent = Some(mark.percent);
        let is_told = |moment: &Moment| moment.turn == turn && moment.percent == percent;
        if !self.timeline.iter().any(is_told) {
            self.timeline.push(Moment {
                at: mark.at,
                turn,
                seq: None,
                recorded_at: None,
                percent,
                target: clock.target,
                due_at: clock.due_at,
            });
        }
    }

    /// Reads the entry that says a mark was passed.
    pub(super) fn publish(&mut self, percent: u8, entry: &Entry) {
        let mut clock = self.clock.clone();
        if let Some(mark) = clock.mark(percent).copied() {
            self.pass(&mark, &clock);
            clock.publish(percent);
            self.clock = clock;
        }
        let turn = turn_of(percent);
        let is_it = |moment: &&mut Moment| moment.turn == turn && moment.percent == Some(percent);
        if let Some(moment) = self.timeline.iter_mut().find(is_it) {
            moment.seq = Some(entry.seq);
            moment.recorded_at = Some(entry.at);
        }
    }

    pub(super) fn explained(&self, now: Timestamp, terms: Option<&Terms>) -> Explained {
        let mut now_it_is = self.clone();
        if self.clock.end.is_none() {
            now_it_is.look(now);
        }
        let Self {
            clock, timeline, ..
        } = now_it_is;
        let until = clock.end.as_ref().map_or(now, |end| end.at);
        let hours = terms.and_then(Terms::hours);
        let pieces = counted(hours, clock.started_at, until, &clock.pauses);
        let intervals: Vec<Interval> = pieces.collect();
        let length = |piece: &Interval| piece.to.duration_since(piece.from);
        let elapsed: SignedDuration = intervals.iter().map(length).sum();
        let left = clock.target.map(|target| target.duration() - elapsed);
        Explained {
            terms: terms.cloned(),
            priority: self.priority,
            elapsed,
            remaining: left.map(|left| left.max(SignedDuration::ZERO)),
            over_by: left.map(|left| (-left).max(SignedDuration::ZERO)),
            intervals,
            timeline,
            clock,
        }
    }
}

fn turn_of(percent: u8) -> Turn {
    if percent < Mark::TARGET {
        Turn::Warned
    } else {
        Turn::Breached
    }
}
