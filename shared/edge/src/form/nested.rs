//! What only a body has: values of other types than text, and values within values. What is wrong inside is noted under
//! the whole path: `targets.high.resolution`, `weekly.mon[1]`.

use domain::Invalid;
use serde_json::Value;

use super::Form;
use crate::problem::FieldError;
use crate::problem::refusals::describe;

impl Form {
    /// `true` or `false`; may be left out.
    pub fn boolean(&mut self, field: &str) -> Option<bool> {
        let value = self.take(field)?.as_bool();
        if value.is_none() {
            self.wrong_type::<bool>(field, "true or false", "true o false");
        }
        value
    }

    /// A list of whole numbers; may be left out.
    pub fn numbers<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(Vec<u64>) -> Result<T, Invalid>,
    ) -> Option<T> {
        let value = self.take(field)?;
        let numbers = value.as_array();
        let numbers =
            numbers.and_then(|values| values.iter().map(whole_number).collect::<Option<Vec<_>>>());
        match numbers {
            Some(numbers) => self.checked_list(field, parse(numbers)),
            None => self.wrong_type(
                field,
                "a list of whole numbers",
                "una lista de números enteros",
            ),
        }
    }

    /// An object that must be there.
    pub fn object<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        match self.take(field) {
            None => self.missing(field),
            Some(value) => self.inside(field, value, read),
        }
    }

    /// An object that may be left out; `read` gets one without fields then.
    pub fn optional_object<T>(&mut self, field: &str, read: impl FnOnce(&mut Self) -> T) -> T
    where
        T: Default,
    {
        match self.take(field) {
            None => read(&mut Self::default()),
            Some(value) => {
                let read = |inside: &mut Self| Some(read(inside));
                self.inside(field, value, read).unwrap_or_default()
            }
        }
    }

    /// A list of objects; empty when left out. `None` when the list, or one of them, is wrong.
    pub fn objects<T>(
        &mut self,
        field: &str,
        most: usize,
        read: impl Fn(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(value) = self.take(field) else {
            return Some(Vec::new());
        };
        let Value::Array(values) = value else {
            return self.wrong_type(field, "a list of objects", "una lista de objetos");
        };
        if values.len() > most {
            return self.checked_list(field, Err(Invalid::TooMany { max: most }));
        }
        let objects = values.into_iter().enumerate();
        let objects = objects.map(|(i, value)| self.inside(&format!("{field}[{i}]"), value, &read));
        // Every one is read, so that all that is wrong is known.
        let objects: Vec<Option<T>> = objects.collect();
        objects.into_iter().collect()
    }

    /// A list of pairs of texts; empty when left out. A pair that is wrong is noted by its place.
    pub fn pairs<T>(
        &mut self,
        field: &str,
        parse: impl Fn(&str, &str) -> Result<T, Invalid>,
    ) -> Option<Vec<T>> {
        let Some(value) = self.take(field) else {
            return Some(Vec::new());
        };
        let pairs = value.as_array();
        let pairs = pairs.and_then(|values| values.iter().map(pair).collect::<Option<Vec<_>>>());
        let Some(pairs) = pairs else {
            return self.wrong_type(
                field,
                "a list of pairs of texts",
                "una lista de pares de textos",
            );
        };
        let mut parsed = Vec::with_capacity(pairs.len());
        for (i, (first, second)) in pairs.iter().enumerate() {
            match parse(first, second) {
                Ok(value) => parsed.push(value),
                Err(invalid) => self.wrong(&format!("{field}[{i}]"), invalid),
            }
        }
        (parsed.len() == pairs.len()).then_some(parsed)
    }

    /// Notes that a field is no value of its kind.
    pub fn wrong(&mut self, field: &str, invalid: Invalid) {
        self.invalid(field, describe(field, invalid));
    }

    /// Whether a field is given.
    pub fn has(&self, field: &str) -> bool {
        let is_given = |value: &Value| self.refuses_null || !value.is_null();
        self.fields.get(field).is_some_and(is_given)
    }

    /// Whether nothing is wrong so far.
    pub fn is_right(&self) -> bool {
        self.errors.is_empty()
    }

    /// Reads what is inside an object; `None` when anything is wrong there.
    pub(super) fn inside<T>(
        &mut self,
        field: &str,
        value: Value,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let Value::Object(fields) = value else {
            return self.wrong_type(field, "an object", "un objeto");
        };
        let mut inside = Self::new(fields);
        inside.refuses_null = self.refuses_null;
        let value = read(&mut inside);
        let errors = inside.errors().into_iter().map(|error| FieldError {
            field: format!("{field}.{}", error.field),
            ..error
        });
        let before = self.errors.len();
        self.errors.extend(errors);
        value.filter(|_| self.errors.len() == before)
    }
}

/// The whole number that a number of JSON is, however it is spelled: `5000000.0` is one, and so is `5e6`.
pub(super) fn whole_number(value: &Value) -> Option<u64> {
    /// From here on, a neighbour of a whole number may have the same spelling in floating point.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_u64().or_else(|| {
        let number = value.as_f64()?;
        let is_whole = number.fract() == 0.0 && (0.0..EXACT).contains(&number);
        is_whole.then(|| format!("{:.0}", number.abs()).parse().ok())?
    })
}

fn pair(value: &Value) -> Option<(String, String)> {
    let [first, second] = value.as_array()?.as_slice() else {
        return None;
    };
    Some((first.as_str()?.into(), second.as_str()?.into()))
}
