//! What a ticket and an entry look like on the wire. Contract §3.
//!
//! A view is made for a reader: what a customer may not see is never put into it.

use domain::{Actor, Category, Change, Entry, EntryKind, Priority, Status, Ticket, Visibility};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use store::Conversation;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A ticket in a list: everything but the conversation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TicketRow)]
pub struct RowView {
    /// Opaque, and sorted by the time the ticket was opened.
    #[serde(rename = "_id")]
    #[schema(example = "tkt_0193a0f2c1e87cc2b1a4a2b6d0a3c9f1")]
    pub id: String,
    /// The number people say on the phone; per tenant, increasing, with gaps.
    #[schema(example = 1001)]
    pub number: u64,
    /// What it is about.
    #[schema(example = "API returns 502")]
    pub title: String,
    /// Where it stands.
    #[schema(value_type = StatusName)]
    pub status: &'static str,
    /// How much it hurts.
    #[schema(value_type = PriorityName)]
    pub priority: &'static str,
    /// What kind of question it is.
    #[schema(value_type = CategoryName)]
    pub category: &'static str,
    /// The customer it belongs to.
    #[schema(example = "cus_123")]
    pub client: String,
    /// The agent who works on it.
    pub assigned_to: Option<String>,
    /// Its tags.
    #[schema(example = json!(["api"]))]
    pub tags: Vec<String>,
    /// How it was solved.
    pub resolution: Option<String>,
    /// Where its service-level clocks stand.
    pub sla: SlaView,
    /// The `seq` of its newest entry; in quotes, its `ETag`.
    #[schema(example = 1)]
    pub version: u32,
    /// When it was opened.
    #[schema(format = DateTime, example = "2026-11-23T03:00:00.000Z")]
    pub created_at: String,
    /// When its newest entry was written.
    #[schema(format = DateTime, example = "2026-11-23T03:00:00.000Z")]
    pub updated_at: String,
    /// When an agent first answered in public.
    #[schema(format = DateTime)]
    pub first_responded_at: Option<String>,
    /// When it was last resolved; `null` while it is reopened.
    #[schema(format = DateTime)]
    pub resolved_at: Option<String>,
    /// When it was closed.
    #[schema(format = DateTime)]
    pub closed_at: Option<String>,
    /// How often it was reopened.
    pub reopen_count: u32,
}

/// A ticket with its newest entries.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Ticket)]
pub struct TicketView {
    /// Everything a list shows of it.
    #[serde(flatten)]
    pub row: RowView,
    /// The first message.
    #[schema(example = "Since this morning, every call to /v1/users answers 502.")]
    pub description: String,
    /// The newest entries, oldest first: up to 100 or 1 MB. A customer's has no internal ones, and gaps in `seq`.
    pub threads: Vec<EntryView>,
    /// Leads to the entries before these, with `GET …/threads?cursor=`; `null` when there are none.
    pub threads_next_cursor: Option<String>,
    /// The files of the entries in `threads`.
    #[schema(value_type = Vec<Object>)]
    pub attachments: Vec<Value>,
}

/// Where a ticket's service-level clocks stand.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Sla)]
pub struct SlaView {
    /// `none`: no clock runs on this ticket.
    #[schema(example = "none")]
    pub status: &'static str,
    /// When the next target is due.
    #[schema(format = DateTime)]
    pub next_due_at: Option<String>,
}

/// An entry of a thread.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ThreadEntry)]
pub struct EntryView {
    /// Opaque.
    #[serde(rename = "_id")]
    #[schema(example = "thr_0193a0f2c1e87cc2b1a4a2b6d0a3c9f2")]
    pub id: String,
    /// Its place in the thread: 1, 2, 3, … without gaps.
    pub seq: u32,
    /// Who wrote it.
    #[schema(example = "cus_123")]
    pub author: String,
    /// `user`: a customer's message; `agent`: an agent's; `note`: agents only; `system`: a change.
    #[schema(value_type = EntryKindName)]
    pub r#type: &'static str,
    /// `public`, or `internal` for agents only.
    #[schema(example = "public")]
    pub visibility: &'static str,
    /// What was said; for a change, the change in words.
    #[schema(example = "Since this morning, every call to /v1/users answers 502.")]
    pub message: String,
    /// The fields it changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeView>,
    /// Its files.
    #[schema(value_type = Vec<Object>)]
    pub attachments: Vec<Value>,
    /// When it was written.
    #[schema(format = DateTime, example = "2026-11-23T03:00:00.000Z")]
    pub timestamp: String,
}

