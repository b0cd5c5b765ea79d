//! `update-ticket`: changes a ticket's fields.

use axum::extract::FromRef;
use domain::{Category, Command, Edits, Priority, Resolution, Status, Tags, Title};
use edge::document::{IdempotencyKey, RowAnswer};
use edge::view::{CategoryName, PriorityName, RowView, StatusName};
use edge::{
    Answer, Clock, Form, FromForm, IfMatch, Problem, Problems, Query, Routes, Submitted, Text,
    TicketRef, Write, routes,
};
use store::Table;
use utoipa::ToSchema;

use super::{Assignee, older};

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(update_ticket, put_ticket)
}

/// Fields to change; those left out stay as they are. `null` takes the tags off, or the ticket from its assignee; no other
/// field can be `null`.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct TicketChanges {
    /// What it is about.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 255)]
    title: Option<Title>,
    /// What kind of question it is.
    #[schema(value_type = CategoryName, required = false)]
    category: Option<Category>,
    /// How much it hurts.
    #[schema(value_type = PriorityName, required = false)]
    priority: Option<Priority>,
    /// All of its tags; an empty list, or `null`, takes them off. A tag is one in every case and Unicode form, and one that it has
    /// stays spelled as it was first written.
    #[schema(value_type = Option<Vec<String>>, max_items = 20, example = json!(["api"]))]
    tags: Option<Tags>,
    /// Tags to add to those it has when this is done, instead of `tags`: of several who each add one, none is lost. More than 20 are refused (`TOO_MANY_TAGS`).
    #[schema(value_type = Vec<String>, required = false, max_items = 20, example = json!(["late"]))]
    add_tags: Option<Tags>,
    /// Tags to take off, instead of `tags`, in any spelling. What it has not is no mistake.
    #[schema(value_type = Vec<String>, required = false, max_items = 20, example = json!(["new"]))]
    remove_tags: Option<Tags>,
    /// Where it is to stand. A customer may resolve and close its own ticket, and reopen a resolved one.
    #[schema(value_type = StatusName, required = false)]
    status: Option<Status>,
    /// Whether the status was given as `cancelled`.
    #[schema(ignore)]
    is_cancelled: bool,
    /// How it was solved: required to resolve or close it, unless it has one already. A customer may close its own ticket
    /// without, and gives one only together with resolving or closing.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 2_000)]
    resolution: Option<Resolution>,
    /// Who is to work on it: a principal, `me`, or `none` (or `null`) for nobody.
    #[schema(value_type = Option<String>, max_length = 128, example = "ana")]
    assigned_to: Option<Assignee>,
}

impl FromForm for TicketChanges {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.refuse_null();
        form.older("subject", "title");
        form.older("assignee", "assignedTo");
        let title = form.optional("title", Title::parse);
        let named = form.optional("category", older::Named::parse);
        let priority = form.optional("priority", |name| Priority::parse(&name));
        let tags = form.nullable_list("tags", Tags::parse);
        let add_tags = form.optional_list("addTags", Tags::parse);
        let remove_tags = form.optional_list("removeTags", Tags::parse);
        let (status, is_cancelled) = older::status(form);
        let changes = Self {
            title,
            category: named.as_ref().map(|named| named.category),
            priority,
            tags,
            add_tags,
            remove_tags,
            status,
            is_cancelled,
            resolution: form.optional("resolution", Resolution::parse),
            assigned_to: form
                .nullable("assignedTo", |name| Assignee::parse(&name))
                .map(|assignee| assignee.unwrap_or(Assignee::Nobody)),
        };
        changes.exclude_one_another(form);
        Some(changes.keeping(named.as_ref().and_then(|named| named.older.as_ref())))
    }
}

impl TicketChanges {
    /// Keeps an older word for the category among the tags.
    fn keeping(mut self, older: Option<&String>) -> Self {
        if older.is_some() {
            let tags = match self.tags.as_mut() {
                Some(all) => all,
                None => self.add_tags.get_or_insert_default(),
            };
            *tags = older::kept_in(std::mem::take(tags), older);
        }
        self
    }

    /// Refuses to say what its tags are to be in two ways.
    fn exclude_one_another(&self, form: &mut Form) {
        let relative = [
            ("addTags", "INVALID_ADD_TAGS", self.add_tags.is_some()),
            (
                "removeTags",
                "INVALID_REMOVE_TAGS",
                self.remove_tags.is_some(),
            ),
        ];
        for (field, code, _) in relative.into_iter().filter(|(.., given)| *given) {
            if self.tags.is_some() {
                let detail = Text::new(
                    format!(
                        "`tags` says what all of them are to be; `{field}` cannot be given with it."
                    ),
                    format!("`tags` indica cuáles son todas; no se puede dar `{field}` a la vez."),
                );
                form.refuse(field, code, detail);
            }
        }
        let (add, remove) = (self.add_tags.iter(), self.remove_tags.iter());
        let unwanted: Vec<&String> = remove.flat_map(Tags::as_slice).collect();
        if add
            .into_iter()
            .any(|add| add.has_any_of(unwanted.iter().copied()))
        {
            let detail = Text::new(
                "`removeTags` takes off a tag that `addTags` adds.",
                "`removeTags` quita una etiqueta que `addTags` añade.",
            );
            form.refuse("removeTags", "INVALID_REMOVE_TAGS", detail);
        }
    }
}

/// Change a ticket.
///
/// Everything asked for happens at once, as one `system` entry of the thread; what is so already changes nothing, and
/// writes nothing. A move the status machine does not have is refused with those there are (`INVALID_TRANSITION`,
/// `allowed`). Of a closed ticket, agents can change the tags, and nothing else can be changed.
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
    let words = older::words(body.status, true).filter(|_| body.is_cancelled);
    let resolution = older::resolution(write.ticket(), body.resolution, words);
    let assignee = body.assigned_to;
    let assigned_to = assignee.map(|assignee| assignee.named_by(write.actor()));
    let edits = Edits {
        title: body.title,
        category: body.category,
        priority: body.priority,
        tags: body.tags,
        add_tags: body.add_tags,
        remove_tags: body.remove_tags,
        assigned_to,
        status: body.status,
        resolution,
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
