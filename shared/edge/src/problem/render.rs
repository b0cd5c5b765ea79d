//! A problem as it goes over the wire.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::codes::CodeName;
use super::language::Language;
use super::{Broken, Kind, Problem, Refused, Text};

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
pub(super) struct ProblemView<'a> {
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
    #[schema(value_type = CodeName)]
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
    /// Members some problems have: `allowed` statuses of an `INVALID_TRANSITION`, `assignedTo` of an
    /// `ALREADY_ASSIGNED`.
    #[serde(flatten)]
    #[schema(value_type = Object, inline)]
    more: Option<&'a Map<String, Value>>,
}

/// A field that is wrong.
#[derive(Serialize, ToSchema)]
#[schema(as = ProblemField)]
pub(super) struct FieldView<'a> {
    /// Its name, or a header's or parameter's.
    field: &'a str,
    /// Stable, for programs.
    #[schema(value_type = CodeName)]
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
            "The service is busy. Send the same request again; with an `Idempotency-Key` it is done once.",
            "El servicio está ocupado. Repita la misma petición; con `Idempotency-Key` se hará una sola vez.",
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
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("Unsupported media type", "Tipo de contenido no admitido")
        }
        StatusCode::UNPROCESSABLE_ENTITY => ("Unprocessable content", "Contenido no procesable"),
        StatusCode::SERVICE_UNAVAILABLE => ("Service unavailable", "Servicio no disponible"),
        _ => ("Internal server error", "Error interno del servidor"),
    };
    Text::new(en, es)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_5xx_does_not_say_why() {
        for (problem, code) in [
            (Problem::internal("secret cause"), "INTERNAL_ERROR"),
            (Problem::unavailable("secret cause"), "SERVICE_UNAVAILABLE"),
        ] {
            let response = render(&problem, "id", Language::English);
            assert_eq!(response.status(), problem.status());
            let headers = format!("{:?}", response.headers());
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
            let body = String::from_utf8_lossy(&body.expect("a body")).into_owned();
            assert!(body.contains(code), "{body}");
            assert!(
                !body.contains("secret") && !headers.contains("secret"),
                "{body}"
            );
            assert_eq!(problem.cause(), Some("secret cause"));
        }
    }
}
