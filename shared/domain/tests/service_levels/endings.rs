//! An entry that ends a clock and gives the ticket other terms, and one that meets a clock that was cancelled under other
//! terms: what is said of the clock is by the terms it ran under.

use domain::{
    Actor, Category, Command, Configuration, Edits, Entry, Explanation, Message, Metric, Opening,
    Priority, Resolution, Role, Stamp, Status, Tags, Terms, Ticket, Title,
};
use jiff::SignedDuration;

use super::levels::{Set, principal};
use super::life::{entry_id, id, tenant};
use super::minutes::minute;

/// Opens a billing ticket and lets an agent do these things, an hour apart, under the built-in policy for most tickets
/// and one with a calendar that is closed by then for technical ones.
fn explain(wanted: impl IntoIterator<Item = Command>) -> (Ticket, Explanation, Vec<Terms>) {
    let set = Set::closed_for_technical_ones();
    let configuration: &Configuration = &set.configuration;
    let agent = Actor {
        tenant: tenant(),
        principal: principal("eva"),
        role: Role::Agent,
    };
    let opening = Opening {
        title: Title::parse("No entra").expect("a title"),
        description: Message::parse("said").expect("a message"),
        priority: Some(Priority::High),
        category: Category::Billing,
        tags: Tags::default(),
        client: Some(principal("ana")),
    };
    let stamp = |n: u32| Stamp {
        id: entry_id(n),
        now: minute(i64::from(n) * 60),
    };
    let accepted = domain::open(opening, &agent, &domain::Settings::default()).expect("an opening");
    let entry = accepted.entry(id(), 1, Vec::new(), configuration.rules(None), stamp(0));
    let mut ticket = Ticket::opened(tenant(), id(), &entry).expect("an opening");
    let mut explanation = Explanation::new(tenant(), id());
    explanation.add(&entry).expect("a thread");
    for (n, command) in (1..).zip(wanted) {
        let terms = configuration.levels.terms_of(&ticket);
        let answer = ticket.decide(
            command,
            &agent,
            configuration.rules(terms.as_ref()),
            stamp(n),
        );
        let entry: Entry = answer.expect("allowed").expect("a change");
        ticket.apply(&entry).expect("a thread");
        explanation.add(&entry).expect("a thread");
    }
    let given = explanation.given();
    let terms = given
        .iter()
        .filter_map(|given| configuration.levels.terms_given(given))
        .collect();
    (ticket, explanation, terms)
}

fn resolved() -> Edits {
    let resolution = Resolution::parse("Restarted").ok();
    Edits {
        status: Some(Status::Resolved),
        resolution,
        ..Edits::default()
    }
}

#[test]
fn the_rule_of_a_clock_that_ends_with_another_priority_is_the_one_its_target_comes_from() {
    let edits = Edits {
        priority: Some(Priority::Urgent),
        ..resolved()
    };
    let (_, explanation, terms) = explain([Command::Update(edits)]);
    for explained in explanation.clocks(minute(600), &terms) {
        let terms = explained.terms.as_ref().expect("terms");
        let named = terms
            .policy
            .targets
            .get(explained.priority, explained.clock.metric);
        assert_eq!(named, explained.clock.target, "{}", explained.rule());
    }
}

#[test]
fn what_has_counted_on_a_clock_that_ends_with_another_policy_is_by_the_hours_it_was_due_by() {
    let edits = Edits {
        category: Some(Category::Technical),
        ..resolved()
    };
    let (_, explanation, terms) = explain([Command::Update(edits)]);
    for explained in explanation.clocks(minute(600), &terms) {
        let due_at = explained.clock.due_at.expect("a due time");
        let ended_at = explained.clock.end.expect("an end").at;
        assert_eq!(explained.remaining, Some(due_at.duration_since(ended_at)));
    }
}

#[test]
fn what_has_counted_on_a_cancelled_clock_that_is_met_under_another_policy_is_said_once() {
    let other = Edits {
        category: Some(Category::Technical),
        ..Edits::default()
    };
    let message = Message::parse("said").expect("a message");
    let reply = Command::Reply {
        message,
        status: None,
        resolution: None,
        attachments: Vec::new(),
    };
    let (ticket, explanation, terms) =
        explain([Command::Update(resolved()), Command::Update(other), reply]);
    let clock = ticket
        .clocks
        .get(Metric::FirstResponse, 1)
        .expect("a clock");
    let elapsed = clock.end.as_ref().map(|end| end.elapsed);
    let explained = explanation.clocks(minute(600), &terms).remove(0);
    assert_eq!(elapsed, Some(SignedDuration::from_hours(1)));
    assert_eq!(elapsed, Some(explained.elapsed));
}
