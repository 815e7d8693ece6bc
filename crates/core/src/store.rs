//! The port to the store: one small trait per record, and [`Store`] as their sum.
//!
//! No transaction leaves a store. What must be atomic is one verb, named for the act; the verbs that
//! decide something ([`ChallengeStore::open_challenge`], [`ChallengeStore::redeem_challenge`],
//! [`RefreshTokenStore::rotate_refresh_token`]) take the rules as data and ask the pure models
//! ([`Ledger`], …) inside their transaction. A verb returns once its effect is durable.
//!
//! Not found is `Ok(None)`. Records go in and out whole.

mod admin_passkeys;
mod audit;
mod challenges;
mod consents;
mod credentials;
mod events;
mod jobs;
mod passkeys;
mod sessions;
mod users;

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::clock::Timestamp;
pub use crate::model::Ended;
use crate::model::{
    Address, Client, ClientId, Connection, ConnectionId, Document, DocumentKind, Event, FamilyId, Handle,
    HandleKind, KeyId, Ledger, LedgerKey, LogCursor, OutboxRow, RefreshFamily, SendDenied, SigningKey,
    TokenHash, User, UserId,
};

pub use admin_passkeys::{
    AddAdminPasskey, AdminPasskeyAdded, AdminPasskeyStore, AdminPasskeyUsed, UseAdminPasskey,
};
pub use audit::AuditStore;
pub use challenges::{Candidate, ChallengeStore, OpenChallenge, Opened, Redeem, Redeemed, Stronger};
pub use consents::{AccessRevoked, ConsentFilter, ConsentStore, RevokeAccess};
pub use credentials::{
    CredentialOutcome, CredentialSignIn, CredentialStore, DeviceKeyFilter, EnrolKey, Enrolled, KeyRemoved,
    KeySignIn, PasswordSignIn, PasswordTry, RemoveKey, SignUp,
};
pub use events::{
    CountRound, DayCount, EventCondition, EventFilter, EventSearch, EventStore, EventText, FoundEvents,
};
pub use jobs::{AdvanceJob, ImportUsers, JobStore};
pub use passkeys::{
    AddPasskey, CountCredentials, CredentialCount, PasskeyAdded, PasskeyRemoved, PasskeyStore, PasskeyUsed,
    RemovePasskey, SignUpWithPasskey, UsePasskey, WaysIn,
};
pub use sessions::{LogoutNoticeStore, SessionStore, TouchSession};
pub use users::{
    ChangeEnds, ChangeUser, Changed, Edge, FoundUsers, IdentityRemoved, LinkUsers, RemoveIdentity, TextTest,
    UserColumn, UserFilter, UserFlag, UserMetadata, UserNumber, UserSearch, UserSort, UserText, UserWindow,
};

/// What can go wrong in any store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is full, busy or shutting down. The act did not happen, or
    /// its outcome is unknown; nothing was acknowledged.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// Too many searches are under way: nothing was looked at.
    #[error("the store is unavailable: too many searches at once")]
    NoTurn,
    /// A unique name or address is taken.
    #[error("{0} is taken")]
    Conflict(&'static str),
    /// A stored value cannot be read back.
    #[error("the store holds a damaged record: {0}")]
    Corrupt(String),
}

pub type StoreResult<T> = Result<T, StoreError>;

/// One page of a list, in the order of ids. `limit` is at most 100.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Return what comes after this id.
    pub after: Option<String>,
    pub limit: u32,
}

impl Default for Page {
    fn default() -> Self {
        Self { after: None, limit: 50 }
    }
}

