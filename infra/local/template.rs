//! What the template says about the system: its functions, their routes, schedules and rights, and its table.
//!
//! The stand serves what `infra/template.yaml` deploys, so it reads that file instead of repeating it. Only what
//! matters on one machine is read; memory and alarms are CloudFormation's business.

mod bucket;
mod cors;
mod right;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use axum::http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use yaml_serde::Value;

pub use bucket::{BucketRules, CorsRule};
pub use cors::ApiCors;
pub use right::Right;

use crate::table::TableDefinition;

/// The template itself, compiled in: the binary runs anywhere.
const TEMPLATE: &str = include_str!("../template.yaml");

/// How long a call of a function may take that says nothing about it, in seconds.
const LAMBDA_TIMEOUT: u64 = 3;

/// The system as its template describes it.
#[derive(Clone, Debug)]
pub struct Template {
    /// Every Lambda function, in the order of its resource's name.
    pub functions: Vec<Function>,
    /// What pages in a browser may do with the API.
    pub cors: ApiCors,
    /// The single table.
    pub table: TableDefinition,
    /// The rules of the bucket.
    pub bucket: BucketRules,
}

/// A Lambda function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The name of its binary, and of the function in the code: `create-ticket`.
    pub name: String,
    /// The routes of the HTTP API that lead to it.
    pub routes: Vec<Route>,
    /// How often it is called by itself.
    pub schedules: Vec<Duration>,
    /// Whose events it is told: `aws.guardduty`.
    pub told_by: Vec<String>,
    /// How long a call may take.
    pub timeout: Duration,
    /// What it may do with the table and the bucket.
    pub rights: Vec<Right>,
}

/// A route of the HTTP API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Which requests it takes.
    pub matches: Match,
    /// Whether the gateway asks for a token before it lets a request through.
    pub authorised: bool,
}

/// Which requests a route takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// One method on one path; a path's parameters are `{named}`.
    Exactly(Method, String),
    /// Whatever no other route takes: `$default`.
    Rest,
}

impl Template {
    /// The template this binary was built with.
    pub fn embedded() -> Result<Self> {
        Self::parse(TEMPLATE).context("infra/template.yaml")
    }

    /// Reads a template; intrinsic functions may stand anywhere but in what the stand needs to know.
    pub fn parse(yaml: &str) -> Result<Self> {
        let document: Document =
            yaml_serde::from_str(yaml).context("is not a CloudFormation template")?;
        let Document { globals, resources } = document;
        let Api { auth, cors } = only(&resources, "AWS::Serverless::HttpApi")?;
        let cors = ApiCors::of(cors).context("the API's CorsConfiguration")?;
        let table = only(&resources, "AWS::DynamoDB::Table")?;
        let functions = resources
            .iter()
            .filter(|(_, resource)| resource.kind == "AWS::Serverless::Function")
            .map(|(name, function)| function.as_function(name, &auth, &globals, &resources))
            .collect();
        let functions = functions_of(functions)?;
        let policy = only(&resources, "AWS::S3::BucketPolicy")?;
        let bucket = BucketRules::of(only(&resources, "AWS::S3::Bucket")?, &policy)?;
        Ok(Self {
            functions,
            cors,
            table,
            bucket,
        })
    }
}

/// The properties of the only resource of a type.
fn only<T: DeserializeOwned>(
    resources: &BTreeMap<String, Resource>,
    kind: &'static str,
) -> Result<T> {
    let mut found = resources
        .iter()
        .filter(|(_, resource)| resource.kind == kind);
    match (found.next(), found.next()) {
        (Some((name, resource)), None) => resource.properties(name),
        (None, _) => bail!("has no {kind}"),
        (Some(_), Some((second, _))) => bail!("has a second {kind}, {second}"),
    }
}

