//! The passkeys of one's own account: made, renamed, taken away. The last way in stays.

use latchkey_wire::Secret;
use latchkey_wire::passkey::Attestation;
use latchkey_wire::text::is_label;
use serde_json::json;

use super::{AccountError, Act};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::notices::News;
use crate::flow::passkey::{Home, PageCreation, Refused, usable};
use crate::model::{Client, Event, EventKind, MAX_PASSKEY_NAME, PasskeyId, RelyingParty, User};
use crate::notice::NoticeKind;
use crate::store::{PasskeyRemoved, RemovePasskey};

impl Engine {
    /// The first identity on a connection that has passkeys; `None` where passkeys are off, or no connection of
    /// theirs has any.
    pub(super) async fn passkey_home(&self, user: &User) -> Result<Option<(Client, Home)>, Fault> {
        if !self.tenant().await?.passkeys {
            return Ok(None);
        }
        let Some(client) = self.account_client().await? else { return Ok(None) };
        for identity in &user.identities {
            let found = self.connection(&identity.connection).await?;
            let Some(Ok(options)) = found.map(|connection| usable(&connection, &client)) else { continue };
            let home = Home { identity: identity.clone(), user_verification: options.user_verification };
            return Ok(Some((client, home)));
        }
        Ok(None)
    }

    /// Begins to make a passkey, for the page and the session that ask.
    pub async fn begin_own_passkey(
        &self,
        act: Act<'_>,
        caller: &Caller,
    ) -> Result<PageCreation, AccountError> {
        let known = self.proven(act).await?;
        let (client, home) = self.passkey_home(&known.user).await?.ok_or(AccountError::Passkey)?;
        let own = RelyingParty { origins: vec![self.own_origin()], ..self.relying_party(&client).await? };
        let event = self.adding_event(EventKind::PasskeyStarted, &known.user, caller);
        Ok(self.begin_adding(&client, &known, (home, own), event).await?)
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
        let client = self.account_client().await?.ok_or(AccountError::Passkey)?;
        let event = self.adding_event(EventKind::MethodChanged, &known.user, caller);
        match self.finish_adding(&client, &known, (auth_session, answer), event, caller).await {
            Ok(()) => Ok(()),
            Err(Refused::Fault(fault)) => Err(fault.into()),
            Err(refused) => {
                let mut event = self.adding_event(EventKind::MethodChangeFailed, &known.user, caller);
                event.detail.insert(String::from("error"), refused.word().into());
                self.store.insert_events(vec![event]).await?;
                Err(AccountError::Passkey)
            }
        }
    }

    fn adding_event(&self, kind: EventKind, user: &User, caller: &Caller) -> Event {
        let mut event = self.account_event(kind, user, "add_passkey");
        event.ip = Some(caller.ip.to_string());
        event
    }

    pub async fn rename_own_passkey(&self, act: Act<'_>, id: &str, name: &str) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        let name = name.trim();
        if !is_label(name, MAX_PASSKEY_NAME) {
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
