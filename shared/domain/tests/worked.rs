//! Worked examples of the service-level clocks: what is promised, what happens when, and what the clocks then say, with
//! the arithmetic beside it. Contract §5.
//!
//! Each example is told as a [`story::Story`]: in civil times of one zone, in 2026 unless said otherwise, through the
//! functions that write real tickets. Wherever it says what `is`, the whole answer is compared: where the ticket stands
//! and when it is next due, its clocks, and everything that was published. Then what holds for every thread is held
//! against it, too (`worked/always.rs`).

#[path = "worked/always.rs"]
mod always;
#[path = "worked/answers.rs"]
mod answers;
#[path = "worked/breaches.rs"]
mod breaches;
#[path = "worked/clock_changes.rs"]
mod clock_changes;
#[path = "worked/endings.rs"]
mod endings;
#[path = "worked/hours.rs"]
mod hours;
#[path = "worked/pauses.rs"]
mod pauses;
#[path = "worked/people.rs"]
mod people;
#[path = "worked/policies.rs"]
mod policies;
#[path = "worked/priorities.rs"]
mod priorities;
#[path = "worked/promise.rs"]
mod promise;
#[path = "worked/reopening.rs"]
mod reopening;
#[path = "worked/story.rs"]
mod story;
#[path = "worked/sweeps.rs"]
mod sweeps;
#[path = "worked/telling.rs"]
mod telling;
#[path = "worked/tenant.rs"]
mod tenant;
#[path = "worked/unpromised.rs"]
mod unpromised;
#[path = "worked/versions.rs"]
mod versions;

/// A zone with summer time.
const MADRID: &str = "Europe/Madrid";
/// Another, which changes on other days.
const NEW_YORK: &str = "America/New_York";
/// One without.
const BOGOTA: &str = "America/Bogota";

/// Eight hours a day, with a break at noon.
const HALVES: &str = "mon-fri 09:00-13:00 14:00-18:00";
/// Every night from Monday to Saturday morning, in two days.
const NIGHTS: &str = "mon 22:00-24:00, tue-fri 00:00-06:00 22:00-24:00, sat 00:00-06:00";
/// Every minute.
const ALWAYS: &str = "mon-sun 00:00-24:00";
