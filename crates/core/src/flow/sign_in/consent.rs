//! What may the client have? Asked once for each client that is not the operator's own (S-103), again when
//! it wants more, and every time where the client itself wants it asked.

use std::iter;

use latchkey_wire::{Scopes, Secret, error as codes};

use super::{SignIn, SignInError, SignInPage};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authorize::{Known, error_response};
use crate::flow::browser::Browser;
use crate::model::{
    Authorization, AuthorizationResponse, Client, ClientId, Consent, ConsentId, Event, EventKind, User,
    UserId,
};
use crate::store::{ConsentFilter, Page};

impl Engine {
    /// The page that asks, and who is asked.
    pub async fn consent_page(
        &self,
        token: &Secret,
        browser: &Browser,
    ) -> Result<(SignInPage, User), SignInError> {
        let page = self.sign_in_page(token, browser).await?;
        let known = self.known_for(&page.sign_in, browser).await?;
        Ok((page, known.user))
    }

    pub async fn consent(
        &self,
        token: &Secret,
        browser: &Browser,
        allow: bool,
    ) -> Result<AuthorizationResponse, SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        let known = self.known_for(&open.sign_in, browser).await?;
        if open.sign_in.authorization.device.is_some() {
            // That is for `decide_device` to answer.
            return Err(SignInError::Gone);
        }
        self.finish(&open).await?;
        let authorization = &open.sign_in.authorization;
        if !allow {
            if let Some(pushed) = authorization.pushed {
                self.use_pushed(pushed).await?;
            }
            let issuer = &self.settings.issuer;
            let text = "User did not authorize the request";
            return Ok(error_response(&authorization.target, issuer, codes::ACCESS_DENIED, text));
        }
        if !open.client.first_party && !self.remember_consent(authorization, &known.user).await? {
            return Err(SignInError::Gone);
        }
        let response = self.respond(&open.client, authorization, &known.user, &known.session).await?;
        self.touch(known.session, &open.client).await?;
        Ok(response)
    }

    pub(in crate::flow) async fn needs_consent(
        &self,
        client: &Client,
        authorization: &Authorization,
        user: &UserId,
    ) -> Result<bool, Fault> {
        // Every device is asked about, whatever was allowed before (S-096).
        if authorization.device.is_some() || authorization.prompt.consent {
            return Ok(true);
        }
        if client.first_party {
            return Ok(false);
        }
        let (audience, scope) = (authorization.audience.as_deref(), &authorization.scope);
        Ok(!self.has_consented(user, &client.id, audience, scope).await?)
    }

    /// Whether a client may have this still: one of the operator's own may, any other while the person's
    /// consent stands.
    pub(crate) async fn is_allowed_still(
        &self,
        client: &Client,
        user: &UserId,
        audience: Option<&str>,
        scope: &Scopes,
    ) -> Result<bool, Fault> {
        Ok(client.first_party || self.has_consented(user, &client.id, audience, scope).await?)
    }

    /// As [`Engine::is_allowed_still`], for a token that names no scope of the consent it came from: any
    /// consent will do.
    pub(crate) async fn is_allowed_anything(&self, client: &Client, user: &UserId) -> Result<bool, Fault> {
        if client.first_party {
            return Ok(true);
        }
        let filter =
            ConsentFilter { user: Some(user.clone()), client: Some(client.id.clone()), audience: None };
        Ok(!self.store.list_consents(&filter, &Page { after: None, limit: 1 }).await?.is_empty())
    }

    /// Whether the person allowed the client all of this, and has not revoked it.
    pub(crate) async fn has_consented(
        &self,
        user: &UserId,
        client: &ClientId,
        audience: Option<&str>,
        scope: &Scopes,
    ) -> Result<bool, Fault> {
        let consent = self.store.find_consent(user, client, audience).await?;
        Ok(consent.is_some_and(|consent| consent.covers(scope)))
    }

    /// An operator takes a consent back: the refresh tokens that came of it end with it.
    pub async fn revoke_consent(
        &self,
        id: &ConsentId,
        also: Option<Event>,
    ) -> Result<Option<Consent>, Fault> {
        let event = self.event(EventKind::ConsentRevoked, None);
        let events = iter::once(event).chain(also).collect();
        Ok(self.store.revoke_consent(id, self.now(), events).await?)
    }

    /// False when the user or the client was deleted meanwhile.
    pub(super) async fn remember_consent(
        &self,
        authorization: &Authorization,
        user: &User,
    ) -> Result<bool, Fault> {
        let now = self.now();
        let consent = Consent {
            id: ConsentId::new(self.new_id()),
            user: user.id.clone(),
            client: authorization.client.clone(),
            audience: authorization.audience.clone(),
            scope: authorization.scope.clone(),
            created_at: now,
            updated_at: now,
        };
        let mut event = self.event(EventKind::ConsentGiven, Some(&consent.client));
        event.user = Some(user.id.clone());
        Ok(self.store.put_consent(&consent, vec![event]).await?)
    }

    /// Invariant: whoever the page asked is who consents. If another session did, a person who changed
    /// in between would give away what the new one has.
    pub(super) async fn known_for(&self, sign_in: &SignIn, browser: &Browser) -> Result<Known, SignInError> {
        let known = self.known(browser).await?;
        let same = |known: &Known| sign_in.signed_in.as_deref() == Some(known.session.sid.as_str());
        known.filter(same).ok_or(SignInError::Gone)
    }
}
