//! What a tenant decides for itself.

use crate::Period;

/// A tenant's settings. Those nobody has set are the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long a ticket stays `resolved` before it closes by itself. A ticket keeps the time that was set when it was
    /// resolved.
    pub auto_close_after: Period,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto_close_after: Period::days(4),
        }
    }
}