/// A field that went from one value to another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeView {
    /// The ticket's field.
    #[schema(example = "status")]
    pub field: String,
    /// Its value before.
    #[schema(example = "open")]
    pub from: Value,
    /// Its value after.
    #[schema(example = "pending")]
    pub to: Value,
}

impl RowView {
    /// A ticket's row.
    pub fn new(ticket: &Ticket) -> Self {
        Self {
            id: ticket.id.to_string(),
            number: ticket.number,
            title: ticket.title.as_str().into(),
            status: ticket.status.name(),
            priority: ticket.priority.name(),
            category: ticket.category.name(),
            client: ticket.client.to_string(),
            assigned_to: ticket.assigned_to.as_ref().map(ToString::to_string),
            tags: ticket.tags.as_slice().to_vec(),
            resolution: ticket
                .resolution
                .as_ref()
                .map(|resolution| resolution.as_str().into()),
            sla: SlaView {
                status: "none",
                next_due_at: None,
            },
            version: ticket.version,
            created_at: time(ticket.created_at),
            updated_at: time(ticket.updated_at),
            first_responded_at: ticket.first_responded_at.map(time),
            resolved_at: ticket.resolved_at.map(time),
            closed_at: ticket.closed_at.map(time),
            reopen_count: ticket.reopen_count,
        }
    }
}

impl TicketView {
    /// A ticket with its newest entries, as this reader may see them.
    pub fn new(conversation: &Conversation, reader: &Actor) -> Self {
        Self {
            row: RowView::new(&conversation.ticket),
            description: conversation
                .opening
                .words()
                .map(|words| words.as_str().into())
                .unwrap_or_default(),
            threads: thread(&conversation.entries, reader),
            threads_next_cursor: conversation.older(reader),
            attachments: Vec::new(),
        }
    }
}

/// The entries this reader may see.
pub fn thread(entries: &[Entry], reader: &Actor) -> Vec<EntryView> {
    entries
        .iter()
        .filter(|entry| reader.reads(entry.visibility()))
        .map(|entry| EntryView::new(entry, reader))
        .collect()
}

impl EntryView {
    /// An entry, without the changes this reader may not see.
    pub fn new(entry: &Entry, reader: &Actor) -> Self {
        let reach = if reader.reads(Visibility::Internal) {
            Visibility::Internal
        } else {
            Visibility::Public
        };
        let changes: Vec<&Change> = entry.changes_for(reach).collect();
        let message = match entry.words() {
            Some(words) => words.as_str().into(),
            None => changes
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; "),
        };
        Self {
            id: entry.id.to_string(),
            seq: entry.seq,
            author: entry.author.to_string(),
            r#type: kind(entry.kind()),
            visibility: visibility(entry.visibility()),
            message,
            changes: changes.into_iter().map(ChangeView::new).collect(),
            attachments: Vec::new(),
            timestamp: time(entry.at),
        }
    }
}

impl ChangeView {
    fn new(change: &Change) -> Self {
        let mut change = serde_json::to_value(change).expect("a change is plain data");
        let mut member = |name| change.get_mut(name).map(Value::take).unwrap_or_default();
        let (from, to) = (member("from"), member("to"));
        Self {
            field: member("field").as_str().unwrap_or_default().into(),
            from,
            to,
        }
    }
}

/// RFC 3339, UTC, milliseconds.
fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::User => "user",
        EntryKind::Agent => "agent",
        EntryKind::Note => "note",
        EntryKind::System => "system",
    }
}

fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Internal => "internal",
    }
}

macro_rules! names {
    ($($(#[$doc:meta])* $schema:ident = $wire:literal: $names:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $schema;

        impl PartialSchema for $schema {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some($names.iter().copied())).into()
            }
        }

        impl ToSchema for $schema {
            fn name() -> std::borrow::Cow<'static, str> {
                $wire.into()
            }
        }
    )+};
}

names! {
    /// A status, for the OpenAPI document.
    StatusName = "Status": Status::NAMES;
    /// A priority, for the OpenAPI document.
    PriorityName = "Priority": Priority::NAMES;
    /// A category, for the OpenAPI document.
    CategoryName = "Category": Category::NAMES;
    /// An entry's type, for the OpenAPI document.
    EntryKindName = "EntryType": ["user", "agent", "note", "system"];
}
