//! Stores with many users.
//!
//! SQLite: one user signs in for real; what that wrote is then repeated for everybody else, row by row
//! and straight into the file, so that five million take minutes. A file is kept under
//! `target/bench/data` as long as the schema stays. PostgreSQL: through the store's own verb.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use latchkey_core::model::{Channel, EmailAddress, PhoneNumber, SigningAlgorithm, User};
use latchkey_core::store::Store;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::load::sign_ins::SignIns;
use crate::setup::{self, CONNECTION, Places, SETUP_AT, client_id};
use crate::users::{Walk, email_address, phone_number, scatter};

/// The file with `users` users, made unless it is there.
pub fn sqlite(places: &Places, users: u64) -> Result<PathBuf> {
    let folder = places.folder.join("data");
    std::fs::create_dir_all(&folder)?;
    let seed = seed(places)?;
    let schema = schema(&seed)?;
    let file = folder.join(format!("users-{users}.db"));
    let note = file.with_extension("schema");
    if file.exists() && std::fs::read_to_string(&note).is_ok_and(|kept| kept == schema) {
        return Ok(file);
    }
    std::fs::remove_file(&note).ok();
    let begin = std::time::Instant::now();
    setup::copy(&seed, &file)?;
    multiply(&file, users)?;
    std::fs::write(&note, schema)?;
    println!("made a store of {users} users in {:.1} s", begin.elapsed().as_secs_f64());
    Ok(file)
}

/// A store with clients and one user, who signed in.
fn seed(places: &Places) -> Result<PathBuf> {
    let folder = places.run_folder()?;
    let file = folder.join("seed.db");
    let url = format!("sqlite:{}", file.display());
    open(&url, |store| Box::pin(setup::fill(store)))?;
    let served = places.serve(&folder, &url)?;
    let first = SignIns {
        client: client_id(SigningAlgorithm::ES256),
        connections: 1,
        walk: Walk::from(1, 0),
        database: None,
        warm_up: std::time::Duration::from_millis(50),
        window: std::time::Duration::from_millis(300),
        pause: std::time::Duration::ZERO,
    };
    first.run(&served).context("the sign-in of the first user")?;
    served.stop()?;
    Ok(file)
}

type Filling<'a> = std::pin::Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// Opens a store, does something with it, closes it.
pub fn open(url: &str, fill: impl for<'a> FnOnce(&'a dyn Store) -> Filling<'a>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = latchkey_store::open(url, &latchkey_store::StoreOptions::default()).await?;
        fill(store.as_ref()).await?;
        store.close().await;
        Ok(())
    })
}

/// Users through the store, many at a time.
pub async fn insert(store: &dyn Store, users: &[u64]) -> Result<()> {
    for batch in users.chunks(50) {
        let batch = batch.iter().map(|&index| async move {
            let number = PhoneNumber::parse(&phone_number(index)).context("a number that is none")?;
            let user = User::first_seen(CONNECTION, Channel::Sms, number.address(), &hex(index), SETUP_AT);
            store.insert_user(&user, Vec::new()).await.context("inserting a user")
        });
        join_all(batch).await?;
    }
    Ok(())
}

/// As [`insert`], with an address for mails, once in the connection `email` and once in the database.
pub async fn insert_by_email(
    store: &dyn Store,
    (email, database): (&str, &str),
    users: &[u64],
) -> Result<()> {
    for batch in users.chunks(50) {
        let batch = batch.iter().map(|&index| async move {
            let address = EmailAddress::parse(&email_address(index)).context("an address that is none")?;
            let user = User::first_seen(email, Channel::Email, address.address(), &hex(index), SETUP_AT);
            store.insert_user(&user, Vec::new()).await.context("inserting a user")?;
            let user = User::first_seen(database, Channel::Email, address.address(), &hex(index), SETUP_AT);
            store
                .insert_user(&user.of_database(), Vec::new())
                .await
                .context("inserting a user of the database")
        });
        join_all(batch).await?;
    }
    Ok(())
}

/// Polls all of them together on this task.
async fn join_all(work: impl Iterator<Item = impl Future<Output = Result<()>>>) -> Result<()> {
    let mut waiting: Vec<_> = work.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        let mut failed = None;
        waiting.retain_mut(|future| match future.as_mut().poll(context) {
            std::task::Poll::Pending => true,
            std::task::Poll::Ready(outcome) => {
                failed = outcome.err().or(failed.take());
                false
            }
        });
        match (failed, waiting.is_empty()) {
            (Some(error), _) => std::task::Poll::Ready(Err(error)),
            (None, true) => std::task::Poll::Ready(Ok(())),
            (None, false) => std::task::Poll::Pending,
        }
    })
    .await
}

