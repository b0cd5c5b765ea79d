//! Working hours: a week in a time zone, without the holidays.

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use super::closed_days::{ClosedDays, Day, Days};
use super::holiday::Holiday;
use super::hours::{Span, Week};
use crate::Invalid;

/// A time zone of the IANA database that is built into the program. Its rules are the same on every machine.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: String,
    time_zone: TimeZone,
}

impl Zone {
    /// Reads `Europe/Madrid`, in whatever case, and keeps the database's spelling. An alias stays what it is.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        let time_zone = TimeZoneDatabase::bundled()
            .get(name)
            .map_err(|_| Invalid::NoZone)?;
        // `Etc/Unknown` is found and is none.
        let name = time_zone.iana_name().ok_or(Invalid::NoZone)?.to_owned();
        Ok(Self { name, time_zone })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its rules.
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }
}

/// By name: to jiff, an alias equals what it stands for.
impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl TryFrom<String> for Zone {
    type Error = Invalid;

    fn try_from(name: String) -> Result<Self, Invalid> {
        Self::parse(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name
    }
}

/// When a team works.
///
/// An instant is working time if the zone's wall clock then shows a date that is no holiday, and a time of day within a
/// span of that date's weekday. A minute that the clock skips is none; one that it shows twice counts twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct WorkingHours {
    #[serde(rename = "timeZone")]
    zone: Zone,
    #[serde(rename = "weekly")]
    week: Week,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    holidays: Vec<Holiday>,
    /// What the holidays close.
    #[serde(skip)]
    closed: ClosedDays,
}

impl WorkingHours {
    /// The most holidays there may be.
    pub const MAX_HOLIDAYS: usize = 200;

    /// The holidays may overlap, and stay in the order given.
    pub fn new(zone: Zone, week: Week, holidays: Vec<Holiday>) -> Result<Self, Invalid> {
        if holidays.len() > Self::MAX_HOLIDAYS {
            let max = Self::MAX_HOLIDAYS;
            return Err(Invalid::TooMany { max });
        }
        Ok(Self {
            zone,
            week,
            closed: ClosedDays::of(&holidays),
            holidays,
        })
    }

    /// Whose wall clock it is.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The opening times.
    pub fn week(&self) -> &Week {
        &self.week
    }

    /// The days it is closed nevertheless.
    pub fn holidays(&self) -> &[Holiday] {
        &self.holidays
    }

    /// The days it is closed nevertheless, laid out for a walk.
    pub(super) fn closed_days(&self) -> &ClosedDays {
        &self.closed
    }

    /// The opening times of a day of a walk.
    pub(super) fn spans_on(&self, day: Day) -> &[Span] {
        if day.is_closed {
            return &[];
        }
        self.week.numbered(day.weekday).spans()
    }

    /// Passes whole days: at most so many, and none by whose end so many minutes have counted. Gives how many, and how many
    /// minutes of them count.
    pub(super) fn pass_days(&self, days: &mut Days<'_>, most: i128, missing: i128) -> (i128, i128) {
        let a_week =
            std::array::from_fn(|weekday| u64::from(self.week.numbered(weekday).minutes()));
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let missing = u64::try_from(missing).unwrap_or(u64::MAX);
        let (passed, minutes) = days.pass(most, a_week, missing);
        (passed.into(), minutes.into())
    }

    /// The opening times of one date: none on a holiday.
    pub fn on(&self, date: Date) -> &[Span] {
        let spans = self.week.on(date.weekday()).spans();
        // A day that is closed anyway needs no look at the holidays.
        if !spans.is_empty() && self.holidays.iter().any(|holiday| holiday.covers(date)) {
            return &[];
        }
        spans
    }
}

/// Working hours as they are written, not yet checked.
#[derive(Deserialize)]
struct Written {
    #[serde(rename = "timeZone")]
    zone: Zone,
    weekly: Week,
    #[serde(default)]
    holidays: Vec<Holiday>,
}

impl TryFrom<Written> for WorkingHours {
    type Error = Invalid;

    fn try_from(written: Written) -> Result<Self, Invalid> {
        Self::new(written.zone, written.weekly, written.holidays)
    }
}
