//! The extractors in the OpenAPI document: each says what it takes, once, for every operation that has it; and the
//! answers several operations give alike.

mod answers;

use domain::{CalendarId, PolicyId, Principal};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{Ref, RefOr, Required, Schema};
use utoipa::{IntoParams, ToSchema};

pub use answers::{EntryAnswer, RowAnswer, TicketAnswer, schemas};

use crate::condition::{IfMatch, IfNoneMatch};
use crate::form::COMMA_LIST;
use crate::level::{CalendarRef, PolicyRef};
use crate::query::Limit;
use crate::ticket::{AttachmentRef, TicketRef};

/// `Idempotency-Key`, which [`Submitted`](crate::Submitted) takes with every `POST`, and with a ticket's `PATCH`.
#[derive(Debug)]
pub struct IdempotencyKey;

/// `If-None-Match` of what sets something under a name the caller has chosen; [`IfMatch`] takes it.
#[derive(Debug)]
pub struct OnlyIfNew;

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
    comma_list_of_texts(name, about, Principal::MAX)
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

/// A parameter of a query that takes any of several texts, separated by commas.
pub fn comma_list_of_texts(name: &str, about: &str, longest: usize) -> Parameter {
    let item = text().min_length(Some(1)).max_length(Some(longest));
    comma_list_of(name, about, item)
}

/// A parameter of a query that takes one principal.
pub fn principal(name: &str, about: &str) -> Parameter {
    let schema = text().min_length(Some(1)).max_length(Some(Principal::MAX));
    parameter(name, ParameterIn::Query, about, schema).build()
}

/// A parameter of a query that takes a time: RFC 3339, or a date, which is its beginning in UTC.
pub fn moment(name: &str, about: &str) -> Parameter {
    let schema = text().pattern(Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+)?$"));
    parameter(name, ParameterIn::Query, about, schema).build()
}

/// A parameter of a query that must be a date.
pub fn day(name: &str, about: &str) -> Parameter {
    let schema = text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
    parameter(name, ParameterIn::Query, about, schema)
        .required(Required::True)
        .build()
}

/// A parameter of a query that is `true` or `false`.
pub fn flag(name: &str, about: &str) -> Parameter {
    let schema = ObjectBuilder::new().schema_type(Type::Boolean);
    parameter(name, ParameterIn::Query, about, schema).build()
}

/// A parameter of a query that takes a whole number from 1.
pub fn count(name: &str, about: &str, most: usize) -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1))
        .maximum(Some(most));
    parameter(name, ParameterIn::Query, about, schema).build()
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

impl IntoParams for AttachmentRef {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The attachment's `_id`";
        vec![parameter("attachmentId", ParameterIn::Path, about, text()).build()]
    }
}

impl IntoParams for PolicyRef {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![chosen_id("The policy's id, as chosen", PolicyId::PREFIX)]
    }
}

impl IntoParams for CalendarRef {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![chosen_id(
            "The calendar's id, as chosen",
            CalendarId::PREFIX,
        )]
    }
}

fn chosen_id(about: &str, prefix: &str) -> Parameter {
    let schema = text()
        .max_length(Some(PolicyId::MAX))
        .pattern(Some(format!("^{prefix}[A-Za-z0-9_-]+$")));
    parameter("id", ParameterIn::Path, about, schema).build()
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The `ETag` of the version this is meant for, strong or weak; several are separated by commas";
        vec![parameter("If-Match", ParameterIn::Header, about, text()).build()]
    }
}

impl IntoParams for OnlyIfNew {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "`*`: only if nothing of this name is set yet; else it is a 412";
        vec![parameter("If-None-Match", ParameterIn::Header, about, text()).build()]
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
