//! Exact examples: holidays, weekends, pauses, and what is reached when. 2026-07-06 and 2026-12-21 are Mondays.

use domain::{Interval, Pause, counted, elapsed, reached};
use jiff::SignedDuration;

use super::{ALWAYS, HALVES, at, counts, ends, lasts, minutes, once, pause, working, yearly};

#[test]
fn holidays_do_not_count() {
    let (monday, week_later) = ("2026-12-21 00:00+01", "2026-12-28 00:00+01");
    for (holidays, days) in [
        (vec![], 5),
        (vec![once("2026-12-25", "2026-12-25")], 4), // Friday
        (vec![once("2025-12-25", "2025-12-25")], 5), // another year's
        (vec![once("2026-12-23", "2026-12-26")], 2), // Monday, Tuesday
        (vec![yearly("2020-12-25", "2020-12-25")], 4), // Friday
        (vec![yearly("2030-12-24", "2030-12-25")], 3), // Monday to Wednesday
        (vec![yearly("2020-12-24", "2021-01-02")], 3), // Monday to Wednesday
        (
            vec![
                once("2026-12-25", "2026-12-25"),
                yearly("2020-12-24", "2020-12-26"),
            ],
            3,
        ),
    ] {
        let hours = working("Europe/Madrid", HALVES, holidays);
        lasts(&hours, monday, week_later, days * 8 * 60);
    }
    // Over New Year: Wednesday, 23, and Monday, 4.
    let hours = working(
        "Europe/Madrid",
        HALVES,
        vec![yearly("2020-12-24", "2021-01-02")],
    );
    lasts(
        &hours,
        "2026-12-23 00:00+01",
        "2027-01-05 00:00+01",
        2 * 8 * 60,
    );
    ends(
        &hours,
        "2026-12-23 18:00+01",
        minutes(1),
        Some("2027-01-04 09:01+01"),
    );
    // The 29th of February: a Thursday in 2024, none in 2026.
    let hours = working(
        "Europe/Madrid",
        ALWAYS,
        vec![yearly("2020-02-29", "2020-02-29")],
    );
    lasts(
        &hours,
        "2024-02-28 00:00+01",
        "2024-03-02 00:00+01",
        2 * 24 * 60,
    );
    lasts(
        &hours,
        "2026-02-28 00:00+01",
        "2026-03-02 00:00+01",
        2 * 24 * 60,
    );
}

#[test]
fn days_that_end_at_24_00_touch() {
    let hours = working("Europe/Madrid", ALWAYS, vec![]);
    let (from, to) = ("2026-07-03 08:00+02", "2026-07-06 08:00+02");
    counts(&hours, from, to, &[], &[[from, to]]);
    lasts(&hours, from, to, 3 * 24 * 60);
    // Over both changes of a year, too.
    let year = ["2026-01-01 00:00+01", "2027-01-01 00:00+01"];
    counts(&hours, year[0], year[1], &[], &[year]);
}

#[test]
fn a_pause_over_a_weekend_takes_what_it_has_of_friday_and_monday() {
    let hours = working("Europe/Madrid", HALVES, vec![]);
    let (friday, monday) = ("2026-07-03 16:00+02", "2026-07-06 11:00+02");
    let rest = [
        [friday, "2026-07-03 17:00+02"],
        ["2026-07-06 10:00+02", monday],
    ]; // 1 + 1
    counts(
        &hours,
        friday,
        monday,
        &[pause("2026-07-03 17:00+02", "2026-07-06 10:00+02")],
        &rest,
    );
}

