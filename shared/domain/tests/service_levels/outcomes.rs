//! What a life adds to the reports, against a recount at its end.

use std::collections::BTreeMap;

use domain::{Bucket, Count, Credit, Ending, Mark, Metric, outcomes};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::acts::any_life;
use super::config;
use super::levels::Breaches;
use super::life::Sweep;
use super::model::Model;

type Tally = BTreeMap<(Date, Credit, Metric, Count), i64>;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_life_adds_to_the_reports_what_a_recount_at_its_end_finds(life in any_life(Breaches::Anything)) {
        let lived = life.live(Sweep::Sometimes);
        let mut model = Model::default();
        let mut added = Tally::new();
        for step in &lived.steps {
            model.read(&step.entry, &life.sets, step.set);
            for outcome in outcomes(step.before.as_ref(), &step.after) {
                *added.entry((outcome.day, outcome.credit, outcome.metric, outcome.count)).or_default() += i64::from(outcome.by);
            }
        }
        added.retain(|_, count| *count != 0);

        let mut recounted = Tally::new();
        for shape in model.shapes() {
            let told = model.told(&shape);
            let mut note = |at, credit: &Credit, count| *recounted.entry((day(at), credit.clone(), shape.metric, count)).or_default() += 1;
            let missed = told.passed.get(&Mark::TARGET);
            if let Some((at, credit, _)) = missed {
                note(*at, credit, Count::Missed);
            }
            if let Some((at, Ending::Met, entry)) = shape.end {
                let credit = model.credit(entry);
                if told.target.is_some() && missed.is_none() {
                    note(at, credit, Count::Achieved);
                }
                let stood_still = shape.pauses.iter().map(|pause| pause.to.unwrap_or(at).duration_since(pause.from));
                let ran = at.duration_since(shape.start) - stood_still.sum();
                note(at, credit, Count::Calendar(Bucket::of(ran)));
                let counted = shape.elapsed(at, &life.sets, told.given.as_ref());
                note(at, credit, Count::Business(Bucket::of(counted)));
            }
        }
        prop_assert_eq!(added, recounted);
    }
}

fn day(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}
