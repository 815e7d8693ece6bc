//! The verbs about what people allowed clients.

use async_trait::async_trait;

use super::{Page, StoreResult};
use crate::clock::Timestamp;
use crate::model::{ClientId, Consent, ConsentId, Event, UserId};

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
    /// Atomically: deletes every consent of a user to a client, and revokes their refresh families there, with
    /// or without a consent. Writes the events. False, and nothing happens, when there is none of either.
    async fn revoke_client_access(
        &self,
        user: &UserId,
        client: &ClientId,
        now: Timestamp,
        events: Vec<Event>,
    ) -> StoreResult<bool>;
}
