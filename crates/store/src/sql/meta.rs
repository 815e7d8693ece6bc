//! Values that the server keeps about itself, ids seen once, and the proof of life.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::store::{HealthStore, MetaStore, StoreError, StoreResult};

use super::SqlStore;
use crate::tx::{Act, Engine, Tx, queries, values};

queries! {
    FIND = "SELECT value FROM meta WHERE name = $1";
    INIT = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    /// An id whose time has passed counts as new.
    SEE = "INSERT INTO seen (key, expires_at) VALUES ($1, $2) \
        ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at WHERE seen.expires_at <= $3";
    SEEN = "SELECT expires_at FROM seen WHERE key = $1 AND expires_at > $2";
    PING = "INSERT INTO meta (name, value) VALUES ('ping', '') \
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
}

/// True when the key was not seen before.
pub(super) async fn see<T: Tx>(tx: &T, key: &str, until: Timestamp, now: Timestamp) -> StoreResult<bool> {
    Ok(tx.change(&SEE, values![key, until, now]).await? > 0)
}

pub(super) async fn is_seen<T: Tx>(tx: &T, key: &str, now: Timestamp) -> StoreResult<bool> {
    Ok(tx.first(&SEEN, values![key, now], |row| row.next::<Timestamp>()).await?.is_some())
}

struct Find(String);
struct Init(String, String);
struct See(String, Timestamp, Timestamp);
struct IsSeen(String, Timestamp);
struct Ping;

impl Act for Find {
    type Out = Option<String>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<String>> {
        tx.first(&FIND, values![&self.0], |row| row.next()).await
    }
}

impl Act for Init {
    type Out = String;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<String> {
        tx.change(&INIT, values![&self.0, &self.1]).await?;
        let held = tx.first(&FIND, values![&self.0], |row| row.next()).await?;
        held.ok_or_else(|| StoreError::Corrupt(String::from("a value was not kept")))
    }
}

impl Act for See {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        see(tx, &self.0, self.1, self.2).await
    }
}

impl Act for IsSeen {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        is_seen(tx, &self.0, self.1).await
    }
}

impl Act for Ping {
    type Out = ();

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        tx.change(&PING, values![]).await.map(drop)
    }
}

#[async_trait]
impl<E: Engine> MetaStore for SqlStore<E> {
    async fn find_meta(&self, name: &str) -> StoreResult<Option<String>> {
        self.0.read(Find(name.to_owned())).await
    }

    async fn init_meta(&self, name: &str, value: &str) -> StoreResult<String> {
        self.0.write(Init(name.to_owned(), value.to_owned())).await
    }

    async fn is_seen(&self, key: &str, now: Timestamp) -> StoreResult<bool> {
        self.0.read(IsSeen(key.to_owned(), now)).await
    }

    async fn insert_once(&self, key: &str, expires_at: Timestamp, now: Timestamp) -> StoreResult<bool> {
        self.0.write(See(key.to_owned(), expires_at, now)).await
    }
}

#[async_trait]
impl<E: Engine> HealthStore for SqlStore<E> {
    async fn ping(&self) -> StoreResult<()> {
        self.0.write(Ping).await
    }

    async fn close(&self) {
        self.0.close().await;
    }
}
