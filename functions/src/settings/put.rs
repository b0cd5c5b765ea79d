//! `put-settings`: sets a tenant's settings.

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
    routes!(put_settings)
}

/// All of the settings.
#[derive(ToSchema)]
#[schema(as = NewSettings, rename_all = "camelCase")]
#[allow(
    dead_code,
    reason = "describes the body for the OpenAPI document; `NewSettings` reads it"
)]
struct NewSettingsBody {
    /// How long a ticket stays `resolved` before it closes by itself: an ISO 8601 duration without months and years,
    /// from `PT1S` to `P3650D`. It holds for tickets that are resolved from now on.
    #[schema(example = "P4D")]
    auto_close_after: String,
    /// The most bytes an attachment may have. It holds for files that are declared from now on.
    #[schema(minimum = 1, maximum = 104_857_600, example = 26_214_400)]
    max_attachment_size: u64,
    /// What customers see of their tickets besides the rest: `tags`, `assignedTo`.
    #[schema(max_items = 2, example = json!([]))]
    customers_see: Vec<String>,
    /// What customers may set when they open a ticket: `priority`, `tags`.
    #[schema(max_items = 2, example = json!(["priority", "tags"]))]
    customers_may_set: Vec<String>,
}

/// All of the settings.
struct NewSettings(Settings);

impl FromForm for NewSettings {
    fn from_form(form: &mut Form) -> Option<Self> {
        let auto_close_after = form.required("autoCloseAfter", |text| Period::parse(&text));
        let largest = 1..=Settings::LARGEST_ATTACHMENT;
        let max_attachment_size = form.required_number("maxAttachmentSize", largest);
        let customers_see = form.required_list("customersSee", |names: Vec<String>| {
            set(&names, CustomersSee::parse)
        });
        let may_set = |names: Vec<String>| set(&names, CustomersMaySet::parse);
        let customers_may_set = form.required_list("customersMaySet", may_set);
        Some(Self(Settings {
            auto_close_after: auto_close_after?,
            max_attachment_size: max_attachment_size?,
            customers_see: customers_see?,
            customers_may_set: customers_may_set?,
        }))
    }
}

/// Set the settings.
///
/// Those of the caller's tenant, all of them, for admins; `PATCH` changes some. Functions that are running may work with the ones before for
/// up to a minute.
#[utoipa::path(
    put,
    path = "/v2/settings",
    operation_id = "put-settings",
    tag = "settings",
    params(IfMatch),
    request_body = NewSettingsBody,
    responses(
        (status = 200, description = "The settings", body = Success<SettingsView>, headers(
            ("ETag" = String, description = "Their version in quotes"),
        )),
        Problems,
    ),
)]
async fn put_settings(
    State(table): State<Table>,
    Admin(actor): Admin,
    Query(()): Query<()>,
    expected: IfMatch,
    now: Now,
    Submitted { body, key: _ }: Submitted<NewSettings>,
) -> Result<Answer<SettingsView>, Problem> {
    let NewSettings(settings) = body;
    super::write(&table, &actor, &expected, now, |_: &Settings| {
        settings.clone()
    })
    .await
}
