//! The single table, and the bucket. The only crate that knows how tickets lie in DynamoDB and files in S3; of
//! HTTP it knows the way to AWS, and nothing of the API.
//!
//! | to know | read |
//! |---|---|
//! | which key an item has | `keys.rs`: the only file that builds a key string |
//! | which questions the table answers | `patterns.rs`: the only file that names an index |
//! | what an item holds | `items/`: head, entry, and the small ones |
//! | how a write happens | `write.rs`: lost races and replays; `commit.rs`: what is written; `transaction.rs`: how, at once; `promptly.rs`: when at the latest |
//! | how a ticket and its thread are read | `read.rs`, `thread.rs`; from what DynamoDB has answered: `answer.rs`, `json/` |
//! | how many tickets are in each status | `counts.rs` |
//! | how a list is narrowed, merged and paged | `filter.rs`, `range.rs`, `list.rs`, `budget.rs`, `gather.rs`, `cursor.rs`, `onward.rs` |
//! | what is due, and how a ticket ends | `deadlines.rs`, `purge.rs` |
//! | how a file becomes an attachment, whatever stops in between | `attach.rs`; `uploads.rs`, `bucket.rs`, `presigned.rs`, `attachments.rs` |
//! | what a tenant has set | `configuration.rs`; `settings.rs`, `levels.rs` |
//! | what happened to clocks, per day | `rollups.rs` |
//! | who has read what | `viewers.rs` |
//! | how AWS is reached | `connection.rs`; `http/`: connections, and TLS that costs little to start |
//! | what a request has cost | `meter.rs` |
//! | what a request may do | `access.rs` |
//!
//! Every write of a ticket is one transaction; what belongs to no ticket's thread (settings, how far somebody has read,
//! the steps of a purge) is one conditional write each. Reads of a ticket are strongly consistent; lists come from
//! indexes and may lag.

mod access;
mod answer;
mod attach;
mod attachments;
mod bucket;
mod budget;
mod commit;
mod configuration;
mod connection;
mod counts;
mod cursor;
mod deadlines;
mod error;
mod filter;
mod gather;
mod http;
mod items;
mod json;
mod keys;
mod levels;
mod list;
mod meter;
mod onward;
mod patterns;
mod pause;
mod presigned;
mod promptly;
mod purge;
mod range;
mod read;
mod remembered;
mod rollups;
mod room;
mod settings;
mod table;
mod thread;
mod transaction;
mod uploads;
mod viewers;
mod window;
mod write;

pub use access::{Access, Guard, Target};
pub use attach::Kept;
pub use attachments::Attached;
pub use bucket::Bucket;
pub use configuration::{StoredConfiguration, StoredLevel};
pub use connection::MissingConfig;
pub use counts::{Counts, Recount};
pub use cursor::BadCursor;
pub use deadlines::{DueItem, DueItems};
pub use error::{Error, ListError, WriteError};
pub use filter::TicketFilter;
pub use levels::{StoredCalendar, StoredPolicy};
pub use list::{Start, TicketPage};
pub use meter::{Consumed, metered};
pub use patterns::Sort;
pub use presigned::Presigned;
pub use promptly::{SETTLED_AFTER, promptly};
pub use purge::Purged;
pub use read::Conversation;
pub use rollups::Rollups;
pub use settings::StoredSettings;
pub use table::Table;
pub use thread::ThreadPage;
pub use transaction::Idempotency;
pub use uploads::DueUpload;
pub use viewers::Seen;
pub use window::Window;
pub use write::{Changed, Written};
