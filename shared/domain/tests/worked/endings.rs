//! Resolving and closing: what is met, and what nobody waits for any more.

use domain::Status::{Closed, Resolved};

use super::MADRID;
use super::promise::{Promise, promise};
use super::story::{Story, story};

fn promised() -> Story {
    let targets = "medium firstResponse PT2H nextResponse PT1H resolution PT8H";
    story(MADRID).policy("pol_a", promise(targets))
}

#[test]
fn resolving_meets_the_resolution_and_cancels_the_responses() {
    promised()
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Resolved)
        .is(&[
            "met",
            "firstResponse PT2H: cancelled, due Mon 07-06 11:00",
            "resolution PT8H: met Mon 07-06 10:00, due Mon 07-06 17:00",
        ])
        .explains(
            "firstResponse",
            "Mon 07-06 20:00",
            "elapsed 1h, remaining 1h",
            &["started #1 Mon 07-06 09:00", "cancelled #2 Mon 07-06 10:00"],
        );
}

#[test]
fn a_cancelled_clock_misses_nothing_after_that() {
    // The first response would be due at 11:00, the next one at 13:00.
    promised()
        .opens("Mon 07-06 09:00")
        .agent_says("Mon 07-06 10:00")
        .customer_says("Mon 07-06 12:00")
        .status("Mon 07-06 12:30", Resolved)
        .sweep("Tue 07-07 12:30")
        .is(&[
            "met",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
            "nextResponse 1 PT1H: cancelled, due Mon 07-06 13:00",
            "resolution PT8H: met Mon 07-06 12:30, due Mon 07-06 17:00",
        ]);
}

#[test]
fn an_agent_s_message_that_resolves_is_answer_and_resolution_at_once() {
    promised()
        .opens("Mon 07-06 09:00")
        .agent_says_and("Mon 07-06 10:00", Resolved)
        .is(&[
            "met",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
            "resolution PT8H: met Mon 07-06 10:00, due Mon 07-06 17:00",
        ]);
}

#[test]
fn a_customer_may_resolve_its_own_ticket() {
    promised()
        .opens("Mon 07-06 09:00")
        .customer_sets("Mon 07-06 10:00", Resolved, Some("Solved it"))
        .is(&[
            "met",
            "firstResponse PT2H: cancelled, due Mon 07-06 11:00",
            "resolution PT8H: met Mon 07-06 10:00, due Mon 07-06 17:00",
        ]);
}

#[test]
fn closing_with_a_resolution_meets_it() {
    promised()
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Closed)
        .is(&[
            "met",
            "firstResponse PT2H: cancelled, due Mon 07-06 11:00",
            "resolution PT8H: met Mon 07-06 10:00, due Mon 07-06 17:00",
        ]);
}

#[test]
fn closing_without_a_resolution_cancels_everything() {
    promised()
        .opens("Mon 07-06 09:00")
        .customer_sets("Mon 07-06 10:00", Closed, None)
        .is(&[
            "none",
            "firstResponse PT2H: cancelled, due Mon 07-06 11:00",
            "resolution PT8H: cancelled, due Mon 07-06 17:00",
        ]);
}

#[test]
fn closing_a_resolved_ticket_changes_nothing() {
    promised()
        .opens("Mon 07-06 09:00")
        .agent_says_and("Mon 07-06 10:00", Resolved)
        .status("Mon 07-06 11:00", Closed)
        .is(&[
            "met",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
            "resolution PT8H: met Mon 07-06 10:00, due Mon 07-06 17:00",
        ]);
}

#[test]
fn a_resolved_ticket_closes_by_itself_and_its_clocks_stay() {
    // Mon 10:00 + 4 days.
    promised()
        .opens("Mon 07-06 09:00")
        .agent_says_and("Mon 07-06 10:00", Resolved)
        .looks_next(Some("Fri 07-10 10:00"))
        .sweep("Fri 07-10 10:00")
        .looks_next(None)
        .is(&[
            "met",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
            "resolution PT8H: met Mon 07-06 10:00, due Mon 07-06 17:00",
        ]);
}

#[test]
fn an_answer_on_a_resolved_ticket_meets_the_cancelled_first_response() {
    // 1 h had counted at 10:00; from then to 15:00 it stood still.
    promised()
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Resolved)
        .agent_says("Mon 07-06 15:00")
        .is(&[
            "met",
            "firstResponse PT2H: met Mon 07-06 15:00, paused 5h",
            "resolution PT8H: met Mon 07-06 10:00, due Mon 07-06 17:00",
        ])
        .explains(
            "firstResponse",
            "Tue 07-07 09:00",
            "elapsed 1h, remaining 1h",
            &[
                "started #1 Mon 07-06 09:00",
                "cancelled #2 Mon 07-06 10:00",
                "met #3 Mon 07-06 15:00",
            ],
        );
}

#[test]
fn a_response_cancelled_after_its_due_time_was_missed() {
    // Due 11:00, cancelled 12:00: missed, and published although the ticket is closed.
    promised()
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 12:00", Closed)
        .sweep("Mon 07-06 12:30")
        .is(&[
            "breached",
            "firstResponse PT2H: cancelled, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "resolution PT8H: met Mon 07-06 12:00, due Mon 07-06 17:00",
            "SLA_BREACHED firstResponse at Mon 07-06 11:00, published Mon 07-06 12:30",
        ]);
}

#[test]
fn a_resolution_at_the_due_time_is_late() {
    // 09:00 + 8 h.
    story(MADRID)
        .policy("pol_a", promise("medium resolution PT8H").warns_at(&[50]))
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 17:00", Resolved)
        .sweep("Mon 07-06 17:00")
        .is(&[
            "breached",
            "resolution PT8H: met Mon 07-06 17:00, due Mon 07-06 17:00, breached Mon 07-06 17:00",
            "SLA_WARNING 50 % of resolution at Mon 07-06 13:00, published Mon 07-06 17:00",
            "SLA_BREACHED resolution at Mon 07-06 17:00",
        ]);
}
