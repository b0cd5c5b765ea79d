//! Which policy a ticket is given.

use domain::{Case, Given, Opened, Policy, PolicyId};

use super::levels::Set;

/// The first policy by position that is for such a ticket.
pub fn matched(set: &Set, now: usize, opened: &Opened) -> Option<Given> {
    let case = Case {
        priority: opened.priority,
        category: opened.category,
        tags: &opened.tags,
        client: &opened.client,
    };
    let is_for = |policy: &Policy| {
        let filter = &policy.filter;
        let tags: Vec<&String> = case
            .tags
            .as_slice()
            .iter()
            .filter(|tag| {
                let mut wanted = filter.tags.iter();
                wanted.any(|wanted| wanted.eq_ignore_ascii_case(tag))
            })
            .collect();
        policy.enabled
            && (filter.category.is_empty() || filter.category.contains(&case.category))
            && (filter.priority.is_empty() || filter.priority.contains(&case.priority))
            && (filter.client.is_empty() || filter.client.contains(case.client))
            && (filter.tags.is_empty() || !tags.is_empty())
    };
    let version = u32::try_from(now).expect("few") + 1;
    let fitting = set.policies.iter().filter(|(_, policy)| is_for(policy));
    let first = fitting.min_by_key(|(_, policy)| policy.position);
    let built_in = PolicyId::built_in();
    match first {
        Some((id, policy)) => Some(Given {
            policy: id.clone(),
            version,
            calendar: policy
                .calendar_id
                .clone()
                .map(|calendar| (calendar, version)),
        }),
        None if set.policies.iter().any(|(id, _)| *id == built_in) => None,
        None => Some(Given {
            policy: built_in,
            version: 0,
            calendar: None,
        }),
    }
}
