//! What an entry was, and the clocks as far as they follow from that alone: when each starts, stands still and ends.

use domain::{ClockState, Credit, Ending, Given, Metric, Pause, Status, Voice};
use jiff::{SignedDuration, Timestamp};

use super::levels::{Set, known};
use super::minutes::count;

/// A thread.
#[derive(Debug, Default)]
pub struct Facts(pub Vec<Fact>);

/// What an entry was, and how the ticket stood after it.
#[derive(Clone, Debug)]
pub struct Fact {
    pub at: Timestamp,
    /// Who spoke in public, if anybody did, after the opening.
    pub voice: Option<Voice>,
    pub status: Status,
    pub is_solved: bool,
    pub credit: Credit,
}

/// A clock, as far as it does not depend on terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    pub metric: Metric,
    pub instance: u32,
    pub start: Timestamp,
    pub pauses: Vec<Pause>,
    /// When and how it ended, and by which entry.
    pub end: Option<(Timestamp, Ending, usize)>,
}

impl Facts {
    /// The clocks there have ever been.
    pub fn shapes(&self) -> Vec<Shape> {
        let first = self.first_response();
        let answered = first
            .end
            .filter(|end| end.1 == Ending::Met)
            .map(|end| end.2);
        let mut shapes = vec![first];
        shapes.extend(
            answered
                .into_iter()
                .flat_map(|answer| self.next_responses(answer)),
        );
        shapes.push(self.resolution());
        shapes
    }

    /// The longest rows of entries after which the status was one of these: the first of each, and the one after it.
    fn stretches(&self, within: impl Fn(Status) -> bool) -> Vec<(usize, Option<usize>)> {
        let is = |entry: usize| within(self.0[entry].status);
        let all = 0..self.0.len();
        let begins = all
            .clone()
            .filter(|entry| is(*entry) && (*entry == 0 || !is(*entry - 1)));
        begins
            .map(|begin| {
                (
                    begin,
                    all.clone().find(|entry| *entry > begin && !is(*entry)),
                )
            })
            .collect()
    }

    fn pause(&self, (from, to): (usize, Option<usize>)) -> Pause {
        Pause {
            from: self.0[from].at,
            to: to.map(|to| self.0[to].at),
        }
    }

    fn first_response(&self) -> Shape {
        let answer = self
            .0
            .iter()
            .position(|fact| fact.voice == Some(Voice::Agent));
        let mut done = self.stretches(Status::is_done);
        if let Some(answer) = answer {
            done.retain(|(from, _)| *from < answer);
            if let Some(last) = done.last_mut() {
                last.1 = Some(last.1.unwrap_or(answer).min(answer));
            }
        }
        let cancelled = done
            .pop_if(|(_, to)| to.is_none())
            .map(|(from, _)| (from, Ending::Cancelled));
        let end = answer.map(|answer| (answer, Ending::Met)).or(cancelled);
        Shape {
            metric: Metric::FirstResponse,
            instance: 1,
            start: self.0[0].at,
            pauses: done
                .into_iter()
                .map(|stretch| self.pause(stretch))
                .collect(),
            end: end.map(|(entry, ending)| (self.0[entry].at, ending, entry)),
        }
    }

    fn next_responses(&self, answer: usize) -> Vec<Shape> {
        let mut shapes: Vec<Shape> = Vec::new();
        let mut from = answer + 1;
        let asks = |fact: &Fact| fact.voice == Some(Voice::User) && !fact.status.is_done();
        while let Some(question) = (from..self.0.len()).find(|entry| asks(&self.0[*entry])) {
            let ends = |fact: &Fact| match fact.voice {
                Some(Voice::Agent) => Some(Ending::Met),
                Some(Voice::User) | None => fact.status.is_done().then_some(Ending::Cancelled),
            };
            let later = question + 1..self.0.len();
            let end = later
                .into_iter()
                .find_map(|entry| Some((entry, ends(&self.0[entry])?)));
            from = end.map_or(self.0.len(), |(entry, _)| entry + 1);
            shapes.push(Shape {
                metric: Metric::NextResponse,
                instance: u32::try_from(shapes.len()).expect("few") + 1,
                start: self.0[question].at,
                pauses: Vec::new(),
                end: end.map(|(entry, ending)| (self.0[entry].at, ending, entry)),
            });
        }
        shapes
    }

    fn resolution(&self) -> Shape {
        let mut pauses = self.stretches(|status| status == Status::Pending || status.is_done());
        let ended = self
            .stretches(Status::is_done)
            .pop()
            .filter(|(_, to)| to.is_none())
            .map(|(from, _)| from);
        pauses.retain(|(from, _)| Some(*from) != ended);
        let end = ended.map(|entry| {
            let Fact {
                at,
                status,
                is_solved,
                ..
            } = self.0[entry];
            let is_met = status == Status::Resolved || is_solved;
            (
                at,
                if is_met {
                    Ending::Met
                } else {
                    Ending::Cancelled
                },
                entry,
            )
        });
        Shape {
            metric: Metric::Resolution,
            instance: 1,
            start: self.0[0].at,
            pauses: pauses
                .into_iter()
                .map(|stretch| self.pause(stretch))
                .collect(),
            end,
        }
    }
}

impl Shape {
    pub fn state(&self) -> ClockState {
        match self.end {
            Some((_, Ending::Met, _)) => ClockState::Met,
            Some((_, Ending::Cancelled, _)) => ClockState::Cancelled,
            None if self.pauses.last().is_some_and(|last| last.to.is_none()) => ClockState::Paused,
            None => ClockState::Running,
        }
    }

    /// How much has counted by then, or until it ended.
    pub fn elapsed(&self, now: Timestamp, sets: &[Set], given: Option<&Given>) -> SignedDuration {
        let to = self.end.map_or(now, |end| end.0);
        count(known(sets, given), self.start, to, &self.pauses)
    }
}
