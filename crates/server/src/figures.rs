//! Prometheus figures: every count and latency that the crates record by the `metrics` facade.

use std::sync::Arc;

use latchkey_http::MetricsText;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};

const LATENCIES: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
const BATCHES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Starts recording; the returned function writes everything as text.
pub fn install() -> anyhow::Result<MetricsText> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix(String::from("_seconds")), &LATENCIES)?
        .set_buckets_for_metric(Matcher::Suffix(String::from("_size")), &BATCHES)?
        .install_recorder()?;
    Ok(Arc::new(move || recorder.render()))
}
