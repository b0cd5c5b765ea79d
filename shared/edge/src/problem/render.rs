//! A problem as it goes over the wire.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, ResponseBuilder, content::ContentBuilder};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

use super::{Broken, Kind, Problem, Refused, Text};

/// The language a problem's detail is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Spanish,
}

impl Language {
    /// The one of ours the client likes best; English when it does not care.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let accepted = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let mut best = (Self::English, 0.0);
        for range in accepted.split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
            let weight = weight
                .trim()
                .strip_prefix("q=")
                .map_or(Some(1.0), |q| q.parse().ok())
                .unwrap_or(0.0);
            let primary = tag.trim().split('-').next().unwrap_or_default();
            let language = match primary.to_ascii_lowercase().as_str() {
                "es" => Self::Spanish,
                "en" => Self::English,
                _ => continue,
            };
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    fn pick(self, text: &Text) -> &str {
        match self {
            Self::English => &text.en,
            Self::Spanish => &text.es,
        }
    }
}

/// What went wrong: RFC 9457 problem details, with `code` for programs and `detail` for people.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:ventanilla:problem:title-required",
    "title": "Bad request",
    "status": 400,
    "detail": "`title` is required.",
    "instance": "0193a0f2c1e87cc2b1a4a2b6d0a3c9f1",
    "code": "TITLE_REQUIRED",
    "errors": [{ "field": "title", "code": "TITLE_REQUIRED", "detail": "`title` is required." }],
    "success": false,
    "error": "`title` is required.",
    "message": "TITLE_REQUIRED"
}))]
struct ProblemView<'a> {
    /// Names the kind of problem: a URN made of the code.
    r#type: String,
    /// The status in words.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// What is wrong with this request, in the language of `Content-Language`.
    detail: &'a str,
    /// The request's id: the value of `X-Request-Id`, and the one to quote when asking for help.
    instance: &'a str,
    /// Stable, for programs.
    code: &'a str,
    /// Every field that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldView<'a>>,
    /// Always `false`.
    success: bool,
    /// The same as `detail`.
    error: &'a str,
    /// The same as `code`.
    message: &'a str,
    /// Members some problems have: `allowed` statuses of an `INVALID_TRANSITION`.
    #[serde(flatten)]
    #[schema(value_type = Object, inline)]
    more: Option<&'a Map<String, Value>>,
}

/// A field that is wrong.
#[derive(Serialize, ToSchema)]
#[schema(as = ProblemField)]
struct FieldView<'a> {
    /// Its name, or a header's or parameter's.
    field: &'a str,
    /// Stable, for programs.
    code: &'a str,
    /// What is wrong with it.
    detail: &'a str,
}

/// The problem as a response to the request with this id.
pub(crate) fn render(problem: &Problem, request_id: &str, language: Language) -> Response {
    let status = problem.status();
    let blank = Map::new();
    let (code, detail, errors, more, headers) = match problem.0.as_ref() {
        Kind::Refused(Refused {
            code,
            detail,
            errors,
            more,
            headers,
            ..
        }) => {
            let errors = errors
                .iter()
                .map(|error| FieldView {
                    field: &error.field,
                    code: &error.code,
                    detail: language.pick(&error.detail),
                })
                .collect();
            (
                code.as_ref(),
                detail.clone(),
                errors,
                more,
                headers.as_slice(),
            )
        }
        Kind::Broken(Broken { retryable, .. }) => {
            let (code, detail) = excuse(*retryable);
            (code, detail, Vec::new(), &blank, [].as_slice())
        }
    };
    let (title, detail) = (title(status), language.pick(&detail));
    let view = ProblemView {
        r#type: format!(
            "urn:ventanilla:problem:{}",
            code.to_ascii_lowercase().replace('_', "-")
        ),
        title: language.pick(&title),
        status: status.as_u16(),
        detail,
        instance: request_id,
        code,
        errors,
        success: false,
        error: detail,
        message: code,
        more: Some(more),
    };
    let body = serde_json::to_vec(&view).unwrap_or_default();
    let mut response = (status, body).into_response();
    let answered = response.headers_mut();
    answered.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    answered.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.tag()),
    );
    answered.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answered.extend(headers.iter().cloned());
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answered.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// All a client learns of a 5xx.
fn excuse(retryable: bool) -> (&'static str, Text) {
    if retryable {
        let detail = Text::new(
            "The service is busy. Nothing was changed; the same request can be sent again.",
            "El servicio está ocupado. Nada ha cambiado; la misma petición puede repetirse.",
        );
        ("SERVICE_UNAVAILABLE", detail)
    } else {
        let detail = Text::new(
            "Something went wrong on our side. Quote `instance` when asking for help.",
            "Algo ha fallado por nuestra parte. Cite `instance` al pedir ayuda.",
        );
        ("INTERNAL_ERROR", detail)
    }
}

