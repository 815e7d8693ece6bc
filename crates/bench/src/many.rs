//! A million users: they come in by an import whose server is killed on the way, while others sign in; then they are
//! listed, searched and sorted. What a sign-in takes beside the import is held against what it takes alone, right
//! after each kill too: a machine is not the same from one minute to the next.

mod asked;
mod import;
mod tool;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use latchkey_core::model::{Connection, ConnectionId, SigningAlgorithm, Strategy};
use serde::Serialize;

use crate::load::Measured;
use crate::load::latency::{Latencies, Quantiles};
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
/// How much longer they are watched than others, each time: of what is rare there must be enough. With the warm-up
/// it is less than the half minute for which a killed worker keeps its job.
const WINDOWS: u32 = 4;
/// How often the server is killed: near the begin of the import, the last time once half of it is done.
const KILLS: usize = 4;
/// Users that show that the import goes on.
const BEGUN: u64 = 1_000;

#[derive(Serialize)]
pub struct Many {
    pub store: Store,
    pub users: u64,
    /// Seconds for all of it, with the pauses for those who sign in and the half minute that each killed worker leaves.
    pub import_seconds: f64,
    pub kills: usize,
    /// What the progress said, for as long as it was watched: shares in percent.
    pub progress: Vec<u64>,
    /// Latencies of those who sign in: while nothing else is done (before the import, after each kill until a worker
    /// goes on, and at the end), and during the import (at its begin, while a worker takes over, and once half of it
    /// is done).
    pub alone: BTreeMap<&'static str, Quantiles>,
    pub during: BTreeMap<&'static str, Quantiles>,
    pub asked: Vec<Asked>,
}

impl Many {
    /// Of the slower kind of request: p99 during the import as a multiple of that without it.
    pub fn slowdown(&self) -> f64 {
        let times = self.alone.iter().filter_map(|(kind, alone)| {
            self.during.get(kind).map(|during| during.p99_ms / alone.p99_ms.max(f64::EPSILON))
        });
        times.fold(0.0, f64::max)
    }
}

pub fn wanted(plan: &Plan, store: Store) -> bool {
    plan.wants(&format!("{} many users", store.name()))
}

pub fn measure(plan: &Plan, places: &Places) -> Result<Vec<Many>> {
    let users = if plan.quick { MANY_QUICK } else { MANY };
    let mut all = Vec::new();
    let folder = places.run_folder()?;
    let files = Files::write(&folder, users)?;
    for (store, url) in stores(places, &folder).into_iter().filter(|(store, _)| wanted(plan, *store)) {
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

    let mut people = People { plan, walk: Walk::from(USERS, 0) };
    let (mut alone, mut during) = (SignedIn::default(), SignedIn::default());
    alone.add("before the import", people.sign_in(&served)?);
    println!("{}: the files are sent", store.name());
    let begin = Instant::now();
    let mut import = Import::start(places, &served, &tool, &files.paths)?;
    for kill in 1..=KILLS {
        if kill == KILLS {
            import.wait(&tool, &served, files.users / 2)?;
        } else {
            import.wait(&tool, &served, BEGUN)?;
            during.add("during the import", people.sign_in(&served)?);
        }
        served.kill()?;
        served = places.serve_at(&place)?;
        // The killed worker has a lease, so the import stands still for a while.
        let seen = tool.imported(&served)?;
        alone.add("while it stands still", people.sign_in(&served)?);
        ensure!(tool.imported(&served)? == seen, "the import went on too soon");
        during.add("while a worker takes over", people.sign_in(&served)?);
        import.wait(&tool, &served, seen + 1)?;
    }
    during.add("once half is done", people.sign_in(&served)?);
    ensure!(tool.imported(&served)? < files.users, "the import was over too soon");
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
    alone.add("after the import", people.sign_in(&served)?);
    let (alone, during) = (alone.quantiles(), during.quantiles());
    let asked = asked::measure(plan, &served, &tool, files.users)?;
    served.stop()?;
    println!("{}: {} users in {import_seconds:.0} s", store.name(), files.users);
    Ok(Many { store, users: files.users, import_seconds, kills: KILLS, progress, alone, during, asked })
}

/// Those who sign in, window by window.
struct People<'a> {
    plan: &'a Plan,
    walk: Walk,
}

impl People<'_> {
    fn sign_in(&mut self, served: &Served) -> Result<Measured> {
        let load = SignIns {
            client: client_id(SigningAlgorithm::ES256),
            connections: PEOPLE,
            walk: self.walk,
            database: None,
            warm_up: self.plan.warm_up,
            window: self.plan.window * WINDOWS,
            pause: PAUSE,
        };
        let done = load.run(served)?;
        self.walk = done.walk;
        Ok(done.measured)
    }
}

/// What they took, of several windows.
#[derive(Default)]
struct SignedIn(BTreeMap<&'static str, Latencies>);

impl SignedIn {
    fn add(&mut self, when: &str, measured: Measured) {
        for (kind, latency) in &measured.latency {
            println!("p99 of {kind} {when}: {:.1} ms", latency.p99_ms);
        }
        for (kind, latencies) in measured.latencies {
            self.0.entry(kind).or_default().extend(latencies);
        }
    }

    fn quantiles(mut self) -> BTreeMap<&'static str, Quantiles> {
        self.0.iter_mut().map(|(kind, latencies)| (*kind, latencies.quantiles())).collect()
    }
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
