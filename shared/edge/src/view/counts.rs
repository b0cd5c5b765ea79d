//! How many tickets there are, on the wire.

use domain::Status;
use serde::Serialize;
use store::{Counts, Recount};
use utoipa::ToSchema;

/// How many of the caller's tickets are in each status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Counts)]
pub struct CountsView {
    /// In any.
    #[schema(example = 12)]
    pub all: i64,
    /// Waiting for an agent.
    #[schema(example = 3)]
    pub open: i64,
    /// Waiting for the customer.
    #[schema(example = 2)]
    pub pending: i64,
    /// Being worked on.
    #[schema(example = 1)]
    pub in_progress: i64,
    /// Solved.
    #[schema(example = 2)]
    pub resolved: i64,
    /// Over.
    #[schema(example = 4)]
    pub closed: i64,
}

impl CountsView {
    /// Counts by name.
    pub fn new(counts: &Counts) -> Self {
        Self {
            all: counts.all(),
            open: counts.of(Status::Open),
            pending: counts.of(Status::Pending),
            in_progress: counts.of(Status::InProgress),
            resolved: counts.of(Status::Resolved),
            closed: counts.of(Status::Closed),
        }
    }
}

/// Counters, and what counting the tickets themselves has given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recount)]
pub struct RecountView {
    /// Whether the two are the same.
    #[schema(example = true)]
    pub agrees: bool,
    /// What the counters say.
    pub counters: CountsView,
    /// What the tickets say.
    pub tickets: CountsView,
}

impl RecountView {
    /// What a recount has found.
    pub fn new(found: &Recount) -> Self {
        Self {
            agrees: found.agrees(),
            counters: CountsView::new(&found.counters),
            tickets: CountsView::new(&found.tickets),
        }
    }
}
