//! Every `code` a problem can have, in one place: the OpenAPI document and the readers' table are made of it.
//!
//! A new code is one line of [`CODES`], and a new field of a body or a query is one line of [`REQUIRED`] (if it must be
//! there) and one of [`FIELDS`]. A test (`functions/src/codes.rs`) reads the sources and finds what is missing here, and what
//! is here and never said; the plays find what they are told and is not here.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::form::screaming;

/// A `code`, the statuses it comes with (or, in `errors`, is within), and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// `TICKET_CLOSED`
    pub name: Cow<'static, str>,
    /// `409`, or several: `400, 404`
    pub statuses: &'static str,
    /// What it means, in English.
    pub en: Cow<'static, str>,
    /// What it means, in Spanish.
    pub es: Cow<'static, str>,
}

const fn code(
    name: &'static str,
    statuses: &'static str,
    en: &'static str,
    es: &'static str,
) -> Code {
    Code {
        name: Cow::Borrowed(name),
        statuses,
        en: Cow::Borrowed(en),
        es: Cow::Borrowed(es),
    }
}

/// The codes that have a meaning of their own.
#[rustfmt::skip]
const CODES: &[Code] = &[
    // General
    code("UNAUTHORIZED", "401", "No token, or none that holds", "No hay token, o no es válido"),
    code("FORBIDDEN", "403", "The caller is known, and its role does not allow this, or not this field", "Su rol no permite esta operación, o no este campo"),
    code("NOT_FOUND", "404", "The API has no such path", "La API no tiene esta ruta"),
    code("UNSUPPORTED_MEDIA_TYPE", "415", "The body is of another media type than the operation takes", "El cuerpo es de un tipo que la operación no acepta"),
    code("METHOD_NOT_ALLOWED", "405", "The path answers to other methods: `Allow` names them", "La ruta responde a otros métodos: los indica `Allow`"),
    code("PAYLOAD_TOO_LARGE", "413", "The body is larger than 1 MiB", "El cuerpo tiene más de 1 MiB"),
    code("MALFORMED_JSON", "400", "The body is not a JSON object", "El cuerpo no es un objeto JSON"),
    code("INVALID_BODY", "400", "The body is wrong as a whole", "El cuerpo es incorrecto en su conjunto"),
    code("INVALID_PARAMETERS", "400", "Parameters of the query, or headers, are wrong: `errors` names each", "Hay parámetros o cabeceras incorrectos: `errors` los nombra"),
    code("INVALID_ENCODING", "400", "A parameter of the query is no UTF-8", "Un parámetro no está en UTF-8"),
    code("UNKNOWN_FIELD", "400", "The request has no such field or parameter", "La petición no tiene tal campo o parámetro"),
    code("REPEATED_FIELD", "400", "The field or parameter is given more than once", "El campo o parámetro aparece más de una vez"),
    code("INTERNAL_ERROR", "500", "Ours to mend; `instance` is what to quote", "Es un fallo nuestro; cite `instance`"),
    code("SERVICE_UNAVAILABLE", "503", "Busy; send the same request again after `Retry-After`", "Ocupado; repita la petición tras `Retry-After`"),
    code("IDEMPOTENCY_KEY_REUSED", "422", "The `Idempotency-Key` was used for another body", "La `Idempotency-Key` ya se usó con otro cuerpo"),
    code("INVALID_IDEMPOTENCY_KEY", "400", "`Idempotency-Key` is not 1 to 255 visible ASCII characters", "`Idempotency-Key` no tiene de 1 a 255 caracteres ASCII visibles"),
    code("INVALID_IF_MATCH", "400", "`If-Match` is not a version in quotes", "`If-Match` no es una versión entre comillas"),
    code("VERSION_MISMATCH", "412", "`If-Match` names another version than the current one, which `ETag` has", "`If-Match` no es la versión actual, que está en `ETag`"),
    // Tickets
    code("SUPPORT_TICKET_NOT_FOUND", "404", "There is no such ticket, or not for this caller", "No existe tal ticket, o no para usted"),
    code("TICKET_CLOSED", "409", "A closed ticket takes nothing but agents' notes and changes of its tags", "Un ticket cerrado solo admite notas de los agentes y cambios de sus etiquetas"),
    code("INVALID_TRANSITION", "409", "The ticket cannot go from its status to this one; `allowed` lists where it can go", "El ticket no puede pasar a este estado; `allowed` indica a cuáles"),
    code("RESOLUTION_REQUIRED", "400", "`resolution` is missing: resolving and closing need one", "Falta `resolution`, necesaria para resolver o cerrar"),
    code("ALREADY_ASSIGNED", "409", "Another agent works on the ticket: `assignedTo`", "Otro agente trabaja en el ticket: `assignedTo`"),
    code("ALREADY_URGENT", "409", "There is no priority above `urgent`", "No hay prioridad superior a `urgent`"),
    code("CLIENT_REQUIRED", "400", "`client` is missing: an agent opens a ticket for a client", "Falta `client`: un agente abre el ticket para un cliente"),
    code("TOO_MANY_TAGS", "409", "The ticket would have more than 20 tags", "El ticket tendría más de 20 etiquetas"),
    code("NOT_SHOWN_TO_CUSTOMERS", "400", "Customers of this tenant are not shown what this asks for", "A los clientes de este tenant no se les muestra lo que se pide"),
    code("TOO_MANY_TICKETS", "409", "More tickets than one request can count; ask for one `client` after the other", "Más tickets de los que una petición puede contar; pregunte por cada `client`"),
    code("PAGE_TOO_DEEP", "400", "`page` is too deep in a list with these filters; follow `nextCursor`", "`page` queda demasiado lejos con estos filtros; siga `nextCursor`"),
    code("INVALID_RANGE", "400", "A span of time ends before it begins, or is too long", "Un intervalo termina antes de empezar, o es demasiado largo"),
    // Attachments
    code("ATTACHMENT_NOT_FOUND", "400, 404", "There is no such attachment, or no such upload to attach, for this caller", "No existe tal adjunto, o tal archivo que adjuntar, para usted"),
    code("ATTACHMENT_BLOCKED", "403", "A scan has found malware in the attachment", "Un análisis ha encontrado software malicioso en el adjunto"),
    code("SCAN_PENDING", "409", "The attachment is being scanned; try again after `Retry-After`", "El adjunto se está analizando; repita tras `Retry-After`"),
    code("UPLOAD_INCOMPLETE", "409", "The file was declared, and is not uploaded yet", "El archivo se declaró y aún no se ha subido"),
    code("UPLOAD_HEADER_NOT_ALLOWED", "409", "The upload was sent with a header that it must not have", "La subida lleva una cabecera que no debe tener"),
    code("UPLOAD_MISMATCH", "409", "What was uploaded is not what was declared", "Lo que se subió no es lo que se declaró"),
    code("UPLOAD_GONE", "409", "The file declared with this key is attached or gone; use another key", "El archivo declarado con esta clave ya se adjuntó o no existe; use otra"),
    code("FILE_TOO_LARGE", "400", "The file is larger than the tenant allows", "El archivo es mayor de lo que el tenant permite"),
    code("TOO_MANY_UPLOADS", "409", "The caller has as many uploads as it may have that are attached to nothing", "Hay demasiados archivos sin adjuntar"),
    // Service levels
    code("SLA_POLICY_NOT_FOUND", "404", "The tenant has no such policy", "El tenant no tiene tal política"),
    code("CALENDAR_NOT_FOUND", "400, 404", "The tenant has no such calendar", "El tenant no tiene tal calendario"),
    code("CALENDAR_IN_USE", "409", "Policies count by this calendar: `policies`", "Hay políticas que usan este calendario: `policies`"),
    code("POSITION_TAKEN", "400", "Another policy has this `position`", "Otra política tiene esta `position`"),
    code("TARGET_NEVER_DUE", "400", "The target is not due within fifty years", "El objetivo no vence en cincuenta años"),
    code("LIMIT_REACHED", "409", "There are as many as there may be", "Ya se alcanzó el máximo"),
    code("IMPOSSIBLE_ENTRY", "400", "The entry cannot follow on those before it", "La entrada no puede seguir a las anteriores"),
    code("INVALID_ID", "400", "What is to be set cannot have this id", "Lo que se quiere guardar no puede tener este id"),
];

