//! The keys of devices: their statements, and how one ends.

use latchkey_core::Timestamp;
use latchkey_core::model::{ClientId, CredentialId, DeviceKey, Event, KeyAlgorithm, UserId};
use latchkey_core::store::{
    DeviceKeyFilter, EnrolKey, Enrolled, KeyRemoved, RemoveKey, StoreError, StoreResult,
};

use super::{credentials, events, meta, passkeys, users};
use crate::tx::{Act, Columns, Tx, from_json, queries, to_json, values};

macro_rules! key_columns {
    () => {
        "id, user_id, client, connection, name, device, public_key, fingerprint, created_at, last_used_at, \
         expires_at, algorithm, attestation"
    };
}

queries! {
    FIND = concat!("SELECT ", key_columns!(), " FROM device_keys WHERE id = $1");
    LIST = concat!("SELECT ", key_columns!(), " FROM device_keys \
        WHERE ($1 = '' OR client = $1) ORDER BY id LIMIT $2");
    LIST_OF_USER = concat!("SELECT ", key_columns!(), " FROM device_keys \
        WHERE user_id = $1 AND ($2 = '' OR client = $2) ORDER BY created_at, id LIMIT $3");
    INSERT = concat!("INSERT INTO device_keys (", key_columns!(), ") \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
    USE = "UPDATE device_keys SET last_used_at = $2 WHERE id = $1";
    RENAME = "UPDATE device_keys SET name = $3 WHERE id = $1 AND user_id = $2";
    DELETE = "DELETE FROM device_keys WHERE id = $1 RETURNING user_id";
    DELETE_OF_USER = "DELETE FROM device_keys WHERE user_id = $1 RETURNING id";
    DELETE_OF_PAIR = "DELETE FROM device_keys WHERE user_id = $1 AND client = $2 RETURNING id";
    DELETE_OF_CLIENT = "DELETE FROM device_keys WHERE client = $1";
    DELETE_OF_CONNECTION = "DELETE FROM device_keys WHERE connection = $1 RETURNING id, user_id";
    LIST_EXPIRED = "SELECT id FROM device_keys WHERE expires_at < $1 ORDER BY expires_at LIMIT $2";
}

fn read(row: &mut Columns<'_>) -> StoreResult<DeviceKey> {
    Ok(DeviceKey {
        id: row.next()?,
        user: row.next()?,
        client: row.next()?,
        connection: row.next()?,
        name: row.next()?,
        device: Some(row.next::<String>()?).filter(|device| !device.is_empty()),
        public_key: row.next()?,
        fingerprint: row.next()?,
        created_at: row.next()?,
        last_used_at: row.next_opt()?,
        expires_at: row.next()?,
        algorithm: {
            let text: String = row.next()?;
            KeyAlgorithm::parse(&text)
                .ok_or_else(|| StoreError::Corrupt(format!("a device key signs with {text}")))?
        },
        attestation: match row.next_opt::<String>()? {
            Some(text) => Some(from_json(&text)?),
            None => None,
        },
    })
}

pub(super) async fn find<T: Tx>(tx: &T, id: &CredentialId) -> StoreResult<Option<DeviceKey>> {
    tx.first(&FIND, values![id], read).await
}

/// With the commit: the key was used.
pub(super) fn note_use<T: Tx>(tx: &T, id: &CredentialId, now: Timestamp) -> StoreResult<()> {
    tx.later(&USE, values![id, now])
}

/// The key, and what came by it. False when there is none.
pub(super) async fn remove<T: Tx>(tx: &T, id: &CredentialId, now: Timestamp) -> StoreResult<bool> {
    let Some(user) = tx.first(&DELETE, values![id], |row| row.next::<UserId>()).await? else {
        return Ok(false);
    };
    credentials::end(tx, id, &user, now).await?;
    Ok(true)
}

/// The ids of the keys that are gone now; what came by them is the caller's to end.
pub(super) async fn delete_of_user<T: Tx>(tx: &T, user: &UserId) -> StoreResult<Vec<CredentialId>> {
    tx.all(&DELETE_OF_USER, values![user], |row| row.next()).await
}

/// As [`delete_of_user`], of those that sign in at one client.
pub(super) async fn delete_of_pair<T: Tx>(
    tx: &T,
    user: &UserId,
    client: &ClientId,
) -> StoreResult<Vec<CredentialId>> {
    tx.all(&DELETE_OF_PAIR, values![user, client], |row| row.next()).await
}

pub(super) fn delete_of_client<T: Tx>(tx: &T, client: &ClientId) -> StoreResult<()> {
    tx.later(&DELETE_OF_CLIENT, values![client])
}

/// The keys that are gone now, and whose they were; what came by them is the caller's to end.
pub(super) async fn delete_of_connection<T: Tx>(
    tx: &T,
    connection: &str,
) -> StoreResult<Vec<(CredentialId, UserId)>> {
    tx.all(&DELETE_OF_CONNECTION, values![connection], credentials::read_owned).await
}

/// Those that ended before `before`, with what came by them; how many there were.
pub(super) async fn sweep<T: Tx>(tx: &T, before: Timestamp, limit: u32) -> StoreResult<u64> {
    let ended = tx.all(&LIST_EXPIRED, values![before, limit], |row| row.next::<CredentialId>()).await?;
    let mut gone = 0u64;
    for id in ended {
        gone = gone.saturating_add(u64::from(remove(tx, &id, before).await?));
    }
    Ok(gone)
}

pub(super) async fn list<T: Tx>(tx: &T, filter: &DeviceKeyFilter, limit: u32) -> StoreResult<Vec<DeviceKey>> {
    let client = filter.client.as_ref().map_or("", |client| client.as_str());
    match &filter.user {
        Some(user) => tx.all(&LIST_OF_USER, values![user, client, limit], read).await,
        None => tx.all(&LIST, values![client, limit], read).await,
    }
}

pub(super) struct Find(pub CredentialId);
pub(super) struct List(pub DeviceKeyFilter, pub u32);
pub(super) struct Rename(pub UserId, pub CredentialId, pub String, pub Vec<Event>);
pub(super) struct Remove(pub CredentialId, pub Timestamp, pub Vec<Event>);

impl Act for Find {
    type Out = Option<DeviceKey>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<DeviceKey>> {
        find(tx, &self.0).await
    }
}

impl Act for List {
    type Out = Vec<DeviceKey>;

    fn is_long(&self) -> bool {
        self.0.user.is_none()
    }

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<DeviceKey>> {
        list(tx, &self.0, self.1).await
    }
}

impl Act for Remove {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(id, now, written) = self;
        let Some(key) = find(tx, id).await? else { return Ok(false) };
        // The user first, as a sign-in by the key takes it.
        users::hold(tx, &key.user).await?;
        let gone = remove(tx, id, *now).await?;
        if gone {
            events::insert(tx, written)?;
        }
        Ok(gone)
    }
}

