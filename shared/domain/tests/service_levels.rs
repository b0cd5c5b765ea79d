//! Random lives of tickets under random service levels, held against a second model of the clocks that looks at every
//! minute.
//!
//! A life is an opening, up to 40 acts of everybody, and a tenant that changes its policies and calendars meanwhile. All
//! happens at whole minutes, in calendars of zones whose clocks change; the sweep comes by when it likes.

#[path = "service_levels/acts.rs"]
mod acts;
#[path = "service_levels/clocks.rs"]
mod clocks;
#[path = "service_levels/endings.rs"]
mod endings;
#[path = "service_levels/explained.rs"]
mod explained;
#[path = "service_levels/levels.rs"]
mod levels;
#[path = "service_levels/life.rs"]
mod life;
#[path = "service_levels/matching.rs"]
mod matching;
#[path = "service_levels/minutes.rs"]
mod minutes;
#[path = "service_levels/model.rs"]
mod model;
#[path = "service_levels/outcomes.rs"]
mod outcomes;
#[path = "service_levels/shapes.rs"]
mod shapes;
#[path = "service_levels/sweep.rs"]
mod sweep;

use std::collections::BTreeMap;

use domain::{ClockState, Ending, Metric, Turn};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Half the usual number of cases, because a life is up to 40 of them and each of its minutes is looked at;
/// `PROPTEST_CASES` scales it. A failure prints the smallest life that shows it, and writes no file.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: usual.cases.div_ceil(2),
        failure_persistence: None,
        ..usual
    }
}

/// The random lives are worth something only if they get everywhere.
#[test]
fn random_lives_turn_clocks_in_every_way() {
    let mut met: BTreeMap<String, u32> = BTreeMap::new();
    let mut runner = TestRunner::deterministic();
    for _ in 0..150 {
        let life = acts::any_life(levels::Breaches::Anything);
        let life = life.new_tree(&mut runner).expect("a life").current();
        let lived = life.live(life::Sweep::Sometimes);
        let mut explanation = domain::Explanation::new(life::tenant(), life::id());
        for step in &lived.steps {
            explanation.add(&step.entry).expect("a thread");
            let was = step.before.as_ref();
            if was.is_some_and(|was| was.given != step.after.given) {
                *met.entry("given others".into()).or_default() += 1;
            }
            let on_time = |clock: &domain::Clock| {
                let ended = clock
                    .end
                    .as_ref()
                    .is_some_and(|end| end.ending == Ending::Met && Some(end.at) == clock.due_at);
                ended && clock.state() == ClockState::Met
            };
            if step.after.clocks.all.iter().any(on_time) {
                *met.entry("met when due".into()).or_default() += 1;
            }
        }
        for explained in explanation.clocks(lived.now, &[]) {
            for moment in explained.timeline {
                *met.entry(format!("{} {}", explained.clock.metric, moment.turn))
                    .or_default() += 1;
            }
        }
    }
    let paused = [Turn::Paused, Turn::Resumed];
    let turns = Metric::ALL
        .iter()
        .flat_map(|metric| Turn::ALL.iter().map(move |turn| (*metric, *turn)));
    let possible = turns.filter(|(metric, turn)| match metric {
        Metric::FirstResponse => *turn != Turn::Paused,
        Metric::NextResponse => !paused.contains(turn),
        Metric::Resolution => true,
    });
    let expected = possible.map(|(metric, turn)| format!("{metric} {turn}"));
    for what in expected.chain(["given others".into(), "met when due".into()]) {
        assert!(
            met.get(&what).is_some_and(|times| *times >= 3),
            "{what}: {met:#?}"
        );
    }
}
