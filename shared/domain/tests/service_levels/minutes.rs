//! Calendars, and which of their minutes are open: asked of the calendar and of the zone, one by one.

use std::sync::{Arc, LazyLock};

use domain::parse_date;
use domain::{Calendar, Day, Holiday, Name, Pause, Span, TimeOfDay, Week, WorkingHours, Zone};
use jiff::{SignedDuration, Timestamp};

/// The first minute there is: the autumn changes of the clock follow.
const BASE: i64 = 1_789_862_400; // 2026-09-20T00:00:00Z
/// How many minutes there are: a year.
const LENGTH: i64 = 365 * 1_440;
const MS: i64 = 60_000;

type Hours = &'static [(&'static str, &'static str)];

/// Zone, hours from Monday to Friday, hours at the weekend, days off.
const CALENDARS: &[(&str, Hours, Hours, &[&str])] = &[
    (
        "Europe/Madrid",
        &[("09:00", "13:00"), ("14:00", "18:00")],
        &[],
        &["2026-10-12", "2026-12-25"],
    ),
    (
        "America/New_York",
        &[("08:30", "17:30")],
        &[("01:15", "02:45"), ("10:00", "12:00")],
        &["2026-11-26"],
    ),
    (
        "UTC",
        &[("00:00", "24:00")],
        &[("00:00", "24:00")],
        &["2026-10-01"],
    ),
    (
        "Africa/Cairo",
        &[("00:00", "06:00"), ("22:00", "24:00")],
        &[("22:00", "24:00")],
        &[],
    ),
    (
        "Australia/Lord_Howe",
        &[("01:00", "03:00"), ("08:00", "16:15")],
        &[("01:45", "02:30")],
        &[],
    ),
    (
        "Pacific/Chatham",
        &[("02:00", "04:00"), ("04:00", "11:07")],
        &[("00:00", "24:00")],
        &["2026-09-28"],
    ),
    (
        "Asia/Beirut",
        &[("00:00", "01:30"), ("10:00", "14:00"), ("23:15", "24:00")],
        &[("23:00", "23:59")],
        &[],
    ),
    (
        "America/Bogota",
        &[("07:59", "18:01")],
        &[],
        &["2026-11-02", "2026-11-16"],
    ),
];

/// How many calendars there are.
pub const MOST: usize = CALENDARS.len();

/// One of them, with its open minutes.
#[derive(Debug)]
pub struct Known {
    pub calendar: Arc<Calendar>,
    open: Vec<bool>,
}

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| CALENDARS.iter().map(known).collect());

/// The calendar of this number.
pub fn calendar(number: usize) -> &'static Known {
    &KNOWN[number]
}

/// A minute, counted from the first one.
pub fn minute(number: i64) -> Timestamp {
    Timestamp::from_second(BASE + number * 60).expect("this year or the next")
}

fn known((zone, weekdays, weekend, off): &(&str, Hours, Hours, &[&str])) -> Known {
    let day = |hours: Hours| {
        let time = |text| TimeOfDay::parse(text).expect("a time");
        let spans = hours
            .iter()
            .map(|(from, to)| Span::new(time(from), time(to)).expect("ascending"));
        Day::new(spans.collect()).expect("disjoint")
    };
    let days = [
        weekdays, weekdays, weekdays, weekdays, weekdays, weekend, weekend,
    ]
    .map(|hours| day(hours));
    let holiday = |date: &&str| {
        let date = parse_date(date).expect("a date");
        Holiday::new(date, date, "Fiesta".into(), false).expect("ascending")
    };
    let zone = Zone::parse(zone).expect("a zone");
    let week = Week::new(days).expect("open");
    let hours = WorkingHours::new(zone, week, off.iter().map(holiday).collect()).expect("few");
    let open = quarters(&hours).collect();
    let name = Name::parse("Calendar").expect("a name");
    let calendar = Arc::new(Calendar { name, hours });
    Known { calendar, open }
}

/// Minute by minute. No zone's clock is changed but at a quarter of an hour, these days: so often is it asked.
fn quarters(hours: &WorkingHours) -> impl Iterator<Item = bool> {
    (0..LENGTH / 15).flat_map(|quarter| {
        let clock = hours.zone().time_zone().to_datetime(minute(quarter * 15));
        let first = i32::from(clock.hour()) * 60 + i32::from(clock.minute());
        let spans = hours.on(clock.date());
        (first..first + 15).map(move |time| {
            let shown = |span: &Span| {
                i32::from(span.from().minutes()) <= time && time < i32::from(span.to().minutes())
            };
            spans.iter().any(shown)
        })
    })
}

/// Whether a minute counts: it is open, and in no pause.
fn counts(known: Option<&Known>, number: i64, pauses: &[Pause]) -> bool {
    let now = minute(number);
    let open = known.is_none_or(|known| known.open[usize::try_from(number).expect("a minute")]);
    open && !pauses
        .iter()
        .any(|pause| pause.from <= now && pause.to.is_none_or(|to| now < to))
}

/// The number of a minute.
pub fn number(at: Timestamp) -> i64 {
    (at.as_second() - BASE) / 60
}

/// How much counts from one minute to another.
pub fn count(
    known: Option<&Known>,
    from: Timestamp,
    to: Timestamp,
    pauses: &[Pause],
) -> SignedDuration {
    let counted = (number(from)..number(to)).filter(|number| counts(known, *number, pauses));
    SignedDuration::from_mins(i64::try_from(counted.count()).expect("a year at most"))
}

/// When so many milliseconds have counted, if they do this year.
pub fn reach(
    known: Option<&Known>,
    from: Timestamp,
    pauses: &[Pause],
    amount: i64,
) -> Option<Timestamp> {
    let mut counted = 0;
    for number in number(from)..LENGTH {
        if pauses
            .last()
            .is_some_and(|last| last.to.is_none() && last.from <= minute(number))
        {
            return None;
        }
        if counts(known, number, pauses) {
            if counted + MS >= amount {
                return Some(minute(number) + SignedDuration::from_millis(amount - counted));
            }
            counted += MS;
        }
    }
    None
}
