//! What a tenant decides for itself.

pub mod get;
pub mod put;
