//! Calendars: when a tenant works.

pub mod delete;
pub mod get;
pub mod list;
pub mod put;
