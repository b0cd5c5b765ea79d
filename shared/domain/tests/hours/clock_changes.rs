//! Exact examples: days, nights, and what the clock does to them. 2026-07-06 is a Monday, the clocks change on Sundays.

use super::{ALWAYS, HALVES, counts, ends, lasts, minutes, working};

#[test]
fn a_lunch_break_does_not_count() {
    let hours = working("Europe/Madrid", HALVES, vec![]);
    let (from, to) = ("2026-07-06 10:00+02", "2026-07-06 15:30+02");
    lasts(&hours, from, to, 3 * 60 + 90); // 10–13, 14–15:30
    let halves = [
        ["2026-07-06 10:00+02", "2026-07-06 13:00+02"],
        ["2026-07-06 14:00+02", "2026-07-06 15:30+02"],
    ];
    counts(&hours, from, to, &[], &halves);
    ends(&hours, from, minutes(181), Some("2026-07-06 14:01+02"));
    lasts(&hours, from, "2026-07-13 10:00+02", 5 * 8 * 60); // a week
}

#[test]
fn a_night_shift_split_at_midnight_is_one_interval() {
    let hours = working("Europe/Madrid", "mon 22:00-24:00, tue 00:00-06:00", vec![]);
    let night = ["2026-07-06 22:00+02", "2026-07-07 06:00+02"];
    counts(
        &hours,
        "2026-07-05 00:00+02",
        "2026-07-13 00:00+02",
        &[],
        &[night],
    );
    lasts(&hours, "2026-07-05 00:00+02", "2026-07-13 00:00+02", 8 * 60); // 2 + 6
    ends(
        &hours,
        "2026-07-06 12:00+02",
        minutes(120),
        Some("2026-07-07 00:00+02"),
    );
}

#[test]
fn an_hour_that_the_clock_skips_does_not_count() {
    let night = working("Europe/Madrid", "sun 00:00-06:00", vec![]);
    lasts(&night, "2026-03-29 00:00+01", "2026-03-29 06:00+02", 5 * 60); // 6, without 02–03
    let night = working("America/New_York", "sun 00:00-06:00", vec![]);
    lasts(&night, "2026-03-08 00:00-05", "2026-03-08 06:00-04", 5 * 60); // 6, without 02–03

    // What begins in the gap begins when it is over; what lies in it does not happen: 02:30–06:00 are 3 hours.
    let hours = working("Europe/Madrid", "sun 02:15-02:25 02:30-06:00", vec![]);
    let morning = ["2026-03-29 03:00+02", "2026-03-29 06:00+02"];
    counts(
        &hours,
        "2026-03-28 00:00+01",
        "2026-03-30 00:00+02",
        &[],
        &[morning],
    );
    ends(
        &hours,
        "2026-03-28 12:00+01",
        minutes(60),
        Some("2026-03-29 04:00+02"),
    );
}

#[test]
fn an_hour_that_the_clock_shows_twice_counts_twice() {
    let night = working("Europe/Madrid", "sun 00:00-06:00", vec![]);
    lasts(&night, "2026-10-25 00:00+02", "2026-10-25 06:00+01", 7 * 60); // 6, and 02–03 again
    let night = working("America/New_York", "sun 00:00-06:00", vec![]);
    lasts(&night, "2026-11-01 00:00-04", "2026-11-01 06:00-05", 7 * 60); // 6, and 01–02 again

    // 01:30–02:00 before the clock goes back, 01:30–06:00 after: 30 + 270.
    let hours = working("America/New_York", "sun 01:30-06:00", vec![]);
    let passes = [
        ["2026-11-01 01:30-04", "2026-11-01 01:00-05"],
        ["2026-11-01 01:30-05", "2026-11-01 06:00-05"],
    ];
    let (from, to) = ("2026-10-31 00:00-04", "2026-11-02 00:00-05");
    counts(&hours, from, to, &[], &passes);
    lasts(&hours, from, to, 30 + 270);
    ends(&hours, from, minutes(31), Some("2026-11-01 01:31-05"));

    // 01:30–02:30 of Madrid, where 03:00 becomes 02:00: 60 + 30.
    let hours = working("Europe/Madrid", "sun 01:30-02:30", vec![]);
    let passes = [
        ["2026-10-25 01:30+02", "2026-10-25 02:30+02"],
        ["2026-10-25 02:00+01", "2026-10-25 02:30+01"],
    ];
    counts(
        &hours,
        "2026-10-25 00:00+02",
        "2026-10-25 06:00+01",
        &[],
        &passes,
    );
}

#[test]
fn a_zone_without_changes_has_days_of_24_hours() {
    let night = working("America/Bogota", "sun 00:00-06:00", vec![]);
    for day in ["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"] {
        lasts(
            &night,
            &format!("{day} 00:00-05"),
            &format!("{day} 06:00-05"),
            6 * 60,
        );
    }
}

#[test]
fn a_day_without_a_midnight_begins_at_one_and_a_skipped_day_does_not_come() {
    // Cairo goes from 2026-04-23 24:00 to 01:00 of Friday, and back at 2026-10-29 24:00: Thursday has 23:00 twice.
    let hours = working("Africa/Cairo", "thu 23:30-24:00, fri 00:00-02:00", vec![]);
    let spring = ["2026-04-23 23:30+02", "2026-04-24 02:00+03"]; // 30 + 60
    counts(
        &hours,
        "2026-04-20 00:00+02",
        "2026-04-26 00:00+03",
        &[],
        &[spring],
    );
    let autumn = [
        ["2026-10-29 23:30+03", "2026-10-29 23:00+02"], // 30
        ["2026-10-29 23:30+02", "2026-10-30 02:00+02"], // 30 + 120
    ];
    counts(
        &hours,
        "2026-10-26 00:00+03",
        "2026-11-01 00:00+02",
        &[],
        &autumn,
    );
    // Samoa went from Thursday, 2011-12-29 24:00, to Saturday.
    let fridays = working("Pacific/Apia", "fri 00:00-24:00", vec![]);
    lasts(&fridays, "2011-12-26 00:00-10", "2012-01-02 00:00+14", 0);
    let all = working("Pacific/Apia", ALWAYS, vec![]);
    lasts(
        &all,
        "2011-12-29 00:00-10",
        "2012-01-01 00:00+14",
        2 * 24 * 60,
    ); // Thu, Sat
}
