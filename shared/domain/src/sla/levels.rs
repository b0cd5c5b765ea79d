//! A tenant's policies and calendars, and the terms a ticket is given.
//!
//! A ticket is given the first policy it matches, when it is opened and when something changes that filters look at
//! (its priority, category or tags). It keeps the version of the policy, and of the policy's calendar, that it was given:
//! what is changed later holds for those that are given it later.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::calendar::Calendar;
use super::elapsed::reached;
use super::policy::Policy;
use super::working::WorkingHours;
use crate::{
    CalendarId, Category, LevelRefusal, PolicyId, Principal, Priority, Settings, Tags, Ticket,
};

/// One version of something an admin sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// Which one.
    pub version: u32,
    /// What it says.
    pub value: Arc<T>,
}

/// Which policy a ticket has, and which calendar, in which versions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Given {
    /// The policy.
    pub policy: PolicyId,
    /// Its version; 0 for the one that is built in.
    pub version: u32,
    /// The policy's calendar, and its version.
    pub calendar: Option<(CalendarId, u32)>,
}

/// What was promised, and whose hours count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Where they come from.
    pub given: Given,
    /// The promise.
    pub policy: Arc<Policy>,
    /// Every hour counts when there is none.
    pub calendar: Option<Arc<Calendar>>,
}

impl Terms {
    /// The hours that count; every one, when there are none.
    pub fn hours(&self) -> Option<&WorkingHours> {
        self.calendar.as_ref().map(|calendar| &calendar.hours)
    }
}

/// What a policy's filter looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "each is the field of `Ticket` it is named after"
)]
pub struct Case<'a> {
    pub priority: Priority,
    pub category: Category,
    pub tags: &'a Tags,
    pub client: &'a Principal,
}

/// A tenant's policies, by position, and calendars. Without any, there is the policy that is built in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceLevels {
    policies: Vec<(PolicyId, Versioned<Policy>)>,
    calendars: BTreeMap<CalendarId, Versioned<Calendar>>,
}

impl ServiceLevels {
    /// Those a tenant has set, and the built-in policy after them, unless the tenant has set another of its name.
    pub fn new(
        policies: impl IntoIterator<Item = (PolicyId, Versioned<Policy>)>,
        calendars: BTreeMap<CalendarId, Versioned<Calendar>>,
    ) -> Self {
        let mut policies: Vec<_> = policies.into_iter().collect();
        policies.sort_by(|(one, a), (other, b)| {
            (a.value.position, one).cmp(&(b.value.position, other))
        });
        Self {
            policies,
            calendars,
        }
    }

    /// These calendars, with one policy and no other, not even the built-in one: for trying it.
    #[must_use]
    pub fn with_only(self, policy: Policy) -> Self {
        let tried = |value| Versioned {
            version: 0,
            value: Arc::new(value),
        };
        let nothing = Policy {
            enabled: false,
            ..Policy::built_in()
        };
        let policies = [
            (PolicyId::simulated(), tried(policy)),
            (PolicyId::built_in(), tried(nothing)),
        ];
        Self::new(policies, self.calendars)
    }

    /// What the tenant has set, by position.
    pub fn policies(&self) -> &[(PolicyId, Versioned<Policy>)] {
        &self.policies
    }

    /// The policy of this name, the built-in one included.
    pub fn policy(&self, id: &PolicyId) -> Option<Versioned<Policy>> {
        let set = self.policies.iter().find(|(set, _)| set == id);
        match set {
            Some((_, policy)) => Some(policy.clone()),
            None => (*id == PolicyId::built_in()).then(built_in),
        }
    }

    /// The tenant's calendars.
    pub fn calendars(&self) -> &BTreeMap<CalendarId, Versioned<Calendar>> {
        &self.calendars
    }

    fn users_of<'a>(&'a self, calendar: &'a CalendarId) -> impl Iterator<Item = &'a PolicyId> {
        let uses = move |policy: &Policy| policy.calendar_id.as_ref() == Some(calendar);
        self.policies
            .iter()
            .filter(move |(_, policy)| uses(&policy.value))
            .map(|(id, _)| id)
    }

