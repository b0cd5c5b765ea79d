//! `list-tickets`: the tickets a caller sees, narrowed, sorted, counted and paged.

use std::collections::BTreeSet;

use axum::extract::{FromRef, State};
use axum::response::Response;
use domain::{Actor, Category, Invalid, Principal, Priority, SlaStatus, Status, Tags};
use edge::document::{
    comma_list, comma_list_of_principals, comma_list_of_texts, count, flag, moment, one_of,
};
use edge::view::{CategoryName, CountsView, PriorityName, RowView, SlaStatusName, StatusName};
use edge::{
    Caller, Clock, Form, FromQuery, Limit, Listed, Listing, Pagination, Problem, Problems, Query,
    Reader, Routes, Text, routes,
};
use serde::Serialize;
use store::{Counts, Sort, Start, Table, TicketFilter, Window};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

use super::Assignee;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(list_tickets)
}

/// What to list.
struct Wanted {
    /// All of the filter but the assignees.
    filter: TicketFilter,
    assignees: BTreeSet<Assignee>,
    sort: Sort,
    limit: Limit,
    page: Option<usize>,
    count_by_status: bool,
}

/// How a list can be sorted.
const SORTS: &[&str] = &["updatedAt", "createdAt", "nextDueAt"];
/// The last page that can be asked for by its number (contract §1).
const LAST_PAGE: usize = 100;

impl IntoParams for Wanted {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = vec![
            comma_list::<StatusName>("status", "Any of these"),
            comma_list::<CategoryName>("category", "Any of these"),
            comma_list::<PriorityName>("priority", "Any of these"),
            comma_list_of_principals(
                "assignedTo",
                "Any of these work on it: principals, `me`, `none` for nobody",
            ),
            comma_list_of_principals("client", "Any of these clients' tickets"),
            comma_list_of_texts("tag", "Has any of these tags", Tags::MAX_LENGTH),
            comma_list::<SlaStatusName>("slaStatus", "Its clocks stand in any of these ways"),
            moment(
                "createdFrom",
                "Opened then or later; RFC 3339, or a date (UTC)",
            ),
            moment("createdTo", "Opened before then"),
            moment("updatedFrom", "Last changed then or later"),
            moment("updatedTo", "Last changed before then"),
            one_of(
                "sort",
                "`updatedAt` (the default) and `createdAt`: newest first; `nextDueAt`: most urgent first, and no ticket \
                 without a due time. Ties by `_id`",
                SORTS,
            ),
            flag(
                "countByStatus",
                "Adds `counts`: how many tickets are in each status, of all the tenant's for an agent, and of all its own for \
                 a customer, whatever the list is narrowed to: not of one `assignedTo`, `client` or other filter",
            ),
        ];
        parameters.extend(Limit::into_params(place));
        let page = "A page by its number, instead of `cursor`. It costs what all pages before it cost, and while tickets arrive or \
             change, the next number repeats some or leaves some out; `cursor` does not repeat any";
        parameters.push(count("page", page, LAST_PAGE));
        parameters
    }
}

impl FromQuery for Wanted {
    fn from_query(form: &mut Form) -> Self {
        let filter = TicketFilter {
            status: form.set("status", Status::parse),
            category: form.set("category", Category::parse),
            priority: form.set("priority", Priority::parse),
            client: form.set("client", |name| Principal::parse(name)),
            assignee: BTreeSet::new(),
            tag: form.set("tag", tag),
            sla: form.set("slaStatus", SlaStatus::parse),
            created: window(form, "createdFrom", "createdTo"),
            updated: window(form, "updatedFrom", "updatedTo"),
        };
        form.older("assignee", "assignedTo");
        let assignees = form.set("assignedTo", Assignee::parse);
        let sort = form.optional("sort", |name| match name.as_str() {
            "updatedAt" => Ok(Sort::Updated),
            "createdAt" => Ok(Sort::Created),
            "nextDueAt" => Ok(Sort::Due),
            _ => Err(Invalid::Unknown { allowed: SORTS }),
        });
        let limit = Limit::from_query(form);
        let page = form.number("page", 1..=LAST_PAGE);
        if page.is_some() && limit.cursor.is_some() {
            let detail = Text::new(
                "`page` and `cursor` exclude each other.",
                "`page` y `cursor` se excluyen.",
            );
            form.refuse("page", "INVALID_PAGE", detail);
        }
        Self {
            filter,
            assignees,
            sort: sort.unwrap_or_default(),
            limit,
            page,
            count_by_status: form.flag("countByStatus").unwrap_or_default(),
        }
    }
}

/// What a tag of any spelling is found by.
fn tag(text: &str) -> Result<String, Invalid> {
    Tags::parse_one(text.to_owned()).map(|tag| Tags::fold(&tag))
}

/// A span of time between two parameters.
fn window(form: &mut Form, first: &str, last: &str) -> Window {
    let (from, to) = (form.moment(first), form.moment(last));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        let detail = Text::new(
            format!("`{last}` must not be before `{first}`."),
            format!("`{last}` no puede ser anterior a `{first}`."),
        );
        form.refuse(last, "INVALID_RANGE", detail);
    }
    Window::new(from, to)
}

