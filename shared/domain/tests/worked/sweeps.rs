//! The scheduled check: never early, never twice, and never too late to tell the truth.

use domain::Status::Resolved;

use super::MADRID;
use super::promise::{Promise, promise};
use super::story::{Story, story};

/// 09:00 + 2 h is 11:00; 75 % of it is 10:30.
fn warned() -> Story {
    let promise = promise("medium firstResponse PT2H").warns_at(&[75]);
    story(MADRID)
        .policy("pol_a", promise)
        .opens("Mon 07-06 09:00")
}

#[test]
fn a_sweep_one_millisecond_early_publishes_nothing() {
    warned()
        .sweep("Mon 07-06 10:29:59.999")
        .is(&[
            "ok, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00",
        ])
        .sweep("Mon 07-06 10:30")
        .sweep("Mon 07-06 10:59:59.999")
        .is(&[
            "at_risk, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00",
            "SLA_WARNING 75 % of firstResponse at Mon 07-06 10:30",
        ]);
}

#[test]
fn a_sweep_twice_publishes_once() {
    warned()
        .sweep("Mon 07-06 10:30")
        .sweep("Mon 07-06 10:30")
        .sweep("Mon 07-06 11:00")
        .sweep("Mon 07-06 11:00")
        .sweep("Mon 07-06 23:00")
        .looks_next(None)
        .is(&[
            "breached, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "SLA_WARNING 75 % of firstResponse at Mon 07-06 10:30",
            "SLA_BREACHED firstResponse at Mon 07-06 11:00",
        ]);
}

#[test]
fn one_late_sweep_publishes_all_that_is_due_in_order() {
    // Of 2 h: 50 % at 10:00, 75 % at 10:30; of 3 h: 50 % at 10:30, 75 % at 11:15, all at 12:00. By the time, then by
    // the metric.
    let targets = "medium firstResponse PT2H resolution PT3H";
    story(MADRID)
        .policy("pol_a", promise(targets).warns_at(&[75, 50]))
        .opens("Mon 07-06 09:00")
        .sweep("Mon 07-06 12:34")
        .is(&[
            "breached, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "resolution PT3H: running, due Mon 07-06 12:00, breached Mon 07-06 12:00",
            "SLA_WARNING 50 % of firstResponse at Mon 07-06 10:00, published Mon 07-06 12:34",
            "SLA_WARNING 75 % of firstResponse at Mon 07-06 10:30, published Mon 07-06 12:34",
            "SLA_WARNING 50 % of resolution at Mon 07-06 10:30, published Mon 07-06 12:34",
            "SLA_BREACHED firstResponse at Mon 07-06 11:00, published Mon 07-06 12:34",
            "SLA_WARNING 75 % of resolution at Mon 07-06 11:15, published Mon 07-06 12:34",
            "SLA_BREACHED resolution at Mon 07-06 12:00, published Mon 07-06 12:34",
        ])
        .explains(
            "resolution",
            "Mon 07-06 13:00",
            "elapsed 4h, over by 1h",
            &[
                "started #1 Mon 07-06 09:00",
                "warned #4 Mon 07-06 10:30",
                "warned #6 Mon 07-06 11:15",
                "breached #7 Mon 07-06 12:00",
            ],
        );
}

#[test]
fn a_late_answer_between_two_sweeps_is_met_and_missed_and_published_later() {
    warned()
        .sweep("Mon 07-06 10:59")
        .agent_says("Mon 07-06 11:00:30")
        .looks_next(Some("Mon 07-06 11:00"))
        .is(&[
            "breached",
            "firstResponse PT2H: met Mon 07-06 11:00:30.000, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "SLA_WARNING 75 % of firstResponse at Mon 07-06 10:30, published Mon 07-06 10:59",
        ])
        .explains(
            "firstResponse",
            "Mon 07-06 11:00:45",
            "elapsed 2h 30s, over by 30s",
            &[
                "started #1 Mon 07-06 09:00",
                "warned #2 Mon 07-06 10:30",
                "breached unpublished Mon 07-06 11:00",
                "met #3 Mon 07-06 11:00:30.000",
            ],
        )
        .sweep("Mon 07-06 11:01")
        .looks_next(None)
        .is(&[
            "breached",
            "firstResponse PT2H: met Mon 07-06 11:00:30.000, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "SLA_WARNING 75 % of firstResponse at Mon 07-06 10:30, published Mon 07-06 10:59",
            "SLA_BREACHED firstResponse at Mon 07-06 11:00, published Mon 07-06 11:01",
        ]);
}

#[test]
fn a_warning_that_was_passed_before_the_answer_is_published_after_it() {
    warned()
        .agent_says("Mon 07-06 10:45")
        .sweep("Mon 07-06 12:00")
        .sweep("Mon 07-06 12:01")
        .is(&[
            "met",
            "firstResponse PT2H: met Mon 07-06 10:45, due Mon 07-06 11:00",
            "SLA_WARNING 75 % of firstResponse at Mon 07-06 10:30, published Mon 07-06 12:00",
        ]);
}

#[test]
fn a_warning_that_was_ahead_when_the_answer_came_is_not_published() {
    warned()
        .agent_says("Mon 07-06 10:29:59.999")
        .sweep("Mon 07-06 12:00")
        .is(&[
            "met",
            "firstResponse PT2H: met Mon 07-06 10:29:59.999, due Mon 07-06 11:00",
        ]);
}

#[test]
fn a_late_sweep_tells_of_a_ticket_that_was_resolved_late() {
    // 09:00 + 2 h; resolved at 11:30; the sweep comes the next day.
    story(MADRID)
        .policy("pol_a", promise("medium resolution PT2H"))
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 11:30", Resolved)
        .sweep("Tue 07-07 09:00")
        .is(&[
            "breached",
            "resolution PT2H: met Mon 07-06 11:30, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "SLA_BREACHED resolution at Mon 07-06 11:00, published Tue 07-07 09:00",
        ]);
}

#[test]
fn a_deleted_ticket_publishes_nothing_until_it_is_restored() {
    // Deleted from 10:00 to 12:00; the clock went on, and passed both its marks.
    warned()
        .deleted("Mon 07-06 10:00")
        .sweep("Mon 07-06 11:30")
        .is(&[
            "ok, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00",
        ])
        .restored("Mon 07-06 12:00")
        .sweep("Mon 07-06 12:01")
        .is(&[
            "breached, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "SLA_WARNING 75 % of firstResponse at Mon 07-06 10:30, published Mon 07-06 12:01",
            "SLA_BREACHED firstResponse at Mon 07-06 11:00, published Mon 07-06 12:01",
        ]);
}

#[test]
fn a_share_of_an_odd_target_is_never_reached_early() {
    // 1 % of 1 s is 10 ms; 33 % of it is 330 ms; of 7 s, 2 310 ms.
    story(MADRID)
        .policy("pol_a", promise("medium resolution PT7S").warns_at(&[33]))
        .opens("Mon 07-06 09:00")
        .sweep("Mon 07-06 09:00:02.309")
        .sweep("Mon 07-06 09:00:02.310")
        .is(&[
            "at_risk, next due Mon 07-06 09:00:07.000",
            "resolution PT7S: running, due Mon 07-06 09:00:07.000",
            "SLA_WARNING 33 % of resolution at Mon 07-06 09:00:02.310",
        ]);
}
