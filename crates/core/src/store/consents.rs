//! The verbs about what people allowed clients.

use async_trait::async_trait;

use super::{Page, StoreResult, WaysIn};
use crate::clock::Timestamp;
use crate::model::{ClientId, Consent, ConsentId, CredentialId, Event, UserId};

/// Somebody takes back all that a client got of them.
#[derive(Clone, Debug)]
pub struct RevokeAccess {
    pub user: UserId,
    pub client: ClientId,
    pub ways: WaysIn,
    /// Their keys of devices there, and what is written where one of them ends.
    pub keys: Vec<(CredentialId, Event)>,
    pub now: Timestamp,
    pub events: Vec<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessRevoked {
    Done,
    /// A device at the client is all that leads to the account; nothing happened.
    LastWay,
    /// The client has nothing of theirs; nothing happened.
    Nothing,
}

/// Which consents to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentFilter {
    pub user: Option<UserId>,
    pub client: Option<ClientId>,
    pub audience: Option<String>,
}

#[async_trait]
pub trait ConsentStore {
    async fn find_consent(
        &self,
        user: &UserId,
        client: &ClientId,
        audience: Option<&str>,
    ) -> StoreResult<Option<Consent>>;
    async fn find_consent_by_id(&self, id: &ConsentId) -> StoreResult<Option<Consent>>;
    async fn list_consents(&self, filter: &ConsentFilter, page: &Page) -> StoreResult<Vec<Consent>>;
    /// Atomically: inserts, or adds the scope to that of the same user, client and audience. Writes the
    /// events. False, and nothing happens, when the user or the client is gone.
    async fn put_consent(&self, consent: &Consent, events: Vec<Event>) -> StoreResult<bool>;
    /// Deletes it, and revokes the refresh families of its user and client. Writes the events; where one
    /// names no user or client, it gets those of the consent. What it was, where there was one.
    async fn revoke_consent(
        &self,
        id: &ConsentId,
        now: Timestamp,
        events: Vec<Event>,
    ) -> StoreResult<Option<Consent>>;
    /// Atomically: deletes every consent of a user to a client and their keys of devices there, with what came by
    /// those, and revokes their refresh families there, with or without a consent, unless nothing else leads to the
    /// account than one of these keys. Writes the events.
    ///
    /// Invariant: of any number of concurrent calls, none takes the last way into an account.
    async fn revoke_client_access(&self, act: RevokeAccess) -> StoreResult<AccessRevoked>;
}
