//! The extractors in the OpenAPI document: each says what it takes, once, for every operation that has it.

use domain::Principal;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{Ref, RefOr, Required, Schema};
use utoipa::{IntoParams, ToSchema};

use crate::condition::{IfMatch, IfNoneMatch};
use crate::form::COMMA_LIST;
use crate::query::Limit;
use crate::ticket::TicketRef;

/// `Idempotency-Key`, which [`Submitted`](crate::Submitted) takes with every `POST`.
#[derive(Debug)]
pub struct IdempotencyKey;

fn parameter(
    name: &str,
    place: ParameterIn,
    about: &str,
    schema: impl Into<RefOr<Schema>>,
) -> ParameterBuilder {
    let required = if place == ParameterIn::Path {
        Required::True
    } else {
        Required::False
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(about))
        .schema(Some(schema))
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// A parameter of a query that takes any of several values of a schema, separated by commas.
pub fn comma_list<T: ToSchema>(name: &str, about: &str) -> Parameter {
    comma_list_of(name, about, Ref::from_schema_name(T::name()))
}

/// A parameter of a query that takes any of several principals, separated by commas.
pub fn comma_list_of_principals(name: &str, about: &str) -> Parameter {
    let principal = text().min_length(Some(1)).max_length(Some(Principal::MAX));
    comma_list_of(name, about, principal)
}

fn comma_list_of(name: &str, about: &str, item: impl Into<RefOr<Schema>>) -> Parameter {
    let list = ArrayBuilder::new()
        .items(item.into())
        .max_items(Some(COMMA_LIST));
    parameter(name, ParameterIn::Query, about, list)
        .style(Some(ParameterStyle::Form))
        .explode(Some(false))
        .build()
}

/// A parameter of a query that takes one of a few names.
pub fn one_of(name: &str, about: &str, names: &'static [&'static str]) -> Parameter {
    let schema = text().enum_values(Some(names.iter().copied()));
    parameter(name, ParameterIn::Query, about, schema).build()
}

impl IntoParams for TicketRef {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The ticket's `_id` or its `number`";
        vec![parameter("id", ParameterIn::Path, about, text()).build()]
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The `ETag` of the version this is meant for";
        vec![parameter("If-Match", ParameterIn::Header, about, text()).build()]
    }
}

impl IntoParams for IfNoneMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The `ETag` of the version the caller has";
        vec![parameter("If-None-Match", ParameterIn::Header, about, text()).build()]
    }
}

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about =
            "Makes the request happen once, however often it is sent with this key and this body";
        let schema = text()
            .min_length(Some(1))
            .max_length(Some(255))
            .pattern(Some("^[!-~]+$"));
        vec![parameter("Idempotency-Key", ParameterIn::Header, about, schema).build()]
    }
}

impl IntoParams for Limit {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(1))
            .maximum(Some(100))
            .default(Some(10.into()));
        vec![
            parameter(
                "limit",
                ParameterIn::Query,
                "The most things on a page",
                limit,
            )
            .build(),
            parameter(
                "cursor",
                ParameterIn::Query,
                "The `nextCursor` of the page before",
                text(),
            )
            .build(),
        ]
    }
}
