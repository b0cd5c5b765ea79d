//! What time alone does to a ticket: a resolved one closes, a deleted one is purged.
//!
//! A ticket has at most one deadline at a time, the next; the table's index of deadlines holds it, so that the
//! scheduled check reads what is due and not what is open. Whether it is due is decided here, on the fresh head: the
//! check may come late, twice, or at once with itself.

use jiff::{SignedDuration, Timestamp};

use crate::{Author, Change, Content, Entry, Stamp, Status, Ticket};

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
        self.purges_at().or(self.closes_at)
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

    /// What is due.
    pub fn due(&self, stamp: Stamp) -> Due {
        match self.deadline() {
            Some(deadline) if deadline <= stamp.now => {
                if self.deleted_at.is_some() {
                    Due::Purge
                } else {
                    Due::Entry(Box::new(self.close_by_itself(stamp)))
                }
            }
            Some(_) | None => Due::Nothing,
        }
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
