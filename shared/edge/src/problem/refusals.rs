//! Which problem a refusal of the layers below becomes. The contract's codes meet the domain's reasons here and
//! nowhere else.

use axum::http::{StatusCode, header};
use domain::{Invalid, LevelRefusal, PolicyId, Refusal, Status, Upload, UploadRefusal};
use serde_json::json;
use store::{BadCursor, Error, ListError, WriteError};

use super::language::spelled;
use super::{FieldError, Problem, Text, roles};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::ticket_not_found(),
            Refusal::Forbidden => Self::forbidden(Text::new(
                "Your role does not allow this.",
                "Su rol no permite esta operación.",
            )),
            Refusal::FieldsForbidden { fields } => {
                let errors = fields.into_iter().map(|field| FieldError {
                    field: field.into(),
                    code: "FORBIDDEN".into(),
                    detail: roles::may_not_set(field),
                });
                Self::forbidden_fields(errors.collect())
            }
            Refusal::ClientRequired => Self::invalid_body(vec![FieldError {
                field: "client".into(),
                code: "CLIENT_REQUIRED".into(),
                detail: Text::new(
                    "`client` is required: an agent opens a ticket for somebody.",
                    "`client` es obligatorio: un agente abre el ticket en nombre de alguien.",
                ),
            }]),
            Refusal::TicketClosed { role } => {
                let detail = roles::ticket_closed(role);
                Self::refused(StatusCode::CONFLICT, "TICKET_CLOSED", detail)
            }
            Refusal::InvalidTransition { from, to, allowed } => {
                let names: Vec<&str> = allowed.iter().copied().map(Status::name).collect();
                let detail = Text::new(
                    format!("A ticket that is {from} cannot become {to}."),
                    format!("Un ticket en estado {from} no puede pasar a {to}."),
                );
                Self::of_field("status", "INVALID_TRANSITION", detail).with(|refused| {
                    refused.more.extend([("allowed".into(), json!(names))]);
                })
            }
            Refusal::ResolutionRequired { to, role } => {
                let detail = roles::resolution_required(to, role);
                Self::of_body("resolution", "RESOLUTION_REQUIRED", detail)
            }
            Refusal::TooManyTags { max } => {
                let detail = Text::new(
                    format!("The ticket would have more than {max} tags; take some off first."),
                    format!("El ticket tendría más de {max} etiquetas; quite antes alguna."),
                );
                Self::of_field("addTags", "TOO_MANY_TAGS", detail)
            }
            Refusal::AlreadyAssigned { to } => {
                let detail = Text::new(
                    format!("{to} works on this ticket already."),
                    format!("{to} ya trabaja en este ticket."),
                );
                Self::refused(StatusCode::CONFLICT, "ALREADY_ASSIGNED", detail).with(|refused| {
                    let to = json!(to.as_str());
                    refused.more.extend([("assignedTo".into(), to)]);
                })
            }
            Refusal::AlreadyUrgent => Self::refused(
                StatusCode::CONFLICT,
                "ALREADY_URGENT",
                Text::new(
                    "The ticket is urgent already; there is no priority above.",
                    "El ticket ya es urgente; no hay prioridad superior.",
                ),
            ),
            Refusal::Upload(refusal) => refusal.into(),
            Refusal::Level(refusal) => refusal.into(),
            Refusal::VersionMismatch { current: 0 } => {
                let detail = Text::new(
                    "Nothing is set here yet (version 0), and `If-Match` is about something else.",
                    "Aquí aún no hay nada establecido (versión 0), e `If-Match` se refiere a otra cosa.",
                );
                Self::version_mismatch(0, detail)
            }
            Refusal::VersionMismatch { current } => {
                let detail = Text::new(
                    format!("The version is {current} now, not the one in `If-Match`."),
                    format!("La versión es ahora {current}, no la indicada en `If-Match`."),
                );
                Self::version_mismatch(current, detail)
            }
            Refusal::VersionExcluded { current } => {
                let detail = Text::new(
                    format!("It is there, at version {current}, which `If-None-Match` excludes."),
                    format!("Ya existe, en la versión {current}, que `If-None-Match` excluye."),
                );
                Self::version_mismatch(current, detail)
            }
        }
    }
}

impl Problem {
    fn version_mismatch(current: u32, detail: Text) -> Self {
        Self::refused(StatusCode::PRECONDITION_FAILED, "VERSION_MISMATCH", detail)
            .header(header::ETAG, &format!("\"{current}\""))
    }
}

