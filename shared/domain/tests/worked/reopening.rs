//! Reopening: the clocks go on, without the time in between.

use domain::Status::{Closed, InProgress, Open, Pending, Resolved};

use super::promise::{Promise, promise};
use super::story::{Story, story};
use super::{HALVES, MADRID};

fn resolution(target: &str) -> Story {
    let targets = format!("medium resolution {target}");
    story(MADRID).policy("pol_a", promise(&targets))
}

#[test]
fn a_reopened_resolution_goes_on_without_the_resolved_time() {
    // 2 h counted by 11:00; resolved for 3 h; the other 2 h from 14:00.
    resolution("PT4H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 11:00", Resolved)
        .customer_says("Mon 07-06 14:00")
        .is(&[
            "ok, next due Mon 07-06 16:00",
            "resolution PT4H: running, due Mon 07-06 16:00, paused 3h",
        ])
        .explains(
            "resolution",
            "Mon 07-06 15:00",
            "elapsed 3h, remaining 1h",
            &[
                "started #1 Mon 07-06 09:00",
                "met #2 Mon 07-06 11:00",
                "resumed #3 Mon 07-06 14:00",
            ],
        );
}

#[test]
fn a_reopened_resolution_is_met_again() {
    // 2 h, and 1 h.
    resolution("PT4H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 11:00", Resolved)
        .status("Mon 07-06 14:00", InProgress)
        .status("Mon 07-06 15:00", Resolved)
        .sweep("Mon 07-06 17:00")
        .is(&[
            "met",
            "resolution PT4H: met Mon 07-06 15:00, due Mon 07-06 16:00, paused 3h",
        ]);
}

#[test]
fn a_reopened_resolution_may_be_met_late() {
    // Due at 16:00, met at 17:00: 2 h + 3 h = 5 h.
    resolution("PT4H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 11:00", Resolved)
        .status("Mon 07-06 14:00", Open)
        .status("Mon 07-06 17:00", Resolved)
        .sweep("Mon 07-06 17:01")
        .is(&[
            "breached",
            "resolution PT4H: met Mon 07-06 17:00, due Mon 07-06 16:00, paused 3h, breached Mon 07-06 16:00",
            "SLA_BREACHED resolution at Mon 07-06 16:00, published Mon 07-06 17:01",
        ])
        .explains(
            "resolution",
            "Tue 07-07 09:00",
            "elapsed 5h, over by 1h",
            &[
                "started #1 Mon 07-06 09:00",
                "met #2 Mon 07-06 11:00",
                "resumed #3 Mon 07-06 14:00",
                "breached #5 Mon 07-06 16:00",
                "met #4 Mon 07-06 17:00",
            ],
        );
}

#[test]
fn a_resolution_that_was_late_stays_missed_when_it_is_reopened() {
    // Due at 13:00, met at 14:00; reopened from 15:00, with nothing left.
    resolution("PT4H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 14:00", Resolved)
        .status("Mon 07-06 15:00", Open)
        .sweep("Mon 07-06 15:01")
        .status("Mon 07-06 16:00", Resolved)
        .sweep("Mon 07-06 17:00")
        .is(&[
            "breached",
            "resolution PT4H: met Mon 07-06 16:00, due Mon 07-06 13:00, paused 1h, breached Mon 07-06 13:00",
            "SLA_BREACHED resolution at Mon 07-06 13:00, published Mon 07-06 15:01",
        ]);
}