impl Act for Rename {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(user, id, name, written) = self;
        let renamed = tx.change(&RENAME, values![id, user, name]).await? > 0;
        if renamed {
            events::insert(tx, written)?;
        }
        Ok(renamed)
    }
}

impl Act for RemoveKey {
    type Out = KeyRemoved;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<KeyRemoved> {
        // Held, so that of two calls the second one counts what the first one left.
        let Some(user) = users::hold(tx, &self.user).await? else { return Ok(KeyRemoved::Gone) };
        let of_user = DeviceKeyFilter { user: Some(self.user.clone()), client: None };
        let keys = list(tx, &of_user, u32::MAX).await?;
        let (removed, others): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| key.id == self.id);
        if removed.is_empty() {
            return Ok(KeyRemoved::Gone);
        }
        let passkeys = passkeys::list_of_user(tx, &self.user).await?;
        if !self.ways.lead_to(&user, &passkeys, &others) {
            return Ok(KeyRemoved::LastWay);
        }
        remove(tx, &self.id, self.now).await?;
        events::insert(tx, &self.events)?;
        Ok(KeyRemoved::Done)
    }
}

impl Act for EnrolKey {
    type Out = Enrolled;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Enrolled> {
        let key = &self.key;
        let Some(user) = users::hold(tx, &key.user).await? else { return Ok(Enrolled::Gone) };
        let is_ended = credentials::is_ended(tx, self.proof.as_ref(), key.created_at).await?;
        if user.blocked || is_ended || !user.counts_proof_of(self.proved_at) {
            return Ok(Enrolled::Gone);
        }
        if !key.is_legacy() && !key.is_of(&user) {
            return Ok(Enrolled::Gone);
        }
        let of_user = DeviceKeyFilter { user: Some(key.user.clone()), client: None };
        let known = list(tx, &of_user, u32::MAX).await?;
        let (replaced, kept): (Vec<_>, Vec<_>) =
            known.into_iter().partition(|known| known.is_replaced_by(key));
        if kept.len() >= usize::try_from(self.most).unwrap_or(usize::MAX) {
            return Ok(Enrolled::TooMany);
        }
        if let Some((mark, until)) = &self.challenge
            && !meta::see(tx, mark, *until, key.created_at).await?
        {
            return Ok(Enrolled::Replayed);
        }
        for old in replaced {
            remove(tx, &old.id, key.created_at).await?;
        }
        let attestation = key.attestation.as_ref().map(to_json).transpose()?;
        let row = values![
            &key.id,
            &key.user,
            &key.client,
            &key.connection,
            &key.name,
            key.device.as_deref().unwrap_or_default(),
            key.public_key.as_slice(),
            &key.fingerprint,
            key.created_at,
            key.last_used_at,
            key.expires_at,
            key.algorithm.as_str(),
            attestation,
        ];
        tx.change(&INSERT, row).await?;
        events::insert(tx, &self.events)?;
        Ok(Enrolled::Done)
    }
}
