//! The names of the domain's enums, for the OpenAPI document: read from the domain, not written again.

use std::borrow::Cow;

use domain::{Category, EntryKind, MediaType, Priority, Scan, SlaStatus, Status};
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
    /// A kind of file, for the OpenAPI document.
    MediaTypeName = "MediaType": MediaType::NAMES;
    /// What is known of a file's harmlessness, for the OpenAPI document.
    ScanName = "Scan": Scan::NAMES;
    /// An entry's type, for the OpenAPI document.
    EntryKindName = "EntryType": EntryKind::NAMES;
}
