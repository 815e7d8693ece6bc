//! The passkeys of one's own account: made, renamed, taken away. The last way in stays.

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::Secret;
use latchkey_wire::passkey::{Attestation, CreationOptions, CredentialDescriptor};
use serde_json::json;

use super::{AccountError, Act};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authorize::Known;
use crate::flow::notices::News;
use crate::flow::passkey::{Ceremony, NewPasskey, Purpose, Refused, creation_options, usable};
use crate::model::{
    Client, Connection, Event, EventKind, Identity, MAX_PASSKEY_NAME, Passkey, PasskeyId, RelyingParty, User,
};
use crate::notice::NoticeKind;
use crate::passkey::PasskeyRefused;
use crate::store::{AddPasskey, PasskeyAdded, PasskeyRemoved, RemovePasskey};

/// What the page hands to a browser.
#[derive(Clone, Debug)]
pub struct OwnPasskey {
    pub auth_session: Secret,
    pub options: CreationOptions,
}

/// What a new passkey of somebody belongs to.
pub(super) struct Home {
    client: Client,
    connection: Connection,
    identity: Identity,
}

impl Engine {
    /// The first identity on a connection that has passkeys; `None` where passkeys are off, or no connection of
    /// theirs has any.
    pub(super) async fn passkey_home(&self, user: &User) -> Result<Option<Home>, Fault> {
        if !self.tenant().await?.passkeys {
            return Ok(None);
        }
        let Some(client) = self.account_client().await? else { return Ok(None) };
        for identity in &user.identities {
            let found = self.connection(&identity.connection).await?;
            let Some(connection) = found.filter(|connection| usable(connection, &client).is_ok()) else {
                continue;
            };
            let (connection, identity) = (Connection::clone(&connection), identity.clone());
            return Ok(Some(Home { client, connection, identity }));
        }
        Ok(None)
    }

    /// Begins to make a passkey, for the page and the session that ask.
    pub async fn begin_own_passkey(&self, act: Act<'_>, caller: &Caller) -> Result<OwnPasskey, AccountError> {
        let known = self.proven(act).await?;
        let home = self.passkey_home(&known.user).await?.ok_or(AccountError::Passkey)?;
        let passkeys = self.store.list_passkeys(&known.user.id).await?;
        let options = usable(&home.connection, &home.client).map_err(|_| AccountError::Passkey)?;
        // An authenticator tells accounts apart by the handle: one account has one.
        let user_handle = match passkeys.first() {
            Some(first) => BASE64URL_NOPAD.encode(&first.user_handle),
            None => BASE64URL_NOPAD.encode(&self.random.bytes::<64>()),
        };
        let label = label(&known.user);
        let purpose = Purpose::Add {
            user: known.user.id.clone(),
            session: known.session.sid.clone(),
            connection: home.connection.name.clone(),
            provider_user_id: home.identity.provider_user_id.clone(),
            user_handle: user_handle.clone(),
            user_verification: options.user_verification,
        };
        let own =
            RelyingParty { origins: vec![self.own_origin()], ..self.relying_party(&home.client).await? };
        let mut event = self.account_event(EventKind::PasskeyStarted, &known.user, "add_passkey");
        event.ip = Some(caller.ip.to_string());
        event.detail.insert(String::from("purpose"), purpose.word().into());
        let (auth_session, ceremony) =
            self.begin_ceremony(&home.client.id, own, purpose, vec![event]).await?;
        let mut options = creation_options(&ceremony, user_handle, label.clone(), label);
        options.exclude_credentials = passkeys.iter().map(descriptor).collect();
        Ok(OwnPasskey { auth_session, options })
    }