/// 24 hex digits in the order of indexes, as ids are in the order of time.
fn hex(index: u64) -> String {
    format!("{:08x}{:016x}", SETUP_AT.0.unsigned_abs() + index / 10, scatter(index))
}

/// What makes an old file useless.
fn schema(file: &Path) -> Result<String> {
    let db = Connection::open(file)?;
    let mut all = db.prepare("SELECT coalesce(sql, '') FROM sqlite_schema ORDER BY name")?;
    let all = all.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(format!("{FORMAT}\n{}", all.join("\n")))
}

/// Changes when the rows that are written change.
const FORMAT: &str = "1";

/// Repeats the first user, with one live refresh token, for the indexes from 1 on.
fn multiply(file: &Path, users: u64) -> Result<()> {
    let mut db = Connection::open(file)?;
    db.pragma_update(None, "journal_mode", "off")?;
    db.pragma_update(None, "synchronous", "off")?;
    db.pragma_update(None, "locking_mode", "exclusive")?;
    db.pragma_update(None, "cache_size", -4 * 1024 * 1024)?;
    db.pragma_update(None, "foreign_keys", false)?;
    let patterns = TABLES.map(|name| Pattern::read(&db, name));
    let indexes = indexes(&db)?;
    for (name, _) in &indexes {
        db.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    let tx = db.transaction()?;
    for pattern in patterns {
        let pattern = pattern?;
        let mut insert = tx.prepare(&pattern.insert)?;
        for index in 1..users {
            insert.execute(params_from_iter(pattern.row(index)))?;
        }
    }
    for (_, sql) in &indexes {
        tx.execute_batch(sql)?;
    }
    tx.commit()?;
    db.pragma_update(None, "journal_mode", "wal")?;
    Ok(())
}

const TABLES: [&str; 4] = ["users", "identities", "refresh_families", "refresh_tokens"];

/// Indexes that were made by a statement, and the statement.
fn indexes(db: &Connection) -> Result<Vec<(String, String)>> {
    let list = TABLES.map(|name| format!("'{name}'")).join(", ");
    let query = format!(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({list})"
    );
    let mut found = db.prepare(&query)?;
    let found = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<Vec<_>, _>>()?)
}

/// A row of the first user, and how another's differs.
struct Pattern {
    table: &'static str,
    columns: Vec<String>,
    values: Vec<Value>,
    insert: String,
}

impl Pattern {
    fn read(db: &Connection, table: &'static str) -> Result<Self> {
        let mut rows = db.prepare(&format!("SELECT * FROM {table} LIMIT 1"))?;
        let columns: Vec<String> = rows.column_names().map(str::to_owned).collect();
        let values = rows
            .query_row([], |row| (0..columns.len()).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>())
            .with_context(|| format!("the first user left nothing in {table}"))?;
        let marks = vec!["?"; columns.len()].join(", ");
        let insert = format!("INSERT INTO {table} ({}) VALUES ({marks})", columns.join(", "));
        ensure!(!columns.is_empty(), "{table} has no columns");
        Ok(Self { table, columns, values, insert })
    }

    fn row(&self, index: u64) -> impl Iterator<Item = Value> + '_ {
        self.columns.iter().zip(&self.values).map(move |(column, value)| {
            let hex = || hex(index);
            match (self.table, column.as_str()) {
                ("users", "id") | (_, "user_id") => Value::Text(format!("sms|{}", hex())),
                ("identities", "address") => Value::Text(phone_number(index)),
                ("identities", "provider_user_id") | ("refresh_families", "id") => Value::Text(hex()),
                ("refresh_tokens", "family") => Value::Text(hex()),
                ("refresh_tokens", "hash") => Value::Blob(hash(index)),
                ("refresh_tokens", "parent" | "used_at" | "rotated_at") => Value::Null,
                _ => value.clone(),
            }
        })
    }
}

/// 32 bytes that look like a hash.
fn hash(index: u64) -> Vec<u8> {
    (1..=4_u64).flat_map(|part| scatter(index.wrapping_mul(4).wrapping_add(part)).to_be_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_in_the_order_of_indexes_by_their_seconds() {
        assert_eq!(hex(7).len(), 24);
        assert!(hex(10) < hex(20));
        assert_ne!(hex(11), hex(12));
    }
}
