//! The passkeys of one's own account: made, renamed, taken away. The last way in stays.

use latchkey_wire::Secret;
use latchkey_wire::passkey::Attestation;
use latchkey_wire::text::is_label;
use serde_json::json;

use super::{AccountError, Act};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::notices::{News, counted_of};
use crate::flow::passkey::{Home, PageCreation, usable};
use crate::model::{Client, Event, EventKind, MAX_PASSKEY_NAME, PasskeyId, User};
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
    pub async fn begin_own_passkey(&self, act: Act<'_>) -> Result<PageCreation, AccountError> {
        let known = self.proven(act).await?;
        self.take_passkey_permit(act.caller.ip).map_err(AccountError::TooManyRequests)?;
        let (client, home) = self.passkey_home(&known.user).await?.ok_or(AccountError::Passkey)?;
        let party = self.page_party().await?;
        let event = self.act_event(EventKind::PasskeyStarted, &known.user, "add_passkey", act);
        Ok(self.begin_adding(&client, &known, (home, party), event).await?)
    }

    /// Keeps the passkey that an authenticator made; its name is what the browser is, until somebody says better.
    pub async fn finish_own_passkey(
        &self,
        act: Act<'_>,
        auth_session: &Secret,
        answer: &Attestation,
    ) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        let client = self.account_client().await?.ok_or(AccountError::Passkey)?;
        let about = |kind| self.act_event(kind, &known.user, "add_passkey", act);
        match self.finish_adding(&client, &known, (auth_session, answer), about, act.caller).await? {
            true => Ok(()),
            false => Err(AccountError::Passkey),
        }
    }

    pub async fn rename_own_passkey(&self, act: Act<'_>, id: &str, name: &str) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        let name = name.trim();
        if !is_label(name, MAX_PASSKEY_NAME) {
            return Err(AccountError::Name);
        }
        let id = passkey_id(id)?;
        let event = self.passkey_event_of(&known.user, &id, "rename_passkey", act);
        match self.store.rename_passkey(&known.user.id, &id, name, vec![event]).await? {
            true => Ok(()),
            false => Err(AccountError::Gone),
        }
    }

    /// Takes a passkey away, unless nothing else leads to the account.
    pub async fn remove_own_passkey(&self, act: Act<'_>, id: &str) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        let id = passkey_id(id)?;
        let passkeys = self.store.list_passkeys(&known.user.id).await?;
        let found = passkeys.iter().find(|passkey| passkey.id == id).ok_or(AccountError::Gone)?;
        let news = News::of(NoticeKind::PasskeyRemoved, &found.name, Some(act.caller));
        let event = self.passkey_event_of(&known.user, &id, "remove_passkey", act);
        let events = vec![self.with_notice(event, &known.user, news).await];
        let counted = counted_of(&events);
        let ways = self.ways_in(&known.user, &passkeys).await?;
        let remove = RemovePasskey { user: known.user.id, id, ways, events };
        let removed = self.store.remove_passkey(remove).await?;
        if removed != PasskeyRemoved::Done {
            self.uncount(counted).await?;
        }
        match removed {
            PasskeyRemoved::Done => Ok(()),
            PasskeyRemoved::LastWay => Err(AccountError::LastWay),
            PasskeyRemoved::Gone => Err(AccountError::Gone),
        }
    }

    fn passkey_event_of(&self, user: &User, id: &PasskeyId, word: &'static str, act: Act<'_>) -> Event {
        let mut event = self.act_event(EventKind::MethodChanged, user, word, act);
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