/// Two functions of one name would be one binary deployed twice, and the stand could not tell their routes apart.
fn functions_of(functions: Result<Vec<Function>>) -> Result<Vec<Function>> {
    let functions = functions?;
    for (index, function) in functions.iter().enumerate() {
        ensure!(
            functions
                .iter()
                .skip(index + 1)
                .all(|other| other.name != function.name),
            "has two functions with the binary {}",
            function.name
        );
    }
    Ok(functions)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    #[serde(default)]
    globals: Globals,
    resources: BTreeMap<String, Resource>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Globals {
    #[serde(default)]
    function: Limits,
}

/// What functions may have in common, or for themselves.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Limits {
    /// In seconds.
    timeout: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(default)]
    metadata: Value,
    #[serde(default)]
    properties: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Api {
    #[serde(default)]
    auth: ApiAuth,
    #[serde(default, rename = "CorsConfiguration")]
    cors: Value,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ApiAuth {
    default_authorizer: Option<String>,
    #[serde(default)]
    authorizers: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FunctionProperties {
    timeout: Option<u64>,
    #[serde(default)]
    events: BTreeMap<String, Event>,
    #[serde(default)]
    policies: Vec<right::Policy>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(default)]
    properties: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HttpApiEvent {
    method: String,
    path: String,
    #[serde(default)]
    auth: EventAuth,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ScheduleEvent {
    schedule_expression: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RuleEvent {
    pattern: Pattern,
}

#[derive(Deserialize)]
struct Pattern {
    #[serde(default)]
    source: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EventAuth {
    authorizer: Option<String>,
}

impl Resource {
    fn properties<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        yaml_serde::from_value(self.properties.clone()).with_context(|| format!("resource {name}"))
    }

    fn as_function(
        &self,
        resource: &str,
        auth: &ApiAuth,
        globals: &Globals,
        resources: &BTreeMap<String, Self>,
    ) -> Result<Function> {
        let name = self.metadata["BuildProperties"]["Binary"]
            .as_str()
            .with_context(|| {
                format!("resource {resource}: Metadata.BuildProperties.Binary is missing")
            })?;
        let (mut routes, mut schedules, mut told_by) = (Vec::new(), Vec::new(), Vec::new());
        let properties: FunctionProperties = self.properties(resource)?;
        let timeout = properties.timeout.or(globals.function.timeout);
        let mut rights = Vec::new();
        for policy in &properties.policies {
            let granted = policy.rights(resources);
            rights.extend(granted.with_context(|| format!("resource {resource}: a policy"))?);
        }
        for (event, Event { kind, properties }) in properties.events {
            let context = || format!("resource {resource}: event {event}");
            match kind.as_str() {
                "HttpApi" => {
                    let route = yaml_serde::from_value(properties)
                        .map_err(anyhow::Error::from)
                        .and_then(|event: HttpApiEvent| event.route(auth));
                    routes.push(route.with_context(context)?);
                }
                "ScheduleV2" => {
                    let every = yaml_serde::from_value(properties)
                        .map_err(anyhow::Error::from)
                        .and_then(|event: ScheduleEvent| every(&event.schedule_expression));
                    schedules.push(every.with_context(context)?);
                }
                "EventBridgeRule" => {
                    let rule: RuleEvent =
                        yaml_serde::from_value(properties).with_context(context)?;
                    told_by.extend(rule.pattern.source);
                }
                _ => {}
            }
        }
        Ok(Function {
            name: name.into(),
            routes,
            schedules,
            told_by,
            timeout: Duration::from_secs(timeout.unwrap_or(LAMBDA_TIMEOUT)),
            rights,
        })
    }
}

/// The time between two calls of a schedule: `rate(1 minute)`, `rate(5 minutes)`.
fn every(expression: &str) -> Result<Duration> {
    let rate = expression
        .strip_prefix("rate(")
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|rate| rate.split_once(' '));
    let (count, unit) = rate.with_context(|| format!("{expression} is no rate"))?;
    let count: u64 = count.parse()?;
    let seconds = match unit.trim_end_matches('s') {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        other => bail!("{other} is no unit of a rate"),
    };
    ensure!(count > 0, "{expression} is never");
    Ok(Duration::from_secs(count * seconds))
}

impl HttpApiEvent {
    fn route(self, api: &ApiAuth) -> Result<Route> {
        let authorised = match self
            .auth
            .authorizer
            .as_ref()
            .or(api.default_authorizer.as_ref())
            .map(String::as_str)
        {
            None | Some("NONE") => false,
            Some(name) if api.authorizers.contains_key(name) => true,
            Some(name) => bail!("the API has no authorizer {name}"),
        };
        let matches = if self.path == "$default" {
            Match::Rest
        } else {
            ensure!(
                self.path.starts_with('/'),
                "the path {} does not begin with /",
                self.path
            );
            // `from_bytes` takes any word; only methods that CloudFormation knows are in upper case.
            ensure!(
                self.method.bytes().all(|b| b.is_ascii_uppercase()),
                "{} is no method",
                self.method
            );
            ensure!(
                self.method != "ANY",
                "a route for any method is only known for $default"
            );
            Match::Exactly(Method::from_bytes(self.method.as_bytes())?, self.path)
        };
        Ok(Route {
            matches,
            authorised,
        })
    }
}

#[cfg(test)]
mod tests;
