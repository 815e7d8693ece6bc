//! Passkeys of administrators, and the sign-ins by them.

use async_trait::async_trait;
use latchkey_core::model::{AdminPasskey, Event, PasskeyId};
use latchkey_core::store::{
    AddAdminPasskey, AdminPasskeyAdded, AdminPasskeyStore, AdminPasskeyUsed, StoreResult, UseAdminPasskey,
};

use super::{SqlStore, clean, documents, events};
use crate::tx::{Act, Columns, Engine, Tx, Value, queries, to_json, values};

macro_rules! admin_passkeys {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "id, credential_id, admin_id, user_handle, relying_party, public_key, counter, \
             backup_eligible, backed_up, transports, aaguid, name, created_at, used_at",
            $after
        )
    };
}

queries! {
    FIND = admin_passkeys!("SELECT ", " FROM admin_passkeys WHERE credential_id = $1");
    LIST = admin_passkeys!("SELECT ", " FROM admin_passkeys WHERE admin_id = $1 ORDER BY created_at, id");
    /// Of callers that race with one credential, one inserts.
    INSERT = admin_passkeys!("INSERT INTO admin_passkeys (", ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
        $10, $11, $12, $13, $14) ON CONFLICT (credential_id) DO NOTHING");
    COUNT = "SELECT count(*) FROM admin_passkeys WHERE admin_id = $1";
    /// Takes a row that is there, and reads its counter.
    LOCK = "UPDATE admin_passkeys SET counter = counter WHERE id = $1 AND admin_id = $2 RETURNING counter";
    USE = "UPDATE admin_passkeys SET counter = $2, backed_up = $3, used_at = $4 WHERE id = $1";
    RENAME = "UPDATE admin_passkeys SET name = $3 WHERE id = $1 AND admin_id = $2";
    DELETE = "DELETE FROM admin_passkeys WHERE id = $1 AND admin_id = $2";
    DELETE_OF_ADMIN = "DELETE FROM admin_passkeys WHERE admin_id = $1";
}

/// Goes with the administrator.
pub(super) async fn delete_of_admin<T: Tx>(tx: &T, admin: &str) -> StoreResult<()> {
    tx.change(&DELETE_OF_ADMIN, values![admin]).await.map(drop)
}

fn row_of(passkey: &AdminPasskey) -> StoreResult<Vec<Value>> {
    Ok(values![
        &passkey.id,
        passkey.credential_id.as_slice(),
        &*passkey.admin,
        passkey.user_handle.as_slice(),
        &passkey.relying_party,
        passkey.public_key.as_slice(),
        passkey.counter,
        passkey.backup_eligible,
        passkey.backed_up,
        to_json(&passkey.transports)?,
        passkey.aaguid.as_deref(),
        clean(&passkey.name),
        passkey.created_at,
        passkey.used_at,
    ])
}

fn read(row: &mut Columns<'_>) -> StoreResult<AdminPasskey> {
    Ok(AdminPasskey {
        id: row.next()?,
        credential_id: row.next()?,
        admin: row.next()?,
        user_handle: row.next()?,
        relying_party: row.next()?,
        public_key: row.next()?,
        counter: row.next()?,
        backup_eligible: row.next()?,
        backed_up: row.next()?,
        transports: row.next_json()?,
        aaguid: row.next_opt()?,
        name: row.next()?,
        created_at: row.next()?,
        used_at: row.next_opt()?,
    })
}

impl Act for AddAdminPasskey {
    type Out = AdminPasskeyAdded;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<AdminPasskeyAdded> {
        let passkey = &self.passkey;
        // Invariant: the administrator's row is held from here on, so that nobody else adds one between the count and
        // the insertion.
        if !documents::hold_admin(tx, &passkey.admin).await? {
            return Ok(AdminPasskeyAdded::Gone);
        }
        let count = tx.first(&COUNT, values![&*passkey.admin], |row| row.next::<i64>()).await?;
        if count.unwrap_or(0) >= i64::from(self.most) {
            return Ok(AdminPasskeyAdded::Full);
        }
        if tx.change(&INSERT, row_of(passkey)?).await? == 0 {
            return Ok(AdminPasskeyAdded::Taken);
        }
        events::insert(tx, &self.events)?;
        Ok(AdminPasskeyAdded::Done)
    }
}

impl Act for UseAdminPasskey {
    type Out = AdminPasskeyUsed;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<AdminPasskeyUsed> {
        // The administrator before the passkey, as whoever removes an administrator does.
        if !documents::hold_admin(tx, &self.admin).await? {
            return Ok(AdminPasskeyUsed::Gone);
        }
        let kept = tx.first(&LOCK, values![&self.id, &*self.admin], |row| row.next::<i64>()).await?;
        let Some(kept) = kept else { return Ok(AdminPasskeyUsed::Gone) };
        // 0 both times is an authenticator that does not count (WebAuthn section 6.1.1).
        let cloned = (self.counter > 0 || kept > 0) && self.counter <= kept;
        tx.later(&USE, values![&self.id, self.counter.max(kept), self.backed_up, self.now])?;
        if cloned {
            events::insert(tx, &self.on_clone)?;
        }
        Ok(AdminPasskeyUsed::Accepted { cloned })
    }
}

struct Find(Vec<u8>);
struct List(String);
struct Rename(String, PasskeyId, String, Vec<Event>);
struct Delete(String, PasskeyId, Vec<Event>);

impl Act for Find {
    type Out = Option<AdminPasskey>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<AdminPasskey>> {
        tx.first(&FIND, values![self.0.as_slice()], read).await
    }
}

impl Act for List {
    type Out = Vec<AdminPasskey>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Vec<AdminPasskey>> {
        tx.all(&LIST, values![&*self.0], read).await
    }
}

impl Act for Rename {
    type Out = bool;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(admin, id, name, written) = self;
        let renamed = tx.change(&RENAME, values![id, &**admin, clean(name)]).await? > 0;
        if renamed {
            events::insert(tx, written)?;
        }
        Ok(renamed)
    }
}

impl Act for Delete {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self(admin, id, written) = self;
        let gone = tx.change(&DELETE, values![id, &**admin]).await? > 0;
        if gone {
            events::insert(tx, written)?;
        }
        Ok(gone)
    }
}

#[async_trait]
impl<E: Engine> AdminPasskeyStore for SqlStore<E> {
    async fn find_admin_passkey(&self, credential_id: &[u8]) -> StoreResult<Option<AdminPasskey>> {
        self.0.read(Find(credential_id.to_vec())).await
    }

    async fn list_admin_passkeys(&self, admin: &str) -> StoreResult<Vec<AdminPasskey>> {
        self.0.read(List(admin.to_owned())).await
    }

    async fn add_admin_passkey(&self, act: AddAdminPasskey) -> StoreResult<AdminPasskeyAdded> {
        self.0.write(act).await
    }

    async fn use_admin_passkey(&self, act: UseAdminPasskey) -> StoreResult<AdminPasskeyUsed> {
        self.0.write(act).await
    }

    async fn rename_admin_passkey(
        &self,
        admin: &str,
        id: &PasskeyId,
        name: &str,
        events: Vec<Event>,
    ) -> StoreResult<bool> {
        self.0.write(Rename(admin.to_owned(), id.clone(), name.to_owned(), events)).await
    }

    async fn delete_admin_passkey(
        &self,
        admin: &str,
        id: &PasskeyId,
        events: Vec<Event>,
    ) -> StoreResult<bool> {
        self.0.write(Delete(admin.to_owned(), id.clone(), events)).await
    }
}
