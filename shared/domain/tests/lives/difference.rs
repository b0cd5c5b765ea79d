//! What differs between two heads, and the entry that says so.

use domain::{
    Actor, Author, Change, Clocks, Command, Content, Entry, Reckoned, Stamp, Status, Ticket,
};

use crate::model::voice;

/// The entry that takes a ticket from one head to the next.
pub fn entry(
    before: &Ticket,
    after: &Ticket,
    command: &Command,
    actor: &Actor,
    stamp: Stamp,
) -> Entry {
    let content = match command.clone() {
        Command::Reply { message, .. } => Content::Said {
            voice: voice(actor),
            message,
        },
        Command::Note { message, .. } => Content::Noted { message },
        Command::Update(_) | Command::Claim => Content::Changed,
        Command::Escalate { reason } => Content::Escalated { reason },
        Command::Delete => Content::Deleted,
        Command::Restore => Content::Restored,
    };
    let attachments = match command {
        Command::Reply { attachments, .. } | Command::Note { attachments, .. } => {
            attachments.clone()
        }
        Command::Update(_)
        | Command::Claim
        | Command::Escalate { .. }
        | Command::Delete
        | Command::Restore => Vec::new(),
    };
    Entry {
        id: stamp.id,
        seq: after.version,
        author: Author::Principal(actor.principal.clone()),
        at: after.updated_at,
        content,
        changes: in_any_order(changes(before, after)),
        attachments,
        closes_at: after
            .closes_at
            .filter(|_| before.status != Status::Resolved),
        reckoned: Reckoned::default(),
    }
}

/// A head without its clocks, and without what they change of it.
pub fn without_clocks(head: Ticket) -> Ticket {
    Ticket {
        public_facts_changed: false,
        given: None,
        clocks: Clocks::default(),
        ..head
    }
}

/// An entry without what it says of clocks.
pub fn without_reckoning(entry: Entry) -> Entry {
    Entry {
        reckoned: Reckoned::default(),
        ..entry
    }
}

/// Which field comes first in an entry is nobody's promise; each comes once.
pub fn in_any_order(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by_key(ToString::to_string);
    changes
}

/// The changes that lead from one head to the next.
fn changes(before: &Ticket, after: &Ticket) -> Vec<Change> {
    let (b, a) = (before.clone(), after.clone());
    let mut changes = Vec::new();
    if b.title != a.title {
        changes.push(Change::Title {
            from: b.title,
            to: a.title,
        });
    }
    if b.category != a.category {
        changes.push(Change::Category {
            from: b.category,
            to: a.category,
        });
    }
    if b.priority != a.priority {
        changes.push(Change::Priority {
            from: b.priority,
            to: a.priority,
        });
    }
    if b.tags != a.tags {
        changes.push(Change::Tags {
            from: b.tags,
            to: a.tags,
        });
    }
    if b.assigned_to != a.assigned_to {
        changes.push(Change::AssignedTo {
            from: b.assigned_to,
            to: a.assigned_to,
        });
    }
    if b.status != a.status {
        changes.push(Change::Status {
            from: b.status,
            to: a.status,
        });
    }
    if b.resolution != a.resolution {
        changes.push(Change::Resolution {
            from: b.resolution,
            to: a.resolution,
        });
    }
    changes
}
