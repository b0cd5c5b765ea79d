//! A tenant's settings on the wire.

use serde::Serialize;
use store::StoredSettings;
use utoipa::ToSchema;

use super::time;

/// A tenant's settings.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Settings)]
pub struct SettingsView {
    /// How long a ticket stays `resolved` before it closes by itself.
    #[schema(example = "P4D")]
    pub auto_close_after: String,
    /// The most bytes an attachment may have.
    #[schema(example = 26_214_400)]
    pub max_attachment_size: u64,
    /// What customers see of their tickets besides the rest: `tags`, `assignedTo`.
    #[schema(example = json!([]))]
    pub customers_see: Vec<&'static str>,
    /// What customers may set when they open a ticket: `priority`, `tags`.
    #[schema(example = json!(["priority", "tags"]))]
    pub customers_may_set: Vec<&'static str>,
    /// How often they were set, 0 for the defaults; in quotes, their `ETag`.
    #[schema(example = 1)]
    pub version: u32,
    /// When they were last set.
    #[schema(required, format = DateTime)]
    pub updated_at: Option<String>,
    /// By whom.
    #[schema(required)]
    pub updated_by: Option<String>,
}

impl SettingsView {
    /// Settings as they are stored.
    pub fn new(stored: &StoredSettings) -> Self {
        let (by, at) = stored.updated.clone().unzip();
        let settings = &stored.settings;
        Self {
            auto_close_after: settings.auto_close_after.to_string(),
            max_attachment_size: settings.max_attachment_size,
            customers_see: settings
                .customers_see
                .iter()
                .map(|field| field.name())
                .collect(),
            customers_may_set: settings
                .customers_may_set
                .iter()
                .map(|field| field.name())
                .collect(),
            version: stored.version,
            updated_at: at.map(time),
            updated_by: by.map(String::from),
        }
    }
}
