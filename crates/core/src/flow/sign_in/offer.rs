//! Who came by a code is asked whether to add a passkey: once in a while, after the sign-in, and never in its way.
//! The client gets its answer whatever becomes of it.

use data_encoding::HEXLOWER;
use latchkey_wire::Secret;
use latchkey_wire::passkey::Attestation;
use serde_json::json;

use super::{Entry, Open, SignInError};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::browser::Browser;
use crate::flow::passkey::{Home, PageCreation, may_use_passkeys, usable};
use crate::flow::start_passwordless::StartPasswordlessError;
use crate::model::{ACCOUNT_CLIENT, AuthorizationResponse, Client, Event, EventKind, Proof, TokenHash, User};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What comes after the question.
#[derive(Debug)]
pub enum Onward {
    Respond(AuthorizationResponse),
    /// The client asks for consent, on the page of the same sign-in.
    Consent,
}

/// Who signed in, as far as the question goes.
pub(super) struct Arrived<'a> {
    pub user: &'a User,
    pub proof: Proof,
    pub browser: &'a Browser,
}

impl Engine {
    /// Whether to ask, which is remembered: neither the person nor the browser is asked again for the days that
    /// the tenant says.
    pub(super) async fn asks_for_passkey(
        &self,
        entry: &Entry<'_>,
        arrived: Arrived<'_>,
    ) -> Result<bool, Fault> {
        let Arrived { user, proof, browser } = arrived;
        let by_code = matches!(proof, Proof::SmsCode | Proof::EmailCode | Proof::EmailLink);
        let is_elsewhere = entry.authorization.device.is_some() || entry.client.id.as_str() == ACCOUNT_CLIENT;
        if !entry.makes_passkeys || !by_code || is_elsewhere {
            return Ok(false);
        }
        let days = self.tenant().await?.passkey_offer_days;
        if days == 0 || !self.is_whole_proof(user, false).await? {
            return Ok(false);
        }
        if self.new_passkey_home(entry.client, user).await?.is_none() {
            return Ok(false);
        }
        // One of another domain cannot be used here.
        let domain = self.relying_party_id().await?;
        let passkeys = self.store.list_passkeys(&user.id).await?;
        if passkeys.iter().any(|passkey| passkey.relying_party == domain) {
            return Ok(false);
        }
        let names = [format!("passkey_offer|user|{}", user.id.as_str()), browser_name(&browser.hash())];
        let now = self.now();
        for name in &names {
            if self.store.is_seen(name, now).await? {
                return Ok(false);
            }
        }
        let until = now.plus(i64::from(days).saturating_mul(DAY));
        for name in &names {
            self.store.insert_once(name, until, now).await?;
        }
        Ok(true)
    }

    /// Begins to make the passkey, for the page that asks and the session that was just opened.
    pub async fn begin_offered_passkey(
        &self,
        token: &Secret,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<PageCreation, SignInError> {
        let (open, known) = self.offered(token, browser).await?;
        let taken = self.take_passkey_permit(caller.ip);
        taken.map_err(StartPasswordlessError::TooManyRequests)?;
        let home = self.new_passkey_home(&open.client, &known.user).await?.ok_or(SignInError::Passkey)?;
        let party = self.page_party().await?;
        let event = self.offer_event(EventKind::PasskeyStarted, (&open, &known.user), caller);
        Ok(self.begin_adding(&open.client, &known, (home, party), event).await?)
    }

    /// Keeps the passkey that an authenticator made.
    pub async fn keep_offered_passkey(
        &self,
        token: &Secret,
        browser: &Browser,
        (auth_session, answer): (&Secret, &Attestation),
        caller: &Caller,
    ) -> Result<(), SignInError> {
        let (open, known) = self.offered(token, browser).await?;
        let event = |kind| self.offer_event(kind, (&open, &known.user), caller);
        match self.finish_adding(&open.client, &known, (auth_session, answer), event, caller).await? {
            true => Ok(()),
            false => Err(SignInError::Passkey),
        }
    }

    /// On with the sign-in, with a passkey or without.
    pub async fn pass_offer(&self, token: &Secret, browser: &Browser) -> Result<Onward, SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        let known = self.known_for(&open.sign_in, browser).await?;
        let authorization = &open.sign_in.authorization;
        if self.needs_consent(&open.client, authorization, &known.user.id).await? {
            self.change_sign_in(&open.id, |sign_in| std::mem::take(&mut sign_in.offers)).await?;
            return Ok(Onward::Consent);
        }
        self.finish(&open).await?;
        let response = self.respond(&open.client, authorization, &known.user, &known.session).await?;
        self.touch(known.session, &open.client).await?;
        Ok(Onward::Respond(response))
    }

    /// A sign-in whose person is asked, and who they are.
    async fn offered(
        &self,
        token: &Secret,
        browser: &Browser,
    ) -> Result<(Open, crate::flow::authorize::Known), SignInError> {
        let open = self.open_sign_in(token, browser).await?;
        if !open.sign_in.offers {
            return Err(SignInError::Gone);
        }
        let known = self.known_for(&open.sign_in, browser).await?;
        // Invariant: who came back to a page that was left open proves themselves anew (S-061).
        match self.is_fresh(&known).await? {
            true => Ok((open, known)),
            false => Err(SignInError::Passkey),
        }
    }

    /// The first identity on a connection that has passkeys and asks its people for them.
    async fn new_passkey_home(&self, client: &Client, user: &User) -> Result<Option<Home>, Fault> {
        if !may_use_passkeys(client) || !self.tenant().await?.passkeys {
            return Ok(None);
        }
        for identity in &user.identities {
            let Some(connection) = self.connection(&identity.connection).await? else { continue };
            let Ok(options) = usable(&connection, client) else { continue };
            if options.progressive_enrollment {
                let user_verification = options.user_verification;
                return Ok(Some(Home { identity: identity.clone(), user_verification }));
            }
        }
        Ok(None)
    }

    fn offer_event(&self, kind: EventKind, (open, user): (&Open, &User), caller: &Caller) -> Event {
        let mut event = self.event(kind, Some(&open.client.id));
        event.user = Some(user.id.clone());
        event.connection = user.primary().map(|identity| identity.connection.clone());
        event.ip = Some(caller.ip.to_string());
        event.detail.insert(String::from("act"), json!("add_passkey"));
        event
    }
}

fn browser_name(browser: &TokenHash) -> String {
    format!("passkey_offer|browser|{}", HEXLOWER.encode(&browser.0))
}
