//! The measured part of a load: what was counted between two looks at the server's CPU time.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde::Serialize;
use tokio::time::sleep;

use super::latency::{Latencies, Quantiles};
use crate::process::{Served, cpu_of_family};

#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// Units of work done (sign-ins, refreshes, requests).
    pub count: u64,
    pub per_second: f64,
    pub per_cpu_second: f64,
    pub cpu_micros_each: f64,
    /// Of the database's own processes, where it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_cpu_micros_each: Option<f64>,
    /// By kind of request.
    pub latency: BTreeMap<&'static str, Quantiles>,
    /// What these are quantiles of.
    #[serde(skip)]
    pub latencies: BTreeMap<&'static str, Latencies>,
}

#[derive(Default)]
struct Counted {
    open: bool,
    latencies: BTreeMap<&'static str, Latencies>,
    done: BTreeMap<&'static str, u64>,
    errors: u64,
    ended: bool,
}

/// Shared by the workers of a load.
#[derive(Default)]
pub struct Window(Mutex<Counted>);

/// A load with more errors than this measures something else.
const MAX_ERRORS: u64 = 20;

impl Window {
    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether workers go on.
    pub fn is_running(&self) -> bool {
        !self.counted().ended
    }

    pub fn done(&self, kind: &'static str, latency: Duration) {
        let mut counted = self.counted();
        if counted.open {
            counted.latencies.entry(kind).or_default().add(latency);
            *counted.done.entry(kind).or_default() += 1;
        }
    }

    pub fn failed(&self, kind: &str, status: u16, body: &[u8]) {
        let mut counted = self.counted();
        counted.errors += 1;
        if counted.errors <= 3 {
            eprintln!("{kind} was answered {status}: {}", String::from_utf8_lossy(body));
        }
        counted.ended |= counted.errors > MAX_ERRORS;
    }

    /// Lets the workers run: first uncounted, then for `window`; then ends them. A unit of work is one
    /// of every kind of request.
    pub async fn measure(
        &self,
        served: &Served,
        database: Option<u32>,
        warm_up: Duration,
        window: Duration,
    ) -> Result<Measured> {
        sleep(warm_up).await;
        let cpu_of_database = || database.map(cpu_of_family).transpose();
        let (cpu, database_cpu) = (served.cpu()?, cpu_of_database()?);
        let begin = Instant::now();
        self.counted().open = true;
        sleep(window).await;
        self.counted().open = false;
        let wall = begin.elapsed();
        let cpu = served.cpu()?.saturating_sub(cpu);
        let database_cpu = cpu_of_database()?.zip(database_cpu).map(|(end, start)| end.saturating_sub(start));

        let mut counted = self.counted();
        counted.ended = true;
        let count = counted.done.values().copied().min().unwrap_or(0);
        if count == 0 || counted.errors > MAX_ERRORS {
            bail!("{} errors, {count} units of work done", counted.errors);
        }
        let latency =
            counted.latencies.iter_mut().map(|(kind, latencies)| (*kind, latencies.quantiles())).collect();
        let each = |total: Duration| total.as_secs_f64() * 1e6 / count as f64;
        Ok(Measured {
            count,
            per_second: count as f64 / wall.as_secs_f64(),
            per_cpu_second: count as f64 / cpu.as_secs_f64(),
            cpu_micros_each: each(cpu),
            database_cpu_micros_each: database_cpu.map(each),
            latency,
            latencies: std::mem::take(&mut counted.latencies),
        })
    }
}
