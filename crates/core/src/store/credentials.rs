//! The verbs about passwords and the keys of devices.
//!
//! Invariant: what a password or key gave ends with it. Whatever deletes one revokes, in the same transaction,
//! the refresh families that name it and leaves its mark ([`crate::model::revoked_mark`] of
//! [`CredentialId::family`]), which ends the tokens that name it.

use async_trait::async_trait;

use super::{StoreResult, WaysIn};
use crate::clock::Timestamp;
use crate::model::{
    Address, ClientId, CredentialId, DeviceKey, Event, LedgerKey, Password, RefreshFamily, TokenHash,
    TryRules, User, UserId,
};

/// Somebody signs up by password.
#[derive(Clone, Debug)]
pub struct SignUp {
    pub user: User,
    pub password: Password,
    /// Written where they are new, and where the address is taken.
    pub on_success: Vec<Event>,
    pub on_failure: Vec<Event>,
}

/// The ledgers that tries of a password are counted on.
#[derive(Clone, Copy, Debug)]
pub struct PasswordTry {
    pub account: (LedgerKey, TryRules),
    /// The account and the IP together, unless the connection switched that protection off.
    pub pair: Option<(LedgerKey, TryRules)>,
    pub now: Timestamp,
}

/// What a sign-in by a credential commits together.
#[derive(Clone, Debug)]
pub struct CredentialSignIn {
    pub credential: CredentialId,
    pub user: UserId,
    pub now: Timestamp,
    pub ip: Option<String>,
    /// Whether it counts among the sign-ins of the user.
    pub counts: bool,
    pub refresh: Option<(RefreshFamily, TokenHash)>,
    /// Most live refresh families of a user and client; older ones are dropped.
    pub max_families: u32,
    pub on_success: Vec<Event>,
    pub on_failure: Vec<Event>,
}

/// A password that fits.
#[derive(Clone, Debug)]
pub struct PasswordSignIn {
    pub sign_in: CredentialSignIn,
    /// The try that was charged for it: it is taken back.
    pub charged: PasswordTry,
}

/// A JWT whose signature was proved.
#[derive(Clone, Debug)]
pub struct KeySignIn {
    pub sign_in: CredentialSignIn,
    /// Names the JWT, or the challenge that it answers: it is taken once.
    pub assertion: String,
    /// Nobody would take it any more from then on.
    pub assertion_ends: Timestamp,
    /// The ledger of failures of the key.
    pub ledger: (LedgerKey, TryRules),
}

#[derive(Clone, Debug, PartialEq)]
pub enum CredentialOutcome {
    Accepted(Box<User>),
    /// The credential is right, and its user is blocked.
    Blocked,
    /// The credential, or its user, is gone since it was read.
    Gone,
    /// The JWT was taken before.
    Replayed,
    /// Too many failures on the key.
    Refused,
}

/// Which keys to list; the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceKeyFilter {
    pub user: Option<UserId>,
    pub client: Option<ClientId>,
}

/// A device enrols its key.
#[derive(Clone, Debug)]
pub struct EnrolKey {
    pub key: DeviceKey,
    /// Most keys of the user.
    pub most: u32,
    /// The password or key that the person was proved by, where it was one of these.
    pub proof: Option<CredentialId>,
    /// When that was.
    pub proved_at: Timestamp,
    /// Names the challenge that the device answered, which is taken once, and when nobody would take it any more.
    pub challenge: Option<(String, Timestamp)>,
    pub events: Vec<Event>,
}

/// A person takes a key of their own away.
#[derive(Clone, Debug)]
pub struct RemoveKey {
    pub user: UserId,
    pub id: CredentialId,
    pub ways: WaysIn,
    pub now: Timestamp,
    pub events: Vec<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRemoved {
    Done,
    /// Nothing else leads to the account: no address, no passkey, no other key.
    LastWay,
    /// They have no such key.
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enrolled {
    Done,
    /// The user has as many keys as may be, and none of this device.
    TooMany,
    /// The user, what proved them, or the account that the key is for, is gone since.
    Gone,
    /// The challenge was answered before.
    Replayed,
}

#[async_trait]
pub trait CredentialStore {
    /// A user of one identity with a password. False, and nothing else is written, when the address is taken:
    /// either way it is one act with its events, so that the time of the answer does not tell (S-006).
    async fn sign_up(&self, act: SignUp) -> StoreResult<bool>;
    /// Of whoever has the address on that connection.
    async fn find_password(&self, connection: &str, address: &Address) -> StoreResult<Option<Password>>;
    /// Atomically: charges a failure on each ledger before anything is compared; `false`, and nothing is
    /// charged, when one of them refuses. [`CredentialStore::sign_in_by_password`] takes it back.
    ///
    /// Invariant: of any number of concurrent tries no more are compared than the ledgers allow.
    async fn claim_password_try(&self, act: PasswordTry) -> StoreResult<bool>;
    /// Atomically: sees that the password is still there, gives the try back, counts the sign-in and saves the
    /// refresh family. Proves no address. Writes the events.
    async fn sign_in_by_password(&self, act: PasswordSignIn) -> StoreResult<CredentialOutcome>;
    /// Atomically: sees that the key is still there, takes the JWT for the first and last time, counts the
    /// sign-in and the use of the key, and saves the refresh family. Proves no address. Writes the events.
    ///
    /// Invariant: of any number of concurrent calls with one JWT, on all nodes, one is `Accepted`; whatever
    /// became of the others, the key is not there any more once its removal was answered.
    async fn sign_in_by_key(&self, act: KeySignIn) -> StoreResult<CredentialOutcome>;
    /// Counts a failed signature on the ledger of a key. Writes the events.
    async fn charge_key_failure(
        &self,
        ledger: (LedgerKey, TryRules),
        now: Timestamp,
        events: Vec<Event>,
    ) -> StoreResult<()>;
    /// Atomically: a key takes the place of an older one of the same device ([`DeviceKey::is_replaced_by`]).
    async fn enrol_device_key(&self, act: EnrolKey) -> StoreResult<Enrolled>;
    async fn find_device_key(&self, id: &CredentialId) -> StoreResult<Option<DeviceKey>>;
    /// At most `limit`, oldest first.
    async fn list_device_keys(&self, filter: &DeviceKeyFilter, limit: u32) -> StoreResult<Vec<DeviceKey>>;
    /// False, and nothing is written, when there was none.
    async fn remove_device_key(
        &self,
        id: &CredentialId,
        now: Timestamp,
        events: Vec<Event>,
    ) -> StoreResult<bool>;
    /// Writes the events. False, and nothing happens, when the user has no such key.
    async fn rename_device_key(
        &self,
        user: &UserId,
        id: &CredentialId,
        name: &str,
        events: Vec<Event>,
    ) -> StoreResult<bool>;
    /// Atomically: unless nothing else leads to the account, the key is gone with all that came by it. Writes the
    /// events.
    async fn remove_own_device_key(&self, act: RemoveKey) -> StoreResult<KeyRemoved>;
}
