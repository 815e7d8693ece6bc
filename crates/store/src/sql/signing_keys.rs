//! Signing keys. A partial unique index keeps one current and one next key of each algorithm, so that
//! of nodes that race exactly one wins.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{Event, KeyId, KeyState, SigningAlgorithm, SigningKey};
use latchkey_core::store::{KeyStore, StoreError, StoreResult};

use super::{SqlStore, events};
use crate::tx::{Act, Columns, Engine, Tx, queries, values};

queries! {
    LIST = "SELECT id, alg, state, private, public_jwk, created_at, retired_at FROM signing_keys \
        ORDER BY created_at DESC, id DESC";
    FIND_CURRENT = "SELECT id FROM signing_keys WHERE alg = $1 AND state = 'current'";
    INSERT = "INSERT INTO signing_keys (id, alg, state, private, public_jwk, created_at, retired_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    /// Of two rotations away from one key, one finds it.
    RETIRE = "UPDATE signing_keys SET state = 'previous', retired_at = $2 \
        WHERE id = $1 AND state = 'current' RETURNING alg";
    PROMOTE = "UPDATE signing_keys SET state = 'current' WHERE alg = $1 AND state = 'next'";
    REVOKE = "UPDATE signing_keys SET state = 'revoked', retired_at = COALESCE(retired_at, $2) \
        WHERE id = $1 AND state <> 'current'";
    FIND_STATE = "SELECT state FROM signing_keys WHERE id = $1";
}

fn read(row: &mut Columns<'_>) -> StoreResult<SigningKey> {
    Ok(SigningKey {
        id: row.next()?,
        alg: alg_of(&row.next::<String>()?)?,
        state: state_of(&row.next::<String>()?)?,
        private: row.next()?,
        public_jwk: row.next()?,
        created_at: row.next()?,
        retired_at: row.next_opt()?,
    })
}

/// False when another key has its turn.
async fn insert<T: Tx>(tx: &T, key: &SigningKey) -> StoreResult<bool> {
    let SigningKey { id, alg, state, private, public_jwk, created_at, retired_at } = key;
    let row = values![id, alg_text(*alg), state_text(*state), private, public_jwk, *created_at, *retired_at];
    Ok(tx.change(&INSERT, row).await? > 0)
}

fn alg_text(alg: SigningAlgorithm) -> &'static str {
    match alg {
        SigningAlgorithm::RS256 => "RS256",
        SigningAlgorithm::ES256 => "ES256",
        SigningAlgorithm::EdDSA => "EdDSA",
        SigningAlgorithm::HS256 => "HS256",
    }
}

fn alg_of(text: &str) -> StoreResult<SigningAlgorithm> {
    use SigningAlgorithm::{ES256, EdDSA, HS256, RS256};
    let known = [RS256, ES256, EdDSA, HS256].into_iter().find(|alg| alg_text(*alg) == text);
    known.ok_or_else(|| StoreError::Corrupt(String::from("a signing key has an unknown algorithm")))
}

fn state_text(state: KeyState) -> &'static str {
    match state {
        KeyState::Next => "next",
        KeyState::Current => "current",
        KeyState::Previous => "previous",
        KeyState::Revoked => "revoked",
    }
}

fn state_of(text: &str) -> StoreResult<KeyState> {
    use KeyState::{Current, Next, Previous, Revoked};
    let known = [Next, Current, Previous, Revoked].into_iter().find(|state| state_text(*state) == text);
    known.ok_or_else(|| StoreError::Corrupt(String::from("a signing key has an unknown state")))
}

struct List;
struct Init(Vec<SigningKey>);
struct RotateKeys {
    expected: KeyId,
    next: SigningKey,
    now: Timestamp,
    events: Vec<Event>,
}
struct Revoke(KeyId, Timestamp, Vec<Event>);

impl Act for List {
    type Out = Vec<SigningKey>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<SigningKey>> {
        tx.all(&LIST, values![], read).await
    }
}

impl Act for Init {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        for key in &self.0 {
            let current = tx.first(&FIND_CURRENT, values![alg_text(key.alg)], |row| row.next::<KeyId>());
            if current.await?.is_some() {
                return Ok(false);
            }
        }
        for key in &self.0 {
            if !insert(tx, key).await? {
                tx.abandon();
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Act for RotateKeys {
    type Out = ();
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        let retired =
            tx.first(&RETIRE, values![&self.expected, self.now], |row| row.next::<String>()).await?;
        let Some(alg) = retired else {
            return Err(StoreError::Conflict("rotation"));
        };
        let promoted = tx.change(&PROMOTE, values![alg]).await?;
        // The next key was revoked: its stand-in signs at once, so that rotation always works.
        let state = if promoted == 0 { KeyState::Current } else { KeyState::Next };
        if !insert(tx, &SigningKey { state, ..self.next.clone() }).await? {
            return Err(StoreError::Conflict("rotation"));
        }
        events::insert(tx, &self.events)
    }
}

impl Act for Revoke {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        if tx.change(&REVOKE, values![&self.0, self.1]).await? > 0 {
            events::insert(tx, &self.2)?;
            return Ok(true);
        }
        let state = tx.first(&FIND_STATE, values![&self.0], |row| row.next::<String>()).await?;
        match state {
            Some(_) => Err(StoreError::Conflict("current key")),
            None => Ok(false),
        }
    }
}

#[async_trait]
impl<E: Engine> KeyStore for SqlStore<E> {
    async fn list_signing_keys(&self) -> StoreResult<Vec<SigningKey>> {
        self.0.read(List).await
    }

    async fn init_signing_keys(&self, mut keys: Vec<SigningKey>) -> StoreResult<bool> {
        // In one order on every node: they wait for each other at the first key.
        keys.sort_by_key(|key| (alg_text(key.alg), state_text(key.state)));
        self.0.write(Init(keys)).await
    }

    async fn rotate_signing_keys(
        &self,
        expected: &KeyId,
        next: SigningKey,
        now: Timestamp,
        events: Vec<Event>,
    ) -> StoreResult<()> {
        self.0.write(RotateKeys { expected: expected.clone(), next, now, events }).await
    }

    async fn revoke_signing_key(&self, id: &KeyId, now: Timestamp, events: Vec<Event>) -> StoreResult<bool> {
        self.0.write(Revoke(id.clone(), now, events)).await
    }
}
