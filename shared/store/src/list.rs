//! Lists of tickets: which ranges of which index answer a filter, merged and paged.
//!
//! A list is a merge of *ranges* (one status, one client, one assignee), each sorted as the list is. What a range's
//! key cannot answer is a filter expression, under a budget of heads looked at per page (`budget.rs`): a page may come
//! back short, with a cursor that goes on (`onward.rs`), and never claims an end it has not seen.
//!
//! One position serves all ranges, because they are sorted alike: everything before it was given out or does not
//! match, everything after it was not yet. While nothing changes, a list walked to its end has every ticket exactly
//! once; of a list by last change, a ticket that changes meanwhile moves to the front, and a walk that has passed
//! there misses it. A list by opening or due time is not disturbed by other changes.
//!
//! A client's list in another order than its index is sorted here (`gather.rs`), as long as it is short. A page that is
//! asked for by its number is reached by walking there, which costs what the pages before it cost.

use std::collections::{HashSet, VecDeque};

use domain::{Actor, Tenant, Ticket};
use futures_util::future::try_join_all;
use jiff::Timestamp;

use crate::budget::Budget;
use crate::cursor::Binding;
use crate::error::{Error, ListError};
use crate::filter::{Plan, TicketFilter, plan};
use crate::onward::Onward;
use crate::patterns::{Position, Range, Sort};
use crate::table::Table;

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start<'a> {
    /// At the list's beginning.
    First,
    /// Where the page before ended.
    Cursor(&'a str),
    /// After so many pages of this size.
    After(usize),
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct TicketPage {
    /// The tickets, in the order of the list.
    pub tickets: Vec<Ticket>,
    /// Where the list goes on; none at its end.
    pub next: Option<String>,
    /// Until when the list was complete as its walk began: on every page of a walk the same.
    pub complete_until: Timestamp,
}

/// A range being read.
struct Source {
    range: Range,
    found: VecDeque<(Position, Ticket)>,
    /// Everything up to here was looked at; none before the first query of a list's first page.
    seen: Option<Position>,
    finished: bool,
}

impl Source {
    fn is_hungry(&self) -> bool {
        self.found.is_empty() && !self.finished
    }

    fn front(&self) -> Option<Position> {
        self.found.front().map(|(position, _)| *position)
    }
}

/// The ranges of a list being merged.
struct Merge {
    sources: Vec<Source>,
    sort: Sort,
    /// While an index catches up, a ticket can be in its old range and in its new one.
    given: HashSet<domain::TicketId>,
}

impl Merge {
    /// Of a plan's ranges, after a place.
    fn of(plan: &Plan, sort: Sort, from: Option<Position>) -> Self {
        let source = |range: &Range| Source {
            range: range.clone(),
            found: VecDeque::new(),
            seen: from,
            finished: false,
        };
        Self {
            sources: plan.ranges.iter().map(source).collect(),
            sort,
            given: HashSet::new(),
        }
    }

    /// Whether any ticket was found, given out or not.
    fn has_found(&self) -> bool {
        !self.given.is_empty() || self.sources.iter().any(|source| !source.found.is_empty())
    }

    /// The next ticket, if no range that must be read on could hold an earlier one.
    fn next(&mut self) -> Option<(Position, Ticket)> {
        loop {
            let sort = self.sort;
            let first = |one, other| {
                if sort.precedes(other, one) {
                    other
                } else {
                    one
                }
            };
            let place = self
                .sources
                .iter()
                .filter_map(Source::front)
                .reduce(first)?;
            let hides = |source: &Source| {
                source.is_hungry() && source.seen.is_none_or(|seen| sort.precedes(seen, place))
            };
            if self.sources.iter().any(hides) {
                return None;
            }
            let at_place = |source: &&mut Source| source.front() == Some(place);
            let next = self.sources.iter_mut().find(at_place)?.found.pop_front()?;
            if self.given.insert(next.1.id) {
                return Some(next);
            }
        }
    }

    /// Up to where every range was looked at: all before it was given out, or does not match.
    fn seen_by_all(&self) -> Option<Position> {
        let sort = self.sort;
        let slowest = |one, other| {
            if sort.precedes(one, other) {
                one
            } else {
                other
            }
        };
        let hungry = self.sources.iter().filter(|source| source.is_hungry());
        hungry.filter_map(|source| source.seen).reduce(slowest)
    }
}

impl Table {
    /// A page of the tickets this actor sees, for those who do not come back for what has changed since.
    pub async fn list(
        &self,
        actor: &Actor,
        filter: &TicketFilter,
        sort: Sort,
        limit: usize,
        start: Start<'_>,
    ) -> Result<TicketPage, ListError> {
        let never = Timestamp::UNIX_EPOCH;
        self.page(actor, filter, sort, limit, start, never).await
    }

    /// A page of the tickets this actor sees. Until `settled`, no write is still under way: a walk that begins here is
    /// complete until then.
    pub async fn page(
        &self,
        actor: &Actor,
        filter: &TicketFilter,
        sort: Sort,
        limit: usize,
        start: Start<'_>,
        settled: Timestamp,
    ) -> Result<TicketPage, ListError> {
        let sort = match (sort, actor.own_tickets_only()) {
            (Sort::Updated, Some(_)) => Sort::Public,
            (sort, _) => sort,
        };
        let binding = Binding::new(actor, &("tickets", actor.own_tickets_only(), filter, sort));
        let plan = plan(actor, filter, sort);
        let (from, pages, complete_until) = match start {
            Start::First => (None, 0, settled),
            Start::Cursor(cursor) => {
                let onward = binding.open::<Onward>(cursor)?;
                let place = onward.place(sort, &plan)?;
                (Some(place), 0, onward.complete_until()?)
            }
            Start::After(pages) => (None, pages, settled),
        };
        let mut skip = pages * limit;
        let mut budget = Budget::after(pages);
        let page = |tickets, next: Option<Position>| TicketPage {
            tickets,
            next: next.map(|next| binding.seal(&Onward::after(next, sort, complete_until))),
            complete_until,
        };
        if let Some(found) = self.gathered(actor, filter, sort, from).await? {
            let mut rest = found.into_iter().skip(skip);
            let (places, tickets): (Vec<_>, Vec<_>) = rest.by_ref().take(limit).unzip();
            let next = rest.next().and(places.last().copied());
            return Ok(page(tickets, next));
        }
        let mut merge = Merge::of(&plan, sort, from);
        let mut tickets: Vec<Ticket> = Vec::new();
        let mut last = None;
        loop {
            if let Some((place, ticket)) = merge.next() {
                if skip > 0 {
                    skip -= 1;
                } else if tickets.len() == limit {
                    return Ok(page(tickets, last));
                } else {
                    tickets.push(ticket);
                }
                last = Some(place);
                continue;
            }
            let seen = merge.seen_by_all();
            let hungry = merge.sources.iter_mut().filter(|source| source.is_hungry());
            let hungry: Vec<&mut Source> = hungry.collect();
            if hungry.is_empty() {
                return Ok(page(tickets, None));
            }
            if budget.is_spent(!tickets.is_empty()) {
                if skip > 0 {
                    return Err(ListError::TooDeep);
                }
                let seen = seen.map(|seen| seen.as_told(sort, &plan, actor));
                let farthest = sort.later(seen, last);
                // What is told may be less than what was seen. A cursor that led nowhere would be followed for ever.
                if sort.later(farthest, from) != from {
                    return Ok(page(tickets, farthest));
                }
            }
            // One more than asked for, to know whether there is a next page.
            let missing = skip + limit + 1 - tickets.len();
            let batch = budget.batch(missing, !plan.expression.is_empty());
            let reads = hungry
                .into_iter()
                .map(|source| self.read_on(&actor.tenant, source, &plan, batch));
            let looked_at: usize = try_join_all(reads).await?.into_iter().sum();
            budget.spend(looked_at, merge.has_found());
        }
    }

    /// Reads a range's next heads; returns how many were looked at.
    async fn read_on(
        &self,
        tenant: &Tenant,
        source: &mut Source,
        plan: &Plan,
        batch: usize,
    ) -> Result<usize, Error> {
        let Source { range, seen, .. } = &*source;
        let sort = range.sort();
        let heads = self.heads(tenant, range, plan, *seen, batch).await?;
        for head in heads.found {
            if let Some(position) = head.position(sort) {
                source.found.push_back((position, head.ticket()?));
            }
        }
        match heads.stopped_at {
            Some(position) => source.seen = Some(position),
            None => source.finished = true,
        }
        Ok(heads.looked_at)
    }
}
