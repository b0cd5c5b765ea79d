//! A ticket keeps the version of what it was given.

use domain::Status::{Open, Pending, Resolved};

use super::promise::{Promise, once, promise};
use super::story::story;
use super::{HALVES, MADRID};

#[test]
fn a_ticket_keeps_version_1_of_a_policy_when_version_2_is_there() {
    // Version 1: 09:00 + 8 h; with a pause of 1 h, still version 1: 18:00.
    story(MADRID)
        .policy("pol_a", promise("medium resolution PT8H"))
        .opens("Mon 07-06 09:00")
        .policy("pol_a", promise("medium resolution PT1H"))
        .status("Mon 07-06 12:00", Pending)
        .status("Mon 07-06 13:00", Open)
        .sweep("Mon 07-06 13:01")
        .has(Some("pol_a 1"))
        .is(&[
            "ok, next due Mon 07-06 18:00",
            "resolution PT8H: running, due Mon 07-06 18:00, paused 1h",
        ]);
}

#[test]
fn a_ticket_opened_after_the_change_has_version_2() {
    story(MADRID)
        .policy("pol_a", promise("medium resolution PT8H"))
        .policy("pol_a", promise("medium resolution PT1H"))
        .opens("Mon 07-06 09:00")
        .has(Some("pol_a 2"))
        .is(&[
            "ok, next due Mon 07-06 10:00",
            "resolution PT1H: running, due Mon 07-06 10:00",
        ]);
}

#[test]
fn a_filter_input_that_changes_fetches_version_2() {
    // 09:00 + 4 h, from the original start.
    story(MADRID)
        .policy("pol_a", promise("medium resolution PT8H"))
        .opens("Mon 07-06 09:00")
        .policy("pol_a", promise("medium resolution PT4H"))
        .tags("Mon 07-06 10:00", &["api"])
        .has(Some("pol_a 2"))
        .is(&[
            "ok, next due Mon 07-06 13:00",
            "resolution PT4H: running, due Mon 07-06 13:00",
        ]);
}

#[test]
fn a_breach_does_what_the_ticket_s_version_says() {
    story(MADRID)
        .policy("pol_a", promise("medium resolution PT1H").adds_tag("late"))
        .opens("Mon 07-06 09:00")
        .policy("pol_a", promise("medium resolution PT1H").adds_tag("tarde"))
        .sweep("Mon 07-06 10:00")
        .is(&[
            "breached, next due Mon 07-06 10:00",
            "resolution PT1H: running, due Mon 07-06 10:00, breached Mon 07-06 10:00",
            "SLA_BREACHED resolution at Mon 07-06 10:00; tags: [] → [late]",
        ])
        .has(Some("pol_a 2")); // Tags are a filter input.
}

#[test]
fn a_holiday_added_later_does_not_move_a_ticket_that_has_the_older_calendar() {
    // Mon 16:00–18:00 is 2 h, Tue 09:00–11:00 the other 2 h, though Tuesday has become a holiday since; the pause from
    // 10:00 to 11:00 is made up for from 11:00 to 12:00.
    story(MADRID)
        .office(HALVES, &[])
        .policy("pol_a", promise("medium resolution PT4H").in_hours())
        .opens("Mon 07-06 16:00")
        .office(HALVES, &[once("2026-07-07", "2026-07-07")])
        .has(Some("pol_a 1, cal_office 1"))
        .is(&[
            "ok, next due Tue 07-07 11:00",
            "resolution PT4H: running, due Tue 07-07 11:00",
        ])
        .status("Tue 07-07 10:00", Pending)
        .status("Tue 07-07 11:00", Open)
        .has(Some("pol_a 1, cal_office 1"))
        .is(&[
            "ok, next due Tue 07-07 12:00",
            "resolution PT4H: running, due Tue 07-07 12:00, paused 1h",
        ]);
}

#[test]
fn a_filter_input_that_changes_fetches_the_newer_calendar() {
    // Mon 16:00–18:00 is 2 h, Tuesday is a holiday, Wed 09:00–11:00 the other 2 h.
    story(MADRID)
        .office(HALVES, &[])
        .policy("pol_a", promise("medium resolution PT4H").in_hours())
        .opens("Mon 07-06 16:00")
        .office(HALVES, &[once("2026-07-07", "2026-07-07")])
        .tags("Mon 07-06 17:00", &["api"])
        .has(Some("pol_a 1, cal_office 2"))
        .is(&[
            "ok, next due Wed 07-08 11:00",
            "resolution PT4H: running, due Wed 07-08 11:00",
        ]);
}

#[test]
fn a_reopened_ticket_goes_on_in_the_calendar_it_was_given() {
    // Mon 16:00–17:00 is 1 h; resolved for 17 h; Tue 10:00–13:00 the other 3 h.
    story(MADRID)
        .office(HALVES, &[])
        .policy("pol_a", promise("medium resolution PT4H").in_hours())
        .opens("Mon 07-06 16:00")
        .status("Mon 07-06 17:00", Resolved)
        .office("mon-fri 15:00-16:00", &[])
        .customer_says("Tue 07-07 10:00")
        .has(Some("pol_a 1, cal_office 1"))
        .is(&[
            "ok, next due Tue 07-07 13:00",
            "resolution PT4H: running, due Tue 07-07 13:00, paused 17h",
        ]);
}
