//! Random working hours, held against a count of every minute.

use domain::{counted, reached};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::Index;

use super::case::any_case;

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_intervals_are_those_of_a_count_of_every_minute(case in any_case()) {
        let expected = case.brute_force();
        let given: Vec<_> = counted(Some(&case.hours), case.from, case.to, &case.pauses).collect();
        prop_assert_eq!(&given, &expected);
        let sum: SignedDuration = expected.iter().map(|interval| interval.from.duration_until(interval.to)).sum();
        prop_assert_eq!(case.elapsed(case.from, case.to), sum);
    }

    #[test]
    fn intervals_ascend_without_touching(case in any_case()) {
        let given: Vec<_> = counted(Some(&case.hours), case.from, case.to, &case.pauses).collect();
        prop_assert!(given.iter().all(|interval| interval.from < interval.to));
        prop_assert!(given.windows(2).all(|pair| pair[0].to < pair[1].from));
        prop_assert!(given.iter().all(|interval| case.from <= interval.from && interval.to <= case.to));
    }

    #[test]
    fn what_is_reached_has_just_elapsed(case in any_case(), part in 1_i64..=1_000) {
        let total = case.elapsed(case.from, case.to);
        // Any part of it, to the nanosecond, and all of it.
        let nanos = i64::try_from(total.as_nanos()).expect("20 days");
        for amount in [nanos, nanos / 1_000 * part, nanos / part] {
            let amount = SignedDuration::from_nanos(amount);
            prop_assume!(amount.is_positive());
            let end = reached(Some(&case.hours), case.from, &case.pauses, amount);
            let end = end.expect("as much has elapsed");
            prop_assert!(end <= case.to);
            prop_assert_eq!(case.elapsed(case.from, end), amount);
            let earlier = end - SignedDuration::from_nanos(1);
            prop_assert!(case.elapsed(case.from, earlier) < amount);
        }
    }

    #[test]
    fn more_than_an_open_pause_leaves_is_never_reached(case in any_case()) {
        let open = case.pauses.last().filter(|pause| pause.to.is_none());
        prop_assume!(open.is_some());
        let total = case.elapsed(case.from, Timestamp::MAX);
        let more = total + SignedDuration::from_nanos(1);
        prop_assert_eq!(reached(Some(&case.hours), case.from, &case.pauses, more), None);
    }

    #[test]
    fn two_times_in_a_row_elapse_as_one(case in any_case(), between in any::<Index>()) {
        let length = case.from.duration_until(case.to).as_millis();
        let length = usize::try_from(length).expect("ascending");
        let between = i64::try_from(between.index(length + 1)).expect("20 days");
        let between = case.from + SignedDuration::from_millis(between);
        prop_assert_eq!(
            case.elapsed(case.from, between) + case.elapsed(between, case.to),
            case.elapsed(case.from, case.to)
        );
    }
}
