//! What counts: opening times, holidays, and all the time there is. 2026-07-06 is a Monday.

use super::promise::{Promise, once, promise, yearly};
use super::story::story;
use super::{ALWAYS, BOGOTA, HALVES, MADRID, NIGHTS};

const FIRST_4H: &str = "medium firstResponse PT4H";

#[test]
fn a_weekend_does_not_count() {
    // Fri 16:00–18:00 is 2 h, Mon 09:00–11:00 the other 2 h.
    story(MADRID)
        .office(HALVES, &[])
        .policy("pol_a", promise(FIRST_4H).in_hours())
        .opens("Fri 07-03 16:00")
        .has(Some("pol_a 1, cal_office 1"))
        .is(&[
            "ok, next due Mon 07-06 11:00",
            "firstResponse PT4H: running, due Mon 07-06 11:00",
        ])
        .explains(
            "firstResponse",
            "Mon 07-06 10:30",
            "elapsed 3h 30m, remaining 30m", // 2 h + 1 h 30
            &["started #1 Fri 07-03 16:00"],
        );
}

#[test]
fn without_a_calendar_every_hour_counts() {
    // Fri 22:00 + 4 h.
    story(MADRID)
        .policy("pol_a", promise(FIRST_4H))
        .opens("Fri 07-03 22:00")
        .is(&[
            "ok, next due Sat 07-04 02:00",
            "firstResponse PT4H: running, due Sat 07-04 02:00",
        ]);
}

#[test]
fn the_built_in_policy_is_for_tickets_that_no_other_is_for() {
    // Medium: 8 h to the first response, 3 days to the resolution; it warns at 75 %: 6 h.
    story(MADRID)
        .opens("Fri 07-03 16:00")
        .has(Some("pol_default 0"))
        .looks_next(Some("Fri 07-03 22:00"))
        .is(&[
            "ok, next due Sat 07-04 00:00",
            "firstResponse PT8H: running, due Sat 07-04 00:00",
            "resolution P3D: running, due Mon 07-06 16:00",
        ]);
}

#[test]
fn a_lunch_break_does_not_count() {
    // Mon 12:00–13:00 is 1 h, 14:00–17:00 the other 3 h.
    story(MADRID)
        .office(HALVES, &[])
        .policy("pol_a", promise(FIRST_4H).in_hours())
        .opens("Mon 07-06 12:00")
        .is(&[
            "ok, next due Mon 07-06 17:00",
            "firstResponse PT4H: running, due Mon 07-06 17:00",
        ]);
}

#[test]
fn what_is_due_at_closing_time_is_not_due_the_next_morning() {
    // Mon 14:00–18:00 is 4 h.
    story(MADRID)
        .office(HALVES, &[])
        .policy("pol_a", promise(FIRST_4H).in_hours())
        .opens("Mon 07-06 13:30")
        .is(&[
            "ok, next due Mon 07-06 18:00",
            "firstResponse PT4H: running, due Mon 07-06 18:00",
        ]);
}

#[test]
fn a_ticket_opened_outside_the_hours_waits_for_them() {
    // Sat: nothing; Mon 09:00–13:00 is 4 h.
    story(MADRID)
        .office(HALVES, &[])
        .policy("pol_a", promise(FIRST_4H).in_hours())
        .opens("Sat 07-04 12:00")
        .is(&[
            "ok, next due Mon 07-06 13:00",
            "firstResponse PT4H: running, due Mon 07-06 13:00",
        ])
        .explains(
            "firstResponse",
            "Sun 07-05 12:00",
            "elapsed 0s, remaining 4h",
            &["started #1 Sat 07-04 12:00"],
        );
}

#[test]
fn a_night_shift_goes_on_past_midnight() {
    // Mon 22:00–24:00 is 2 h, Tue 00:00–06:00 is 6 h, Tue 22:00–23:00 the last of 9 h.
    story(MADRID)
        .office(NIGHTS, &[])
        .policy("pol_a", promise("medium firstResponse PT9H").in_hours())
        .opens("Mon 07-06 12:00")
        .is(&[
            "ok, next due Tue 07-07 23:00",
            "firstResponse PT9H: running, due Tue 07-07 23:00",
        ]);
}

