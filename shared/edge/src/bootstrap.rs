//! How a function starts in Lambda.

use std::future::{Future, ready};

use axum::Router;
use axum::extract::FromRef;
use lambda_http::Error;
use store::{Bucket, Table};

use crate::clock::Clock;
use crate::layer::layered;

/// Everything there is; each handler takes the part it needs. What a function that works with files is given in Lambda,
/// and every function in the stand.
#[derive(Clone, Debug)]
pub struct System {
    /// The single table.
    pub table: Table,
    /// The bucket with the files.
    pub bucket: Bucket,
    /// The time.
    pub clock: Clock,
}

/// What a function is given in Lambda that does not work with files.
#[derive(Clone, Debug)]
pub struct WithoutBucket {
    /// The single table.
    pub table: Table,
    /// The time.
    pub clock: Clock,
}

macro_rules! parts {
    ($($state:ty: $($field:ident: $part:ty),+;)+) => {$($(
        impl FromRef<$state> for $part {
            fn from_ref(state: &$state) -> Self {
                state.$field.clone()
            }
        }
    )+)+};
}

parts! {
    System: table: Table, bucket: Bucket, clock: Clock;
    WithoutBucket: table: Table, clock: Clock;
}

/// A state a function can make for itself from its environment.
pub trait Boot: Clone + Send + Sync + 'static {
    /// Makes it, connections included.
    fn boot() -> impl Future<Output = Result<Self, Error>>;
}

impl Boot for System {
    async fn boot() -> Result<Self, Error> {
        let WithoutBucket { table, clock } = WithoutBucket::boot().await?;
        // No connection to the bucket: most requests have no files with them.
        let bucket = Bucket::from_env()?;
        Ok(Self {
            table,
            bucket,
            clock,
        })
    }
}

impl Boot for WithoutBucket {
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

/// Runs a function in Lambda, under its name: state first, so that its cost falls into the start, then request after
/// request.
pub async fn serve<S: Boot>(name: &'static str, routes: Router<S>) -> Result<(), Error> {
    let function = routes.with_state(S::boot().await?);
    lambda_http::run(layered(name, function)).await
}
