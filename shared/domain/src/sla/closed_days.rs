//! The days that holidays close, laid out once so that a walk over years asks about each day in a few instructions.

use std::iter::Peekable;
use std::slice;

use jiff::civil::Date;

use super::holiday::Holiday;

/// How many days a year has with its 29th of February: each has a place of its own, in every year.
const PLACES: usize = 366;
/// Where the 29th of February is among them.
const LEAP_DAY: u16 = 59;

/// The days that a calendar's holidays close.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ClosedDays {
    /// By place in the year.
    yearly: [u64; PLACES.div_ceil(64)],
    /// First and last day, in order, without overlap: days since 1970.
    once: Vec<(i32, i32)>,
}

impl ClosedDays {
    pub(super) fn of(holidays: &[Holiday]) -> Self {
        let mut closed = Self::default();
        let mut once = Vec::new();
        for holiday in holidays {
            if holiday.is_yearly() {
                closed.close_yearly(place(holiday.from()), place(holiday.to()));
            } else {
                once.push((number(holiday.from()), number(holiday.to())));
            }
        }
        once.sort_unstable();
        for (first, last) in once {
            match closed.once.last_mut() {
                Some((_, end)) if first <= *end => *end = last.max(*end),
                Some(_) | None => closed.once.push((first, last)),
            }
        }
        closed
    }

    /// From one place in the year to another, over New Year if the second comes first.
    fn close_yearly(&mut self, from: u16, to: u16) {
        let last = u16::try_from(PLACES - 1).unwrap_or(u16::MAX);
        if from <= to {
            (from..=to).for_each(|place| self.close_place(place));
        } else {
            (0..=to)
                .chain(from..=last)
                .for_each(|place| self.close_place(place));
        }
    }

    fn close_place(&mut self, place: u16) {
        self.yearly[usize::from(place / 64)] |= 1 << (place % 64);
    }

    fn is_closed_yearly(&self, place: u16) -> bool {
        self.yearly[usize::from(place / 64)] & (1 << (place % 64)) != 0
    }

    /// The days from this one on.
    pub(super) fn days_from(&self, date: Date) -> Days<'_> {
        let number = number(date);
        // Those that have ended before it are of no interest.
        let first = self.once.partition_point(|(_, last)| *last < number);
        Days {
            closed: self,
            once: self.once[first..].iter().peekable(),
            next: Day {
                number,
                weekday: date.weekday().to_monday_zero_offset().unsigned_abs().into(),
                is_closed: false,
            },
            year: date.year(),
            place: place(date),
        }
    }
}

/// A day of a walk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    /// Days since 1970.
    pub(super) number: i32,
    /// 0 is Monday.
    pub(super) weekday: usize,
    /// Whether a holiday closes it.
    pub(super) is_closed: bool,
}

/// Days in a row, without end.
pub(super) struct Days<'a> {
    closed: &'a ClosedDays,
    once: Peekable<slice::Iter<'a, (i32, i32)>>,
    next: Day,
    year: i16,
    place: u16,
}

impl Days<'_> {
    /// Passes at most so many days, and none by whose end so many minutes have counted; `a_week` says how many each weekday
    /// has. Gives how many it has passed, and how many minutes of them count.
    pub(super) fn pass(&mut self, most: u64, a_week: [u64; 7], missing: u64) -> (u64, u64) {
        let mut minutes = 0;
        for passed in 0..most {
            let after = if self.is_closed() {
                minutes
            } else {
                minutes + a_week[self.next.weekday]
            };
            if after >= missing {
                return (passed, minutes);
            }
            minutes = after;
            self.step();
        }
        (most, minutes)
    }

    /// Whether a holiday closes the next day.
    fn is_closed(&mut self) -> bool {
        let number = self.next.number;
        if self.closed.is_closed_yearly(self.place) {
            return true;
        }
        while self.once.next_if(|(_, last)| *last < number).is_some() {}
        self.once.peek().is_some_and(|(first, _)| *first <= number)
    }

    fn step(&mut self) {
        self.next.number += 1;
        self.next.weekday = if self.next.weekday == 6 {
            0
        } else {
            self.next.weekday + 1
        };
        self.place += 1;
        if self.place == LEAP_DAY && !is_leap(self.year) {
            self.place += 1;
        }
        if usize::from(self.place) == PLACES {
            self.place = 0;
            self.year += 1;
        }
    }
}

impl Iterator for Days<'_> {
    type Item = Day;

    fn next(&mut self) -> Option<Day> {
        let is_closed = self.is_closed();
        let day = self.next;
        self.step();
        Some(Day { is_closed, ..day })
    }
}

fn is_leap(year: i16) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Where a date is in every year.
fn place(date: Date) -> u16 {
    let place = date.day_of_year().unsigned_abs() - 1;
    if place >= LEAP_DAY && !date.in_leap_year() {
        place + 1
    } else {
        place
    }
}

/// Days since 1970.
fn number(date: Date) -> i32 {
    let epoch = Date::constant(1970, 1, 1);
    let days = epoch.duration_until(date).as_hours() / 24;
    i32::try_from(days).expect("a date is within ten thousand years of 1970")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn a_walk_over_a_century_closes_the_days_that_each_holiday_covers() {
        let holiday = |from: &str, to: &str, yearly| {
            Holiday::new(date(from), date(to), "Holiday".into(), yearly).expect("a holiday")
        };
        let holidays = [
            holiday(
                "2026-12-24",
                "2026-01-06".replace("2026", "2027").as_str(),
                true,
            ),
            holiday("2024-02-29", "2024-02-29", true),
            holiday("2023-02-27", "2023-03-02", true),
            holiday("2028-05-01", "2028-05-03", false),
            holiday("2028-05-03", "2028-05-09", false),
            holiday("1999-01-01", "1999-12-31", false),
            holiday("2100-02-28", "2100-03-01", false),
        ];
        let closed = ClosedDays::of(&holidays);
        for start in ["1998-12-31", "2000-02-28", "2028-05-09", "2099-12-31"] {
            let mut expected = date(start);
            for day in closed.days_from(expected).take(36_525) {
                let covered = holidays.iter().any(|holiday| holiday.covers(expected));
                assert_eq!(day.is_closed, covered, "{expected}");
                assert_eq!(day.number, number(expected), "{expected}");
                let weekday = expected.weekday().to_monday_zero_offset();
                assert_eq!(day.weekday, usize::from(weekday.unsigned_abs()));
                expected = expected.tomorrow().expect("there is one");
            }
        }
    }
}
