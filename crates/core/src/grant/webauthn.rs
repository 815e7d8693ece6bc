//! The webauthn grant: what an authenticator answered becomes tokens (protocol 2.9.6; WebAuthn Level 3 sections 7.1
//! and 7.2).
//!
//! Whatever is wrong is told alike: whether there is such a passkey, and whose, shows nowhere.

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::Secret;
use latchkey_wire::passkey::{Assertion, Attestation, AuthnResponse};
use latchkey_wire::token::{TokenResponse, WebauthnRequest};

use super::ExchangeError;
use super::passwordless_otp::Wanted;
use crate::caller::Caller;
use crate::channel::PasskeyOptions;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authenticate_client::ProvenClient;
use crate::flow::passkey::{BeginPasskeyError, Ceremony, Purpose, usable};
use crate::flow::redeem::SignedIn;
use crate::model::{
    Event, EventId, EventKind, Passkey, PasskeyId, Proof, RefreshFamily, TokenHash, User, UserId,
};
use crate::passkey::{Attested, Credential, PasskeyRefused};
use crate::store::{PasskeyUsed, SignUpWithPasskey, UsePasskey};

/// Why an answer is not taken.
enum Refused {
    /// The word for the log.
    Because(&'static str),
    Verifier(PasskeyRefused),
    Exchange(ExchangeError),
}

impl From<ExchangeError> for Refused {
    fn from(error: ExchangeError) -> Self {
        Self::Exchange(error)
    }
}

impl From<crate::store::StoreError> for Refused {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Exchange(error.into())
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Exchange(fault.into())
    }
}

impl From<PasskeyRefused> for Refused {
    fn from(refused: PasskeyRefused) -> Self {
        Self::Verifier(refused)
    }
}

/// A token request, and what it is held to.
struct Answered<'a> {
    who: &'a ProvenClient,
    request: &'a WebauthnRequest,
    caller: &'a Caller,
    /// Written where it is refused; what becomes known on the way is added.
    failure: &'a mut Event,
}

/// Whose a new passkey is.
struct Owner {
    user: UserId,
    user_handle: Vec<u8>,
    connection: String,
    provider_user_id: String,
}

struct Made {
    attested: Attested,
    transports: Vec<String>,
    name: String,
}

/// Characters that are kept of what a browser says it is.
const MAX_USER_AGENT: usize = 512;

/// What is saved with a sign-in, and the token that goes out.
struct Renewal {
    wanted: Wanted,
    token: Option<Secret>,
}

impl Renewal {
    fn refresh(&self, user: &UserId) -> Option<(RefreshFamily, TokenHash)> {
        let family = self.wanted.refresh.clone().map(|family| RefreshFamily { user: user.clone(), ..family });
        family.zip(self.token.as_ref().map(TokenHash::of))
    }
}

impl Engine {
    pub(super) async fn webauthn(
        &self,
        who: &ProvenClient,
        request: WebauthnRequest,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let mut failure = self.event(EventKind::PasskeyExchangeFailed, Some(&who.client.id));
        failure.ip = Some(who.user_ip(caller).to_string());
        let answered = Answered { who, request: &request, caller, failure: &mut failure };
        let refused = match self.take_answer(answered).await {
            Ok(tokens) => return Ok(tokens),
            Err(refused) => refused,
        };
        let (reason, error) = match refused {
            Refused::Because(word) => (word.to_owned(), ExchangeError::PasskeyRefused),
            Refused::Verifier(refused) => (refused.to_string(), ExchangeError::PasskeyRefused),
            Refused::Exchange(ExchangeError::UserBlocked) => return Err(ExchangeError::UserBlocked),
            Refused::Exchange(error) => (String::from("request"), error),
        };
        failure.detail.insert(String::from("error"), reason.into());
        self.store.insert_events(vec![failure]).await?;
        Err(error)
    }

