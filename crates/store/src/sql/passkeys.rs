//! Passkeys, and the sign-ins by them.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{Event, Identity, KeyAlgorithm, Passkey, PasskeyId, UserId};
use latchkey_core::store::{
    AddPasskey, CountCredentials, CredentialCount, PasskeyAdded, PasskeyRemoved, PasskeyStore, PasskeyUsed,
    RemovePasskey, SignUpWithPasskey, StoreError, StoreResult, UsePasskey,
};

use super::{SqlStore, clean, events, refresh_tokens, users};
use crate::tx::{Act, Columns, Engine, Tx, Value, queries, to_json, values};

macro_rules! passkeys {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "id, credential_id, user_id, user_handle, connection, provider_user_id, relying_party, \
             public_key, counter, backup_eligible, backed_up, user_verified, transports, aaguid, name, \
             user_agent, created_at, used_at",
            $after
        )
    };
}

queries! {
    FIND = passkeys!("SELECT ", " FROM passkeys WHERE credential_id = $1");
    LIST = passkeys!("SELECT ", " FROM passkeys WHERE user_id = $1 ORDER BY created_at, id");
    /// Of callers that race with one credential, one inserts.
    INSERT = passkeys!("INSERT INTO passkeys (", ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
        $12, $13, $14, $15, $16, $17, $18) ON CONFLICT (credential_id) DO NOTHING");
    COUNT_ALL = "SELECT count(DISTINCT user_id), count(*), count(CASE WHEN created_at >= $1 THEN 1 END) \
        FROM passkeys WHERE relying_party = $2";
    COUNT_KEYS = "SELECT count(DISTINCT user_id), count(*), count(CASE WHEN created_at >= $1 THEN 1 END) \
        FROM device_keys WHERE expires_at > $2 AND (algorithm = $3 OR created_at > $4)";
    COUNT = "SELECT count(*) FROM passkeys WHERE user_id = $1 AND relying_party = $2";
    /// Takes a row that is there, and reads it.
    LOCK = passkeys!("UPDATE passkeys SET counter = counter WHERE id = $1 AND user_id = $2 RETURNING ", "");
    USE = "UPDATE passkeys SET counter = $2, backed_up = $3, used_at = $4 WHERE id = $1";
    RENAME = "UPDATE passkeys SET name = $3 WHERE id = $1 AND user_id = $2";
    DELETE = "DELETE FROM passkeys WHERE id = $1 AND user_id = $2";
    DELETE_OF_USER = "DELETE FROM passkeys WHERE user_id = $1";
    MOVE_ALL = "UPDATE passkeys SET user_id = $2 WHERE user_id = $1";
    MOVE_OF_IDENTITY = "UPDATE passkeys SET user_id = $2 WHERE user_id = $1 AND connection = $3 \
        AND provider_user_id = $4";
    /// One at a time: there are few domains, and many passkeys of each.
    NEXT_PARTY = "SELECT relying_party FROM passkeys WHERE relying_party > $1 ORDER BY relying_party LIMIT 1";
}

pub(super) async fn list_of_user<T: Tx>(tx: &T, user: &UserId) -> StoreResult<Vec<Passkey>> {
    tx.all(&LIST, values![user], read).await
}

/// How many there were.
pub(super) async fn delete_of_user<T: Tx>(tx: &T, user: &UserId) -> StoreResult<u64> {
    tx.change(&DELETE_OF_USER, values![user]).await
}

/// What was one user's is another's.
pub(super) async fn move_all<T: Tx>(tx: &T, from: &UserId, to: &UserId) -> StoreResult<()> {
    tx.change(&MOVE_ALL, values![from, to]).await.map(drop)
}

/// Those of an identity that parts from a user.
pub(super) async fn move_with<T: Tx>(
    tx: &T,
    identity: &Identity,
    from: &UserId,
    to: &UserId,
) -> StoreResult<()> {
    let values = values![from, to, &identity.connection, &identity.provider_user_id];
    tx.change(&MOVE_OF_IDENTITY, values).await.map(drop)
}

fn row_of(passkey: &Passkey) -> StoreResult<Vec<Value>> {
    Ok(values![
        &passkey.id,
        passkey.credential_id.as_slice(),
        &passkey.user,
        passkey.user_handle.as_slice(),
        &passkey.connection,
        &passkey.provider_user_id,
        &passkey.relying_party,
        passkey.public_key.as_slice(),
        passkey.counter,
        passkey.backup_eligible,
        passkey.backed_up,
        passkey.user_verified,
        to_json(&passkey.transports)?,
        passkey.aaguid.as_deref(),
        clean(&passkey.name),
        passkey.user_agent.as_deref().map(clean),
        passkey.created_at,
        passkey.used_at,
    ])
}

