//! Somebody who is signed in makes a passkey: on their account page, or where a sign-in page asks them to. Who may,
//! and what the log says of it, is the caller's.

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::Secret;
use latchkey_wire::passkey::{Attestation, CreationOptions, CredentialDescriptor};
use serde_json::json;

use super::{Ceremony, NewPasskey, Purpose, Refused, creation_options, may_use_passkeys};
use crate::authenticator::numbered;
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authorize::Known;
use crate::flow::notices::{News, counted_of};
use crate::model::{Client, Event, EventKind, Identity, MAX_PASSKEY_NAME, Passkey, RelyingParty, User};
use crate::notice::NoticeKind;
use crate::passkey::PasskeyRefused;
use crate::store::{AddPasskey, PasskeyAdded};

/// What a page hands to a browser that is to make a passkey.
#[derive(Clone, Debug)]
pub struct PageCreation {
    pub auth_session: Secret,
    pub options: CreationOptions,
}

/// What the new passkey of somebody belongs to.
pub(in crate::flow) struct Home {
    pub identity: Identity,
    pub user_verification: bool,
}

impl Engine {
    /// Begins to make a passkey, for the page and the session that ask. `event` becomes the one that tells of it.
    pub(in crate::flow) async fn begin_adding(
        &self,
        client: &Client,
        known: &Known,
        (home, party): (Home, RelyingParty),
        mut event: Event,
    ) -> Result<PageCreation, Fault> {
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
        event.detail.insert(String::from("purpose"), purpose.word().into());
        let (auth_session, ceremony) = self.begin_ceremony(&client.id, party, purpose, vec![event]).await?;
        let mut options = creation_options(&ceremony, user_handle, label.clone(), label);
        options.exclude_credentials = passkeys
            .iter()
            .map(|passkey| descriptor_of(&passkey.credential_id, &passkey.transports))
            .collect();
        Ok(PageCreation { auth_session, options })
    }

    /// Keeps the passkey that an authenticator made, and tells its person. Its name is what the authenticator is, or
    /// where that is not known the browser, until somebody says better. `event` makes the one that tells of it. False
    /// where it is refused, which the log says.
    pub(in crate::flow) async fn finish_adding(
        &self,
        client: &Client,
        known: &Known,
        made: (&Secret, &Attestation),
        event: impl Fn(EventKind) -> Event,
        caller: &Caller,
    ) -> Result<bool, Fault> {
        let (kept, mut failed) = (event(EventKind::MethodChanged), event(EventKind::MethodChangeFailed));
        match self.keep_made(client, known, made, kept, caller).await {
            Ok(()) => Ok(true),
            Err(Refused::Fault(fault)) => Err(fault),
            Err(refused) => {
                failed.detail.insert(String::from("error"), refused.word().into());
                self.store.insert_events(vec![failed]).await?;
                Ok(false)
            }
        }
    }

    async fn keep_made(
        &self,
        client: &Client,
        known: &Known,
        (auth_session, answer): (&Secret, &Attestation),
        mut event: Event,
        caller: &Caller,
    ) -> Result<(), Refused> {
        let tenant = self.tenant().await?;
        if !tenant.passkeys || !may_use_passkeys(client) {
            return Err(Refused::Because("off"));
        }
        let ceremony = self.take_ceremony(&client.id, auth_session).await?;
        let ceremony = ceremony.ok_or(Refused::Because("auth_session"))?;
        let (mut passkey, user_verified) = self.attested_passkey(&ceremony, known, answer, caller)?;
        if let Some(name) = passkey.authenticator() {
            let others = self.store.list_passkeys(&known.user.id).await?;
            passkey.name = numbered(name, others.iter().map(|other| other.name.as_str()));
        }
        let options = self.still_usable(client, &passkey.connection).await?;
        if options.user_verification && !user_verified {
            return Err(PasskeyRefused::UserVerification.into());
        }
        event.detail.insert(String::from("passkey"), json!(passkey.id));
        let news = News::of(NoticeKind::PasskeyAdded, &passkey.name, Some(caller));
        let events = vec![self.with_notice(event, &known.user, news).await];
        let (most, proved_at, counted) = (tenant.max_passkeys, known.session.auth_time, counted_of(&events));
        let added = self.store.add_passkey(AddPasskey { passkey, proved_at, most, events }).await?;
        if added != PasskeyAdded::Done {
            self.uncount(counted).await?;
        }
        match added {
            PasskeyAdded::Done => Ok(()),
            PasskeyAdded::Taken => Err(Refused::Because("credential_taken")),
            PasskeyAdded::Full => Err(Refused::Because("full")),
            PasskeyAdded::Gone => Err(Refused::Because("user")),
        }
    }

    /// The passkey, and whether its authenticator checked its person.
    fn attested_passkey(
        &self,
        ceremony: &Ceremony,
        Known { session: own, user }: &Known,
        answer: &Attestation,
        caller: &Caller,
    ) -> Result<(Passkey, bool), Refused> {
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
        if *whose != user.id || *session != own.sid {
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
        let user_verified = attested.user_verified;
        let made = NewPasskey {
            user: user.id.clone(),
            user_handle: handle.map_err(|_| Refused::Because("auth_session"))?,
            connection: connection.clone(),
            provider_user_id: provider_user_id.clone(),
            attested,
            transports: answer.transports.clone(),
            name: device.unwrap_or_else(|| label(user)),
        };
        let passkey = Passkey { used_at: None, ..self.new_passkey(made, ceremony, caller) };
        Ok((passkey, user_verified))
    }
}

/// A credential, as browsers are told of it.
pub(in crate::flow) fn descriptor_of(credential_id: &[u8], transports: &[String]) -> CredentialDescriptor {
    CredentialDescriptor {
        kind: String::from("public-key"),
        id: BASE64URL_NOPAD.encode(credential_id),
        transports: transports.to_vec(),
    }
}

/// What the authenticator shows beside the passkey.
fn label(user: &User) -> String {
    let address = user.identities.iter().find_map(Identity::reachable).map(|address| address.as_str());
    let text = address.or_else(|| user.root("name")).unwrap_or(user.id.as_str());
    text.chars().take(MAX_PASSKEY_NAME).collect()
}