impl From<UploadRefusal> for Problem {
    fn from(refusal: UploadRefusal) -> Self {
        match refusal {
            UploadRefusal::Missing { id } => Self::invalid_body(vec![FieldError {
                field: "attachments".into(),
                code: "ATTACHMENT_NOT_FOUND".into(),
                detail: Text::new(
                    format!("`attachments` names {id}, and you have no such upload to attach."),
                    format!(
                        "`attachments` nombra {id}, y usted no tiene tal archivo que adjuntar."
                    ),
                ),
            }]),
            UploadRefusal::Incomplete { id } => Self::of_field(
                "attachments",
                "UPLOAD_INCOMPLETE",
                Text::new(
                    format!("{id} is not uploaded yet; put the file to its `upload.url` first."),
                    format!("{id} aún no se ha subido; envíe antes el archivo a su `upload.url`."),
                ),
            ),
            UploadRefusal::Differs { id, declared } => Self::of_field(
                "attachments",
                "UPLOAD_MISMATCH",
                Text::new(
                    format!(
                        "{id} is not the {declared} that was declared; declare what it is, or application/octet-stream."
                    ),
                    format!(
                        "{id} no es el {declared} que se declaró; declare lo que es, o application/octet-stream."
                    ),
                ),
            ),
            UploadRefusal::Encoded { id } => Self::of_field(
                "attachments",
                "UPLOAD_HEADER_NOT_ALLOWED",
                Text::new(
                    format!(
                        "{id} was put with a `Content-Encoding`; declare the file again and put its bytes with the headers \
                         of `upload` only."
                    ),
                    format!(
                        "{id} se envió con `Content-Encoding`; declare el archivo de nuevo y envíe sus bytes solo con las \
                         cabeceras de `upload`."
                    ),
                ),
            ),
            UploadRefusal::TooLarge { max } => Self::invalid_body(vec![FieldError {
                field: "size".into(),
                code: "FILE_TOO_LARGE".into(),
                detail: Text::new(
                    format!("`size` must be at most {max} bytes."),
                    format!("`size` debe ser como máximo {max} bytes."),
                ),
            }]),
            UploadRefusal::Gone { id } => Self::refused(
                StatusCode::CONFLICT,
                "UPLOAD_GONE",
                Text::new(
                    format!("{id}, declared with this key, is attached or gone; use another key."),
                    format!(
                        "{id}, declarado con esta clave, ya se adjuntó o no existe; use otra clave."
                    ),
                ),
            ),
            UploadRefusal::TooMany => Self::refused(
                StatusCode::CONFLICT,
                "TOO_MANY_UPLOADS",
                Text::new(
                    format!(
                        "You have {} uploads that are attached to nothing, and their places: attach some, or give some up \
                         (`GET /v2/attachments` lists them). One that was given up, or never put, frees its place when its \
                         URL has expired.",
                        Upload::MOST
                    ),
                    format!(
                        "Usted tiene {} archivos sin adjuntar, con sus lugares: adjunte alguno o renuncie a él \
                         (`GET /v2/attachments` los enumera). Uno al que renunció, o que nunca se envió, libera su lugar \
                         cuando su URL ha vencido.",
                        Upload::MOST
                    ),
                ),
            ),
        }
    }
}

impl From<LevelRefusal> for Problem {
    fn from(refusal: LevelRefusal) -> Self {
        match refusal {
            LevelRefusal::PolicyMissing => Self::policy_not_found(),
            LevelRefusal::CalendarMissing => Self::calendar_not_found(),
            LevelRefusal::PositionTaken { by } => Self::invalid_body(vec![FieldError {
                field: "position".into(),
                code: "POSITION_TAKEN".into(),
                detail: Text::new(
                    format!("{by} has this `position`; no two policies may have the same."),
                    format!("{by} tiene esta `position`; no puede haber dos iguales."),
                ),
            }]),
            LevelRefusal::NoCalendar { id } => Self::no_such_calendar("calendarId", &id),
            LevelRefusal::NeverDue { policy, target } => {
                let detail = Text::new(
                    format!("`{target}` of {policy} is not due within five years."),
                    format!("`{target}` de {policy} no vence en cinco años."),
                );
                Self::of_body(&target, "TARGET_NEVER_DUE", detail)
            }
            LevelRefusal::CalendarInUse { by } => {
                let names: Vec<&str> = by.iter().map(PolicyId::as_str).collect();
                let detail = Text::new(
                    format!("Policies count by this calendar: {}.", names.join(", ")),
                    format!(
                        "Hay políticas que usan este calendario: {}.",
                        names.join(", ")
                    ),
                );
                Self::refused(StatusCode::CONFLICT, "CALENDAR_IN_USE", detail).with(|refused| {
                    refused.more.extend([("policies".into(), json!(names))]);
                })
            }
            LevelRefusal::TooMany { most } => Self::refused(
                StatusCode::CONFLICT,
                "LIMIT_REACHED",
                Text::new(
                    format!("There are {most} already, which is the most there may be."),
                    format!("Ya hay {most}, que es el máximo."),
                ),
            ),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(_) => Self::unavailable(error),
            Error::Refused(_) | Error::Corrupt(_) => Self::internal(error),
        }
    }
}

impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Refused(refusal) => refusal.into(),
            WriteError::KeyReused => Self::refused(
                StatusCode::UNPROCESSABLE_ENTITY,
                "IDEMPOTENCY_KEY_REUSED",
                Text::new(
                    "This `Idempotency-Key` was used for a request with another body.",
                    "Esta `Idempotency-Key` ya se usó en una petición con otro cuerpo.",
                ),
            ),
            WriteError::Table(error) => error.into(),
        }
    }
}

