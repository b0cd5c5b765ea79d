//! Lists of a few clients' tickets that are sorted in another way than the index of clients is.
//!
//! The index of clients is sorted by the last public change, as customers see it. By opening or due time, and by the last
//! change of any kind, which agents see, tickets are indexed otherwise: a client's few would have to be looked for among
//! all others. So what a client has is read whole and sorted here, as long as it is little.

use domain::{Actor, Ticket};

use crate::error::Error;
use crate::filter::{TicketFilter, plan};
use crate::patterns::{Position, Sort};
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
        let is_of_clients = actor.own_tickets_only().is_some() || !filter.client.is_empty();
        if sort == Sort::Public || !is_of_clients {
            return Ok(None);
        }
        let plan = plan(actor, filter, Sort::Public);
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
