//! The verbs about passkeys.

use async_trait::async_trait;

use super::StoreResult;
use crate::clock::Timestamp;
use crate::model::{Channel, Event, Passkey, PasskeyId, RefreshFamily, TokenHash, User, UserId};

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
    /// Most that a user has.
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
    /// The passkey, its user or their identity is gone, or it is another user's now. Nothing happened.
    Gone,
}

/// What leads to an account at the moment, where the user still has it when it is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaysIn {
    /// Connections that send a code to an address, and how.
    pub addresses: Vec<(String, Channel)>,
    /// Connections whose passkeys sign in.
    pub passkeys: Vec<String>,
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
    /// No address and no other passkey of the user leads to the account; nothing happened.
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

    /// Passkeys, and the keys of devices that still sign in `now`. Reads them all.
    async fn count_credentials(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> StoreResult<(CredentialCount, CredentialCount)>;
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
