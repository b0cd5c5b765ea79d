//! The bucket's rules that the stand keeps too.

use anyhow::{Context, Result};
use jiff::SignedDuration;
use serde::Deserialize;
use yaml_serde::Value;

/// What the template says of the bucket that matters on one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketRules {
    /// How long an object stays that is tagged `state=pending`.
    pub pending_for: SignedDuration,
    /// The oldest signature the bucket's policy takes.
    pub oldest_signature: SignedDuration,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Bucket {
    lifecycle_configuration: Lifecycle,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Lifecycle {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    #[serde(default)]
    tag_filters: Vec<Tag>,
    expiration_in_days: Option<i64>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Policy {
    policy_document: Document,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    statement: Vec<Statement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: String,
    #[serde(default)]
    condition: Value,
}

impl BucketRules {
    pub(super) fn of(bucket: Bucket, policy: &Policy) -> Result<Self> {
        let pending = Tag {
            key: "state".into(),
            value: "pending".into(),
        };
        let rules = bucket.lifecycle_configuration.rules.into_iter();
        let days = rules
            .filter(|rule| rule.tag_filters.as_slice() == std::slice::from_ref(&pending))
            .find_map(|rule| rule.expiration_in_days)
            .context("the bucket has no rule that takes what is tagged state=pending")?;
        let statements = policy.policy_document.statement.iter();
        let oldest = statements
            .filter(|statement| statement.effect == "Deny")
            .find_map(|statement| {
                let age = &statement.condition["NumericGreaterThan"]["s3:signatureAge"];
                age.as_str()?.parse().ok()
            })
            .context("the bucket's policy takes signatures of any age")?;
        Ok(Self {
            pending_for: SignedDuration::from_hours(24 * days),
            oldest_signature: SignedDuration::from_millis(oldest),
        })
    }
}
