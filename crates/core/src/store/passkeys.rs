//! The verbs about passkeys.

use async_trait::async_trait;

use super::StoreResult;
use crate::clock::Timestamp;
use crate::model::{
    Address, CredentialId, DeviceKey, Event, Identity, Passkey, PasskeyId, RefreshFamily, TokenHash, User,
    UserId,
};

/// Somebody signs up with their first passkey.
#[derive(Clone, Debug)]
pub struct SignUpWithPasskey {
    /// With this login counted.
    pub user: User,
    /// Of that user.
    pub passkey: Passkey,
    /// Saved with it.
    pub refresh: Option<(RefreshFamily, TokenHash)>,
    pub max_families: u32,
    pub events: Vec<Event>,
}

/// Somebody who is signed in makes another one.
#[derive(Clone, Debug)]
pub struct AddPasskey {
    pub passkey: Passkey,
    /// When the user was proved.
    pub proved_at: Timestamp,
    /// Most that a user has of one domain: others cannot be used meanwhile.
    pub most: u32,
    pub events: Vec<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyAdded {
    Done,
    /// Another passkey, of whatever user, has the credential id.
    Taken,
    /// The user has as many as they may.
    Full,
    /// The user is gone or blocked, has not got the identity any more, or the proof of them ended.
    Gone,
}

/// A passkey signed, and what was signed is proved.
#[derive(Clone, Debug)]
pub struct UsePasskey {
    pub id: PasskeyId,
    /// Whose it was when it was found.
    pub user: UserId,
    pub counter: i64,
    pub backed_up: bool,
    pub now: Timestamp,
    pub ip: Option<String>,
    /// Saved with the sign-in.
    pub refresh: Option<(RefreshFamily, TokenHash)>,
    pub max_families: u32,
    pub on_success: Vec<Event>,
    /// Written instead when the user is blocked.
    pub on_failure: Vec<Event>,
    /// Written, too, when the counter did not grow (S-059).
    pub on_clone: Vec<Event>,
    /// Nobody is signed in then.
    pub refuse_clones: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PasskeyUsed {
    /// `cloned`: the counter did not grow, so that there may be two of the authenticator.
    Accepted {
        user: Box<User>,
        cloned: bool,
    },
    Blocked {
        user: UserId,
    },
    /// The counter did not grow ([`UsePasskey::refuse_clones`]).
    Cloned,
    /// The passkey, its user or their identity is gone, or it is another user's now. Nothing happened.
    Gone,
}

/// What leads to an account at the moment, where the user still has it when it is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaysIn {
    /// Connections, and the addresses on them that are sent a code.
    pub addresses: Vec<(String, Address)>,
    /// As those, but that a code signs nobody in beside a passkey.
    pub addresses_alone: Vec<(String, Address)>,
    /// Passkeys that sign in.
    pub passkeys: Vec<PasskeyId>,
    /// Passkeys that no application takes, and that codes are nothing beside.
    pub in_the_way: Vec<PasskeyId>,
    /// Keys of devices that sign in.
    pub keys: Vec<CredentialId>,
}

impl WaysIn {
    /// Whether anything leads to the account of a user who has these passkeys and keys of devices.
    pub fn lead_to(&self, user: &User, passkeys: &[Passkey], keys: &[DeviceKey]) -> bool {
        let is_among = |ways: &[(String, Address)]| {
            let is_way = |one: &Identity| {
                ways.iter().any(|(name, address)| *name == one.connection && *address == one.address)
            };
            user.identities.iter().any(is_way)
        };
        let is_refused = passkeys.iter().any(|passkey| self.in_the_way.contains(&passkey.id));
        passkeys.iter().any(|passkey| self.passkeys.contains(&passkey.id) && passkey.is_of(user))
            || keys.iter().any(|key| self.keys.contains(&key.id) && key.is_of(user))
            || is_among(&self.addresses)
            || !is_refused && is_among(&self.addresses_alone)
    }

    /// Without the addresses that the user did not prove: another one may.
    pub fn of_proved(mut self, user: &User) -> Self {
        let is_proved = |(name, address): &(String, Address)| {
            let mut all = user.identities.iter();
            all.any(|one| one.connection == *name && one.address == *address && one.verified_at.is_some())
        };
        self.addresses.retain(is_proved);
        self.addresses_alone.retain(is_proved);
        self
    }
}

/// Somebody takes one of their passkeys away.
#[derive(Clone, Debug)]
pub struct RemovePasskey {
    pub user: UserId,
    pub id: PasskeyId,
    pub ways: WaysIn,
    pub events: Vec<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyRemoved {
    Done,
    /// No address and no other passkey of the user leads to the account, and the key of a device ends by itself;
    /// nothing happened.
    LastWay,
    /// The user has none of that id; nothing happened.
    Gone,
}

#[async_trait]
pub trait PasskeyStore {
    async fn find_passkey(&self, credential_id: &[u8]) -> StoreResult<Option<Passkey>>;
    /// In the order in which they were made.
    async fn list_passkeys(&self, user: &UserId) -> StoreResult<Vec<Passkey>>;
    /// Atomically: inserts user and passkey, saves the refresh family, writes the events. False, and nothing
    /// happens, when another passkey has the credential id.
    async fn sign_up_with_passkey(&self, act: SignUpWithPasskey) -> StoreResult<bool>;
    /// Atomically: counts, inserts, writes the events.
    ///
    /// Invariant: of any number of concurrent calls no more pass than the user may have.
    async fn add_passkey(&self, act: AddPasskey) -> StoreResult<PasskeyAdded>;
    /// Atomically: compares and keeps the counter, which never falls; counts the login; saves the refresh
    /// family; writes the events.
    async fn use_passkey(&self, act: UsePasskey) -> StoreResult<PasskeyUsed>;
    /// Writes the events. False, and nothing happens, when the user has none of that id.
    async fn rename_passkey(
        &self,
        user: &UserId,
        id: &PasskeyId,
        name: &str,
        events: Vec<Event>,
    ) -> StoreResult<bool>;
    /// One of a user, or all of them. Writes the events where there was any; how many there were.
    async fn delete_passkeys(
        &self,
        user: &UserId,
        id: Option<&PasskeyId>,
        events: Vec<Event>,
    ) -> StoreResult<u64>;
    /// Atomically: looks whether something else leads to the account, deletes, writes the events.
    ///
    /// Invariant: of any number of concurrent calls, none takes the last way into an account.
    async fn remove_passkey(&self, act: RemovePasskey) -> StoreResult<PasskeyRemoved>;
    /// The domains that there are passkeys of, in the order of letters.
    async fn list_relying_parties(&self) -> StoreResult<Vec<String>>;

    /// Passkeys and keys of devices that still sign in. Reads them all.
    async fn count_credentials(
        &self,
        act: CountCredentials,
    ) -> StoreResult<(CredentialCount, CredentialCount)>;
}

/// Which passkeys and keys of devices to count.
#[derive(Clone, Debug)]
pub struct CountCredentials {
    /// New is what was made since.
    pub since: Timestamp,
    pub now: Timestamp,
    /// The domain that passkeys are made for today.
    pub relying_party: String,
    /// Keys of today that were enrolled after that; `None` where none signs in. Those of Touch ID count as long as they
    /// live.
    pub keys_after: Option<Timestamp>,
}

/// How many credentials of a kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CredentialCount {
    /// People who have some.
    pub users: u64,
    pub total: u64,
    /// Those made since the time that was asked for.
    pub new: u64,
}
