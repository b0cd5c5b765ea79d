//! What a client is told when it does not get what it asked for: RFC 9457, contract §1 "errors".
//!
//! Which to use where:
//!
//! * A value is wrong: a [`Form`](crate::Form) collects every wrong field and becomes one [`Problem`].
//! * The domain refuses, or the store does: `?` turns `Refusal`, `WriteError`, `ListError` and `store::Error` into
//!   the problem the contract names (`refusals.rs`). A handler contains no status code.
//! * The request itself is wrong before any of this (no token, no such path): the constructors here.
//!
//! A problem is either *refused* (a 4xx, which explains itself) or *broken* (a 5xx, which does not). A broken one
//! carries its cause to the log and has no way to carry it to the client: the two are different types, and only the
//! refused one has a detail.

mod codes;
mod document;
mod language;
mod paths;
pub(crate) mod refusals;
mod render;
mod roles;

use std::borrow::Cow;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{CalendarId, Invalid};
use serde_json::{Map, Value};

pub use codes::{Code, FIELDS, REQUIRED, catalogue};
pub use document::Problems;
pub(crate) use language::Language;
pub use language::Speaks;
pub(crate) use render::render;

/// A sentence in the languages the API speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: Cow<'static, str>,
    /// Spanish.
    pub es: Cow<'static, str>,
}

impl Text {
    /// One sentence, in each.
    pub fn new(en: impl Into<Cow<'static, str>>, es: impl Into<Cow<'static, str>>) -> Self {
        Self {
            en: en.into(),
            es: es.into(),
        }
    }

    /// With one more sentence, in each.
    pub(crate) fn and(self, en: &str, es: &str) -> Self {
        Self::new(format!("{} {en}", self.en), format!("{} {es}", self.es))
    }
}

/// A field of the request that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldError {
    pub(crate) field: String,
    pub(crate) code: Cow<'static, str>,
    pub(crate) detail: Text,
}

/// Why the client does not get what it asked for.
#[derive(Clone, Debug)]
pub struct Problem(Box<Kind>);

#[derive(Clone, Debug)]
enum Kind {
    Refused(Refused),
    Broken(Broken),
}

/// A 4xx: the client can do something about it, and is told what.
#[derive(Clone, Debug)]
struct Refused {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: Text,
    errors: Vec<FieldError>,
    /// Members of their own: `allowed`, `assignedTo`.
    more: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// A 5xx: ours to mend. The cause is for the log.
#[derive(Clone, Debug)]
struct Broken {
    /// Whether the same request may succeed in a moment.
    retryable: bool,
    cause: String,
}

impl Problem {
    fn refused(status: StatusCode, code: impl Into<Cow<'static, str>>, detail: Text) -> Self {
        let (errors, more, headers) = (Vec::new(), Map::new(), Vec::new());
        Self(Box::new(Kind::Refused(Refused {
            status,
            code: code.into(),
            detail,
            errors,
            more,
            headers,
        })))
    }

    fn with(mut self, change: impl FnOnce(&mut Refused)) -> Self {
        if let Kind::Refused(refused) = self.0.as_mut() {
            change(refused);
        }
        self
    }

    fn header(self, name: HeaderName, value: &str) -> Self {
        let value = HeaderValue::from_str(value);
        self.with(|refused| refused.headers.extend(value.map(|value| (name, value))))
    }

    fn broken(retryable: bool, cause: String) -> Self {
        Self(Box::new(Kind::Broken(Broken { retryable, cause })))
    }

    /// 400: the body is not what its media type says.
    pub fn malformed_json(detail: Text) -> Self {
        Self::refused(StatusCode::BAD_REQUEST, "MALFORMED_JSON", detail)
    }

    /// 400: the body is not what its media type says, and this is the field that is not.
    pub(crate) fn malformed_field(error: FieldError) -> Self {
        Self::malformed_json(error.detail.clone()).with(|refused| refused.errors.push(error))
    }

    /// 400: these fields of the body are wrong. The problem's code is the first one's.
    pub(crate) fn invalid_body(errors: Vec<FieldError>) -> Self {
        let code = errors
            .first()
            .map_or("INVALID_BODY".into(), |first| first.code.clone());
        Self::refused(StatusCode::BAD_REQUEST, code, summary(&errors))
            .with(|refused| refused.errors = errors)
    }

