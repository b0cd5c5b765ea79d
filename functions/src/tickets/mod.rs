//! Tickets: open one, read one, list them.

pub mod create;
pub mod get;
pub mod list;
