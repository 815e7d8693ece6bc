//! One connection as a [`Tx`]: every statement is answered on the calling thread, at once.

use std::future::{Future, ready};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use latchkey_core::store::{StoreError, StoreResult};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Statement, ToSql};

use super::unavailable;
use crate::tx::{Columns, Query, Read, Row, Tx, Value};

pub(super) struct Conn {
    /// `None` once closed.
    db: Mutex<Option<Connection>>,
    abandoned: AtomicBool,
}

impl Conn {
    pub(super) fn new(db: Connection) -> Self {
        Self { db: Mutex::new(Some(db)), abandoned: AtomicBool::new(false) }
    }

    pub(super) fn close(&self) {
        drop(self.guard().take());
    }

    /// Whether the act asked to leave no trace; asks anew for the next one.
    pub(super) fn take_abandoned(&self) -> bool {
        self.abandoned.swap(false, Ordering::Relaxed)
    }

    /// Does something with the connection itself.
    pub(super) fn with<R>(&self, act: impl FnOnce(&Connection) -> rusqlite::Result<R>) -> StoreResult<R> {
        let guard = self.guard();
        let db = guard.as_ref().ok_or_else(closed)?;
        act(db).map_err(|error| unavailable(&error))
    }

    fn guard(&self) -> MutexGuard<'_, Option<Connection>> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rows<R>(&self, query: &'static Query, values: &[Value], read: Read<R>) -> StoreResult<Vec<R>> {
        let guard = self.guard();
        let db = guard.as_ref().ok_or_else(closed)?;
        let mut statement = prepare(db, query, values)?;
        records(&mut statement, read)
    }

    fn ask_once<R>(&self, text: &str, values: &[Value], read: Read<R>) -> StoreResult<Vec<R>> {
        let guard = self.guard();
        let db = guard.as_ref().ok_or_else(closed)?;
        let mut statement = db.prepare(text).map_err(|error| unavailable(&error))?;
        for (at, value) in (1usize..).zip(values) {
            statement.raw_bind_parameter(at, value).map_err(|error| unavailable(&error))?;
        }
        records(&mut statement, read)
    }

    fn changes(&self, query: &'static Query, values: &[Value]) -> StoreResult<u64> {
        let guard = self.guard();
        let db = guard.as_ref().ok_or_else(closed)?;
        let changed = prepare(db, query, values)?.raw_execute().map_err(|error| unavailable(&error))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }
}

fn records<R>(statement: &mut Statement<'_>, read: Read<R>) -> StoreResult<Vec<R>> {
    let mut rows = statement.raw_query();
    let mut records = Vec::new();
    while let Some(row) = rows.next().map_err(|error| unavailable(&error))? {
        records.push(read(&mut Columns::of(row))?);
    }
    Ok(records)
}

fn prepare<'a>(
    db: &'a Connection,
    query: &'static Query,
    values: &[Value],
) -> StoreResult<CachedStatement<'a>> {
    let bind = || {
        let mut statement = db.prepare_cached(query.sqlite())?;
        for (at, value) in (1usize..).zip(values) {
            statement.raw_bind_parameter(at, value)?;
        }
        Ok(statement)
    };
    bind().map_err(|error: rusqlite::Error| unavailable(&error))
}

impl Tx for Conn {
    const ALONE: bool = true;

    fn all<R: Send>(
        &self,
        query: &'static Query,
        values: Vec<Value>,
        read: Read<R>,
    ) -> impl Future<Output = StoreResult<Vec<R>>> + Send {
        ready(self.rows(query, &values, read))
    }

    fn ask<R: Send>(
        &self,
        text: &str,
        values: Vec<Value>,
        read: Read<R>,
    ) -> impl Future<Output = StoreResult<Vec<R>>> + Send {
        ready(self.ask_once(text, &values, read))
    }

    fn change(
        &self,
        query: &'static Query,
        values: Vec<Value>,
    ) -> impl Future<Output = StoreResult<u64>> + Send {
        ready(self.changes(query, &values))
    }

    fn later(&self, query: &'static Query, values: Vec<Value>) -> StoreResult<()> {
        self.changes(query, &values).map(drop)
    }

    fn abandon(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
    }
}

/// The answer of an act whose every statement is answered at once.
pub(super) fn at_once<R>(act: impl Future<Output = StoreResult<R>>) -> StoreResult<R> {
    match pin!(act).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => Err(StoreError::Unavailable(String::from("an act waited for something else"))),
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable(String::from("the store is closed"))
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(int) => ValueRef::Integer(*int),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Row for rusqlite::Row<'_> {
    fn int(&self, at: usize) -> StoreResult<Option<i64>> {
        self.get(at).map_err(|_| damaged(at))
    }

    fn text(&self, at: usize) -> StoreResult<Option<String>> {
        self.get(at).map_err(|_| damaged(at))
    }

    fn bytes(&self, at: usize) -> StoreResult<Option<Vec<u8>>> {
        self.get(at).map_err(|_| damaged(at))
    }
}

fn damaged(at: usize) -> StoreError {
    StoreError::Corrupt(format!("column {at} holds another type"))
}
