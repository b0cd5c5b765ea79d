//! A change of priority: due at another time, from the original start.

use domain::Priority::{High, Low, Medium, Urgent};
use domain::Status::{Pending, Resolved};
use domain::{Edits, Metric, Resolution};

use super::MADRID;
use super::promise::{Promise, promise};
use super::story::{Story, story};

const TARGETS: &str =
    "low resolution P1D, medium resolution PT8H, high resolution PT4H, urgent resolution PT1H";

fn promised() -> Story {
    story(MADRID).policy("pol_a", promise(TARGETS))
}

#[test]
fn a_raised_priority_is_due_earlier_from_the_original_start() {
    // 09:00 + 4 h, not 10:00 + 4 h.
    promised()
        .opens("Mon 07-06 09:00")
        .priority("Mon 07-06 10:00", High)
        .is(&[
            "ok, next due Mon 07-06 13:00",
            "resolution PT4H: running, due Mon 07-06 13:00",
        ])
        .goes_by(Metric::Resolution, "targets.high.resolution")
        .explains(
            "resolution",
            "Mon 07-06 11:00",
            "elapsed 2h, remaining 2h",
            &[
                "started #1 Mon 07-06 09:00",
                "retargeted #2 Mon 07-06 10:00",
            ],
        );
}

#[test]
fn a_pause_is_kept_when_the_priority_changes() {
    // Paused 10:00–12:00: 09:00 + 2 h + 4 h.
    promised()
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Pending)
        .customer_says("Mon 07-06 12:00")
        .priority("Mon 07-06 13:00", High)
        .is(&[
            "ok, next due Mon 07-06 15:00",
            "resolution PT4H: running, due Mon 07-06 15:00, paused 2h",
        ]);
}

#[test]
fn a_priority_that_changes_during_a_pause_counts_from_its_end() {
    // 1 h by 10:00; of the 4 h, 3 h are left at 12:00.
    promised()
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", Pending)
        .priority("Mon 07-06 11:00", High)
        .is(&["paused", "resolution PT4H: paused"])
        .customer_says("Mon 07-06 12:00")
        .is(&[
            "ok, next due Mon 07-06 15:00",
            "resolution PT4H: running, due Mon 07-06 15:00, paused 2h",
        ]);
}

#[test]
fn a_priority_raised_past_its_due_time_is_missed_at_that_time() {
    // 09:00 + 1 h was 10:00, two hours ago.
    promised()
        .opens("Mon 07-06 09:00")
        .priority("Mon 07-06 12:00", Urgent)
        .is(&[
            "breached, next due Mon 07-06 10:00",
            "resolution PT1H: running, due Mon 07-06 10:00, breached Mon 07-06 10:00",
        ])
        .looks_next(Some("Mon 07-06 10:00"))
        .sweep("Mon 07-06 12:01")
        .is(&[
            "breached, next due Mon 07-06 10:00",
            "resolution PT1H: running, due Mon 07-06 10:00, breached Mon 07-06 10:00",
            "SLA_BREACHED resolution at Mon 07-06 10:00, published Mon 07-06 12:01",
        ])
        .explains(
            "resolution",
            "Mon 07-06 12:01",
            "elapsed 3h 1m, over by 2h 1m",
            &[
                "started #1 Mon 07-06 09:00",
                "breached #3 Mon 07-06 10:00",
                "retargeted #2 Mon 07-06 12:00",
            ],
        );
}

#[test]
fn a_published_breach_is_not_taken_back_by_a_lower_priority() {
    // Missed at 13:00; then due at 09:00 + 24 h.
    promised()
        .opens_as("Mon 07-06 09:00", High)
        .sweep("Mon 07-06 13:00")
        .priority("Mon 07-06 14:00", Low)
        .sweep("Tue 07-07 09:00")
        .is(&[
            "breached, next due Tue 07-07 09:00",
            "resolution P1D: running, due Tue 07-07 09:00, breached Mon 07-06 13:00",
            "SLA_BREACHED resolution at Mon 07-06 13:00",
        ]);
}

