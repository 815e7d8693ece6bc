//! Latencies, all kept: windows are short.

use std::time::Duration;

use serde::Serialize;

#[derive(Clone, Debug, Default)]
pub struct Latencies(Vec<Duration>);

#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Quantiles {
    pub p50_ms: f64,
    pub p99_ms: f64,
}

impl Latencies {
    pub fn add(&mut self, latency: Duration) {
        self.0.push(latency);
    }

    pub fn extend(&mut self, others: Latencies) {
        self.0.extend(others.0);
    }

    pub fn quantiles(&mut self) -> Quantiles {
        self.0.sort_unstable();
        Quantiles { p50_ms: self.at(0.50), p99_ms: self.at(0.99) }
    }

    /// Of the sorted list: the smallest latency that a share of `quantile` does not exceed.
    fn at(&self, quantile: f64) -> f64 {
        let rank = (self.0.len() as f64 * quantile).ceil() as usize;
        self.0.get(rank.saturating_sub(1)).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_ranks() {
        let mut latencies = Latencies::default();
        for millis in (1..=100).rev() {
            latencies.add(Duration::from_millis(millis));
        }
        let found = latencies.quantiles();
        assert!((found.p50_ms - 50.0).abs() < 1e-9);
        assert!((found.p99_ms - 99.0).abs() < 1e-9);
    }
}
