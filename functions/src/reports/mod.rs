//! Reports.

pub mod sla;
