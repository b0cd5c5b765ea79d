//! A second model of the clocks: it looks at the whole thread again after each entry, and at every minute of it.

use std::collections::BTreeMap;

use domain::{
    Change, Content, Credit, Entry, Given, Metric, Opened, Pause, Period, Priority, Progress,
    Status, Tags,
};
use jiff::Timestamp;

use super::levels::{Set, known, terms};
use super::matching::matched;
use super::minutes::reach;
use super::shapes::{Fact, Facts, Shape};

/// What depends on terms.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub target: Option<Period>,
    pub due_at: Option<Timestamp>,
    /// What it ran under last.
    pub given: Option<Given>,
    pub priority: Option<Priority>,
    pub ahead: BTreeMap<u8, Timestamp>,
    /// When it was reached, whom that was credited to, and whether an entry has said so.
    pub passed: BTreeMap<u8, (Timestamp, Credit, bool)>,
    reckoned_for: Option<(Vec<Pause>, Option<Given>, Priority)>,
    /// With which pauses it ended.
    ended_with: Option<Vec<Pause>>,
}

/// What the model knows of a ticket.
#[derive(Debug, Default)]
pub struct Model {
    facts: Facts,
    opened: Option<Opened>,
    given: Option<Given>,
    told: BTreeMap<(Metric, u32), Told>,
}

impl Model {
    /// Reads an entry, written when the tenant had set this.
    pub fn read(&mut self, entry: &Entry, sets: &[Set], now: usize) {
        let before = self.opened.clone();
        self.remember(entry);
        let case = self.opened.clone().expect("an opening");
        // Whatever the entry does, it was with somebody before.
        let facts = &self.facts.0;
        let credit = facts[facts.len().saturating_sub(2)].credit.clone();
        let at = entry.at;
        for told in self.told.values_mut() {
            let reached: Vec<_> = told
                .ahead
                .iter()
                .filter(|(_, due)| **due <= at)
                .map(|(p, due)| (*p, *due))
                .collect();
            for (percent, due) in reached {
                told.ahead.remove(&percent);
                told.passed.insert(percent, (due, credit.clone(), false));
            }
        }
        if let Some(passed) = entry.passed() {
            let told = self
                .told
                .get_mut(&(passed.metric, passed.instance))
                .expect("a clock");
            told.passed
                .get_mut(&passed.percent)
                .expect("a mark that was reached")
                .2 = true;
        }
        // A ticket that was closed before keeps what it has, however it is tagged.
        let facts = &self.facts.0;
        let is_over = facts.len() > 1 && facts[facts.len() - 2].status == Status::Closed;
        if !is_over && before.is_none_or(|before| case_of(&before) != case_of(&case)) {
            self.given = matched(&sets[now], now, &case);
        }
        let terms = self
            .given
            .as_ref()
            .map(|given| terms(sets, given).expect("a version there was"));
        for shape in self.facts.shapes() {
            let told = self.told.entry((shape.metric, shape.instance)).or_default();
            if shape.end.is_some() {
                told.ahead.clear();
                told.reckoned_for = None;
                // Reopened and met in one breath: it was never due.
                if told
                    .ended_with
                    .replace(shape.pauses.clone())
                    .is_some_and(|pauses| pauses != shape.pauses)
                {
                    told.due_at = None;
                }
                continue;
            }
            told.ended_with = None;
            let reckoned_for = Some((shape.pauses.clone(), self.given.clone(), case.priority));
            if told.reckoned_for == reckoned_for {
                continue;
            }
            told.reckoned_for = reckoned_for;
            told.given.clone_from(&self.given);
            told.priority = Some(case.priority);
            told.target = terms
                .as_ref()
                .and_then(|terms| terms.policy.targets.get(case.priority, shape.metric));
            told.ahead.clear();
            told.due_at = None;
            let Some((target, terms)) = told.target.zip(terms.as_ref()) else {
                continue;
            };
            for percent in terms.policy.warn_at_percent.iter().chain([100]) {
                let milliseconds =
                    i64::try_from(target.duration().as_millis()).expect("a year at most");
                let amount = (milliseconds * i64::from(percent)).div_euclid(100)
                    + i64::from(milliseconds * i64::from(percent) % 100 > 0);
                let hours = known(sets, self.given.as_ref());
                let due = reach(hours, shape.start, &shape.pauses, amount);
                if percent == 100 {
                    told.due_at = due;
                }
                match due.filter(|_| !told.passed.contains_key(&percent)) {
                    Some(due) if due <= at => {
                        told.passed.insert(percent, (due, credit.clone(), false));
                    }
                    Some(due) => {
                        told.ahead.insert(percent, due);
                    }
                    None => {}
                }
            }
        }
    }

    fn remember(&mut self, entry: &Entry) {
        let last = self.facts.0.last();
        let mut status = last.map_or(Status::Open, |last| last.status);
        let mut is_solved = last.is_some_and(|last| last.is_solved);
        let mut assigned_to = last.and_then(|last| last.credit.assigned_to.clone());
        if let Content::Opened(opened) = &entry.content {
            self.opened = Some(opened.clone());
        }
        let opened = self.opened.as_mut().expect("an opening");
        for change in &entry.changes {
            match change.clone() {
                Change::Title { .. } => {}
                Change::Category { to, .. } => opened.category = to,
                Change::Priority { to, .. } => opened.priority = to,
                Change::Tags { to, .. } => opened.tags = to,
                Change::AssignedTo { to, .. } => assigned_to = to,
                Change::Status { to, .. } => status = to,
                Change::Resolution { to, .. } => is_solved = to.is_some(),
            }
        }
        let voice = if let Content::Said { voice, .. } = &entry.content {
            Some(*voice)
        } else {
            None
        };
        let credit = Credit {
            priority: opened.priority,
            category: opened.category,
            assigned_to,
        };
        self.facts.0.push(Fact {
            at: entry.at,
            voice,
            status,
            is_solved,
            credit,
        });
    }

    /// The clocks there have ever been.
    pub fn shapes(&self) -> Vec<Shape> {
        self.facts.shapes()
    }

    /// What is known of a clock.
    pub fn told(&self, shape: &Shape) -> &Told {
        &self.told[&(shape.metric, shape.instance)]
    }

    /// Whom the entry that ended a clock credits.
    pub fn credit(&self, entry: usize) -> &Credit {
        &self.facts.0[entry].credit
    }
}

impl Told {
    /// Every mark there is.
    pub fn marks(&self) -> Vec<(u8, Timestamp, Progress)> {
        let ahead = self
            .ahead
            .iter()
            .map(|(percent, at)| (*percent, *at, Progress::Ahead));
        let passed = self.passed.iter().map(|(percent, (at, _, is_published))| {
            let progress = if *is_published {
                Progress::Published
            } else {
                Progress::Passed
            };
            (*percent, *at, progress)
        });
        let mut marks: Vec<_> = ahead.chain(passed).collect();
        marks.sort_unstable();
        marks
    }
}

fn case_of(opened: &Opened) -> (Priority, domain::Category, &Tags) {
    (opened.priority, opened.category, &opened.tags)
}
