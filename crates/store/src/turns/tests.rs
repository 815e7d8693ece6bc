use std::sync::{Condvar, Mutex};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::*;
use crate::postgres::Postgres;
use crate::sqlite::{Place, Sqlite};
use crate::tx::{Act, Columns, Engine, Tx};

const ONE: &str = "SELECT CAST(1 AS BIGINT)";

struct Short;

impl Act for Short {
    type Out = i64;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<i64> {
        Ok(tx.ask(ONE, Vec::new(), |row| row.next()).await?[0])
    }
}

/// Looks for as long as the gate is shut.
struct Long {
    begun: UnboundedSender<bool>,
    gate: Arc<Semaphore>,
}

impl Act for Long {
    type Out = ();

    fn is_long(&self) -> bool {
        true
    }

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        self.begun.send(true).unwrap();
        if T::ALONE {
            // In the middle of a statement, its connection in hand.
            return tx.ask(ONE, Vec::new(), in_sqlite).await.map(drop);
        }
        drop(self.gate.acquire().await);
        Ok(())
    }
}

static IS_OPEN: Mutex<bool> = Mutex::new(false);
static OPENED: Condvar = Condvar::new();

fn in_sqlite(_: &mut Columns<'_>) -> StoreResult<()> {
    drop(OPENED.wait_while(IS_OPEN.lock().unwrap(), |open| !*open).unwrap());
    Ok(())
}

/// Opened when it is dropped, so that no failure leaves a thread behind.
struct Gate(Arc<Semaphore>, fn());

impl Drop for Gate {
    fn drop(&mut self) {
        self.0.close();
        self.1();
    }
}

fn open_in_sqlite() {
    *IS_OPEN.lock().unwrap() = true;
    OPENED.notify_all();
}

/// An engine of four connections that waits for none.
fn four() -> StoreOptions {
    StoreOptions { readers: 4, connections: 4, wait: Duration::ZERO, ..StoreOptions::default() }
}

/// Of four searches at once two are under way.
async fn searches_leave_connections_to_others<E: Engine>(engine: E, open: fn()) {
    let engine = Arc::new(engine);
    let (begun, mut outcomes) = unbounded_channel();
    let gate = Gate(Arc::new(Semaphore::new(0)), open);
    let held = Arc::clone(&gate.0);
    let search = || {
        let (engine, refused) = (Arc::clone(&engine), begun.clone());
        let act = Long { begun: begun.clone(), gate: Arc::clone(&held) };
        tokio::spawn(async move {
            let outcome = engine.read(act).await;
            if outcome.is_err() {
                refused.send(false).unwrap();
            }
            outcome
        })
    };

    let searches: Vec<_> = (0..4).map(|_| search()).collect();

    let mut under_way = 0;
    for _ in 0..searches.len() {
        under_way += usize::from(outcomes.recv().await.unwrap());
    }
    assert_eq!(under_way, 2);
    for _ in 0..10 {
        assert_eq!(engine.read(Short).await.unwrap(), 1);
    }
    let late = search().await.unwrap();
    assert!(matches!(late, Err(StoreError::NoTurn)), "{late:?}");

    drop(gate);
    let mut done = 0;
    for search in searches {
        done += usize::from(search.await.unwrap().is_ok());
    }
    assert_eq!(done, 2);
    search().await.unwrap().unwrap();
}

/// S-126
#[tokio::test]
async fn on_sqlite_searches_leave_the_connections_of_others_alone() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::File(folder.path().join("latchkey.db"));
    searches_leave_connections_to_others(Sqlite::open(&place, &four()).unwrap(), open_in_sqlite).await;
}

/// S-126
#[tokio::test]
async fn on_postgresql_searches_leave_half_of_the_connections_to_others() {
    searches_leave_connections_to_others(Postgres::connect(&postgresql(), &four()).await.unwrap(), || {})
        .await;
}

/// Goes on for minutes.
struct Endless;

impl Act for Endless {
    type Out = i64;

    fn is_long(&self) -> bool {
        true
    }

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<i64> {
        let text = "SELECT count(n) FROM (SELECT generate_series(1, 4000000000) AS n) AS s";
        Ok(tx.ask(text, Vec::new(), |row| row.next()).await?[0])
    }
}

struct Limit;

impl Act for Limit {
    type Out = String;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<String> {
        let text = "SELECT current_setting('statement_timeout')";
        Ok(tx.ask(text, Vec::new(), |row| row.next()).await?.remove(0))
    }
}

/// S-126: what costs too much ends in the database, too, and its connection is as it was.
#[tokio::test]
async fn on_postgresql_a_search_that_takes_too_long_is_ended() {
    let options =
        StoreOptions { connections: 1, deadline: Duration::from_millis(500), ..StoreOptions::default() };
    let engine = Postgres::connect(&postgresql(), &options).await.unwrap();
    let usual = engine.read(Limit).await.unwrap();

    let outcome = engine.read(Endless).await;

    let cancelled = "database error: 57014";
    assert!(matches!(&outcome, Err(StoreError::Unavailable(why)) if why == cancelled), "{outcome:?}");
    assert_eq!(engine.read(Limit).await.unwrap(), usual);
}

#[expect(clippy::disallowed_methods, reason = "where the test database is, is the environment's to say")]
pub(crate) fn postgresql() -> String {
    std::env::var("LATCHKEY_TEST_POSTGRES")
        .expect("LATCHKEY_TEST_POSTGRES must be the URL of a PostgreSQL server; cargo xtask test starts one")
}
