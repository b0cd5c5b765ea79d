//! The single table. The only crate that knows how tickets lie in DynamoDB; it never sees HTTP.
//!
//! | to know | read |
//! |---|---|
//! | which key an item has | [`keys`](mod@keys): the only file that builds a key string |
//! | which questions the table answers | [`patterns`](mod@patterns): the only file that names an index |
//! | what an item holds | [`items`](mod@items): head, entry, number, idempotency record |
//! | how a write happens | [`commit`](mod@commit): one conditional transaction, lost races, replays |
//! | how a list is merged and paged | [`list`](mod@list), [`cursor`](mod@cursor) |
//! | what a request has cost | [`meter`](mod@meter) |
//!
//! Reads of a ticket are strongly consistent; lists come from indexes and may lag.

mod commit;
mod cursor;
mod error;
mod items;
mod keys;
mod list;
mod meter;
mod patterns;
mod read;
mod table;

pub use commit::{Idempotency, Written};
pub use cursor::BadCursor;
pub use error::{Error, ListError, WriteError};
pub use list::{Page, TicketFilter};
pub use meter::{Consumed, metered};
pub use read::{Conversation, ThreadPage};
pub use table::{MissingConfig, Table};
