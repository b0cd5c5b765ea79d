//! What the template lets pages in a browser do with the API.

use anyhow::Result;
use serde::Deserialize;
use yaml_serde::Value;

/// What pages in a browser may send to the API, and read of its answers. Without such rules, nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ApiCors {
    /// The methods they may use.
    pub allow_methods: Vec<String>,
    /// The headers they may send.
    pub allow_headers: Vec<String>,
    /// The headers of an answer they may read.
    pub expose_headers: Vec<String>,
    /// For how many seconds a browser may remember this.
    pub max_age: u32,
}

impl ApiCors {
    /// The rules as they are where there are origins.
    pub(super) fn of(configuration: Value) -> Result<Self> {
        let configuration = where_there_are_origins(configuration);
        if configuration.is_null() {
            return Ok(Self::default());
        }
        Ok(yaml_serde::from_value(configuration)?)
    }
}

/// `!If [HasOrigins, …]` is read as if it had.
pub(super) fn where_there_are_origins(configuration: Value) -> Value {
    if let Value::Tagged(tagged) = configuration {
        tagged.value[1].clone()
    } else {
        configuration
    }
}