fn read(row: &mut Columns<'_>) -> StoreResult<Passkey> {
    Ok(Passkey {
        id: row.next()?,
        credential_id: row.next()?,
        user: row.next()?,
        user_handle: row.next()?,
        connection: row.next()?,
        provider_user_id: row.next()?,
        relying_party: row.next()?,
        public_key: row.next()?,
        counter: row.next()?,
        backup_eligible: row.next()?,
        backed_up: row.next()?,
        user_verified: row.next()?,
        transports: row.next_json()?,
        aaguid: row.next_opt()?,
        name: row.next()?,
        user_agent: row.next_opt()?,
        created_at: row.next()?,
        used_at: row.next_opt()?,
    })
}

async fn insert<T: Tx>(tx: &T, passkey: &Passkey) -> StoreResult<bool> {
    Ok(tx.change(&INSERT, row_of(passkey)?).await? > 0)
}

impl Act for SignUpWithPasskey {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        // First, since it is what two sign-ups can race for.
        if !insert(tx, &self.passkey).await? {
            return Ok(false);
        }
        if !users::insert(tx, &self.user).await? {
            return Err(StoreError::Conflict("address"));
        }
        if let Some((family, token)) = &self.refresh {
            refresh_tokens::insert_family(tx, family, *token, self.max_families)?;
        }
        events::insert(tx, &self.events)?;
        Ok(true)
    }
}

impl Act for AddPasskey {
    type Out = PasskeyAdded;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<PasskeyAdded> {
        let passkey = &self.passkey;
        // Invariant: the user's row is held from here on, so that nobody else adds one between the count and the
        // insertion.
        let Some(user) = users::hold(tx, &passkey.user).await? else { return Ok(PasskeyAdded::Gone) };
        if user.blocked || !passkey.is_of(&user) || !user.counts_proof_of(self.proved_at) {
            return Ok(PasskeyAdded::Gone);
        }
        let of_domain = values![&passkey.user, &passkey.relying_party];
        let count = tx.first(&COUNT, of_domain, |row| row.next::<i64>()).await?;
        if count.unwrap_or(0) >= i64::from(self.most) {
            return Ok(PasskeyAdded::Full);
        }
        if !insert(tx, passkey).await? {
            return Ok(PasskeyAdded::Taken);
        }
        events::insert(tx, &self.events)?;
        Ok(PasskeyAdded::Done)
    }
}

impl Act for UsePasskey {
    type Out = PasskeyUsed;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<PasskeyUsed> {
        // The user before the passkey, as whoever deletes a user does.
        let Some(mut user) = users::hold(tx, &self.user).await? else { return Ok(PasskeyUsed::Gone) };
        let Some(passkey) = tx.first(&LOCK, values![&self.id, &self.user], read).await? else {
            return Ok(PasskeyUsed::Gone);
        };
        if !passkey.is_of(&user) {
            return Ok(PasskeyUsed::Gone);
        }
        if user.blocked {
            events::insert(tx, &self.on_failure)?;
            return Ok(PasskeyUsed::Blocked { user: user.id });
        }
        // 0 both times is an authenticator that does not count (WebAuthn section 6.1.1).
        let counts = self.counter > 0 || passkey.counter > 0;
        let cloned = counts && self.counter <= passkey.counter;
        if cloned && self.refuse_clones {
            events::insert(tx, &self.on_clone)?;
            return Ok(PasskeyUsed::Cloned);
        }
        let counter = self.counter.max(passkey.counter);
        tx.later(&USE, values![&self.id, counter, self.backed_up, self.now])?;
        users::count_visit(tx, &mut user, self.ip.as_deref(), self.now)?;
        if let Some((family, token)) = &self.refresh {
            refresh_tokens::insert_family_of(tx, &user, family, *token, self.max_families)?;
        }
        events::insert(tx, &self.on_success)?;
        if cloned {
            events::insert(tx, &self.on_clone)?;
        }
        Ok(PasskeyUsed::Accepted { user: Box::new(user), cloned })
    }
}

struct Find(Vec<u8>);
struct List(UserId);
struct Rename(UserId, PasskeyId, String, Vec<Event>);
struct Delete(UserId, Option<PasskeyId>, Vec<Event>);
struct NextParty(String);

