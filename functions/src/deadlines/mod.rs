//! What happens to tickets by itself.

pub mod check;
