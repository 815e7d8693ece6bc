//! The `Store` traits over SQL, for SQLite and PostgreSQL, one query text for both.
//!
//! [`open`] picks the engine by URL. SQLite is one file with one writing thread and group commit;
//! PostgreSQL serves any number of nodes. Both make an act durable before it is answered.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod migrate;
mod options;
mod postgres;
mod sql;
mod sqlite;
mod turns;
mod tx;

use std::path::PathBuf;
use std::sync::Arc;

use latchkey_core::store::Store;

pub use options::{Durability, StoreOptions};

use sql::SqlStore;

/// Why a store cannot be opened. No text holds a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the store URL must be sqlite:<file>, sqlite::memory: or postgres://user:password@host/database")]
    Url,
    #[error(
        "{} is in use by another Latchkey (process {holder}); one process may open a SQLite file. Stop it, or use PostgreSQL for several",
        file.display()
    )]
    InUse { file: PathBuf, holder: String },
    #[error("the migration {0} was changed after it ran: this database belongs to another build")]
    Edited(String),
    #[error("the migration {name} failed: {reason}")]
    Migration { name: String, reason: String },
    #[error("the store cannot be opened: {0}")]
    Unavailable(String),
}

/// Opens the store of a URL and brings it to the schema of this build.
///
/// `sqlite:path` is a file, made when it is missing; `sqlite::memory:` lives as long as the store;
/// `postgres://…` (or `postgresql://…`) is a server, by TLS where the URL says `sslmode=require`.
pub async fn open(url: &str, options: &StoreOptions) -> Result<Arc<dyn Store>, OpenError> {
    match Target::parse(url)? {
        Target::Sqlite(place) => {
            let engine = sqlite::Sqlite::open(&place, options)?;
            Ok(Arc::new(SqlStore(engine, Default::default())))
        }
        Target::Postgres => {
            let engine = postgres::Postgres::connect(url, options).await?;
            engine.migrate().await?;
            Ok(Arc::new(SqlStore(engine, Default::default())))
        }
    }
}

/// Runs the migrations that are missing; returns their names.
pub async fn migrate(url: &str, options: &StoreOptions) -> Result<Vec<String>, OpenError> {
    match Target::parse(url)? {
        Target::Sqlite(place) => sqlite::migrate(&place, options),
        Target::Postgres => postgres::Postgres::connect(url, options).await?.migrate().await,
    }
}

/// The names of the migrations that have not run yet. Changes nothing.
pub async fn pending_migrations(url: &str, options: &StoreOptions) -> Result<Vec<String>, OpenError> {
    match Target::parse(url)? {
        Target::Sqlite(place) => sqlite::pending_migrations(&place, options),
        Target::Postgres => postgres::Postgres::connect(url, options).await?.pending_migrations().await,
    }
}

enum Target {
    Sqlite(sqlite::Place),
    Postgres,
}

impl Target {
    fn parse(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres);
        }
        match url.strip_prefix("sqlite:") {
            Some(":memory:") => Ok(Self::Sqlite(sqlite::Place::Memory)),
            Some(path) if !path.is_empty() => {
                let path = path.strip_prefix("//").unwrap_or(path);
                Ok(Self::Sqlite(sqlite::Place::File(PathBuf::from(path))))
            }
            _ => Err(OpenError::Url),
        }
    }
}