impl Act for CountCredentials {
    type Out = (CredentialCount, CredentialCount);

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Self::Out> {
        let passkeys = tx.first(&COUNT_ALL, values![self.since, &self.relying_party], read_count).await?;
        let after = self.keys_after.unwrap_or(Timestamp(i64::MAX));
        let of_keys = values![self.since, self.now, KeyAlgorithm::Rs256.as_str(), after];
        let keys = tx.first(&COUNT_KEYS, of_keys, read_count).await?;
        Ok((passkeys.unwrap_or_default(), keys.unwrap_or_default()))
    }
}

fn read_count(row: &mut Columns<'_>) -> StoreResult<CredentialCount> {
    let mut number = || Ok::<_, StoreError>(u64::try_from(row.next::<i64>()?).unwrap_or(0));
    Ok(CredentialCount { users: number()?, total: number()?, new: number()? })
}

impl Act for Find {
    type Out = Option<Passkey>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Passkey>> {
        tx.first(&FIND, values![self.0.as_slice()], read).await
    }
}

impl Act for List {
    type Out = Vec<Passkey>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<Passkey>> {
        list_of_user(tx, &self.0).await
    }
}

impl Act for Rename {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(user, id, name, written) = self;
        let renamed = tx.change(&RENAME, values![id, user, clean(name)]).await? > 0;
        if renamed {
            events::insert(tx, written)?;
        }
        Ok(renamed)
    }
}

impl Act for Delete {
    type Out = u64;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<u64> {
        let Self(user, id, written) = self;
        let gone = match id {
            Some(id) => tx.change(&DELETE, values![id, user]).await?,
            None => delete_of_user(tx, user).await?,
        };
        if gone > 0 {
            events::insert(tx, written)?;
        }
        Ok(gone)
    }
}

impl Act for RemovePasskey {
    type Out = PasskeyRemoved;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<PasskeyRemoved> {
        // Held, so that of two calls the second one counts what the first one left.
        let Some(user) = users::hold(tx, &self.user).await? else { return Ok(PasskeyRemoved::Gone) };
        let passkeys = list_of_user(tx, &self.user).await?;
        let (removed, others): (Vec<_>, Vec<_>) =
            passkeys.into_iter().partition(|passkey| passkey.id == self.id);
        if removed.is_empty() {
            return Ok(PasskeyRemoved::Gone);
        }
        if !self.ways.lead_to(&user, &others, &[]) {
            return Ok(PasskeyRemoved::LastWay);
        }
        tx.change(&DELETE, values![&self.id, &self.user]).await?;
        events::insert(tx, &self.events)?;
        Ok(PasskeyRemoved::Done)
    }
}

impl Act for NextParty {
    type Out = Option<String>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<String>> {
        tx.first(&NEXT_PARTY, values![&self.0], |row| row.next()).await
    }
}

#[async_trait]
impl<E: Engine> PasskeyStore for SqlStore<E> {
    async fn find_passkey(&self, credential_id: &[u8]) -> StoreResult<Option<Passkey>> {
        self.0.read(Find(credential_id.to_vec())).await
    }

    async fn list_passkeys(&self, user: &UserId) -> StoreResult<Vec<Passkey>> {
        self.0.read(List(user.clone())).await
    }

    async fn sign_up_with_passkey(&self, act: SignUpWithPasskey) -> StoreResult<bool> {
        self.0.write(act).await
    }

    async fn add_passkey(&self, act: AddPasskey) -> StoreResult<PasskeyAdded> {
        self.0.write(act).await
    }

    async fn use_passkey(&self, act: UsePasskey) -> StoreResult<PasskeyUsed> {
        self.0.write(act).await
    }

    async fn rename_passkey(
        &self,
        user: &UserId,
        id: &PasskeyId,
        name: &str,
        events: Vec<Event>,
    ) -> StoreResult<bool> {
        self.0.write(Rename(user.clone(), id.clone(), name.to_owned(), events)).await
    }

    async fn delete_passkeys(
        &self,
        user: &UserId,
        id: Option<&PasskeyId>,
        events: Vec<Event>,
    ) -> StoreResult<u64> {
        self.0.write(Delete(user.clone(), id.cloned(), events)).await
    }

    async fn count_credentials(
        &self,
        act: CountCredentials,
    ) -> StoreResult<(CredentialCount, CredentialCount)> {
        self.0.read(act).await
    }

    async fn list_relying_parties(&self) -> StoreResult<Vec<String>> {
        let mut all = Vec::new();
        let mut after = String::new();
        while let Some(next) = self.0.read(NextParty(after.clone())).await? {
            after.clone_from(&next);
            all.push(next);
        }
        Ok(all)
    }

    async fn remove_passkey(&self, act: RemovePasskey) -> StoreResult<PasskeyRemoved> {
        self.0.write(act).await
    }
}
