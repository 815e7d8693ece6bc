//! The webauthn grant: what an authenticator answered becomes tokens (protocol 2.9.6; WebAuthn Level 3 sections 7.1
//! and 7.2).
//!
//! Whatever is wrong is told alike: whether there is such a passkey, and whose, shows nowhere.

use latchkey_wire::Secret;
use latchkey_wire::passkey::{Assertion, Attestation, AuthnResponse};
use latchkey_wire::token::{TokenResponse, WebauthnRequest};

use super::ExchangeError;
use super::passwordless_otp::Wanted;
use crate::caller::Caller;
use crate::engine::Engine;
use crate::flow::authenticate_client::ProvenClient;
use crate::flow::passkey::{Ceremony, NewPerson, Presented, Purpose, Refused as Unproved, SigningUp};
use crate::flow::redeem::SignedIn;
use crate::model::{Event, EventKind, RefreshFamily, TokenHash};
use crate::passkey::PasskeyRefused;

/// Why there are no tokens.
enum Refused {
    Unproved(Unproved),
    Exchange(ExchangeError),
}

impl<E: Into<Unproved>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Unproved(error.into())
    }
}

impl From<ExchangeError> for Refused {
    fn from(error: ExchangeError) -> Self {
        Self::Exchange(error)
    }
}

fn because(word: &'static str) -> Refused {
    Refused::Unproved(Unproved::Because(word))
}

/// A token request.
#[derive(Clone, Copy)]
struct Answered<'a> {
    who: &'a ProvenClient,
    request: &'a WebauthnRequest,
    caller: &'a Caller,
}

/// What is saved with a sign-in, and the token that goes out.
struct Renewal {
    wanted: Wanted,
    token: Option<Secret>,
}

impl Renewal {
    fn refresh(&self) -> Option<(RefreshFamily, TokenHash)> {
        self.wanted.refresh.clone().zip(self.token.as_ref().map(TokenHash::of))
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
        let answered = Answered { who, request: &request, caller };
        let (word, error) = match self.take_answer(answered, &mut failure).await {
            Ok(tokens) => return Ok(tokens),
            Err(Refused::Exchange(error)) => (Some(String::from("request")), error),
            Err(Refused::Unproved(refused)) => (
                refused.word(),
                match refused {
                    Unproved::Blocked => ExchangeError::UserBlocked,
                    Unproved::Fault(fault) => fault.into(),
                    Unproved::Because(_) | Unproved::Verifier(_) => ExchangeError::PasskeyRefused,
                },
            ),
        };
        if let Some(word) = word {
            failure.detail.insert(String::from("error"), word.into());
            self.store.insert_events(vec![failure]).await?;
        }
        Err(error)
    }

    async fn take_answer(
        &self,
        answered: Answered<'_>,
        failure: &mut Event,
    ) -> Result<TokenResponse, Refused> {
        let Answered { who, request, .. } = answered;
        if !self.tenant().await?.passkeys {
            return Err(because("off"));
        }
        let ceremony = self.take_ceremony(&who.client.id, &request.auth_session).await?;
        let ceremony = ceremony.ok_or_else(|| because("auth_session"))?;
        failure.detail.insert(String::from("purpose"), ceremony.purpose.word().into());
        match (&ceremony.purpose, &request.authn_response) {
            (Purpose::SignUp(person), AuthnResponse::Attestation(answer)) => {
                self.sign_up_by_passkey(answered, (&ceremony, person), answer, failure).await
            }
            (Purpose::SignIn { connection }, AuthnResponse::Assertion(answer)) => {
                self.sign_in(answered, (&ceremony, connection.as_deref()), answer, failure).await
            }
            _ => Err(PasskeyRefused::Type.into()),
        }
    }

    async fn sign_up_by_passkey(
        &self,
        answered: Answered<'_>,
        (ceremony, person): (&Ceremony, &NewPerson),
        answer: &Attestation,
        failure: &Event,
    ) -> Result<TokenResponse, Refused> {
        let Answered { who, request, caller } = answered;
        if request.realm.as_ref().is_some_and(|realm| *realm != person.connection) {
            return Err(because("realm"));
        }
        let renewal = self.renewal(answered, &person.connection).await?;
        let signing_up = SigningUp {
            client: &who.client,
            ceremony,
            person,
            answer,
            caller,
            ip: who.user_ip(caller),
            refresh: renewal.refresh(),
            on_success: EventKind::PasskeyExchanged,
        };
        let (user, proof) = self.accept_sign_up(signing_up, failure).await?;
        let signed_in = SignedIn { user, refresh_token: renewal.token, proof };
        Ok(self.issue_for_code(&who.client, signed_in, renewal.wanted).await?)
    }

    async fn sign_in(
        &self,
        answered: Answered<'_>,
        (ceremony, connection): (&Ceremony, Option<&str>),
        answer: &Assertion,
        failure: &mut Event,
    ) -> Result<TokenResponse, Refused> {
        let Answered { who, request, caller } = answered;
        let realm = request.realm.as_deref();
        if connection.is_some_and(|named| realm.is_some_and(|realm| realm != named)) {
            return Err(because("realm"));
        }
        let renewal = self.renewal(answered, "").await?;
        let presented = Presented {
            client: &who.client,
            ceremony,
            connection: realm.or(connection),
            answer,
            ip: who.user_ip(caller),
            refresh: renewal.refresh(),
            on_success: EventKind::PasskeyExchanged,
        };
        let found = self.accept_assertion(presented, failure).await?;
        let signed_in = SignedIn { user: found.user, refresh_token: renewal.token, proof: found.proof };
        Ok(self.issue_for_code(&who.client, signed_in, renewal.wanted).await?)
    }

    async fn renewal(&self, answered: Answered<'_>, connection: &str) -> Result<Renewal, Refused> {
        let (request, client) = (answered.request, &answered.who.client);
        let wanted =
            self.wanted(client, connection, request.scope.clone(), request.audience.as_deref()).await?;
        let token = wanted.refresh.is_some().then(|| self.random.token());
        Ok(Renewal { wanted, token })
    }
}
