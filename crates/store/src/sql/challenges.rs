//! Challenges: at most one per key; a new one takes the old one's place.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{Address, Challenge, ChallengeKey, ClientId, CodeHash, Tier};
use latchkey_core::store::{
    ChallengeStore, OpenChallenge, Opened, Redeem, Redeemed, StoreError, StoreResult,
};

use super::SqlStore;
use crate::tx::{Act, Columns, Engine, Tx, Value, queries, values};

macro_rules! challenge_columns {
    () => {
        "id, code_hash, tier, attempts, max_attempts, created_at, expires_at, consumed_at, detail"
    };
}

queries! {
    FIND = concat!("SELECT ", challenge_columns!(), " FROM challenges \
        WHERE connection = $1 AND address = $2 AND client = $3");
    PUT = concat!("INSERT INTO challenges (connection, address, client, ", challenge_columns!(), ") \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
        ON CONFLICT (connection, address, client) DO UPDATE SET id = excluded.id, \
        code_hash = excluded.code_hash, tier = excluded.tier, attempts = excluded.attempts, \
        max_attempts = excluded.max_attempts, created_at = excluded.created_at, \
        expires_at = excluded.expires_at, consumed_at = excluded.consumed_at, detail = excluded.detail");
    FIND_LIVE = concat!("SELECT ", challenge_columns!(), " FROM challenges \
        WHERE connection = $1 AND address = $2 AND client = $3 \
        AND attempts < max_attempts AND consumed_at IS NULL AND expires_at > $4");
    FIND_CLIENT = "SELECT client FROM challenges WHERE connection = $1 AND address = $2 \
        AND attempts < max_attempts AND consumed_at IS NULL AND expires_at > $3 \
        ORDER BY created_at DESC, id DESC LIMIT 1";
    /// Takes one try of a live challenge.
    CLAIM = concat!("UPDATE challenges SET attempts = attempts + 1 \
        WHERE connection = $1 AND address = $2 AND client = $3 \
        AND attempts < max_attempts AND consumed_at IS NULL AND expires_at > $4 \
        RETURNING ", challenge_columns!());
    /// Holds a challenge that was neither used nor expired; its tries do not matter.
    HOLD = concat!("UPDATE challenges SET attempts = attempts \
        WHERE connection = $1 AND address = $2 AND client = $3 AND id = $4 \
        AND consumed_at IS NULL AND expires_at > $5 RETURNING ", challenge_columns!());
    FIND_UNUSED = concat!("SELECT ", challenge_columns!(), " FROM challenges \
        WHERE connection = $1 AND address = $2 AND client = $3 AND id = $4 \
        AND consumed_at IS NULL AND expires_at > $5");
    SETTLE = "UPDATE challenges SET attempts = $4, consumed_at = $5 \
        WHERE connection = $1 AND address = $2 AND client = $3";
}

/// The challenge of a key and what is left of it, without the key.
pub(super) struct Stored {
    pub id: String,
    pub code_hash: CodeHash,
    pub tier: Tier,
    pub attempts: i64,
    pub max_attempts: i64,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub consumed_at: Option<Timestamp>,
    pub detail: String,
}

pub(super) async fn find<T: Tx>(tx: &T, key: &ChallengeKey) -> StoreResult<Option<Stored>> {
    tx.first(&FIND, key_values(key), read).await
}

/// The live challenge of the key, its row held, with one more try counted on it. Where we are alone
/// only the record knows of the try yet: [`settle`] or [`count`] writes it.
pub(super) async fn claim<T: Tx>(tx: &T, key: &ChallengeKey, now: Timestamp) -> StoreResult<Option<Stored>> {
    let mut values = key_values(key);
    values.push(now.into());
    if !T::ALONE {
        return tx.first(&CLAIM, values, read).await;
    }
    let live = tx.first(&FIND_LIVE, values, read).await?;
    Ok(live.map(|challenge| Stored { attempts: challenge.attempts.saturating_add(1), ..challenge }))
}

/// The challenge of this id, its row held, whatever was tried on it: its link was proved.
pub(super) async fn hold<T: Tx>(
    tx: &T,
    key: &ChallengeKey,
    id: &str,
    now: Timestamp,
) -> StoreResult<Option<Stored>> {
    let mut values = key_values(key);
    values.extend(values![id, now]);
    tx.first(if T::ALONE { &FIND_UNUSED } else { &HOLD }, values, read).await
}

/// Makes sure that the tries of a claimed challenge are written.
pub(super) fn count<T: Tx>(tx: &T, key: &ChallengeKey, challenge: &Stored) -> StoreResult<()> {
    if T::ALONE { settle(tx, key, challenge.attempts, None) } else { Ok(()) }
}

/// Sets what a try left of the challenge.
pub(super) fn settle<T: Tx>(
    tx: &T,
    key: &ChallengeKey,
    attempts: i64,
    consumed_at: Option<Timestamp>,
) -> StoreResult<()> {
    let mut values = key_values(key);
    values.extend(values![attempts, consumed_at]);
    tx.later(&SETTLE, values)
}

pub(super) fn put<T: Tx>(tx: &T, challenge: &Challenge) -> StoreResult<()> {
    let Challenge { key, id, code_hash, tier, attempts, max_attempts, .. } = challenge;
    let mut values = key_values(key);
    values.extend(values![
        id,
        *code_hash,
        tier_number(*tier),
        *attempts,
        *max_attempts,
        challenge.created_at,
        challenge.expires_at,
        challenge.consumed_at,
        &challenge.detail,
    ]);
    tx.later(&PUT, values)
}

pub(super) fn key_values(key: &ChallengeKey) -> Vec<Value> {
    values![&key.connection, &key.address, &key.client]
}

fn read(row: &mut Columns<'_>) -> StoreResult<Stored> {
    Ok(Stored {
        id: row.next()?,
        code_hash: CodeHash(row.next()?),
        tier: tier_of(row.next()?)?,
        attempts: row.next()?,
        max_attempts: row.next()?,
        created_at: row.next()?,
        expires_at: row.next()?,
        consumed_at: row.next_opt()?,
        detail: row.next()?,
    })
}

fn tier_number(tier: Tier) -> i64 {
    match tier {
        Tier::Quiet => 0,
        Tier::Raised => 1,
        Tier::High => 2,
    }
}

fn tier_of(number: i64) -> StoreResult<Tier> {
    match number {
        0 => Ok(Tier::Quiet),
        1 => Ok(Tier::Raised),
        2 => Ok(Tier::High),
        _ => Err(StoreError::Corrupt(String::from("a challenge has an unknown tier"))),
    }
}

struct Find(ChallengeKey);
struct FindClient(String, Address, Timestamp);

impl Act for FindClient {
    type Out = Option<ClientId>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<ClientId>> {
        tx.first(&FIND_CLIENT, values![&self.0, &self.1, self.2], |row| row.next()).await
    }
}

impl Act for Find {
    type Out = Option<Challenge>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Challenge>> {
        let stored = find(tx, &self.0).await?;
        Ok(stored.map(|stored| Challenge {
            key: self.0.clone(),
            id: stored.id,
            code_hash: stored.code_hash,
            tier: stored.tier,
            attempts: stored.attempts,
            max_attempts: stored.max_attempts,
            created_at: stored.created_at,
            expires_at: stored.expires_at,
            consumed_at: stored.consumed_at,
            detail: stored.detail,
        }))
    }
}

#[async_trait]
impl<E: Engine> ChallengeStore for SqlStore<E> {
    async fn open_challenge(&self, open: OpenChallenge) -> StoreResult<Opened> {
        self.0.write(open).await
    }

    async fn redeem_challenge(&self, redeem: Redeem) -> StoreResult<Redeemed> {
        self.0.write(redeem).await
    }

    async fn find_challenge(&self, key: &ChallengeKey) -> StoreResult<Option<Challenge>> {
        self.0.read(Find(key.clone())).await
    }

    async fn find_asking_client(
        &self,
        connection: &str,
        address: &Address,
        now: Timestamp,
    ) -> StoreResult<Option<ClientId>> {
        self.0.read(FindClient(connection.to_owned(), address.clone(), now)).await
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.sweep_next(before, limit).await
    }
}
