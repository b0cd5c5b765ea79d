//! How a function starts in Lambda.

use std::future::{Future, ready};

use axum::extract::FromRef;
use lambda_http::Error;
use store::Table;
use utoipa_axum::router::OpenApiRouter;

use crate::clock::Clock;
use crate::layer::layered;

/// What handlers are given: each takes the part it needs.
#[derive(Clone)]
pub struct System {
    /// The single table.
    pub table: Table,
    /// The time.
    pub clock: Clock,
}

impl FromRef<System> for Table {
    fn from_ref(system: &System) -> Self {
        system.table.clone()
    }
}

impl FromRef<System> for Clock {
    fn from_ref(system: &System) -> Self {
        system.clock.clone()
    }
}

/// A state a function can make for itself from its environment.
pub trait Boot: Clone + Send + Sync + 'static {
    /// Makes it, connections included.
    fn boot() -> impl Future<Output = Result<Self, Error>>;
}

impl Boot for System {
    async fn boot() -> Result<Self, Error> {
        let table = Table::from_env()?;
        // Only so that the first request finds a connection. That it fails is the first request's business.
        let _ = table.ping().await;
        Ok(Self {
            table,
            clock: Clock::system(),
        })
    }
}

/// A function that needs nothing.
impl Boot for () {
    fn boot() -> impl Future<Output = Result<Self, Error>> {
        ready(Ok(()))
    }
}

/// Runs a function in Lambda: state first, so that its cost falls into the start, then request after request.
pub async fn serve<S: Boot>(routes: OpenApiRouter<S>) -> Result<(), Error> {
    let (function, _) = routes.with_state(S::boot().await?).split_for_parts();
    lambda_http::run(layered(function)).await
}
