//! `create-ticket`: opens a ticket.

use axum::extract::{FromRef, State};
use domain::{
    AttachmentId, CustomersMaySet, Message, Opening, Principal, Priority, Tags, TicketId, Title,
};
use edge::document::{IdempotencyKey, TicketAnswer};
use edge::view::{CategoryName, PriorityName, TicketView};
use edge::{
    Answer, Caller, Clock, Form, FromForm, Now, Problem, Problems, Query, Reader, Routes,
    Submitted, routes,
};
use store::{Bucket, Conversation, Table, Written};
use utoipa::ToSchema;

use super::older;
use crate::attachments::{self, Files, Uploads};

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Bucket: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(create_ticket; insert_ticket)
}

/// A ticket to open, and the files that come with it.
struct NewTicket(Opening, Option<String>, Vec<AttachmentId>);

/// A ticket to open, as the body spells it. What may be left out may be `null`, which is the same.
#[derive(ToSchema)]
#[schema(as = NewTicket)]
#[allow(
    dead_code,
    reason = "describes the body for the OpenAPI document; `NewTicket` reads it"
)]
struct NewTicketBody {
    /// What it is about.
    #[schema(min_length = 1, max_length = 255, example = "API returns 502")]
    title: String,
    /// The first message of the thread.
    #[schema(
        min_length = 1,
        max_length = 65_536,
        example = "Since this morning, every call to /v1/users answers 502."
    )]
    description: String,
    /// `medium` unless said otherwise.
    #[schema(value_type = Option<PriorityName>)]
    priority: Option<String>,
    /// What kind of question it is.
    #[schema(value_type = CategoryName)]
    category: String,
    /// Each of 1 to 64 characters; a repeated one counts once, in whatever case and Unicode form it is.
    #[schema(max_items = 20, example = json!(["api"]))]
    tags: Option<Vec<String>>,
    /// For whom. An agent must say; a customer can only say itself.
    #[schema(max_length = 128, example = "cus_123")]
    client: Option<String>,
    /// Ids of files the caller has uploaded. Whoever can read the ticket can download them.
    #[schema(max_items = 10, example = json!([]))]
    attachments: Option<Vec<String>>,
}

impl FromForm for NewTicket {
    fn from_form(form: &mut Form) -> Option<Self> {
        let ticket = about(form, |form| form.required("description", Message::parse));
        let files = attachments::read(form);
        ticket.map(|(ticket, older)| Self(ticket, older, files))
    }
}

/// A ticket to open, as Verifik's clients spell it.
struct InsertedTicket(Opening, Option<String>, Vec<AttachmentId>);

/// A ticket to open, as Verifik's clients spell it.
#[derive(ToSchema)]
#[schema(as = InsertedTicket)]
#[allow(
    dead_code,
    reason = "describes the body for the OpenAPI document; `InsertedTicket` reads it"
)]
struct InsertedTicketBody {
    /// What it is about.
    #[schema(min_length = 1, max_length = 255, example = "API returns 502")]
    title: String,
    /// The first message of the thread, and no other.
    #[schema(min_items = 1, max_items = 1)]
    threads: Vec<FirstMessageBody>,
    /// `medium` unless said otherwise.
    #[schema(value_type = Option<PriorityName>)]
    priority: Option<String>,
    /// What kind of question it is.
    #[schema(value_type = CategoryName)]
    category: String,
    /// Each of 1 to 64 characters; a repeated one counts once, in whatever case and Unicode form it is.
    #[schema(max_items = 20, example = json!(["api"]))]
    tags: Option<Vec<String>>,
    /// For whom. An agent must say; a customer can only say itself.
    #[schema(max_length = 128, example = "cus_123")]
    client: Option<String>,
}

/// The first message of a thread.
#[derive(ToSchema)]
#[schema(as = FirstMessage)]
#[allow(dead_code, reason = "as `InsertedTicketBody`")]
struct FirstMessageBody {
    /// The words.
    #[schema(
        min_length = 1,
        max_length = 65_536,
        example = "Since this morning, every call to /v1/users answers 502."
    )]
    message: String,
    /// Ids of files the caller has uploaded. Whoever can read the ticket can download them.
    #[schema(max_items = 10, example = json!([]))]
    attachments: Option<Vec<String>>,
}

impl FromForm for InsertedTicket {
    fn from_form(form: &mut Form) -> Option<Self> {
        let mut files = Vec::new();
        let first = |form: &mut Form| {
            files = attachments::read(form);
            form.required("message", Message::parse)
        };
        let ticket = about(form, |form| form.only_one("threads", first));
        ticket.map(|(ticket, older)| Self(ticket, older, files))
    }
}

