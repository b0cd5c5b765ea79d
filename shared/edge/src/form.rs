//! Reading named values and finding everything that is wrong with them.
//!
//! A handler's input names its fields one by one; whatever is left over is unknown. Every wrong field is kept, so
//! that a client learns all of them at once and nothing is ever ignored.

mod nested;
mod older;
mod parameters;

use std::collections::HashMap;
use std::ops::RangeInclusive;

use domain::Invalid;
use serde_json::{Map, Value};

use crate::problem::refusals::describe;
use crate::problem::{FieldError, Text};

use nested::whole_number;
pub(crate) use parameters::COMMA_LIST;

/// The most errors a problem names: a client that makes more has other worries, and the answer stays small.
const MOST_ERRORS: usize = 20;
/// The most characters of a name nobody knows that a problem repeats.
const NAME_SHOWN: usize = 64;

/// Named values being read.
#[derive(Debug, Default)]
pub struct Form {
    fields: Map<String, Value>,
    /// Of a query: the values of each parameter, between the commas that separate them.
    lists: HashMap<String, Vec<String>>,
    errors: Vec<FieldError>,
    /// Whether `null` is no value of a field, but for those that are read as nullable.
    refuses_null: bool,
}

impl Form {
    pub(crate) fn new(fields: Map<String, Value>) -> Self {
        Self {
            fields,
            lists: HashMap::new(),
            errors: Vec::new(),
            refuses_null: false,
        }
    }

    /// Of the parameters of a query, with what lists of them hold.
    pub(crate) fn of_query(
        fields: Map<String, Value>,
        lists: HashMap<String, Vec<String>>,
    ) -> Self {
        Self {
            lists,
            ..Self::new(fields)
        }
    }

    /// From here on, a field that is `null` is wrong unless `null` means something there. For what changes or replaces
    /// something: a caller that writes `null` wants a value gone, and must not be told that it is when it is not. Where something
    /// new is made, a field that is `null` is one that is left out.
    pub fn refuse_null(&mut self) {
        self.refuses_null = true;
    }

