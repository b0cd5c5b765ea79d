//! Random service levels: policies, calendars, and how they are changed in the course of a ticket's life.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{
    CalendarId, Category, Configuration, Given, Metric, Name, OnBreach, Period, Policy,
    PolicyFilter, PolicyId, Principal, Priority, ServiceLevels, Settings, Targets, Terms,
    Versioned, Warnings,
};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::minutes::{self, Known};

/// What a tenant has set at one time.
#[derive(Clone, Debug)]
pub struct Set {
    /// Which calendars its two are.
    pub calendars: [usize; 2],
    /// Its policies.
    pub policies: Vec<(PolicyId, Policy)>,
    /// What all that is to the domain.
    pub configuration: Configuration,
}

/// What it is about missed targets that a property can bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaches {
    /// Whatever a policy can do about them.
    Anything,
    /// Nothing that changes targets.
    Assignment,
    /// Nothing.
    Nothing,
}

const CALENDAR_IDS: [&str; 2] = ["cal_a", "cal_b"];
const POLICY_IDS: [&str; 5] = ["pol_a", "pol_b", "pol_c", "pol_d", "pol_default"];

/// One to four times what a tenant has set, each the next version of the one before.
pub fn any_sets(breaches: Breaches) -> impl Strategy<Value = Vec<Set>> {
    let calendars = prop::array::uniform2(0..minutes::MOST);
    let policies = (
        btree_set(select(&POLICY_IDS[..]), 0..=4),
        vec(any_policy(breaches), 4),
        Just([0, 1, 2, 3]).prop_shuffle(),
    );
    vec((calendars, policies, 1..=9_u32), 1..=4).prop_map(|drawn| {
        let versions = (1..).zip(drawn);
        let set = |(version, (calendars, (ids, policies, positions), days)): (
            u32,
            ([usize; 2], _, u32),
        )| {
            let (ids, policies, positions): (BTreeSet<&str>, Vec<Policy>, [u32; 4]) =
                (ids, policies, positions);
            let id = |id: &str| PolicyId::parse(id).expect("an id");
            let placed = policies
                .into_iter()
                .zip(positions)
                .map(|(policy, position)| Policy { position, ..policy });
            Set::new(
                version,
                calendars,
                ids.into_iter().map(id).zip(placed).collect(),
                Period::days(days),
            )
        };
        versions.map(set).collect()
    })
}

impl Set {
    fn new(
        version: u32,
        calendars: [usize; 2],
        policies: Vec<(PolicyId, Policy)>,
        patience: Period,
    ) -> Self {
        let known = calendars.map(|number| Arc::clone(&minutes::calendar(number).calendar));
        let named = CALENDAR_IDS.into_iter().zip(known);
        let by_id: BTreeMap<_, _> = named
            .map(|(id, value)| (calendar_id(id), Versioned { version, value }))
            .collect();
        let versioned = |(id, policy): (PolicyId, Policy)| {
            (
                id,
                Versioned {
                    version,
                    value: Arc::new(policy),
                },
            )
        };
        let levels = ServiceLevels::new(policies.clone().into_iter().map(versioned), by_id);
        let settings = Settings {
            auto_close_after: patience,
            ..Settings::default()
        };
        let configuration = Configuration { settings, levels };
        Self {
            calendars,
            policies,
            configuration,
        }
    }

    /// Technical tickets have the built-in targets, in hours that are closed at first: on a Sunday.
    pub fn closed_for_technical_ones() -> Self {
        let filter = PolicyFilter {
            category: [Category::Technical].into(),
            ..PolicyFilter::default()
        };
        let calendar_id = Some(calendar_id(CALENDAR_IDS[0]));
        let policy = Policy {
            position: 0,
            filter,
            calendar_id,
            ..Policy::built_in()
        };
        let id = PolicyId::parse(POLICY_IDS[0]).expect("an id");
        Self::new(1, [0, 0], vec![(id, policy)], Period::days(4))
    }

