//! The stand: the whole of Ventanilla in one process on one machine.
//!
//! It deploys nothing and repeats nothing: [`Template`] reads `infra/template.yaml`, and the rest does on one machine
//! what AWS does with that file.
//!
//! | on AWS | here |
//! |---|---|
//! | API Gateway's HTTP API and its JWT authorizer | `gateway` |
//! | the issuer of the tokens | [`Issuer`], `login` |
//! | DynamoDB | `engine`, with the `table` of the template |
//! | S3, and GuardDuty's scans of it | `bucket` |
//! | EventBridge | `schedule` |
//! | IAM | `rights` |
//! | the time | `time`, which can be moved forward at the doors of `clock` |
//! | the functions | the same functions, in this process |
//!
//! A [`Stand`] starts all of it; tests start many. [`demo`] plays the life of a ticket against one.

mod bucket;
mod clock;
mod cors;
pub mod demo;
mod engine;
mod folder;
mod gateway;
mod health;
mod identity;
mod key;
mod login;
mod loopback;
mod options;
mod rights;
mod schedule;
mod stand;
mod table;
mod template;
mod time;

pub use bucket::{AccessKey, ObjectServer};
pub use identity::{AUDIENCE, Claims, Grant, Issuer, Rejected};
pub use key::IssuerKey;
pub use options::{Data, Options};
pub use rights::Rights;
pub use stand::Stand;
pub use table::{Attribute, Index, KeyPart, Projection, TableDefinition, TimeToLive};
pub use template::{ApiCors, BucketRules, CorsRule, Function, Match, Right, Route, Template};
