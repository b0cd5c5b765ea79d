//! Working hours, held against exact examples, against a count of every minute, and against bad values.

#[path = "hours/brute_force.rs"]
mod brute_force;
#[path = "hours/case.rs"]
mod case;
#[path = "hours/clock_changes.rs"]
mod clock_changes;
#[path = "hours/closed_days.rs"]
mod closed_days;
#[path = "hours/values.rs"]
mod values;

use domain::Invalid;
use domain::{Day, Span, TimeOfDay, Week};
use domain::{Holiday, parse_date};
use domain::{Interval, Pause, counted, elapsed, reached};
use domain::{WorkingHours, Zone};
use jiff::{SignedDuration, Timestamp};

/// Eight hours in a day of two halves.
const HALVES: &str = "mon 09:00-13:00 14:00-18:00, tue 09:00-13:00 14:00-18:00, wed 09:00-13:00 14:00-18:00, \
    thu 09:00-13:00 14:00-18:00, fri 09:00-13:00 14:00-18:00";
/// Every minute.
const ALWAYS: &str = "mon 00:00-24:00, tue 00:00-24:00, wed 00:00-24:00, thu 00:00-24:00, fri 00:00-24:00, \
    sat 00:00-24:00, sun 00:00-24:00";

/// Working hours from texts: the days are those of `"mon 09:00-13:00 14:00-18:00, tue 09:00-13:00"`.
fn working(zone: &str, days: &str, holidays: Vec<Holiday>) -> WorkingHours {
    let mut week: [Vec<Span>; 7] = Default::default();
    for day in days.split(", ") {
        let (weekday, spans) = day.split_once(' ').expect("a day and its spans");
        let weekday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .iter()
            .position(|name| *name == weekday)
            .expect("a weekday");
        week[weekday] = spans.split(' ').map(span).collect();
    }
    let week = Week::new(week.map(|spans| Day::new(spans).expect("no overlap"))).expect("open");
    WorkingHours::new(Zone::parse(zone).expect(zone), week, holidays).expect("few holidays")
}

fn span(text: &str) -> Span {
    let (from, to) = text.split_once('-').expect("from-to");
    Span::new(time(from).expect(from), time(to).expect(to)).expect(text)
}

fn time(text: &str) -> Result<TimeOfDay, Invalid> {
    TimeOfDay::parse(text)
}

fn once(from: &str, to: &str) -> Holiday {
    holiday(from, to, false).expect("a holiday")
}

fn yearly(from: &str, to: &str) -> Holiday {
    holiday(from, to, true).expect("a holiday")
}

fn holiday(from: &str, to: &str, yearly: bool) -> Result<Holiday, Invalid> {
    Holiday::new(parse_date(from)?, parse_date(to)?, "Fiesta".into(), yearly)
}

/// An instant as people write it: `2026-03-29 01:00+01`.
fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

fn pause(from: &str, to: &str) -> Pause {
    let (from, to) = (at(from), Some(at(to)));
    Pause { from, to }
}

#[track_caller]
fn counts(hours: &WorkingHours, from: &str, to: &str, pauses: &[Pause], intervals: &[[&str; 2]]) {
    let expected: Vec<_> = intervals
        .iter()
        .map(|[from, to]| Interval {
            from: at(from),
            to: at(to),
        })
        .collect();
    let (from, to) = (at(from), at(to));
    let given: Vec<_> = counted(Some(hours), from, to, pauses).collect();
    assert_eq!(given, expected);
}

#[track_caller]
fn lasts(hours: &WorkingHours, from: &str, to: &str, expected: i64) {
    let elapsed = elapsed(Some(hours), at(from), at(to), &[]);
    assert_eq!(elapsed, minutes(expected));
}

#[track_caller]
fn ends(hours: &WorkingHours, from: &str, amount: SignedDuration, expected: Option<&str>) {
    let reached = reached(Some(hours), at(from), &[], amount);
    assert_eq!(reached, expected.map(at));
}
