//! What holds for every thread.

use domain::{
    ClockState, Configuration, Entry, Explained, Explanation, Metric, ServiceLevels, Settings,
    Ticket, simulate,
};
use jiff::{SignedDuration, Timestamp};

use super::people::{id, tenant};
use super::story::Story;

impl Story {
    /// The head is the fold; it is explained as it is, and the sums are right; simulated, it comes out the same.
    #[track_caller]
    pub fn holds(&self) {
        let head = self.ticket();
        let fold = Ticket::fold(tenant(), id(), &self.thread);
        assert_eq!(
            fold.as_ref(),
            Ok(head),
            "the head is the fold of its thread"
        );

        let explanation = explanation(&self.thread);
        assert_eq!(
            explanation.ticket(),
            Some(head),
            "what is explained is the head"
        );
        let explained = explanation.clocks(head.updated_at, &self.terms);
        explained.iter().for_each(assert_sums);
        for clock in head.clocks.promised() {
            let is_it = |explained: &&Explained| {
                (explained.clock.metric, explained.clock.instance) == (clock.metric, clock.instance)
            };
            let explained = explained
                .iter()
                .find(is_it)
                .map(|explained| &explained.clock);
            assert_eq!(explained, Some(clock), "a clock is explained as it is");
        }
        if let Some(levels) = self.only_policy_again() {
            let configuration = Configuration {
                settings: Settings::default(),
                levels,
            };
            let until = head.updated_at;
            let again = simulate(tenant(), id(), &self.thread, &configuration, until);
            let again = again.expect("a thread");
            let terms = again.given().into_iter();
            let terms: Vec<_> = terms
                .filter_map(|given| configuration.levels.terms_given(&given))
                .collect();
            let again = again.clocks(until, &terms);
            assert_eq!(
                outcomes(&again),
                outcomes(&explained),
                "simulated as it was"
            );
        }
    }

    /// The one policy that the ticket has ever been given, alone, if it was one; with the calendar of then.
    fn only_policy_again(&self) -> Option<ServiceLevels> {
        let [terms] = self.terms.as_slice() else {
            return None;
        };
        let policy = terms.policy.as_ref().clone();
        Some(self.first_levels.clone().with_only(policy))
    }
}

pub fn explanation(thread: &[Entry]) -> Explanation {
    let mut explanation = Explanation::new(tenant(), id());
    for entry in thread {
        explanation.add(entry).expect("a thread");
    }
    explanation
}

#[track_caller]
pub fn assert_sums(explained: &Explained) {
    let intervals = explained.intervals.iter();
    let sum: SignedDuration = intervals
        .map(|interval| interval.from.duration_until(interval.to))
        .sum();
    assert_eq!(sum, explained.elapsed, "what has counted, piece by piece");
    let parts = [
        Some(explained.elapsed),
        explained.remaining,
        explained.over_by.map(|over| -over),
    ];
    if let Some(target) = explained.clock.target {
        let sum: SignedDuration = parts.into_iter().flatten().sum();
        assert_eq!(sum, target.duration(), "elapsed + remaining − over");
    }
}

type Outcome = (
    Metric,
    u32,
    ClockState,
    Option<Timestamp>,
    Option<Timestamp>,
);

fn outcomes(clocks: &[Explained]) -> Vec<Outcome> {
    let outcome = |Explained { clock, .. }: &Explained| {
        (
            clock.metric,
            clock.instance,
            clock.state(),
            clock.due_at,
            clock.breached_at(),
        )
    };
    clocks.iter().map(outcome).collect()
}
