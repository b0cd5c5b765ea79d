//! Answers that several operations give alike, described once.

use std::collections::BTreeMap;

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder, Schema};
use utoipa::{IntoResponses, PartialSchema};

use crate::answer::Success;
use crate::view::{EntryView, RowView, TicketView};

const ROW: &str = "Success_TicketRow";
const TICKET: &str = "Success_Ticket";
const ENTRY: &str = "Success_ThreadEntry";

/// 200: the row of a ticket that was changed, or was so already.
#[derive(Debug)]
pub struct RowAnswer;

/// 201: a ticket that was opened.
#[derive(Debug)]
pub struct TicketAnswer;

/// 201: an entry that was added to a thread.
#[derive(Debug)]
pub struct EntryAnswer;

impl IntoResponses for RowAnswer {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let headers = [
            ("ETag", "Its version in quotes"),
            ("Idempotency-Replayed", "`true`: this was done before"),
        ];
        answer("200", "The ticket's row", ROW, &headers)
    }
}

impl IntoResponses for TicketAnswer {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let headers = [
            ("ETag", "Its version in quotes"),
            ("Location", "Where it is"),
            ("Idempotency-Replayed", "`true`: this was done before"),
        ];
        answer("201", "The ticket", TICKET, &headers)
    }
}

impl IntoResponses for EntryAnswer {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let headers = [
            ("ETag", "The ticket's version in quotes"),
            ("Location", "The ticket's thread"),
            ("Idempotency-Replayed", "`true`: this was done before"),
        ];
        answer("201", "The entry", ENTRY, &headers)
    }
}

/// The schemas these answers refer to, by name.
pub fn schemas() -> [(String, RefOr<Schema>); 3] {
    [
        (ROW.into(), Success::<RowView>::schema()),
        (TICKET.into(), Success::<TicketView>::schema()),
        (ENTRY.into(), Success::<EntryView>::schema()),
    ]
}

fn answer(
    status: &str,
    about: &str,
    schema: &str,
    headers: &[(&str, &str)],
) -> BTreeMap<String, RefOr<Response>> {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(schema)))
        .build();
    let mut response = ResponseBuilder::new()
        .description(about)
        .content("application/json", content);
    for (name, about) in headers {
        let header = HeaderBuilder::new()
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .description(Some(*about));
        response = response.header(*name, header.build());
    }
    [(status.into(), response.build().into())].into()
}
