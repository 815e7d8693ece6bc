//! The order of a run.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use latchkey_core::model::SigningAlgorithm;

use crate::alike;
use crate::limits::{commits, empty_handler, signatures};
use crate::load::refreshes::Refreshes;
use crate::load::sign_ins::SignIns;
use crate::load::{Measured, same};
use crate::plan::{Plan, Step, Store, USERS, Work};
use crate::process::Served;
use crate::report::{Growth, Report, Row, StartUp};
use crate::setup::{self, Places, Postgres, client_id};
use crate::users::Walk;
use crate::{cores, many, population};

pub fn run(plan: &Plan, places: &Places) -> Result<()> {
    if places.apart {
        cores::move_to_load_core();
    }
    let mut report = Report::new(places)?;
    let begin = Instant::now();
    report.limits.commits =
        Some(commits::measure(&places.folder, plan.limit_window.max(Duration::from_millis(500)))?);
    report.limits.empty_handler = Some(empty_handler::measure(plan.warm_up, plan.window / 2, places.apart)?);
    sqlite(plan, places, &mut report)?;
    match &places.postgres {
        Some(database) => postgres(plan, places, database, &mut report)?,
        None => println!("no PostgreSQL was given: its steps are left out"),
    }
    growth(plan, places, &mut report)?;
    if plan.wants("alike") {
        report.alike = alike::measure(plan, places)?;
    }
    if [Store::Sqlite, Store::Postgres].into_iter().any(|store| many::wanted(plan, store)) {
        report.many = many::measure(plan, places)?;
    }
    report.limits.summarise();
    println!("measured for {:.0} s\n", begin.elapsed().as_secs_f64());
    report.write(&places.folder)
}

fn sqlite(plan: &Plan, places: &Places, report: &mut Report) -> Result<()> {
    let file = population::sqlite(places, USERS)?;
    let folder = places.run_folder()?;
    report.start_up = Some(start_up(places, &folder, &file)?);
    let served = serve_copy(places, &folder, &file)?;
    steps(plan, places, Store::Sqlite, &served, None, report)?;
    report.inbox_micros_per_message = inbox_cost(&served, plan).ok();
    if let Some(start_up) = &mut report.start_up {
        start_up.loaded = Some(served.memory()?);
    }
    served.stop()
}

fn postgres(plan: &Plan, places: &Places, database: &Postgres, report: &mut Report) -> Result<()> {
    if plan.steps(Store::Postgres).is_empty() {
        return Ok(());
    }
    let folder = places.run_folder()?;
    population::open(&database.url, |store| {
        Box::pin(async move {
            setup::fill(store).await?;
            population::insert(store, &(0..USERS).collect::<Vec<_>>()).await
        })
    })?;
    let served = places.serve(&folder, &database.url)?;
    steps(plan, places, Store::Postgres, &served, database.pid, report)?;
    served.stop()
}

/// Cost per sign-in as the store grows; the smallest store is measured last again, since neighbours on
/// the machine come and go.
fn growth(plan: &Plan, places: &Places, report: &mut Report) -> Result<()> {
    if !plan.wants("growth") {
        return Ok(());
    }
    let mut sizes = plan.populations.clone();
    sizes.extend(plan.populations.first().copied().filter(|_| plan.populations.len() > 1));
    for users in sizes {
        let file = population::sqlite(places, users)?;
        let folder = places.run_folder()?;
        let served = serve_copy(places, &folder, &file)?;
        let load = sign_ins(plan, SigningAlgorithm::ES256, 64, Walk::from(users, 0), None);
        let measured = SignIns { warm_up: plan.warm_up.max(Duration::from_secs(3)), ..load }.run(&served)?;
        let growth = Growth {
            users,
            file_bytes_per_user: std::fs::metadata(&file)?.len() / users.max(1),
            resident_kib: served.memory()?.resident_kib,
            measured: measured.measured,
        };
        println!("{users} users: {:.0} µs of CPU each", growth.measured.cpu_micros_each);
        report.growth.push(growth);
        served.stop()?;
    }
    places.run_folder()?;
    Ok(())
}