    /// A text that must be there. `None` when it is not or is wrong; the form knows.
    pub fn required<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(String) -> Result<T, Invalid>,
    ) -> Option<T> {
        match self.take(field) {
            None => self.missing(field),
            Some(Value::String(text)) => match parse(text) {
                Err(Invalid::Blank) => self.missing(field),
                parsed => self.checked(field, parsed),
            },
            Some(_) => self.wrong_type(field, "a string", "un texto"),
        }
    }

    /// A text that may be left out, or be `null` to say that there is none.
    pub fn nullable<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(String) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        if self.fields.get(field)?.is_null() {
            self.fields.remove(field);
            return Some(None);
        }
        self.optional(field, parse).map(Some)
    }

    /// A text that may be left out, or be `null`.
    pub fn optional<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(String) -> Result<T, Invalid>,
    ) -> Option<T> {
        let value = self.take(field)?;
        let Value::String(text) = value else {
            return self.wrong_type(field, "a string", "un texto");
        };
        self.checked(field, parse(text))
    }

    /// A whole number within a range that must be there.
    pub fn required_number(&mut self, field: &str, range: RangeInclusive<u64>) -> Option<u64> {
        match self.take(field) {
            None => self.missing(field),
            Some(value) => self.whole(field, whole_number(&value), &range),
        }
    }

    /// A whole number within a range that may be left out, or be `null`.
    pub fn optional_number(&mut self, field: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let value = self.take(field)?;
        self.whole(field, whole_number(&value), &range)
    }

    /// A list of texts that must be there.
    pub fn required_list<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(Vec<String>) -> Result<T, Invalid>,
    ) -> Option<T> {
        if self.fields.get(field).is_none_or(Value::is_null) {
            self.fields.remove(field);
            return self.missing(field);
        }
        self.optional_list(field, parse)
    }

    /// A list of texts that may be left out, or be `null` to say that there are none.
    pub fn nullable_list<T: Default>(
        &mut self,
        field: &str,
        parse: impl FnOnce(Vec<String>) -> Result<T, Invalid>,
    ) -> Option<T> {
        if self.fields.get(field)?.is_null() {
            self.fields.remove(field);
            return Some(T::default());
        }
        self.optional_list(field, parse)
    }

    /// A list of texts; empty when left out.
    pub fn list<T: Default>(
        &mut self,
        field: &str,
        parse: impl FnOnce(Vec<String>) -> Result<T, Invalid>,
    ) -> T {
        self.optional_list(field, parse).unwrap_or_default()
    }

    /// Takes a field that is there and is no list of texts, and says whether there was one: where the field's own words say more
    /// than what its type is.
    pub fn takes_other_than_texts(&mut self, field: &str) -> bool {
        let is_other = self.fields.get(field).is_some_and(|value| {
            let texts = value
                .as_array()
                .map(|values| values.iter().all(Value::is_string));
            !value.is_null() && texts != Some(true)
        });
        if is_other {
            self.fields.remove(field);
        }
        is_other
    }

    /// A list of texts that may be left out, or be `null`.
    pub fn optional_list<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(Vec<String>) -> Result<T, Invalid>,
    ) -> Option<T> {
        let text = |value| {
            if let Value::String(text) = value {
                Some(text)
            } else {
                None
            }
        };
        let texts = if let Value::Array(values) = self.take(field)? {
            values.into_iter().map(text).collect::<Option<Vec<_>>>()
        } else {
            None
        };
        match texts {
            Some(texts) => self.checked_list(field, parse(texts)),
            None => self.wrong_type(field, "a list of strings", "una lista de textos"),
        }
    }

    /// The only object in a list that must be there. What is wrong inside is noted under the list's name.
    pub fn only_one<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let object = match self.take(field) {
            None => return self.missing(field),
            Some(Value::Array(mut values)) if values.len() == 1 => values.pop(),
            Some(_) => None,
        };
        match object {
            Some(object @ Value::Object(_)) => self.inside(&format!("{field}[0]"), object, read),
            Some(_) | None => {
                self.wrong_type(field, "a list of one object", "una lista de un objeto")
            }
        }
    }

    /// Notes that a field is wrong in a way of its own.
    pub fn refuse(&mut self, field: &str, code: &'static str, detail: Text) {
        self.error(field, code.into(), detail);
    }

    /// Notes that a field was given more than once.
    pub(crate) fn repeated(&mut self, field: &str) {
        let field = shown(field);
        let detail = Text::new(
            format!("`{field}` is given more than once."),
            format!("`{field}` aparece más de una vez."),
        );
        self.error(&field, "REPEATED_FIELD".into(), detail);
    }

    /// Everything that is wrong, fields nobody asked for included.
    pub(crate) fn errors(mut self) -> Vec<FieldError> {
        let room = MOST_ERRORS.saturating_sub(self.errors.len());
        for field in std::mem::take(&mut self.fields).keys().take(room) {
            let field = shown(field);
            let detail = Text::new(
                format!("`{field}` is not a field of this request."),
                format!("`{field}` no es un campo de esta petición."),
            );
            self.error(&field, "UNKNOWN_FIELD".into(), detail);
        }
        self.errors.truncate(MOST_ERRORS);
        self.errors
    }

    fn take(&mut self, field: &str) -> Option<Value> {
        let value = self.fields.remove(field)?;
        if !value.is_null() {
            return Some(value);
        }
        if self.refuses_null {
            let detail = Text::new(
                format!("`{field}` cannot be null; leave it out instead."),
                format!("`{field}` no puede ser null; omítalo en su lugar."),
            );
            self.invalid(field, detail);
        }
        None
    }

    fn missing<T>(&mut self, field: &str) -> Option<T> {
        if self.errors.iter().any(|error| error.field == field) {
            // It is there, and wrong: that is said already.
            return None;
        }
        let detail = Text::new(
            format!("`{field}` is required."),
            format!("`{field}` es obligatorio."),
        );
        self.error(field, format!("{}_REQUIRED", screaming(field)), detail);
        None
    }

    fn wrong_type<T>(&mut self, field: &str, en: &str, es: &str) -> Option<T> {
        let detail = Text::new(
            format!("`{field}` must be {en}."),
            format!("`{field}` debe ser {es}."),
        );
        self.invalid(field, detail);
        None
    }

    fn whole(
        &mut self,
        field: &str,
        number: Option<u64>,
        range: &RangeInclusive<u64>,
    ) -> Option<u64> {
        let within = number.filter(|number| range.contains(number));
        if within.is_none() {
            let low = range.start();
            let detail = match *range.end() {
                u64::MAX => Text::new(
                    format!("`{field}` must be a whole number from {low}."),
                    format!("`{field}` debe ser un número entero desde {low}."),
                ),
                high => Text::new(
                    format!("`{field}` must be a whole number from {low} to {high}."),
                    format!("`{field}` debe ser un número entero de {low} a {high}."),
                ),
            };
            self.invalid(field, detail);
        }
        within
    }

    fn checked<T>(&mut self, field: &str, parsed: Result<T, Invalid>) -> Option<T> {
        parsed
            .map_err(|invalid| self.invalid(field, describe(field, invalid)))
            .ok()
    }

    /// Within a list a text is a value of the list: the words say so.
    fn checked_list<T>(&mut self, field: &str, parsed: Result<T, Invalid>) -> Option<T> {
        parsed
            .map_err(|invalid| {
                let of_the_list = matches!(invalid, Invalid::TooMany { .. });
                let subject = if of_the_list {
                    field.into()
                } else {
                    format!("{field}[]")
                };
                self.invalid(field, describe(&subject, invalid));
            })
            .ok()
    }

    fn invalid(&mut self, field: &str, detail: Text) {
        // `mon[1]` is wrong in the way `mon` is.
        let name = field.split('[').next().unwrap_or(field);
        self.error(field, format!("INVALID_{}", screaming(name)), detail);
    }

    fn error(&mut self, field: &str, code: String, detail: Text) {
        self.errors.push(FieldError {
            field: field.to_owned(),
            code: code.into(),
            detail,
        });
    }
}

/// A name somebody made up, cut to what is worth repeating.
pub(crate) fn shown(name: &str) -> String {
    name.chars().take(NAME_SHOWN).collect()
}

/// `assignedTo` → `ASSIGNED_TO`.
pub(crate) fn screaming(field: &str) -> String {
    let mut name = String::with_capacity(field.len() + 4);
    for character in field.chars() {
        if character.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(character.to_ascii_uppercase());
    }
    name
}
