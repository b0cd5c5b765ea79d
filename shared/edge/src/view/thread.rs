//! An entry of a thread on the wire.

use domain::{Actor, Change, Entry, TicketId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::attachment::AttachmentView;
use super::names::{EntryKindName, MetricName, SlaEventName};
use super::time;

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
    /// Who wrote it; `system` when nobody did, and its time had come.
    #[schema(example = "cus_123")]
    pub author: String,
    /// `user`: a customer's message; `agent`: an agent's; `note`: agents only; `system`: a change.
    #[schema(value_type = EntryKindName)]
    pub r#type: &'static str,
    /// `public`, or `internal` for agents only.
    #[schema(example = "public")]
    pub visibility: &'static str,
    /// What was said; for an escalation, why; for another change, the change in words.
    #[schema(example = "Since this morning, every call to /v1/users answers 502.")]
    pub message: String,
    /// What it says of a service-level clock, if that is what it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SlaEventName>)]
    pub event: Option<&'static str>,
    /// Which clock, and when it passed which share of its target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<EventView>,
    /// The fields it changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeView>,
    /// Its files.
    pub attachments: Vec<AttachmentView>,
    /// When it was written.
    #[schema(format = DateTime, example = "2026-11-23T03:00:00.000Z")]
    pub timestamp: String,
}

/// Which clock has passed which share of its target.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ClockEvent)]
pub struct EventView {
    /// What it measures.
    #[schema(value_type = MetricName)]
    pub metric: &'static str,
    /// Which one of its kind.
    pub instance: u32,
    /// Its target then.
    #[schema(required, example = "PT4H")]
    pub target: Option<String>,
    /// Which share of it.
    #[schema(example = 100)]
    pub percent: u8,
    /// When: the entry may be written later.
    #[schema(format = DateTime, example = "2026-11-23T03:00:00.000Z")]
    pub at: String,
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

/// The entries of a ticket that this reader may see.
pub fn thread(ticket: TicketId, entries: &[Entry], reader: &Actor) -> Vec<EntryView> {
    entries
        .iter()
        .filter(|entry| reader.reads(entry.visibility()))
        .map(|entry| EntryView::new(ticket, entry, reader))
        .collect()
}

impl EntryView {
    /// An entry of a ticket, without the changes this reader may not see.
    pub fn new(ticket: TicketId, entry: &Entry, reader: &Actor) -> Self {
        Self {
            id: entry.id.to_string(),
            seq: entry.seq,
            author: entry.author.to_string(),
            r#type: entry.kind().name(),
            visibility: entry.visibility().name(),
            message: entry.message_for(reader.reach()).into(),
            event: entry.passed().map(|passed| passed.event().name()),
            clock: EventView::of(entry),
            changes: entry
                .changes_for(reader.reach())
                .map(ChangeView::new)
                .collect(),
            attachments: entry
                .attachments
                .iter()
                .map(|file| AttachmentView::new(ticket, file))
                .collect(),
            timestamp: time(entry.at),
        }
    }
}

impl EventView {
    fn of(entry: &Entry) -> Option<Self> {
        let passed = entry.passed()?;
        Some(Self {
            metric: passed.metric.name(),
            instance: passed.instance,
            target: passed.target.map(|target| target.to_string()),
            percent: passed.percent,
            at: time(passed.at),
        })
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
