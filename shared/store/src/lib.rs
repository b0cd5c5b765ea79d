//! The single table. The only crate that knows how tickets lie in DynamoDB; it never sees HTTP.
//!
//! | to know | read |
//! |---|---|
//! | which key an item has | `keys.rs`: the only file that builds a key string |
//! | which questions the table answers | `patterns.rs`: the only file that names an index |
//! | what an item holds | `items.rs`: head, entry, number, idempotency record |
//! | how a write happens | `write.rs`: lost races and replays; `transaction.rs`: the one conditional transaction |
//! | how a ticket and its thread are read | `read.rs`, `thread.rs` |
//! | how a list is narrowed, merged and paged | `filter.rs`, `list.rs`, `cursor.rs` |
//! | what a request has cost | `meter.rs` |
//!
//! Reads of a ticket are strongly consistent; lists come from indexes and may lag.

mod cursor;
mod error;
mod filter;
mod items;
mod keys;
mod list;
mod meter;
mod patterns;
mod pause;
mod read;
mod room;
mod table;
mod thread;
mod transaction;
mod write;

pub use cursor::BadCursor;
pub use error::{Error, ListError, WriteError};
pub use filter::TicketFilter;
pub use list::TicketPage;
pub use meter::{Consumed, metered};
pub use read::Conversation;
pub use table::{MissingConfig, Table};
pub use thread::ThreadPage;
pub use transaction::Idempotency;
pub use write::Written;