#[test]
fn pauses_at_opening_and_closing_time_leave_nothing_empty() {
    let hours = working("Europe/Madrid", HALVES, vec![]);
    let (friday, monday) = ("2026-07-03 14:00+02", "2026-07-06 11:00+02");
    let pauses = [
        pause("2026-07-03 14:00+02", "2026-07-03 15:00+02"),
        pause("2026-07-03 17:00+02", "2026-07-03 18:00+02"),
        pause("2026-07-06 09:00+02", "2026-07-06 09:30+02"),
        pause("2026-07-06 09:30+02", "2026-07-06 10:00+02"),
    ];
    let rest = [
        ["2026-07-03 15:00+02", "2026-07-03 17:00+02"],
        ["2026-07-06 10:00+02", monday],
    ];
    counts(&hours, friday, monday, &pauses, &rest);
}

#[test]
fn a_pause_outside_working_hours_changes_nothing() {
    let hours = working("Europe/Madrid", HALVES, vec![]);
    let (friday, monday) = ("2026-07-03 16:00+02", "2026-07-06 10:00+02");
    let whole = [
        [friday, "2026-07-03 18:00+02"],
        ["2026-07-06 09:00+02", monday],
    ];
    for pause in [
        pause("2026-07-03 18:00+02", "2026-07-06 09:00+02"),
        pause("2026-07-04 10:00+02", "2026-07-05 10:00+02"),
        pause("2026-07-01 10:00+02", friday),
        pause(monday, "2026-07-07 10:00+02"),
        pause("2026-07-03 17:00+02", "2026-07-03 17:00+02"), // of no length
    ] {
        counts(&hours, friday, monday, &[pause], &whole);
    }
}

#[test]
fn what_is_reached_at_closing_time_is_reached_then() {
    let hours = working("Europe/Madrid", HALVES, vec![]);
    let friday = "2026-07-03 14:00+02";
    ends(&hours, friday, minutes(240), Some("2026-07-03 18:00+02"));
    let more = minutes(240) + SignedDuration::from_millis(1);
    ends(&hours, friday, more, Some("2026-07-06 09:00:00.001+02"));
    ends(
        &hours,
        "2026-07-04 12:00+02",
        minutes(60),
        Some("2026-07-06 10:00+02"),
    );
}

#[test]
fn an_open_pause_ends_all_counting() {
    let hours = working("Europe/Madrid", HALVES, vec![]);
    let (from, to) = (at("2026-07-06 09:00+02"), None);
    let closed = pause("2026-07-06 10:00+02", "2026-07-06 11:00+02");
    let open = Pause {
        from: at("2026-07-06 12:00+02"),
        to,
    };
    for hours in [Some(&hours), None] {
        let reached = |amount| reached(hours, from, &[closed, open], minutes(amount));
        assert_eq!(reached(60), Some(at("2026-07-06 10:00+02")));
        assert_eq!(reached(61), Some(at("2026-07-06 11:01+02")));
        assert_eq!(reached(120), Some(open.from)); // 9–10, 11–12
        assert_eq!(reached(121), None);
        let elapsed = elapsed(hours, from, at("2027-07-06 09:00+02"), &[closed, open]);
        assert_eq!(elapsed, minutes(120));
    }
}

#[test]
fn without_working_hours_all_time_counts() {
    let (from, to) = (at("2026-07-03 14:00:00.5+02"), at("2026-07-06 14:00+02"));
    let all: Vec<_> = counted(None, from, to, &[]).collect();
    assert_eq!(all, [Interval { from, to }]);
    assert_eq!(counted(None, to, from, &[]).next(), None);
    assert_eq!(counted(None, to, to, &[]).next(), None);
    let hour = at("2026-07-03 15:00:00.5+02");
    assert_eq!(reached(None, from, &[], minutes(60)), Some(hour));
}

#[test]
fn what_takes_longer_than_five_years_is_not_reached() {
    let hours = working(
        "UTC",
        "mon 09:00-10:00",
        vec![yearly("2026-01-01", "2026-12-31")],
    );
    let from = at("2026-07-06 00:00Z");
    assert_eq!(reached(Some(&hours), from, &[], minutes(1)), None);
    assert_eq!(
        reached(None, from, &[], SignedDuration::from_hours(24 * 1_828)),
        None
    );
}
