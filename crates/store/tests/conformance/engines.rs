//! The engines that the suite runs against: a line each.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use latchkey_core::store::Store;
use latchkey_store::StoreOptions;
use tempfile::TempDir;

/// Makes of each function `async fn(Bench)` one test per engine.
macro_rules! on_every_engine {
    ($($test:ident),* $(,)?) => {
        $crate::engines::on_engine!(sqlite_in_memory: $($test,)*);
        $crate::engines::on_engine!(sqlite_in_a_file: $($test,)*);
        $crate::engines::on_engine!(postgresql: $($test,)*);
    };
}
pub(crate) use on_every_engine;

macro_rules! on_engine {
    ($engine:ident: $($test:ident,)*) => {
        mod $engine {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let bench = $crate::engines::$engine().await;
                    let url = bench.url().to_owned();
                    super::$test(bench).await;
                    $crate::engines::remove(&url).await;
                }
            )*
        }
    };
}
pub(crate) use on_engine;

/// A new, empty store.
pub(crate) struct Bench {
    pub store: Arc<dyn Store>,
    url: String,
    folder: Option<TempDir>,
}

impl Deref for Bench {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &*self.store
    }
}

impl Bench {
    async fn over(url: String, folder: Option<TempDir>) -> Self {
        // A machine with much else to do is no failure.
        let options = StoreOptions { wait: Duration::from_secs(30), ..StoreOptions::default() };
        let store = latchkey_store::open(&url, &options).await.unwrap();
        Self { store, url, folder }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The records end with the store.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.url == MEMORY
    }

    /// Changes the database behind the back of the store, which is not one in memory.
    pub(crate) async fn tamper(&self, statements: &str) {
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let db = rusqlite::Connection::open(path).unwrap();
            db.busy_timeout(Duration::from_secs(10)).unwrap();
            return db.execute_batch(statements).unwrap();
        }
        run(&self.url, statements).await;
    }

    /// Another store over the same records, with no connection used yet; `None` where the records end
    /// with the store.
    pub(crate) async fn reopen(self) -> Option<Self> {
        let Self { store, url, folder } = self;
        drop(store);
        if url == MEMORY {
            return None;
        }
        Some(Self::over(url, folder).await)
    }
}

pub(crate) async fn sqlite_in_memory() -> Bench {
    Bench::over(MEMORY.to_owned(), None).await
}

pub(crate) async fn sqlite_in_a_file() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    Bench::over(url, Some(folder)).await
}

/// In a database of its own, whose language does not sort by bytes: lists must not depend on it.
pub(crate) async fn postgresql() -> Bench {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("conformance_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    let base = server();
    run(
        &base,
        &format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
        ),
    )
    .await;
    let (server, _) = base.rsplit_once('/').unwrap();
    Bench::over(format!("{server}/{name}"), None).await
}

/// Gives back what a store of PostgreSQL took of the disk: hundreds of databases fill it. One whose test
/// failed stays, to be looked at.
pub(crate) async fn remove(url: &str) {
    if let Some(("postgres", place)) = url.split_once("://") {
        let (_, name) = place.rsplit_once('/').unwrap();
        run(&server(), &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "where the test database is, is the environment's to say")]
fn server() -> String {
    std::env::var("LATCHKEY_TEST_POSTGRES").expect(
        "LATCHKEY_TEST_POSTGRES must be the URL of a PostgreSQL server on which databases may be made; cargo xtask test starts one",
    )
}

async fn run(url: &str, statements: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(statements).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}

const MEMORY: &str = "sqlite::memory:";
