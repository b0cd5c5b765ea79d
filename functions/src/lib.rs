//! The table of contents: every function of the system, one file each, in a folder per noun.
//!
//! A file holds a handler and its `routes()`. Its door in `src/bin/` serves these routes in Lambda; the one-machine
//! stand serves all of them behind a gateway of its own; the OpenAPI document is read off the same routes. A function
//! that nobody calls over HTTP holds a `job()` instead.

pub mod attachments;
pub mod calendars;
#[cfg(test)]
mod codes;
pub mod deadlines;
pub mod me;
pub mod not_found;
pub mod openapi;
pub mod reports;
pub mod settings;
pub mod sla;
pub mod sla_policies;
pub mod threads;
pub mod tickets;

use axum::Router;
use edge::Job;
use utoipa_axum::router::OpenApiRouter;

pub use edge::System;

/// A function: its name is its binary's and its `operationId`; its resource in the template is `CreateTicket`.
pub struct Function {
    /// `create-ticket`
    pub name: &'static str,
    /// What calls it, and what it then does.
    pub call: Call,
}

/// What calls a function.
pub enum Call {
    /// The HTTP API, by these routes.
    Routes(Box<OpenApiRouter<System>>),
    /// A schedule.
    Schedule(Job),
    /// Something that has happened elsewhere.
    Event(Job),
}

/// A function's routes as Lambda would serve them.
pub fn service(name: &'static str, routes: OpenApiRouter<System>, system: System) -> Router {
    edge::layered(name, routes.with_state(system).split_for_parts().0)
}

/// Every function there is.
pub fn contents() -> Vec<Function> {
    let function = |name, routes| Function {
        name,
        call: Call::Routes(Box::new(routes)),
    };
    let job = |name, call| Function { name, call };
    vec![
        function("create-ticket", tickets::create::routes()),
        function("get-ticket", tickets::get::routes()),
        function("list-tickets", tickets::list::routes()),
        function("update-ticket", tickets::update::routes()),
        function("claim-ticket", tickets::claim::routes()),
        function("escalate-ticket", tickets::escalate::routes()),
        function("delete-ticket", tickets::delete::routes()),
        function("restore-ticket", tickets::restore::routes()),
        function("recount-tickets", tickets::recount::routes()),
        function("post-message", threads::post_message::routes()),
        function("post-note", threads::post_note::routes()),
        function("list-thread", threads::list::routes()),
        function("mark-seen", threads::mark_seen::routes()),
        function("get-me", me::get::routes()),
        function("get-settings", settings::get::routes()),
        function("put-settings", settings::put::routes()),
        function("patch-settings", settings::patch::routes()),
        function("explain-sla", sla::explain::routes()),
        function("list-sla-policies", sla_policies::list::routes()),
        function("get-sla-policy", sla_policies::get::routes()),
        function("put-sla-policy", sla_policies::put::routes()),
        function("delete-sla-policy", sla_policies::delete::routes()),
        function("simulate-sla-policy", sla_policies::simulate::routes()),
        function("list-calendars", calendars::list::routes()),
        function("get-calendar", calendars::get::routes()),
        function("put-calendar", calendars::put::routes()),
        function("delete-calendar", calendars::delete::routes()),
        function("report-sla", reports::sla::routes()),
        function("create-upload", attachments::create_upload::routes()),
        function("list-uploads", attachments::list_uploads::routes()),
        function("delete-upload", attachments::delete_upload::routes()),
        function("download-attachment", attachments::download::routes()),
        job("record-scan", Call::Event(attachments::record_scan::job())),
        job("check-deadlines", Call::Schedule(deadlines::check::job())),
        function("openapi", openapi::routes()),
        function("not-found", not_found::routes()),
    ]
}
