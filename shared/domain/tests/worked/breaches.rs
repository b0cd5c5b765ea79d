//! What a policy does about a missed target, in the entry that says so.

use domain::Category::General;
use domain::Priority::{Medium, Urgent};
use domain::Status::{Closed, Resolved};

use super::MADRID;
use super::promise::{Promise, promise};
use super::story::story;

#[test]
fn a_breach_raises_the_priority_and_the_other_clocks_are_retargeted() {
    // Missed at 11:00. As high: 09:00 + 1 h for the response, which stays missed at 11:00; 09:00 + 4 h for the
    // resolution.
    let targets =
        "medium firstResponse PT2H resolution PT8H, high firstResponse PT1H resolution PT4H";
    story(MADRID)
        .policy("pol_a", promise(targets).raises())
        .opens("Mon 07-06 09:00")
        .sweep("Mon 07-06 11:00")
        .is(&[
            "breached, next due Mon 07-06 10:00",
            "firstResponse PT1H: running, due Mon 07-06 10:00, breached Mon 07-06 11:00",
            "resolution PT4H: running, due Mon 07-06 13:00",
            "SLA_BREACHED firstResponse at Mon 07-06 11:00; priority: medium → high",
        ])
        .explains(
            "resolution",
            "Mon 07-06 12:00",
            "elapsed 3h, remaining 1h",
            &[
                "started #1 Mon 07-06 09:00",
                "retargeted #2 Mon 07-06 11:00",
            ],
        );
}

#[test]
fn a_raised_priority_may_be_missed_at_once_and_is_raised_again() {
    // The response is missed at 11:00; as high, the resolution was due at 10:30; as urgent, at 10:00: missed it is at
    // the first of the times at which that was found out.
    let targets = "medium firstResponse PT2H resolution PT8H, high resolution PT1H30M, urgent resolution PT1H";
    story(MADRID)
        .policy("pol_a", promise(targets).raises())
        .opens("Mon 07-06 09:00")
        .sweep("Mon 07-06 11:00")
        .is(&[
            "breached, next due Mon 07-06 10:00",
            "firstResponse of nothing any more: running, breached Mon 07-06 11:00",
            "resolution PT1H: running, due Mon 07-06 10:00, breached Mon 07-06 10:30",
            "SLA_BREACHED firstResponse at Mon 07-06 11:00; priority: medium → high",
            "SLA_BREACHED resolution at Mon 07-06 10:30, published Mon 07-06 11:00; priority: high → urgent",
        ]);
}

#[test]
fn an_urgent_ticket_cannot_be_raised() {
    story(MADRID)
        .policy("pol_a", promise("urgent resolution PT1H").raises())
        .opens_as("Mon 07-06 09:00", Urgent)
        .sweep("Mon 07-06 10:00")
        .is(&[
            "breached, next due Mon 07-06 10:00",
            "resolution PT1H: running, due Mon 07-06 10:00, breached Mon 07-06 10:00",
            "SLA_BREACHED resolution at Mon 07-06 10:00",
        ]);
}

#[test]
fn a_breach_assigns_and_tags() {
    let promise = promise("medium resolution PT1H");
    story(MADRID)
        .policy("pol_a", promise.assigns("boss").adds_tag("late"))
        .opens_with("Mon 07-06 09:00", Medium, General, &["api"])
        .sweep("Mon 07-06 10:00")
        .is(&[
            "breached, next due Mon 07-06 10:00",
            "resolution PT1H: running, due Mon 07-06 10:00, breached Mon 07-06 10:00",
            "SLA_BREACHED resolution at Mon 07-06 10:00; tags: [api] → [api, late]; assigned to: nobody → boss",
        ]);
}

#[test]
fn a_breach_changes_nothing_that_is_so_already() {
    // Each missed target is a breach of its own; the first has done all there was to do.
    let targets = "medium firstResponse PT1H resolution PT2H";
    story(MADRID)
        .policy("pol_a", promise(targets).assigns("boss").adds_tag("late"))
        .opens_with("Mon 07-06 09:00", Medium, General, &["late"])
        .sweep("Mon 07-06 12:00")
        .is(&[
            "breached, next due Mon 07-06 10:00",
            "firstResponse PT1H: running, due Mon 07-06 10:00, breached Mon 07-06 10:00",
            "resolution PT2H: running, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "SLA_BREACHED firstResponse at Mon 07-06 10:00, published Mon 07-06 12:00; assigned to: nobody → boss",
            "SLA_BREACHED resolution at Mon 07-06 11:00, published Mon 07-06 12:00",
        ]);
}

