//! Passwords, and what is alike for them and the keys of devices: sign-ins by either, and their end.

use async_trait::async_trait;
use latchkey_core::Timestamp;
use latchkey_core::model::{
    Address, CredentialId, DeviceKey, Event, LedgerKey, Password, RefreshFamily, TryRules, User, UserId,
    revoked_mark,
};
use latchkey_core::store::{
    CredentialOutcome, CredentialSignIn, CredentialStore, DeviceKeyFilter, EnrolKey, Enrolled, KeyRemoved,
    KeySignIn, PasswordSignIn, PasswordTry, RemoveKey, SignUp, StoreResult,
};

use super::{SqlStore, device_keys, events, ledgers, meta, refresh_tokens, users};
use crate::tx::{Act, Columns, Engine, Tx, queries, values};

queries! {
    FIND = "SELECT p.id, p.user_id, p.connection, p.hash, p.created_at FROM identities i \
        JOIN passwords p ON p.user_id = i.user_id AND p.connection = i.connection \
        WHERE i.connection = $1 AND i.address = $2";
    IS_THERE = "SELECT id FROM passwords WHERE id = $1 AND user_id = $2";
    INSERT = "INSERT INTO passwords (user_id, connection, id, hash, created_at) VALUES ($1, $2, $3, $4, $5)";
    DELETE_OF_USER = "DELETE FROM passwords WHERE user_id = $1 RETURNING id";
    DELETE_OF_CONNECTION = "DELETE FROM passwords WHERE connection = $1 RETURNING id, user_id";
}

/// Ends what came by a credential that is gone.
pub(super) async fn end<T: Tx>(tx: &T, id: &CredentialId, user: &UserId, now: Timestamp) -> StoreResult<()> {
    refresh_tokens::revoke_of_credential(tx, user, id, now).await?;
    refresh_tokens::mark_revoked(tx, &id.family(), now).await
}

/// Whether the credential that proved somebody ended since.
pub(super) async fn is_ended<T: Tx>(
    tx: &T,
    proof: Option<&CredentialId>,
    now: Timestamp,
) -> StoreResult<bool> {
    match proof {
        Some(id) => meta::is_seen(tx, &revoked_mark(&id.family()), now).await,
        None => Ok(false),
    }
}

/// Passwords and keys of a user, with what came by them. Whether there were any.
pub(super) async fn drop_all<T: Tx>(tx: &T, user: &UserId, now: Timestamp) -> StoreResult<bool> {
    let mut dropped = tx.all(&DELETE_OF_USER, values![user], |row| row.next::<CredentialId>()).await?;
    dropped.extend(device_keys::delete_of_user(tx, user).await?);
    for id in &dropped {
        end(tx, id, user, now).await?;
    }
    Ok(!dropped.is_empty())
}

/// Passwords and keys of a connection, with what came by them.
pub(super) async fn delete_of_connection<T: Tx>(tx: &T, connection: &str, now: Timestamp) -> StoreResult<()> {
    let mut gone = tx.all(&DELETE_OF_CONNECTION, values![connection], read_owned).await?;
    gone.extend(device_keys::delete_of_connection(tx, connection).await?);
    for (id, user) in &gone {
        end(tx, id, user, now).await?;
    }
    Ok(())
}

/// A credential, and whose it was.
pub(super) fn read_owned(row: &mut Columns<'_>) -> StoreResult<(CredentialId, UserId)> {
    Ok((row.next()?, row.next()?))
}

fn read(row: &mut Columns<'_>) -> StoreResult<Password> {
    Ok(Password {
        id: row.next()?,
        user: row.next()?,
        connection: row.next()?,
        hash: row.next()?,
        created_at: row.next()?,
    })
}

struct Find(String, Address);
struct ChargeKeyFailure((LedgerKey, TryRules), Timestamp, Vec<Event>);

impl Act for SignUp {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let Self { user, password, on_success, on_failure } = self;
        if !users::insert(tx, user).await? {
            events::insert(tx, on_failure)?;
            return Ok(false);
        }
        let row =
            values![&password.user, &password.connection, &password.id, &password.hash, password.created_at];
        tx.change(&INSERT, row).await?;
        events::insert(tx, on_success)?;
        Ok(true)
    }
}

impl Act for Find {
    type Out = Option<Password>;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<Option<Password>> {
        tx.first(&FIND, values![&self.0, &self.1], read).await
    }
}

impl Act for PasswordTry {
    type Out = bool;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<bool> {
        let mut held = Vec::with_capacity(2);
        // That of the account before that of the pair, as everywhere.
        for (key, rules) in std::iter::once(self.account).chain(self.pair) {
            let mut ledger = ledgers::lock_or_insert(tx, key, self.now).await?;
            if ledger.is_blocked(&rules, self.now) {
                tx.abandon();
                return Ok(false);
            }
            ledger.charge_failure(&rules, self.now);
            held.push((key, ledger));
        }
        for (key, ledger) in &held {
            ledgers::save(tx, *key, ledger, self.now)?;
        }
        Ok(true)
    }
}

impl Act for PasswordSignIn {
    type Out = CredentialOutcome;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<CredentialOutcome> {
        let act = &self.sign_in;
        let mut held = Vec::with_capacity(2);
        for (key, _) in std::iter::once(self.charged.account).chain(self.charged.pair) {
            if let Some(ledger) = ledgers::lock(tx, key).await? {
                held.push((key, ledger));
            }
        }
        let Some(user) = users::hold(tx, &act.user).await? else { return gone(tx, act) };
        let there = tx.first(&IS_THERE, values![&act.credential, &act.user], |row| row.next::<String>());
        if there.await?.is_none() {
            return gone(tx, act);
        }
        for (key, ledger) in &mut held {
            ledger.take_back_failure(self.charged.now);
            ledgers::save(tx, *key, ledger, act.now)?;
        }
        sign_in(tx, act, user)
    }
}

