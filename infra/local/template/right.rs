//! What the template lets a function do.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use store::{Access, Target};
use yaml_serde::Value;

use super::Resource;

/// A function's right: one action on one thing. `*` at the end of the thing's name stands for whatever follows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Right {
    /// `dynamodb:PutItem`
    pub action: String,
    /// What it may be done to.
    pub target: Target,
    /// Under which conditions: IAM's operator, key and value.
    pub conditions: Vec<(String, String, String)>,
}

impl Right {
    /// Whether it covers what somebody wants to do.
    pub fn covers(&self, access: &Access) -> bool {
        let same_target = match (&self.target, &access.target) {
            (Target::Table, Target::Table) | (Target::Bucket, Target::Bucket) => true,
            (Target::Index(pattern), Target::Index(name))
            | (Target::Object(pattern), Target::Object(name)) => fits(pattern, name),
            (Target::Table | Target::Index(_) | Target::Bucket | Target::Object(_), _) => false,
        };
        let holds = |(operator, key, value): &(String, String, String)| {
            let mut found = access.context.iter().filter(|(name, _)| name == key);
            found.any(|(_, given)| match operator.as_str() {
                "StringLike" => fits(value, given),
                _ => value == given,
            })
        };
        self.action == access.action && same_target && self.conditions.iter().all(holds)
    }
}

/// Whether a name is the pattern, or begins as it does before its last `*`.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on ", self.action)?;
        match &self.target {
            Target::Table => f.write_str("the table")?,
            Target::Index(name) => write!(f, "the index {name}")?,
            Target::Bucket => f.write_str("the bucket")?,
            Target::Object(key) => write!(f, "the objects {key}")?,
        }
        for (operator, key, value) in &self.conditions {
            write!(f, " if {key} {operator} {value}")?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Policy {
    statement: Vec<Statement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: String,
    action: Value,
    resource: Value,
    #[serde(default)]
    condition: BTreeMap<String, BTreeMap<String, String>>,
}

/// One, or a list of several.
fn several(value: &Value) -> &[Value] {
    value
        .as_sequence()
        .map_or(std::slice::from_ref(value), Vec::as_slice)
}

impl Policy {
    /// The rights it gives, each action on each thing.
    pub(super) fn rights(&self, resources: &BTreeMap<String, Resource>) -> Result<Vec<Right>> {
        let mut rights = Vec::new();
        for statement in &self.statement {
            ensure!(
                statement.effect == "Allow",
                "a function's policy only allows"
            );
            let mut conditions = Vec::new();
            for (operator, keys) in &statement.condition {
                let is_known = ["StringEquals", "StringLike"].contains(&operator.as_str());
                ensure!(is_known, "the condition {operator} is not known here");
                let keys = keys.iter();
                conditions.extend(
                    keys.map(|(key, value)| (operator.clone(), key.clone(), value.clone())),
                );
            }
            for resource in several(&statement.resource) {
                let target = target(resource, resources)?;
                for action in several(&statement.action) {
                    let action = action.as_str().context("an action is a text")?;
                    rights.push(Right {
                        action: action.into(),
                        target: target.clone(),
                        conditions: conditions.clone(),
                    });
                }
            }
        }
        Ok(rights)
    }
}

/// `!GetAtt Table.Arn`, `!Sub ${Table.Arn}/index/by-status`, `!Sub ${Bucket.Arn}/attachments/*`
fn target(resource: &Value, resources: &BTreeMap<String, Resource>) -> Result<Target> {
    let Value::Tagged(tagged) = resource else {
        bail!("a right is on a resource of the template, not on {resource:?}");
    };
    let text = tagged.value.as_str().unwrap_or_default();
    let arn = text
        .strip_prefix("${")
        .and_then(|rest| rest.split_once(".Arn}"));
    let (name, rest) = arn
        .or_else(|| Some((text.strip_suffix(".Arn")?, "")))
        .with_context(|| format!("{text} is no resource's ARN"))?;
    let kind = resources.get(name).map(|resource| resource.kind.as_str());
    match (kind, rest) {
        (Some("AWS::DynamoDB::Table"), "") => Ok(Target::Table),
        (Some("AWS::S3::Bucket"), "") => Ok(Target::Bucket),
        (Some("AWS::DynamoDB::Table"), index) => {
            let index = index.strip_prefix("/index/");
            let index = index.with_context(|| format!("{text} is no index"))?;
            Ok(Target::Index(index.into()))
        }
        (Some("AWS::S3::Bucket"), key) => {
            let key = key.strip_prefix('/');
            let key = key.with_context(|| format!("{text} is no object"))?;
            Ok(Target::Object(key.into()))
        }
        _ => bail!("{text} is neither the table nor the bucket"),
    }
}
