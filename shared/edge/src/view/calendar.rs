//! Calendars on the wire.

use domain::{Holiday, Week};
use jiff::civil::Weekday;
use serde::Serialize;
use store::StoredCalendar;
use utoipa::ToSchema;

use super::time;

/// A calendar.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Calendar)]
pub struct CalendarView {
    /// As an admin has chosen it.
    #[serde(rename = "_id")]
    #[schema(example = "cal_madrid")]
    pub id: String,
    /// What people call it.
    #[schema(example = "Madrid office")]
    pub name: String,
    /// A time zone of the IANA database.
    #[schema(example = "Europe/Madrid")]
    pub time_zone: String,
    /// The working hours of each day of the week.
    pub weekly: WeekView,
    /// The days on which nobody works.
    pub holidays: Vec<HolidayView>,
    /// Grows with every change of the tenant's policies and calendars; in quotes, its `ETag`.
    #[schema(example = 3)]
    pub version: u32,
    /// When it was last set.
    #[schema(required, format = DateTime)]
    pub updated_at: Option<String>,
    /// By whom.
    #[schema(required)]
    pub updated_by: Option<String>,
}

/// The working hours of each day of the week: pairs of times on the wall clock, from `00:00` to `24:00`. A shift that
/// goes on past midnight is two intervals.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WeeklyHours)]
pub struct WeekView {
    /// Monday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Vec<String>>, required = false, max_items = 12, example = json!([["09:00", "13:00"], ["14:00", "18:00"]]))]
    pub mon: Vec<[String; 2]>,
    /// Tuesday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Vec<String>>, required = false, max_items = 12)]
    pub tue: Vec<[String; 2]>,
    /// Wednesday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Vec<String>>, required = false, max_items = 12)]
    pub wed: Vec<[String; 2]>,
    /// Thursday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Vec<String>>, required = false, max_items = 12)]
    pub thu: Vec<[String; 2]>,
    /// Friday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Vec<String>>, required = false, max_items = 12)]
    pub fri: Vec<[String; 2]>,
    /// Saturday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Vec<String>>, required = false, max_items = 12)]
    pub sat: Vec<[String; 2]>,
    /// Sunday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Vec<String>>, required = false, max_items = 12)]
    pub sun: Vec<[String; 2]>,
}

/// A day, or several in a row, on which nobody works: `date`, or `from` and `to`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Holiday)]
pub struct HolidayView {
    /// The day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = Date, example = "2026-12-25")]
    pub date: Option<String>,
    /// The first of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = Date)]
    pub from: Option<String>,
    /// The last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = Date)]
    pub to: Option<String>,
    /// What people call it.
    #[schema(min_length = 1, max_length = 100, example = "Navidad")]
    pub name: String,
    /// On the same days of every year.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = bool, required = false)]
    pub yearly: bool,
}

impl CalendarView {
    /// A calendar as it is stored.
    pub fn new(stored: &StoredCalendar) -> Self {
        let (by, at) = stored.updated.clone().unzip();
        let hours = &stored.value.hours;
        Self {
            id: stored.id.to_string(),
            name: stored.value.name.as_str().into(),
            time_zone: hours.zone().name().into(),
            weekly: WeekView::new(hours.week()),
            holidays: hours.holidays().iter().map(HolidayView::new).collect(),
            version: stored.version,
            updated_at: at.map(time),
            updated_by: by.map(String::from),
        }
    }
}

/// The days of the week, as a calendar names them.
pub const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl WeekView {
    fn new(week: &Week) -> Self {
        let [mon, tue, wed, thu, fri, sat, sun] = WEEKDAYS.map(|(_, day)| {
            let spans = week.on(day).spans().iter();
            spans
                .map(|span| [span.from().to_string(), span.to().to_string()])
                .collect()
        });
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

impl HolidayView {
    fn new(holiday: &Holiday) -> Self {
        let (from, to) = (holiday.from().to_string(), holiday.to().to_string());
        let (date, from, to) = if from == to {
            (Some(from), None, None)
        } else {
            (None, Some(from), Some(to))
        };
        Self {
            date,
            from,
            to,
            name: holiday.name().into(),
            yearly: holiday.is_yearly(),
        }
    }
}
