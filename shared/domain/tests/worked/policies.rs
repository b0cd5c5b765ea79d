//! Which policy a ticket is given, and what another one changes.

use domain::Category::{Billing, General};
use domain::Priority::Medium;
use domain::Status::Resolved;
use domain::{Edits, Resolution};

use super::promise::{Promise, promise};
use super::story::story;
use super::{HALVES, MADRID};

const TWO: &str = "medium firstResponse PT2H";
const FOUR: &str = "medium firstResponse PT4H";

#[test]
fn the_first_by_position_wins_whatever_its_name() {
    for (one, other, given, due) in [
        (1, 2, "pol_a 1", "Mon 07-06 11:00"),
        (2, 1, "pol_b 1", "Mon 07-06 13:00"),
    ] {
        let hours = if one < other { "PT2H" } else { "PT4H" };
        story(MADRID)
            .policy("pol_a", promise(TWO).at(one))
            .policy("pol_b", promise(FOUR).at(other))
            .opens("Mon 07-06 09:00")
            .has(Some(given))
            .is(&[
                &format!("ok, next due {due}"),
                &format!("firstResponse {hours}: running, due {due}"),
            ]);
    }
}

#[test]
fn a_policy_that_is_not_for_the_ticket_is_passed_over() {
    story(MADRID)
        .policy("pol_a", promise(TWO).at(1).for_category(Billing))
        .policy("pol_b", promise(FOUR).at(2))
        .opens("Mon 07-06 09:00")
        .has(Some("pol_b 1"))
        .is(&[
            "ok, next due Mon 07-06 13:00",
            "firstResponse PT4H: running, due Mon 07-06 13:00",
        ]);
}

#[test]
fn a_disabled_policy_is_given_to_nobody() {
    story(MADRID)
        .policy("pol_a", promise(TWO).at(1).disabled())
        .policy("pol_b", promise(FOUR).at(2))
        .opens("Mon 07-06 09:00")
        .has(Some("pol_b 1"))
        .is(&[
            "ok, next due Mon 07-06 13:00",
            "firstResponse PT4H: running, due Mon 07-06 13:00",
        ]);
}

#[test]
fn a_ticket_keeps_a_policy_that_is_disabled_later() {
    story(MADRID)
        .policy("pol_a", promise(TWO))
        .opens("Mon 07-06 09:00")
        .policy("pol_a", promise(TWO).disabled())
        .sweep("Mon 07-06 11:00")
        .has(Some("pol_a 1"))
        .is(&[
            "breached, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "SLA_BREACHED firstResponse at Mon 07-06 11:00",
        ]);
}

#[test]
fn without_any_policy_there_are_no_clocks() {
    story(MADRID)
        .policy("pol_default", promise(TWO).disabled())
        .opens("Mon 07-06 09:00")
        .has(None)
        .agent_says("Mon 07-06 10:00")
        .customer_says("Mon 07-06 11:00")
        .sweep("Fri 07-10 09:00")
        .looks_next(None)
        .is(&["none"]);
}

#[test]
fn the_built_in_policy_may_be_replaced() {
    story(MADRID)
        .policy("pol_default", promise(TWO))
        .opens("Mon 07-06 09:00")
        .has(Some("pol_default 1"))
        .is(&[
            "ok, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00",
        ]);
}

#[test]
fn another_category_brings_another_policy_and_its_hours() {
    // Around the clock, 09:00 + 4 h; in hours, Mon 17:00–18:00 is 1 h and Tue 09:00–12:00 the other 3 h.
    story(MADRID)
        .office(HALVES, &[])
        .policy("pol_a", promise(FOUR).in_hours().for_category(Billing))
        .policy("pol_b", promise(FOUR).at(2))
        .opens("Mon 07-06 17:00")
        .has(Some("pol_b 1"))
        .is(&[
            "ok, next due Mon 07-06 21:00",
            "firstResponse PT4H: running, due Mon 07-06 21:00",
        ])
        .category("Mon 07-06 20:00", Billing)
        .has(Some("pol_a 1, cal_office 1"))
        .is(&[
            "ok, next due Tue 07-07 12:00",
            "firstResponse PT4H: running, due Tue 07-07 12:00",
        ])
        .explains(
            "firstResponse",
            "Tue 07-07 10:00",
            "elapsed 2h, remaining 2h", // 1 h, and 1 h
            &[
                "started #1 Mon 07-06 17:00",
                "retargeted #2 Mon 07-06 20:00",
            ],
        );
}

#[test]
fn a_clock_that_ends_with_the_change_is_reckoned_by_the_old_policy_altogether() {
    // Around the clock, 12:00–16:00 is 4 h of 8; in the office's hours it would be 3 h.
    let edits = Edits {
        category: Some(Billing),
        status: Some(Resolved),
        resolution: Resolution::parse("Restarted").ok(),
        ..Edits::default()
    };
    let office = promise("medium resolution PT6H").in_hours();
    story(MADRID)
        .office(HALVES, &[])
        .policy("pol_a", office.for_category(Billing))
        .policy("pol_b", promise("medium resolution PT8H").at(2))
        .opens("Mon 07-06 12:00")
        .update("Mon 07-06 16:00", edits)
        .is(&[
            "met",
            "resolution PT8H: met Mon 07-06 16:00, due Mon 07-06 20:00",
        ])
        .explains(
            "resolution",
            "Tue 07-07 12:00",
            "elapsed 4h, remaining 4h",
            &["started #1 Mon 07-06 12:00", "met #2 Mon 07-06 16:00"],
        );
}

#[test]
fn a_tag_brings_another_policy_and_may_find_it_missed() {
    // 09:00 + 2 h was 11:00.
    story(MADRID)
        .policy("pol_vip", promise(TWO).for_tag("vip"))
        .policy("pol_b", promise("medium firstResponse PT8H").at(2))
        .opens("Mon 07-06 09:00")
        .tags("Mon 07-06 12:00", &["api", "vip"])
        .has(Some("pol_vip 1"))
        .sweep("Mon 07-06 12:01")
        .is(&[
            "breached, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "SLA_BREACHED firstResponse at Mon 07-06 11:00, published Mon 07-06 12:01",
        ]);
}

#[test]
fn what_no_filter_looks_at_changes_no_policy() {
    // There is a better one since 09:30; a message and a note do not fetch it, a tag does.
    story(MADRID)
        .policy("pol_b", promise(FOUR).at(2))
        .opens_with("Mon 07-06 09:00", Medium, General, &[])
        .policy("pol_a", promise(TWO))
        .note("Mon 07-06 09:40")
        .customer_says("Mon 07-06 09:45")
        .has(Some("pol_b 1"))
        .is(&[
            "ok, next due Mon 07-06 13:00",
            "firstResponse PT4H: running, due Mon 07-06 13:00",
        ])
        .tags("Mon 07-06 10:00", &["api"])
        .has(Some("pol_a 1"))
        .is(&[
            "ok, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00",
        ]);
}
