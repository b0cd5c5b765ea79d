//! What the sweep publishes, however often it comes by; and a simulation, which is never late.

use std::collections::BTreeSet;

use domain::{Change, Entry, Explained, Explanation, Period, Progress, Reckoned, Status, simulate};
use proptest::prelude::*;

use super::acts::any_life;
use super::config;
use super::levels::{self, Breaches, Set, any_policy};
use super::life::{self, Life, Lived, Step, Sweep};

/// Which mark of which clock was passed when.
fn facts(lived: &Lived) -> Vec<(domain::Metric, u32, u8, jiff::Timestamp)> {
    let passed = lived.thread().filter_map(|entry| entry.passed());
    passed
        .map(|passed| (passed.metric, passed.instance, passed.percent, passed.at))
        .collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_late_sweep_publishes_what_a_punctual_one_does(mut life in any_life(Breaches::Assignment)) {
        // Whether a resolved ticket can still be reopened depends on the sweep.
        for set in &mut life.sets {
            set.configuration.settings.auto_close_after = Period::MAX;
        }
        let (late, punctual) = (life.live(Sweep::Sometimes), life.live(Sweep::Always));
        // What is deleted publishes nothing more.
        prop_assume!(late.ticket().deleted_at.is_none());
        let (late, punctual) = (facts(&late), facts(&punctual));
        prop_assert_eq!(&late.iter().collect::<BTreeSet<_>>(), &punctual.iter().collect::<BTreeSet<_>>());
        prop_assert_eq!(late.len(), punctual.len());
    }

    #[test]
    fn each_mark_is_published_once_and_never_early(life in any_life(Breaches::Anything), always in any::<bool>()) {
        let lived = life.live(if always { Sweep::Always } else { Sweep::Sometimes });
        let mut told = BTreeSet::new();
        for (metric, instance, percent, _) in facts(&lived) {
            prop_assert!(told.insert((metric, instance, percent)), "{metric} {instance} {percent}");
        }
        for Step { entry, before, after, .. } in &lived.steps {
            prop_assert!(entry.passed().is_none_or(|passed| passed.at <= entry.at));
            let Some(closed) = before.as_ref().filter(|before| before.status == Status::Closed) else {
                continue;
            };
            // By agents, in its tags alone; its terms and its clocks stay, but for what is published of them.
            let is_tagged = |change: &Change| matches!(change, Change::Tags { .. });
            prop_assert!(entry.changes.iter().all(is_tagged), "a closed ticket is changed");
            prop_assert!(entry.passed().is_none() || entry.changes.is_empty(), "a closed ticket is tagged by itself");
            prop_assert_eq!(&closed.given, &after.given);
            prop_assert!(entry.reckoned.is_empty());
            prop_assert!(entry.passed().is_some() || closed.clocks == after.clocks);
            prop_assert_eq!(after.closes_at, None);
        }
        let passed = |ticket: &domain::Ticket| ticket.clocks.all.iter().any(|clock| clock.marks.iter().any(|mark| mark.progress == Progress::Passed));
        prop_assert!(lived.ticket().deleted_at.is_some() || !passed(lived.ticket()), "something is still owed");
    }

    #[test]
    fn what_a_deleted_ticket_passes_waits_until_it_is_restored(life in any_life(Breaches::Anything)) {
        for step in life.live(Sweep::Always).steps {
            let is_deleted = step.before.is_some_and(|before| before.deleted_at.is_some());
            prop_assert!(!is_deleted || step.entry.passed().is_none());
        }
    }

    #[test]
    fn a_simulation_is_the_life_it_would_have_been(life in any_life(Breaches::Nothing), policy in any_policy(Breaches::Nothing)) {
        let tried: Set = life.sets[0].with_only(policy);
        let lived = Life { sets: vec![tried.clone()], ..life.clone() }.live(Sweep::Always);
        prop_assume!(lived.ticket().deleted_at.is_none());
        let mut real = Explanation::new(life::tenant(), life::id());
        lived.thread().try_for_each(|entry| real.add(entry)).expect("a thread");

        // What the thread was reckoned with when it was written makes no difference.
        let bare = |entry: &Entry| Entry { reckoned: Reckoned::default(), ..entry.clone() };
        let bare = lived.thread().map(bare).collect::<Vec<_>>();
        for thread in [lived.thread().cloned().collect(), bare] {
            let thread: Vec<Entry> = thread;
            let simulated = simulate(life::tenant(), life::id(), &thread, &tried.configuration, lived.now);
            let simulated = simulated.expect("a thread");
            let shown = |explanation: &Explanation| {
                let sets = [tried.clone()];
                let terms: Vec<_> = explanation.given().iter().filter_map(|given| levels::terms(&sets, given)).collect();
                explanation.clocks(lived.now, &terms).iter().map(essence).collect::<Vec<_>>()
            };
            prop_assert_eq!(shown(&simulated), shown(&real));
        }
    }
}

/// All but which entry says what when.
fn essence(explained: &Explained) -> String {
    let clock = &explained.clock;
    let turns: Vec<_> = explained
        .timeline
        .iter()
        .map(|moment| {
            (
                moment.at,
                moment.turn,
                moment.percent,
                moment.target,
                moment.due_at,
            )
        })
        .collect();
    format!(
        "{clock:?} {:?} {:?} {:?} {turns:?}",
        explained.intervals, explained.remaining, explained.over_by
    )
}