#[test]
fn days_that_end_at_24_00_leave_nothing_out() {
    // Fri 18:00–24:00 is 6 h, Sat and Sun are 48 h, Mon 00:00–18:00 is 18 h: 72 h.
    story(MADRID)
        .office(ALWAYS, &[])
        .policy("pol_a", promise("medium resolution P3D").in_hours())
        .opens("Fri 07-03 18:00")
        .is(&[
            "ok, next due Mon 07-06 18:00",
            "resolution P3D: running, due Mon 07-06 18:00",
        ]);
}

#[test]
fn what_is_due_at_24_00_is_due_at_the_next_midnight() {
    // Mon 22:00–24:00 is 2 h.
    story(MADRID)
        .office(NIGHTS, &[])
        .policy("pol_a", promise("medium firstResponse PT2H").in_hours())
        .opens("Mon 07-06 12:00")
        .is(&[
            "ok, next due Tue 07-07 00:00",
            "firstResponse PT2H: running, due Tue 07-07 00:00",
        ]);
}

#[test]
fn a_holiday_does_not_count() {
    // Thu 16:00–18:00 is 2 h, Fri is Christmas, Mon 09:00–11:00 the other 2 h.
    story(MADRID)
        .office(HALVES, &[once("2026-12-25", "2026-12-25")])
        .policy("pol_a", promise(FIRST_4H).in_hours())
        .opens("Thu 12-24 16:00")
        .is(&[
            "ok, next due Mon 12-28 11:00",
            "firstResponse PT4H: running, due Mon 12-28 11:00",
        ]);
}

#[test]
fn several_holidays_in_a_row_do_not_count() {
    // Mon 16:00–18:00 is 2 h, Tue to Thu are holidays, Fri 09:00–11:00 the other 2 h.
    story(MADRID)
        .office(HALVES, &[once("2026-07-07", "2026-07-09")])
        .policy("pol_a", promise(FIRST_4H).in_hours())
        .opens("Mon 07-06 16:00")
        .is(&[
            "ok, next due Fri 07-10 11:00",
            "firstResponse PT4H: running, due Fri 07-10 11:00",
        ]);
}

#[test]
fn a_yearly_holiday_is_one_in_every_year_and_may_go_on_past_new_year() {
    // Wed 17:00–18:00 is 1 h; from 12-31 to 01-01 it is closed, then comes a weekend; Mon 09:00–12:00 is 3 h.
    story(MADRID)
        .office(HALVES, &[yearly("2020-12-31", "2021-01-01")])
        .policy("pol_a", promise(FIRST_4H).in_hours())
        .opens("Wed 12-30 17:00")
        .is(&[
            "ok, next due Mon 2027-01-04 12:00",
            "firstResponse PT4H: running, due Mon 2027-01-04 12:00",
        ]);
}

#[test]
fn a_holiday_closes_the_night_shift_at_midnight() {
    // Mon 22:00–24:00 is 2 h; all of Tue is closed; Wed 00:00–02:00 the other 2 h.
    story(MADRID)
        .office(NIGHTS, &[once("2026-07-07", "2026-07-07")])
        .policy("pol_a", promise(FIRST_4H).in_hours())
        .opens("Mon 07-06 22:00")
        .is(&[
            "ok, next due Wed 07-08 02:00",
            "firstResponse PT4H: running, due Wed 07-08 02:00",
        ]);
}

#[test]
fn bogota_has_no_summer_time() {
    // Sat 20:00 + 24 h is Sun 20:00, on the days that others change their clocks.
    for (opened, due) in [
        ("Sat 03-07 20:00", "Sun 03-08 20:00"),
        ("Sat 03-28 20:00", "Sun 03-29 20:00"),
        ("Sat 10-24 20:00", "Sun 10-25 20:00"),
        ("Sat 10-31 20:00", "Sun 11-01 20:00"),
    ] {
        story(BOGOTA)
            .office(ALWAYS, &[])
            .policy("pol_a", promise("medium firstResponse P1D").in_hours())
            .opens(opened)
            .is(&[
                &format!("ok, next due {due}"),
                &format!("firstResponse P1D: running, due {due}"),
            ]);
    }
}
