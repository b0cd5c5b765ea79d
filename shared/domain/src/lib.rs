//! The ticket, its thread and its rules.
//!
//! Everything here is a pure function of its arguments: no I/O, no clock, no randomness, no AWS, no HTTP. Time and
//! ids come in as arguments, a value or a [`Refusal`] goes out.
//!
//! A ticket is a **head** ([`Ticket`]) and an append-only **thread** of [`Entry`]s. Every change follows one line:
//!
//! ```text
//! ticket.decide(command, actor, rules, stamp) → entry or refusal    (decide.rs)
//! ticket.due(stamp, rules)                    → what time alone does (deadline.rs)
//! ticket.apply(&entry)                        → the head after it   (ticket.rs, the only code that changes a head)
//! Ticket::fold(entries)                       → the same head, from the thread alone
//! ```
//!
//! The thread is the truth and the head is its fold; `tests/lives.rs` holds that against random lives of tickets and
//! against an independent little model of the rules.

mod actor;
mod attachment;
mod characters;
mod deadline;
mod decide;
mod entry;
mod filename;
mod id;
mod label;
mod media_type;
mod opening;
mod period;
mod refusal;
mod settings;
mod sha256;
mod sla;
mod spelled;
mod status;
mod tags;
mod text;
mod ticket;

pub use actor::{Actor, Author, Principal, Role, Tenant};
pub use attachment::{Attachment, Scan, Upload};
pub use deadline::Due;
pub use decide::{Command, Edits, Stamp};
pub use entry::{Change, Content, Entry, EntryKind, Opened, Passed, SlaEvent, Visibility, Voice};
pub use filename::Filename;
pub use id::{AttachmentId, CalendarId, EntryId, PolicyId, TicketId};
pub use label::{Category, Priority, SlaStatus};
pub use media_type::MediaType;
pub use opening::{Accepted, Opening, open};
pub use period::Period;
pub use refusal::{Invalid, LevelRefusal, Refusal, UploadRefusal};
pub use settings::{Configuration, CustomersMaySet, CustomersSee, Settings};
pub use sha256::Sha256;
pub use sla::{
    Bucket, Calendar, Case, Clock, ClockState, Clocks, Count, Credit, Day, End, Ending, Explained,
    Explanation, Given, Histogram, Holiday, Impossible, Interval, Mark, Measured, Metric, Moment,
    OnBreach, Outcome, Pause, Policy, PolicyFilter, Progress, Reckoned, Rules, Schedule,
    ServiceLevels, Simulation, Span, Targets, Terms, TimeOfDay, Told, Turn, Versioned, Warnings,
    Week, WorkingHours, Zone, counted, elapsed, outcomes, parse_date, reached, retell, simulate,
};
pub use status::Status;
pub use tags::Tags;
pub use text::{Message, Name, Reason, Resolution, Title};
pub use ticket::{BrokenThread, Ticket};
