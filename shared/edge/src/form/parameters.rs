//! What only a query has: every value is a text, whatever it stands for.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use domain::Invalid;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{Form, shown};
use crate::problem::Text;

/// The most values a comma list may have.
pub(crate) const COMMA_LIST: usize = 20;

/// The length of a date: `2026-11-23`.
const DATE: usize = 10;

impl Form {
    /// Notes that a parameter is no text once it is decoded.
    pub(crate) fn undecodable(&mut self, field: &str) {
        let field = shown(field);
        let detail = Text::new(
            format!("`{field}` is not UTF-8 once its percent signs are decoded."),
            format!("`{field}` no es UTF-8 al decodificar sus signos de porcentaje."),
        );
        self.error(&field, "INVALID_ENCODING".into(), detail);
    }

    /// A comma list of at most 20 values, each once; empty when left out.
    pub fn set<T: Ord>(
        &mut self,
        field: &str,
        parse: impl Fn(&str) -> Result<T, Invalid>,
    ) -> BTreeSet<T> {
        let Some(Value::String(text)) = self.take(field) else {
            return BTreeSet::new();
        };
        let values: Vec<&str> = text.split(',').map(str::trim).collect();
        let parsed = if values.len() > COMMA_LIST {
            Err(Invalid::TooMany { max: COMMA_LIST })
        } else {
            values.into_iter().map(parse).collect()
        };
        self.checked(field, parsed).unwrap_or_default()
    }

    /// A whole number within a range, of a query; may be left out.
    pub fn number(&mut self, field: &str, range: RangeInclusive<usize>) -> Option<usize> {
        let Some(Value::String(text)) = self.take(field) else {
            return None;
        };
        let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        let number = text.parse().ok().filter(|_| plain);
        let range = *range.start() as u64..=*range.end() as u64;
        let number = self.whole(field, number, &range)?;
        usize::try_from(number).ok()
    }

    /// `true` or `false`, of a query; may be left out.
    pub fn flag(&mut self, field: &str) -> Option<bool> {
        const NAMES: &[&str] = &["true", "false"];
        let parse = |text: String| match text.as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Invalid::Unknown { allowed: NAMES }),
        };
        self.optional(field, parse)
    }

    /// A time: RFC 3339, or a date, which is its beginning in UTC.
    pub fn moment(&mut self, field: &str) -> Option<Timestamp> {
        let text = self.optional(field, Ok)?;
        self.moment_of(field, &text)
    }

    /// A time that must be there.
    pub fn required_moment(&mut self, field: &str) -> Option<Timestamp> {
        let text = self.required(field, Ok)?;
        self.moment_of(field, &text)
    }

    fn moment_of(&mut self, field: &str, text: &str) -> Option<Timestamp> {
        let day = |text: &str| {
            let day: Date = text.parse().ok().filter(|_| text.len() == DATE)?;
            TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
        };
        let moment = day(text).or_else(|| text.parse().ok());
        if moment.is_none() {
            let detail = Text::new(
                format!("`{field}` must be a time such as 2026-11-23T03:00:00Z, or a date."),
                format!("`{field}` debe ser un instante como 2026-11-23T03:00:00Z, o una fecha."),
            );
            self.invalid(field, detail);
        }
        moment
    }
}
