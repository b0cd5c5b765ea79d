//! The clocks are those of the second model, after every entry.

use std::collections::BTreeMap;

use domain::{Change, Clock, Due, Entry, Mark, Metric, SlaStatus, Stamp, Ticket};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::acts::any_life;
use super::config;
use super::levels::{self, Breaches};
use super::life::{self, Step, Sweep};
use super::model::Model;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_clocks_are_those_that_a_look_at_every_minute_finds(life in any_life(Breaches::Anything)) {
        let mut model = Model::default();
        for Step { entry, after, set, .. } in life.live(Sweep::Sometimes).steps {
            model.read(&entry, &life.sets, set);
            let shapes = model.shapes();
            for metric in Metric::ALL {
                let latest = shapes.iter().rfind(|shape| shape.metric == *metric).map(|shape| shape.instance);
                prop_assert_eq!(after.clocks.latest(*metric).map(|clock| clock.instance), latest);
            }
            for clock in &after.clocks.all {
                let shape = shapes.iter().find(|shape| (shape.metric, shape.instance) == (clock.metric, clock.instance));
                let shape = shape.expect("a clock of the model's");
                let told = model.told(shape);
                prop_assert_eq!((clock.state(), clock.started_at, &clock.pauses), (shape.state(), shape.start, &shape.pauses));
                let end = clock.end.as_ref().map(|end| (end.at, end.ending));
                prop_assert_eq!(end, shape.end.map(|(at, ending, _)| (at, ending)));
                if let Some(end) = &clock.end {
                    prop_assert_eq!(end.elapsed, shape.elapsed(entry.at, &life.sets, told.given.as_ref()));
                }
                let marks: Vec<_> = clock.marks.iter().map(|mark| (mark.percent, mark.at, mark.progress)).collect();
                prop_assert_eq!(marks, told.marks(), "{} {} #{}", clock.metric, clock.instance, entry.seq);
                prop_assert_eq!((clock.target, clock.due_at), (told.target, told.due_at));
                prop_assert_eq!(clock.breached_at(), told.passed.get(&Mark::TARGET).map(|passed| passed.0));
            }
            let is_missed = shapes.iter().any(|shape| model.told(shape).passed.contains_key(&Mark::TARGET));
            prop_assert_eq!(after.clocks.status() == SlaStatus::Breached, is_missed);
        }
    }

    #[test]
    fn a_pause_never_moves_a_due_time_earlier(life in any_life(Breaches::Anything)) {
        let mut last = None;
        for Step { after, .. } in life.live(Sweep::Sometimes).steps {
            let clock = after.clocks.latest(Metric::Resolution).expect("a clock");
            let terms = (after.given.clone(), after.priority);
            if clock.end.is_none() && let Some(due_at) = clock.due_at {
                if let Some((before, of)) = last && of == terms {
                    prop_assert!(before <= due_at, "{before} > {due_at}");
                }
                last = Some((due_at, terms));
            } else if last.as_ref().is_some_and(|(_, of)| *of != terms) {
                last = None;
            }
        }
    }

    #[test]
    fn another_priority_keeps_the_start_and_the_pauses(life in any_life(Breaches::Anything)) {
        for Step { entry, before, after, .. } in life.live(Sweep::Sometimes).steps {
            let is_other = entry.changes.iter().any(|change| matches!(change, Change::Priority { .. }));
            let Some(before) = before.filter(|_| is_other) else { continue };
            for clock in before.clocks.all.iter().filter(|clock| clock.end.is_none()) {
                let kept = |clock: &Clock| (clock.started_at, clock.paused_until(entry.at));
                let is = after.clocks.get(clock.metric, clock.instance);
                prop_assert_eq!(is.map(kept), Some(kept(clock)));
            }
        }
    }

    #[test]
    fn a_breach_is_never_taken_back(life in any_life(Breaches::Anything)) {
        let mut known = BTreeMap::new();
        for Step { after, .. } in life.live(Sweep::Sometimes).steps {
            for clock in &after.clocks.all {
                let is = clock.breached_at();
                let was = known.get(&(clock.metric, clock.instance)).copied();
                prop_assert!(was.is_none() || was == is, "{was:?} → {is:?}");
                known.extend(is.map(|at| ((clock.metric, clock.instance), at)));
            }
            prop_assert_eq!(after.clocks.status() == SlaStatus::Breached, !known.is_empty());
        }
    }

    #[test]
    fn the_head_is_the_fold_of_its_thread(life in any_life(Breaches::Anything)) {
        let mut thread: Vec<Entry> = Vec::new();
        for Step { entry, after, is_swept, .. } in life.live(Sweep::Sometimes).steps {
            thread.push(entry.clone());
            let fold = Ticket::fold(life::tenant(), life::id(), &thread);
            prop_assert_eq!(fold.as_ref(), Ok(&after));
            if after.deleted_at.is_some() {
                let terms = after.given.as_ref().and_then(|given| levels::terms(&life.sets, given));
                let rules = life.sets[0].configuration.rules(terms.as_ref());
                for days in [0, 29, 31, 400] {
                    let now = entry.at + SignedDuration::from_hours(24 * days);
                    let expected = if days < 30 { Due::Nothing } else { Due::Purge };
                    prop_assert_eq!(after.due(Stamp { id: entry.id, now }, rules), expected);
                }
            } else if is_swept {
                prop_assert!(after.deadline().is_none_or(|at| at > entry.at));
            }
        }
    }
}