    /// 400: this field of the body is wrong, for a reason that only its use has shown.
    pub fn of_body(field: &str, code: &'static str, detail: Text) -> Self {
        Self::invalid_body(vec![FieldError {
            field: field.into(),
            code: code.into(),
            detail,
        }])
    }

    /// 400: this field of the body names a calendar that is not there.
    pub fn no_such_calendar(field: &str, id: &CalendarId) -> Self {
        let detail = Text::new(
            format!("`calendarId` names {id}, and there is no such calendar."),
            format!("`calendarId` nombra {id}, y no existe tal calendario."),
        );
        Self::of_body(field, "CALENDAR_NOT_FOUND", detail)
    }

    /// 400: these parameters of the query, or headers, are wrong.
    /// 400 for parameters that ask about what the caller is not shown; nothing where there are none.
    pub fn hidden_parameters(names: impl IntoIterator<Item = &'static str>) -> Result<(), Self> {
        let hidden = |name: &str| FieldError {
            field: name.into(),
            code: "NOT_SHOWN_TO_CUSTOMERS".into(),
            detail: Text::new(
                format!("Customers are not shown what `{name}` asks about."),
                format!("A los clientes no se les muestra aquello por lo que `{name}` pregunta."),
            ),
        };
        let errors: Vec<FieldError> = names.into_iter().map(hidden).collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self::invalid_parameters(errors))
        }
    }

    pub(crate) fn invalid_parameters(errors: Vec<FieldError>) -> Self {
        Self::refused(
            StatusCode::BAD_REQUEST,
            "INVALID_PARAMETERS",
            summary(&errors),
        )
        .with(|refused| refused.errors = errors)
    }

    /// 401: no token, or none that holds.
    pub fn unauthorized() -> Self {
        let detail = Text::new(
            "A valid bearer token is required.",
            "Se requiere un token válido.",
        );
        Self::refused(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", detail)
            .header(header::WWW_AUTHENTICATE, "Bearer")
    }

    /// 401: there is a token, and it does not hold; `why` ends in no full stop, in plain ASCII in English.
    pub fn invalid_token(why: &Text) -> Self {
        let detail = Text::new(format!("{}.", why.en), format!("{}.", why.es));
        let challenge = format!(
            "Bearer error=\"invalid_token\", error_description=\"{}\"",
            why.en.replace(['"', '\\'], "'")
        );
        Self::refused(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", detail)
            .header(header::WWW_AUTHENTICATE, &challenge)
    }

    /// 403: known, but not allowed.
    pub fn forbidden(detail: Text) -> Self {
        Self::refused(StatusCode::FORBIDDEN, "FORBIDDEN", detail)
    }

    /// 403: not these fields, or not these values.
    pub(crate) fn forbidden_fields(errors: Vec<FieldError>) -> Self {
        Self::forbidden(summary(&errors)).with(|refused| refused.errors = errors)
    }

    /// 404: there is no such ticket for this caller, whatever the reason.
    pub fn ticket_not_found() -> Self {
        let detail = Text::new("There is no such ticket.", "No existe tal ticket.");
        Self::refused(StatusCode::NOT_FOUND, "SUPPORT_TICKET_NOT_FOUND", detail)
    }

    /// 404: there is no such attachment for this caller, whatever the reason.
    pub fn attachment_not_found() -> Self {
        let detail = Text::new("There is no such attachment.", "No existe tal adjunto.");
        Self::refused(StatusCode::NOT_FOUND, "ATTACHMENT_NOT_FOUND", detail)
    }

    /// 404: the tenant has no such policy.
    pub fn policy_not_found() -> Self {
        let detail = Text::new(
            "There is no such SLA policy.",
            "No existe tal política de SLA.",
        );
        Self::refused(StatusCode::NOT_FOUND, "SLA_POLICY_NOT_FOUND", detail)
    }

    /// 404: the tenant has no such calendar.
    pub fn calendar_not_found() -> Self {
        let detail = Text::new("There is no such calendar.", "No existe tal calendario.");
        Self::refused(StatusCode::NOT_FOUND, "CALENDAR_NOT_FOUND", detail)
    }

    /// 400: what is to be set cannot have this name.
    pub(crate) fn invalid_id(invalid: Invalid, prefix: &str) -> Self {
        let detail = if matches!(invalid, Invalid::TooLong { .. }) {
            refusals::describe("_id", invalid)
        } else {
            Text::new(
                format!("An id is `{prefix}` and letters, digits, `_` and `-`."),
                format!("Un id es `{prefix}` más letras, dígitos, `_` y `-`."),
            )
        };
        Self::of_body("_id", "INVALID_ID", detail)
    }

    /// 403: a scan has found something in the attachment.
    pub fn attachment_blocked() -> Self {
        let detail = Text::new(
            "A scan has found malware in this attachment; it cannot be downloaded.",
            "Un análisis ha encontrado software malicioso en este adjunto; no se puede descargar.",
        );
        Self::refused(StatusCode::FORBIDDEN, "ATTACHMENT_BLOCKED", detail)
    }

    /// 409: nobody knows yet whether the attachment is harmless.
    pub fn scan_pending() -> Self {
        let detail = Text::new(
            "This attachment is being scanned; try again in a moment.",
            "Este adjunto se está analizando; vuelva a intentarlo en un momento.",
        );
        Self::refused(StatusCode::CONFLICT, "SCAN_PENDING", detail).header(header::RETRY_AFTER, "5")
    }

    /// 409: as things stand, this field asks for what cannot be.
    fn of_field(field: &str, code: &'static str, detail: Text) -> Self {
        Self::refused(StatusCode::CONFLICT, code, detail.clone()).with(|refused| {
            refused.errors.push(FieldError {
                field: field.into(),
                code: code.into(),
                detail,
            });
        })
    }

    /// 409: there are more tickets than one request can count.
    pub fn too_many_tickets() -> Self {
        let detail = Text::new(
            "There are more tickets than one request can count; ask for one `client` after the other.",
            "Hay más tickets de los que una petición puede contar; pregunte por un `client` tras otro.",
        );
        Self::refused(StatusCode::CONFLICT, "TOO_MANY_TICKETS", detail)
    }

    /// 413: the body is larger than `max` bytes.
    pub(crate) fn payload_too_large(max: usize) -> Self {
        let detail = Text::new(
            format!("The body must not be larger than {max} bytes."),
            format!("El cuerpo no puede tener más de {max} bytes."),
        );
        Self::refused(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", detail)
    }

    /// 415: the body is something else than JSON, and says so. The header says what it may be.
    pub(crate) fn unsupported_media_type(
        detail: Text,
        accepted: (HeaderName, &'static str),
    ) -> Self {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let (name, value) = accepted;
        Self::refused(status, "UNSUPPORTED_MEDIA_TYPE", detail).header(name, value)
    }

    /// What the client is told in words; nothing when it is ours to mend.
    pub fn detail(&self) -> Option<&Text> {
        match self.0.as_ref() {
            Kind::Refused(refused) => Some(&refused.detail),
            Kind::Broken(_) => None,
        }
    }

    /// 500: ours to mend. The cause goes to the log, under the problem's `instance`.
    #[allow(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
    pub fn internal(cause: impl ToString) -> Self {
        Self::broken(false, cause.to_string())
    }

    /// 503: the same request may succeed in a moment.
    #[allow(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
    pub fn unavailable(cause: impl ToString) -> Self {
        Self::broken(true, cause.to_string())
    }

    fn status(&self) -> StatusCode {
        match self.0.as_ref() {
            Kind::Refused(refused) => refused.status,
            Kind::Broken(Broken {
                retryable: true, ..
            }) => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Broken(Broken {
                retryable: false, ..
            }) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The code of a refusal, for the log.
    pub(crate) fn code(&self) -> Option<&str> {
        match self.0.as_ref() {
            Kind::Refused(refused) => Some(&refused.code),
            Kind::Broken(_) => None,
        }
    }

    /// What the log says about it.
    pub(crate) fn cause(&self) -> Option<&str> {
        match self.0.as_ref() {
            Kind::Refused(_) => None,
            Kind::Broken(broken) => Some(&broken.cause),
        }
    }
}

fn summary(errors: &[FieldError]) -> Text {
    match errors {
        [only] => only.detail.clone(),
        several => {
            let fields = several
                .iter()
                .map(|error| error.field.as_str())
                .collect::<Vec<_>>()
                .join(", ");
            Text::new(
                format!("{} fields are wrong: {fields}.", several.len()),
                format!("{} campos son incorrectos: {fields}.", several.len()),
            )
        }
    }
}

/// The body is written by [`layered`](crate::layered), which knows the request's id and language.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
