//! What DynamoDB answers to a read, read from its JSON straight into what is wanted of it.
//!
//! The SDK signs, sends, waits, retries and says what went wrong, as ever. Only of an answer that is a success it makes
//! nothing: the text is kept, and read here (`json/`). To be so near to it, an answer takes the place of the operation's
//! deserialiser, and gives to that what is no success.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimePlugin};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use aws_sdk_dynamodb::operation::get_item::{GetItem, GetItemOutput};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::query::{Query, QueryOutput};
use aws_smithy_runtime_api::client::interceptors::context::{Output, OutputOrError};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::Error;
use crate::meter;

/// What a query has found. `Items` is all of them, `Key` where it has stopped.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Page<Items, Key = IgnoredAny> {
    #[serde(default)]
    pub(crate) items: Items,
    /// How many were looked at.
    #[serde(default)]
    pub(crate) scanned_count: usize,
    /// None when there are no more.
    pub(crate) last_evaluated_key: Option<Key>,
    #[serde(default)]
    consumed_capacity: Capacity,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct One<Item> {
    item: Option<Item>,
    #[serde(default)]
    consumed_capacity: Capacity,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Capacity {
    #[serde(default)]
    capacity_units: f64,
}

/// Asks for what a query finds.
pub(crate) async fn query<Items, Key>(query: QueryFluentBuilder) -> Result<Page<Items, Key>, Error>
where
    Items: DeserializeOwned + Default,
    Key: DeserializeOwned,
{
    let answer = Answer::to(Operation::Query);
    query.customize().interceptor(answer.clone()).send().await?;
    let page: Page<Items, Key> = answer.read()?;
    meter::read_units(page.consumed_capacity.capacity_units);
    Ok(page)
}

/// Asks for an item.
pub(crate) async fn get<Item>(get: GetItemFluentBuilder) -> Result<Option<Item>, Error>
where
    Item: DeserializeOwned,
{
    let answer = Answer::to(Operation::GetItem);
    get.customize().interceptor(answer.clone()).send().await?;
    let one: One<Item> = answer.read()?;
    meter::read_units(one.consumed_capacity.capacity_units);
    Ok(one.item)
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
enum Operation {
    GetItem,
    Query,
}

impl Operation {
    /// What the SDK would make of an answer that says nothing.
    fn nothing(self) -> Output {
        match self {
            Self::GetItem => Output::erase(GetItemOutput::builder().build()),
            Self::Query => Output::erase(QueryOutput::builder().build()),
        }
    }

    /// What the SDK makes of an answer.
    fn deserialize(self, response: &HttpResponse, config: &ConfigBag) -> OutputOrError {
        let layer = match self {
            Self::GetItem => GetItem::new().config(),
            Self::Query => Query::new().config(),
        };
        let layer = layer.expect("an operation has a configuration");
        layer
            .load::<SharedResponseDeserializer>()
            .expect("an operation has a deserialiser")
            .deserialize_nonstreaming_with_config(response, config)
    }
}

/// An answer as it comes in.
#[derive(Clone)]
struct Answer {
    operation: Operation,
    text: Arc<Mutex<String>>,
}

impl Answer {
    fn to(operation: Operation) -> Self {
        Self {
            operation,
            text: Arc::default(),
        }
    }

    fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(serde_json::from_str(&text)?)
    }
}

/// Without its text: that is what people wrote.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer to {:?}", self.operation)
    }
}

impl Intercept for Answer {
    fn name(&self) -> &'static str {
        "Answer"
    }

    /// Takes the place of the operation's own deserialiser: what interceptors set comes before what operations do.
    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let answer = SharedResponseDeserializer::new(self.clone());
        config.interceptor_state().store_put(answer);
        Ok(())
    }
}

impl DeserializeResponse for Answer {
    /// Called when the whole answer is there, within the time of its attempt: half of one has failed before, and was
    /// asked for again.
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> OutputOrError {
        if !response.status().is_success() {
            return self.operation.deserialize(response, config);
        }
        let body = response.body().bytes().unwrap_or_default();
        let text =
            std::str::from_utf8(body).map_err(|cause| OrchestratorError::response(cause.into()))?;
        let mut kept = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        text.clone_into(&mut kept);
        Ok(self.operation.nothing())
    }
}