/// All that a ticket opens with; where its description stands differs.
fn about(
    form: &mut Form,
    description: impl FnOnce(&mut Form) -> Option<Message>,
) -> Option<(Opening, Option<String>)> {
    form.older("subject", "title");
    let title = form.required("title", Title::parse);
    let description = description(form);
    let priority = form.optional("priority", |name| Priority::parse(&name));
    let category = form.required("category", older::Named::parse);
    let tags = form.list("tags", Tags::parse);
    let client = form.optional("client", Principal::parse);
    let older::Named { category, older } = category?;
    let opening = Opening {
        title: title?,
        description: description?,
        priority,
        category,
        tags,
        client,
    };
    Some((opening, older))
}

/// Open a ticket.
///
/// The description becomes the first entry of its thread. Send an `Idempotency-Key` and the request can be repeated
/// safely: the ticket is opened once, and a repetition is answered as the first time.
#[utoipa::path(
    post,
    path = "/v2/support-tickets",
    operation_id = "create-ticket",
    tag = "tickets",
    params(IdempotencyKey),
    request_body = NewTicketBody,
    responses(TicketAnswer, Problems),
)]
async fn create_ticket(
    State(table): State<Table>,
    Caller(actor): Caller,
    Query(()): Query<()>,
    now: Now,
    uploads: Uploads,
    Submitted {
        body: NewTicket(mut opening, older, named),
        key,
    }: Submitted<NewTicket>,
) -> Result<Answer<TicketView>, Problem> {
    let configuration = table.configuration(&actor.tenant).await?;
    let reader = Reader::new(&actor, &configuration.settings);
    let key = key.as_ref();
    // It is a tag like any other: whoever may set none is not refused for a word it did not mean as one.
    if actor.is_staff()
        || configuration
            .settings
            .customers_may_set
            .contains(&CustomersMaySet::Tags)
    {
        opening.tags = older::kept_in(opening.tags, older.as_ref());
    }
    let accepted = match domain::open(opening, &actor, &configuration.settings) {
        Ok(accepted) => accepted,
        // What customers may set was perhaps another thing the first time.
        Err(refusal) => {
            let done = table.done_or_refused(&actor.tenant, key, refusal, now.0);
            return opened(&table, &reader, done.await?).await;
        }
    };
    let written = match uploads.keep(&actor, &named, now, key).await? {
        Files::Done(written) => *written,
        Files::Kept(kept) => {
            let id = now.mint::<TicketId>();
            let number = table.next_number(&actor.tenant).await?;
            let rules = configuration.rules(None);
            let files = attachments::of(&kept);
            let entry = accepted.entry(id, number, files, rules, now.stamp());
            table.open(&actor.tenant, id, entry, &kept, key).await?
        }
    };
    opened(&table, &reader, written).await
}

/// The answer about a ticket that was opened, now or by the request that this one repeats.
async fn opened(
    table: &Table,
    reader: &Reader,
    written: Written,
) -> Result<Answer<TicketView>, Problem> {
    let actor = reader.actor();
    if written.replayed {
        // Whatever has happened to it since, it is shown as it was opened; but not when it was deleted.
        let head = table.ticket(&actor.tenant, written.ticket).await?;
        head.filter(|head| actor.sees(head))
            .ok_or_else(Problem::ticket_not_found)?;
    }
    let conversation = Conversation::opened(actor.tenant.clone(), written.ticket, written.entry)?;
    let location = format!("/v2/support-tickets/{}", written.ticket);
    Ok(
        Answer::created(TicketView::new(&conversation, reader), location)
            .tag(reader.tag(&conversation.ticket))
            .replayed(written.replayed),
    )
}

/// Open a ticket, with its first message in `threads`.
///
/// Verifik's older name of `create-ticket`, for clients that have it; a key is another one here.
#[utoipa::path(
    post,
    path = "/v2/support-tickets/insert",
    operation_id = "create-ticket.insert",
    tag = "older names",
    params(IdempotencyKey),
    request_body = InsertedTicketBody,
    responses(TicketAnswer, Problems),
)]
async fn insert_ticket(
    table: State<Table>,
    caller: Caller,
    query: Query<()>,
    now: Now,
    uploads: Uploads,
    Submitted {
        body: InsertedTicket(opening, older, named),
        key,
    }: Submitted<InsertedTicket>,
) -> Result<Answer<TicketView>, Problem> {
    let body = NewTicket(opening, older, named);
    let submitted = Submitted { body, key };
    create_ticket(table, caller, query, now, uploads, submitted).await
}
