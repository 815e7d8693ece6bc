//! Does the time of an answer tell who has an account? Two servers are asked in turn about the same address,
//! which has an account on one of them, and the times are compared by a rank test (Mann and Whitney): equal
//! distributions give a p-value that is small one time in as many as it says.
//!
//! Which of the two has the account changes from address to address: one process is always a little faster than
//! another, wherever its memory and its file happen to lie, and that must not count.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use statrs::stats_tests::Alternative;
use statrs::stats_tests::mannwhitneyu::{MannWhitneyUMethod, mannwhitneyu};

use crate::plan::{Plan, USERS};
use crate::process::Served;
use crate::setup::Places;

mod asked;
mod servers;

use asked::{REQUESTS, Side, ask};

/// Times of each request with an account and without.
const TIMES: u64 = 10_000;
const TIMES_QUICK: u64 = 1_000;
/// Requests before the first that counts.
const WARM_UP: u64 = 200;
/// Odd, and without a divisor in common with the number of users: visits everybody once.
const STRIDE: u64 = 7919;
/// A difference is taken for real below this.
pub const SIGNIFICANT: f64 = 0.01;

#[derive(Clone, Debug, Serialize)]
pub struct Alike {
    pub request: &'static str,
    pub times: u64,
    pub with_account_us: f64,
    pub without_account_us: f64,
    pub p: f64,
}

pub fn measure(plan: &Plan, places: &Places) -> Result<Vec<Alike>> {
    let times = if plan.quick { TIMES_QUICK } else { TIMES };
    let folder = places.run_folder()?;
    // Every other address is a user of the other server: a stranger has neighbours, as in real life.
    let users = |first: u64| (first..2 * USERS).step_by(2).collect::<Vec<_>>();
    let one = servers::serve(places, &folder.join("one"), users(0))?;
    let other = servers::serve(places, &folder.join("other"), users(1))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let found = runtime.block_on(compare(&one, &other, times))?;
    one.stop()?;
    other.stop()?;
    Ok(found)
}

async fn compare(one: &Served, other: &Served, times: u64) -> Result<Vec<Alike>> {
    let mut sides = [Side::open(one).await?, Side::open(other).await?];
    let mut taken: Vec<[Vec<f64>; 2]> = REQUESTS.iter().map(|_| Default::default()).collect();
    for index in 0..WARM_UP + times {
        let with = usize::from(index % 2 == 1);
        // Not one after the other: a stranger's neighbour would be the next one to be asked about.
        let user = index.wrapping_mul(STRIDE) % (2 * USERS);
        for (request, taken) in REQUESTS.iter().zip(&mut taken) {
            // Which one comes first changes, so that no order favours either.
            let first = usize::from(index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 63 == 1);
            let mut statuses = [0; 2];
            for at in [first, 1 - first] {
                let kind = usize::from(at != with);
                let (side, taken) = sides.get_mut(at).zip(taken.get_mut(kind)).context("two sides")?;
                let asked = ask(request, user, side);
                let begin = Instant::now();
                let status =
                    side.connection.send("POST", &asked.path, &asked.headers, &asked.body).await?.status;
                let micros = begin.elapsed().as_secs_f64() * 1e6;
                if index >= WARM_UP {
                    taken.push(micros);
                }
                if let Some(kept) = statuses.get_mut(at) {
                    *kept = status;
                }
            }
            let [one, other] = statuses;
            ensure!(one == other && one == request.status, "{}: {one} and {other}", request.name);
        }
    }
    let compared = REQUESTS.iter().zip(taken).map(|(request, [with, without])| {
        let method = MannWhitneyUMethod::AsymptoticExclContinuityCorrection;
        let (_, p) = mannwhitneyu(&with, &without, method, Alternative::TwoSided)
            .map_err(|error| anyhow::anyhow!("the rank test: {error:?}"))?;
        let (with_account_us, without_account_us) = (median(with), median(without));
        Ok(Alike { request: request.name, times, with_account_us, without_account_us, p })
    });
    compared.collect()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
