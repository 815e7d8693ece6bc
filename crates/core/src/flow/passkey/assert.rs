//! A passkey signs in: its assertion is held to the ceremony, and its person let in (WebAuthn Level 3 section 7.2).
//! The grant and the sign-in pages both do it here.

use std::net::IpAddr;

use latchkey_wire::passkey::Assertion;

use super::{BeginPasskeyError, Ceremony, usable};
use crate::channel::PasskeyOptions;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Client, Event, EventId, EventKind, Passkey, Proof, RefreshFamily, TokenHash, User};
use crate::passkey::{Credential, PasskeyRefused};
use crate::store::{PasskeyUsed, StoreError, UsePasskey};

/// Why an answer is not taken. The log is told, the caller is not.
#[derive(Debug)]
pub(crate) enum Refused {
    Because(&'static str),
    Verifier(PasskeyRefused),
    Blocked,
    Fault(Fault),
}

impl From<PasskeyRefused> for Refused {
    fn from(refused: PasskeyRefused) -> Self {
        Self::Verifier(refused)
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Refused {
    /// A word for the log, where the failure is not told there already.
    pub(crate) fn word(&self) -> Option<String> {
        match self {
            Self::Because(word) => Some((*word).to_owned()),
            Self::Verifier(refused) => Some(refused.to_string()),
            Self::Blocked => None,
            Self::Fault(_) => Some(String::from("fault")),
        }
    }
}

/// An assertion, and all that it is held to.
pub(crate) struct Presented<'a> {
    pub client: &'a Client,
    pub ceremony: &'a Ceremony,
    /// The only connection that it may be of, where there is one.
    pub connection: Option<&'a str>,
    pub answer: &'a Assertion,
    pub ip: IpAddr,
    /// Saved with the sign-in; user and connection are filled in.
    pub refresh: Option<(RefreshFamily, TokenHash)>,
    pub on_success: EventKind,
}

/// Somebody signed in with this passkey.
pub(crate) struct ByPasskey {
    pub user: User,
    pub passkey: Passkey,
    pub proof: Proof,
}

impl Engine {
    /// `failure`: the event of a refusal; what becomes known on the way is added.
    pub(crate) async fn accept_assertion(
        &self,
        presented: Presented<'_>,
        failure: &mut Event,
    ) -> Result<ByPasskey, Refused> {
        let Presented { client, ceremony, connection, answer, .. } = presented;
        let challenge = ceremony.challenge_bytes().ok_or(Refused::Because("auth_session"))?;
        let found = self.store.find_passkey(&answer.credential_id).await?;
        let passkey = found.ok_or(Refused::Because("credential"))?;
        tell(failure, &passkey);
        if connection.is_some_and(|named| *named != passkey.connection) {
            return Err(Refused::Because("realm"));
        }
        let options = self.still_usable(client, &passkey.connection).await?;
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
        let expected = ceremony.expected(&challenge, options.user_verification);
        let asserted = self.passkey_verifier.asserted(expected, credential, answer)?;
        let act = UsePasskey {
            id: passkey.id.clone(),
            user: passkey.user.clone(),
            counter: asserted.counter.into(),
            backed_up: asserted.backed_up,
            now: self.now(),
            ip: Some(presented.ip.to_string()),
            refresh: presented.refresh.map(|(family, token)| {
                let (user, connection) = (passkey.user.clone(), passkey.connection.clone());
                (RefreshFamily { user, connection, ..family }, token)
            }),
            max_families: self.settings.max_refresh_families,
            on_success: vec![self.about_passkey(failure, presented.on_success, &passkey)],
            on_failure: vec![blocked(failure)],
            on_clone: vec![self.about_passkey(failure, EventKind::PasskeyCloned, &passkey)],
            refuse_clones: options.refuse_clones,
        };
        match self.store.use_passkey(act).await? {
            PasskeyUsed::Accepted { user, .. } => {
                let proof = Proof::of_passkey(passkey.backup_eligible, asserted.user_verified);
                Ok(ByPasskey { user: *user, passkey, proof })
            }
            PasskeyUsed::Blocked { .. } => Err(Refused::Blocked),
            PasskeyUsed::Cloned => Err(Refused::Because("counter")),
            PasskeyUsed::Gone => Err(Refused::Because("credential")),
        }
    }

    /// The client may still use passkeys of the connection: a ceremony ends by what holds then.
    pub(crate) async fn still_usable(&self, client: &Client, name: &str) -> Result<PasskeyOptions, Refused> {
        let connection = self.connection(name).await?.ok_or(Refused::Because("connection"))?;
        usable(&connection, client).map_err(|error| match error {
            BeginPasskeyError::Fault(fault) => fault.into(),
            _ => Refused::Because("connection"),
        })
    }

    pub(crate) fn about_passkey(&self, like: &Event, kind: EventKind, passkey: &Passkey) -> Event {
        let mut event = Event { id: EventId::new(self.new_id()), kind, ..like.clone() };
        tell(&mut event, passkey);
        event
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
