//! Random lives of tickets, held against an independent little model of the contract's rules (§2, §3).
//!
//! A life is an opening by anybody and up to 60 commands from anybody, on clocks that may jump backwards. After each
//! command: the answer, its entry and the head are the model's; the head is the fold of its thread; the thread has no
//! gaps, its times never run backwards and its moves are the table's; what was refused or changed nothing left
//! everything as it was; and what a customer reads of the thread holds nothing internal.

#[path = "lives/difference.rs"]
mod difference;
#[path = "lives/fields.rs"]
mod fields;
#[path = "lives/life.rs"]
mod life;
#[path = "lives/machine.rs"]
mod machine;
#[path = "lives/model.rs"]
mod model;

use std::collections::BTreeMap;

use difference::{without_clocks, without_reckoning};
use domain::{
    Change, Command, Configuration, Content, Due, Entry, EntryKind, Refusal, Stamp, Status, Ticket,
    Visibility, Voice,
};
use jiff::SignedDuration;
use life::{Life, Step, any_life};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_ticket_opens_as_the_contract_says(life in any_life()) {
        let Life { opener, opening, acts: _ } = &life;
        let head = model::open(opening, life::NUMBER, life::id(), opener, life::birth().now);
        let entry = head.clone().map(|head| model::first_entry(&head, opening, opener, life::birth()));
        prop_assert_eq!(life.open().map(without_reckoning), entry);

        if let Ok(entry) = life.open() {
            let opened = Ticket::opened(opener.tenant.clone(), life::id(), &entry).ok();
            prop_assert_eq!(opened.map(without_clocks), head.ok());
        }
    }

    #[test]
    fn every_answer_and_every_head_are_the_ones_the_contract_gives(life in any_life()) {
        for Step { act, stamp, before, answer, after, .. } in life.steps() {
            let (before, after) = (without_clocks(before), without_clocks(after));
            prop_assert_eq!(act.actor.sees(&before), model::sees(&act.actor, &before));
            let expected = model::act(&before, &act.command, &act.actor, &act.settings, stamp.now);
            let answer = answer.map(|entry| entry.map(|entry| Entry { changes: difference::in_any_order(entry.changes.clone()), ..without_reckoning(entry) }));
            let entry = |head: &Ticket| difference::entry(&before, head, &act.command, &act.actor, stamp);
            prop_assert_eq!(&answer, &expected.clone().map(|head| head.as_ref().map(entry)));
            prop_assert_eq!(after, expected.ok().flatten().unwrap_or(before));
        }
    }

    #[test]
    fn the_head_is_the_fold_of_its_thread_after_every_step(life in any_life()) {
        for Step { after, thread, .. } in life.steps() {
            prop_assert_eq!(Ticket::fold(after.tenant.clone(), after.id, &thread), Ok(after));
        }
    }

    #[test]
    fn the_thread_has_no_gaps_and_its_times_never_run_backwards(life in any_life()) {
        for Step { after, thread, .. } in life.steps() {
            prop_assert!(thread.iter().map(|entry| entry.seq).eq(1..=after.version));
            prop_assert!(thread.iter().map(|entry| entry.at).is_sorted());
            prop_assert_eq!(thread.last().map(|entry| entry.at), Some(after.updated_at));
        }
    }

    #[test]
    fn what_a_customer_knows_of_a_ticket_is_of_its_newest_public_entry(life in any_life()) {
        for Step { after, thread, .. } in life.steps() {
            let newest = thread.iter().rfind(|entry| entry.visibility() == Visibility::Public);
            let known = newest.map(|entry| (entry.seq, entry.at));
            prop_assert_eq!(known, Some((after.public_version, after.public_at)));
            let (head, since) = thread.split_at(after.public_version as usize);
            let at_that_time = Ticket::fold(after.tenant.clone(), after.id, head).expect("a thread");
            prop_assert!(!at_that_time.public_facts_changed);
            if at_that_time.public_facts() != after.public_facts() {
                prop_assert!(after.public_facts_changed, "{since:?}");
            }
        }
    }

    #[test]
    fn a_ticket_only_makes_moves_of_the_table(life in any_life()) {
        for Step { before, after, .. } in life.steps() {
            let (from, to) = (before.status, after.status);
            prop_assert!(from == to || machine::has_move(from, to), "{from} → {to}");
        }
    }

    #[test]
    fn what_is_refused_or_changes_nothing_leaves_everything_as_it_was(life in any_life()) {
        let mut length = 1;
        for Step { before, answer, after, thread, .. } in life.steps() {
            if let Ok(Some(_)) = answer {
                length += 1;
            } else {
                prop_assert_eq!(after, before);
            }
            prop_assert_eq!(thread.len(), length);
        }
    }

    #[test]
    fn an_entry_is_of_the_kind_and_for_the_readers_the_contract_says(life in any_life()) {
        for entry in thread(&life) {
            let public = match &entry.content {
                Content::Opened(_) | Content::Said { .. } => true,
                Content::Noted { .. } | Content::Escalated { .. } | Content::Passed(_) | Content::Deleted | Content::Restored => false,
                Content::Changed => entry.changes.iter().any(model::is_public),
            };
            let visibility = if public { Visibility::Public } else { Visibility::Internal };
            let kind = match &entry.content {
                Content::Opened(opened) => spoken(opened.voice),
                Content::Said { voice, .. } => spoken(*voice),
                Content::Noted { .. } => EntryKind::Note,
                Content::Changed | Content::Escalated { .. } | Content::Passed(_) | Content::Deleted | Content::Restored => EntryKind::System,
            };
            prop_assert_eq!((entry.visibility(), entry.kind()), (visibility, kind));
            prop_assert!(entry.changes_for(Visibility::Internal).eq(&entry.changes));
            prop_assert!(entry.changes_for(Visibility::Public).eq(entry.changes.iter().filter(|c| model::is_public(c))));
        }
    }

    #[test]
    fn what_time_alone_does_is_what_the_contract_says(life in any_life()) {
        let configuration = Configuration::default();
        let rules = configuration.rules(None);
        for Step { stamp, after, .. } in life.steps() {
            let after = without_clocks(after);
            for hours in [0, 23, 24 * 4, 24 * 9, 24 * 30, 24 * 31] {
                for less in [0, 1] {
                    let now = after.updated_at + SignedDuration::from_hours(hours) - SignedDuration::from_millis(less);
                    let stamp = Stamp { now, ..stamp };
                    prop_assert_eq!(after.due(stamp, rules), model::due(&after, stamp));
                    let is_due = after.deadline().is_some_and(|deadline| deadline <= now);
                    prop_assert_eq!(after.due(stamp, rules) != Due::Nothing, is_due);
                    if let Due::Entry(entry) = after.due(stamp, rules) {
                        let mut closed = after.clone();
                        closed.apply(&entry).expect("an entry due on this head");
                        prop_assert_eq!((closed.status, closed.closed_at), (Status::Closed, Some(entry.at)));
                        prop_assert_eq!(closed.due(stamp, rules), Due::Nothing);
                    }
                }
            }
        }
    }

    #[test]
    fn a_customer_never_reads_what_is_internal(life in any_life()) {
        for line in read_by_a_customer(&thread(&life)) {
            for internal in [life::WHISPER, life::TAG, "priority:", "assigned to:", "tags:"] {
                prop_assert!(!line.contains(internal), "{line}");
            }
        }
    }
}

