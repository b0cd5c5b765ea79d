//! The table of contents: every function of the system, one file each, in a folder per noun.
//!
//! A file holds a handler and its `routes()`. Its door in `src/bin/` serves these routes in Lambda; the one-machine
//! stand serves all of them behind a gateway of its own; the OpenAPI document is read off the same routes.

mod attachments;
pub mod not_found;
pub mod openapi;
pub mod threads;
pub mod tickets;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;

pub use edge::System;

/// A function: its name is its binary's and its `operationId`; its resource in the template is `CreateTicket`.
pub struct Function {
    /// `create-ticket`
    pub name: &'static str,
    /// Its routes.
    pub router: OpenApiRouter<System>,
}

impl Function {
    /// The function as Lambda would run it.
    pub fn into_service(self, system: System) -> Router {
        edge::layered(self.router.with_state(system).split_for_parts().0)
    }
}

/// Every function there is.
pub fn contents() -> Vec<Function> {
    let function = |name, router| Function { name, router };
    vec![
        function("create-ticket", tickets::create::routes()),
        function("get-ticket", tickets::get::routes()),
        function("list-tickets", tickets::list::routes()),
        function("post-message", threads::post_message::routes()),
        function("post-note", threads::post_note::routes()),
        function("list-thread", threads::list::routes()),
        function("openapi", openapi::routes()),
        function("not-found", not_found::routes()),
    ]
}
