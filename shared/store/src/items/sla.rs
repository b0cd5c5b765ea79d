//! A ticket's clocks on its head, and what an entry says of them. The names are short: they are on every head.

use domain::{
    CalendarId, Category, Clock, Clocks, Credit, End, Ending, Given, Mark, Metric, Pause, Period,
    PolicyId, Principal, Priority, Progress, Reckoned, Schedule,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::time;
use crate::error::Error;

/// Which policy and calendar a ticket has.
#[derive(Serialize, Deserialize)]
pub(crate) struct GivenItem {
    #[serde(rename = "p")]
    policy: PolicyId,
    #[serde(rename = "v")]
    version: u32,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    calendar: Option<(CalendarId, u32)>,
}

/// A ticket's clocks.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct ClocksItem {
    #[serde(rename = "c")]
    all: Vec<ClockItem>,
    #[serde(rename = "m", default, skip_serializing_if = "std::ops::Not::not")]
    missed_before: bool,
}

impl ClocksItem {
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

#[derive(Serialize, Deserialize)]
struct ClockItem {
    #[serde(rename = "k")]
    metric: Metric,
    #[serde(rename = "n", default = "one", skip_serializing_if = "is_one")]
    instance: u32,
    #[serde(rename = "s")]
    started_at: i64,
    /// From, to, from, to, …: an odd one out is a pause that goes on.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    pauses: Vec<i64>,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    end: Option<EndItem>,
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    target: Option<Period>,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    due_at: Option<i64>,
    /// Percent, time, progress.
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    marks: Vec<(u8, i64, u8)>,
}

#[derive(Serialize, Deserialize)]
struct EndItem {
    #[serde(rename = "a")]
    at: i64,
    #[serde(rename = "x", default, skip_serializing_if = "std::ops::Not::not")]
    cancelled: bool,
    /// Milliseconds.
    #[serde(rename = "l")]
    elapsed: i64,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    credit: Option<(Priority, Category, Option<Principal>)>,
}

fn one() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_one(instance: &u32) -> bool {
    *instance == 1
}

impl From<Given> for GivenItem {
    fn from(given: Given) -> Self {
        Self {
            policy: given.policy,
            version: given.version,
            calendar: given.calendar,
        }
    }
}

impl From<GivenItem> for Given {
    fn from(item: GivenItem) -> Self {
        Self {
            policy: item.policy,
            version: item.version,
            calendar: item.calendar,
        }
    }
}

impl From<&Clocks> for ClocksItem {
    fn from(clocks: &Clocks) -> Self {
        Self {
            all: clocks.all.iter().map(ClockItem::from).collect(),
            missed_before: clocks.missed_before,
        }
    }
}

impl ClocksItem {
    pub(crate) fn clocks(self) -> Result<Clocks, Error> {
        let all = self.all.into_iter().map(ClockItem::clock);
        Ok(Clocks {
            all: all.collect::<Result<_, _>>()?,
            missed_before: self.missed_before,
        })
    }
}

impl From<&Clock> for ClockItem {
    fn from(clock: &Clock) -> Self {
        let ends = |pause: &Pause| [Some(pause.from), pause.to];
        let pauses = clock.pauses.iter().flat_map(ends).flatten();
        let mark = |mark: &Mark| {
            let progress = match mark.progress {
                Progress::Ahead => 0,
                Progress::Passed => 1,
                Progress::Published => 2,
            };
            (mark.percent, mark.at.as_millisecond(), progress)
        };
        Self {
            metric: clock.metric,
            instance: clock.instance,
            started_at: clock.started_at.as_millisecond(),
            pauses: pauses.map(Timestamp::as_millisecond).collect(),
            end: clock.end.as_ref().map(EndItem::from),
            target: clock.target,
            due_at: clock.due_at.map(Timestamp::as_millisecond),
            marks: clock.marks.iter().map(mark).collect(),
        }
    }
}

impl ClockItem {
    fn clock(self) -> Result<Clock, Error> {
        let pause = |ends: &[i64]| -> Result<Pause, Error> {
            Ok(Pause {
                from: time(ends[0])?,
                to: ends.get(1).copied().map(time).transpose()?,
            })
        };
        let mark = |(percent, at, progress): (u8, i64, u8)| -> Result<Mark, Error> {
            let progress = match progress {
                0 => Progress::Ahead,
                1 => Progress::Passed,
                2 => Progress::Published,
                other => return Err(Error::Corrupt(format!("a mark's progress is {other}"))),
            };
            Ok(Mark {
                percent,
                at: time(at)?,
                progress,
            })
        };
        let pauses = self.pauses.chunks(2).map(pause);
        let marks = self.marks.into_iter().map(mark);
        Ok(Clock {
            metric: self.metric,
            instance: self.instance,
            started_at: time(self.started_at)?,
            pauses: pauses.collect::<Result<_, _>>()?,
            end: self.end.map(EndItem::end).transpose()?,
            target: self.target,
            due_at: self.due_at.map(time).transpose()?,
            marks: marks.collect::<Result<_, _>>()?,
        })
    }
}

impl From<&End> for EndItem {
    fn from(end: &End) -> Self {
        let credit = end.credit.clone();
        Self {
            at: end.at.as_millisecond(),
            cancelled: end.ending == Ending::Cancelled,
            elapsed: milliseconds(end.elapsed),
            credit: credit.map(|credit| (credit.priority, credit.category, credit.assigned_to)),
        }
    }
}

impl EndItem {
    fn end(self) -> Result<End, Error> {
        let credit = |(priority, category, assigned_to)| Credit {
            priority,
            category,
            assigned_to,
        };
        Ok(End {
            at: time(self.at)?,
            ending: if self.cancelled {
                Ending::Cancelled
            } else {
                Ending::Met
            },
            elapsed: SignedDuration::from_millis(self.elapsed),
            credit: self.credit.map(credit),
        })
    }
}

/// What was reckoned for an entry.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct ReckonedItem {
    /// There, and holding nothing, when the ticket is given no policy any more.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    given: Option<NewGivenItem>,
    #[serde(rename = "s", default, skip_serializing_if = "Vec::is_empty")]
    schedules: Vec<ScheduleItem>,
    /// Milliseconds.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    elapsed: Vec<(Metric, i64)>,
}