/// Half the usual number of cases, because a life is up to 60 of them; `PROPTEST_CASES` scales it. A failure prints the
/// smallest life that shows it, and writes no file.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: usual.cases.div_ceil(2),
        failure_persistence: None,
        ..usual
    }
}

/// The random lives are worth something only if they get everywhere.
#[test]
fn random_lives_meet_every_answer() {
    let mut met = BTreeMap::new();
    let mut runner = TestRunner::deterministic();
    for _ in 0..200 {
        let life = any_life().new_tree(&mut runner).expect("a life").current();
        let opened = life
            .open()
            .err()
            .map(|refusal| format!("opening: {}", name(&refusal)));
        for what in opened
            .into_iter()
            .chain(life.steps().iter().flat_map(happened))
        {
            *met.entry(what).or_insert(0) += 1;
        }
    }
    let answers = [
        "already assigned",
        "already urgent",
        "deleted",
        "entry",
        "entry on a clock that is behind",
        "escalated",
        "fields forbidden",
        "forbidden",
        "no such move",
        "not found",
        "nothing",
        "opening: client required",
        "opening: fields forbidden",
        "past restoring",
        "reopened",
        "resolution required",
        "restored",
        "ticket closed",
        "to closed",
        "to in_progress",
        "to open",
        "to pending",
        "to resolved",
        "too many tags",
    ];
    assert!(met.keys().eq(answers), "{met:#?}");
    assert!(met.values().all(|times| *times >= 5), "{met:#?}");
}

