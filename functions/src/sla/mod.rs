//! A ticket's service-level clocks.

pub mod explain;