    async fn take_answer(&self, answered: Answered<'_>) -> Result<TokenResponse, Refused> {
        let Answered { who, request, .. } = answered;
        if !self.tenant().await?.passkeys {
            return Err(Refused::Because("off"));
        }
        let ceremony = self.take_ceremony(&who.client.id, &request.auth_session).await?;
        let ceremony = ceremony.ok_or(Refused::Because("auth_session"))?;
        answered.failure.detail.insert(String::from("purpose"), ceremony.purpose.word().into());
        let challenge = ceremony.challenge_bytes().ok_or(Refused::Because("auth_session"))?;
        match (&ceremony.purpose, &request.authn_response) {
            (Purpose::SignUp { .. }, AuthnResponse::Attestation(answer)) => {
                self.sign_up(answered, &ceremony, &challenge, answer).await
            }
            (Purpose::SignIn { .. }, AuthnResponse::Assertion(answer)) => {
                self.sign_in(answered, &ceremony, &challenge, answer).await
            }
            _ => Err(PasskeyRefused::Type.into()),
        }
    }

    async fn sign_up(
        &self,
        answered: Answered<'_>,
        ceremony: &Ceremony,
        challenge: &[u8],
        answer: &Attestation,
    ) -> Result<TokenResponse, Refused> {
        let Purpose::SignUp { user, connection, user_handle, label, user_verification } = &ceremony.purpose
        else {
            return Err(PasskeyRefused::Type.into());
        };
        let options = self.still_usable(&answered, connection).await?;
        if options.disable_signup {
            return Err(Refused::Because("signup_closed"));
        }
        // The stricter one counts, where it changed.
        let expected = ceremony.expected(challenge, *user_verification || options.user_verification);
        let attested = self.passkey_verifier.attested(expected, answer)?;
        if attested.credential_id != answer.credential_id {
            return Err(PasskeyRefused::Credential.into());
        }
        let user = self.as_signed_in(user, &answered);
        let handle = BASE64URL_NOPAD.decode(user_handle.as_bytes());
        let provider_user_id = user.primary().map(|identity| identity.provider_user_id.clone());
        let of = Owner {
            user: user.id.clone(),
            user_handle: handle.map_err(|_| Refused::Because("auth_session"))?,
            connection: connection.clone(),
            provider_user_id: provider_user_id.unwrap_or_default(),
        };
        let made = Made { attested, transports: answer.transports.clone(), name: label.clone() };
        let passkey = self.new_passkey(of, made, ceremony, answered.caller);
        let proof = Proof::of_passkey(passkey.backup_eligible, passkey.user_verified);
        let renewal = self.renewal(&answered, connection).await?;
        let kinds = [EventKind::SignedUp, EventKind::PasskeyExchanged];
        let act = SignUpWithPasskey {
            events: kinds.map(|kind| self.success(answered.failure, kind, &passkey)).to_vec(),
            refresh: renewal.refresh(&user.id),
            max_families: self.settings.max_refresh_families,
            user: user.clone(),
            passkey,
        };
        if !self.store.sign_up_with_passkey(act).await? {
            return Err(Refused::Because("credential_taken"));
        }
        self.tokens(&answered, SignedIn { user, refresh_token: renewal.token, proof }, renewal.wanted).await
    }

    async fn sign_in(
        &self,
        answered: Answered<'_>,
        ceremony: &Ceremony,
        challenge: &[u8],
        answer: &Assertion,
    ) -> Result<TokenResponse, Refused> {
        let Purpose::SignIn { connection } = &ceremony.purpose else {
            return Err(PasskeyRefused::Type.into());
        };
        let found = self.store.find_passkey(&answer.credential_id).await?;
        let passkey = found.ok_or(Refused::Because("credential"))?;
        tell(answered.failure, &passkey);
        if connection.as_ref().is_some_and(|named| *named != passkey.connection) {
            return Err(Refused::Because("realm"));
        }
        let options = self.still_usable(&answered, &passkey.connection).await?;
        // Who was not asked for before is told by the authenticator (WebAuthn section 7.2 step 6).
        if answer.user_handle.as_ref() != Some(&passkey.user_handle) {
            return Err(Refused::Because("user_handle"));
        }
        if passkey.relying_party != ceremony.party.id {
            return Err(PasskeyRefused::RelyingParty.into());
        }
        let credential = Credential {
            id: &passkey.credential_id,
            public_key: &passkey.public_key,
            backup_eligible: passkey.backup_eligible,
        };
        let expected = ceremony.expected(challenge, options.user_verification);
        let asserted = self.passkey_verifier.asserted(expected, credential, answer)?;
        let renewal = self.renewal(&answered, &passkey.connection).await?;
        let used = self
            .store
            .use_passkey(UsePasskey {
                id: passkey.id.clone(),
                user: passkey.user.clone(),
                counter: asserted.counter.into(),
                backed_up: asserted.backed_up,
                now: self.now(),
                ip: Some(answered.who.user_ip(answered.caller).to_string()),
                refresh: renewal.refresh(&passkey.user),
                max_families: self.settings.max_refresh_families,
                on_success: vec![self.success(answered.failure, EventKind::PasskeyExchanged, &passkey)],
                on_failure: vec![blocked(answered.failure)],
                on_clone: vec![self.success(answered.failure, EventKind::PasskeyCloned, &passkey)],
            })
            .await?;
        match used {
            PasskeyUsed::Accepted { user, .. } => {
                let proof = Proof::of_passkey(passkey.backup_eligible, asserted.user_verified);
                let signed_in = SignedIn { user: *user, refresh_token: renewal.token, proof };
                self.tokens(&answered, signed_in, renewal.wanted).await
            }
            PasskeyUsed::Blocked { .. } => Err(ExchangeError::UserBlocked.into()),
            PasskeyUsed::Gone => Err(Refused::Because("credential")),
        }
    }

