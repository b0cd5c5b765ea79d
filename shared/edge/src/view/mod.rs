//! What a ticket and an entry look like on the wire. Contract §3.
//!
//! A view is made for a reader: what a customer may not see is never put into it.

mod attachment;
mod calendar;
mod counts;
mod explanation;
mod me;
mod names;
mod policy;
mod report;
mod settings;
mod sla;
mod thread;

use domain::Ticket;
use jiff::Timestamp;
use serde::Serialize;
use store::{Conversation, Seen};
use utoipa::ToSchema;

use crate::reader::Reader;

pub use attachment::{
    AttachmentView, DeletedUploadView, DownloadView, UploadView, WaitingUploadView,
};
pub use calendar::{CalendarView, HolidayView, WEEKDAYS, WeekView};
pub use counts::{CountsView, RecountView};
pub use explanation::{ExplainedView, ExplanationView};
pub use me::{LabelView, LimitsView, MeView, NamedView};
pub use names::{
    CategoryName, ClockStateName, EntryKindName, MediaTypeName, MetricName, PriorityName, ScanName,
    SlaEventName, SlaStatusName, StatusName, TurnName,
};
pub use policy::{DeletedByIdView, FilterView, OnBreachView, PolicyView, TargetsView};
pub use report::{MeasuredView, PercentilesView, measured};
pub use settings::SettingsView;
pub use sla::{ClockView, SlaView};
pub use thread::{ChangeView, EntryView, thread};

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
    /// Where this reader may move it now by setting `status`; none when that is nowhere.
    #[schema(value_type = Vec<StatusName>, example = json!(["in_progress", "pending", "resolved", "closed"]))]
    pub allowed: Vec<&'static str>,
    /// How much it hurts.
    #[schema(value_type = PriorityName)]
    pub priority: &'static str,
    /// What kind of question it is.
    #[schema(value_type = CategoryName)]
    pub category: &'static str,
    /// The customer it belongs to.
    #[schema(example = "cus_123")]
    pub client: String,
    /// The agent who works on it. Customers are shown it if the tenant's settings say so (`customersSee`), else `null`.
    #[schema(required)]
    pub assigned_to: Option<String>,
    /// Its tags. Customers are shown them if the tenant's settings say so (`customersSee`), else none.
    #[schema(example = json!(["api"]))]
    pub tags: Vec<String>,
    /// How it was solved.
    #[schema(required)]
    pub resolution: Option<String>,
    /// Where its service-level clocks stand.
    pub sla: SlaView,
    /// The `seq` of its newest entry; for a customer, of the newest public one. In quotes, its `ETag`; a customer's is followed
    /// by a digest where something else it sees has changed since.
    #[schema(example = 1)]
    pub version: u32,
    /// When it was opened.
    #[schema(format = DateTime, example = "2026-11-23T03:00:00.000Z")]
    pub created_at: String,
    /// When its newest entry was written; for a customer, the newest public one.
    #[schema(format = DateTime, example = "2026-11-23T03:00:00.000Z")]
    pub updated_at: String,
    /// When an agent first answered in public.
    #[schema(required, format = DateTime)]
    pub first_responded_at: Option<String>,
    /// When it was last resolved; `null` while it is reopened.
    #[schema(required, format = DateTime)]
    pub resolved_at: Option<String>,
    /// When it was closed.
    #[schema(required, format = DateTime)]
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
    /// The newest entries that the caller may read, oldest first: up to 100 or 1 MB. A customer's has gaps in `seq`.
    pub threads: Vec<EntryView>,
    /// Leads to the entries before these, with `GET …/threads?cursor=`; `null` when there are none.
    #[schema(required)]
    pub threads_next_cursor: Option<String>,
    /// The files of the entries in `threads`.
    pub attachments: Vec<AttachmentView>,
}

impl RowView {
    /// A ticket's row, as this reader may see it.
    pub fn new(ticket: &Ticket, reader: &Reader) -> Self {
        let assignee = ticket.assigned_to.as_ref();
        let tags = ticket.tags.as_slice();
        let allowed = ticket.status.next(reader.actor().role);
        Self {
            id: ticket.id.to_string(),
            number: ticket.number,
            title: ticket.title.as_str().into(),
            status: ticket.status.name(),
            allowed: allowed.iter().map(|status| status.name()).collect(),
            priority: ticket.priority.name(),
            category: ticket.category.name(),
            client: ticket.client.to_string(),
            assigned_to: assignee
                .filter(|_| reader.sees_assignee())
                .map(ToString::to_string),
            tags: if reader.sees_tags() {
                tags.to_vec()
            } else {
                Vec::new()
            },
            resolution: ticket
                .resolution
                .as_ref()
                .map(|resolution| resolution.as_str().into()),
            sla: SlaView::new(ticket, reader.actor()),
            version: reader.version(ticket),
            created_at: time(ticket.created_at),
            updated_at: time(reader.updated_at(ticket)),
            first_responded_at: ticket.first_responded_at.map(time),
            resolved_at: ticket.resolved_at.map(time),
            closed_at: ticket.closed_at.map(time),
            reopen_count: ticket.reopen_count,
        }
    }
}

impl TicketView {
    /// A ticket with its newest entries, as this reader may see them.
    pub fn new(conversation: &Conversation, reader: &Reader) -> Self {
        let actor = reader.actor();
        let threads = thread(conversation.ticket.id, &conversation.entries, actor);
        let attachments = threads.iter().flat_map(|entry| &entry.attachments);
        Self {
            row: RowView::new(&conversation.ticket, reader),
            description: conversation.description().into(),
            attachments: attachments.cloned().collect(),
            threads,
            threads_next_cursor: conversation.older(actor),
        }
    }
}

/// A ticket that was deleted, and how long it can be brought back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DeletedTicket)]
pub struct DeletedView {
    /// The ticket's.
    #[serde(rename = "_id")]
    #[schema(example = "tkt_0193a0f2c1e87cc2b1a4a2b6d0a3c9f1")]
    pub id: String,
    /// The ticket's.
    #[schema(example = 1001)]
    pub number: u64,
    /// When it was deleted.
    #[schema(required, format = DateTime)]
    pub deleted_at: Option<String>,
    /// Until when it can be brought back; then nothing of it is left.
    #[schema(required, format = DateTime)]
    pub restorable_until: Option<String>,
}

impl DeletedView {
    /// A deleted ticket.
    pub fn new(ticket: &Ticket) -> Self {
        Self {
            id: ticket.id.to_string(),
            number: ticket.number,
            deleted_at: ticket.deleted_at.map(time),
            restorable_until: ticket.purges_at().map(time),
        }
    }
}

/// How far somebody has read a ticket's thread.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Seen)]
pub struct SeenView {
    /// Up to this entry.
    #[schema(example = 4)]
    pub seq: u32,
    /// When it was seen.
    #[schema(format = DateTime, example = "2026-11-23T03:00:00.000Z")]
    pub seen_at: String,
}

impl SeenView {
    /// How far somebody has read.
    pub fn new(seen: &Seen) -> Self {
        Self {
            seq: seen.seq,
            seen_at: time(seen.at),
        }
    }
}

/// RFC 3339, UTC, milliseconds.
pub fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}