#[test]
fn of_a_tag_that_a_ticket_with_20_has_no_place_for_the_breach_tells() {
    let tags: Vec<String> = (1..=20).map(|n| format!("tag {n}")).collect();
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    let promise = promise("medium resolution PT1H").adds_tag("late");
    story(MADRID)
        .policy("pol_a", promise.assigns("boss"))
        .opens_with("Mon 07-06 09:00", Medium, General, &tags)
        .sweep("Mon 07-06 10:00")
        .is(&[
            "breached, next due Mon 07-06 10:00",
            "resolution PT1H: running, due Mon 07-06 10:00, breached Mon 07-06 10:00",
            "SLA_BREACHED resolution at Mon 07-06 10:00; assigned to: nobody → boss; not tagged late",
        ])
        .last_reads(
            "SLA_BREACHED: resolution (PT1H) was due at 2026-07-06T08:00:00.000Z; tag late not added: there are 20 already; \
             assigned to: nobody → boss",
        );
}

#[test]
fn a_tag_that_a_ticket_has_in_another_spelling_is_not_added_again() {
    let promise = promise("medium resolution PT1H").adds_tag("Late");
    story(MADRID)
        .policy("pol_a", promise)
        .opens_with("Mon 07-06 09:00", Medium, General, &["LATE"])
        .sweep("Mon 07-06 10:00")
        .is(&[
            "breached, next due Mon 07-06 10:00",
            "resolution PT1H: running, due Mon 07-06 10:00, breached Mon 07-06 10:00",
            "SLA_BREACHED resolution at Mon 07-06 10:00",
        ]);
}

#[test]
fn a_warning_does_nothing_but_warn() {
    let promise = promise("medium resolution PT2H").warns_at(&[50]);
    story(MADRID)
        .policy("pol_a", promise.raises().assigns("boss").adds_tag("late"))
        .opens("Mon 07-06 09:00")
        .sweep("Mon 07-06 10:00")
        .is(&[
            "at_risk, next due Mon 07-06 11:00",
            "resolution PT2H: running, due Mon 07-06 11:00",
            "SLA_WARNING 50 % of resolution at Mon 07-06 10:00",
        ]);
}

#[test]
fn a_closed_ticket_is_left_as_it_is() {
    // Looked at in time, it would have been raised; as high it was promised the same.
    let promise = promise("medium resolution PT1H, high resolution PT1H");
    story(MADRID)
        .policy("pol_a", promise.raises().assigns("boss").adds_tag("late"))
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:30", Closed)
        .sweep("Mon 07-06 11:00")
        .is(&[
            "breached",
            "resolution PT1H: met Mon 07-06 10:30, due Mon 07-06 10:00, breached Mon 07-06 10:00",
            "SLA_BREACHED resolution at Mon 07-06 10:00, published Mon 07-06 11:00",
        ]);
}

#[test]
fn a_resolved_ticket_is_not_left_as_it_is() {
    let promise = promise("medium resolution PT1H");
    story(MADRID)
        .policy("pol_a", promise.adds_tag("late"))
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:30", Resolved)
        .sweep("Mon 07-06 11:00")
        .is(&[
            "breached",
            "resolution PT1H: met Mon 07-06 10:30, due Mon 07-06 10:00, breached Mon 07-06 10:00",
            "SLA_BREACHED resolution at Mon 07-06 10:00, published Mon 07-06 11:00; tags: [] → [late]",
        ]);
}

#[test]
fn a_tag_that_a_breach_adds_may_bring_another_policy() {
    // The resolution's 8 h become 4 h: 09:00 + 4 h.
    let usual = promise("medium firstResponse PT1H resolution PT8H").at(2);
    let late = promise("medium firstResponse PT1H resolution PT4H");
    story(MADRID)
        .policy("pol_late", late.for_tag("late"))
        .policy("pol_usual", usual.adds_tag("late"))
        .opens("Mon 07-06 09:00")
        .sweep("Mon 07-06 10:00")
        .has(Some("pol_late 1"))
        .is(&[
            "breached, next due Mon 07-06 10:00",
            "firstResponse PT1H: running, due Mon 07-06 10:00, breached Mon 07-06 10:00",
            "resolution PT4H: running, due Mon 07-06 13:00",
            "SLA_BREACHED firstResponse at Mon 07-06 10:00; tags: [] → [late]",
        ]);
}
