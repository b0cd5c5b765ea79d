//! What differs between two heads, field by field.

use domain::{Change, Ticket};

/// Which field comes first in an entry is nobody's promise; each comes once.
pub fn in_any_order(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by_key(ToString::to_string);
    changes
}

/// The changes that lead from one head to the next.
pub fn changes(before: &Ticket, after: &Ticket) -> Vec<Change> {
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
