//! The names of the domain's enums, for the OpenAPI document: read from the domain, not written again.

use std::borrow::Cow;

use domain::{
    Category, ClockState, EntryKind, MediaType, Metric, Priority, Scan, SlaEvent, SlaStatus,
    Status, Turn,
};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! names {
    ($($(#[$doc:meta])* $schema:ident = $wire:literal: $names:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $schema;

        impl PartialSchema for $schema {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some($names.iter().copied())).into()
            }
        }

        impl ToSchema for $schema {
            fn name() -> Cow<'static, str> {
                $wire.into()
            }
        }
    )+};
}

names! {
    /// A status, for the OpenAPI document.
    StatusName = "Status": Status::NAMES;
    /// A priority, for the OpenAPI document.
    PriorityName = "Priority": Priority::NAMES;
    /// A category, for the OpenAPI document.
    CategoryName = "Category": Category::NAMES;
    /// Where service-level clocks stand, for the OpenAPI document.
    SlaStatusName = "SlaStatus": SlaStatus::NAMES;
    /// What a clock measures, for the OpenAPI document.
    MetricName = "Metric": Metric::NAMES;
    /// Where one clock stands, for the OpenAPI document.
    ClockStateName = "ClockState": ClockState::NAMES;
    /// What happened to a clock, for the OpenAPI document.
    TurnName = "ClockTurn": Turn::NAMES;
    /// What the system says of a clock, for the OpenAPI document.
    SlaEventName = "SlaEvent": SlaEvent::NAMES;
    /// A kind of file, for the OpenAPI document.
    MediaTypeName = "MediaType": MediaType::NAMES;
    /// What is known of a file's harmlessness, for the OpenAPI document.
    ScanName = "Scan": Scan::NAMES;
    /// An entry's type, for the OpenAPI document.
    EntryKindName = "EntryType": EntryKind::NAMES;
}
