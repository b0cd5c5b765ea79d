//! Policies: what a tenant promises for which tickets.

pub mod delete;
pub mod get;
pub mod list;
pub mod put;
pub mod simulate;

mod body;
