//! Who came by a code is asked whether to add a passkey: once in a while, after the sign-in, and never in its way.
//! The client gets its answer whatever becomes of it.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use latchkey_wire::Secret;
use latchkey_wire::passkey::Attestation;
use serde_json::json;

use super::sign_up::PageCreation;
use super::{Entry, Open, SignInError};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::browser::Browser;
use crate::flow::notices::News;
use crate::flow::passkey::{
    Ceremony, NewPasskey, Purpose, Refused, creation_options, may_use_passkeys, usable,
};
use crate::model::{
    ACCOUNT_CLIENT, AuthorizationResponse, Client, Event, EventKind, Identity, MAX_PASSKEY_NAME, Passkey,
    Proof, Session, TokenHash, User,
};
use crate::notice::NoticeKind;
use crate::passkey::PasskeyRefused;
use crate::store::{AddPasskey, PasskeyAdded};

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

/// What the new passkey of somebody belongs to.
struct Home {
    identity: Identity,
    user_verification: bool,
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
        if days == 0 || self.new_passkey_home(entry.client, user).await?.is_none() {
            return Ok(false);
        }
        if !self.store.list_passkeys(&user.id).await?.is_empty() {
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
        let home = self.new_passkey_home(&open.client, &known.user).await?.ok_or(SignInError::Passkey)?;
        let passkeys = self.store.list_passkeys(&known.user.id).await?;
        // An authenticator tells accounts apart by the handle: one account has one.
        let user_handle = match passkeys.first() {
            Some(first) => BASE64URL_NOPAD.encode(&first.user_handle),
            None => BASE64URL_NOPAD.encode(&self.random.bytes::<64>()),
        };
        let label = label(&known.user);
        let purpose = Purpose::Add {
            user: known.user.id.clone(),
            session: known.session.sid.clone(),
            connection: home.identity.connection,
            provider_user_id: home.identity.provider_user_id,
            user_handle: user_handle.clone(),
            user_verification: home.user_verification,
        };
        let mut event = self.offer_event(EventKind::PasskeyStarted, (&open, &known.user), caller);
        event.detail.insert(String::from("purpose"), purpose.word().into());
        let party = self.page_party().await?;
        let (auth_session, ceremony) =
            self.begin_ceremony(&open.client.id, party, purpose, vec![event]).await?;
        let options = creation_options(&ceremony, user_handle, label.clone(), label);
        Ok(PageCreation { auth_session, options })
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
        let about = (&open, &known.user);
        match self.take_offered(about, &known.session, (auth_session, answer), caller).await {
            Ok(()) => Ok(()),
            Err(Refused::Fault(fault)) => Err(fault.into()),
            Err(refused) => {
                let mut event = self.offer_event(EventKind::MethodChangeFailed, about, caller);
                event.detail.insert(String::from("error"), refused.word().into());
                self.store.insert_events(vec![event]).await?;
                Err(SignInError::Passkey)
            }
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
        match self.is_fresh_proof(known.session.auth_time) {
            true => Ok((open, known)),
            false => Err(SignInError::Passkey),
        }
    }

    async fn take_offered(
        &self,
        (open, user): (&Open, &User),
        session: &Session,
        (auth_session, answer): (&Secret, &Attestation),
        caller: &Caller,
    ) -> Result<(), Refused> {
        let tenant = self.tenant().await?;
        if !tenant.passkeys || !may_use_passkeys(&open.client) {
            return Err(Refused::Because("off"));
        }
        let ceremony = self.take_ceremony(&open.client.id, auth_session).await?;
        let ceremony = ceremony.ok_or(Refused::Because("auth_session"))?;
        let passkey = self.offered_passkey(&ceremony, (user, &session.sid), answer, caller)?;
        let options = self.still_usable(&open.client, &passkey.connection).await?;
        if options.user_verification && !passkey.user_verified {
            return Err(PasskeyRefused::UserVerification.into());
        }
        let mut event = self.offer_event(EventKind::MethodChanged, (open, user), caller);
        event.detail.insert(String::from("passkey"), json!(passkey.id));
        let news = News::of(NoticeKind::PasskeyAdded, &passkey.name, Some(caller));
        let event = self.with_notice(event, user, news).await;
        let (most, proved_at) = (tenant.max_passkeys, session.auth_time);
        let add = AddPasskey { passkey, proved_at, most, events: vec![event] };
        match self.store.add_passkey(add).await? {
            PasskeyAdded::Done => Ok(()),
            PasskeyAdded::Taken => Err(Refused::Because("credential_taken")),
            PasskeyAdded::Full => Err(Refused::Because("full")),
            PasskeyAdded::Gone => Err(Refused::Because("user")),
        }
    }

    fn offered_passkey(
        &self,
        ceremony: &Ceremony,
        (user, sid): (&User, &str),
        answer: &Attestation,
        caller: &Caller,
    ) -> Result<Passkey, Refused> {
        let Purpose::Add {
            user: whose,
            session,
            connection,
            provider_user_id,
            user_handle,
            user_verification,
        } = &ceremony.purpose
        else {
            return Err(PasskeyRefused::Type.into());
        };
        // Invariant: an answer is for the account and the session whose page asked. A stranger's passkey would
        // be a way in to somebody else's account.
        if *whose != user.id || session != sid {
            return Err(Refused::Because("auth_session"));
        }
        let challenge = ceremony.challenge_bytes().ok_or(Refused::Because("auth_session"))?;
        let attested =
            self.passkey_verifier.attested(ceremony.expected(&challenge, *user_verification), answer)?;
        if attested.credential_id != answer.credential_id {
            return Err(PasskeyRefused::Credential.into());
        }
        let handle = BASE64URL_NOPAD.decode(user_handle.as_bytes());
        let device = caller.user_agent.as_deref().and_then(crate::device::describe);
        let made = NewPasskey {
            user: user.id.clone(),
            user_handle: handle.map_err(|_| Refused::Because("auth_session"))?,
            connection: connection.clone(),
            provider_user_id: provider_user_id.clone(),
            attested,
            transports: answer.transports.clone(),
            name: device.unwrap_or_else(|| label(user)),
        };
        Ok(Passkey { used_at: None, ..self.new_passkey(made, ceremony, caller) })
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

/// What the authenticator shows beside the passkey.
fn label(user: &User) -> String {
    let address = user.identities.iter().find_map(Identity::reachable).map(|address| address.as_str());
    let text = address.or_else(|| user.root("name")).unwrap_or(user.id.as_str());
    text.chars().take(MAX_PASSKEY_NAME).collect()
}
