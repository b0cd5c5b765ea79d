//! A policy as a body spells it.

use std::collections::BTreeSet;

use domain::{
    CalendarId, Category, Invalid, Metric, Name, OnBreach, Policy, PolicyFilter, Principal,
    Priority, Tags, Targets, Warnings,
};
use edge::view::{FilterView, OnBreachView, TargetsView};
use edge::{Form, Text};
use utoipa::ToSchema;

/// The largest position a policy can have.
const LAST_POSITION: u64 = 1_000_000;
/// Names that stand for somebody else in requests.
const NOBODY: [&str; 2] = ["me", "none"];

/// A policy. What is left out of `filter` lets every ticket through, what is left out of `targets` is not promised. No field can
/// be `null` but `calendarId`.
#[derive(ToSchema)]
#[schema(as = NewSlaPolicy, rename_all = "camelCase")]
#[allow(
    dead_code,
    reason = "describes the body for the OpenAPI document; `read` reads it"
)]
pub(super) struct PolicyBody {
    /// What people call it.
    #[schema(min_length = 1, max_length = 100, example = "Gold")]
    name: String,
    /// A ticket gets the first policy it matches; no two policies have the same position.
    #[schema(minimum = 1, maximum = 1_000_000, example = 10)]
    position: u64,
    /// Whether it is given to tickets.
    #[schema(value_type = bool, required = false, default = true)]
    enabled: Option<bool>,
    /// Which tickets it is for.
    #[schema(value_type = FilterView, required = false)]
    filter: Option<FilterView>,
    /// Whose hours count; every hour, when it is left out.
    #[schema(
        max_length = 64,
        pattern = "^cal_[A-Za-z0-9_-]+$",
        example = "cal_madrid"
    )]
    calendar_id: Option<String>,
    /// How much time may count.
    targets: TargetsView,
    /// The shares of a target at which to warn, up to 5.
    #[schema(value_type = Vec<u8>, required = false, max_items = 5, default = json!([75]), example = json!([50, 75]))]
    warn_at_percent: Option<Vec<u8>>,
    /// What to do when a target is missed.
    #[schema(value_type = OnBreachView, required = false)]
    on_breach: Option<OnBreachView>,
}

/// Reads every field of a policy.
pub(super) fn read(form: &mut Form) -> Option<Policy> {
    form.refuse_null();
    let name = form.required("name", Name::parse);
    let position = form.required_number("position", 1..=LAST_POSITION);
    let enabled = form.boolean("enabled").unwrap_or(true);
    let filter = form.optional_object("filter", filter);
    let calendar_id = form.nullable("calendarId", CalendarId::parse).flatten();
    let targets = form.object("targets", |form| Some(targets(form)));
    let warn_at_percent = form.numbers("warnAtPercent", Warnings::parse);
    let on_breach = form.optional_object("onBreach", on_breach);
    if let Some(circle) = on_breach
        .assign_to
        .as_ref()
        .filter(|somebody| filter.client.contains(somebody))
    {
        let detail = Text::new(
            format!("`onBreach.assignTo` is {circle}, a client this policy is for."),
            format!("`onBreach.assignTo` es {circle}, un cliente de esta misma política."),
        );
        form.refuse("onBreach.assignTo", "INVALID_ASSIGN_TO", detail);
    }
    Some(Policy {
        name: name?,
        position: u32::try_from(position?).ok()?,
        enabled,
        filter,
        calendar_id,
        targets: targets?,
        warn_at_percent: warn_at_percent.unwrap_or_else(Warnings::usual),
        on_breach,
    })
}

fn filter(form: &mut Form) -> PolicyFilter {
    fn set<T: Ord>(
        form: &mut Form,
        field: &str,
        parse: impl Fn(String) -> Result<T, Invalid>,
    ) -> BTreeSet<T> {
        let values = form.optional_list(field, |values| {
            if values.len() > PolicyFilter::MOST {
                let max = PolicyFilter::MOST;
                return Err(Invalid::TooMany { max });
            }
            let values: Result<BTreeSet<T>, Invalid> = values.into_iter().map(parse).collect();
            values.map(Some)
        });
        let values = values.flatten();
        if values.as_ref().is_some_and(BTreeSet::is_empty) {
            // Of no value, no ticket has one; and left out, it lets every ticket through.
            form.wrong(field, Invalid::NoValue);
        }
        values.unwrap_or_default()
    }
    PolicyFilter {
        category: set(form, "category", |name| Category::parse(&name)),
        priority: set(form, "priority", |name| Priority::parse(&name)),
        tags: tags(form),
        client: set(form, "client", Principal::parse),
    }
}

/// Tags are one in every case and form, here as on tickets.
fn tags(form: &mut Form) -> BTreeSet<String> {
    let tags = form.optional_list("tags", |values| {
        Tags::at_most(PolicyFilter::MOST, values).map(Some)
    });
    let tags = tags.flatten();
    if tags.as_ref().is_some_and(Vec::is_empty) {
        form.wrong("tags", Invalid::NoValue);
    }
    tags.into_iter().flatten().collect()
}

fn targets(form: &mut Form) -> Targets {
    let mut targets = Targets::default();
    for priority in Priority::ALL {
        let promised = form.optional_object(priority.name(), |form| {
            let target = |metric: &Metric| {
                let period = form.optional(metric.name(), |text| Targets::parse(&text));
                Some((*metric, period?))
            };
            Metric::ALL.iter().filter_map(target).collect::<Vec<_>>()
        });
        for (metric, period) in promised {
            targets.set(*priority, metric, period);
        }
    }
    targets
}

fn on_breach(form: &mut Form) -> OnBreach {
    let assign_to = form.optional("assignTo", Principal::parse);
    if let Some(nobody) = assign_to
        .as_ref()
        .filter(|somebody| NOBODY.contains(&somebody.as_str()))
    {
        let detail = Text::new(
            format!("`assignTo` must name somebody, and {nobody} is nobody's name."),
            format!("`assignTo` debe nombrar a alguien, y {nobody} no es nadie."),
        );
        form.refuse("assignTo", "INVALID_ASSIGN_TO", detail);
    }
    OnBreach {
        raise_priority: form.boolean("raisePriority").unwrap_or_default(),
        assign_to,
        add_tag: form.optional("addTag", Tags::parse_one),
    }
}
