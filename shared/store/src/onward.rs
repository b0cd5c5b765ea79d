//! Where a list goes on, as its cursor says it.
//!
//! A cursor can be read by those who carry it, so it names nothing its reader may not see. Where only a part of an index
//! is the reader's (a customer's tickets among its tenant's, by opening or due time), a page that ends at another's
//! ticket says no more than the whole second up to which it has looked. The next page looks at that second again, and
//! finds there what it must: whatever was shown comes before the last ticket that was shown.

use domain::{Actor, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::cursor::BadCursor;
use crate::filter::Plan;
use crate::patterns::{Position, Range, Sort};

/// A second, in the unit of stored times.
const SECOND: i64 = 1_000;

/// What a cursor of tickets holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Onward {
    at: i64,
    /// After this ticket of that time; without one, at the beginning of that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ticket: Option<TicketId>,
    /// Until when the list was complete as its walk began, in milliseconds since 1970.
    until: i64,
}

impl Onward {
    /// After a place in a list.
    pub(crate) fn after(place: Position, sort: Sort, until: Timestamp) -> Self {
        let is_of_none = place == Position::before_all_of(place.at, sort);
        Self {
            at: place.at,
            ticket: (!is_of_none).then_some(place.ticket),
            until: until.as_millisecond(),
        }
    }

    /// The place, in a list that could have it: a forged cursor can say anything.
    pub(crate) fn place(self, sort: Sort, plan: &Plan) -> Result<Position, BadCursor> {
        let place = match self.ticket {
            Some(ticket) => Position::new(self.at, ticket),
            None => Position::before_all_of(self.at, sort),
        };
        place
            .is_within(plan.window)
            .then_some(place)
            .ok_or(BadCursor)
    }

    /// Until when the list was complete as its walk began.
    pub(crate) fn complete_until(self) -> Result<Timestamp, BadCursor> {
        Timestamp::from_millisecond(self.until).map_err(|_| BadCursor)
    }
}

impl Position {
    /// Before every ticket of a time: an id that no ticket has.
    fn before_all_of(at: i64, sort: Sort) -> Self {
        let before_all = if sort.ascends() {
            Uuid::nil()
        } else {
            Uuid::max()
        };
        Self::new(at, before_all.into())
    }

    /// The place itself, or, where it may be at a ticket that its reader may not see, the beginning of the second it is in.
    pub(crate) fn as_told(self, sort: Sort, plan: &Plan, actor: &Actor) -> Self {
        let is_own = |range: &Range| matches!(range, Range::Client(_));
        if actor.own_tickets_only().is_none() || plan.ranges.iter().all(is_own) {
            return self;
        }
        let begins = self.at - self.at.rem_euclid(SECOND);
        let at = if sort.ascends() {
            begins
        } else {
            begins + SECOND - 1
        };
        Self::before_all_of(plan.window.nearest(at), sort)
    }
}

#[cfg(test)]
mod tests {
    use domain::{Principal, Role, Tenant};

    use super::*;
    use crate::filter::{TicketFilter, plan};
    use crate::window::Window;

    fn actor(role: Role) -> Actor {
        Actor {
            tenant: Tenant::parse("acme").expect("a tenant"),
            principal: Principal::parse("carla").expect("a principal"),
            role,
        }
    }

    fn place(at: i64) -> Position {
        let ticket = Uuid::from_u128(0x0193_5a7b_0000_7000_8000_0000_dead_beef);
        Position::new(at, ticket.into())
    }

    /// The cursor of a list that was looked at up to a place, in words.
    fn told(role: Role, sort: Sort, created: Window) -> String {
        let (actor, filter) = (
            actor(role),
            TicketFilter {
                created,
                ..TicketFilter::default()
            },
        );
        let plan = plan(&actor, &filter, sort);
        let told = place(123_456).as_told(sort, &plan, &actor);
        let onward = Onward::after(told, sort, Timestamp::UNIX_EPOCH);
        assert_eq!(onward.place(sort, &plan), Ok(told));
        serde_json::to_string(&onward).expect("plain data")
    }

    #[test]
    fn only_where_others_tickets_are_looked_at_is_a_ticket_left_out() {
        let always = Window::default();
        let named = r#"{"at":123456,"ticket":"tkt_01935a7b0000700080000000deadbeef","until":0}"#;
        for sort in [Sort::Updated, Sort::Created, Sort::Due] {
            assert_eq!(told(Role::Agent, sort, always), named);
        }
        assert_eq!(told(Role::Customer, Sort::Public, always), named);
        let told = |sort| told(Role::Customer, sort, always);
        assert_eq!(told(Sort::Created), r#"{"at":123999,"until":0}"#);
        assert_eq!(told(Sort::Due), r#"{"at":123000,"until":0}"#);
    }

    #[test]
    fn a_second_that_is_told_is_within_the_list() {
        let to = Timestamp::from_millisecond(123_500).expect("a time");
        let told = told(Role::Customer, Sort::Created, Window::new(None, Some(to)));
        assert_eq!(told, r#"{"at":123499,"until":0}"#);
    }

    #[test]
    fn whatever_is_told_comes_no_later_than_what_was_looked_at() {
        let customer = actor(Role::Customer);
        for sort in [Sort::Created, Sort::Due] {
            let plan = plan(&customer, &TicketFilter::default(), sort);
            for at in [-1_500, -1_000, -1, 0, 1, 999, 1_000, 1_763_866_800_123] {
                let told = place(at).as_told(sort, &plan, &customer);
                assert!(sort.precedes(told, place(at)), "{sort:?} {at}");
                assert!((told.at - at).abs() < SECOND);
            }
        }
    }
}