    /// Keeps the passkey that an authenticator made; its name is what the browser is, until somebody says better.
    pub async fn finish_own_passkey(
        &self,
        act: Act<'_>,
        auth_session: &Secret,
        answer: &Attestation,
        caller: &Caller,
    ) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        match self.take_own_passkey(&known, (auth_session, answer), caller).await {
            Ok(()) => Ok(()),
            Err(Refused::Fault(fault)) => Err(fault.into()),
            Err(refused) => {
                let mut event = self.account_event(EventKind::MethodChangeFailed, &known.user, "add_passkey");
                event.ip = Some(caller.ip.to_string());
                event.detail.insert(String::from("error"), refused.word().into());
                self.store.insert_events(vec![event]).await?;
                Err(AccountError::Passkey)
            }
        }
    }

    async fn take_own_passkey(
        &self,
        Known { session, user }: &Known,
        (auth_session, answer): (&Secret, &Attestation),
        caller: &Caller,
    ) -> Result<(), Refused> {
        let tenant = self.tenant().await?;
        let client = self.account_client().await?.ok_or(Refused::Because("off"))?;
        if !tenant.passkeys {
            return Err(Refused::Because("off"));
        }
        let ceremony = self.take_ceremony(&client.id, auth_session).await?;
        let ceremony = ceremony.ok_or(Refused::Because("auth_session"))?;
        let (passkey, user_verified) =
            self.attested_passkey(&ceremony, (user, &session.sid), answer, caller)?;
        let options = self.still_usable(&client, &passkey.connection).await?;
        if options.user_verification && !user_verified {
            return Err(PasskeyRefused::UserVerification.into());
        }
        let mut event = self.account_event(EventKind::MethodChanged, user, "add_passkey");
        event.ip = Some(caller.ip.to_string());
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

    /// The passkey, and whether its authenticator checked its person.
    fn attested_passkey(
        &self,
        ceremony: &Ceremony,
        (user, sid): (&User, &str),
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
        let user_verified = attested.user_verified;
        let made = NewPasskey {
            user: user.id.clone(),
            user_handle: handle.map_err(|_| Refused::Because("auth_session"))?,
            connection: connection.clone(),
            provider_user_id: provider_user_id.clone(),
            attested,
            transports: answer.transports.clone(),
            name: device_name(caller).unwrap_or_else(|| label(user)),
        };
        let passkey = Passkey { used_at: None, ..self.new_passkey(made, ceremony, caller) };
        Ok((passkey, user_verified))
    }

    pub async fn rename_own_passkey(&self, act: Act<'_>, id: &str, name: &str) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        let name = name.trim();
        let is_sound = (1..=MAX_PASSKEY_NAME).contains(&name.chars().count());
        if !is_sound || name.chars().any(char::is_control) {
            return Err(AccountError::Name);
        }
        let id = passkey_id(id)?;
        let event = self.passkey_event_of(&known.user, &id, "rename_passkey");
        match self.store.rename_passkey(&known.user.id, &id, name, vec![event]).await? {
            true => Ok(()),
            false => Err(AccountError::Gone),
        }
    }

    /// Takes a passkey away, unless nothing else leads to the account.
    pub async fn remove_own_passkey(
        &self,
        act: Act<'_>,
        id: &str,
        caller: &Caller,
    ) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        let id = passkey_id(id)?;
        let passkeys = self.store.list_passkeys(&known.user.id).await?;
        let found = passkeys.iter().find(|passkey| passkey.id == id).ok_or(AccountError::Gone)?;
        let news = News::of(NoticeKind::PasskeyRemoved, &found.name, Some(caller));
        let event = self.passkey_event_of(&known.user, &id, "remove_passkey");
        let events = vec![self.with_notice(event, &known.user, news).await];
        let ways = self.ways_in(&known.user, &passkeys).await?;
        let remove = RemovePasskey { user: known.user.id, id, ways, events };
        match self.store.remove_passkey(remove).await? {
            PasskeyRemoved::Done => Ok(()),
            PasskeyRemoved::LastWay => Err(AccountError::LastWay),
            PasskeyRemoved::Gone => Err(AccountError::Gone),
        }
    }

    fn passkey_event_of(&self, user: &User, id: &PasskeyId, act: &'static str) -> Event {
        let mut event = self.account_event(EventKind::MethodChanged, user, act);
        event.detail.insert(String::from("passkey"), json!(id));
        event
    }
}

fn passkey_id(id: &str) -> Result<PasskeyId, AccountError> {
    match id.contains('\0') {
        true => Err(AccountError::Gone),
        false => Ok(PasskeyId::from(id)),
    }
}

fn descriptor(passkey: &Passkey) -> CredentialDescriptor {
    CredentialDescriptor {
        kind: String::from("public-key"),
        id: BASE64URL_NOPAD.encode(&passkey.credential_id),
        transports: passkey.transports.clone(),
    }
}

/// What the authenticator shows beside the passkey.
fn label(user: &User) -> String {
    let address = user.identities.iter().find_map(Identity::reachable).map(|address| address.as_str());
    let text = address.or_else(|| user.root("name")).unwrap_or(user.id.as_str());
    text.chars().take(MAX_PASSKEY_NAME).collect()
}

fn device_name(caller: &Caller) -> Option<String> {
    caller.user_agent.as_deref().and_then(crate::device::describe)
}
