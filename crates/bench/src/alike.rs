//! Does the time of an answer tell who has an account? Two servers that differ in nothing but that are
//! asked in turn, and their times compared by a rank test (Mann and Whitney): equal distributions give a
//! p-value that is small one time in as many as it says.

use std::time::Instant;

use anyhow::{Context, Result};
use latchkey_core::model::SigningAlgorithm;
use serde::Serialize;
use serde_json::{Value, json};
use statrs::stats_tests::Alternative;
use statrs::stats_tests::mannwhitneyu::{MannWhitneyUMethod, mannwhitneyu};

use crate::load::client::Connection;
use crate::plan::{Plan, USERS};
use crate::population;
use crate::process::Served;
use crate::setup::{self, CONNECTION, Places, client_id};
use crate::users::phone_number;

/// Times of each request with an account and without.
const TIMES: u64 = 10_000;
const TIMES_QUICK: u64 = 1_000;
/// Requests before the first that counts.
const WARM_UP: u64 = 200;
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
    // As many users on either side: only the one without has none of those who are asked about.
    let with = serve(places, &folder.join("with"), 0..USERS)?;
    let without = serve(places, &folder.join("without"), USERS..2 * USERS)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let found = runtime.block_on(compare(&with, &without, times))?;
    with.stop()?;
    without.stop()?;
    Ok(found)
}

fn serve(places: &Places, folder: &std::path::Path, users: std::ops::Range<u64>) -> Result<Served> {
    std::fs::create_dir_all(folder)?;
    let url = format!("sqlite:{}", folder.join("store.db").display());
    population::open(&url, |store| {
        Box::pin(async move {
            setup::fill(store).await?;
            population::insert(store, users).await
        })
    })?;
    places.serve(folder, &url)
}

/// What is asked about every address, in this order: the tries need the code of the start.
const REQUESTS: [&str; 3] = ["POST /passwordless/start", "POST /passwordless/verify", "POST /oauth/token"];

async fn compare(with: &Served, without: &Served, times: u64) -> Result<Vec<Alike>> {
    let mut servers = [Connection::open(with.address).await?, Connection::open(without.address).await?];
    let mut taken: [[Vec<f64>; 2]; 3] = Default::default();
    for index in 0..WARM_UP + times {
        let number = phone_number(index % USERS);
        for (request, taken) in REQUESTS.iter().zip(&mut taken) {
            let (path, body) = ask(request, &number);
            // Which one comes first changes, so that no order favours either.
            let first = usize::from(index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 63 == 1);
            for side in [first, 1 - first] {
                let (server, taken) = servers.get_mut(side).zip(taken.get_mut(side)).context("two sides")?;
                let begin = Instant::now();
                server.post(path, &body).await?;
                let micros = begin.elapsed().as_secs_f64() * 1e6;
                if index >= WARM_UP {
                    taken.push(micros);
                }
            }
        }
    }
    let compared = REQUESTS.into_iter().zip(taken).map(|(request, [with, without])| {
        let method = MannWhitneyUMethod::AsymptoticExclContinuityCorrection;
        let (_, p) = mannwhitneyu(&with, &without, method, Alternative::TwoSided)
            .map_err(|error| anyhow::anyhow!("the rank test: {error:?}"))?;
        Ok(Alike { request, times, with_account_us: median(with), without_account_us: median(without), p })
    });
    compared.collect()
}

fn ask(request: &str, number: &str) -> (&'static str, Vec<u8>) {
    let client = client_id(SigningAlgorithm::ES256);
    let (path, body): (_, Value) = match request {
        "POST /passwordless/start" => (
            "/passwordless/start",
            json!({ "client_id": client, "connection": CONNECTION, "phone_number": number }),
        ),
        "POST /passwordless/verify" => (
            "/passwordless/verify",
            json!({
                "client_id": client, "connection": CONNECTION, "phone_number": number,
                "verification_code": "00000000",
            }),
        ),
        _ => (
            "/oauth/token",
            json!({
                "grant_type": latchkey_wire::token::PASSWORDLESS_OTP, "client_id": client,
                "username": number, "otp": "00000000", "realm": CONNECTION, "scope": "openid",
            }),
        ),
    };
    (path, body.to_string().into_bytes())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
