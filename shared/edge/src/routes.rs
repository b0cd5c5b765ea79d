//! A function's routes, and what the OpenAPI document says of them.
//!
//! Making the document takes a third of what a process does before its first request, and a function never shows it. So
//! whoever asks for the routes says, by their type, whether the document comes with them: [`Router`] is routes alone,
//! [`OpenApiRouter`] is both.

use axum::Router;
use axum::handler::Handler;
use axum::routing::MethodRouter;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Routes of a state `S`, with or without the document.
pub trait Routes<S>: Sized {
    /// No route.
    fn none() -> Self;

    /// With another path: alone, and as the document describes it.
    #[must_use]
    fn with(
        self,
        path: &str,
        methods: MethodRouter<S>,
        described: impl FnOnce() -> UtoipaMethodRouter<S>,
    ) -> Self;

    /// With a handler for whatever has no route.
    #[must_use]
    fn rest<H: Handler<T, S>, T: 'static>(self, handler: H) -> Self;
}

impl<S: Clone + Send + Sync + 'static> Routes<S> for Router<S> {
    fn none() -> Self {
        Self::new()
    }

    fn with(
        self,
        path: &str,
        methods: MethodRouter<S>,
        _: impl FnOnce() -> UtoipaMethodRouter<S>,
    ) -> Self {
        self.route(path, methods)
    }

    fn rest<H: Handler<T, S>, T: 'static>(self, handler: H) -> Self {
        self.fallback(handler)
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> for OpenApiRouter<S> {
    fn none() -> Self {
        Self::new()
    }

    fn with(
        self,
        _: &str,
        _: MethodRouter<S>,
        described: impl FnOnce() -> UtoipaMethodRouter<S>,
    ) -> Self {
        self.routes(described())
    }

    fn rest<H: Handler<T, S>, T: 'static>(self, handler: H) -> Self {
        self.fallback(handler)
    }
}

/// The [`Routes`] of handlers that say their paths with `#[utoipa::path]`: those of one path are separated by commas, paths
/// by semicolons.
#[macro_export]
macro_rules! routes {
    ($($first:ident $(, $other:ident)*);+) => {{
        use utoipa_axum::PathItemExt as _;
        let routes = $crate::Routes::none();
        $(
            let path = utoipa_axum::routes!(@path [path()] of $first);
            let methods = axum::routing::MethodRouter::new();
            let methods = $crate::routes!(@on methods $first $(, $other)*);
            let routes = $crate::Routes::with(routes, &path, methods, || {
                utoipa_axum::routes!($first $(, $other)*)
            });
        )+
        routes
    }};
    (@on $methods:ident $($handler:ident),+) => {{
        $(
            let kinds = utoipa_axum::routes!(@path [methods()] of $handler);
            let $methods = kinds
                .iter()
                .fold($methods, |methods, kind| methods.on(kind.to_method_filter(), $handler));
        )+
        $methods
    }};
}
