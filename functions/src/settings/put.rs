//! `put-settings`: sets a tenant's settings.

use axum::extract::{FromRef, State};
use domain::{Period, Settings};
use edge::view::SettingsView;
use edge::{
    Admin, Answer, Clock, Form, FromForm, IfMatch, Now, Problem, Problems, Query, Routes,
    Submitted, Success, routes,
};
use store::Table;
use utoipa::ToSchema;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(put_settings)
}

/// All of the settings; what is left out gets its default.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct NewSettings {
    /// How long a ticket stays `resolved` before it closes by itself: an ISO 8601 duration without months and years,
    /// from `PT1S` to `P3650D`. It holds for tickets that are resolved from now on.
    #[schema(value_type = Option<String>, default = "P4D", example = "P4D")]
    auto_close_after: Option<Period>,
    /// The most bytes an attachment may have, up to 104 857 600. It holds for files that are declared from now on.
    #[schema(
        minimum = 1,
        maximum = 104_857_600,
        default = 26_214_400,
        example = 26_214_400
    )]
    max_attachment_size: Option<u64>,
}

impl FromForm for NewSettings {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.refuse_null();
        let auto_close_after = form.optional("autoCloseAfter", |text| Period::parse(&text));
        let largest = 1..=Settings::LARGEST_ATTACHMENT;
        let max_attachment_size = form.optional_number("maxAttachmentSize", largest);
        Some(Self {
            auto_close_after,
            max_attachment_size,
        })
    }
}

/// Set the settings.
///
/// Those of the caller's tenant, all of them, for admins. Functions that are running may work with the ones before for
/// up to a minute.
#[utoipa::path(
    put,
    path = "/v2/settings",
    operation_id = "put-settings",
    tag = "settings",
    params(IfMatch),
    request_body = NewSettings,
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
    Now(now): Now,
    Submitted { body, key: _ }: Submitted<NewSettings>,
) -> Result<Answer<SettingsView>, Problem> {
    let defaults = Settings::default();
    let settings = Settings {
        auto_close_after: body.auto_close_after.unwrap_or(defaults.auto_close_after),
        max_attachment_size: body
            .max_attachment_size
            .unwrap_or(defaults.max_attachment_size),
    };
    let stored = table
        .set_settings(&actor, &settings, now, |version| expected.allows(version))
        .await?;
    Ok(Answer::ok(SettingsView::new(&stored)).version(stored.version))
}
