//! Deletes what is past use, a slice at a time.
//!
//! Challenges, ledgers and refresh families have no index on when they end: it would cost every sign-in
//! pages all over the file. The sweep walks along their keys instead, and goes on the next time where it
//! stopped; from the last key it begins anew.

use std::sync::{Mutex, PoisonError};

use latchkey_core::Timestamp;
use latchkey_core::store::StoreResult;

use super::{SqlStore, device_keys};
use crate::tx::{Act, Columns, Engine, Query, Read, Tx, Value, queries, values};

queries! {
    END_OF_CHALLENGES = "SELECT connection, address, client FROM challenges \
        WHERE (connection, address, client) > ($1, $2, $3) \
        ORDER BY connection, address, client LIMIT 1 OFFSET $4";
    SWEEP_CHALLENGES = "DELETE FROM challenges WHERE (connection, address, client) > ($1, $2, $3) \
        AND expires_at < $4 AND (connection, address, client) <= ($5, $6, $7)";
    SWEEP_LAST_CHALLENGES = "DELETE FROM challenges WHERE (connection, address, client) > ($1, $2, $3) \
        AND expires_at < $4";
    END_OF_LEDGERS = "SELECT key FROM ledgers WHERE key > $1 ORDER BY key LIMIT 1 OFFSET $2";
    SWEEP_LEDGERS = "DELETE FROM ledgers WHERE key > $1 AND keep_until < $2 AND key <= $3";
    SWEEP_LAST_LEDGERS = "DELETE FROM ledgers WHERE key > $1 AND keep_until < $2";
    END_OF_FAMILIES = "SELECT id FROM refresh_families WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2";
    SWEEP_FAMILIES = "DELETE FROM refresh_families WHERE id > $1 AND dead_at < $2 AND id <= $3";
    SWEEP_LAST_FAMILIES = "DELETE FROM refresh_families WHERE id > $1 AND dead_at < $2";
    END_OF_PASSKEYS = "SELECT id FROM passkeys WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2";
    /// Whose user a node of the release before deleted.
    SWEEP_PASSKEYS = "DELETE FROM passkeys WHERE id > $1 AND created_at < $2 AND id <= $3 \
        AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = passkeys.user_id)";
    SWEEP_LAST_PASSKEYS = "DELETE FROM passkeys WHERE id > $1 AND created_at < $2 \
        AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = passkeys.user_id)";
    SWEEP_OUTBOX = "DELETE FROM outbox WHERE id IN \
        (SELECT id FROM outbox WHERE expires_at < $1 LIMIT $2) AND expires_at < $1";
    SWEEP_SEEN = "DELETE FROM seen WHERE key IN \
        (SELECT key FROM seen WHERE expires_at < $1 ORDER BY expires_at LIMIT $2) AND expires_at < $1";
    SWEEP_HANDLES = "DELETE FROM handles WHERE id IN \
        (SELECT id FROM handles WHERE expires_at < $1 ORDER BY expires_at LIMIT $2) AND expires_at < $1";
    SWEEP_SESSIONS = "DELETE FROM sessions WHERE id IN \
        (SELECT id FROM sessions WHERE idle_expires_at < $1 ORDER BY idle_expires_at LIMIT $2) \
        AND idle_expires_at < $1";
}

/// Where the walk along each table goes on.
#[derive(Clone)]
struct Places([Vec<Value>; 4]);

impl Default for Places {
    /// Below every key.
    fn default() -> Self {
        Self([values!["", "", ""], vec![Value::Bytes(Vec::new())], values![""], values![""]])
    }
}

/// How far this process has walked.
#[derive(Default)]
pub(crate) struct Swept(Mutex<Places>);

struct Table {
    /// The last key of a slice.
    end: &'static Query,
    key: Read<Vec<Value>>,
    slice: &'static Query,
    /// From a key to the end of the table.
    rest: &'static Query,
}

const TABLES: [Table; 4] = [
    Table {
        end: &END_OF_CHALLENGES,
        key: |row| Ok(vec![text(row)?, text(row)?, text(row)?]),
        slice: &SWEEP_CHALLENGES,
        rest: &SWEEP_LAST_CHALLENGES,
    },
    Table {
        end: &END_OF_LEDGERS,
        key: |row| Ok(vec![Value::Bytes(row.next()?)]),
        slice: &SWEEP_LEDGERS,
        rest: &SWEEP_LAST_LEDGERS,
    },
    Table {
        end: &END_OF_FAMILIES,
        key: |row| Ok(vec![text(row)?]),
        slice: &SWEEP_FAMILIES,
        rest: &SWEEP_LAST_FAMILIES,
    },
    Table {
        end: &END_OF_PASSKEYS,
        key: |row| Ok(vec![text(row)?]),
        slice: &SWEEP_PASSKEYS,
        rest: &SWEEP_LAST_PASSKEYS,
    },
];

fn text(row: &mut Columns<'_>) -> StoreResult<Value> {
    row.next::<String>().map(Value::Text)
}

struct Sweep {
    from: Places,
    before: Timestamp,
    limit: u32,
}

impl Act for Sweep {
    type Out = (u64, Places);

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<(u64, Places)> {
        let mut next = Places::default();
        let mut gone = 0u64;
        for ((table, from), next) in TABLES.iter().zip(&self.from.0).zip(&mut next.0) {
            let mut values = from.clone();
            values.push(self.limit.saturating_sub(1).into());
            let end = tx.first(table.end, values, table.key).await?;
            let mut values = from.clone();
            values.push(self.before.into());
            let query = match end {
                Some(end) => {
                    next.clone_from(&end);
                    values.extend(end);
                    table.slice
                }
                None => table.rest,
            };
            gone = gone.saturating_add(tx.change(query, values).await?);
        }
        for query in [&SWEEP_OUTBOX, &SWEEP_SEEN, &SWEEP_HANDLES, &SWEEP_SESSIONS] {
            gone = gone.saturating_add(tx.change(query, values![self.before, self.limit]).await?);
        }
        gone = gone.saturating_add(device_keys::sweep(tx, self.before, self.limit).await?);
        Ok((gone, next))
    }
}

impl<E: Engine> SqlStore<E> {
    /// Looks at the next `limit` rows of each table, and deletes those that ended before `before`.
    pub(super) async fn sweep_next(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let from = self.1.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (gone, next) = self.0.write(Sweep { from, before, limit }).await?;
        *self.1.0.lock().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(gone)
    }
}