#[test]
fn a_ticket_resolved_while_pending_goes_on_without_both() {
    // 1 h by 10:00; pending until 11:00 and resolved until 13:00; the other 3 h from 13:00.
    resolution("PT4H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Pending)
        .status("Mon 07-06 11:00", Resolved)
        .status("Mon 07-06 13:00", Open)
        .is(&[
            "ok, next due Mon 07-06 16:00",
            "resolution PT4H: running, due Mon 07-06 16:00, paused 3h",
        ]);
}

#[test]
fn only_working_time_is_excluded_from_working_time() {
    // Mon 16:00–17:00 is 1 h; resolved until Tue 10:00; Tue 10:00–13:00 is 3 h.
    story(MADRID)
        .office(HALVES, &[])
        .policy("pol_a", promise("medium resolution PT4H").in_hours())
        .opens("Mon 07-06 16:00")
        .status("Mon 07-06 17:00", Resolved)
        .customer_says("Tue 07-07 10:00")
        .is(&[
            "ok, next due Tue 07-07 13:00",
            "resolution PT4H: running, due Tue 07-07 13:00, paused 17h",
        ]);
}

#[test]
fn a_cancelled_first_response_runs_again() {
    // 1 h by 10:00; resolved for 5 h; the other hour from 15:00.
    story(MADRID)
        .policy("pol_a", promise("medium firstResponse PT2H nextResponse PT1H"))
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Resolved)
        .is(&["none", "firstResponse PT2H: cancelled, due Mon 07-06 11:00"])
        .customer_says("Mon 07-06 15:00")
        .is(&[
            "ok, next due Mon 07-06 16:00",
            "firstResponse PT2H: running, due Mon 07-06 16:00, paused 5h",
        ])
        .sweep("Mon 07-06 15:59:59.999")
        .agent_says("Mon 07-06 16:10")
        .sweep("Mon 07-06 16:11")
        .is(&[
            "breached",
            "firstResponse PT2H: met Mon 07-06 16:10, due Mon 07-06 16:00, paused 5h, breached Mon 07-06 16:00",
            "SLA_BREACHED firstResponse at Mon 07-06 16:00, published Mon 07-06 16:11",
        ])
        .explains(
            "firstResponse",
            "Tue 07-07 09:00",
            "elapsed 2h 10m, over by 10m",
            &[
                "started #1 Mon 07-06 09:00",
                "cancelled #2 Mon 07-06 10:00",
                "resumed #3 Mon 07-06 15:00",
                "breached #5 Mon 07-06 16:00",
                "met #4 Mon 07-06 16:10",
            ],
        );
}

#[test]
fn a_customer_s_message_that_reopens_asks_anew() {
    // Instance 1 was cancelled at 12:30; instance 2 is owed since 15:00.
    story(MADRID)
        .policy("pol_a", promise("medium nextResponse PT1H"))
        .opens("Mon 07-06 09:00")
        .agent_says("Mon 07-06 10:00")
        .customer_says("Mon 07-06 12:00")
        .status("Mon 07-06 12:30", Resolved)
        .customer_says("Mon 07-06 15:00")
        .is(&[
            "ok, next due Mon 07-06 16:00",
            "nextResponse 2 PT1H: running, due Mon 07-06 16:00",
        ])
        .explains(
            "nextResponse 1",
            "Mon 07-06 15:00",
            "elapsed 30m, remaining 30m",
            &["started #3 Mon 07-06 12:00", "cancelled #4 Mon 07-06 12:30"],
        );
}

#[test]
fn an_agent_s_message_that_reopens_owes_no_next_response() {
    story(MADRID)
        .policy(
            "pol_a",
            promise("medium firstResponse PT2H nextResponse PT1H resolution PT4H"),
        )
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Resolved)
        .agent_says_and("Mon 07-06 12:00", InProgress)
        .is(&[
            "ok, next due Mon 07-06 15:00", // 1 h by 10:00, 3 h from 12:00
            "firstResponse PT2H: met Mon 07-06 12:00, paused 2h",
            "resolution PT4H: running, due Mon 07-06 15:00, paused 2h",
        ]);
}

#[test]
fn a_reopened_ticket_that_its_customer_closes_keeps_its_resolution_and_meets_it() {
    // It has the resolution of 10:00. 1 h, and 1 h.
    resolution("PT4H")
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Resolved)
        .customer_says("Mon 07-06 12:00")
        .customer_says_and("Mon 07-06 13:00", Closed)
        .is(&[
            "met",
            "resolution PT4H: met Mon 07-06 13:00, due Mon 07-06 15:00, paused 2h",
        ]);
}
