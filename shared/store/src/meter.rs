//! What a request has cost, counted where it is spent.
//!
//! Capacity units come from `ReturnConsumedCapacity` of every call; round trips are counted by an interceptor, so that
//! the SDK's own retries are in them. The count belongs to the task: [`metered`] runs a future and says what it spent.

use std::cell::Cell;
use std::future::Future;

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::ConsumedCapacity;

/// Capacity units (DynamoDB's RRU and WRU) and requests sent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Consumed {
    /// Read request units.
    pub read_units: f64,
    /// Write request units, those of the indexes included.
    pub write_units: f64,
    /// Requests sent to DynamoDB, retries included.
    pub round_trips: u32,
    /// Requests sent to S3, retries included.
    pub object_calls: u32,
}

tokio::task_local! {
    static METER: Cell<Consumed>;
}

/// Runs `work` and says what it has cost.
pub async fn metered<F: Future>(work: F) -> (F::Output, Consumed) {
    METER
        .scope(Cell::default(), async { (work.await, METER.get().get()) })
        .await
}

fn note(change: impl FnOnce(&mut Consumed)) {
    // Outside `metered` (a job, a test) nobody asks for the count.
    let _ = METER.try_with(|meter| {
        let mut consumed = meter.get();
        change(&mut consumed);
        meter.set(consumed);
    });
}

fn units<'a>(capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) -> f64 {
    capacity
        .into_iter()
        .filter_map(ConsumedCapacity::capacity_units)
        .sum()
}

/// Notes the units of a read.
pub(crate) fn read<'a>(capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) {
    note(|consumed| consumed.read_units += units(capacity));
}

/// Notes the units of a read, as they are told.
pub(crate) fn read_units(units: f64) {
    note(|consumed| consumed.read_units += units);
}

/// Notes the units of a write.
pub(crate) fn wrote<'a>(capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) {
    note(|consumed| consumed.write_units += units(capacity));
}

/// Counts every request that leaves for one of the two.
#[derive(Debug)]
pub(crate) enum RoundTrips {
    Table,
    Bucket,
}

impl Intercept for RoundTrips {
    fn name(&self) -> &'static str {
        "RoundTrips"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        note(|consumed| match self {
            Self::Table => consumed.round_trips += 1,
            Self::Bucket => consumed.object_calls += 1,
        });
        Ok(())
    }
}