#[async_trait]
pub trait ClientStore {
    async fn find_client(&self, id: &ClientId) -> StoreResult<Option<Client>>;
    async fn list_clients(&self, page: &Page) -> StoreResult<Vec<Client>>;
    /// A new one, with the events. `Conflict` when another one has the id.
    async fn insert_client(&self, client: &Client, events: Vec<Event>) -> StoreResult<()>;
    /// Inserts, or replaces the client of that id.
    async fn put_client(&self, client: &Client) -> StoreResult<()>;
    /// Replaces the client as it was when it had this version, which grows by one, and writes the events.
    /// False, and nothing is written, when it is gone or another call replaced it since.
    async fn replace_client(&self, client: &Client, events: Vec<Event>) -> StoreResult<bool>;
    /// True when there was one; then the events are written. Its refresh tokens, challenges, device keys, consents and
    /// logout notices go with it; its handles, which nobody can use any more, with the sweep.
    async fn delete_client(&self, id: &ClientId, events: Vec<Event>) -> StoreResult<bool>;
}

#[async_trait]
pub trait ConnectionStore {
    async fn find_connection(&self, name: &str) -> StoreResult<Option<Connection>>;
    async fn find_connection_by_id(&self, id: &ConnectionId) -> StoreResult<Option<Connection>>;
    async fn list_connections(&self, page: &Page) -> StoreResult<Vec<Connection>>;
    /// Inserts, or replaces the connection of that id. `Conflict("connection name")` when another
    /// one has the name.
    async fn put_connection(&self, connection: &Connection) -> StoreResult<()>;
    /// A new one, with the events. `Conflict` when another one has the id or the name.
    async fn insert_connection(&self, connection: &Connection, events: Vec<Event>) -> StoreResult<()>;
    /// Replaces the connection as it was when it had this version, which grows by one, and writes the events.
    /// False, and nothing is written, when it is gone or another call replaced it since. The name stays.
    async fn replace_connection(&self, connection: &Connection, events: Vec<Event>) -> StoreResult<bool>;
    /// Writes the events, too. False, and nothing is written, when there was none. Its passwords and device keys
    /// go with it.
    async fn delete_connection(&self, name: &str, now: Timestamp, events: Vec<Event>) -> StoreResult<bool>;
}

#[async_trait]
pub trait UserStore {
    async fn find_user(&self, id: &UserId) -> StoreResult<Option<User>>;
    async fn find_user_by_address(&self, connection: &str, address: &Address) -> StoreResult<Option<User>>;
    /// In the order of ids, which is the order of creation within a channel.
    async fn list_users(&self, page: &Page) -> StoreResult<Vec<User>>;
    /// A user made by an operator, with the events. `Conflict("address")` when an identity of theirs exists. What an
    /// earlier user of the id left, passkeys and refresh families, goes.
    async fn insert_user(&self, user: &User, events: Vec<Event>) -> StoreResult<()>;
    /// Replaces everything but identities and login counters. False when there is none. The sessions of
    /// who is blocked end at `updated_at`.
    async fn update_user(&self, user: &User) -> StoreResult<bool>;
    /// True when there was one; then the events are written. Their sessions end with them, and their consents,
    /// passwords, device keys and passkeys go; their refresh families stay, so that a later refresh can say why it
    /// fails.
    async fn delete_user(&self, id: &UserId, now: Timestamp, events: Vec<Event>) -> StoreResult<bool>;
    async fn count_users(&self) -> StoreResult<u64>;
    /// Those with an identity of that address, on whatever connection, in the order they were made.
    async fn list_users_by_address(&self, address: &Address) -> StoreResult<Vec<User>>;
    async fn search_users(&self, search: &UserSearch) -> StoreResult<FoundUsers>;
    /// Atomically, unless the user changed since `seen`: replaces all but login counters, and inserts who
    /// parts from them. The challenges of addresses that they lose are gone, with their messages; who is
    /// blocked loses sessions and refresh families. A change of an address, or of its proof, ends passwords and
    /// device keys as the first proof of an address does ([`ChallengeStore::redeem_challenge`]); where an identity
    /// is proved by this, passkeys, sessions and refresh families go, too. Passkeys of the identity that parts go
    /// with it. Writes the events. `Conflict("address")` when another user has one of the addresses, or the id of
    /// who parts.
    async fn change_user(&self, change: ChangeUser) -> StoreResult<Changed>;
    /// As [`UserStore::change_user`], unless nothing leads to the account afterwards: no passkey and no address. Also
    /// overtaken where a passkey would be left without its identity.
    ///
    /// Invariant: of any number of concurrent removals, of passkeys too, none takes the last way into an account.
    async fn remove_identity(&self, act: RemoveIdentity) -> StoreResult<IdentityRemoved>;
    /// Atomically, unless one of both changed since they were seen: the secondary user is gone, and their
    /// identities, passkeys, sessions and refresh families are the primary's. Passwords and device keys of the
    /// secondary are gone, and those of a primary who has not proved the address that they belong to. Writes the
    /// events.
    ///
    /// Invariant: a sign-in at the same time ends at the primary, whose ledgers it has to take first.
    async fn link_users(&self, link: LinkUsers) -> StoreResult<Changed>;
}