    /// The same, with one policy and no other.
    pub fn with_only(&self, policy: Policy) -> Self {
        let levels = self.configuration.levels.clone().with_only(policy);
        let settings = self.configuration.settings.clone();
        let configuration = Configuration { settings, levels };
        Self {
            configuration,
            ..self.clone()
        }
    }
}

/// The terms that were given, whenever that was.
pub fn terms(sets: &[Set], given: &Given) -> Option<Terms> {
    sets.iter()
        .find_map(|set| set.configuration.levels.terms_given(given))
}

/// The minutes of the calendar that was given, if one was.
pub fn known(sets: &[Set], given: Option<&Given>) -> Option<&'static Known> {
    let (id, version) = given?.calendar.as_ref()?;
    let which = CALENDAR_IDS.iter().position(|name| *name == id.as_str())?;
    let set = &sets[usize::try_from(*version).expect("a version") - 1];
    Some(minutes::calendar(set.calendars[which]))
}

fn calendar_id(id: &str) -> CalendarId {
    CalendarId::parse(id).expect("an id")
}

pub fn any_policy(breaches: Breaches) -> impl Strategy<Value = Policy> {
    let calendar = option::weighted(0.7, select(&CALENDAR_IDS[..]));
    let targets = vec(
        option::weighted(0.8, any_target()),
        Priority::ALL.len() * Metric::ALL.len(),
    );
    let warnings = btree_set(1..=99_u64, 0..=3);
    (
        any_filter(),
        calendar,
        targets,
        warnings,
        any_on_breach(breaches),
        prop::bool::weighted(0.9),
    )
        .prop_map(
            |(filter, calendar, periods, warnings, on_breach, enabled)| {
                let mut targets = Targets::default();
                let kinds = Priority::ALL
                    .iter()
                    .flat_map(|priority| Metric::ALL.iter().map(|metric| (*priority, *metric)));
                for ((priority, metric), period) in kinds.zip(periods) {
                    if let Some(period) = period {
                        targets.set(priority, metric, period);
                    }
                }
                Policy {
                    name: Name::parse("Policy").expect("a name"),
                    position: 0,
                    enabled,
                    filter,
                    calendar_id: calendar.map(calendar_id),
                    targets,
                    warn_at_percent: Warnings::parse(warnings).expect("few"),
                    on_breach,
                }
            },
        )
}

fn any_target() -> impl Strategy<Value = Period> {
    let minutes = prop_oneof![2 => 1..=30_u32, 3 => 30..=480_u32, 2 => 480..=2_880_u32, 1 => 2_880..=10_080_u32];
    minutes.prop_map(|minutes| Period::parse(&format!("PT{minutes}M")).expect("a period"))
}

fn any_filter() -> impl Strategy<Value = PolicyFilter> {
    let some = |max| 0..=max;
    (
        option::weighted(0.2, btree_set(select(Category::ALL), some(3_usize))),
        option::weighted(0.3, btree_set(select(Priority::ALL), some(3_usize))),
        option::weighted(
            0.2,
            btree_set(select(&["VIP", "api", "late"][..]), some(2_usize)),
        ),
        option::weighted(0.1, btree_set(select(&["ana", "ben"][..]), some(1_usize))),
    )
        .prop_map(|(category, priority, tags, client)| PolicyFilter {
            category: category.unwrap_or_default(),
            priority: priority.unwrap_or_default(),
            tags: tags
                .unwrap_or_default()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            client: client
                .unwrap_or_default()
                .into_iter()
                .map(principal)
                .collect(),
        })
}

fn any_on_breach(breaches: Breaches) -> impl Strategy<Value = OnBreach> {
    let assign = option::weighted(0.3, Just("gil"));
    let tag = option::weighted(0.3, Just("late"));
    (prop::bool::weighted(0.4), assign, tag).prop_map(move |(raise, assign, tag)| OnBreach {
        raise_priority: raise && breaches == Breaches::Anything,
        assign_to: assign
            .filter(|_| breaches != Breaches::Nothing)
            .map(principal),
        add_tag: tag
            .filter(|_| breaches == Breaches::Anything)
            .map(str::to_owned),
    })
}

pub fn principal(name: &str) -> Principal {
    Principal::parse(name).expect("a principal")
}
