//! The caller.

pub mod get;
