//! Ledgers: loaded, asked and saved within one transaction.
//!
//! Invariant: whoever decides by a ledger holds its row until the commit, so that two nodes never
//! charge the same budget twice. Rows are taken in the order of keys, those of addresses before those of pairs, or
//! two acts could wait for each other.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{Event, Ledger, LedgerKey, SendDenied};
use latchkey_core::store::{LedgerStore, StoreResult};

use super::{SqlStore, events};
use crate::tx::{Act, Columns, Engine, Tx, from_json, queries, to_json, values};

queries! {
    FIND = "SELECT body FROM ledgers WHERE key = $1";
    /// Takes a row that is there.
    LOCK = "UPDATE ledgers SET version = version + 1 WHERE key = $1 RETURNING body";
    /// Takes a row, made empty when there is none.
    LOCK_OR_INSERT = "INSERT INTO ledgers (key, version, body, keep_until) VALUES ($1, 0, '{}', $2) \
        ON CONFLICT (key) DO UPDATE SET version = ledgers.version + 1 RETURNING body";
    SAVE = "INSERT INTO ledgers (key, version, body, keep_until) VALUES ($1, 0, $2, $3) \
        ON CONFLICT (key) DO UPDATE SET body = excluded.body, keep_until = excluded.keep_until";
    UPDATE = "UPDATE ledgers SET body = $2 WHERE key = $1";
}

/// The ledger, its row held; `None` when there is none.
pub(super) async fn lock<T: Tx>(tx: &T, key: LedgerKey) -> StoreResult<Option<Ledger>> {
    let query = if T::ALONE { &FIND } else { &LOCK };
    tx.first(query, values![key], read).await
}

/// The ledger, its row held, even when it was not there.
pub(super) async fn lock_or_insert<T: Tx>(tx: &T, key: LedgerKey, now: Timestamp) -> StoreResult<Ledger> {
    let found = match T::ALONE {
        true => tx.first(&FIND, values![key], read).await?,
        false => tx.first(&LOCK_OR_INSERT, values![key, now], read).await?,
    };
    Ok(found.unwrap_or_default())
}

/// Saves a ledger whose row is held.
pub(super) fn save<T: Tx>(tx: &T, key: LedgerKey, ledger: &Ledger, now: Timestamp) -> StoreResult<()> {
    tx.later(&SAVE, values![key, to_json(ledger)?, ledger.keep_until(now)])
}

fn read(row: &mut Columns<'_>) -> StoreResult<Ledger> {
    let body: String = row.next()?;
    // What the lock just made.
    if body == "{}" { Ok(Ledger::default()) } else { from_json(&body) }
}

struct Find(LedgerKey);
struct Unblock(Vec<LedgerKey>, Vec<Event>);
struct Refund(Vec<LedgerKey>);
struct ChargeCounts(Vec<(LedgerKey, u32)>, Timestamp);

struct Suppress {
    key: LedgerKey,
    until: Timestamp,
}

impl Act for Find {
    type Out = Option<Ledger>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Ledger>> {
        tx.first(&FIND, values![self.0], read).await
    }
}

impl Act for Unblock {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(keys, written) = self;
        let mut forgiven = false;
        for key in keys {
            let Some(before) = lock(tx, *key).await? else { continue };
            let mut ledger = before.clone();
            ledger.unblock();
            if ledger != before {
                tx.later(&UPDATE, values![*key, to_json(&ledger)?])?;
                forgiven = true;
            }
        }
        if forgiven {
            events::insert(tx, written)?;
        }
        Ok(forgiven)
    }
}

impl Act for Suppress {
    type Out = ();

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        let mut ledger = lock_or_insert(tx, self.key, self.until).await?;
        ledger.suppress(self.until);
        save(tx, self.key, &ledger, self.until)
    }
}

impl Act for Refund {
    type Out = ();

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        for &key in &self.0 {
            if let Some(mut ledger) = lock(tx, key).await? {
                ledger.refund_send();
                tx.later(&UPDATE, values![key, to_json(&ledger)?])?;
            }
        }
        Ok(())
    }
}

impl Act for ChargeCounts {
    type Out = Result<(), SendDenied>;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Result<(), SendDenied>> {
        let mut held = Vec::with_capacity(self.0.len());
        for (key, most) in &self.0 {
            let mut ledger = lock_or_insert(tx, *key, self.1).await?;
            if let Err(denied) = ledger.charge_count(*most, self.1) {
                tx.abandon();
                return Ok(Err(denied));
            }
            held.push((*key, ledger));
        }
        for (key, ledger) in &held {
            save(tx, *key, ledger, self.1)?;
        }
        Ok(Ok(()))
    }
}

#[async_trait]
impl<E: Engine> LedgerStore for SqlStore<E> {
    async fn find_ledger(&self, key: LedgerKey) -> StoreResult<Option<Ledger>> {
        self.0.read(Find(key)).await
    }

    async fn unblock_ledgers(
        &self,
        addresses: Vec<LedgerKey>,
        pairs: Vec<LedgerKey>,
        events: Vec<Event>,
    ) -> StoreResult<bool> {
        let keys = [addresses, pairs].into_iter().flat_map(|mut keys| {
            keys.sort_unstable_by_key(|key| key.0);
            keys.dedup();
            keys
        });
        self.0.write(Unblock(keys.collect(), events)).await
    }

    async fn suppress(&self, key: LedgerKey, until: Timestamp) -> StoreResult<()> {
        self.0.write(Suppress { key, until }).await
    }

    async fn charge_counts(
        &self,
        mut counts: Vec<(LedgerKey, u32)>,
        now: Timestamp,
    ) -> StoreResult<Result<(), SendDenied>> {
        counts.sort_unstable_by_key(|(key, _)| key.0);
        counts.dedup_by_key(|(key, _)| *key);
        self.0.write(ChargeCounts(counts, now)).await
    }

    async fn refund_send(&self, mut keys: Vec<LedgerKey>) -> StoreResult<()> {
        keys.sort_unstable_by_key(|key| key.0);
        keys.dedup();
        self.0.write(Refund(keys)).await
    }
}
