//! Service levels: what a tenant promises, and the clocks that say whether a ticket has kept it. Contract §5.
//!
//! ```text
//! calendar.rs  a calendar: its name and its hours            working.rs  a week's hours in a zone, but for holidays
//! hours.rs     the hours of a week                           holiday.rs  days on which nobody works
//! policy.rs    a policy: which tickets, which targets        counted.rs  how much of a time counts
//! levels.rs    a tenant's policies, and the terms a ticket is given
//! clock.rs     one clock, and how it turns                   clocks.rs   a ticket's, and what an entry does to them
//! terms.rs     what a write reckons with its terms: the only place where hours meet clocks
//! outcome.rs   what a write adds to the reports              report.rs   what the reports say
//! explain.rs   why clocks stand as they do, from the thread  history.rs  one clock's history
//! simulate.rs  a thread again, under other terms             story.rs    a thread that never was
//! ```
//!
//! **Clocks are arithmetic over the thread.** An entry turns them by being what it is (`clocks.rs`); what has to be
//! reckoned with working hours (a due time, how much has elapsed) is reckoned once, when the entry is made, and is in
//! the entry ([`Reckoned`]). So the fold of a thread needs no policy and no calendar, a ticket keeps the terms it was
//! given, and a clock can be explained for ever.
//!
//! **Time passes marks.** A clock has marks ahead: its warnings, and its target. A mark is *passed* when its time has
//! come while the clock ran; that is decided by timestamps, whoever looks and however late. It is *published* by an
//! entry, once, which is what the scheduled check is for.

mod calendar;
mod clock;
mod clocks;
mod closed_days;
mod counted;
mod elapsed;
mod explain;
mod history;
mod holiday;
mod hours;
mod levels;
mod outcome;
mod policy;
mod report;
mod simulate;
mod story;
mod terms;
mod working;

pub use calendar::Calendar;
pub use clock::{Clock, ClockState, Credit, End, Ending, Mark, Metric, Progress};
pub use clocks::Clocks;
pub(crate) use clocks::Happening;
pub use counted::{Interval, Pause, counted};
pub use elapsed::{elapsed, reached};
pub use explain::{Explained, Explanation, Moment, Turn};
pub use holiday::{Holiday, parse_date};
pub use hours::{Day, Span, TimeOfDay, Week};
pub use levels::{Case, Given, Rules, ServiceLevels, Terms, Versioned};
pub use outcome::{Bucket, Count, Outcome, outcomes};
pub use policy::{OnBreach, Policy, PolicyFilter, Targets, Warnings};
pub use report::{Histogram, Measured};
pub use simulate::{Simulation, simulate};
pub use story::{Impossible, Told, retell};
pub use terms::{Reckoned, Schedule};
pub use working::{WorkingHours, Zone};
