//! What the figures should be.

use serde::Serialize;

use crate::plan::{Store, Work};
use crate::report::table::megabytes;
use crate::report::{Report, Row};

#[derive(Serialize)]
pub struct Aim {
    pub name: String,
    pub wanted: String,
    pub found: String,
    pub met: bool,
}

/// Every aim whose figure was measured.
pub fn judge(report: &Report) -> Vec<Aim> {
    let mut aims = Vec::new();
    let at_64 = |alg| report.rows.iter().find(|row| row.is(Store::Sqlite, Work::SignIns, alg, 64));
    if let Some(row) = at_64("RS256") {
        if let Some(share) = row.ratios.signing {
            let percent = share * 100.0;
            aims.push(at_least("RS256 sign-ins of the signing limit, per CPU second", percent, 85.0, "%"));
        }
        aims.push(p99("RS256", row, 60.0));
    }
    if let Some(row) = at_64("ES256") {
        if let Some(micros) = row.beyond_signature_micros {
            aims.push(at_most("CPU of an ES256 sign-in beyond its signature", micros, 130.0, "µs"));
        }
        aims.push(p99("ES256", row, 25.0));
    }
    if let Some(found) = &report.start_up {
        let idle = megabytes(found.idle.resident_kib);
        aims.push(at_most("idle resident memory", idle, 25.0, "MB"));
        aims.push(at_most("idle resident memory (growth aim)", idle, 15.0, "MB"));
        aims.push(at_most("cold start to the first 200", found.cold_start_ms, 100.0, "ms"));
        let binary = found.binary_bytes as f64 / 1e6;
        aims.push(at_most("binary", binary, 30.0, "MB"));
        aims.push(at_most("binary (growth aim)", binary, 20.0, "MB"));
    }
    aims.extend(growth(report));
    for many in &report.many {
        let store = many.store.name();
        let slowest = many.asked.iter().map(|asked| asked.latency.p99_ms).fold(0.0, f64::max);
        aims.push(at_most(&format!("p99 of lists of {} users, {store}", many.users), slowest, 100.0, "ms"));
        let slowdown = many.slowdown();
        aims.push(at_most(&format!("p99 of sign-ins during an import, {store}"), slowdown, 1.2, "times"));
    }
    aims
}

/// CPU per sign-in in the largest store against the smallest, of which there are two looks.
fn growth(report: &Report) -> Option<Aim> {
    let least = report.growth.iter().map(|growth| growth.users).min()?;
    let largest = report.growth.iter().max_by_key(|growth| growth.users)?;
    if largest.users == least {
        return None;
    }
    let small: Vec<f64> = report
        .growth
        .iter()
        .filter(|growth| growth.users == least)
        .map(|growth| growth.measured.cpu_micros_each)
        .collect();
    let small = small.iter().sum::<f64>() / small.len() as f64;
    let name = format!("CPU per sign-in at {} users, of that at {least}", largest.users);
    Some(at_most(&name, largest.measured.cpu_micros_each / small, 1.5, "times"))
}

fn p99(alg: &str, row: &Row, most: f64) -> Aim {
    at_most(&format!("p99 at 64 connections, {alg}"), row.p99_ms(), most, "ms")
}

fn at_most(name: &str, found: f64, most: f64, unit: &str) -> Aim {
    Aim {
        name: name.to_owned(),
        wanted: format!("≤ {most} {unit}"),
        found: format!("{found:.1} {unit}"),
        met: found <= most,
    }
}

fn at_least(name: &str, found: f64, least: f64, unit: &str) -> Aim {
    Aim {
        name: name.to_owned(),
        wanted: format!("≥ {least} {unit}"),
        found: format!("{found:.1} {unit}"),
        met: found >= least,
    }
}
