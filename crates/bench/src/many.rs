//! A million users: they come in by an import that is killed on the way, while others sign in; then they are
//! listed, searched and sorted.

mod asked;
mod import;
mod tool;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use latchkey_core::model::{Connection, ConnectionId, SigningAlgorithm, Strategy};
use serde::Serialize;

use crate::load::latency::Quantiles;
use crate::load::sign_ins::SignIns;
use crate::plan::{Plan, Store, USERS};
use crate::population;
use crate::process::Served;
use crate::setup::{self, EMAIL_CONNECTION, Places, client_id};
use crate::users::Walk;

use asked::Asked;
use import::{Files, Import};
use tool::Tool;

/// Users that are imported.
const MANY: u64 = 1_000_000;
const MANY_QUICK: u64 = 30_000;
/// Sign-ins beside the import: so many people at a time, and the pause of each between two requests.
const PEOPLE: usize = 8;
const PAUSE: Duration = Duration::from_millis(40);

#[derive(Serialize)]
pub struct Many {
    pub store: Store,
    pub users: u64,
    /// Seconds for all of it, with the pauses for those who sign in and the half minute that a killed worker leaves.
    pub import_seconds: f64,
    pub kills: usize,
    /// What the progress said, for as long as it was watched: shares in percent.
    pub progress: Vec<u64>,
    /// Latencies of those who sign in, before the import and during it.
    pub before: BTreeMap<&'static str, Quantiles>,
    pub during: BTreeMap<&'static str, Quantiles>,
    pub asked: Vec<Asked>,
}

impl Many {
    /// Of the slower kind of request: p99 during the import as a multiple of that before.
    pub fn slowdown(&self) -> f64 {
        let times = self.before.iter().filter_map(|(kind, before)| {
            self.during.get(kind).map(|during| during.p99_ms / before.p99_ms.max(f64::EPSILON))
        });
        times.fold(0.0, f64::max)
    }
}

pub fn measure(plan: &Plan, places: &Places) -> Result<Vec<Many>> {
    let users = if plan.quick { MANY_QUICK } else { MANY };
    let mut all = Vec::new();
    let folder = places.run_folder()?;
    let files = Files::write(&folder, users)?;
    for (store, url) in stores(places, &folder) {
        let place = folder.join(store.name());
        std::fs::create_dir_all(&place)?;
        all.push(one(plan, places, store, &place, &url, &files).with_context(|| store.name().to_owned())?);
    }
    Ok(all)
}

fn stores(places: &Places, folder: &std::path::Path) -> Vec<(Store, String)> {
    let file = folder.join(Store::Sqlite.name()).join("store.db");
    let mut stores = vec![(Store::Sqlite, format!("sqlite:{}", file.display()))];
    stores.extend(places.postgres.iter().map(|postgres| (Store::Postgres, postgres.url.clone())));
    stores
}

fn one(
    plan: &Plan,
    places: &Places,
    store: Store,
    folder: &std::path::Path,
    url: &str,
    files: &Files,
) -> Result<Many> {
    population::open(url, |store| {
        Box::pin(async move {
            setup::fill(store).await?;
            store.put_connection(&email()).await?;
            population::insert(store, &(0..USERS).collect::<Vec<_>>()).await
        })
    })?;
    let place = places.configure(folder, url)?;
    let secret = Tool::create(places, &place)?;
    let mut served = places.serve_at(&place)?;
    let tool = Tool::open(&served, &secret)?;

    println!("{}: sign-ins before the import", store.name());
    let before = sign_ins(plan, &served, 0)?;
    println!("{}: the files are sent", store.name());
    let begin = Instant::now();
    let mut import = Import::start(places, &served, &tool, &files.paths)?;
    import.wait(&tool, &served)?;
    println!("{}: sign-ins during the import", store.name());
    let during = sign_ins(plan, &served, 5_000)?;
    for (kind, during) in &during {
        let before = before.get(kind).map_or(f64::NAN, |before| before.p99_ms);
        println!("{}: p99 of {kind} {before:.1} ms before, {:.1} ms during", store.name(), during.p99_ms);
    }
    ensure!(tool.imported(&served)? < files.users, "the import was over before it was killed");
    served.kill()?;
    served = places.serve_at(&place)?;
    let progress = import.finish()?;
    let import_seconds = begin.elapsed().as_secs_f64();

    let total = tool.total(&served)?;
    // Those who signed in were there before, or came in the moment of a sign-in; the import brought all of its own.
    ensure!(total >= files.users && total <= files.users + 2 * USERS, "{total} users, of {}", files.users);
    ensure!(
        tool.imported(&served)? == files.users,
        "the import brought {} users of {}",
        tool.imported(&served)?,
        files.users
    );
    let asked = asked::measure(plan, &served, &tool, files.users)?;
    served.stop()?;
    println!("{}: {} users in {import_seconds:.0} s", store.name(), files.users);
    Ok(Many { store, users: files.users, import_seconds, kills: 1, progress, before, during, asked })
}

fn sign_ins(plan: &Plan, served: &Served, step: u64) -> Result<BTreeMap<&'static str, Quantiles>> {
    let load = SignIns {
        client: client_id(SigningAlgorithm::ES256),
        connections: PEOPLE,
        walk: Walk::from(USERS, step),
        database: None,
        warm_up: plan.warm_up,
        window: plan.window * 3,
        pause: PAUSE,
    };
    Ok(load.run(served)?.measured.latency)
}

fn email() -> Connection {
    let sms = setup::connection();
    Connection {
        id: ConnectionId::new("con_bench00000000001"),
        name: EMAIL_CONNECTION.to_owned(),
        strategy: Strategy::Email,
        options: Default::default(),
        ..sms
    }
}
