//! The report as Markdown.

use std::fmt::Write;

use super::{Report, Row};
use crate::alike::SIGNIFICANT;

pub fn markdown(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(report, &mut text);
    text
}

fn write(report: &Report, out: &mut String) -> std::fmt::Result {
    let machine = &report.machine;
    let cores = if machine.one_core_for_the_server {
        "server on one core, load on another"
    } else {
        "server and load share all cores"
    };
    writeln!(out, "{}, {} cores; {cores}.\n", machine.processor, machine.cores)?;
    limits(report, out)?;
    rows(report, out)?;
    growth(report, out)?;
    alike(report, out)?;
    many(report, out)?;
    start_up(report, out)?;
    aims(report, out)
}

fn alike(report: &Report, out: &mut String) -> std::fmt::Result {
    if report.alike.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "| Does time tell who has an account? | times each | with one, median µs | without, median µs | \
         p (Mann-Whitney) | |\n|---|--:|--:|--:|--:|---|"
    )?;
    for row in &report.alike {
        let verdict = if row.p > SIGNIFICANT { "no" } else { "**yes**" };
        writeln!(
            out,
            "| {} | {} | {:.0} | {:.0} | {:.3} | {verdict} |",
            row.request, row.times, row.with_account_us, row.without_account_us, row.p
        )?;
    }
    writeln!(out)
}

fn many(report: &Report, out: &mut String) -> std::fmt::Result {
    for many in &report.many {
        let (store, users) = (many.store.name(), whole(many.users as f64));
        writeln!(out, "| {users} users, {store} | p50 ms | p99 ms |\n|---|--:|--:|")?;
        for asked in &many.asked {
            let latency = asked.latency;
            writeln!(out, "| {} | {:.1} | {:.1} |", asked.what, latency.p50_ms, latency.p99_ms)?;
        }
        for (when, kinds) in [("without the import", &many.alone), ("during the import", &many.during)] {
            for (kind, latency) in kinds {
                writeln!(out, "| {kind}, {when} | {:.1} | {:.1} |", latency.p50_ms, latency.p99_ms)?;
            }
        }
        writeln!(
            out,
            "\nImported in {:.0} s, killed {} time on the way; every user once.\n",
            many.import_seconds, many.kills
        )?;
    }
    Ok(())
}

fn limits(report: &Report, out: &mut String) -> std::fmt::Result {
    writeln!(out, "| Limit of this machine | |\n|---|---|")?;
    for (alg, rate) in &report.limits.signatures {
        writeln!(out, "| {alg} signatures per CPU second | {} ({:.1} µs) |", whole(*rate), 1e6 / rate)?;
    }
    if let Some(disk) = &report.limits.commits {
        let latency = disk.latency;
        let rate = whole(disk.per_second);
        writeln!(
            out,
            "| durable commits per second (4 KiB, fdatasync) | {rate} (p50 {:.2} ms, p99 {:.2} ms) |",
            latency.p50_ms, latency.p99_ms
        )?;
    }
    if let Some(empty) = &report.limits.empty_handler {
        let rate = whole(empty.per_cpu_second);
        writeln!(
            out,
            "| empty handler, requests per CPU second | {rate} ({:.1} µs) |",
            empty.cpu_micros_each
        )?;
    }
    writeln!(out)
}

fn rows(report: &Report, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "| Store | Work | Connections | per second | per CPU second | µs of CPU each | beyond the signature | \
         of signing | of HTTP | of commits | p50 / p99 ms |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|"
    )?;
    for row in &report.rows {
        let measured = &row.measured;
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {:.0}{} | {} | {} | {} | {} | {} |",
            row.store.name(),
            row.work,
            row.connections,
            whole(measured.per_second),
            whole(measured.per_cpu_second),
            measured.cpu_micros_each,
            measured
                .database_cpu_micros_each
                .map_or(String::new(), |micros| format!(" + {micros:.0} in the database")),
            row.beyond_signature_micros.map_or(String::new(), |micros| format!("{micros:.0} µs")),
            percent(row.ratios.signing),
            percent(row.ratios.http),
            percent(row.ratios.commits),
            latencies(row),
        )?;
    }
    if let Some(micros) = report.inbox_micros_per_message {
        writeln!(out, "\nReading a code from the inbox costs the server {micros:.1} µs of each sign-in.")?;
    }
    writeln!(out)
}

fn latencies(row: &Row) -> String {
    let each = row.measured.latency.iter();
    let each = each.map(|(kind, found)| format!("{kind} {:.1} / {:.1}", found.p50_ms, found.p99_ms));
    each.collect::<Vec<_>>().join(", ")
}

fn growth(report: &Report, out: &mut String) -> std::fmt::Result {
    if report.growth.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "| Users in the store (SQLite, ES256, 64 connections) | µs of CPU each | per second | bytes per user | resident MB |\n|--:|--:|--:|--:|--:|"
    )?;
    for growth in &report.growth {
        writeln!(
            out,
            "| {} | {:.0} | {} | {} | {:.1} |",
            whole(growth.users as f64),
            growth.measured.cpu_micros_each,
            whole(growth.measured.per_second),
            growth.file_bytes_per_user,
            megabytes(growth.resident_kib)
        )?;
    }
    writeln!(out)
}

fn start_up(report: &Report, out: &mut String) -> std::fmt::Result {
    let Some(found) = &report.start_up else { return Ok(()) };
    writeln!(out, "| Start and size | |\n|---|---|")?;
    writeln!(
        out,
        "| cold start to the first 200 | {:.0} ms (worst of five {:.0} ms; first start ever {:.0} ms) |",
        found.cold_start_ms, found.cold_start_worst_ms, found.first_start_ever_ms
    )?;
    let idle = found.idle;
    writeln!(
        out,
        "| resident memory, idle | {:.1} MB (proportional {:.1} MB) |",
        megabytes(idle.resident_kib),
        megabytes(idle.proportional_kib)
    )?;
    if let Some(loaded) = found.loaded {
        writeln!(out, "| resident memory, after load | {:.1} MB |", megabytes(loaded.resident_kib))?;
    }
    writeln!(out, "| binary | {:.1} MB |\n", found.binary_bytes as f64 / 1e6)
}

fn aims(report: &Report, out: &mut String) -> std::fmt::Result {
    writeln!(out, "| Aim | Wanted | Found | |\n|---|---|---|---|")?;
    for aim in &report.aims {
        let verdict = if aim.met { "met" } else { "**missed**" };
        writeln!(out, "| {} | {} | {} | {verdict} |", aim.name, aim.wanted, aim.found)?;
    }
    Ok(())
}

/// Megabytes of a million bytes.
pub fn megabytes(kib: u64) -> f64 {
    kib as f64 * 1024.0 / 1e6
}

fn percent(ratio: Option<f64>) -> String {
    ratio.map_or(String::new(), |ratio| format!("{:.0} %", ratio * 100.0))
}

/// Whole, with a blank between thousands.
fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(whole(1234567.4), "1 234 567");
        assert_eq!(whole(12.0), "12");
    }
}
