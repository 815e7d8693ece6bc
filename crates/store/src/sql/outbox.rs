//! Promised messages, leased to one sender at a time.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::OutboxRow;
use latchkey_core::store::{OutboxStore, StoreResult};

use super::SqlStore;
use crate::tx::{Act, Columns, Engine, Tx, queries, values};

queries! {
    PUT = "INSERT INTO outbox (id, message, due_at, expires_at, calls) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (id) DO UPDATE SET message = excluded.message, due_at = excluded.due_at, \
        expires_at = excluded.expires_at, calls = excluded.calls";
    /// The outer condition is asked again once the row is free: of two nodes, one gets it.
    CLAIM = "UPDATE outbox SET due_at = $2, calls = calls + 1 WHERE id IN \
        (SELECT id FROM outbox WHERE due_at <= $1 AND expires_at > $1 ORDER BY due_at LIMIT $3) \
        AND due_at <= $1 RETURNING id, message, due_at, expires_at, calls";
    AGAIN = "UPDATE outbox SET due_at = $2 WHERE id = $1";
    POSTPONE = "UPDATE outbox SET due_at = $2, calls = calls - 1 WHERE id = $1";
    DELETE = "DELETE FROM outbox WHERE id = $1";
}

pub(super) fn put<T: Tx>(tx: &T, row: &OutboxRow) -> StoreResult<()> {
    tx.later(&PUT, values![&row.id, &row.message, row.due_at, row.expires_at, row.calls])
}

pub(super) fn delete<T: Tx>(tx: &T, id: &str) -> StoreResult<()> {
    tx.later(&DELETE, values![id])
}

fn read(row: &mut Columns<'_>) -> StoreResult<OutboxRow> {
    Ok(OutboxRow {
        id: row.next()?,
        message: row.next()?,
        due_at: row.next()?,
        expires_at: row.next()?,
        calls: row.next()?,
    })
}

struct Claim {
    now: Timestamp,
    lease_until: Timestamp,
    limit: u32,
}

struct Settle(String, Option<Timestamp>);

struct Postpone(String, Timestamp);

impl Act for Claim {
    type Out = Vec<OutboxRow>;
    // A message must not go out twice because its lease was forgotten.
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<OutboxRow>> {
        tx.all(&CLAIM, values![self.now, self.lease_until, self.limit], read).await
    }
}

impl Act for Settle {
    type Out = ();

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        match self.1 {
            Some(due_at) => tx.later(&AGAIN, values![&self.0, due_at]),
            None => delete(tx, &self.0),
        }
    }
}

impl Act for Postpone {
    type Out = ();

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        tx.later(&POSTPONE, values![&self.0, self.1])
    }
}

#[async_trait]
impl<E: Engine> OutboxStore for SqlStore<E> {
    async fn claim_outbox(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<OutboxRow>> {
        self.0.write(Claim { now, lease_until, limit }).await
    }

    async fn settle_outbox(&self, id: &str, due_at: Option<Timestamp>) -> StoreResult<()> {
        self.0.write(Settle(id.to_owned(), due_at)).await
    }

    async fn postpone_outbox(&self, id: &str, due_at: Timestamp) -> StoreResult<()> {
        self.0.write(Postpone(id.to_owned(), due_at)).await
    }
}
