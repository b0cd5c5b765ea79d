//! How much business time lies between two instants, and when so much will have passed.
//!
//! Both walk days, not the opening times of each: a whole day counts by its sum, and only the days at the edges of a
//! pause or of a change of the zone's offset, and the one in which an answer lies, are looked at more closely. Five years
//! are some forty thousand instructions, whatever the week and the holidays are.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::counted::Pause;
use super::hours::{Span, TimeOfDay};
use super::working::WorkingHours;

/// How far [`reached`] looks: five years, with their leap days.
pub const HORIZON: SignedDuration = SignedDuration::from_hours(24 * 1_827);

/// Nanoseconds: since 1970, or of a duration. Arithmetic in them is a few instructions where jiff's checks each step.
type Nanoseconds = i128;

const MINUTE: Nanoseconds = 60_000_000_000;
const DAY: Nanoseconds = 24 * 60 * MINUTE;

/// From one instant to another, without the latter.
#[derive(Clone, Copy)]
struct Part {
    from: Nanoseconds,
    to: Nanoseconds,
}

impl Part {
    fn length(self) -> Nanoseconds {
        self.to - self.from
    }
}

/// How much time between two instants counts.
pub fn elapsed(
    hours: Option<&WorkingHours>,
    from: Timestamp,
    to: Timestamp,
    pauses: &[Pause],
) -> SignedDuration {
    let counts = |part| match look_for(hours, part, Nanoseconds::MAX) {
        Found::At(_) => 0,
        Found::Only(counts) => counts,
    };
    SignedDuration::from_nanos_i128(unpaused(from, to, pauses).map(counts).sum())
}

/// The first instant at which so much time has counted; at closing time rather than on the next morning.
///
/// None if the last pause, still open, begins before that, or if it takes more than five years.
pub fn reached(
    hours: Option<&WorkingHours>,
    from: Timestamp,
    pauses: &[Pause],
    amount: SignedDuration,
) -> Option<Timestamp> {
    reached_each(hours, from, pauses, &[amount])[0]
}

/// When each of some amounts, in ascending order, has counted: one walk for all of them.
pub(super) fn reached_each(
    hours: Option<&WorkingHours>,
    from: Timestamp,
    pauses: &[Pause],
    amounts: &[SignedDuration],
) -> Vec<Option<Timestamp>> {
    let horizon = after(from, HORIZON);
    let mut at = Some(from);
    let mut counted = 0;
    let mut reach = |amount: &SignedDuration| {
        let missing = amount.as_nanos() - counted;
        if missing > 0 {
            counted += missing;
            at = at.and_then(|at| {
                let mut missing = missing;
                let found = unpaused(at, horizon, pauses).find_map(|part| {
                    match look_for(hours, part, missing) {
                        Found::At(at) => Some(at),
                        Found::Only(counts) => {
                            missing -= counts;
                            None
                        }
                    }
                });
                Timestamp::from_nanosecond(found?).ok()
            });
        }
        at
    };
    amounts.iter().map(&mut reach).collect()
}

/// The time between two instants without the pauses, in order.
fn unpaused(from: Timestamp, to: Timestamp, pauses: &[Pause]) -> impl Iterator<Item = Part> {
    let resumed = pauses
        .iter()
        .map(|pause| pause.to.unwrap_or(Timestamp::MAX));
    let begins = [from].into_iter().chain(resumed);
    let ends = pauses.iter().map(|pause| pause.from).chain([to]);
    begins
        .zip(ends)
        .map(move |(begin, end)| Part {
            from: begin.max(from).as_nanosecond(),
            to: end.min(to).as_nanosecond(),
        })
        .filter(|part| part.from < part.to)
}

/// What a look for an amount has found.
enum Found {
    /// It has counted then.
    At(Nanoseconds),
    /// No more than this counts.
    Only(Nanoseconds),
}

/// Looks for an amount in a time without pauses.
///
/// A zone's history is a row of stretches of constant offset. Within one, every day has 24 hours and a time of day is a
/// fixed distance from midnight. What reaches over the edge of the stretch is cut off there, so skipped and repeated hours,
/// whenever they are, need no rule of their own.
fn look_for(hours: Option<&WorkingHours>, time: Part, wanted: Nanoseconds) -> Found {
    let Some(hours) = hours else {
        return if wanted <= time.length() {
            Found::At(time.from + wanted)
        } else {
            Found::Only(time.length())
        };
    };
    let zone = hours.zone().time_zone();
    let mut counted = 0;
    let mut from = time.from;
    while from < time.to
        && let Ok(begin) = Timestamp::from_nanosecond(from)
    {
        let to = end_of_stretch(zone, begin).map_or(time.to, |end| end.min(time.to));
        match look_in_stretch(hours, begin, Part { from, to }, wanted - counted) {
            Found::Only(counts) => counted += counts,
            found @ Found::At(_) => return found,
        }
        from = to;
    }
    Found::Only(counted)
}

/// When the zone's offset next changes.
fn end_of_stretch(zone: &TimeZone, from: Timestamp) -> Option<Nanoseconds> {
    let change = zone.following(from).next()?;
    Some(change.timestamp().as_nanosecond())
}

/// Looks for an amount in a time of constant offset: in what is left of the first day, in the whole days after it by their
/// sums, and in a part of the last.
fn look_in_stretch(
    hours: &WorkingHours,
    begin: Timestamp,
    stretch: Part,
    wanted: Nanoseconds,
) -> Found {
    let clock: DateTime = hours.zone().time_zone().to_datetime(begin);
    // When the day began, or would have begun had the offset always been this one.
    let mut midnight = stretch.from - clock.start_of_day().duration_until(clock).as_nanos();
    let mut days = hours.closed_days().days_from(clock.date());
    let mut counted = 0;
    while midnight < stretch.to {
        let whole = (stretch.to - midnight) / DAY;
        if midnight >= stretch.from && whole > 0 {
            // Minutes, rounded up: the day in which the last of them lies is looked at more closely.
            let missing = (wanted - counted - 1) / MINUTE + 1;
            let (passed, minutes) = hours.pass_days(&mut days, whole, missing);
            midnight += passed * DAY;
            counted += minutes * MINUTE;
            if passed == whole {
                continue;
            }
        }
        let Some(day) = days.next() else {
            break;
        };
        for piece in pieces(hours.spans_on(day), midnight, stretch) {
            let missing = wanted - counted;
            if missing <= piece.length() {
                return Found::At(piece.from + missing);
            }
            counted += piece.length();
        }
        midnight += DAY;
    }
    Found::Only(counted)
}

/// The opening times of a day, as far as they lie in a stretch.
fn pieces(spans: &[Span], midnight: Nanoseconds, stretch: Part) -> impl Iterator<Item = Part> {
    let instant = move |time: TimeOfDay| midnight + Nanoseconds::from(time.minutes()) * MINUTE;
    spans.iter().filter_map(move |span| {
        let from = instant(span.from()).max(stretch.from);
        let to = instant(span.to()).min(stretch.to);
        (from < to).then_some(Part { from, to })
    })
}

/// An instant so much later, within what there is of time.
pub(super) fn after(instant: Timestamp, duration: SignedDuration) -> Timestamp {
    instant.saturating_add(duration).unwrap_or(Timestamp::MAX)
}
