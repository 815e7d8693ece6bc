//! How far log streams were delivered, leased to one node at a time.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{Event, LogCursor, LogProgress};
use latchkey_core::store::{LogCursorStore, StoreResult};

use super::{SqlStore, events};
use crate::tx::{Act, Columns, Engine, Tx, queries, to_json, values};

queries! {
    FIND = "SELECT stream, position, due_at, version, body FROM log_cursors WHERE stream = $1";
    /// Of two nodes, one finds it due.
    CLAIM = "INSERT INTO log_cursors (stream, position, due_at, version, body) VALUES ($1, $2, $4, 0, $5) \
        ON CONFLICT (stream) DO UPDATE SET due_at = excluded.due_at, version = log_cursors.version + 1 \
        WHERE log_cursors.due_at <= $3 RETURNING stream, position, due_at, version, body";
    REPLACE = "UPDATE log_cursors SET position = $3, due_at = $4, body = $5, version = version + 1 \
        WHERE stream = $1 AND version = $2";
    DELETE = "DELETE FROM log_cursors WHERE stream = $1";
}

struct Find(String);

struct Claim {
    stream: String,
    start: String,
    now: Timestamp,
    lease_until: Timestamp,
}

struct Replace(LogCursor, Vec<Event>);

fn read(row: &mut Columns<'_>) -> StoreResult<LogCursor> {
    Ok(LogCursor {
        stream: row.next()?,
        position: row.next()?,
        due_at: row.next()?,
        version: row.next()?,
        body: row.next_json()?,
    })
}

/// With the commit.
pub(super) fn delete<T: Tx>(tx: &T, stream: &str) -> StoreResult<()> {
    tx.later(&DELETE, values![stream])
}

impl Act for Find {
    type Out = Option<LogCursor>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<LogCursor>> {
        tx.first(&FIND, values![&self.0], read).await
    }
}

impl Act for Claim {
    type Out = Option<LogCursor>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<LogCursor>> {
        let Self { stream, start, now, lease_until } = self;
        let fresh = to_json(&LogProgress::default())?;
        tx.first(&CLAIM, values![stream, start, *now, *lease_until, fresh], read).await
    }
}

impl Act for Replace {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(LogCursor { stream, position, due_at, version, body }, events) = self;
        let row = values![stream, *version, position, *due_at, to_json(body)?];
        let replaced = tx.change(&REPLACE, row).await? > 0;
        if replaced {
            events::insert(tx, events)?;
        }
        Ok(replaced)
    }
}

#[async_trait]
impl<E: Engine> LogCursorStore for SqlStore<E> {
    async fn find_log_cursor(&self, stream: &str) -> StoreResult<Option<LogCursor>> {
        self.0.read(Find(stream.to_owned())).await
    }

    async fn claim_log_cursor(
        &self,
        stream: &str,
        start: &str,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> StoreResult<Option<LogCursor>> {
        let (stream, start) = (stream.to_owned(), start.to_owned());
        self.0.write(Claim { stream, start, now, lease_until }).await
    }

    async fn replace_log_cursor(&self, cursor: &LogCursor, events: Vec<Event>) -> StoreResult<bool> {
        self.0.write(Replace(cursor.clone(), events)).await
    }
}
