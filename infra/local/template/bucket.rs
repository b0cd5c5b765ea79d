//! The bucket's rules that the stand keeps too.

use anyhow::{Context, Result};
use jiff::SignedDuration;
use serde::Deserialize;
use yaml_serde::Value;

/// What the template says of the bucket that matters on one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketRules {
    /// How long an object stays that is tagged `state=pending`.
    pub pending_for: SignedDuration,
    /// The oldest signature the bucket's policy takes.
    pub oldest_signature: SignedDuration,
    /// What pages in a browser may do, in the order in which S3 asks.
    pub cors: Vec<CorsRule>,
}

/// What pages in a browser may do with the bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorsRule {
    /// Whether pages from anywhere may, or only those that the template's `Origins` name.
    pub from_anywhere: bool,
    /// By which methods.
    pub methods: Vec<String>,
    /// With which headers; `*` is any.
    pub headers: Vec<String>,
    /// Which headers of an answer they see, beside those that all pages do.
    pub exposed: Vec<String>,
    /// How long a browser remembers it, in seconds.
    pub max_age: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Bucket {
    lifecycle_configuration: Lifecycle,
    #[serde(default)]
    cors_configuration: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Cors {
    cors_rules: Vec<PageRule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PageRule {
    /// A list, or what the parameter `Origins` makes one of.
    allowed_origins: Value,
    allowed_methods: Vec<String>,
    #[serde(default)]
    allowed_headers: Vec<String>,
    #[serde(default)]
    exposed_headers: Vec<String>,
    #[serde(default)]
    max_age: u64,
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
        let cors = cors(bucket.cors_configuration).context("the bucket's CorsConfiguration")?;
        Ok(Self {
            pending_for: SignedDuration::from_hours(24 * days),
            oldest_signature: SignedDuration::from_millis(oldest),
            cors,
        })
    }
}

/// The rules as they are where there are origins.
fn cors(configuration: Value) -> Result<Vec<CorsRule>> {
    let configuration = super::cors::where_there_are_origins(configuration);
    if configuration.is_null() {
        return Ok(Vec::new());
    }
    let Cors { cors_rules } = yaml_serde::from_value(configuration)?;
    let any = |origins: &Value| {
        let listed = origins.as_sequence().into_iter().flatten();
        listed.filter_map(Value::as_str).any(|origin| origin == "*")
    };
    let rules = cors_rules.into_iter();
    Ok(rules
        .map(|rule| CorsRule {
            from_anywhere: any(&rule.allowed_origins),
            methods: rule.allowed_methods,
            headers: rule.allowed_headers,
            exposed: rule.exposed_headers,
            max_age: rule.max_age,
        })
        .collect())
}