impl From<ListError> for Problem {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Cursor(BadCursor) => Self::invalid_parameters(vec![FieldError {
                field: "cursor".into(),
                code: "INVALID_CURSOR".into(),
                detail: Text::new(
                    "`cursor` does not belong to this list; start again without it.",
                    "`cursor` no pertenece a esta lista; empiece de nuevo sin él.",
                ),
            }]),
            ListError::TooDeep => Self::invalid_parameters(vec![FieldError {
                field: "page".into(),
                code: "PAGE_TOO_DEEP".into(),
                detail: Text::new(
                    "`page` is too deep in a list with these filters; follow `nextCursor` instead.",
                    "`page` queda demasiado lejos en una lista con estos filtros; siga `nextCursor`.",
                ),
            }]),
            ListError::Table(error) => error.into(),
        }
    }
}

/// What is wrong with a field, in words.
pub(crate) fn describe(field: &str, invalid: Invalid) -> Text {
    let (en, es) = match invalid {
        Invalid::Blank => ("must not be blank".into(), "no puede estar vacío".into()),
        Invalid::Character { character } => {
            let shown = spelled(character);
            (
                format!("must not contain the character {shown}"),
                format!("no puede contener el carácter {shown}"),
            )
        }
        Invalid::TooLong { max } => (
            format!("must have at most {max} characters"),
            format!("debe tener como máximo {max} caracteres"),
        ),
        Invalid::TooManyBytes { max } => (
            format!("must have at most {max} bytes in UTF-8"),
            format!("debe tener como máximo {max} bytes en UTF-8"),
        ),
        Invalid::TooMany { max } => (
            format!("must have at most {max} values"),
            format!("debe tener como máximo {max} valores"),
        ),
        Invalid::NoValue => (
            "must have at least one value; leave it out to let all of them through".into(),
            "debe tener al menos un valor; omítalo para que valgan todos".into(),
        ),
        Invalid::Unknown { allowed } => {
            let allowed = allowed.join(", ");
            (
                format!("must be one of {allowed}"),
                format!("debe ser uno de {allowed}"),
            )
        }
        Invalid::NotAPrincipal => (
            "must have 1 to 128 visible ASCII characters, without # and spaces, and not be `system`".into(),
            "debe tener de 1 a 128 caracteres ASCII visibles, sin # ni espacios, y no ser `system`".into(),
        ),
        Invalid::Malformed => ("is malformed".into(), "tiene un formato incorrecto".into()),
        Invalid::NotAName => (
            "must be a plain name, and not only dots".into(),
            "debe ser un nombre simple, y no solo puntos".into(),
        ),
        Invalid::OtherEnding { kind } => (
            format!("does not end as the name of a file of the type {kind} does"),
            format!("no termina como el nombre de un archivo de tipo {kind}"),
        ),
        Invalid::NoMediaType => (
            "must be a media type such as image/png, or empty".into(),
            "debe ser un tipo de medio como image/png, o estar vacío".into(),
        ),
        Invalid::ActiveType => (
            "is of files that a browser runs, which cannot be attached".into(),
            "es de archivos que un navegador ejecuta, que no se pueden adjuntar".into(),
        ),
        Invalid::NotADigest => (
            "must be a SHA-256 of 64 hexadecimal digits".into(),
            "debe ser un SHA-256 de 64 dígitos hexadecimales".into(),
        ),
        Invalid::Dangerous => (
            "must not end in what a double click would run".into(),
            "no puede terminar en algo que se ejecutaría con doble clic".into(),
        ),
        Invalid::NoPercent => (
            "must be whole numbers from 1 to 99".into(),
            "deben ser números enteros de 1 a 99".into(),
        ),
        Invalid::NoTime => (
            "must be a time of day such as 09:00, at most 24:00".into(),
            "debe ser una hora como 09:00, como máximo 24:00".into(),
        ),
        Invalid::NoDate => (
            "must be a date such as 2026-12-25".into(),
            "debe ser una fecha como 2026-12-25".into(),
        ),
        Invalid::NoZone => (
            "must be a time zone of the IANA database, such as Europe/Madrid".into(),
            "debe ser una zona horaria de la base de datos IANA, como Europe/Madrid".into(),
        ),
        Invalid::Backwards => (
            "must end after it begins".into(),
            "debe terminar después de empezar".into(),
        ),
        Invalid::Overlapping => (
            "must not cover the same time twice".into(),
            "no puede abarcar dos veces el mismo tiempo".into(),
        ),
        Invalid::NeverOpen => (
            "must have working time on at least one day".into(),
            "debe tener horario laboral al menos un día".into(),
        ),
        Invalid::NoPeriod => (
            "must be an ISO 8601 duration such as P4D or PT8H, without months and years".into(),
            "debe ser una duración ISO 8601 como P4D o PT8H, sin meses ni años".into(),
        ),
        Invalid::PeriodTooLong { max } => (
            format!("must be at most {max}"),
            format!("debe ser como máximo {max}"),
        ),
    };
    Text::new(format!("`{field}` {en}."), format!("`{field}` {es}."))
}
