//! A promise that is taken away, and one that is made later.

use domain::Category::{Billing, Technical};
use domain::Priority::Medium;

use super::MADRID;
use super::promise::{Promise, promise};
use super::story::{Story, story};

const TWO: &str = "medium firstResponse PT2H";
const FOUR: &str = "medium firstResponse PT4H";

/// For technical tickets both responses, for billing the first alone.
fn with_and_without_next() -> Story {
    let both = "medium firstResponse PT2H nextResponse PT2H";
    story(MADRID)
        .policy("pol_both", promise(both).for_category(Technical))
        .policy("pol_first", promise(TWO).at(2).for_category(Billing))
        .opens_with("Mon 07-06 09:00", Medium, Technical, &[])
        .agent_says("Mon 07-06 10:00")
        .customer_says("Mon 07-06 12:00")
}

#[test]
fn a_policy_without_the_metric_takes_the_promise_away() {
    with_and_without_next()
        .category("Mon 07-06 13:00", Billing)
        .sweep("Mon 07-06 15:00")
        .is(&[
            "met",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
        ]);
}

#[test]
fn a_missed_target_stays_missed_when_its_promise_is_taken_away() {
    // 12:00 + 2 h was 14:00, published in time or afterwards; what is not promised any more is not shown.
    with_and_without_next()
        .sweep("Mon 07-06 14:00")
        .category("Mon 07-06 15:00", Billing)
        .is(&[
            "breached",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
            "nextResponse 1 of nothing any more: running, breached Mon 07-06 14:00",
            "SLA_BREACHED nextResponse 1 at Mon 07-06 14:00",
        ]);
    with_and_without_next()
        .category("Mon 07-06 15:00", Billing)
        .sweep("Mon 07-06 15:01")
        .is(&[
            "breached",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
            "nextResponse 1 of nothing any more: running, breached Mon 07-06 14:00",
            "SLA_BREACHED nextResponse 1 at Mon 07-06 14:00, published Mon 07-06 15:01",
        ]);
}

#[test]
fn a_policy_with_the_metric_brings_the_promise_back_from_the_original_start() {
    // 12:00 + 2 h is 14:00, in time and too late.
    with_and_without_next()
        .category("Mon 07-06 13:00", Billing)
        .category("Mon 07-06 13:30", Technical)
        .is(&[
            "ok, next due Mon 07-06 14:00",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
            "nextResponse 1 PT2H: running, due Mon 07-06 14:00",
        ]);
    with_and_without_next()
        .category("Mon 07-06 13:00", Billing)
        .category("Mon 07-06 15:00", Technical)
        .sweep("Mon 07-06 15:01")
        .is(&[
            "breached, next due Mon 07-06 14:00",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
            "nextResponse 1 PT2H: running, due Mon 07-06 14:00, breached Mon 07-06 14:00",
            "SLA_BREACHED nextResponse 1 at Mon 07-06 14:00, published Mon 07-06 15:01",
        ]);
}

#[test]
fn a_clock_that_turned_unpromised_is_promised_from_its_start() {
    // Nothing is promised until 10:30; then 09:00 + 2 h, as if it had always been.
    story(MADRID)
        .policy("pol_vip", promise(TWO).for_tag("vip"))
        .policy("pol_default", promise(FOUR).at(2).disabled())
        .opens("Mon 07-06 09:00")
        .has(None)
        .is(&["none"])
        .tags("Mon 07-06 10:30", &["vip"])
        .is(&[
            "ok, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00",
        ])
        .tags("Mon 07-06 10:45", &[])
        .has(None)
        .is(&["none"]);
}
