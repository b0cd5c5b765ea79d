//! The responses: what is an answer, and to what.

use domain::Status::{InProgress, Pending};

use super::MADRID;
use super::promise::promise;
use super::story::{Story, story};

fn promised() -> Story {
    let targets = "medium firstResponse PT2H nextResponse PT1H";
    story(MADRID).policy("pol_a", promise(targets))
}

#[test]
fn an_agent_s_public_message_is_the_first_response() {
    promised()
        .opens("Mon 07-06 09:00")
        .agent_says("Mon 07-06 10:30")
        .is(&[
            "met",
            "firstResponse PT2H: met Mon 07-06 10:30, due Mon 07-06 11:00",
        ])
        .explains(
            "firstResponse",
            "Tue 07-07 10:30",
            "elapsed 1h 30m, remaining 30m", // at its end
            &["started #1 Mon 07-06 09:00", "met #2 Mon 07-06 10:30"],
        );
}

#[test]
fn a_note_is_no_answer() {
    promised()
        .opens("Mon 07-06 09:00")
        .note("Mon 07-06 10:00")
        .is(&[
            "ok, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00",
        ]);
}

#[test]
fn a_change_is_no_answer() {
    promised()
        .opens("Mon 07-06 09:00")
        .status("Mon 07-06 10:00", InProgress)
        .status("Mon 07-06 10:01", Pending)
        .is(&[
            "ok, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00",
        ]);
}

#[test]
fn what_the_system_publishes_is_no_answer() {
    promised()
        .opens("Mon 07-06 09:00")
        .sweep("Mon 07-06 11:00")
        .note("Mon 07-06 11:30")
        .is(&[
            "breached, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "SLA_BREACHED firstResponse at Mon 07-06 11:00",
        ]);
}

#[test]
fn an_agent_that_opens_for_a_customer_has_not_answered() {
    promised().agent_opens("Mon 07-06 09:00").is(&[
        "ok, next due Mon 07-06 11:00",
        "firstResponse PT2H: running, due Mon 07-06 11:00",
    ]);
}

#[test]
fn before_the_first_response_nobody_waits_for_a_next_one() {
    promised()
        .opens("Mon 07-06 09:00")
        .customer_says("Mon 07-06 09:30")
        .is(&[
            "ok, next due Mon 07-06 11:00",
            "firstResponse PT2H: running, due Mon 07-06 11:00",
        ])
        .agent_says("Mon 07-06 10:00")
        .is(&[
            "met",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
        ]);
}

#[test]
fn a_next_response_is_owed_since_the_first_message_of_several() {
    // 11:00 + 1 h; the messages of 11:20 and 11:40 change nothing.
    promised()
        .opens("Mon 07-06 09:00")
        .agent_says("Mon 07-06 10:00")
        .customer_says("Mon 07-06 11:00")
        .customer_says("Mon 07-06 11:20")
        .customer_says("Mon 07-06 11:40")
        .is(&[
            "ok, next due Mon 07-06 12:00",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
            "nextResponse 1 PT1H: running, due Mon 07-06 12:00",
        ])
        .agent_says("Mon 07-06 11:50")
        .is(&[
            "met",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
            "nextResponse 1 PT1H: met Mon 07-06 11:50, due Mon 07-06 12:00",
        ]);
}

#[test]
fn each_answer_ends_an_instance_and_the_next_question_starts_another() {
    let story = promised()
        .opens("Mon 07-06 09:00")
        .agent_says("Mon 07-06 10:00")
        .customer_says("Mon 07-06 11:00")
        .agent_says("Mon 07-06 11:30")
        .agent_says("Mon 07-06 11:40") // to nothing
        .customer_says("Mon 07-06 12:00")
        .agent_says("Mon 07-06 12:10")
        .customer_says("Mon 07-06 15:00")
        .is(&[
            "ok, next due Mon 07-06 16:00",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
            "nextResponse 3 PT1H: running, due Mon 07-06 16:00",
        ]);
    // The head has let go of those before; the thread has not.
    story
        .explains(
            "nextResponse 1",
            "Mon 07-06 15:15",
            "elapsed 30m, remaining 30m",
            &["started #3 Mon 07-06 11:00", "met #4 Mon 07-06 11:30"],
        )
        .explains(
            "nextResponse 2",
            "Mon 07-06 15:15",
            "elapsed 10m, remaining 50m",
            &["started #6 Mon 07-06 12:00", "met #7 Mon 07-06 12:10"],
        )
        .explains(
            "nextResponse 3",
            "Mon 07-06 15:15",
            "elapsed 15m, remaining 45m",
            &["started #8 Mon 07-06 15:00"],
        );
}

#[test]
fn a_missed_next_response_stays_missed_when_another_follows() {
    // Instance 1 is due 12:00 and met 12:30, over by 30 min; the status remembers it.
    promised()
        .opens("Mon 07-06 09:00")
        .agent_says("Mon 07-06 10:00")
        .customer_says("Mon 07-06 11:00")
        .agent_says("Mon 07-06 12:30")
        .customer_says("Mon 07-06 13:00")
        .sweep("Mon 07-06 13:01")
        .is(&[
            "breached, next due Mon 07-06 14:00",
            "firstResponse PT2H: met Mon 07-06 10:00, due Mon 07-06 11:00",
            "nextResponse 2 PT1H: running, due Mon 07-06 14:00",
            "SLA_BREACHED nextResponse 1 at Mon 07-06 12:00, published Mon 07-06 13:01",
        ])
        .explains(
            "nextResponse 1",
            "Mon 07-06 13:01",
            "elapsed 1h 30m, over by 30m",
            &[
                "started #3 Mon 07-06 11:00",
                "breached #6 Mon 07-06 12:00",
                "met #4 Mon 07-06 12:30",
            ],
        );
}

#[test]
fn an_answer_one_millisecond_before_the_due_time_is_in_time() {
    promised()
        .opens("Mon 07-06 09:00")
        .agent_says("Mon 07-06 10:59:59.999")
        .sweep("Mon 07-06 12:00")
        .is(&[
            "met",
            "firstResponse PT2H: met Mon 07-06 10:59:59.999, due Mon 07-06 11:00",
        ]);
}

#[test]
fn an_answer_at_the_due_time_is_late() {
    // Before 11:00 it was not met.
    promised()
        .opens("Mon 07-06 09:00")
        .agent_says("Mon 07-06 11:00")
        .sweep("Mon 07-06 11:00")
        .is(&[
            "breached",
            "firstResponse PT2H: met Mon 07-06 11:00, due Mon 07-06 11:00, breached Mon 07-06 11:00",
            "SLA_BREACHED firstResponse at Mon 07-06 11:00",
        ]);
}
