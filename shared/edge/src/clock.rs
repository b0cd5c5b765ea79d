//! Time, and ids made at a time. The domain has neither; a handler asks for [`Now`].

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use domain::{EntryId, Stamp};
use jiff::{Timestamp, TimestampRound, Unit};
use uuid::{ContextV7, Uuid};

/// Where the time comes from: the system, or a clock that can be moved. It tells what the time was so much real time ago.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn(Duration) -> Timestamp + Send + Sync>);

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::from_fn(Timestamp::now)
    }

    /// A clock of one's own, which is not moved.
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self::that_moves(move |ago| {
            let now = now();
            now.checked_sub(ago).unwrap_or(now)
        })
    }

    /// A clock of one's own: what its time was so much real time ago. It never goes back.
    pub fn that_moves(time: impl Fn(Duration) -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(time))
    }

    /// The time, to the millisecond: what the API shows and the table keeps.
    pub fn now(&self) -> Timestamp {
        self.ago(Duration::ZERO)
    }

    /// The time before which nothing that is written can appear any more: what was written before is in every list.
    pub fn settled(&self) -> Timestamp {
        self.ago(store::SETTLED_AFTER)
    }

    fn ago(&self, ago: Duration) -> Timestamp {
        let time = (self.0)(ago);
        time.round(
            TimestampRound::new()
                .smallest(Unit::Millisecond)
                .mode(jiff::RoundMode::Trunc),
        )
        .unwrap_or(time)
    }
}

/// The time of a request.
#[derive(Clone, Copy, Debug)]
pub struct Now(pub Timestamp);

impl Now {
    /// A new id, sorted by this time.
    pub fn mint<Id: From<Uuid>>(self) -> Id {
        let milliseconds = self.0.as_millisecond().unsigned_abs();
        let nanoseconds = u32::try_from(milliseconds % 1_000 * 1_000_000).unwrap_or_default();
        Uuid::new_v7(uuid::Timestamp::from_unix(
            ContextV7::new(),
            milliseconds / 1_000,
            nanoseconds,
        ))
        .into()
    }

    /// The name and time of an entry about to be made.
    pub fn stamp(self) -> Stamp {
        Stamp {
            id: self.mint::<EntryId>(),
            now: self.0,
        }
    }
}

impl<S> FromRequestParts<S> for Now
where
    S: Send + Sync,
    Clock: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self(Clock::from_ref(state).now()))
    }
}

#[cfg(test)]
mod tests {
    use domain::TicketId;

    use super::*;

    #[test]
    fn ids_sort_by_their_time_and_differ_within_it() {
        let at = |milliseconds| Now(Timestamp::from_millisecond(milliseconds).expect("a time"));
        let (early, late): (TicketId, TicketId) =
            (at(1_763_866_800_123).mint(), at(1_763_866_800_124).mint());
        assert!(early < late);
        assert!(early.to_string() < late.to_string());
        assert_ne!(early, at(1_763_866_800_123).mint());
    }

    #[test]
    fn what_was_written_a_quarter_of_a_minute_ago_is_settled() {
        let clock = Clock::from_fn(|| Timestamp::new(100, 5_999_999).expect("a time"));
        assert_eq!(clock.settled().as_millisecond(), 85_005);
    }

    #[test]
    fn a_clock_shows_whole_milliseconds() {
        let clock = Clock::from_fn(|| Timestamp::new(1, 234_999_999).expect("a time"));
        assert_eq!(
            clock.now(),
            Timestamp::from_millisecond(1_234).expect("a time")
        );
    }
}
