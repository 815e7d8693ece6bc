//! `POST /oauth/revoke` (RFC 7009): a refresh token, its whole family, and the access tokens that came of it
//! end.

use latchkey_wire::Secret;

use super::authenticate_client::{ClientAuthError, ClientCredentials};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::LimitState;
use crate::model::{Event, EventKind, RefreshFamily, TokenHash};
use crate::store::{ConsentFilter, Page, StoreError};

/// Consents that are looked at at a time.
const PAGE: u32 = 100;

#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    #[error(transparent)]
    Client(#[from] ClientAuthError),
    /// The token belongs to another client; it stays alive.
    #[error("the token belongs to another client")]
    OtherClient,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for RevokeError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Engine {
    /// Unknown tokens are fine: what should be dead is dead.
    pub async fn revoke(
        &self,
        credentials: &ClientCredentials,
        token: &Secret,
        caller: &Caller,
    ) -> Result<(), RevokeError> {
        let who = self.authenticate_client(credentials, caller).await?;
        self.take_aside(&who.client).map_err(RevokeError::TooManyRequests)?;
        let Some(family) = self.store.find_family_of_token(&TokenHash::of(token)).await? else {
            return Ok(());
        };
        if family.client != who.client.id {
            return Err(RevokeError::OtherClient);
        }
        let mut event = self.event(EventKind::RefreshRevoked, Some(&who.client.id));
        event.user = Some(family.user.clone());
        event.ip = Some(who.user_ip(caller).to_string());
        self.store.revoke_refresh_family(&family.id, self.now(), vec![event.clone()]).await?;
        if self.tenant().await?.revokes_grants {
            self.revoke_grant(&family, &event).await?;
        }
        Ok(())
    }

    /// What else its person gave the client: other refresh tokens, and what they allowed. The flag
    /// `revoke_refresh_token_grant` of the tenant.
    async fn revoke_grant(&self, family: &RefreshFamily, event: &Event) -> Result<(), RevokeError> {
        let of_client = |other: &RefreshFamily| other.client == family.client && other.id != family.id;
        for other in
            self.store.list_refresh_families(&family.user).await?.iter().filter(|other| of_client(other))
        {
            let event = Event { id: self.event(event.kind, None).id, ..event.clone() };
            self.store.revoke_refresh_family(&other.id, self.now(), vec![event]).await?;
        }
        let (user, client) = (Some(family.user.clone()), Some(family.client.clone()));
        let filter = ConsentFilter { user, client, audience: None };
        loop {
            let listed = self.store.list_consents(&filter, &Page { after: None, limit: PAGE }).await?;
            for consent in &listed {
                self.revoke_consent(&consent.id, None).await?;
            }
            if listed.len() < PAGE as usize {
                return Ok(());
            }
        }
    }
}