#[test]
fn a_breach_that_nobody_has_published_yet_is_not_taken_back_either() {
    // Missed at 13:00, whoever looked: a sweep in time would have said so.
    promised()
        .opens_as("Mon 07-06 09:00", High)
        .priority("Mon 07-06 14:00", Low)
        .sweep("Mon 07-06 14:01")
        .is(&[
            "breached, next due Tue 07-07 09:00",
            "resolution P1D: running, due Tue 07-07 09:00, breached Mon 07-06 13:00",
            "SLA_BREACHED resolution at Mon 07-06 13:00, published Mon 07-06 14:01",
        ]);
}

#[test]
fn a_priority_lowered_in_time_misses_nothing() {
    promised()
        .opens_as("Mon 07-06 09:00", High)
        .priority("Mon 07-06 12:59:59.999", Low)
        .sweep("Mon 07-06 14:00")
        .is(&[
            "ok, next due Tue 07-07 09:00",
            "resolution P1D: running, due Tue 07-07 09:00",
        ]);
}

#[test]
fn a_priority_lowered_at_the_due_time_comes_too_late() {
    promised()
        .opens_as("Mon 07-06 09:00", High)
        .priority("Mon 07-06 13:00", Low)
        .is(&[
            "breached, next due Tue 07-07 09:00",
            "resolution P1D: running, due Tue 07-07 09:00, breached Mon 07-06 13:00",
        ]);
}

#[test]
fn a_clock_that_has_ended_is_not_retargeted() {
    // Resolved after 2 h, as medium.
    promised()
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 11:00", Resolved)
        .priority("Mon 07-06 12:00", Urgent)
        .sweep("Mon 07-06 12:01")
        .is(&[
            "met",
            "resolution PT8H: met Mon 07-06 11:00, due Mon 07-06 17:00",
        ])
        .goes_by(Metric::Resolution, "targets.medium.resolution");
}

#[test]
fn a_clock_that_ends_with_the_change_goes_by_the_old_rule_altogether() {
    // Resolved and made urgent in one breath: it was met as medium.
    let resolution = Resolution::parse("Restarted").expect("a resolution");
    promised()
        .opens("Mon 07-06 09:00")
        .update(
            "Mon 07-06 11:00",
            Edits {
                priority: Some(Urgent),
                status: Some(Resolved),
                resolution: Some(resolution),
                ..Edits::default()
            },
        )
        .is(&[
            "met",
            "resolution PT8H: met Mon 07-06 11:00, due Mon 07-06 17:00",
        ])
        .goes_by(Metric::Resolution, "targets.medium.resolution");
}

#[test]
fn a_reopened_clock_goes_by_what_the_ticket_then_has() {
    // 2 h by 11:00; made high while it was resolved; of 4 h, 2 h are left at 14:00.
    promised()
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 11:00", Resolved)
        .priority("Mon 07-06 12:00", High)
        .customer_says("Mon 07-06 14:00")
        .is(&[
            "ok, next due Mon 07-06 16:00",
            "resolution PT4H: running, due Mon 07-06 16:00, paused 3h",
        ])
        .goes_by(Metric::Resolution, "targets.high.resolution");
}

#[test]
fn a_warning_is_published_once_for_a_share_whatever_the_target_becomes() {
    // 50 % of 4 h is 11:00; as low, 50 % of 24 h would be 21:00: it has been said.
    story(MADRID)
        .policy("pol_a", promise(TARGETS).warns_at(&[50]))
        .opens_as("Mon 07-06 09:00", High)
        .sweep("Mon 07-06 11:00")
        .priority("Mon 07-06 12:00", Low)
        .sweep("Mon 07-06 22:00")
        .is(&[
            "at_risk, next due Tue 07-07 09:00",
            "resolution P1D: running, due Tue 07-07 09:00",
            "SLA_WARNING 50 % of resolution at Mon 07-06 11:00",
        ]);
}

#[test]
fn there_and_back_again_is_where_it_was() {
    promised()
        .opens("Mon 07-06 09:00")
        .priority("Mon 07-06 10:00", Low)
        .priority("Mon 07-06 11:00", Medium)
        .is(&[
            "ok, next due Mon 07-06 17:00",
            "resolution PT8H: running, due Mon 07-06 17:00",
        ]);
}