/// What the step is an example of.
fn happened(step: &Step) -> Vec<String> {
    let Step {
        act,
        stamp,
        before,
        answer,
        after,
        ..
    } = step;
    let entry = match answer {
        Ok(Some(entry)) => entry,
        Ok(None) => return vec!["nothing".into()],
        Err(refusal) => {
            let admin_again = before.deleted_at.is_some() && act.actor.administers(before);
            let past = admin_again && matches!(act.command, Command::Restore);
            let past = past.then_some("past restoring");
            return [Some(name(refusal)), past]
                .into_iter()
                .flatten()
                .map(str::to_owned)
                .collect();
        }
    };
    let done = match &entry.content {
        Content::Escalated { .. } => Some("escalated".into()),
        Content::Deleted => Some("deleted".into()),
        Content::Restored => Some("restored".into()),
        Content::Opened(_)
        | Content::Said { .. }
        | Content::Noted { .. }
        | Content::Changed
        | Content::Passed(_) => None,
    };
    let status = entry.changes.iter().find_map(|change| match change {
        Change::Status { to, .. } => Some(format!("to {to}")),
        Change::Title { .. }
        | Change::Category { .. }
        | Change::Priority { .. }
        | Change::Tags { .. }
        | Change::AssignedTo { .. }
        | Change::Resolution { .. } => None,
    });
    let behind = (stamp.now < before.updated_at).then(|| "entry on a clock that is behind".into());
    let reopened = (after.reopen_count > before.reopen_count).then(|| "reopened".into());
    [Some("entry".into()), done, status, behind, reopened]
        .into_iter()
        .flatten()
        .collect()
}

fn name(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotFound => "not found",
        Refusal::Forbidden => "forbidden",
        Refusal::FieldsForbidden { .. } => "fields forbidden",
        Refusal::ClientRequired => "client required",
        Refusal::TicketClosed { .. } => "ticket closed",
        Refusal::InvalidTransition { .. } => "no such move",
        Refusal::ResolutionRequired { .. } => "resolution required",
        Refusal::TooManyTags { .. } => "too many tags",
        Refusal::AlreadyAssigned { .. } => "already assigned",
        Refusal::AlreadyUrgent => "already urgent",
        Refusal::Upload(_) | Refusal::Level(_) => unreachable!("no decision is about these"),
        Refusal::VersionMismatch { .. } | Refusal::VersionExcluded { .. } => "version mismatch",
    }
}

fn thread(life: &Life) -> Vec<Entry> {
    let longest = life.steps().pop().map(|step| step.thread);
    longest.unwrap_or_else(|| life.open().into_iter().collect())
}

fn spoken(voice: Voice) -> EntryKind {
    match voice {
        Voice::User => EntryKind::User,
        Voice::Agent => EntryKind::Agent,
    }
}

fn read_by_a_customer(thread: &[Entry]) -> Vec<String> {
    let public = thread
        .iter()
        .filter(|entry| entry.visibility() == Visibility::Public);
    let lines = |entry: &Entry| {
        let words = entry.words().map(str::to_owned);
        let changes = entry
            .changes_for(Visibility::Public)
            .map(ToString::to_string);
        words.into_iter().chain(changes).collect::<Vec<_>>()
    };
    public.flat_map(lines).collect()
}
