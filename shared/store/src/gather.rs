//! Lists of a few clients' tickets that are sorted in another way than the index of clients is.
//!
//! By opening or due time, a tenant's tickets are indexed as a whole: a customer's few would have to be looked for among
//! everybody's. So what a client has is read whole and sorted here, as long as it is little.

use domain::{Actor, Ticket};

use crate::error::Error;
use crate::filter::{TicketFilter, plan};
use crate::patterns::{Position, Range, Sort};
use crate::table::Table;

/// The most heads that are read to be sorted.
const FEW: usize = 300;

impl Table {
    /// All the tickets of a list after a place, in its order; none when the list is not of clients, is sorted as their
    /// index is, or when they have too many.
    pub(crate) async fn gathered(
        &self,
        actor: &Actor,
        filter: &TicketFilter,
        sort: Sort,
        after: Option<Position>,
    ) -> Result<Option<Vec<(Position, Ticket)>>, Error> {
        if sort == Sort::Updated {
            return Ok(None);
        }
        let plan = plan(actor, filter, Sort::Updated);
        let of_client = |range: &Range| matches!(range, Range::Client(_));
        if !plan.ranges.iter().all(of_client) {
            return Ok(None);
        }
        let mut found = Vec::new();
        let mut left = FEW;
        for range in &plan.ranges {
            let mut seen = None;
            loop {
                let heads = self
                    .heads(&actor.tenant, range, &plan, seen, left + 1)
                    .await?;
                let Some(rest) = left.checked_sub(heads.looked_at) else {
                    return Ok(None);
                };
                left = rest;
                for head in heads.found {
                    if let Some(position) = head.position(sort) {
                        found.push((position, head.ticket()?));
                    }
                }
                seen = heads.stopped_at;
                if seen.is_none() {
                    break;
                }
            }
        }
        found.retain(|(place, _)| after.is_none_or(|after| sort.precedes(after, *place)));
        found.sort_unstable_by_key(|(place, _)| *place);
        if !sort.ascends() {
            found.reverse();
        }
        Ok(Some(found))
    }
}
