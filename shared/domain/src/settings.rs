//! What a tenant decides for itself.

use std::collections::BTreeSet;

use crate::label::label;
use crate::{Attachment, Period, Rules, ServiceLevels, Terms, UploadRefusal};

/// Everything a tenant decides for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// Its settings.
    pub settings: Settings,
    /// What it promises.
    pub levels: ServiceLevels,
}

impl Configuration {
    /// What a decision on a ticket goes by that was given these terms.
    pub fn rules<'a>(&'a self, terms: Option<&'a Terms>) -> Rules<'a> {
        Rules {
            settings: &self.settings,
            levels: &self.levels,
            terms,
        }
    }
}

/// A tenant's settings. Those nobody has set are the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long a ticket stays `resolved` before it closes by itself. A ticket keeps the time that was set when it was
    /// resolved.
    pub auto_close_after: Period,
    /// The most bytes an attachment may have. It holds for files that are declared from now on.
    pub max_attachment_size: u64,
    /// What customers see of their tickets besides what concerns them anyway.
    pub customers_see: BTreeSet<CustomersSee>,
    /// What customers may set when they open a ticket.
    pub customers_may_set: BTreeSet<CustomersMaySet>,
}

label! {
    /// What customers can be shown of their tickets. Its changes are internal entries all the same.
    CustomersSee {
        /// Its tags.
        Tags = "tags",
        /// Who works on it.
        AssignedTo = "assignedTo",
    }
}

label! {
    /// What customers can be allowed to set when they open a ticket.
    CustomersMaySet {
        /// Its priority.
        Priority = "priority",
        /// Its tags.
        Tags = "tags",
    }
}

impl Settings {
    /// The most bytes an attachment may be allowed to have: 100 MiB.
    pub const LARGEST_ATTACHMENT: u64 = 100 << 20;

    /// Whether a file of this size may be declared.
    pub fn allow(&self, file: &Attachment) -> Result<(), UploadRefusal> {
        let max = self.max_attachment_size;
        if file.size <= max {
            Ok(())
        } else {
            Err(UploadRefusal::TooLarge { max })
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto_close_after: Period::days(4),
            max_attachment_size: 25 << 20,
            customers_see: BTreeSet::new(),
            customers_may_set: CustomersMaySet::ALL.iter().copied().collect(),
        }
    }
}
