//! When work is done: a week of opening times on the wall clock of one time zone, and the days it is closed.

use std::fmt;

use jiff::SignedDuration;
use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

use crate::Invalid;

/// A minute of the day, from `00:00` to `24:00`, which is the end of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay {
    minutes: u16,
}

impl TimeOfDay {
    /// The end of the day.
    pub const END: Self = Self { minutes: 24 * 60 };

    /// Reads `09:00`: two digits of hours, two of minutes.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let &[h1, h2, b':', m1, m2] = text.as_bytes() else {
            return Err(Invalid::NoTime);
        };
        if ![h1, h2, m1, m2].iter().all(u8::is_ascii_digit) {
            return Err(Invalid::NoTime);
        }
        let number = |tens: u8, ones: u8| u16::from(tens - b'0') * 10 + u16::from(ones - b'0');
        let (hour, minute) = (number(h1, h2), number(m1, m2));
        let time = Self {
            minutes: hour * 60 + minute,
        };
        if minute < 60 && time <= Self::END {
            Ok(time)
        } else {
            Err(Invalid::NoTime)
        }
    }

    /// Minutes since the day began, by the wall clock.
    pub fn minutes(self) -> u16 {
        self.minutes
    }

    /// The same as a duration to reckon with.
    pub fn since_midnight(self) -> SignedDuration {
        SignedDuration::from_mins(self.minutes.into())
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

/// A part of a day, without its last instant. Written `["09:00", "13:00"]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(TimeOfDay, TimeOfDay)", into = "(TimeOfDay, TimeOfDay)")]
pub struct Span {
    from: TimeOfDay,
    to: TimeOfDay,
}

impl Span {
    /// It ends after it begins. What goes on past midnight is two spans, of two days.
    pub fn new(from: TimeOfDay, to: TimeOfDay) -> Result<Self, Invalid> {
        // Nothing begins at 24:00: no time is after it.
        if from < to {
            Ok(Self { from, to })
        } else {
            Err(Invalid::Backwards)
        }
    }

    /// When it begins.
    pub fn from(self) -> TimeOfDay {
        self.from
    }

    /// When it has ended.
    pub fn to(self) -> TimeOfDay {
        self.to
    }
}

impl TryFrom<(TimeOfDay, TimeOfDay)> for Span {
    type Error = Invalid;

    fn try_from((from, to): (TimeOfDay, TimeOfDay)) -> Result<Self, Invalid> {
        Self::new(from, to)
    }
}

impl From<Span> for (TimeOfDay, TimeOfDay) {
    fn from(span: Span) -> Self {
        (span.from, span.to)
    }
}

/// The opening times of one day of the week, in order. They may touch, not overlap; none is a closed day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Span>", into = "Vec<Span>")]
pub struct Day {
    spans: Vec<Span>,
    minutes: u16,
}

impl Day {
    /// The most spans it may have.
    pub const MAX: usize = 12;

    /// Puts the spans in order.
    pub fn new(mut spans: Vec<Span>) -> Result<Self, Invalid> {
        if spans.len() > Self::MAX {
            return Err(Invalid::TooMany { max: Self::MAX });
        }
        spans.sort_unstable();
        let mut pairs = spans.iter().zip(spans.iter().skip(1));
        if pairs.any(|(before, after)| after.from < before.to) {
            return Err(Invalid::Overlapping);
        }
        let length = |span: &Span| span.to.minutes() - span.from.minutes();
        Ok(Self {
            // They do not overlap: no more than a day's.
            minutes: spans.iter().map(length).sum(),
            spans,
        })
    }

    /// Whether it is closed all day.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The spans, in order.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// How many minutes they are together.
    pub(super) fn minutes(&self) -> u16 {
        self.minutes
    }
}

impl TryFrom<Vec<Span>> for Day {
    type Error = Invalid;

    fn try_from(spans: Vec<Span>) -> Result<Self, Invalid> {
        Self::new(spans)
    }
}

impl From<Day> for Vec<Span> {
    fn from(day: Day) -> Self {
        day.spans
    }
}

/// The opening times of every week. Written `{"mon": [["09:00", "17:00"]]}`, without the closed days.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Days", into = "Days")]
pub struct Week([Day; 7]);

impl Week {
    /// From Monday to Sunday. It is open at some time.
    pub fn new(days: [Day; 7]) -> Result<Self, Invalid> {
        if days.iter().all(Day::is_empty) {
            Err(Invalid::NeverOpen)
        } else {
            Ok(Self(days))
        }
    }

    /// A day's opening times; 0 is Monday.
    pub(super) fn numbered(&self, weekday: usize) -> &Day {
        let Self(days) = self;
        &days[weekday % days.len()]
    }

    /// A day's opening times.
    pub fn on(&self, weekday: Weekday) -> &Day {
        let [mon, tue, wed, thu, fri, sat, sun] = &self.0;
        match weekday {
            Weekday::Monday => mon,
            Weekday::Tuesday => tue,
            Weekday::Wednesday => wed,
            Weekday::Thursday => thu,
            Weekday::Friday => fri,
            Weekday::Saturday => sat,
            Weekday::Sunday => sun,
        }
    }
}

/// A week as it is written. A day of another name is refused: it would be closed without anybody having said so.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Days {
    #[serde(skip_serializing_if = "Day::is_empty")]
    mon: Day,
    #[serde(skip_serializing_if = "Day::is_empty")]
    tue: Day,
    #[serde(skip_serializing_if = "Day::is_empty")]
    wed: Day,
    #[serde(skip_serializing_if = "Day::is_empty")]
    thu: Day,
    #[serde(skip_serializing_if = "Day::is_empty")]
    fri: Day,
    #[serde(skip_serializing_if = "Day::is_empty")]
    sat: Day,
    #[serde(skip_serializing_if = "Day::is_empty")]
    sun: Day,
}

impl TryFrom<Days> for Week {
    type Error = Invalid;

    fn try_from(days: Days) -> Result<Self, Invalid> {
        Self::new([
            days.mon, days.tue, days.wed, days.thu, days.fri, days.sat, days.sun,
        ])
    }
}

impl From<Week> for Days {
    fn from(Week([mon, tue, wed, thu, fri, sat, sun]): Week) -> Self {
        Self {
            mon,
            tue,
            wed,
            thu,
            fri,
            sat,
            sun,
        }
    }
}