#[derive(Serialize, Deserialize)]
struct NewGivenItem {
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    given: Option<GivenItem>,
}

#[derive(Serialize, Deserialize)]
struct ScheduleItem {
    #[serde(rename = "k")]
    metric: Metric,
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    target: Option<Period>,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    due_at: Option<i64>,
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    marks: Vec<(u8, i64)>,
}

impl From<Reckoned> for ReckonedItem {
    fn from(reckoned: Reckoned) -> Self {
        let schedule = |schedule: Schedule| ScheduleItem {
            metric: schedule.metric,
            target: schedule.target,
            due_at: schedule.due_at.map(Timestamp::as_millisecond),
            marks: schedule
                .marks
                .into_iter()
                .map(|(percent, at)| (percent, at.as_millisecond()))
                .collect(),
        };
        let given = reckoned.given.map(|given| NewGivenItem {
            given: given.map(GivenItem::from),
        });
        let elapsed = reckoned.elapsed.into_iter();
        Self {
            given,
            schedules: reckoned.schedules.into_iter().map(schedule).collect(),
            elapsed: elapsed
                .map(|(metric, elapsed)| (metric, milliseconds(elapsed)))
                .collect(),
        }
    }
}

impl ReckonedItem {
    pub(crate) fn reckoned(self) -> Result<Reckoned, Error> {
        let mark = |(percent, at)| Ok::<_, Error>((percent, time(at)?));
        let schedule = |item: ScheduleItem| {
            let marks = item.marks.into_iter().map(mark);
            Ok::<_, Error>(Schedule {
                metric: item.metric,
                target: item.target,
                due_at: item.due_at.map(time).transpose()?,
                marks: marks.collect::<Result<_, _>>()?,
            })
        };
        let schedules = self.schedules.into_iter().map(schedule);
        let elapsed = self.elapsed.into_iter();
        Ok(Reckoned {
            given: self.given.map(|given| given.given.map(Given::from)),
            schedules: schedules.collect::<Result<_, _>>()?,
            elapsed: elapsed
                .map(|(metric, elapsed)| (metric, SignedDuration::from_millis(elapsed)))
                .collect(),
        })
    }
}

fn milliseconds(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
