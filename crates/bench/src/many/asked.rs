//! What an operator asks of many users.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde::Serialize;

use super::import::{FAMILY, GIVEN, pick};
use super::tool::Tool;
use crate::load::block_on;
use crate::load::client::Connection;
use crate::load::latency::{Latencies, Quantiles};
use crate::plan::Plan;
use crate::process::Served;
use crate::users::email_address;

#[derive(Serialize)]
pub struct Asked {
    pub what: &'static str,
    pub times: usize,
    #[serde(flatten)]
    pub latency: Quantiles,
}

/// Each of these; `n` makes each time another of its kind.
type Path = fn(n: u64, users: u64) -> String;
const REQUESTS: &[(&str, Path)] = &[
    ("the first page", |_, _| String::from("per_page=50")),
    ("a page further on", |n, _| format!("per_page=50&page={}", n % 20)),
    ("the newest, with a total", |_, _| String::from("per_page=50&sort=created_at%3A-1&include_totals=true")),
    ("sorted by address", |_, _| String::from("per_page=50&sort=email%3A1")),
    ("sorted by name", |_, _| String::from("per_page=50&sort=name%3A1")),
    ("an address", |n, users| format!("q=email%3A%22{}%22", email_address(n * 7919 % users))),
    ("the start of an address", |n, users| {
        let address = email_address(n * 7919 % users);
        format!("q=email%3A{}*&per_page=50", address.get(..9).unwrap_or_default())
    }),
    ("a name", |n, _| {
        let (given, family) = (pick(GIVEN, n), pick(FAMILY, n));
        format!("q=name%3A%22{given}%20{family}%22&per_page=50")
    }),
    ("a given name, sorted", |n, _| format!("q=name%3A{}*&sort=created_at%3A-1&per_page=50", pick(GIVEN, n))),
    ("who came lately", |_, _| {
        String::from("q=created_at%3A%5B2026-01-01%20TO%20*%5D&per_page=50&sort=created_at%3A-1")
    }),
];

const TIMES: u64 = 300;
const TIMES_QUICK: u64 = 50;
/// No request is asked for longer than this.
const LONG: Duration = Duration::from_secs(60);

pub fn measure(plan: &Plan, served: &Served, tool: &Tool, users: u64) -> Result<Vec<Asked>> {
    let times = if plan.quick { TIMES_QUICK } else { TIMES };
    block_on(async {
        let mut connection = Connection::open(served.address).await?;
        let mut all = Vec::new();
        for (what, path) in REQUESTS {
            let mut latencies = Latencies::default();
            let begin = Instant::now();
            let mut count = 0;
            for n in 0..times {
                let path = format!("/api/v2/users?{}", path(n, users));
                let asked = Instant::now();
                let answer = connection.send("GET", &path, &tool.header, b"").await?;
                let took = asked.elapsed();
                ensure!(
                    answer.status == 200,
                    "{what} was answered {}: {}",
                    answer.status,
                    String::from_utf8_lossy(answer.body)
                );
                latencies.add(took);
                count += 1;
                if begin.elapsed() > LONG {
                    break;
                }
            }
            let latency = latencies.quantiles();
            println!("{what}: p99 {:.1} ms", latency.p99_ms);
            all.push(Asked { what, times: count, latency });
        }
        Ok(all)
    })
}
