use std::sync::Mutex;
use std::time::Duration;

use latchkey_core::store::StoreResult;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};

use super::*;
use crate::StoreOptions;
use crate::postgres::Postgres;
use crate::turns::tests::postgresql;
use crate::tx::{Act, Engine, Query, Tx};

const SECOND: Duration = Duration::from_secs(1);

fn manners(crowd: &Crowd) -> Manners<'_> {
    Manners { crowd, until: Instant::now() + SECOND }
}

#[tokio::test(start_paused = true)]
async fn where_nobody_is_nobody_waits() {
    let crowd = Crowd::default();
    let begun = Instant::now();

    manners(&crowd).make_way().await;

    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_background_waits_until_the_last_one_is_gone_for_a_while() {
    let crowd = Arc::new(Crowd::default());
    let (first, last) = (crowd.join(), crowd.join());
    let begun = Instant::now();
    let background = manners(&crowd);
    let leave = async {
        sleep(Duration::from_millis(1)).await;
        drop(first);
        sleep(Duration::from_millis(1)).await;
        drop(last);
    };

    tokio::join!(background.make_way(), leave);

    assert_eq!(begun.elapsed(), Duration::from_millis(2) + QUIET);
}

#[tokio::test(start_paused = true)]
async fn who_left_a_while_ago_is_not_waited_for() {
    let crowd = Arc::new(Crowd::default());
    drop(crowd.join());
    sleep(QUIET).await;
    let begun = Instant::now();

    manners(&crowd).make_way().await;

    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_background_waits_no_longer_than_its_patience() {
    let crowd = Arc::new(Crowd::default());
    let _forever = crowd.join();
    let begun = Instant::now();

    let manners = manners(&crowd);
    manners.make_way().await;
    manners.make_way().await;

    assert_eq!(begun.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_while_it_waits_is_waited_for() {
    let crowd = Arc::new(Crowd::default());
    let first = crowd.join();
    let turns = async {
        sleep(Duration::from_millis(1)).await;
        let next = crowd.join();
        drop(first);
        sleep(Duration::from_millis(1)).await;
        assert!(timeout(Duration::ZERO, manners(&crowd).make_way()).await.is_err());
        drop(next);
    };
    let begun = Instant::now();
    let background = manners(&crowd);

    tokio::join!(background.make_way(), turns);

    assert_eq!(begun.elapsed(), Duration::from_millis(2) + QUIET);
}

static SYNCED: Query = Query::new("SELECT current_setting('synchronous_commit')");

/// Holds on until the gate is open.
struct Awaited {
    begun: UnboundedSender<()>,
    gate: Arc<Semaphore>,
    order: Arc<Mutex<Vec<&'static str>>>,
}

impl Act for Awaited {
    type Out = String;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<String> {
        self.begun.send(()).unwrap();
        drop(self.gate.acquire().await);
        self.order.lock().unwrap().push("awaited");
        Ok(tx.all(&SYNCED, Vec::new(), |row| row.next()).await?.remove(0))
    }
}

struct Background {
    begun: UnboundedSender<()>,
    order: Arc<Mutex<Vec<&'static str>>>,
}

impl Act for Background {
    type Out = String;
    const PATIENT: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<String> {
        self.begun.send(()).unwrap();
        let synced = tx.all(&SYNCED, Vec::new(), |row| row.next()).await?.remove(0);
        self.order.lock().unwrap().push("background");
        Ok(synced)
    }
}

struct Short;

impl Act for Short {
    type Out = String;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<String> {
        Ok(tx.all(&SYNCED, Vec::new(), |row| row.next()).await?.remove(0))
    }
}

#[tokio::test]
async fn an_act_of_the_background_asks_nothing_while_another_is_under_way_and_waits_for_no_disk() {
    let options =
        StoreOptions { patience: Duration::from_secs(60), connections: 4, ..StoreOptions::default() };
    let engine = Arc::new(Postgres::connect(&postgresql(), &options).await.unwrap());
    let (gate, order) = (Arc::new(Semaphore::new(0)), Arc::<Mutex<Vec<_>>>::default());
    let (begun, mut acts) = unbounded_channel();
    let awaited = Awaited { begun: begun.clone(), gate: Arc::clone(&gate), order: Arc::clone(&order) };
    let background = Background { begun, order: Arc::clone(&order) };

    let awaited = tokio::spawn({
        let engine = Arc::clone(&engine);
        async move { engine.write(awaited).await }
    });
    acts.recv().await.unwrap();
    let background = tokio::spawn({
        let engine = Arc::clone(&engine);
        async move { engine.write(background).await }
    });
    acts.recv().await.unwrap();
    // Time enough for one that does not wait.
    for _ in 0..20 {
        engine.read(Short).await.unwrap();
    }
    gate.close();

    assert_eq!(awaited.await.unwrap().unwrap(), "on");
    assert_eq!(background.await.unwrap().unwrap(), "off");
    assert_eq!(*order.lock().unwrap(), ["awaited", "background"]);
    assert_eq!(engine.read(Short).await.unwrap(), "on");
}
