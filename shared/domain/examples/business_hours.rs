//! What a due time costs at its worst: twelve short openings a day, two hundred holidays, a zone that changes its offset twice
//! a year, and a target that is never due within the five years that are looked at.
//!
//! ```sh
//! cargo build --release -p domain --example business_hours
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/examples/business_hours 1000
//! ```
//!
//! The argument says how often it is computed; the difference between two runs is what that many more cost.

use domain::{Day, Holiday, Span, TimeOfDay, Week, WorkingHours, Zone, elapsed, reached};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

fn main() {
    let times = std::env::args().nth(1).and_then(|times| times.parse().ok());
    let hours = worst();
    let from: Timestamp = "2026-11-27T08:00:00Z".parse().expect("a time");
    let amount = SignedDuration::from_hours(24 * 366 * 30);
    let mut sum = SignedDuration::ZERO;
    for _ in 0..times.unwrap_or(1_u32) {
        let hours = std::hint::black_box(Some(&hours));
        assert_eq!(reached(hours, from, &[], amount), None);
        sum += elapsed(hours, from, from, &[]);
    }
    assert_eq!(sum, SignedDuration::ZERO);
}

/// The calendar that takes longest to walk.
fn worst() -> WorkingHours {
    let time = |minutes: u16| {
        TimeOfDay::parse(&format!("{:02}:{:02}", minutes / 60, minutes % 60)).expect("a time")
    };
    let openings = (0..12).map(|i| Span::new(time(i * 120), time(i * 120 + 25)).expect("a span"));
    let day = Day::new(openings.collect()).expect("a day");
    let week = Week::new(std::array::from_fn(|_| day.clone())).expect("a week");
    let holidays = (0..200_i32).map(|i| {
        let month = i8::try_from(i % 12 + 1).expect("a month");
        let date = Date::new(2027 + i16::try_from(i / 40).expect("five years"), month, 1);
        let date = date
            .expect("a date")
            .saturating_add(jiff::Span::new().days(i % 28));
        Holiday::new(date, date, "Holiday".into(), i % 2 == 0).expect("a holiday")
    });
    let zone = Zone::parse("Europe/Madrid").expect("a zone");
    WorkingHours::new(zone, week, holidays.collect()).expect("a calendar")
}