fn serve_copy(places: &Places, folder: &Path, file: &Path) -> Result<Served> {
    let copy = folder.join("store.db");
    if !copy.exists() {
        setup::copy(file, &copy)?;
    }
    places.serve(folder, &format!("sqlite:{}", copy.display()))
}

fn start_up(places: &Places, folder: &Path, file: &Path) -> Result<StartUp> {
    let first_ever = {
        let empty = folder.join("first");
        std::fs::create_dir_all(&empty)?;
        let served = places.serve(&empty, &format!("sqlite:{}", empty.join("store.db").display()))?;
        let after = served.ready_after;
        served.stop()?;
        after
    };
    let mut cold = Vec::new();
    for _ in 0..5 {
        let served = serve_copy(places, folder, file)?;
        cold.push(served.ready_after);
        served.stop()?;
    }
    cold.sort_unstable();
    let served = serve_copy(places, folder, file)?;
    std::thread::sleep(Duration::from_secs(1));
    let idle = served.memory()?;
    served.stop()?;
    let millis = |duration: Duration| duration.as_secs_f64() * 1000.0;
    Ok(StartUp {
        first_start_ever_ms: millis(first_ever),
        cold_start_ms: cold.get(cold.len() / 2).copied().map(millis).context("no start")?,
        cold_start_worst_ms: cold.last().copied().map(millis).context("no start")?,
        idle,
        loaded: None,
        binary_bytes: std::fs::metadata(&places.binary)?.len(),
    })
}

fn steps(
    plan: &Plan,
    places: &Places,
    store: Store,
    served: &Served,
    database: Option<u32>,
    report: &mut Report,
) -> Result<()> {
    let mut walk = Walk::from(USERS, 0);
    for step in plan.steps(store) {
        let signatures = match step.work {
            Work::KeySets => None,
            _ => Some(signatures::measure(step.alg, plan.limit_window, places.apart)?),
        };
        let measured = measure(plan, &step, served, database, &mut walk)
            .with_context(|| format!("{}, {} connections", step.name(), step.connections))?;
        println!(
            "{}: {}, {} connections: {:.0}/s, {:.0} µs of CPU each",
            store.name(),
            step.name(),
            step.connections,
            measured.per_second,
            measured.cpu_micros_each
        );
        report.add(Row::new(store, &step, USERS, measured, signatures));
    }
    Ok(())
}

fn measure(
    plan: &Plan,
    step: &Step,
    served: &Served,
    database: Option<u32>,
    walk: &mut Walk,
) -> Result<Measured> {
    match step.work {
        Work::KeySets => {
            let request = same::Request::Get { path: "/.well-known/jwks.json" };
            same::run(served, request, step.connections, plan.warm_up, plan.window / 2)
        }
        Work::SignIns => {
            let load = sign_ins(plan, step.alg, step.connections, *walk, database);
            let done = load.run(served)?;
            *walk = done.walk;
            Ok(done.measured)
        }
        Work::Refreshes => {
            let load = sign_ins(plan, step.alg, 16, *walk, database);
            // Only for its refresh tokens.
            let brief = Duration::from_millis(700);
            let done = SignIns { warm_up: Duration::ZERO, window: brief, ..load }.run(served)?;
            *walk = done.walk;
            Refreshes {
                client: &client_id(step.alg),
                connections: step.connections,
                tokens: done.refresh_tokens,
                database,
                warm_up: plan.warm_up,
                window: plan.window,
            }
            .run(served)
        }
    }
}

fn sign_ins(
    plan: &Plan,
    alg: SigningAlgorithm,
    connections: usize,
    walk: Walk,
    database: Option<u32>,
) -> SignIns {
    let (warm_up, window) = (plan.warm_up, plan.window);
    SignIns { client: client_id(alg), connections, walk, database, warm_up, window, pause: Duration::ZERO }
}

/// CPU of the server for one message that is read from a full inbox.
fn inbox_cost(served: &Served, plan: &Plan) -> Result<f64> {
    let request = same::Request::Get { path: "/dev/inbox/messages" };
    let measured = same::run(served, request, 1, Duration::from_millis(100), plan.limit_window)?;
    // A full inbox holds a thousand.
    Ok(measured.cpu_micros_each / 1000.0)
}
