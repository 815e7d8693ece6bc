//! SQLite: one file, one process, one writing thread with group commit, and readers used in place.
//!
//! WAL with `synchronous = FULL`: what was answered is on disk. See decisions 4.2 and 4.2a.

mod audit_hash;
mod conn;
mod file_lock;
mod metadata;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use latchkey_core::store::{StoreError, StoreResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::migrate::{self, Migration};
use crate::turns::{Turns, share};
use crate::tx::{Act, Engine};
use crate::{OpenError, StoreOptions};
use conn::{Conn, at_once};
use file_lock::FileLock;
use writer::Writer;

/// Where the database is.
pub(crate) enum Place {
    Memory,
    File(PathBuf),
}

pub(crate) struct Sqlite {
    writer: Writer,
    readers: Readers,
    /// For long acts, which leave the others alone.
    long: Arc<Readers>,
    turns: Turns,
}

struct Readers {
    /// None in memory: there the writer reads too.
    all: Vec<Conn>,
    /// Which readers are free; the one used last comes first.
    free: Mutex<Vec<usize>>,
}

impl Sqlite {
    pub(crate) fn open(place: &Place, options: &StoreOptions) -> Result<Self, OpenError> {
        let Place::File(path) = place else {
            let mut db = Connection::open_in_memory().map_err(unopened)?;
            set_up(&mut db, options)?;
            run_missing(&mut db)?;
            let writer = Writer::start(db, None, None, options)?;
            return Ok(Self::over(writer, Vec::new(), Vec::new(), options));
        };
        let lock = FileLock::take(path)?;
        let mut db = open_file(path, options)?;
        run_missing(&mut db)?;
        let checkpointer = open_file(path, options)?;
        let (short, long) = (options.readers.max(1), share(options.readers));
        let open = |count: usize| (0..count).map(|_| open_reader(path, options, short + long)).collect();
        let (short, long): (Result<Vec<_>, _>, Result<Vec<_>, _>) = (open(short), open(long));
        let writer = Writer::start(db, Some(checkpointer), Some(lock), options)?;
        Ok(Self::over(writer, short?, long?, options))
    }

    fn over(writer: Writer, readers: Vec<Conn>, long: Vec<Conn>, options: &StoreOptions) -> Self {
        let turns = Turns::new(long.len(), options);
        Self { writer, readers: Readers::of(readers), long: Arc::new(Readers::of(long)), turns }
    }
}

impl Readers {
    fn of(all: Vec<Conn>) -> Self {
        let free = Mutex::new((0..all.len()).collect());
        Self { all, free }
    }

    fn run<A: Act>(&self, act: &A) -> StoreResult<A::Out> {
        let (at, reader) =
            self.take_reader().ok_or_else(|| StoreError::Unavailable(String::from("there is no reader")))?;
        let outcome = at_once(act.run(reader));
        self.put_reader(at);
        outcome
    }

    /// A reader nobody uses, or else any one: its statements take turns.
    fn take_reader(&self) -> Option<(usize, &Conn)> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let at = free.pop().unwrap_or(0);
        self.all.get(at).map(|reader| (at, reader))
    }

    fn put_reader(&self, at: usize) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if !free.contains(&at) {
            free.push(at);
        }
    }
}

impl Engine for Sqlite {
    async fn read<A: Act>(&self, act: A) -> StoreResult<A::Out> {
        if self.readers.all.is_empty() {
            return self.writer.write(act).await;
        }
        if !act.is_long() {
            return self.readers.run(&act);
        }
        let turn = self.turns.take().await?;
        let readers = Arc::clone(&self.long);
        let done = tokio::task::spawn_blocking(move || {
            let outcome = readers.run(&act);
            drop(turn);
            outcome
        });
        done.await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    }

    async fn write<A: Act>(&self, act: A) -> StoreResult<A::Out> {
        self.writer.write(act).await
    }

    async fn close(&self) {
        for reader in self.readers.all.iter().chain(&self.long.all) {
            reader.close();
        }
        self.writer.close().await;
    }
}

/// Runs what is missing; returns the names.
pub(crate) fn migrate(place: &Place, options: &StoreOptions) -> Result<Vec<String>, OpenError> {
    let Place::File(path) = place else {
        return Ok(migrate::names(migrate::SQLITE));
    };
    let _lock = FileLock::take(path)?;
    run_missing(&mut open_file(path, options)?)
}

/// What is missing, without a change to the file and beside a process that uses it.
pub(crate) fn pending_migrations(place: &Place, options: &StoreOptions) -> Result<Vec<String>, OpenError> {
    match place {
        Place::File(path) if path.exists() => {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
            let db = Connection::open_with_flags(path, flags).map_err(unopened)?;
            let _ = options;
            Ok(migrate::names(&missing(&db)?))
        }
        _ => Ok(migrate::names(migrate::SQLITE)),
    }
}

fn run_missing(db: &mut Connection) -> Result<Vec<String>, OpenError> {
    db.execute_batch(migrate::CREATE_TABLE).map_err(unopened)?;
    let missing = missing(db)?;
    for migration in &missing {
        run_migration(db, migration).map_err(|error| OpenError::Migration {
            name: migration.name.to_owned(),
            reason: error.to_string(),
        })?;
    }
    Ok(migrate::names(&missing))
}