/// The fields and parameters that may have to be there: each makes a `…_REQUIRED`.
#[rustfmt::skip]
pub const REQUIRED: &[&str] = &[
    "title",
    "description",
    "category",
    "threads",
    "message",
    "reason",
    "filename",
    "type",
    "size",
    "sha256",
    "name",
    "position",
    "policy",
    "targets",
    "timeZone",
    "weekly",
    "timestamp",
    "from",
    "to",
    "autoCloseAfter",
    "maxAttachmentSize",
    "customersSee",
    "customersMaySet",
];

/// The fields and parameters whose value may be none of its kind: each makes an `INVALID_…`.
#[rustfmt::skip]
pub const FIELDS: &[&str] = &[
    "title",
    "description",
    "category",
    "priority",
    "tags",
    "addTags",
    "removeTags",
    "client",
    "attachments",
    "threads",
    "message",
    "status",
    "resolution",
    "assignedTo",
    "reason",
    "tag",
    "slaStatus",
    "createdFrom",
    "createdTo",
    "updatedFrom",
    "updatedTo",
    "sort",
    "limit",
    "cursor",
    "page",
    "countByStatus",
    "redirect",
    "filename",
    "type",
    "size",
    "sha256",
    "autoCloseAfter",
    "maxAttachmentSize",
    "name",
    "position",
    "enabled",
    "filter",
    "calendarId",
    "targets",
    "warnAtPercent",
    "onBreach",
    "assignTo",
    "raisePriority",
    "addTag",
    "low",
    "medium",
    "high",
    "urgent",
    "firstResponse",
    "nextResponse",
    "timeZone",
    "weekly",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "holidays",
    "yearly",
    "date",
    "from",
    "to",
    "policy",
    "last",
    "entries",
    "timestamp",
    "groupBy",
    "customersSee",
    "customersMaySet",
];