impl Act for KeySignIn {
    type Out = CredentialOutcome;
    const FORCED: bool = true;

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<CredentialOutcome> {
        let act = &self.sign_in;
        let (ledger, rules) = self.ledger;
        let mut failures = ledgers::lock(tx, ledger).await?;
        if failures.as_ref().is_some_and(|failures| failures.is_blocked(&rules, act.now)) {
            events::insert(tx, &act.on_failure)?;
            return Ok(CredentialOutcome::Refused);
        }
        let Some(user) = users::hold(tx, &act.user).await? else { return gone(tx, act) };
        let key = device_keys::find(tx, &act.credential).await?;
        let is_there = |key: &DeviceKey| is_of(key, act) && (key.is_legacy() || key.is_of(&user));
        let Some(key) = key.filter(is_there) else { return gone(tx, act) };
        if !meta::see(tx, &self.assertion, self.assertion_ends, act.now).await? {
            events::insert(tx, &act.on_failure)?;
            return Ok(CredentialOutcome::Replayed);
        }
        if let Some(failures) = &mut failures {
            failures.succeed();
            ledgers::save(tx, ledger, failures, act.now)?;
        }
        if !user.blocked {
            device_keys::note_use(tx, &key.id, act.now)?;
        }
        sign_in(tx, act, user)
    }
}

fn is_of(key: &DeviceKey, act: &CredentialSignIn) -> bool {
    key.user == act.user && act.now < key.expires_at
}

impl Act for ChargeKeyFailure {
    type Out = ();

    async fn run<T: Tx>(&self, tx: &T) -> StoreResult<()> {
        let Self((key, rules), now, written) = self;
        let mut ledger = ledgers::lock_or_insert(tx, *key, *now).await?;
        ledger.charge_failure(rules, *now);
        ledgers::save(tx, *key, &ledger, *now)?;
        events::insert(tx, written)
    }
}

fn gone<T: Tx>(tx: &T, act: &CredentialSignIn) -> StoreResult<CredentialOutcome> {
    events::insert(tx, &act.on_failure)?;
    Ok(CredentialOutcome::Gone)
}

/// The credential is right: its user is signed in, unless they are blocked.
fn sign_in<T: Tx>(tx: &T, act: &CredentialSignIn, mut user: User) -> StoreResult<CredentialOutcome> {
    if user.blocked {
        events::insert(tx, &act.on_failure)?;
        return Ok(CredentialOutcome::Blocked);
    }
    if act.counts {
        users::count_visit(tx, &mut user, act.ip.as_deref(), act.now)?;
    }
    if let Some((family, token)) = &act.refresh {
        let family = RefreshFamily { credential: Some(act.credential.clone()), ..family.clone() };
        refresh_tokens::insert_family_of(tx, &user, &family, *token, act.max_families)?;
    }
    events::insert(tx, &act.on_success)?;
    Ok(CredentialOutcome::Accepted(Box::new(user)))
}

#[async_trait]
impl<E: Engine> CredentialStore for SqlStore<E> {
    async fn sign_up(&self, act: SignUp) -> StoreResult<bool> {
        self.0.write(act).await
    }

    async fn find_password(&self, connection: &str, address: &Address) -> StoreResult<Option<Password>> {
        self.0.read(Find(connection.to_owned(), address.clone())).await
    }

    async fn claim_password_try(&self, act: PasswordTry) -> StoreResult<bool> {
        self.0.write(act).await
    }

    async fn sign_in_by_password(&self, act: PasswordSignIn) -> StoreResult<CredentialOutcome> {
        self.0.write(act).await
    }

    async fn sign_in_by_key(&self, act: KeySignIn) -> StoreResult<CredentialOutcome> {
        self.0.write(act).await
    }

    async fn charge_key_failure(
        &self,
        ledger: (LedgerKey, TryRules),
        now: Timestamp,
        events: Vec<Event>,
    ) -> StoreResult<()> {
        self.0.write(ChargeKeyFailure(ledger, now, events)).await
    }

    async fn enrol_device_key(&self, act: EnrolKey) -> StoreResult<Enrolled> {
        self.0.write(act).await
    }

    async fn find_device_key(&self, id: &CredentialId) -> StoreResult<Option<DeviceKey>> {
        self.0.read(device_keys::Find(id.clone())).await
    }

    async fn list_device_keys(&self, filter: &DeviceKeyFilter, limit: u32) -> StoreResult<Vec<DeviceKey>> {
        self.0.read(device_keys::List(filter.clone(), limit)).await
    }

    async fn remove_device_key(
        &self,
        id: &CredentialId,
        now: Timestamp,
        events: Vec<Event>,
    ) -> StoreResult<bool> {
        self.0.write(device_keys::Remove(id.clone(), now, events)).await
    }

    async fn rename_device_key(
        &self,
        user: &UserId,
        id: &CredentialId,
        name: &str,
        events: Vec<Event>,
    ) -> StoreResult<bool> {
        self.0.write(device_keys::Rename(user.clone(), id.clone(), name.to_owned(), events)).await
    }

    async fn remove_own_device_key(&self, act: RemoveKey) -> StoreResult<KeyRemoved> {
        self.0.write(act).await
    }
}
