//! Summer time comes and goes. It comes on a Sunday at 02:00, and goes on one, when an hour is shown twice.

use super::promise::{Promise, promise};
use super::story::{Story, story};
use super::{ALWAYS, MADRID, NEW_YORK};

const NIGHT: &str = "sat 22:00-24:00, sun 00:00-06:00";

fn promised(zone: &str, days: &str, target: &str) -> Story {
    let targets = format!("medium firstResponse {target}");
    story(zone)
        .office(days, &[])
        .policy("pol_a", promise(&targets).in_hours())
}

#[test]
fn a_skipped_hour_does_not_count_in_madrid() {
    // Sat 23:00–24:00 is 1 h, Sun 00:00–02:00 is 2 h, and 03:00, which follows, to 04:00 is the fourth.
    promised(MADRID, NIGHT, "PT4H")
        .opens("Sat 03-28 23:00")
        .is(&[
            "ok, next due Sun 03-29 04:00",
            "firstResponse PT4H: running, due Sun 03-29 04:00",
        ]);
}

#[test]
fn a_repeated_hour_counts_twice_in_madrid() {
    // Sat 23:00–24:00 is 1 h, Sun 00:00–03:00 summer time is 3 h, 02:00–03:00 winter time the fifth.
    promised(MADRID, NIGHT, "PT5H")
        .opens("Sat 10-24 23:00")
        .is(&[
            "ok, next due Sun 10-25 03:00",
            "firstResponse PT5H: running, due Sun 10-25 03:00",
        ]);
}

#[test]
fn what_is_due_in_a_repeated_hour_is_due_in_one_of_the_two() {
    // Sat 23:00 + 3 h 30 is 02:30 summer time; another hour later it is 02:30 again.
    promised(MADRID, NIGHT, "PT3H30M")
        .opens("Sat 10-24 23:00")
        .is(&[
            "ok, next due Sun 10-25 02:30+02:00",
            "firstResponse PT3H30M: running, due Sun 10-25 02:30+02:00",
        ]);
    promised(MADRID, NIGHT, "PT4H30M")
        .opens("Sat 10-24 23:00")
        .is(&[
            "ok, next due Sun 10-25 02:30+01:00",
            "firstResponse PT4H30M: running, due Sun 10-25 02:30+01:00",
        ]);
}

#[test]
fn a_skipped_hour_does_not_count_in_new_york() {
    // Sat 23:00–24:00 is 1 h, Sun 00:00–02:00 is 2 h, 03:00–04:00 the fourth.
    promised(NEW_YORK, NIGHT, "PT4H")
        .opens("Sat 03-07 23:00")
        .is(&[
            "ok, next due Sun 03-08 04:00",
            "firstResponse PT4H: running, due Sun 03-08 04:00",
        ]);
}

#[test]
fn a_repeated_hour_counts_twice_in_new_york() {
    // Sat 23:00–24:00 is 1 h, Sun 00:00–02:00 summer time is 2 h, 01:00–02:00 winter time the fourth.
    promised(NEW_YORK, NIGHT, "PT4H")
        .opens("Sat 10-31 23:00")
        .is(&[
            "ok, next due Sun 11-01 02:00",
            "firstResponse PT4H: running, due Sun 11-01 02:00",
        ]);
}

#[test]
fn a_day_of_24_hours_is_no_day_of_the_wall_clock_s_when_it_changes() {
    // Sat 20:00 + 24 h: an hour later by the wall clock in spring, an hour earlier in autumn.
    for (opened, due) in [
        ("Sat 03-28 20:00", "Sun 03-29 21:00"),
        ("Sat 10-24 20:00", "Sun 10-25 19:00"),
    ] {
        let lines = [
            format!("ok, next due {due}"),
            format!("firstResponse P1D: running, due {due}"),
        ];
        let lines = lines.each_ref().map(String::as_str);
        promised(MADRID, ALWAYS, "P1D").opens(opened).is(&lines);
        let targets = "medium firstResponse P1D";
        story(MADRID)
            .policy("pol_a", promise(targets))
            .opens(opened)
            .is(&lines);
    }
}

#[test]
fn the_office_opens_at_nine_before_and_after_the_change() {
    // Fri 17:00–18:00 is 1 h, Mon 09:00–12:00 is 3 h: the hour that was skipped on Sunday was none of the office's.
    promised(MADRID, super::HALVES, "PT4H")
        .opens("Fri 03-27 17:00")
        .is(&[
            "ok, next due Mon 03-30 12:00",
            "firstResponse PT4H: running, due Mon 03-30 12:00",
        ]);
}
