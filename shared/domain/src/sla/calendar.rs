//! A calendar: hours with a name.

use serde::{Deserialize, Serialize};

use super::working::WorkingHours;
use crate::Name;

/// A calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// What people call it.
    pub name: Name,
    /// When people work.
    #[serde(flatten)]
    pub hours: WorkingHours,
}

impl Calendar {
    /// The most calendars a tenant may have.
    pub const MOST: usize = 50;
}
