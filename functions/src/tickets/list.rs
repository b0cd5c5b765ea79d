//! `list-tickets`: the tickets a caller sees, narrowed and paged.

use axum::extract::{FromRef, State};
use axum::response::Response;
use domain::{Category, Invalid, Principal, Priority, Status};
use edge::view::RowView;
use edge::{Caller, Form, FromQuery, Limit, Listed, ListedBody, Problem, Problems, Query};
use store::{Table, TicketFilter};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Its routes.
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
{
    OpenApiRouter::new().routes(routes!(list_tickets))
}

/// What to list.
struct Wanted {
    filter: TicketFilter,
    page: Limit,
}

impl FromQuery for Wanted {
    fn from_query(form: &mut Form) -> Self {
        let filter = TicketFilter {
            status: form.set("status", Status::parse),
            category: form.set("category", Category::parse),
            priority: form.set("priority", Priority::parse),
            client: form.set("client", |name| Principal::parse(name)),
        };
        form.optional("sort", |sort| match sort.as_str() {
            "updatedAt" => Ok(()),
            _ => Err(Invalid::Unknown {
                allowed: &["updatedAt"],
            }),
        });
        Self {
            filter,
            page: Limit::from_query(form),
        }
    }
}

/// List tickets.
///
/// Last changed first; of tickets changed at the same time, the one with the greater `_id`. A customer's list has its
/// own tickets and no others. Lists come from indexes and may lag behind a write, usually far below a second. While
/// nothing changes, a list walked to its end has every ticket exactly once. A rare filter may give a page shorter
/// than `limit`, even an empty one, with a cursor that goes on: only a `nextCursor` of `null` is the end.
#[utoipa::path(
    get,
    path = "/v2/support-tickets",
    operation_id = "list-tickets",
    tag = "tickets",
    params(
        ("status" = Option<String>, Query, description = "Any of these, separated by commas: open, pending, in_progress, resolved, closed", example = "open,pending"),
        ("category" = Option<String>, Query, description = "Any of these, separated by commas: technical, billing, account, feature_request, general"),
        ("priority" = Option<String>, Query, description = "Any of these, separated by commas: low, medium, high, urgent"),
        ("client" = Option<String>, Query, description = "Any of these clients' tickets, separated by commas"),
        ("sort" = Option<String>, Query, description = "`updatedAt`, the default"),
        ("limit" = Option<u32>, Query, description = "1 to 100, 10 unless said otherwise", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "The `nextCursor` of the page before, with the same filter"),
    ),
    responses(
        (status = 200, description = "A page", body = ListedBody<RowView>, headers(
            ("Link" = String, description = "The next page, as `rel=\"next\"`"),
        )),
        Problems,
    ),
)]
async fn list_tickets(
    State(table): State<Table>,
    Caller(actor): Caller,
    Query(wanted): Query<Wanted>,
    listed: Listed,
) -> Result<Response, Problem> {
    let Limit { limit, cursor } = wanted.page;
    let page = table
        .list(&actor, &wanted.filter, limit, cursor.as_deref())
        .await?;
    let rows = page.tickets.iter().map(RowView::new).collect();
    Ok(listed.page::<RowView>(rows, limit, page.next))
}
