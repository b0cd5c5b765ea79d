//! Why a clock stands where it stands: its history, read off the thread, with the entry that caused each turn.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::clock::{Clock, Metric};
use super::counted::Interval;
use super::history::History;
use super::levels::{Given, Terms};
use crate::label::label;
use crate::{BrokenThread, Entry, Period, Priority, Tenant, Ticket, TicketId};

label! {
    /// What happened to a clock.
    Turn {
        /// It began to run.
        Started = "started",
        /// It stands still.
        Paused = "paused",
        /// It runs again.
        Resumed = "resumed",
        /// It is due at another time: the ticket's priority or policy has changed.
        Retargeted = "retargeted",
        /// It has passed a mark before its target.
        Warned = "warned",
        /// It has passed its target.
        Breached = "breached",
        /// What it waited for has happened.
        Met = "met",
        /// Nobody waits for it any more.
        Cancelled = "cancelled",
    }
}

/// A turn of a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// What.
    pub turn: Turn,
    /// The entry that caused it; for a mark, the one that says so, if one does.
    pub seq: Option<u32>,
    /// When that entry was written.
    pub recorded_at: Option<Timestamp>,
    /// Which share of the target was reached.
    pub percent: Option<u8>,
    /// The target after it.
    pub target: Option<Period>,
    /// When it is due after it.
    pub due_at: Option<Timestamp>,
}

/// A clock, explained.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The clock.
    pub clock: Clock,
    /// Where its target comes from.
    pub terms: Option<Terms>,
    /// The priority that chose it.
    pub priority: Priority,
    /// What has counted, piece by piece.
    pub intervals: Vec<Interval>,
    /// Their sum.
    pub elapsed: SignedDuration,
    /// What is left of the target.
    pub remaining: Option<SignedDuration>,
    /// What is counted beyond it.
    pub over_by: Option<SignedDuration>,
    /// Its turns, in order.
    pub timeline: Vec<Moment>,
}

/// The history of a ticket's clocks, being read from its thread.
#[derive(Clone, Debug)]
pub struct Explanation {
    tenant: Tenant,
    id: TicketId,
    ticket: Option<Ticket>,
    clocks: Vec<History>,
}

impl Explanation {
    /// Of a ticket, before its first entry.
    pub fn new(tenant: Tenant, id: TicketId) -> Self {
        Self {
            tenant,
            id,
            ticket: None,
            clocks: Vec::new(),
        }
    }

    /// The ticket, after the entries so far.
    pub fn ticket(&self) -> Option<&Ticket> {
        self.ticket.as_ref()
    }

    /// Reads the next entry.
    pub fn add(&mut self, entry: &Entry) -> Result<(), BrokenThread> {
        let ticket = match self.ticket.take() {
            None => Ticket::opened(self.tenant.clone(), self.id, entry)?,
            Some(mut ticket) => {
                ticket.apply(entry)?;
                ticket
            }
        };
        if let Some(passed) = entry.passed() {
            // The clock may be gone with it.
            let is_it = |history: &&mut History| {
                (history.clock.metric, history.clock.instance) == (passed.metric, passed.instance)
            };
            if let Some(history) = self.clocks.iter_mut().find(is_it) {
                history.publish(passed.percent, entry);
            }
        }
        for clock in &ticket.clocks.all {
            let is_it = |history: &&mut History| {
                (history.clock.metric, history.clock.instance) == (clock.metric, clock.instance)
            };
            match self.clocks.iter_mut().find(is_it) {
                Some(history) => history.turn(clock, &ticket, entry),
                None => self.clocks.push(History::begin(clock, &ticket, entry)),
            }
        }
        self.ticket = Some(ticket);
        Ok(())
    }

    /// The terms its clocks were under: what has to be at hand to explain them.
    pub fn given(&self) -> BTreeSet<Given> {
        let given = self.clocks.iter().filter_map(|clock| clock.given.clone());
        given.collect()
    }

    /// Every clock of which something was promised, by metric and instance, as they stand at a time. `terms` are those
    /// they were given.
    pub fn clocks(&self, now: Timestamp, terms: &[Terms]) -> Vec<Explained> {
        let mut clocks = self.every_clock(now, terms);
        clocks.retain(|clock| clock.timeline.iter().any(|moment| moment.target.is_some()));
        clocks
    }

    /// The same, with those of which nothing was promised.
    pub fn every_clock(&self, now: Timestamp, terms: &[Terms]) -> Vec<Explained> {
        let mut clocks: Vec<&History> = self.clocks.iter().collect();
        clocks.sort_by_key(|history| (history.clock.metric, history.clock.instance));
        let explained = |history: &History| {
            let is_given = |terms: &&Terms| Some(&terms.given) == history.given.as_ref();
            history.explained(now, terms.iter().find(is_given))
        };
        clocks.into_iter().map(explained).collect()
    }
}

impl Explained {
    /// The rule of the policy its target comes from: `targets.high.resolution`.
    pub fn rule(&self) -> String {
        let metric: Metric = self.clock.metric;
        format!("targets.{}.{metric}", self.priority)
    }
}
