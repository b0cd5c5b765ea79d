//! The time that counts, piece by piece: working time, without the pauses. It is what an explanation shows; sums and due
//! times are found by `elapsed.rs`, which looks at days.
//!
//! A zone's history is a row of stretches of constant offset. Within one, every day has 24 hours and a time of day is a
//! fixed distance from midnight, so that days and their spans become instants by addition; what reaches over the edge of
//! the stretch is cut off there. Skipped and repeated hours, whenever they are, need no rule of their own.

use std::iter;
use std::slice;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::elapsed::after;
use super::hours::Span;
use super::working::WorkingHours;

/// The time from one instant to another, without the latter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Its first instant.
    pub from: Timestamp,
    /// When it is over.
    pub to: Timestamp,
}

/// A time in which nothing counts. Pauses are given in order and without overlap; only the last may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pause {
    /// Its first instant.
    pub from: Timestamp,
    /// When it is over; nothing if it still lasts.
    pub to: Option<Timestamp>,
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The longest intervals between two instants that count: in working hours (at all times, if there are none), and in no
/// pause. They come in order and do not touch each other; a night shift that two days share is one.
pub fn counted(
    hours: Option<&WorkingHours>,
    from: Timestamp,
    to: Timestamp,
    pauses: &[Pause],
) -> impl Iterator<Item = Interval> {
    let mut pieces = pieces(hours, from, to, pauses).peekable();
    iter::from_fn(move || {
        let mut whole = pieces.next()?;
        while let Some(more) = pieces.next_if(|piece| piece.from == whole.to) {
            whole.to = more.to;
        }
        Some(whole)
    })
}

/// What [`counted`] gives, cut at midnights, at changes of the offset, and where spans touch.
fn pieces(
    hours: Option<&WorkingHours>,
    from: Timestamp,
    to: Timestamp,
    pauses: &[Pause],
) -> impl Iterator<Item = Interval> {
    // Nothing counts after an open pause has begun.
    let open = pauses.last().filter(|pause| pause.to.is_none());
    let to = open.map_or(to, |pause| pause.from.min(to));

    let always = Interval { from, to };
    let always = (hours.is_none() && from < to).then_some(always);
    let working = hours.map(|hours| Working::new(hours, from, to));
    Unpaused {
        pieces: always.into_iter().chain(working.into_iter().flatten()),
        pauses,
        rest: None,
    }
}

/// The working time between two instants.
struct Working<'a> {
    hours: &'a WorkingHours,
    to: Timestamp,
    /// The part of the present stretch of constant offset that lies between the two.
    stretch: Interval,
    /// The present day, as the wall clock shows it.
    date: Date,
    /// When it began, or would have begun had the offset always been the stretch's.
    midnight: Timestamp,
    /// What is left of its opening times.
    spans: slice::Iter<'a, Span>,
}

impl<'a> Working<'a> {
    fn new(hours: &'a WorkingHours, from: Timestamp, to: Timestamp) -> Self {
        let zone = hours.zone().time_zone();
        let change = zone.following(from).next();
        let end = change.map_or(to, |change| change.timestamp().min(to));
        let clock = zone.to_datetime(from);
        let past_midnight = clock.start_of_day().duration_until(clock);
        Self {
            hours,
            to,
            stretch: Interval { from, to: end },
            date: clock.date(),
            midnight: after(from, -past_midnight),
            spans: hours.on(clock.date()).iter(),
        }
    }

    /// The part of the span that lies in the stretch, if any does.
    fn within(&self, span: Span) -> Option<Interval> {
        let from = after(self.midnight, span.from().since_midnight()).max(self.stretch.from);
        let to = after(self.midnight, span.to().since_midnight()).min(self.stretch.to);
        (from < to).then_some(Interval { from, to })
    }

    /// Goes to the next day, or to the next stretch, which may begin with the same day or another.
    fn proceed(&mut self) -> Option<()> {
        let tomorrow = after(self.midnight, DAY);
        if tomorrow < self.stretch.to {
            self.midnight = tomorrow;
            self.date = self.date.tomorrow().ok()?;
            self.spans = self.hours.on(self.date).iter();
        } else if self.stretch.to < self.to {
            *self = Self::new(self.hours, self.stretch.to, self.to);
        } else {
            return None;
        }
        Some(())
    }
}

impl Iterator for Working<'_> {
    type Item = Interval;

    fn next(&mut self) -> Option<Interval> {
        loop {
            while let Some(span) = self.spans.next() {
                let piece = self.within(*span);
                if piece.is_some() {
                    return piece;
                }
            }
            self.proceed()?;
        }
    }
}

/// Intervals, in order, without the pauses.
struct Unpaused<'a, Pieces> {
    pieces: Pieces,
    /// Those that may still matter.
    pauses: &'a [Pause],
    /// What the last pause left of the interval it began in.
    rest: Option<Interval>,
}

impl<Pieces: Iterator<Item = Interval>> Iterator for Unpaused<'_, Pieces> {
    type Item = Interval;

    fn next(&mut self) -> Option<Interval> {
        loop {
            let Interval { from, to } = self.rest.take().or_else(|| self.pieces.next())?;
            let over = |pause: &&Pause| pause.to.is_some_and(|end| end <= from);
            let past = self.pauses.iter().take_while(over).count();
            self.pauses = self.pauses.get(past..).unwrap_or_default();

            let Some(pause) = self.pauses.first().filter(|pause| pause.from < to) else {
                return Some(Interval { from, to });
            };
            let resumed = pause.to.filter(|end| *end < to);
            self.rest = resumed.map(|from| Interval { from, to });
            if from < pause.from {
                let to = pause.from;
                return Some(Interval { from, to });
            }
        }
    }
}