    /// The connection is the one that the request names, and its client may still use passkeys of it.
    async fn still_usable(&self, answered: &Answered<'_>, name: &str) -> Result<PasskeyOptions, Refused> {
        if answered.request.realm.as_ref().is_some_and(|realm| realm != name) {
            return Err(Refused::Because("realm"));
        }
        let connection = self.connection(name).await?.ok_or(Refused::Because("connection"))?;
        usable(&connection, &answered.who.client).map_err(|error| match error {
            BeginPasskeyError::Fault(fault) => fault.into(),
            _ => Refused::Because("connection"),
        })
    }

    async fn renewal(&self, answered: &Answered<'_>, connection: &str) -> Result<Renewal, Refused> {
        let (request, client) = (answered.request, &answered.who.client);
        let wanted =
            self.wanted(client, connection, request.scope.clone(), request.audience.as_deref()).await?;
        let token = wanted.refresh.is_some().then(|| self.random.token());
        Ok(Renewal { wanted, token })
    }

    async fn tokens(
        &self,
        answered: &Answered<'_>,
        signed_in: SignedIn,
        wanted: Wanted,
    ) -> Result<TokenResponse, Refused> {
        Ok(self.issue_for_code(&answered.who.client, signed_in, wanted).await?)
    }

    fn as_signed_in(&self, user: &User, answered: &Answered<'_>) -> User {
        let (now, ip) = (self.now(), answered.who.user_ip(answered.caller));
        User {
            created_at: now,
            updated_at: now,
            last_login: Some(now),
            last_ip: Some(ip.to_string()),
            logins_count: 1,
            ..user.clone()
        }
    }

    fn success(&self, like: &Event, kind: EventKind, passkey: &Passkey) -> Event {
        let mut event = Event { id: EventId::new(self.new_id()), kind, ..like.clone() };
        tell(&mut event, passkey);
        event
    }

    fn new_passkey(&self, of: Owner, made: Made, ceremony: &Ceremony, caller: &Caller) -> Passkey {
        let Made { attested, transports, name } = made;
        let agent = caller.user_agent.as_ref();
        Passkey {
            id: PasskeyId::new(format!("passkey|dev_{}", self.random.alphanumeric(16))),
            credential_id: attested.credential_id,
            user: of.user,
            user_handle: of.user_handle,
            connection: of.connection,
            provider_user_id: of.provider_user_id,
            relying_party: ceremony.party.id.clone(),
            public_key: attested.public_key,
            counter: attested.counter.into(),
            backup_eligible: attested.backup_eligible,
            backed_up: attested.backed_up,
            user_verified: attested.user_verified,
            transports,
            aaguid: attested.aaguid,
            name,
            user_agent: agent.map(|agent| agent.chars().take(MAX_USER_AGENT).collect()),
            created_at: self.now(),
            used_at: Some(self.now()),
        }
    }
}

/// Which passkey an event is about, and whose.
fn tell(event: &mut Event, passkey: &Passkey) {
    event.user = Some(passkey.user.clone());
    event.connection = Some(passkey.connection.clone());
    event.detail.insert(String::from("passkey"), passkey.id.as_str().into());
}

fn blocked(like: &Event) -> Event {
    let mut event = like.clone();
    event.detail.insert(String::from("error"), "blocked".into());
    event
}