impl Wanted {
    fn filter_for(&self, actor: &Actor) -> TicketFilter {
        let assignees = self.assignees.iter().cloned();
        let assignee = assignees.map(|assignee| assignee.named_by(actor)).collect();
        TicketFilter {
            assignee,
            ..self.filter.clone()
        }
    }

    /// Refuses a filter by what its reader is not shown: the answer would show it.
    fn is_of_what_is_shown_to(&self, reader: &Reader) -> Result<(), Problem> {
        let hidden = [
            ("tag", !reader.sees_tags() && !self.filter.tag.is_empty()),
            (
                "assignedTo",
                !reader.sees_assignee() && !self.assignees.is_empty(),
            ),
        ];
        let fields = hidden.into_iter().filter(|(_, is_hidden)| *is_hidden);
        Problem::hidden_parameters(fields.map(|(field, _)| field))
    }

    fn start(&self) -> Start<'_> {
        match (self.page, self.limit.cursor.as_deref()) {
            (Some(page), _) => Start::After(page - 1),
            (None, Some(cursor)) => Start::Cursor(cursor),
            (None, None) => Start::First,
        }
    }
}

/// A page of tickets.
#[derive(Serialize, ToSchema)]
struct Tickets {
    /// Always `true`.
    success: bool,
    /// The rows; none is an answer like any other.
    data: Vec<RowView>,
    /// How to go on.
    pagination: Pagination,
    /// With `countByStatus`: how many tickets there are in each status, whatever the list is narrowed to (by `assignedTo`, too):
    /// for agents, of the whole tenant; for a customer, of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<CountsView>,
}

impl Listing for Tickets {
    fn pagination(&self) -> &Pagination {
        &self.pagination
    }
}

/// List tickets.
///
/// A customer's list has its own tickets and no others. Lists come from indexes and may lag behind a write, usually far
/// below a second; `counts` are exact at once. While nothing changes, a list walked to its end has every ticket exactly
/// once; in a list by last change, a ticket that changes meanwhile moves to the front. A rare filter may give a page
/// shorter than `limit`, and where there are very many tickets even an empty one, with a cursor that goes on: only a
/// `nextCursor` of `null` is the end.
///
/// A list parameter takes several values separated by commas (`status=open,pending`), or given one by one
/// (`status=open&status=pending`); a comma that is a part of a value is written `%2C`. A tag is found by any spelling of it.
///
/// To keep a copy up to date, walk the list to its end, remember its `pagination.completeUntil` (every page of a walk says
/// the same), and give that as `updatedFrom` of the next walk. A write has the time of its request and is committed some
/// seconds later at the most, or refused with a 503; so before `completeUntil`, about 15 seconds ago, nothing can appear any
/// more. What has changed since comes again with the next walk: of two rows of a ticket, keep the one with the higher
/// `version`. Do not go on from the newest `updatedAt` you have seen: what is committed a moment later may be older. A ticket
/// that is deleted is in no list.
#[utoipa::path(
    get,
    path = "/v2/support-tickets",
    operation_id = "list-tickets",
    tag = "tickets",
    params(Wanted),
    responses(
        (status = 200, description = "A page", body = Tickets, headers(
            ("Link" = String, description = "The next page, as `rel=\"next\"`"),
        )),
        Problems,
    ),
)]
async fn list_tickets(
    State(table): State<Table>,
    State(clock): State<Clock>,
    Caller(actor): Caller,
    Query(wanted): Query<Wanted>,
    listed: Listed,
) -> Result<Response, Problem> {
    // Before anything is read.
    let settled = clock.settled();
    let reader = Reader::of(&table, &actor).await?;
    wanted.is_of_what_is_shown_to(&reader)?;
    let filter = wanted.filter_for(&actor);
    let limit = wanted.limit.limit;
    // The counters know how long a list is that only its statuses narrow.
    let is_counted = filter.is_by_status_only() && wanted.sort != Sort::Due;
    let count = wanted.count_by_status || (wanted.page.is_some() && is_counted);
    let page = table.page(&actor, &filter, wanted.sort, limit, wanted.start(), settled);
    let page = async { Ok(page.await?) };
    let counts = async {
        if count {
            Ok::<_, Problem>(Some(table.counts(&actor).await?))
        } else {
            Ok(None)
        }
    };
    let (page, counts) = tokio::try_join!(page, counts)?;
    let total = counts
        .filter(|_| is_counted)
        .map(|counts| total(&counts, &filter.status));
    let pagination = Pagination::new(limit, page.next).complete_until(page.complete_until);
    let pagination = match wanted.page {
        Some(number) => pagination.numbered(number, total),
        None => pagination,
    };
    Ok(listed.page(&Tickets {
        success: true,
        data: page
            .tickets
            .iter()
            .map(|ticket| RowView::new(ticket, &reader))
            .collect(),
        pagination,
        counts: counts
            .filter(|_| wanted.count_by_status)
            .map(|counts| CountsView::new(&counts)),
    }))
}

fn total(counts: &Counts, statuses: &BTreeSet<Status>) -> u64 {
    let total = if statuses.is_empty() {
        counts.all()
    } else {
        statuses.iter().map(|status| counts.of(*status)).sum()
    };
    u64::try_from(total).unwrap_or_default()
}
