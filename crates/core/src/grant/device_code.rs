//! The device grant (RFC 8628 section 3.4): a device asks whether its person has allowed it.

use latchkey_wire::scope::OFFLINE_ACCESS;
use latchkey_wire::token::{DeviceCodeTokenRequest, TokenResponse};

use super::{ExchangeError, granted};
use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::flow::authenticate_client::ProvenClient;
use crate::flow::browser::{read_body, write_body};
use crate::model::{
    DeviceGrant, Event, EventKind, Handle, HandleKind, Poll, Proof, RefreshFamily, TokenHash, UserId,
};
use crate::store::{HandleUse, UseHandle};
use crate::token::issue::Authenticated;

/// Somebody who allowed the device.
struct Allowed {
    user: UserId,
    connection: String,
    proof: Proof,
    auth_time: Timestamp,
}

impl Engine {
    pub(super) async fn device_code(
        &self,
        who: &ProvenClient,
        request: DeviceCodeTokenRequest,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let id = TokenHash::of(&request.device_code);
        loop {
            let found = self.store.find_handle(&id, HandleKind::DeviceCode).await?;
            let Some(handle) = found.filter(|handle| handle.is_live(self.now())) else {
                return Err(self.device_refused(who, caller).await?);
            };
            let mut grant: DeviceGrant = read_body(&handle.body)?;
            if grant.client != who.client.id {
                return Err(self.device_refused(who, caller).await?);
            }
            let told = match grant.poll(self.now()) {
                Poll::Allowed { user, connection, proof, auth_time } => {
                    let allowed = Allowed { user, connection, proof, auth_time };
                    return self.issue_to_device(id, grant, allowed, who, caller).await;
                }
                // Told once; then the code is as unknown as any other (S-097).
                Poll::Expired => {
                    return Err(self.end_device(id, ExchangeError::DeviceExpired, who, caller).await?);
                }
                Poll::Declined => {
                    return Err(self.end_device(id, ExchangeError::DeviceDeclined, who, caller).await?);
                }
                Poll::Pending => ExchangeError::AuthorizationPending,
                Poll::TooFast => ExchangeError::SlowDown { interval: grant.interval },
            };
            let polled = Handle { body: write_body(&grant)?, ..handle.clone() };
            // Each further round means that another poll was counted, or that somebody decided.
            if self.store.update_handle(&polled, &handle.body, self.now()).await? {
                return Err(told);
            }
        }
    }

    async fn issue_to_device(
        &self,
        id: TokenHash,
        mut grant: DeviceGrant,
        allowed: Allowed,
        who: &ProvenClient,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let client = &*who.client;
        // Everything that can refuse comes before the code is used.
        let user = self.store.find_user(&allowed.user).await?.ok_or(ExchangeError::UserGone)?;
        if user.blocked {
            return Err(ExchangeError::UserBlocked);
        }
        let is_proved = user.counts_proof_of(allowed.auth_time);
        if !is_proved
            || !self.is_allowed_still(client, &user.id, grant.audience.as_deref(), &grant.scope).await?
        {
            return Err(self.device_refused(who, caller).await?);
        }
        let audience = self.asked_api(client, grant.audience.as_deref()).await?;
        // The API, or the client's grant, may have lost scopes since.
        grant.scope = granted(client, Some(grant.scope), audience.as_ref());
        let refresh_token = grant.scope.contains(OFFLINE_ACCESS).then(|| self.random.token());
        let family = refresh_token.as_ref().map(|_| RefreshFamily {
            user: user.id.clone(),
            auth_time: allowed.auth_time,
            ..self.new_family(client, &allowed.connection, &grant.scope, grant.audience.clone())
        });
        let used = self
            .store
            .use_handle(UseHandle {
                id,
                kind: HandleKind::DeviceCode,
                now: self.now(),
                refresh: family.clone().zip(refresh_token.as_ref().map(TokenHash::of)),
                max_families: self.settings.max_refresh_families,
                events: vec![self.device_event(EventKind::DeviceExchanged, Some(&user.id), who, caller)],
            })
            .await?;
        if !matches!(used, HandleUse::First(_)) {
            return Err(self.device_refused(who, caller).await?);
        }
        let authenticated = Authenticated {
            client,
            user: &user,
            scope: grant.scope,
            audience: audience.as_ref(),
            nonce: None,
            auth_time: allowed.auth_time,
            proof: Some(allowed.proof),
            acr: None,
            legacy: false,
            sid: None,
            family: family.as_ref().map(|family| &family.id),
            credential: None,
        };
        Ok(self.issue(&authenticated, refresh_token).await?)
    }

    /// The news that ends the device's wait, to the one poll that gets it.
    async fn end_device(
        &self,
        id: TokenHash,
        news: ExchangeError,
        who: &ProvenClient,
        caller: &Caller,
    ) -> Result<ExchangeError, ExchangeError> {
        let act = UseHandle {
            id,
            kind: HandleKind::DeviceCode,
            now: self.now(),
            refresh: None,
            max_families: 0,
            events: vec![self.device_event(EventKind::DeviceExchangeFailed, None, who, caller)],
        };
        match self.store.use_handle(act).await? {
            HandleUse::First(_) => Ok(news),
            HandleUse::Again(_) | HandleUse::Absent => self.device_refused(who, caller).await,
        }
    }

    async fn device_refused(
        &self,
        who: &ProvenClient,
        caller: &Caller,
    ) -> Result<ExchangeError, ExchangeError> {
        let event = self.device_event(EventKind::DeviceExchangeFailed, None, who, caller);
        self.store.insert_events(vec![event]).await?;
        Ok(ExchangeError::DeviceCodeRefused)
    }

    fn device_event(
        &self,
        kind: EventKind,
        user: Option<&UserId>,
        who: &ProvenClient,
        caller: &Caller,
    ) -> Event {
        let mut event = self.event(kind, Some(&who.client.id));
        event.user = user.cloned();
        event.ip = Some(who.user_ip(caller).to_string());
        event
    }
}
