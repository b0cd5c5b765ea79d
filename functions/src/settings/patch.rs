//! `patch-settings`: changes some of a tenant's settings.

use std::collections::BTreeSet;

use axum::extract::{FromRef, State};
use domain::{CustomersMaySet, CustomersSee, Period, Settings};
use edge::view::SettingsView;
use edge::{
    Admin, Answer, Clock, Form, FromForm, IfMatch, Now, Problem, Problems, Query, Routes,
    Submitted, Success, routes,
};
use store::Table;
use utoipa::ToSchema;

use super::set;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(patch_settings)
}

/// Settings to change; those left out stay as they are.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct SettingsChanges {
    /// How long a ticket stays `resolved` before it closes by itself: an ISO 8601 duration without months and years,
    /// from `PT1S` to `P3650D`. It holds for tickets that are resolved from now on.
    #[schema(value_type = Option<String>, example = "P4D")]
    auto_close_after: Option<Period>,
    /// The most bytes an attachment may have. It holds for files that are declared from now on.
    #[schema(minimum = 1, maximum = 104_857_600, example = 26_214_400)]
    max_attachment_size: Option<u64>,
    /// What customers see of their tickets besides the rest: `tags`, `assignedTo`.
    #[schema(value_type = Option<Vec<String>>, max_items = 2, example = json!([]))]
    customers_see: Option<BTreeSet<CustomersSee>>,
    /// What customers may set when they open a ticket: `priority`, `tags`.
    #[schema(value_type = Option<Vec<String>>, max_items = 2, example = json!(["priority", "tags"]))]
    customers_may_set: Option<BTreeSet<CustomersMaySet>>,
}

impl FromForm for SettingsChanges {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.refuse_null();
        let largest = 1..=Settings::LARGEST_ATTACHMENT;
        let see = |names: Vec<String>| set(&names, CustomersSee::parse);
        let may_set = |names: Vec<String>| set(&names, CustomersMaySet::parse);
        Some(Self {
            auto_close_after: form.optional("autoCloseAfter", |text| Period::parse(&text)),
            max_attachment_size: form.optional_number("maxAttachmentSize", largest),
            customers_see: form.optional_list("customersSee", see),
            customers_may_set: form.optional_list("customersMaySet", may_set),
        })
    }
}

impl SettingsChanges {
    fn apply(&self, before: &Settings) -> Settings {
        let see = self.customers_see.as_ref();
        let may_set = self.customers_may_set.as_ref();
        Settings {
            auto_close_after: self.auto_close_after.unwrap_or(before.auto_close_after),
            max_attachment_size: self
                .max_attachment_size
                .unwrap_or(before.max_attachment_size),
            customers_see: see.unwrap_or(&before.customers_see).clone(),
            customers_may_set: may_set.unwrap_or(&before.customers_may_set).clone(),
        }
    }
}

/// Change the settings.
///
/// Some of those of the caller's tenant, for admins; the others stay as they are. Functions that are running may work with the
/// ones before for up to a minute.
#[utoipa::path(
    patch,
    path = "/v2/settings",
    operation_id = "patch-settings",
    tag = "settings",
    params(IfMatch),
    request_body = SettingsChanges,
    responses(
        (status = 200, description = "The settings", body = Success<SettingsView>, headers(
            ("ETag" = String, description = "Their version in quotes"),
        )),
        Problems,
    ),
)]
async fn patch_settings(
    State(table): State<Table>,
    Admin(actor): Admin,
    Query(()): Query<()>,
    expected: IfMatch,
    now: Now,
    Submitted { body, key: _ }: Submitted<SettingsChanges>,
) -> Result<Answer<SettingsView>, Problem> {
    super::write(&table, &actor, &expected, now, |before| body.apply(before)).await
}
