//! Durable commits per second of the disk that the databases are on: 4 KiB appended, `fdatasync`.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Serialize;

use crate::load::latency::{Latencies, Quantiles};

#[derive(Clone, Copy, Debug, Serialize)]
pub struct Commits {
    pub per_second: f64,
    pub latency: Quantiles,
}

pub fn measure(folder: &Path, window: Duration) -> Result<Commits> {
    let mut file = tempfile::tempfile_in(folder)?;
    let page = [7; 4096];
    let mut latencies = Latencies::default();
    let begin = Instant::now();
    let mut count = 0_u32;
    while begin.elapsed() < window {
        let at = Instant::now();
        file.write_all(&page)?;
        file.sync_data()?;
        latencies.add(at.elapsed());
        count += 1;
    }
    Ok(Commits {
        per_second: f64::from(count) / begin.elapsed().as_secs_f64(),
        latency: latencies.quantiles(),
    })
}