    /// Whether the tenant may set this policy besides those it has.
    pub fn allow_policy(
        &self,
        id: &PolicyId,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<(), LevelRefusal> {
        let mut others = self.policies.iter().filter(|(other, _)| other != id);
        if let Some((other, _)) = others.find(|(_, other)| other.value.position == policy.position)
        {
            let by = other.clone();
            return Err(LevelRefusal::PositionTaken { by });
        }
        if let Some(calendar) = &policy.calendar_id
            && !self.calendars.contains_key(calendar)
        {
            let id = calendar.clone();
            return Err(LevelRefusal::NoCalendar { id });
        }
        let calendar = policy.calendar_id.as_ref();
        let calendar = calendar.and_then(|calendar| self.calendars.get(calendar));
        is_due_some_time(id, policy, calendar.map(|it| &it.value.hours), now)?;
        let is_new = self.policies.iter().all(|(other, _)| other != id);
        room(is_new, self.policies.len(), Policy::MOST)
    }

    /// Whether the tenant may set this calendar besides those it has.
    pub fn allow_calendar(
        &self,
        id: &CalendarId,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Result<(), LevelRefusal> {
        let users = self.policies.iter();
        for (user, policy) in users.filter(|(_, it)| it.value.calendar_id.as_ref() == Some(id)) {
            is_due_some_time(user, &policy.value, Some(&calendar.hours), now)?;
        }
        let is_new = !self.calendars.contains_key(id);
        room(is_new, self.calendars.len(), Calendar::MOST)
    }

    /// Whether the tenant may do without this calendar.
    pub fn release_calendar(&self, id: &CalendarId) -> Result<(), LevelRefusal> {
        let by: Vec<PolicyId> = self.users_of(id).cloned().collect();
        if by.is_empty() {
            Ok(())
        } else {
            Err(LevelRefusal::CalendarInUse { by })
        }
    }

    /// The terms of the first policy that is for such a ticket; none when none is.
    pub fn terms_for(&self, case: Case<'_>) -> Option<Terms> {
        let is_for = |policy: &Policy| policy.enabled && policy.filter.lets_through(case);
        let mut set = self.policies.iter();
        let first = set.find(|(_, policy)| is_for(&policy.value));
        if let Some((id, policy)) = first {
            return Some(self.terms(id.clone(), policy.clone()));
        }
        let id = PolicyId::built_in();
        let is_replaced = self.policies.iter().any(|(set, _)| *set == id);
        (!is_replaced).then(|| self.terms(id, built_in()))
    }

    /// The terms a ticket was given, when they are among these.
    pub fn terms_given(&self, given: &Given) -> Option<Terms> {
        let policy = self.policy(&given.policy)?;
        let terms = self.terms(given.policy.clone(), policy);
        (terms.given == *given).then_some(terms)
    }

    /// The terms a ticket has, when they are among these.
    pub fn terms_of(&self, ticket: &Ticket) -> Option<Terms> {
        self.terms_given(ticket.given.as_ref()?)
    }

    fn terms(&self, id: PolicyId, policy: Versioned<Policy>) -> Terms {
        let Versioned {
            version,
            value: policy,
        } = policy;
        let named = policy.calendar_id.as_ref();
        // One that a policy names cannot be deleted.
        let calendar = named.and_then(|id| Some((id.clone(), self.calendars.get(id)?)));
        Terms {
            given: Given {
                policy: id,
                version,
                calendar: calendar
                    .clone()
                    .map(|(id, calendar)| (id, calendar.version)),
            },
            policy,
            calendar: calendar.map(|(_, calendar)| Arc::clone(&calendar.value)),
        }
    }
}

/// Whether each of a policy's targets is due some time: when the longest is, so are the others.
fn is_due_some_time(
    id: &PolicyId,
    policy: &Policy,
    hours: Option<&WorkingHours>,
    now: Timestamp,
) -> Result<(), LevelRefusal> {
    let longest = policy.targets.iter().max_by_key(|(.., target)| *target);
    match longest {
        Some((priority, metric, target))
            if reached(hours, now, &[], target.duration()).is_none() =>
        {
            Err(LevelRefusal::NeverDue {
                policy: id.clone(),
                target: format!("targets.{priority}.{metric}"),
            })
        }
        Some(_) | None => Ok(()),
    }
}

fn room(is_new: bool, there_are: usize, most: usize) -> Result<(), LevelRefusal> {
    if is_new && there_are >= most {
        Err(LevelRefusal::TooMany { most })
    } else {
        Ok(())
    }
}

fn built_in() -> Versioned<Policy> {
    Versioned {
        version: 0,
        value: Arc::new(Policy::built_in()),
    }
}

/// What a decision goes by besides the ticket: what the tenant has set, and the terms the ticket was given.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// What the tenant has set.
    pub settings: &'a Settings,
    /// What the tenant promises.
    pub levels: &'a ServiceLevels,
    /// What this ticket was promised.
    pub terms: Option<&'a Terms>,
}
