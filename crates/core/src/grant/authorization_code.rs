//! The authorization code grant (RFC 6749 section 4.1.3) with PKCE (RFC 7636).

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::Secret;
use latchkey_wire::scope::OFFLINE_ACCESS;
use latchkey_wire::token::{AuthorizationCodeRequest, TokenResponse};
use subtle::ConstantTimeEq;

use super::{ExchangeError, granted};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::authenticate_client::ProvenClient;
use crate::flow::authorize::CodeGrant;
use crate::flow::browser::read_body;
use crate::model::{Client, Event, EventKind, HandleKind, RefreshFamily, TokenHash};
use crate::store::{HandleUse, UseHandle};
use crate::token::issue::Authenticated;

impl Engine {
    pub(super) async fn authorization_code(
        &self,
        who: &ProvenClient,
        request: AuthorizationCodeRequest,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let client = &*who.client;
        let id = TokenHash::of(&request.code);
        let mut grant = self.check_authorization_code(&id, who, &request, caller).await?;
        // Everything that can refuse comes before the code is used: no refresh token stays behind.
        let user = self.store.find_user(&grant.user).await?.ok_or(ExchangeError::UserGone)?;
        if user.blocked {
            return Err(ExchangeError::UserBlocked);
        }
        if !user.counts_proof_of(grant.auth_time) || !self.is_code_good(&grant, client).await? {
            return Err(self.code_refused(who, caller).await?);
        }
        let audience = self.asked_api(client, grant.audience.as_deref()).await?;
        // The API, or the client's grant, may have lost scopes since.
        grant.scope = granted(client, Some(grant.scope), audience.as_ref());
        let refresh_token = grant.scope.contains(OFFLINE_ACCESS).then(|| self.random.token());
        self.use_code(id, &grant, refresh_token.as_ref(), who, caller).await?;
        let authenticated = Authenticated {
            client,
            user: &user,
            scope: grant.scope,
            audience: audience.as_ref(),
            nonce: grant.nonce.as_deref(),
            auth_time: grant.auth_time,
            proof: Some(grant.proof),
            acr: grant.acr.as_deref(),
            legacy: false,
            sid: Some(&grant.sid),
            family: Some(&grant.family),
            credential: None,
        };
        Ok(self.issue(&authenticated, refresh_token).await?)
    }

    /// What the code stands for, when this request may have it. Nothing is used up.
    async fn check_authorization_code(
        &self,
        id: &TokenHash,
        who: &ProvenClient,
        request: &AuthorizationCodeRequest,
        caller: &Caller,
    ) -> Result<CodeGrant, ExchangeError> {
        let found = self.store.find_handle(id, HandleKind::AuthorizationCode).await?;
        let Some(handle) = found else { return Err(self.code_refused(who, caller).await?) };
        let grant: CodeGrant = read_body(&handle.body)?;
        if grant.client != who.client.id {
            return Err(self.code_refused(who, caller).await?);
        }
        if handle.used_at.is_some() {
            return Err(self.code_came_again(&grant, who, caller).await?);
        }
        let named = request.redirect_uri.as_deref();
        if (grant.redirect_given || named.is_some()) && named != Some(grant.redirect_uri.as_str()) {
            return Err(self.code_refused(who, caller).await?);
        }
        if !verifies(grant.code_challenge.as_deref(), request.code_verifier.as_ref()) {
            return Err(ExchangeError::CodeVerifier);
        }
        Ok(grant)
    }

    /// Whoever signed out, or was signed out, meanwhile gets no tokens any more (S-073); nor does a client
    /// whose consent was revoked.
    async fn is_code_good(&self, grant: &CodeGrant, client: &Client) -> Result<bool, ExchangeError> {
        let session = self.store.find_session(&grant.session).await?;
        if !session.is_some_and(|session| session.is_live(self.now())) {
            return Ok(false);
        }
        let audience = grant.audience.as_deref();
        Ok(self.is_allowed_still(client, &grant.user, audience, &grant.scope).await?)
    }

    /// Only one call gets past here.
    async fn use_code(
        &self,
        id: TokenHash,
        grant: &CodeGrant,
        refresh_token: Option<&Secret>,
        who: &ProvenClient,
        caller: &Caller,
    ) -> Result<(), ExchangeError> {
        let client = &*who.client;
        let refresh = refresh_token.map(|token| (self.family_of(client, grant), TokenHash::of(token)));
        let used = self
            .store
            .use_handle(UseHandle {
                id,
                kind: HandleKind::AuthorizationCode,
                now: self.now(),
                refresh,
                max_families: self.settings.max_refresh_families,
                events: vec![self.code_event(EventKind::CodeExchanged, Some(grant), who, caller)],
            })
            .await?;
        match used {
            HandleUse::First(_) => Ok(()),
            HandleUse::Again(_) => Err(self.code_came_again(grant, who, caller).await?),
            HandleUse::Absent => Err(self.code_refused(who, caller).await?),
        }
    }

    fn family_of(&self, client: &Client, grant: &CodeGrant) -> RefreshFamily {
        RefreshFamily {
            id: grant.family.clone(),
            user: grant.user.clone(),
            auth_time: grant.auth_time,
            session: Some(grant.sid.clone()),
            ..self.new_family(client, &grant.connection, &grant.scope, grant.audience.clone())
        }
    }

    /// RFC 6749 section 4.1.2: everything that the code gave is revoked.
    async fn code_came_again(
        &self,
        grant: &CodeGrant,
        who: &ProvenClient,
        caller: &Caller,
    ) -> Result<ExchangeError, ExchangeError> {
        let revoked = self.code_event(EventKind::RefreshRevoked, Some(grant), who, caller);
        self.store.revoke_refresh_family(&grant.family, self.now(), vec![revoked]).await?;
        self.code_refused(who, caller).await
    }

    async fn code_refused(
        &self,
        who: &ProvenClient,
        caller: &Caller,
    ) -> Result<ExchangeError, ExchangeError> {
        let event = self.code_event(EventKind::CodeExchangeFailed, None, who, caller);
        self.store.insert_events(vec![event]).await?;
        Ok(ExchangeError::AuthorizationCodeRefused)
    }

    fn code_event(
        &self,
        kind: EventKind,
        grant: Option<&CodeGrant>,
        who: &ProvenClient,
        caller: &Caller,
    ) -> Event {
        let mut event = self.event(kind, Some(&who.client.id));
        if let Some(grant) = grant {
            event.user = Some(grant.user.clone());
            event.asks(grant.audience.as_deref(), &grant.scope);
        }
        event.ip = Some(who.user_ip(caller).to_string());
        event
    }
}

/// A verifier where no challenge was sent is as wrong as none where one was (S-074).
fn verifies(challenge: Option<&str>, verifier: Option<&Secret>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.expose().as_bytes());
            BASE64URL_NOPAD.encode(digest.as_ref()).as_bytes().ct_eq(challenge.as_bytes()).into()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636 appendix B.
    #[test]
    fn the_verifier_of_the_standard_fits_its_challenge() {
        let challenge = Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert!(verifies(challenge, Some(&verifier)));
        assert!(!verifies(challenge, Some(&Secret::new("other"))));
        assert!(!verifies(challenge, None));
        assert!(!verifies(None, Some(&verifier)));
        assert!(verifies(None, None));
    }
}
