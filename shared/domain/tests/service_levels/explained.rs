//! What an explanation says adds up, and is what the second model counts.

use domain::{ClockState, Explanation, Turn};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::acts::any_life;
use super::config;
use super::levels::{self, Breaches};
use super::life::{self, Sweep};
use super::model::Model;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_explanation_adds_up(life in any_life(Breaches::Anything), later in 0..10_000_i64) {
        let lived = life.live(Sweep::Sometimes);
        let now = lived.now + SignedDuration::from_mins(later);
        let mut explanation = Explanation::new(life::tenant(), life::id());
        let mut model = Model::default();
        for step in &lived.steps {
            explanation.add(&step.entry).expect("a thread");
            model.read(&step.entry, &life.sets, step.set);
        }
        let terms: Vec<_> = explanation.given().iter().filter_map(|given| levels::terms(&life.sets, given)).collect();
        let clocks = explanation.clocks(now, &terms);
        let shapes = model.shapes();
        let with_target = shapes.iter().filter(|shape| model.told(shape).target.is_some());
        for shape in with_target {
            let is_it = |explained: &&domain::Explained| (explained.clock.metric, explained.clock.instance) == (shape.metric, shape.instance);
            prop_assert!(clocks.iter().any(|clock| is_it(&clock)), "{shape:?}");
        }
        for explained in &clocks {
            let is_it = |shape: &&super::shapes::Shape| (shape.metric, shape.instance) == (explained.clock.metric, explained.clock.instance);
            let shape = shapes.iter().find(is_it).expect("a clock of the model's");
            let told = model.told(shape);
            let counted = shape.elapsed(now, &life.sets, told.given.as_ref());
            prop_assert_eq!(explained.elapsed, counted);
            if let Some(end) = &explained.clock.end {
                prop_assert_eq!(explained.elapsed, end.elapsed, "{} {}", shape.metric, shape.instance);
            }
            let lengths = explained.intervals.iter().map(|piece| piece.to.duration_since(piece.from));
            prop_assert_eq!(lengths.sum::<SignedDuration>(), explained.elapsed);
            prop_assert!(explained.intervals.iter().all(|piece| piece.from < piece.to));
            prop_assert!(explained.intervals.windows(2).all(|pair| pair[0].to < pair[1].from));

            let sum = explained.remaining.zip(explained.over_by).map(|(left, over)| explained.elapsed + left - over);
            prop_assert_eq!(sum, explained.clock.target.map(domain::Period::duration));
            if let (Some(target), Some(terms)) = (explained.clock.target, &explained.terms) {
                let named = terms.policy.targets.get(explained.priority, shape.metric);
                prop_assert_eq!(named, Some(target), "{} of {} {}", explained.rule(), shape.metric, shape.instance);
            }

            let timeline = &explained.timeline;
            prop_assert!(timeline.is_sorted_by_key(|moment| moment.at));
            prop_assert_eq!(timeline.first().map(|moment| moment.turn), Some(Turn::Started));
            let mut state = None;
            for moment in timeline {
                let next = match (state, moment.turn) {
                    (None, Turn::Started)
                    | (Some(ClockState::Paused | ClockState::Met | ClockState::Cancelled), Turn::Resumed) => Some(ClockState::Running),
                    (Some(ClockState::Running), Turn::Paused) => Some(ClockState::Paused),
                    (Some(ClockState::Running | ClockState::Paused | ClockState::Cancelled), Turn::Met) => Some(ClockState::Met),
                    (Some(ClockState::Running | ClockState::Paused), Turn::Cancelled) => Some(ClockState::Cancelled),
                    (Some(ClockState::Running | ClockState::Paused), Turn::Retargeted) | (Some(_), Turn::Warned | Turn::Breached) => state,
                    other => { prop_assert!(false, "{other:?} in {timeline:?}"); None }
                };
                state = next;
                let entry = moment.seq.map(|seq| &lived.steps[usize::try_from(seq).expect("few") - 1].entry);
                prop_assert_eq!(moment.recorded_at, entry.map(|entry| entry.at));
                prop_assert!(moment.recorded_at.is_none_or(|recorded| moment.at <= recorded));
                let is_mark = matches!(moment.turn, Turn::Warned | Turn::Breached);
                prop_assert!(is_mark || moment.recorded_at == Some(moment.at));
                if is_mark && let Some(entry) = entry {
                    let passed = entry.passed().map(|passed| (passed.metric, passed.instance, Some(passed.percent), passed.at));
                    prop_assert_eq!(passed, Some((shape.metric, shape.instance, moment.percent, moment.at)));
                }
            }
            prop_assert_eq!(state, Some(explained.clock.state()));
            let breached = timeline.iter().find(|moment| moment.turn == Turn::Breached).map(|moment| moment.at);
            prop_assert_eq!(breached, explained.clock.breached_at());
        }
    }
}
