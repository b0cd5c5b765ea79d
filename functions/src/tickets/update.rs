//! `update-ticket`: changes a ticket's fields.

use axum::extract::FromRef;
use domain::{Category, Command, Edits, Priority, Resolution, Status, Tags, Title};
use edge::document::{IdempotencyKey, RowAnswer};
use edge::view::{CategoryName, PriorityName, RowView, StatusName};
use edge::{
    Answer, Clock, Form, FromForm, IfMatch, Problem, Problems, Query, Routes, Submitted, TicketRef,
    Write, routes,
};
use store::Table;
use utoipa::ToSchema;

use super::Assignee;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(update_ticket, put_ticket)
}

/// Fields to change; those left out stay as they are.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct TicketChanges {
    /// What it is about.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255)]
    title: Option<Title>,
    /// What kind of question it is.
    #[schema(value_type = Option<CategoryName>)]
    category: Option<Category>,
    /// How much it hurts.
    #[schema(value_type = Option<PriorityName>)]
    priority: Option<Priority>,
    /// All of its tags; an empty list takes them off.
    #[schema(value_type = Option<Vec<String>>, max_items = 20, example = json!(["api"]))]
    tags: Option<Tags>,
    /// Where it is to stand. A customer may resolve and close its own ticket, and reopen a resolved one.
    #[schema(value_type = Option<StatusName>)]
    status: Option<Status>,
    /// How it was solved: required to resolve or close it, unless it has one already.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 2_000)]
    resolution: Option<Resolution>,
    /// Who is to work on it: a principal, `me`, or `none` (or `null`) for nobody.
    #[schema(value_type = Option<String>, max_length = 128, example = "ana")]
    assigned_to: Option<Assignee>,
}

impl FromForm for TicketChanges {
    fn from_form(form: &mut Form) -> Option<Self> {
        Some(Self {
            title: form.optional("title", Title::parse),
            category: form.optional("category", |name| Category::parse(&name)),
            priority: form.optional("priority", |name| Priority::parse(&name)),
            tags: form.optional_list("tags", Tags::parse),
            status: form.optional("status", |name| Status::parse(&name)),
            resolution: form.optional("resolution", Resolution::parse),
            assigned_to: form
                .nullable("assignedTo", |name| Assignee::parse(&name))
                .map(|assignee| assignee.unwrap_or(Assignee::Nobody)),
        })
    }
}

/// Change a ticket.
///
/// Everything asked for happens at once, as one `system` entry of the thread; what is so already changes nothing, and
/// writes nothing. A move the status machine does not have is refused with those there are (`INVALID_TRANSITION`,
/// `allowed`).
#[utoipa::path(
    patch,
    path = "/v2/support-tickets/{id}",
    operation_id = "update-ticket",
    tag = "tickets",
    params(TicketRef, IdempotencyKey, IfMatch),
    request_body = TicketChanges,
    responses(RowAnswer, Problems),
)]
async fn update_ticket(
    Query(()): Query<()>,
    write: Write,
    Submitted { body, key }: Submitted<TicketChanges>,
) -> Result<Answer<RowView>, Problem> {
    let assignee = body.assigned_to;
    let assigned_to = assignee.map(|assignee| assignee.named_by(write.actor()));
    let edits = Edits {
        title: body.title,
        category: body.category,
        priority: body.priority,
        tags: body.tags,
        assigned_to,
        status: body.status,
        resolution: body.resolution,
    };
    write.row(key.as_ref(), Command::Update(edits)).await
}

/// Change a ticket: the same as `PATCH`.
#[utoipa::path(
    put,
    path = "/v2/support-tickets/{id}",
    operation_id = "update-ticket.put",
    tag = "tickets",
    params(TicketRef, IdempotencyKey, IfMatch),
    request_body = TicketChanges,
    responses(RowAnswer, Problems),
)]
async fn put_ticket(
    query: Query<()>,
    write: Write,
    submitted: Submitted<TicketChanges>,
) -> Result<Answer<RowView>, Problem> {
    update_ticket(query, write, submitted).await
}
