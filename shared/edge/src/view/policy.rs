//! Policies on the wire.

use domain::{Metric, OnBreach, PolicyFilter, Priority, Targets};
use serde::Serialize;
use store::StoredPolicy;
use utoipa::ToSchema;

use super::names::{CategoryName, PriorityName};
use super::time;

/// A policy.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SlaPolicy)]
pub struct PolicyView {
    /// As an admin has chosen it.
    #[serde(rename = "_id")]
    #[schema(example = "pol_gold")]
    pub id: String,
    /// What people call it.
    #[schema(example = "Gold")]
    pub name: String,
    /// A ticket gets the first policy it matches; `null` for the built-in one, which comes last.
    #[schema(required, example = 10)]
    pub position: Option<u32>,
    /// Whether it is given to tickets.
    pub enabled: bool,
    /// Which tickets it is for.
    pub filter: FilterView,
    /// Whose hours count; `null` when every hour does.
    #[schema(required, example = "cal_madrid")]
    pub calendar_id: Option<String>,
    /// How much time may count.
    #[schema(value_type = TargetsView)]
    pub targets: TargetsView,
    /// The shares of a target at which to warn.
    #[schema(example = json!([75]))]
    pub warn_at_percent: Vec<u8>,
    /// What to do when a target is missed.
    pub on_breach: OnBreachView,
    /// Whether it is the one that comes with the system.
    pub built_in: bool,
    /// Grows with every change of the tenant's policies and calendars; in quotes, its `ETag`.
    #[schema(example = 7)]
    pub version: u32,
    /// When it was last set.
    #[schema(required, format = DateTime)]
    pub updated_at: Option<String>,
    /// By whom.
    #[schema(required)]
    pub updated_by: Option<String>,
}

/// Which tickets a policy is for: those that have one value of each list that is given. A list without values is refused.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = SlaFilter)]
pub struct FilterView {
    /// Any of these categories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<CategoryName>, required = false, min_items = 1, max_items = 50)]
    pub category: Vec<&'static str>,
    /// Any of these priorities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<PriorityName>, required = false, min_items = 1, max_items = 50)]
    pub priority: Vec<&'static str>,
    /// Any of these tags, in any case and Unicode form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, required = false, min_items = 1, max_items = 50)]
    pub tags: Vec<String>,
    /// Any of these clients.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, required = false, min_items = 1, max_items = 50, example = json!(["cus_123"]))]
    pub client: Vec<String>,
}

/// How much time may count, by a ticket's priority. Nothing is promised where nothing is set.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = SlaTargets)]
pub struct TargetsView {
    /// For urgent tickets.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = PromiseView, required = false)]
    pub urgent: Option<PromiseView>,
    /// For tickets of high priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = PromiseView, required = false)]
    pub high: Option<PromiseView>,
    /// For tickets of medium priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = PromiseView, required = false)]
    pub medium: Option<PromiseView>,
    /// For tickets of low priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = PromiseView, required = false)]
    pub low: Option<PromiseView>,
}

/// What is promised at a priority: ISO 8601 durations without months and years, from `PT1S` to `P366D`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SlaPromise)]
pub struct PromiseView {
    /// Until an agent's first public message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "PT4H")]
    pub first_response: Option<String>,
    /// Until an answer to each later question.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "PT4H")]
    pub next_response: Option<String>,
    /// Until it is resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "P1D")]
    pub resolution: Option<String>,
}

/// What to do when a target is missed; once for each clock. A closed ticket is left as it is.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SlaOnBreach)]
pub struct OnBreachView {
    /// Raise the priority by a step; an urgent ticket stays urgent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = bool, required = false)]
    pub raise_priority: bool,
    /// Assign it to somebody.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "lead")]
    pub assign_to: Option<String>,
    /// Add a tag. A ticket that has 20 stays without it, and the entry that tells of the breach says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, max_length = 64, example = "sla-breached")]
    pub add_tag: Option<String>,
}

/// A policy or a calendar that was deleted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deleted)]
pub struct DeletedByIdView {
    /// Its id.
    #[serde(rename = "_id")]
    #[schema(example = "pol_gold")]
    pub id: String,
}

impl PolicyView {
    /// A policy as it is stored.
    pub fn new(stored: &StoredPolicy) -> Self {
        let policy = &stored.value;
        let (by, at) = stored.updated.clone().unzip();
        let built_in = stored.version == 0;
        Self {
            id: stored.id.to_string(),
            name: policy.name.as_str().into(),
            position: (!built_in).then_some(policy.position),
            enabled: policy.enabled,
            filter: FilterView::new(&policy.filter),
            calendar_id: policy.calendar_id.as_ref().map(ToString::to_string),
            targets: TargetsView::new(&policy.targets),
            warn_at_percent: policy.warn_at_percent.iter().collect(),
            on_breach: OnBreachView::new(&policy.on_breach),
            built_in,
            version: stored.version,
            updated_at: at.map(time),
            updated_by: by.map(String::from),
        }
    }
}

impl FilterView {
    fn new(filter: &PolicyFilter) -> Self {
        Self {
            category: filter
                .category
                .iter()
                .map(|category| category.name())
                .collect(),
            priority: filter
                .priority
                .iter()
                .map(|priority| priority.name())
                .collect(),
            tags: filter.tags.iter().cloned().collect(),
            client: filter.client.iter().map(ToString::to_string).collect(),
        }
    }
}

impl TargetsView {
    fn new(targets: &Targets) -> Self {
        let promise = |priority: Priority| {
            let target = |metric| Some(targets.get(priority, metric)?.to_string());
            let promise = PromiseView {
                first_response: target(Metric::FirstResponse),
                next_response: target(Metric::NextResponse),
                resolution: target(Metric::Resolution),
            };
            let any = |metric: &Metric| targets.get(priority, *metric).is_some();
            Metric::ALL.iter().any(any).then_some(promise)
        };
        Self {
            urgent: promise(Priority::Urgent),
            high: promise(Priority::High),
            medium: promise(Priority::Medium),
            low: promise(Priority::Low),
        }
    }
}

impl OnBreachView {
    fn new(on_breach: &OnBreach) -> Self {
        Self {
            raise_priority: on_breach.raise_priority,
            assign_to: on_breach.assign_to.as_ref().map(ToString::to_string),
            add_tag: on_breach.add_tag.clone(),
        }
    }
}