#[async_trait]
pub trait LedgerStore {
    async fn find_ledger(&self, key: LedgerKey) -> StoreResult<Option<Ledger>>;
    /// An operator forgives: true when there was something to forgive; then the events are written.
    async fn unblock_ledgers(
        &self,
        addresses: Vec<LedgerKey>,
        pairs: Vec<LedgerKey>,
        events: Vec<Event>,
    ) -> StoreResult<bool>;
    /// No message is sent to the address until then. Events of its starts say so.
    async fn suppress(&self, key: LedgerKey, until: Timestamp) -> StoreResult<()>;
    /// Atomically: counts one on each ledger with [`Ledger::charge_count`], each with its most in 24 h. When
    /// one refuses, nothing is charged anywhere. [`LedgerStore::refund_send`] takes it back.
    ///
    /// Invariant: of any number of concurrent calls no more pass than a ledger allows.
    async fn charge_counts(
        &self,
        counts: Vec<(LedgerKey, u32)>,
        now: Timestamp,
    ) -> StoreResult<Result<(), SendDenied>>;
    /// The provider said for certain that nothing was sent.
    async fn refund_send(&self, keys: Vec<LedgerKey>) -> StoreResult<()>;
}

#[async_trait]
pub trait OutboxStore {
    /// Rows due at `now`, each leased to the caller until `lease_until`: no other caller gets them
    /// before then. Counts a call on each.
    async fn claim_outbox(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<OutboxRow>>;
    /// Due again at `due_at`; `None` deletes it.
    async fn settle_outbox(&self, id: &str, due_at: Option<Timestamp>) -> StoreResult<()>;
    /// Due again at `due_at`, and the last call is not counted: it certainly reached nobody.
    async fn postpone_outbox(&self, id: &str, due_at: Timestamp) -> StoreResult<()>;
}

/// One use of a refresh token.
#[derive(Clone, Debug)]
pub struct Rotate {
    pub presented: TokenHash,
    pub client: ClientId,
    /// The token that takes its place; `None` for clients that do not rotate.
    pub replacement: Option<TokenHash>,
    pub now: Timestamp,
    /// Seconds that a rotated token still works.
    pub leeway: u32,
    pub reuse_while_child_unused: bool,
    /// The family's new idle deadline.
    pub idle_expires_at: Option<Timestamp>,
    pub on_success: Vec<Event>,
    pub on_failure: Vec<Event>,
    /// Written when a reuse revoked the family.
    pub on_reuse: Vec<Event>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Rotated {
    /// The use is recorded. `user` is `None` when they were deleted since.
    Ok { family: Box<RefreshFamily>, user: Option<Box<User>> },
    /// Unknown, expired, revoked, of another client, or not a standard token.
    Refused,
    /// A rotated token came back outside its leeway: the whole family is revoked.
    Reused { family: FamilyId },
}

#[async_trait]
pub trait RefreshTokenStore {
    /// A family with its first token. For [`crate::model::RefreshKind::Device`] an older family of
    /// the same user, client and device is replaced.
    async fn insert_refresh_family(
        &self,
        family: RefreshFamily,
        token: TokenHash,
        max_families: u32,
    ) -> StoreResult<()>;
    /// Atomically: finds the token, applies the rules of rotation, marks it used, adds the
    /// replacement. Blocked users are returned as `Ok`; the caller refuses them.
    async fn rotate_refresh_token(&self, rotate: Rotate) -> StoreResult<Rotated>;
    /// The family of a live token, whatever its kind, without using it.
    async fn find_refresh_family(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> StoreResult<Option<RefreshFamily>>;
    /// The family of a token, live or not.
    async fn find_family_of_token(&self, token: &TokenHash) -> StoreResult<Option<RefreshFamily>>;
    async fn list_refresh_families(&self, user: &UserId) -> StoreResult<Vec<RefreshFamily>>;
    /// The live ones of everybody, perhaps at one client only, in the order of their ids.
    async fn list_live_families(
        &self,
        client: Option<&ClientId>,
        now: Timestamp,
        page: &Page,
    ) -> StoreResult<Vec<RefreshFamily>>;
    /// Live or not, until the sweep.
    async fn find_refresh_family_by_id(&self, id: &FamilyId) -> StoreResult<Option<RefreshFamily>>;
    /// Writes the events. False, and nothing happens, when there is none that is not revoked.
    async fn set_refresh_metadata(
        &self,
        id: &FamilyId,
        metadata: Map<String, Value>,
        events: Vec<Event>,
    ) -> StoreResult<bool>;
    /// False when there is none or it was revoked before. Either way the mark is left that ends the access
    /// tokens of the family ([`crate::model::revoked_mark`]), as it is when a reuse revokes one.
    async fn revoke_refresh_family(
        &self,
        family: &FamilyId,
        now: Timestamp,
        events: Vec<Event>,
    ) -> StoreResult<bool>;
}

#[async_trait]
pub trait KeyStore {
    /// Every key that is not forgotten, newest first.
    async fn list_signing_keys(&self) -> StoreResult<Vec<SigningKey>>;
    /// Inserts keys unless there are any of the same algorithm and state `Current`: of several nodes
    /// that start at once, one wins. Returns whether this call inserted.
    async fn init_signing_keys(&self, keys: Vec<SigningKey>) -> StoreResult<bool>;
    /// Atomically: the `Current` key of the algorithm becomes `Previous`, the `Next` one `Current`,
    /// and `next` joins as `Next`. `Conflict("rotation")` when another node rotated since `expected`
    /// was current.
    async fn rotate_signing_keys(
        &self,
        expected: &KeyId,
        next: SigningKey,
        now: Timestamp,
        events: Vec<Event>,
    ) -> StoreResult<()>;
    /// False when there is no such key. A current key is not revoked: rotate first
    /// (`Conflict("current key")`).
    async fn revoke_signing_key(&self, id: &KeyId, now: Timestamp, events: Vec<Event>) -> StoreResult<bool>;
}

/// The one use of a handle, and what happens with it.
#[derive(Clone, Debug)]
pub struct UseHandle {
    pub id: TokenHash,
    pub kind: HandleKind,
    pub now: Timestamp,
    /// Saved with the use.
    pub refresh: Option<(RefreshFamily, TokenHash)>,
    /// Most live refresh families of a user and client; older ones are dropped.
    pub max_families: u32,
    /// Written on the first use.
    pub events: Vec<Event>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandleUse {
    /// This call, and no other, used it.
    First(Handle),
    /// It was used before.
    Again(Handle),
    /// Unknown, of another kind, or expired unused.
    Absent,
}

#[async_trait]
pub trait HandleStore {
    /// Replaces one of the same id.
    async fn insert_handle(&self, handle: Handle) -> StoreResult<()>;
    /// Live, used or expired, until the sweep.
    async fn find_handle(&self, id: &TokenHash, kind: HandleKind) -> StoreResult<Option<Handle>>;
    /// Replaces the body of a live one, unless another call replaced `seen` meanwhile. False when it is
    /// not live or was replaced.
    async fn update_handle(&self, handle: &Handle, seen: &str, now: Timestamp) -> StoreResult<bool>;
    /// Invariant: of any number of concurrent calls exactly one is `First`.
    async fn use_handle(&self, act: UseHandle) -> StoreResult<HandleUse>;
}

#[async_trait]
pub trait DocumentStore {
    async fn find_document(&self, kind: DocumentKind, id: &str) -> StoreResult<Option<Document>>;
    async fn find_document_by_name(&self, kind: DocumentKind, name: &str) -> StoreResult<Option<Document>>;
    /// In the order of ids.
    async fn list_documents(&self, kind: DocumentKind, page: &Page) -> StoreResult<Vec<Document>>;
    /// Writes the events, too. `Conflict("document")` when another of the kind has its id or its name. An administrator
    /// begins without passkeys.
    async fn insert_document(&self, document: &Document, events: Vec<Event>) -> StoreResult<()>;
    /// Replaces the one of that kind and id as it was when it had this version, which grows by one. False,
    /// and nothing is written, when it is gone or another call replaced it since. The name stays.
    async fn replace_document(&self, document: &Document, events: Vec<Event>) -> StoreResult<bool>;
    /// False, and nothing is written, when there was none. The cursor of a log stream goes with it, and
    /// so do the passkeys of an administrator.
    async fn delete_document(&self, kind: DocumentKind, id: &str, events: Vec<Event>) -> StoreResult<bool>;
}

/// How far log streams were delivered.
#[async_trait]
pub trait LogCursorStore {
    async fn find_log_cursor(&self, stream: &str) -> StoreResult<Option<LogCursor>>;
    /// The cursor of a stream, where it is due at `now`, leased to the caller until `lease_until`. One that
    /// is not there yet is made, at `start`. A claim is a change: its version grows by one.
    ///
    /// Invariant: of any number of concurrent calls one gets it.
    async fn claim_log_cursor(
        &self,
        stream: &str,
        start: &str,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> StoreResult<Option<LogCursor>>;
    /// Replaces the cursor as it was when it had this version, which grows by one, and writes the events.
    /// False, and nothing is written, when it is gone or another call changed it since.
    async fn replace_log_cursor(&self, cursor: &LogCursor, events: Vec<Event>) -> StoreResult<bool>;
}

#[async_trait]
pub trait MetaStore {
    async fn find_meta(&self, name: &str) -> StoreResult<Option<String>>;
    /// Inserts unless the name is there; returns what the store holds afterwards, whoever wrote it.
    async fn init_meta(&self, name: &str, value: &str) -> StoreResult<String>;
    /// Whether `insert_once` has the key and its time has not passed.
    async fn is_seen(&self, key: &str, now: Timestamp) -> StoreResult<bool>;
    /// Refuses an assertion id (`jti`) seen before: true when it is new. Kept until `expires_at`.
    async fn insert_once(&self, key: &str, expires_at: Timestamp, now: Timestamp) -> StoreResult<bool>;
}

#[async_trait]
pub trait HealthStore {
    /// One round trip that proves that the store answers, writes included.
    async fn ping(&self) -> StoreResult<()>;
    /// Finishes what was accepted, then closes. Later calls are `Unavailable`.
    async fn close(&self);
}

/// The whole store.
pub trait Store:
    ClientStore
    + ConnectionStore
    + UserStore
    + ChallengeStore
    + CredentialStore
    + LedgerStore
    + OutboxStore
    + RefreshTokenStore
    + HandleStore
    + PasskeyStore
    + AdminPasskeyStore
    + SessionStore
    + LogoutNoticeStore
    + ConsentStore
    + DocumentStore
    + LogCursorStore
    + JobStore
    + KeyStore
    + EventStore
    + AuditStore
    + MetaStore
    + HealthStore
    + Send
    + Sync
{
}
