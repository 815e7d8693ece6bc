//! The refresh grant, with rotation and the detection of reuse (protocol 2.9.3, RFC 9700 section
//! 4.14).

use latchkey_wire::Scopes;
use latchkey_wire::token::{RefreshTokenRequest, TokenResponse};

use super::{ExchangeError, granted};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authenticate_client::ProvenClient;
use crate::model::{Client, Event, EventKind, RefreshFamily, TokenHash};
use crate::store::{Rotate, Rotated};
use crate::token::issue::Authenticated;

impl Engine {
    pub(super) async fn refresh_token(
        &self,
        who: &ProvenClient,
        request: RefreshTokenRequest,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let client = &*who.client;
        let presented = TokenHash::of(&request.refresh_token);
        if request.scope.is_some() || !client.first_party {
            self.check_family(&presented, client, request.scope.as_ref()).await?;
        }
        let settings = &client.refresh;
        let replacement = settings.rotating.then(|| self.random.token());
        let now = self.now();
        let event = |kind| vec![self.refresh_event(kind, who, caller)];
        let rotated = self
            .store
            .rotate_refresh_token(Rotate {
                presented,
                client: client.id.clone(),
                replacement: replacement.as_ref().map(TokenHash::of),
                now,
                leeway: settings.leeway,
                reuse_while_child_unused: settings.reuse_while_child_unused,
                idle_expires_at: settings.idle_lifetime.map(|seconds| now.plus(seconds.into())),
                on_success: event(EventKind::RefreshExchanged),
                on_failure: event(EventKind::RefreshExchangeFailed),
                on_reuse: event(EventKind::RefreshReused),
            })
            .await?;
        let (family, user) = match rotated {
            Rotated::Ok { family, user: Some(user) } => (family, user),
            Rotated::Ok { user: None, .. } => return Err(ExchangeError::UserGone),
            Rotated::Refused | Rotated::Reused { .. } => return Err(ExchangeError::RefreshTokenRefused),
        };
        if user.blocked {
            return Err(ExchangeError::UserBlocked);
        }
        // A family that was on its way into the store while proofs ended.
        if !user.counts_proof_of(family.auth_time) {
            return Err(ExchangeError::RefreshTokenRefused);
        }
        let audience = self.asked_api(client, family.audience.as_deref()).await?;
        let authenticated = Authenticated {
            client,
            user: &user,
            // The API, or the client's grant, may have lost scopes since.
            scope: granted(client, Some(narrowed(&family, request.scope)), audience.as_ref()),
            audience: audience.as_ref(),
            nonce: None,
            auth_time: family.auth_time,
            proof: None,
            acr: None,
            legacy: false,
            sid: None,
            family: Some(&family.id),
            credential: None,
        };
        Ok(self.issue(&authenticated, replacement).await?)
    }

    /// A wider scope is refused before the token is used up (P-125, RFC 6749 section 6); so is a client whose
    /// consent was revoked, be it while the family was on its way into the store.
    async fn check_family(
        &self,
        presented: &TokenHash,
        client: &Client,
        asked: Option<&Scopes>,
    ) -> Result<(), ExchangeError> {
        let found = self.store.find_family_of_token(presented).await.map_err(Fault::from)?;
        // What is unknown, or another client's, is refused where the token is used.
        let Some(family) = found.filter(|family| family.client == client.id) else { return Ok(()) };
        if asked.is_some_and(|asked| !asked.is_subset_of(&family.scope)) {
            return Err(ExchangeError::ScopeTooWide);
        }
        let audience = family.audience.as_deref();
        match self.is_allowed_still(client, &family.user, audience, &family.scope).await? {
            true => Ok(()),
            false => Err(ExchangeError::RefreshTokenRefused),
        }
    }

    fn refresh_event(&self, kind: EventKind, who: &ProvenClient, caller: &Caller) -> Event {
        let mut event = self.event(kind, Some(&who.client.id));
        event.ip = Some(who.user_ip(caller).to_string());
        event
    }
}

fn narrowed(family: &RefreshFamily, asked: Option<Scopes>) -> Scopes {
    match asked {
        Some(asked) if !asked.is_empty() => asked.filtered(|word| family.scope.contains(word)),
        _ => family.scope.clone(),
    }
}
