//! A policy: which tickets it is for, how much time they may take, and what happens when they take more.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::clock::Metric;
use super::levels::Case;
use crate::{CalendarId, Category, Invalid, Name, Period, Principal, Priority};

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// What people call it.
    pub name: Name,
    /// Of the policies a ticket matches, it gets the first by position. No two of a tenant have the same.
    pub position: u32,
    /// One that is not is given to no ticket; tickets that have it keep it.
    pub enabled: bool,
    /// Which tickets it is for.
    pub filter: PolicyFilter,
    /// Whose hours count; every hour, when it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar_id: Option<CalendarId>,
    /// How much time may count.
    pub targets: Targets,
    /// When to warn.
    pub warn_at_percent: Warnings,
    /// What to do when a target is missed.
    pub on_breach: OnBreach,
}

/// Which tickets a policy is for. An empty set lets all through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicyFilter {
    /// Any of these categories.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub category: BTreeSet<Category>,
    /// Any of these priorities.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub priority: BTreeSet<Priority>,
    /// Any of these tags, however they are spelled.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// Any of these clients.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub client: BTreeSet<Principal>,
}

impl PolicyFilter {
    /// The most values one of its lists may have.
    pub const MOST: usize = 50;

    /// Whether it lets a ticket through.
    pub fn lets_through(&self, case: Case<'_>) -> bool {
        let Case {
            priority,
            category,
            tags,
            client,
        } = case;
        let any_tag = || tags.has_any_of(&self.tags);
        (self.category.is_empty() || self.category.contains(&category))
            && (self.priority.is_empty() || self.priority.contains(&priority))
            && (self.client.is_empty() || self.client.contains(client))
            && (self.tags.is_empty() || any_tag())
    }
}

/// How much time may count, by a ticket's priority and by what is measured. Nothing is promised where nothing is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Targets(BTreeMap<Priority, BTreeMap<Metric, Period>>);

impl Targets {
    /// The longest target: 366 days of 24 business hours.
    pub const LONGEST: Period = Period::days(366);

    /// Reads a target.
    pub fn parse(text: &str) -> Result<Period, Invalid> {
        let target = Period::parse(text)?;
        if target <= Self::LONGEST {
            Ok(target)
        } else {
            Err(Invalid::PeriodTooLong { max: Self::LONGEST })
        }
    }

    /// The target of a metric at a priority.
    pub fn get(&self, priority: Priority, metric: Metric) -> Option<Period> {
        self.0.get(&priority)?.get(&metric).copied()
    }

    /// Each: the priority, the metric, and how much.
    pub fn iter(&self) -> impl Iterator<Item = (Priority, Metric, Period)> {
        let of_a_priority = |(priority, promised): (&Priority, &BTreeMap<Metric, Period>)| {
            let priority = *priority;
            let promised = promised.clone().into_iter();
            promised.map(move |(metric, target)| (priority, metric, target))
        };
        self.0.iter().flat_map(of_a_priority)
    }

    /// Sets one.
    pub fn set(&mut self, priority: Priority, metric: Metric, target: Period) {
        self.0.entry(priority).or_default().insert(metric, target);
    }
}

/// The shares of a target at which to warn, in percent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Warnings(BTreeSet<u8>);

impl Warnings {
    /// The most there may be.
    pub const MAX: usize = 5;

    /// Those of a policy that says nothing: 75 %.
    pub fn usual() -> Self {
        Self([75].into())
    }

    /// Up to five different numbers from 1 to 99.
    pub fn parse(percents: impl IntoIterator<Item = u64>) -> Result<Self, Invalid> {
        let mut kept = BTreeSet::new();
        for percent in percents {
            let share = u8::try_from(percent).ok();
            let share = share.filter(|share| (1..100).contains(share));
            kept.insert(share.ok_or(Invalid::NoPercent)?);
        }
        if kept.len() > Self::MAX {
            return Err(Invalid::TooMany { max: Self::MAX });
        }
        Ok(Self(kept))
    }

    /// Each, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u8> {
        self.0.iter().copied()
    }
}

/// What happens to a ticket when a target of it is missed; once for each clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OnBreach {
    /// One step up, unless it is urgent already.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub raise_priority: bool,
    /// Somebody gets it, whoever has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign_to: Option<Principal>,
    /// One more tag; a ticket that has as many as it may have stays without it, and the entry says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_tag: Option<String>,
}

impl Policy {
    /// The most policies a tenant may have.
    pub const MOST: usize = 100;

    /// What holds for tickets that no policy of the tenant is for: every hour counts, and it warns at 75 %.
    pub fn built_in() -> Self {
        const HOUR: u32 = 3_600;
        const DAY: u32 = 24 * HOUR;
        let promises = [
            (Priority::Urgent, [HOUR, HOUR, 4 * HOUR]),
            (Priority::High, [4 * HOUR, 4 * HOUR, DAY]),
            (Priority::Medium, [8 * HOUR, 8 * HOUR, 3 * DAY]),
            (Priority::Low, [DAY, DAY, 7 * DAY]),
        ];
        let mut targets = Targets::default();
        for (priority, periods) in promises {
            for (metric, seconds) in Metric::ALL.iter().zip(periods) {
                targets.set(priority, *metric, Period::seconds(seconds));
            }
        }
        Self {
            name: Name::built_in(),
            position: u32::MAX,
            enabled: true,
            filter: PolicyFilter::default(),
            calendar_id: None,
            targets,
            warn_at_percent: Warnings::usual(),
            on_breach: OnBreach::default(),
        }
    }
}