fn title(status: StatusCode) -> Text {
    let (en, es) = match status {
        StatusCode::BAD_REQUEST => ("Bad request", "Petición incorrecta"),
        StatusCode::UNAUTHORIZED => ("Unauthorized", "No autenticado"),
        StatusCode::FORBIDDEN => ("Forbidden", "Prohibido"),
        StatusCode::NOT_FOUND => ("Not found", "No encontrado"),
        StatusCode::METHOD_NOT_ALLOWED => ("Method not allowed", "Método no permitido"),
        StatusCode::CONFLICT => ("Conflict", "Conflicto"),
        StatusCode::PRECONDITION_FAILED => ("Precondition failed", "Condición no cumplida"),
        StatusCode::PAYLOAD_TOO_LARGE => ("Payload too large", "Cuerpo demasiado grande"),
        StatusCode::UNPROCESSABLE_ENTITY => ("Unprocessable content", "Contenido no procesable"),
        StatusCode::SERVICE_UNAVAILABLE => ("Service unavailable", "Servicio no disponible"),
        _ => ("Internal server error", "Error interno del servidor"),
    };
    Text::new(en, es)
}

/// The problems every operation may answer with, for the OpenAPI document.
pub struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
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
            ("409", "The ticket's state does not allow it"),
            (
                "412",
                "`If-Match` names another version; `ETag` has the current one",
            ),
            ("413", "The body is larger than 1 MiB"),
            ("422", "The `Idempotency-Key` was used for another body"),
            (
                "503",
                "Busy: nothing was changed, the same request can be sent again after `Retry-After`",
            ),
        ];
        let content = || {
            ContentBuilder::new()
                .schema(Some(utoipa::openapi::Ref::from_schema_name("Problem")))
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
    pub fn schemas() -> [(String, RefOr<utoipa::openapi::Schema>); 2] {
        [
            ("Problem".into(), ProblemView::schema()),
            ("ProblemField".into(), FieldView::schema()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_of_ours_the_client_likes_best() {
        let of = |accepted: &'static str| {
            Language::of(&HeaderMap::from_iter([(
                header::ACCEPT_LANGUAGE,
                HeaderValue::from_static(accepted),
            )]))
        };
        assert_eq!(Language::of(&HeaderMap::new()), Language::English);
        assert_eq!(of("es"), Language::Spanish);
        assert_eq!(of("es-CO,es;q=0.9,en;q=0.8"), Language::Spanish);
        assert_eq!(of("en;q=0.5, es;q=0.9"), Language::Spanish);
        assert_eq!(of("en-GB, es;q=0.9"), Language::English);
        assert_eq!(of("fr, de;q=0.5"), Language::English);
        assert_eq!(of("es;q=0"), Language::English);
        assert_eq!(of(";;;,,q="), Language::English);
    }

    #[test]
    fn a_5xx_does_not_say_why() {
        for (problem, code) in [
            (Problem::internal("secret cause"), "INTERNAL_ERROR"),
            (Problem::unavailable("secret cause"), "SERVICE_UNAVAILABLE"),
        ] {
            let response = render(&problem, "id", Language::English);
            let shown = format!("{response:?}");
            assert!(!shown.contains("secret"), "{shown}");
            assert_eq!(problem.cause(), Some("secret cause"));
            assert_eq!(response.status(), problem.status(), "{code}");
        }
    }
}
