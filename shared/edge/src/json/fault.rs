//! What is wrong with a text that is not JSON, and where: in words, and by the field it is in.

use serde_json::Error;

use crate::form::shown;
use crate::problem::{FieldError, Problem, Text};

/// Why a text is not JSON.
#[derive(Debug)]
pub(crate) struct Fault {
    /// What the reader stumbled over.
    pub(super) cause: Error,
    /// The path of the value it was in; empty between values.
    pub(super) path: String,
}

/// What `serde_json` says at the beginning of its messages, and how a person is told.
const REASONS: [(&str, &str, &str); 11] = [
    (
        "lone leading surrogate",
        "has half of a character: a surrogate such as \\ud83d without its other half",
        "tiene medio carácter: un sustituto como \\ud83d sin su otra mitad",
    ),
    (
        "unexpected end of hex escape",
        "has half of a character: a surrogate such as \\ud83d without its other half",
        "tiene medio carácter: un sustituto como \\ud83d sin su otra mitad",
    ),
    (
        "invalid unicode code point",
        "has bytes that are not UTF-8",
        "tiene bytes que no son UTF-8",
    ),
    (
        "control character",
        "has a control character, such as a line break, that is not escaped as JSON wants it (\\n)",
        "tiene un carácter de control, como un salto de línea, sin escapar como pide JSON (\\n)",
    ),
    (
        "invalid escape",
        "has an escape that JSON does not have",
        "tiene una secuencia de escape que JSON no tiene",
    ),
    (
        "EOF while parsing a string",
        "has no closing quotation mark",
        "no tiene comillas de cierre",
    ),
    (
        "number out of range",
        "has a number that is too large",
        "tiene un número demasiado grande",
    ),
    (
        "invalid number",
        "has a number that JSON does not have",
        "tiene un número que JSON no tiene",
    ),
    (
        "recursion limit exceeded",
        "is nested too deeply",
        "tiene demasiados niveles",
    ),
    (
        "trailing characters",
        "is not valid JSON: something follows the object",
        "no es JSON válido: algo sigue al objeto",
    ),
    (
        "EOF while parsing",
        "is not valid JSON: it ends too early",
        "no es JSON válido: termina demasiado pronto",
    ),
];

impl Fault {
    /// Between values, or in the name of one.
    pub(super) fn nowhere(cause: Error) -> Self {
        let path = String::new();
        Self { cause, path }
    }
}

impl From<Fault> for Problem {
    fn from(Fault { cause, path }: Fault) -> Self {
        if cause.is_data() {
            return Self::malformed_json(Text::new(
                "The body must be a JSON object.",
                "El cuerpo debe ser un objeto JSON.",
            ));
        }
        let said = cause.to_string();
        let known = REASONS.iter().find(|(begins, ..)| said.starts_with(begins));
        let (_, en, es) = known.unwrap_or(&("", "is not valid JSON", "no es JSON válido"));
        let (line, column) = (cause.line(), cause.column());
        let field = shown(&path);
        let (the_body, el_cuerpo) = if field.is_empty() {
            ("The body".to_owned(), "El cuerpo".to_owned())
        } else {
            (format!("`{field}`"), format!("`{field}`"))
        };
        let detail = Text::new(
            format!("{the_body} {en} (line {line}, column {column})."),
            format!("{el_cuerpo} {es} (línea {line}, columna {column})."),
        );
        if field.is_empty() {
            return Self::malformed_json(detail);
        }
        Self::malformed_field(FieldError {
            field,
            code: "MALFORMED_JSON".into(),
            detail,
        })
    }
}
