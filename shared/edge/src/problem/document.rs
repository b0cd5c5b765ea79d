//! Problems in the OpenAPI document.

use std::collections::BTreeMap;

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder, Schema};
use utoipa::{IntoResponses, PartialSchema};

use super::codes::CodeName;
use super::render::{FieldView, ProblemView};

/// The problems every operation may answer with, for the OpenAPI document.
pub struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let described = [
            (
                "400",
                "A field, parameter or header is wrong; `errors` names each",
            ),
            (
                "401",
                "No token, or none that holds. On AWS the gateway answers, with a body of its own",
            ),
            ("403", "Known, but not allowed"),
            (
                "404",
                "Not there, or not for this caller: the two are the same",
            ),
            (
                "409",
                "The state of the ticket, or of a file, does not allow it",
            ),
            (
                "412",
                "`If-Match` names another version; `ETag` has the current one",
            ),
            ("413", "The body is larger than 1 MiB"),
            (
                "415",
                "The body says that it is compressed, or no JSON; `Accept-Encoding` or `Accept` has what it may be",
            ),
            ("422", "The `Idempotency-Key` was used for another body"),
            ("500", "Ours to mend; `instance` is what to quote"),
            (
                "503",
                "Busy: nothing is half-done; send the same request again after `Retry-After`",
            ),
        ];
        let content = || {
            ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("Problem")))
                .build()
        };
        described
            .map(|(status, text)| {
                let response = ResponseBuilder::new()
                    .description(text)
                    .content("application/problem+json", content());
                (status.into(), response.build().into())
            })
            .into()
    }
}

impl Problems {
    /// The schemas the responses refer to, by name.
    pub fn schemas() -> [(String, RefOr<Schema>); 3] {
        [
            ("Problem".into(), ProblemView::schema()),
            ("ProblemField".into(), FieldView::schema()),
            ("ProblemCode".into(), CodeName::schema()),
        ]
    }
}
