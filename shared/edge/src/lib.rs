//! Between API Gateway and a handler: what every function does the same way.
//!
//! A handler is *extract → decide → commit → view*, and everything but the decision and the commit is here:
//!
//! | on the way in | |
//! |---|---|
//! | [`Caller`], [`Agent`], [`Admin`] | who asks, from the claims API Gateway has verified |
//! | [`TicketRef`], [`AttachmentRef`], [`OwnTicket`], [`AdminTicket`] | which ticket, loaded and authorised |
//! | [`PolicyRef`], [`CalendarRef`] | which policy, which calendar |
//! | [`Write`] | all a write to a ticket is decided on; it commits, too |
//! | [`Submitted`], [`Query`] | body and query, every wrong field named |
//! | [`IfMatch`], [`IfNoneMatch`] | conditions |
//! | [`Now`] | the time, and ids made at it |
//!
//! | on the way out | |
//! |---|---|
//! | [`Answer`], [`Listed`], [`Listing`] | `{"success":true,…}` with `ETag`, `Location`, `Link` |
//! | [`redirect`] | the way to where the caller may fetch it |
//! | [`Reader`] | what of a ticket the caller is shown |
//! | [`view`] | what a ticket and an entry look like on the wire |
//! | [`Problem`] | what went wrong (RFC 9457), in the caller's language |
//! | [`Routes`] | routes, with the OpenAPI document or without |
//! | [`layered`] | request id, problems and one log line, around every function |
//!
//! [`serve`] runs a function in Lambda, [`Job`] one that nobody calls over HTTP. The edge never sees DynamoDB; the store never sees HTTP.

mod answer;
mod body;
mod bootstrap;
mod caller;
mod claims;
mod clock;
mod condition;
mod content;
pub mod document;
mod form;
mod idempotency;
mod job;
mod json;
mod layer;
mod level;
mod log;
mod problem;
mod query;
mod reader;
mod routes;
mod ticket;
mod trace;
pub mod view;
mod write;

pub use answer::{Answer, Listed, Listing, Pagination, Success, allowing, redirect};
pub use body::{FromForm, Submitted};
pub use bootstrap::{Boot, System, WithoutBucket, serve};
pub use caller::{Admin, Agent, Caller};
pub use clock::{Clock, Now};
pub use condition::{IfMatch, IfNoneMatch};
pub use form::Form;
pub use job::{Job, Until, report_failure};
/// What ends a function's process.
pub use lambda_http::Error;
pub use layer::layered;
pub use level::{CalendarRef, PolicyRef};
pub use log::{metrics, quiet};
pub use problem::{Code, FIELDS, Problem, Problems, REQUIRED, Speaks, Text, catalogue};
pub use query::{FromQuery, Limit, Query};
pub use reader::Reader;
pub use routes::Routes;
pub use ticket::{AdminTicket, AttachmentRef, OwnTicket, TicketRef};
pub use write::{Loaded, Write};
