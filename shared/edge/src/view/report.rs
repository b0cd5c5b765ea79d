//! What was measured, on the wire.

use std::collections::BTreeMap;

use domain::{Histogram, Measured, Metric};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::names::MetricName;
use super::sla::seconds;

/// What is known of a metric.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Measured)]
pub struct MeasuredView {
    /// What was measured.
    #[schema(value_type = MetricName)]
    pub metric: &'static str,
    /// Targets met in time.
    #[schema(example = 97)]
    pub achieved: i64,
    /// Targets missed.
    #[schema(example = 3)]
    pub missed: i64,
    /// The share that was achieved, from 0 to 1; `null` when there were none.
    #[schema(required, example = 0.97)]
    pub attainment: Option<f64>,
    /// How long the clocks ran that were met.
    pub calendar_seconds: PercentilesView,
    /// How much of that was in working hours.
    pub business_seconds: PercentilesView,
}

/// How long things took, in seconds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Percentiles)]
pub struct PercentilesView {
    /// How many there were.
    #[schema(example = 98)]
    pub count: i64,
    /// Half of them took no longer.
    #[schema(required, value_type = Option<f64>, example = 1_830)]
    pub p50: Option<Number>,
    /// Nine in ten took no longer.
    #[schema(required, value_type = Option<f64>, example = 12_700)]
    pub p90: Option<Number>,
}

/// What is known of each metric.
pub fn measured(totals: &BTreeMap<Metric, Measured>) -> Vec<MeasuredView> {
    let nothing = Measured::default();
    let view = |metric: &Metric| {
        let measured = totals.get(metric).unwrap_or(&nothing);
        MeasuredView {
            metric: metric.name(),
            achieved: measured.achieved,
            missed: measured.missed,
            attainment: measured.attainment(),
            calendar_seconds: PercentilesView::new(&measured.calendar),
            business_seconds: PercentilesView::new(&measured.business),
        }
    };
    Metric::ALL.iter().map(view).collect()
}

impl PercentilesView {
    fn new(histogram: &Histogram) -> Self {
        Self {
            count: histogram.count(),
            p50: histogram.percentile(50).map(seconds),
            p90: histogram.percentile(90).map(seconds),
        }
    }
}
