//! Days on which nobody works.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Invalid;

/// Reads `2026-12-25`, and no other spelling of a date.
pub fn parse_date(text: &str) -> Result<Date, Invalid> {
    let bytes = text.as_bytes();
    let &[_, _, _, _, b'-', _, _, b'-', _, _] = bytes else {
        return Err(Invalid::NoDate);
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |number, digit| {
            let digit = digit.is_ascii_digit().then(|| i16::from(digit - b'0'))?;
            Some(number * 10 + digit)
        })
    };
    let small = |digits: &[u8]| number(digits).and_then(|number| i8::try_from(number).ok());
    let (Some(year), Some(month), Some(day)) =
        (number(&bytes[..4]), small(&bytes[5..7]), small(&bytes[8..]))
    else {
        return Err(Invalid::NoDate);
    };
    Date::new(year, month, day).map_err(|_| Invalid::NoDate)
}

/// One date or several in a row, in one year or in every one.
///
/// Written `{"date": "2026-12-25", "name": "Navidad", "yearly": true}`, or with `from` and `to` instead of `date`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Holiday {
    from: Date,
    to: Date,
    name: String,
    yearly: bool,
}

impl Holiday {
    /// From one date to another, both included.
    ///
    /// A yearly one has the same months and days in every year, before and after the one given, and is shorter than 366
    /// days: it would overlap itself. It may go on past New Year. The 29th of February comes in leap years only, also
    /// within a longer one.
    pub fn new(from: Date, to: Date, name: String, yearly: bool) -> Result<Self, Invalid> {
        if to < from {
            return Err(Invalid::Backwards);
        }
        // Both dates are included: 364 days apart are 365 days.
        if yearly && from.duration_until(to).as_hours() > 364 * 24 {
            return Err(Invalid::Overlapping);
        }
        Ok(Self {
            from,
            to,
            name,
            yearly,
        })
    }

    /// The first day.
    pub fn from(&self) -> Date {
        self.from
    }

    /// The last day.
    pub fn to(&self) -> Date {
        self.to
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it comes every year.
    pub fn is_yearly(&self) -> bool {
        self.yearly
    }

    /// Whether it is on that date.
    pub fn covers(&self, date: Date) -> bool {
        if !self.yearly {
            return self.from <= date && date <= self.to;
        }
        let [from, date, to] = [self.from, date, self.to].map(|date| (date.month(), date.day()));
        if from <= to {
            from <= date && date <= to
        } else {
            from <= date || date <= to
        }
    }
}

/// A holiday as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    name: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    yearly: bool,
}

impl TryFrom<Written> for Holiday {
    type Error = Invalid;

    fn try_from(written: Written) -> Result<Self, Invalid> {
        let (from, to) = match (&written.date, &written.from, &written.to) {
            (Some(date), None, None) => (date, date),
            (None, Some(from), Some(to)) => (from, to),
            _ => return Err(Invalid::NoDate),
        };
        Self::new(
            parse_date(from)?,
            parse_date(to)?,
            written.name,
            written.yearly,
        )
    }
}

impl From<Holiday> for Written {
    fn from(holiday: Holiday) -> Self {
        let (from, to) = (holiday.from.to_string(), holiday.to.to_string());
        let (date, from, to) = if holiday.from == holiday.to {
            (Some(from), None, None)
        } else {
            (None, Some(from), Some(to))
        };
        Self {
            date,
            from,
            to,
            name: holiday.name,
            yearly: holiday.yearly,
        }
    }
}
