//! The resolution's clock stands still while the ticket waits for the customer; the responses' do not.

use domain::Status::{InProgress, Open, Pending, Resolved};

use super::promise::{Promise, promise};
use super::story::{Story, story};
use super::{HALVES, MADRID};

fn in_hours(targets: &str) -> Story {
    story(MADRID)
        .office(HALVES, &[])
        .policy("pol_a", promise(targets).in_hours())
}

#[test]
fn a_pause_over_a_weekend_takes_what_it_has_of_friday_and_monday() {
    // Fri 16:00–17:00 is 1 h; paused from Fri 17:00 to Mon 10:00, 65 h; Mon 10:00–13:00 are the other 3 h.
    in_hours("medium resolution PT4H")
        .opens("Fri 07-03 16:00")
        .status("Fri 07-03 17:00", Pending)
        .is(&["paused", "resolution PT4H: paused"])
        .customer_says("Mon 07-06 10:00")
        .is(&[
            "ok, next due Mon 07-06 13:00",
            "resolution PT4H: running, due Mon 07-06 13:00, paused 65h",
        ])
        .explains(
            "resolution",
            "Mon 07-06 10:30",
            "elapsed 1h 30m, remaining 2h 30m",
            &[
                "started #1 Fri 07-03 16:00",
                "paused #2 Fri 07-03 17:00",
                "resumed #3 Mon 07-06 10:00",
            ],
        );
}

#[test]
fn a_pause_within_the_night_changes_nothing_but_paused_seconds() {
    // Mon 16:00–18:00 is 2 h, Tue 09:00–11:00 the other 2 h; the pause is from 20:00 to 08:00.
    in_hours("medium resolution PT4H")
        .opens("Mon 07-06 16:00")
        .is(&[
            "ok, next due Tue 07-07 11:00",
            "resolution PT4H: running, due Tue 07-07 11:00",
        ])
        .status("Mon 07-06 20:00", Pending)
        .status("Tue 07-07 08:00", InProgress)
        .is(&[
            "ok, next due Tue 07-07 11:00",
            "resolution PT4H: running, due Tue 07-07 11:00, paused 12h",
        ]);
}

#[test]
fn several_pauses_add_up() {
    // 10:00–11:00 and 12:00–12:30 do not count, nor do 13:00–14:00: 09:00 + 3 h of work is 14:30.
    in_hours("medium resolution PT3H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Pending)
        .status("Mon 07-06 11:00", Open)
        .status("Mon 07-06 12:00", Pending)
        .is(&["paused", "resolution PT3H: paused, paused 1h"])
        .status("Mon 07-06 12:30", InProgress)
        .is(&[
            "ok, next due Mon 07-06 14:30",
            "resolution PT3H: running, due Mon 07-06 14:30, paused 1h 30m",
        ]);
}

#[test]
fn open_and_in_progress_are_the_same_to_a_clock() {
    in_hours("medium resolution PT4H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", InProgress)
        .status("Mon 07-06 11:00", Open)
        .is(&[
            "ok, next due Mon 07-06 13:00",
            "resolution PT4H: running, due Mon 07-06 13:00",
        ])
        .explains(
            "resolution",
            "Mon 07-06 11:00",
            "elapsed 2h, remaining 2h",
            &["started #1 Mon 07-06 09:00"],
        );
}

#[test]
fn pending_pauses_no_response() {
    // 09:00 + 2 h, pending or not.
    in_hours("medium firstResponse PT2H resolution PT4H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Pending)
        .is(&[
            "ok, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00",
            "resolution PT4H: paused",
        ])
        .sweep("Mon 07-06 11:00")
        .is(&[
            "breached, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "resolution PT4H: paused",
            "SLA_BREACHED firstResponse at Mon 07-06 11:00",
        ]);
}

#[test]
fn a_ticket_that_is_pending_from_its_opening_moment_on_has_used_nothing() {
    // 10:00 + 4 h, with the break.
    in_hours("medium resolution PT4H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 09:00", Pending)
        .is(&["paused", "resolution PT4H: paused"])
        .explains(
            "resolution",
            "Tue 07-07 09:00",
            "elapsed 0s, remaining 4h",
            &["started #1 Mon 07-06 09:00", "paused #2 Mon 07-06 09:00"],
        )
        .customer_says("Mon 07-06 10:00")
        .is(&[
            "ok, next due Mon 07-06 15:00",
            "resolution PT4H: running, due Mon 07-06 15:00, paused 1h",
        ]);
}

#[test]
fn a_sweep_during_a_pause_publishes_nothing() {
    in_hours("medium resolution PT1H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 09:59:59.999", Pending)
        .sweep("Fri 07-10 09:00")
        .is(&["paused", "resolution PT1H: paused"]);
}

#[test]
fn a_pause_that_begins_at_the_due_time_comes_too_late() {
    // 09:00 + 1 h: missed at 10:00, whatever else happens then. It has been due, paused or not.
    in_hours("medium resolution PT1H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Pending)
        .sweep("Mon 07-06 10:01")
        .is(&[
            "breached, next due Mon 07-06 10:00",
            "resolution PT1H: paused, due Mon 07-06 10:00, breached Mon 07-06 10:00",
            "SLA_BREACHED resolution at Mon 07-06 10:00, published Mon 07-06 10:01",
        ]);
}

#[test]
fn a_millisecond_that_was_left_is_left_after_the_pause() {
    in_hours("medium resolution PT1H")
        .opens("Mon 07-06 17:00")
        .status("Mon 07-06 17:59:59.999", Pending)
        .status("Mon 07-06 20:00", Open)
        .sweep("Tue 07-07 09:00")
        .is(&[
            "ok, next due Tue 07-07 09:00:00.001",
            // 20:00 − 17:59:59.999
            "resolution PT1H: running, due Tue 07-07 09:00:00.001, paused 2h 1ms",
        ]);
}

#[test]
fn a_ticket_resolved_while_it_is_pending_is_met_in_time() {
    // 1 h counted, then paused for 5 h, until the end.
    in_hours("medium resolution PT4H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Pending)
        .status("Mon 07-06 15:00", Resolved)
        .is(&["met", "resolution PT4H: met Mon 07-06 15:00, paused 5h"])
        .explains(
            "resolution",
            "Fri 07-10 10:00",
            "elapsed 1h, remaining 3h",
            &[
                "started #1 Mon 07-06 09:00",
                "paused #2 Mon 07-06 10:00",
                "met #3 Mon 07-06 15:00",
            ],
        );
}
