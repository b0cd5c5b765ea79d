//! Lists of tickets: which ranges of which index answer a filter, merged and paged.
//!
//! A list is a merge of *ranges* (one status, one client), each sorted as the list is. What a range's key cannot
//! answer is a filter expression, under a budget of heads looked at per page: a page may come back short, with a
//! cursor that goes on, and never claims an end it has not seen.
//!
//! One position serves all ranges, because they are sorted alike: everything before it was given out or does not
//! match, everything after it was not yet. While nothing changes, a list walked to its end has every ticket exactly
//! once; a ticket that changes meanwhile moves to the front of the list, and a walk that has passed there misses it.

use std::collections::{HashMap, VecDeque};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::{Actor, Tenant, Ticket};
use futures_util::future::try_join_all;

use crate::cursor::Binding;
use crate::error::{Error, ListError};
use crate::filter::{Expression, TicketFilter, plan};
use crate::items;
use crate::meter;
use crate::patterns::{Position, Range};
use crate::table::Table;

/// Heads a page may look at before it comes back short.
const READ_BUDGET: usize = 1_000;
/// Heads one query looks at, at least, when a filter expression will drop some of them.
const FILTERED_BATCH: usize = 100;

/// A page of a list.
#[derive(Clone, Debug)]
pub struct TicketPage {
    /// The tickets, last changed first; of those changed at the same time, the one with the greater id.
    pub tickets: Vec<Ticket>,
    /// Where the list goes on; none at its end.
    pub next: Option<String>,
}

/// A range being read.
struct Source {
    range: Range,
    found: VecDeque<Ticket>,
    /// Everything up to here was looked at; none before the first query of a list's first page.
    seen: Option<Position>,
    finished: bool,
}

impl Source {
    /// Whether it might still hold something that comes before this place.
    fn hides(&self, place: Position) -> bool {
        self.is_hungry() && self.seen.is_none_or(|seen| seen > place)
    }

    fn is_hungry(&self) -> bool {
        self.found.is_empty() && !self.finished
    }
}

impl Table {
    /// A page of the tickets this actor sees, last changed first.
    pub async fn list(
        &self,
        actor: &Actor,
        filter: &TicketFilter,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<TicketPage, ListError> {
        let binding = Binding::new(actor, &("tickets", actor.own_tickets_only(), filter));
        let from = cursor
            .map(|cursor| binding.open::<Position>(cursor))
            .transpose()?;
        let (ranges, expression) = plan(actor, filter);
        let mut sources: Vec<Source> = ranges
            .into_iter()
            .map(|range| Source {
                range,
                found: VecDeque::new(),
                seen: from,
                finished: false,
            })
            .collect();
        let mut budget = READ_BUDGET;
        let mut tickets = Vec::new();
        loop {
            if let Some(next) = next_of(&mut sources) {
                // While an index catches up, a ticket can be in its old range and in its new one.
                if tickets.iter().any(|ticket: &Ticket| ticket.id == next.id) {
                    continue;
                }
                if tickets.len() == limit {
                    let last = tickets.last().map(Position::of);
                    return Ok(TicketPage {
                        tickets,
                        next: last.map(|last| binding.seal(&last)),
                    });
                }
                tickets.push(next);
                continue;
            }
            let hungry: Vec<&mut Source> = sources
                .iter_mut()
                .filter(|source| source.is_hungry())
                .collect();
            if hungry.is_empty() {
                return Ok(TicketPage {
                    tickets,
                    next: None,
                });
            }
            if budget == 0 {
                // Everything before the slowest range's place was given out, or does not match.
                let slowest = hungry.iter().filter_map(|source| source.seen).max();
                return Ok(TicketPage {
                    tickets,
                    next: slowest.map(|slowest| binding.seal(&slowest)),
                });
            }
            // One more than asked for, to know whether there is a next page.
            let missing = limit + 1 - tickets.len();
            let batch = if expression.is_empty() {
                missing
            } else {
                missing.max(FILTERED_BATCH)
            };
            let reads = hungry
                .into_iter()
                .map(|source| self.read_on(&actor.tenant, source, &expression, batch));
            let looked_at: usize = try_join_all(reads).await?.into_iter().sum();
            budget = budget.saturating_sub(looked_at);
        }
    }

    /// Reads a range's next heads; returns how many were looked at.
    async fn read_on(
        &self,
        tenant: &Tenant,
        source: &mut Source,
        filter: &Expression,
        batch: usize,
    ) -> Result<usize, Error> {
        let (attribute, value) = source.range.partition();
        let start = source
            .seen
            .map(|seen| source.range.start_after(tenant, seen));
        let mut names = HashMap::from([
            ("#tenant".into(), "tenant".into()),
            ("#partition".into(), attribute.into()),
        ]);
        names.extend(filter.names());
        let mut values = HashMap::from([
            (":tenant".into(), AttributeValue::S(tenant.to_string())),
            (":partition".into(), value),
        ]);
        values.extend(filter.values());
        let answer = self
            .client
            .query()
            .table_name(&self.name)
            .index_name(source.range.index())
            .key_condition_expression("#tenant = :tenant AND #partition = :partition")
            .set_filter_expression(filter.text())
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .set_exclusive_start_key(start)
            .scan_index_forward(false)
            .limit(i32::try_from(batch).unwrap_or(i32::MAX))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        meter::read(answer.consumed_capacity());
        let looked_at = usize::try_from(answer.scanned_count).unwrap_or_default();
        source.found = answer
            .items
            .unwrap_or_default()
            .into_iter()
            .map(items::ticket)
            .collect::<Result<_, _>>()?;
        match answer.last_evaluated_key {
            Some(key) => source.seen = Some(Position::of_key(key)?),
            None => source.finished = true,
        }
        Ok(looked_at)
    }
}

/// The next ticket of the merge, if no range that must be read on could hold an earlier one.
fn next_of(sources: &mut [Source]) -> Option<Ticket> {
    let place = sources
        .iter()
        .filter_map(|source| source.found.front().map(Position::of))
        .max()?;
    if sources.iter().any(|source| source.hides(place)) {
        return None;
    }
    let source = sources
        .iter_mut()
        .max_by_key(|source| source.found.front().map(Position::of))?;
    source.found.pop_front()
}
