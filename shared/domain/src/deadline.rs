//! What time alone does to a ticket: its clocks pass their marks, a resolved one closes, a deleted one is purged.
//!
//! A ticket has at most one deadline at a time, the next; the table's index of deadlines holds it, so that the
//! scheduled check reads what is due and not what is open. Whether it is due is decided here, on the fresh head: the
//! check may come late, twice, or at once with itself.

use jiff::{SignedDuration, Timestamp};

use crate::decide::differs;
use crate::{
    Author, Change, Clock, Content, Entry, Mark, Passed, Rules, SlaEvent, Stamp, Status, Ticket,
};

/// How long a deleted ticket can be brought back: 30 days (contract §4).
const RESTORABLE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What is due on a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing, or nothing yet.
    Nothing,
    /// This entry is to be added.
    Entry(Box<Entry>),
    /// Nothing of the ticket is to be left.
    Purge,
}

impl Ticket {
    /// When something next happens to this ticket by itself.
    pub fn deadline(&self) -> Option<Timestamp> {
        let mark = || self.clocks.next_mark().map(|(_, mark)| mark.at);
        self.purges_at()
            .or_else(|| self.closes_at.into_iter().chain(mark()).min())
    }

    /// Until when a deleted ticket can be brought back, and when it is purged.
    pub fn purges_at(&self) -> Option<Timestamp> {
        let deleted_at = self.deleted_at?;
        Some(
            deleted_at
                .saturating_add(RESTORABLE)
                .unwrap_or(Timestamp::MAX),
        )
    }

    /// What is due first. `rules` have the ticket's own terms in them.
    pub fn due(&self, stamp: Stamp, rules: Rules<'_>) -> Due {
        let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at <= stamp.now);
        if self.deleted_at.is_some() {
            return if is_due(self.purges_at()) {
                Due::Purge
            } else {
                Due::Nothing
            };
        }
        let mark = self.clocks.next_mark().map(|(_, mark)| mark.at);
        let closes_first = self
            .closes_at
            .is_some_and(|at| mark.is_none_or(|mark| at < mark));
        let entry = if closes_first && is_due(self.closes_at) {
            Some(self.close_by_itself(stamp))
        } else if is_due(mark) {
            self.publication(stamp, rules)
        } else {
            None
        };
        entry.map_or(Due::Nothing, |entry| Due::Entry(Box::new(entry)))
    }

    /// The entry that says which mark was passed first, and does what is to be done about it.
    pub(crate) fn publication(&self, stamp: Stamp, rules: Rules<'_>) -> Option<Entry> {
        let (clock, mark) = self.clocks.next_mark()?;
        let Clock {
            metric,
            instance,
            target,
            ..
        } = *clock;
        let Mark { percent, at, .. } = *mark;
        let mut passed = Passed {
            metric,
            instance,
            target,
            percent,
            at,
            left_out: None,
        };
        let mut changes = Vec::new();
        if passed.event() == SlaEvent::Breached {
            (changes, passed.left_out) = self.on_breach(rules);
        }
        let content = Content::Passed(passed);
        let entry = self.next_entry(Author::System, content, changes, stamp);
        Some(entry.reckoned(self, rules))
    }

    /// What the ticket's policy does about a missed target, and the tag it has no place for. A closed ticket is left as it
    /// is.
    fn on_breach(&self, rules: Rules<'_>) -> (Vec<Change>, Option<String>) {
        let Some(terms) = rules.terms.filter(|_| self.status != Status::Closed) else {
            return (Vec::new(), None);
        };
        let todo = &terms.policy.on_breach;
        let raised = self.priority.raised().filter(|_| todo.raise_priority);
        let assigned = todo.assign_to.clone().map(Some);
        let tagged = self.tags.with(&todo.add_tag).ok();
        let left_out = todo.add_tag.clone().filter(|_| tagged.is_none());
        let changes = [
            differs(&self.priority, raised).map(|(from, to)| Change::Priority { from, to }),
            differs(&self.tags, tagged).map(|(from, to)| Change::Tags { from, to }),
            differs(&self.assigned_to, assigned).map(|(from, to)| Change::AssignedTo { from, to }),
        ];
        (changes.into_iter().flatten().collect(), left_out)
    }

    pub(crate) fn is_past_restoring(&self, now: Timestamp) -> bool {
        self.purges_at().is_some_and(|purges_at| purges_at <= now)
    }

    fn close_by_itself(&self, stamp: Stamp) -> Entry {
        let (from, to) = (self.status, Status::Closed);
        let changes = vec![Change::Status { from, to }];
        self.next_entry(Author::System, Content::Changed, changes, stamp)
    }
}
