//! `list-tickets`: the tickets a caller sees, narrowed and paged.

use axum::extract::{FromRef, State};
use axum::response::Response;
use domain::{Category, Invalid, Principal, Priority, Status};
use edge::document::{comma_list, comma_list_of_principals, one_of};
use edge::view::{CategoryName, PriorityName, RowView, StatusName};
use edge::{Caller, Form, FromQuery, Limit, Listed, ListedBody, Problem, Problems, Query};
use store::{Table, TicketFilter};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
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

/// How a list can be sorted.
const SORTS: &[&str] = &["updatedAt"];

impl IntoParams for Wanted {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = vec![
            comma_list::<StatusName>("status", "Any of these"),
            comma_list::<CategoryName>("category", "Any of these"),
            comma_list::<PriorityName>("priority", "Any of these"),
            comma_list_of_principals("client", "Any of these clients' tickets"),
            one_of("sort", "Last changed first", SORTS),
        ];
        parameters.extend(Limit::into_params(place));
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
        };
        form.optional("sort", |sort| {
            let known = SORTS.contains(&sort.as_str());
            known
                .then_some(())
                .ok_or(Invalid::Unknown { allowed: SORTS })
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
    params(Wanted),
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
