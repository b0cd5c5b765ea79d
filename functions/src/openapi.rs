//! `openapi`: the OpenAPI 3.1 document, made of the handlers themselves.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use edge::{Problems, Routes, routes};
use utoipa::openapi::schema::{AdditionalProperties, Schema};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContactBuilder, Content, Deprecated, InfoBuilder, LicenseBuilder, OpenApi, RefOr,
    SecurityRequirement,
};
use utoipa_axum::router::OpenApiRouter;

use crate::Call;

/// Its routes.
pub fn routes<S: Clone + Send + Sync + 'static, R: Routes<S>>() -> R {
    routes!(openapi)
}

/// Get this document.
///
/// OpenAPI 3.1. It needs no token.
#[utoipa::path(
    get,
    path = "/v2/openapi.json",
    operation_id = "openapi",
    tag = "meta",
    security(()),
    responses((status = 200, description = "The document", body = Object)),
)]
async fn openapi() -> impl IntoResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| document().to_json().unwrap_or_default());
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=300"),
        ),
    ];
    (headers, text.as_str())
}

/// The document of every function, made once.
pub fn document() -> &'static OpenApi {
    static DOCUMENT: OnceLock<OpenApi> = OnceLock::new();
    DOCUMENT.get_or_init(describe)
}

fn describe() -> OpenApi {
    let mut all = OpenApiRouter::new();
    for function in crate::contents() {
        match function.call {
            Call::Routes(routes) => all = all.merge(*routes),
            Call::Schedule(_) | Call::Event(_) => {}
        }
    }
    let mut document = all.into_openapi();
    document.info = InfoBuilder::new()
        .title("Ventanilla")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(
            LicenseBuilder::new()
                .name("Apache-2.0")
                .identifier(Some("Apache-2.0"))
                .build(),
        ))
        .contact(Some(
            ContactBuilder::new()
                .name(Some("The team that runs this Ventanilla"))
                .build(),
        ))
        .build();
    document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(
        "bearer",
        [],
    )]);
    deprecate_older_names(&mut document);
    let bodies = bodies(&document);
    let components = document.components.get_or_insert_with(Components::new);
    components.schemas.extend(Problems::schemas());
    components.schemas.extend(edge::document::schemas());
    close(&bodies, components);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("RS256. `tenant` (or `custom:tenant`), `sub`, and `roles` (or `cognito:groups`) with at least one of customer, agent, admin."))
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    document
}

/// Says of the aliases for Verifik's clients that nobody new should use them.
fn deprecate_older_names(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.post, &mut item.put].into_iter().flatten() {
            let tags = operation.tags.iter().flatten();
            if tags.into_iter().any(|tag| tag == "older names") {
                operation.deprecated = Some(Deprecated::True);
            }
        }
    }
}

/// The names of the schemas that are request bodies.
fn bodies(document: &OpenApi) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in document.paths.paths.values() {
        for operation in [&item.post, &item.put, &item.patch].into_iter().flatten() {
            let Some(RefOr::T(body)) = &operation.request_body else {
                continue;
            };
            for content in body.content.values() {
                if let RefOr::T(Content {
                    schema: Some(RefOr::Ref(schema)),
                    ..
                }) = content
                {
                    names.extend(schema.ref_location.rsplit('/').next().map(str::to_owned));
                }
            }
        }
    }
    names
}

/// Says of these schemas that they are closed: a field nobody knows is refused.
fn close(names: &BTreeSet<String>, components: &mut Components) {
    for (name, schema) in &mut components.schemas {
        if let (true, RefOr::T(Schema::Object(body))) = (names.contains(name), schema) {
            body.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}

const ABOUT: &str = "Support tickets: conversations with internal notes, priorities, a status workflow, assignment.

Times are RFC 3339 in UTC with milliseconds. Every `POST` takes an `Idempotency-Key`; every answer about a ticket has \
its version as `ETag`, and every write to a ticket honours `If-Match`. Lists are paged with `cursor`. Errors are \
problem details (RFC 9457) with a stable `code`; `Accept-Language: es` has them in Spanish.

Clients of Verifik's API find their older words. They are understood and never spoken:

| older | here |
|---|---|
| `POST /v2/support-tickets/insert`, with one message in `threads` | `POST /v2/support-tickets`, with `description` |
| `POST …/{id}/thread` | `POST …/{id}/threads`; `resolved` and `closed` without a resolution get one that says so |
| `subject`, `assignee` (bodies, and `assignee` in lists) | `title`, `assignedTo`; both names at once are a `400` |
| status `progress` | `in_progress` |
| status `cancelled` | `closed`, with the resolution `Cancelled` if it has none |
| `bug`, `error`, `integration`, `technical_support` | category `technical`, and the older word as a tag |
| `payment`, `payments`, `invoice`, `refund` | category `billing`, likewise |
| `access`, `login`, `user` | category `account`, likewise |
| `feature`, `feature-request`, `suggestion` | category `feature_request`, likewise |
| `question`, `support`, `other` | category `general`, likewise |
| `threadIds` in `PUT …/{id}/threads/seen` | ignored: everything has been seen |
| `page` | works up to 100; `cursor` goes further |
| attachments as objects with a `url` | refused: declare a file with `POST /v2/attachments`, and name its `_id` |
| paths without `/v2`, and any other field | refused |";

#[cfg(test)]
mod tests {
    /// A change of the contract shows in this file, or is none.
    #[test]
    fn the_document_is_the_one_that_was_agreed() {
        insta::assert_json_snapshot!("document", super::document());
    }
}