/// Every code, in the order of the table.
pub fn catalogue() -> Vec<Code> {
    let of_field = |name: String, en: String, es: String| Code {
        name: name.into(),
        statuses: "400",
        en: en.into(),
        es: es.into(),
    };
    let required = REQUIRED.iter().map(|field| {
        of_field(
            format!("{}_REQUIRED", screaming(field)),
            format!("`{field}` is missing or blank"),
            format!("Falta `{field}` o está en blanco"),
        )
    });
    let fields = FIELDS.iter().map(|field| {
        of_field(
            format!("INVALID_{}", screaming(field)),
            format!("`{field}` is no value of its kind"),
            format!("`{field}` no tiene un valor de su tipo"),
        )
    });
    let mut codes: Vec<Code> = CODES.to_vec();
    for code in required.chain(fields) {
        if codes.iter().all(|other| other.name != code.name) {
            codes.push(code);
        }
    }
    codes
}

/// A `code`, for the OpenAPI document.
pub(super) struct CodeName;

impl PartialSchema for CodeName {
    fn schema() -> RefOr<Schema> {
        let codes = catalogue();
        let lines = codes
            .iter()
            .map(|code| format!("* `{}` ({}): {}", code.name, code.statuses, code.en));
        let about = lines.collect::<Vec<_>>().join("\n");
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(format!(
                "Stable, for programs. New ones may come.\n\n{about}"
            )))
            .enum_values(Some(codes.into_iter().map(|code| code.name.into_owned())))
            .into()
    }
}

impl ToSchema for CodeName {
    fn name() -> Cow<'static, str> {
        "ProblemCode".into()
    }
}