fn missing(db: &Connection) -> Result<Vec<Migration>, OpenError> {
    let exists = db.table_exists(None, "migrations").map_err(unopened)?;
    let applied = if exists { applied(db).map_err(unopened)? } else { Vec::new() };
    migrate::pending(migrate::SQLITE, &applied)
}

fn applied(db: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    db.prepare(migrate::LIST)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn run_migration(db: &mut Connection, migration: &Migration) -> rusqlite::Result<()> {
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    tx.execute_batch(migration.text)?;
    tx.execute(&migrate::RECORD.replace('$', "?"), (migration.name, migration.checksum()))?;
    tx.commit()
}

fn open_file(path: &Path, options: &StoreOptions) -> Result<Connection, OpenError> {
    let mut db = Connection::open(path).map_err(unopened)?;
    set_up(&mut db, options)?;
    Ok(db)
}

/// One of so many.
fn open_reader(path: &Path, options: &StoreOptions, of: usize) -> Result<Conn, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(unopened)?;
    db.busy_timeout(BUSY).map_err(unopened)?;
    keep_statements(&db).map_err(unopened)?;
    metadata::register(&db).map_err(unopened)?;
    audit_hash::register(&db).map_err(unopened)?;
    // A quarter of the memory; the rest is the writer's, which every sign-in goes through.
    let readers = u32::try_from(of.max(1)).unwrap_or(u32::MAX);
    cache(&db, options.cache_kib / 4 / readers).map_err(unopened)?;
    Ok(Conn::new(db))
}

fn set_up(db: &mut Connection, options: &StoreOptions) -> Result<(), OpenError> {
    let set = |db: &mut Connection| {
        db.busy_timeout(BUSY)?;
        keep_statements(db)?;
        metadata::register(db)?;
        audit_hash::register(db)?;
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        db.pragma_update(None, "foreign_keys", true)?;
        db.pragma_update(None, "wal_autocheckpoint", 0)?;
        db.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
        db.pragma_update(None, "temp_store", "memory")?;
        if let Some(pages) = options.max_pages {
            db.pragma_update(None, "max_page_count", pages)?;
        }
        cache(db, options.cache_kib / 4 * 3)
    };
    set(db).map_err(unopened)
}

/// Statements are prepared once. Without the stability guarantee SQLite plans some anew, such as those
/// with a `LIMIT`, whenever a parameter changes.
fn keep_statements(db: &Connection) -> rusqlite::Result<()> {
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

fn cache(db: &Connection, kib: u32) -> rusqlite::Result<()> {
    // Negative: KiB instead of pages.
    db.pragma_update(None, "cache_size", -i64::from(kib.max(64)))
}

/// No message of SQLite holds a value.
fn unopened(error: rusqlite::Error) -> OpenError {
    OpenError::Unavailable(error.to_string())
}

fn unavailable(error: &rusqlite::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// How long to wait for another program that looks into the file.
const BUSY: Duration = Duration::from_secs(2);
/// More than there are statements.
const STATEMENTS: usize = 384;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql;

    #[test]
    fn every_statement_can_be_prepared() {
        let mut db = Connection::open_in_memory().unwrap();
        audit_hash::register(&db).unwrap();
        run_missing(&mut db).unwrap();
        for query in sql::queries() {
            db.prepare(query.sqlite()).unwrap_or_else(|error| panic!("{}: {error}", query.text));
        }
    }

    #[test]
    fn no_statement_goes_through_the_parts_of_all_files() {
        let mut db = Connection::open_in_memory().unwrap();
        audit_hash::register(&db).unwrap();
        run_missing(&mut db).unwrap();
        for query in sql::queries().filter(|query| query.text.contains("job_parts")) {
            let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {}", query.sqlite())).unwrap();
            let mut rows = plan.raw_query();
            while let Some(row) = rows.next().unwrap() {
                let line: String = row.get("detail").unwrap();
                let whole = line.starts_with("SCAN p") || line.starts_with("SCAN job_parts");
                assert!(!whole, "{line}: {}", query.text);
            }
        }
    }

    #[test]
    fn every_statement_is_kept() {
        // And half as many, made for one question.
        assert!(STATEMENTS >= sql::queries().count() * 3 / 2);
    }

    #[test]
    fn an_interrupted_migration_leaves_nothing_and_runs_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("latchkey.db");
        let options = StoreOptions::default();
        let mut db = open_file(&path, &options).unwrap();
        db.execute_batch(migrate::CREATE_TABLE).unwrap();
        run_migration(&mut db, &migrate::SQLITE[0]).unwrap();
        // The second one stops half-way: the last of its tables is there already.
        db.execute_batch("CREATE TABLE seen (x TEXT)").unwrap();
        assert!(matches!(
            run_missing(&mut db),
            Err(OpenError::Migration { name, .. }) if name == "0002_keyed"
        ));
        assert!(!db.table_exists(None, "identities").unwrap());

        db.execute_batch("DROP TABLE seen").unwrap();
        let missing: Vec<_> = migrate::SQLITE[1..].iter().map(|migration| migration.name).collect();
        assert_eq!(run_missing(&mut db).unwrap(), missing);
        assert!(run_missing(&mut db).unwrap().is_empty());
    }
}
