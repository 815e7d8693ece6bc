//! Somebody new signs up: the passkey that their authenticator made is held to the ceremony, and they are there
//! (WebAuthn Level 3 section 7.1). The grant and the sign-in pages both do it here.

use std::net::IpAddr;

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::passkey::Attestation;

use super::{Ceremony, NewPasskey, NewPerson, Refused};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::model::{Client, Event, EventKind, Passkey, Proof, RefreshFamily, TokenHash, User};
use crate::passkey::PasskeyRefused;
use crate::store::SignUpWithPasskey;

/// An attestation of somebody new, and all that it is held to.
pub(crate) struct SigningUp<'a> {
    pub client: &'a Client,
    pub ceremony: &'a Ceremony,
    pub person: &'a NewPerson,
    pub answer: &'a Attestation,
    pub caller: &'a Caller,
    /// Where the person is.
    pub ip: IpAddr,
    /// Saved with them; the user is filled in.
    pub refresh: Option<(RefreshFamily, TokenHash)>,
    pub on_success: EventKind,
}

impl Engine {
    /// `like`: what the events are made from.
    pub(crate) async fn accept_sign_up(
        &self,
        up: SigningUp<'_>,
        like: &Event,
    ) -> Result<(User, Proof), Refused> {
        let options = self.still_usable(up.client, &up.person.connection).await?;
        if options.disable_signup {
            return Err(Refused::Because("signup_closed"));
        }
        let passkey = self.passkey_of_newcomer(&up, options.user_verification)?;
        let user = self.as_signed_in(&up.person.user, up.ip);
        let proof = Proof::of_passkey(passkey.backup_eligible, passkey.user_verified);
        let kinds = [EventKind::SignedUp, up.on_success];
        let refresh = up.refresh.map(|(family, token)| {
            let (user, connection) = (user.id.clone(), up.person.connection.clone());
            (RefreshFamily { user, connection, ..family }, token)
        });
        let act = SignUpWithPasskey {
            events: kinds.map(|kind| self.about_passkey(like, kind, &passkey)).to_vec(),
            refresh,
            max_families: self.settings.max_refresh_families,
            user: user.clone(),
            passkey,
        };
        match self.store.sign_up_with_passkey(act).await? {
            true => Ok((user, proof)),
            false => Err(Refused::Because("credential_taken")),
        }
    }

    fn passkey_of_newcomer(&self, up: &SigningUp<'_>, user_verification: bool) -> Result<Passkey, Refused> {
        let SigningUp { ceremony, person, answer, caller, .. } = *up;
        let challenge = ceremony.challenge_bytes().ok_or(Refused::Because("auth_session"))?;
        // The stricter one counts, where it changed.
        let expected = ceremony.expected(&challenge, person.user_verification || user_verification);
        let attested = self.passkey_verifier.attested(expected, answer)?;
        if attested.credential_id != answer.credential_id {
            return Err(PasskeyRefused::Credential.into());
        }
        let handle = BASE64URL_NOPAD.decode(person.user_handle.as_bytes());
        let provider_user_id = person.user.primary().map(|identity| identity.provider_user_id.clone());
        let made = NewPasskey {
            user: person.user.id.clone(),
            user_handle: handle.map_err(|_| Refused::Because("auth_session"))?,
            connection: person.connection.clone(),
            provider_user_id: provider_user_id.unwrap_or_default(),
            attested,
            transports: answer.transports.clone(),
            name: person.label.clone(),
        };
        let mut passkey = self.new_passkey(made, ceremony, caller);
        if let Some(name) = passkey.authenticator() {
            name.clone_into(&mut passkey.name);
        }
        Ok(passkey)
    }

    fn as_signed_in(&self, user: &User, ip: IpAddr) -> User {
        let now = self.now();
        User {
            created_at: now,
            updated_at: now,
            last_login: Some(now),
            last_ip: Some(ip.to_string()),
            logins_count: 1,
            ..user.clone()
        }
    }
}
