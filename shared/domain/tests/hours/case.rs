//! Random working hours around the changes of many zones, and a count of every minute of them.

use std::collections::BTreeSet;

use domain::{Day, Span, Week};
use domain::{Holiday, parse_date};
use domain::{Interval, Pause, elapsed};
use domain::{WorkingHours, Zone};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use proptest::sample::select;

use super::time;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Zones, and days near which something happens in them.
const CHANGES: &[(&str, &str)] = &[
    ("Europe/Madrid", "2026-03-29"),
    ("Europe/Madrid", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("America/Bogota", "2026-12-31"),       // New Year
    ("UTC", "2024-02-29"),                  // a leap day
    ("America/Sao_Paulo", "2018-11-04"),    // 00:00 → 01:00
    ("America/Sao_Paulo", "2019-02-17"),    // 24:00 → 23:00
    ("Africa/Cairo", "2026-04-24"),         // 00:00 → 01:00
    ("Africa/Cairo", "2026-10-30"),         // 24:00 → 23:00
    ("Asia/Beirut", "2026-03-29"),          // 00:00 → 01:00
    ("Asia/Beirut", "2026-10-25"),          // 24:00 → 23:00
    ("America/Asuncion", "2024-03-24"),     // 24:00 → 23:00
    ("America/Asuncion", "2024-10-06"),     // 00:00 → 01:00, the last
    ("Pacific/Apia", "2011-12-30"),         // no such day
    ("Pacific/Kwajalein", "1993-08-21"),    // no such day
    ("Pacific/Kwajalein", "1969-10-01"),    // a day twice
    ("Australia/Lord_Howe", "2026-04-05"),  // half an hour
    ("Australia/Lord_Howe", "2026-10-04"),  // half an hour
    ("Pacific/Chatham", "2026-04-05"),      // 12:45, 13:45
    ("Asia/Kolkata", "2026-01-01"),         // 5:30
    ("Asia/Kathmandu", "2026-12-25"),       // 5:45
    ("Africa/Casablanca", "2026-02-15"),    // Ramadan
    ("Antarctica/Troll", "2026-03-29"),     // two hours
    ("America/Scoresbysund", "2024-03-31"), // another zone and summer at once
];

/// Working hours and the instants asked about, on whole minutes.
#[derive(Debug)]
pub struct Case {
    pub hours: WorkingHours,
    pub from: Timestamp,
    pub to: Timestamp,
    pub pauses: Vec<Pause>,
}

fn any_day() -> impl Strategy<Value = Day> {
    let minute = prop_oneof![
        Just(0_u16),
        Just(1_440),
        0_u16..=240,
        1_200_u16..=1_440,
        0_u16..=1_440
    ];
    let points = prop::collection::btree_set(minute, 0..8);
    (points, any::<bool>()).prop_map(|(points, touching)| {
        let text = |minutes: &u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let times: Vec<_> = points
            .iter()
            .map(|point| time(&text(point)).expect("a time"))
            .collect();
        let pairs: Vec<_> = if touching {
            times.windows(2).collect()
        } else {
            times.chunks_exact(2).collect()
        };
        let spans = pairs
            .iter()
            .map(|pair| Span::new(pair[0], pair[1]).expect("ascending"));
        Day::new(spans.collect()).expect("disjoint")
    })
}

fn any_holiday(near: Date) -> impl Strategy<Value = Holiday> {
    (-12_i64..12, 0_i64..4, any::<bool>(), -3_i64..3).prop_map(
        move |(start, length, yearly, years)| {
            let years = if yearly { years } else { 0 };
            let from = near + start.days() + years.years();
            Holiday::new(from, from + length.days(), "Fiesta".into(), yearly).expect("ascending")
        },
    )
}

pub fn any_case() -> impl Strategy<Value = Case> {
    let days = prop_oneof![3 => 0_i64..3, 1 => 0_i64..20];
    (select(CHANGES), days).prop_flat_map(|((zone, near), days)| {
        let near = parse_date(near).expect("a date");
        let zone = Zone::parse(zone).expect("a zone");
        let midnight = near
            .to_zoned_datetime(zone.time_zone().clone())
            .expect("in range");
        let minute = midnight.timestamp().as_second().div_euclid(60);
        let week =
            prop::array::uniform7(any_day()).prop_filter_map("closed", |days| Week::new(days).ok());
        let minutes = 0..=(days + 1) * 1_440;
        (
            week,
            prop::collection::vec(any_holiday(near), 0..4),
            0..=(days + 1) * 1_440,
            minutes.clone(),
            prop::collection::btree_set(-1_440..=(days + 2) * 1_440, 0..6),
        )
            .prop_map(move |(week, holidays, before, length, points)| {
                let start = minute - before;
                let at =
                    |offset: i64| Timestamp::from_second((start + offset) * 60).expect("in range");
                let points: Vec<_> = points.into_iter().map(at).collect();
                let pause = |pair: &[Timestamp]| Pause {
                    from: pair[0],
                    to: pair.get(1).copied(),
                };
                Case {
                    hours: WorkingHours::new(zone.clone(), week, holidays).expect("few"),
                    from: at(0),
                    to: at(length),
                    pauses: points.chunks(2).map(pause).collect(),
                }
            })
    })
}

impl Case {
    /// The definition: what the wall clock shows is open, and there is no pause.
    fn counts(&self, closed: &BTreeSet<Closed>, instant: Timestamp) -> bool {
        let clock = instant.to_zoned_datetime(self.hours.zone().time_zone().clone());
        let date = clock.date();
        let yearly = Closed::Yearly(date.month(), date.day());
        if closed.contains(&Closed::Once(date)) || closed.contains(&yearly) {
            return false;
        }
        let minute = i32::from(clock.hour()) * 60 + i32::from(clock.minute());
        let open = |span: &Span| {
            i32::from(span.from().minutes()) <= minute && minute < i32::from(span.to().minutes())
        };
        let paused =
            |pause: &Pause| pause.from <= instant && pause.to.is_none_or(|end| instant < end);
        self.hours
            .week()
            .on(clock.weekday())
            .spans()
            .iter()
            .any(open)
            && !self.pauses.iter().any(paused)
    }

    /// Day by day, what the holidays close.
    fn closed(&self) -> BTreeSet<Closed> {
        let mut closed = BTreeSet::new();
        for holiday in self.hours.holidays() {
            let days = holiday.from().series(1.day());
            let days: Vec<_> = days.take_while(|date| *date <= holiday.to()).collect();
            if holiday.is_yearly() {
                closed.extend(every_year(&days).map(|(month, day)| Closed::Yearly(month, day)));
            } else {
                closed.extend(days.into_iter().map(Closed::Once));
            }
        }
        closed
    }

    /// The intervals, minute by minute.
    pub fn brute_force(&self) -> Vec<Interval> {
        let closed = self.closed();
        let mut intervals: Vec<Interval> = Vec::new();
        let mut minute = self.from;
        while minute < self.to {
            let next = minute + MINUTE;
            if self.counts(&closed, minute) {
                match intervals.last_mut().filter(|last| last.to == minute) {
                    Some(last) => last.to = next,
                    None => intervals.push(Interval {
                        from: minute,
                        to: next,
                    }),
                }
            }
            minute = next;
        }
        intervals
    }

    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        elapsed(Some(&self.hours), from, to, &self.pauses)
    }
}

/// The months and days from the first to the last, by the calendars of a leap year and of two others: from the 28th of
/// February to the 1st of March there may be a day more than in the year given.
fn every_year(days: &[Date]) -> impl Iterator<Item = (i8, i8)> {
    let written = |date: Date| (date.month(), date.day());
    let (first, last) = (written(days[0]), written(days[days.len() - 1]));
    let longest = days.len() + 1;
    [2023, 2024, 2025].into_iter().flat_map(move |year| {
        let start = Date::new(year, first.0, first.1).ok();
        let days = start
            .into_iter()
            .flat_map(|start| start.series(1.day()).take(longest));
        let days: Vec<_> = days.map(written).collect();
        let end = days.iter().position(|day| *day == last);
        let length = end.map_or(0, |end| end + 1);
        days.into_iter().take(length)
    })
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Closed {
    Once(Date),
    Yearly(i8, i8),
}
