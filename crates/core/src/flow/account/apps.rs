//! Applications that have access: by what the person allowed them, or by refresh tokens.

use std::collections::BTreeMap;

use super::{AccountError, Act};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::notices::{News, counted_of};
use crate::model::{ClientId, Consent, CredentialId, Event, EventKind, MAX_DEVICE_KEYS, User, UserId};
use crate::notice::NoticeKind;
use crate::store::{AccessRevoked, ConsentFilter, DeviceKeyFilter, Page, RevokeAccess};

/// An application that has access to the account, also while its person is away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    pub client: ClientId,
    pub name: String,
    pub since: Timestamp,
    /// When it last traded a refresh token.
    pub used_at: Option<Timestamp>,
}

impl Engine {
    pub(super) async fn apps_of(&self, user: &UserId) -> Result<Vec<App>, Fault> {
        let mut found: BTreeMap<String, (ClientId, Timestamp, Option<Timestamp>)> = BTreeMap::new();
        let mut note = |client: &ClientId, since: Timestamp, used_at: Option<Timestamp>| {
            let entry =
                found.entry(client.as_str().to_owned()).or_insert_with(|| (client.clone(), since, None));
            entry.1 = entry.1.min(since);
            entry.2 = entry.2.max(used_at);
        };
        for consent in self.consents_of(user).await? {
            note(&consent.client, consent.created_at, None);
        }
        for family in self.store.list_refresh_families(user).await? {
            if family.is_live(self.now()) {
                note(&family.client, family.created_at, family.used_at);
            }
        }
        let of_user = DeviceKeyFilter { user: Some(user.clone()), client: None };
        let life = self.tenant().await?.device_key_life;
        for key in self.store.list_device_keys(&of_user, MAX_DEVICE_KEYS).await? {
            if key.is_live(self.now(), life) {
                note(&key.client, key.created_at, key.last_used_at);
            }
        }
        let mut apps = Vec::with_capacity(found.len());
        for (client, since, used_at) in found.into_values() {
            // Of one that is gone nothing is left but rows that nobody can use.
            if let Some(known) = self.client(&client).await? {
                apps.push(App { client, name: known.name.clone(), since, used_at });
            }
        }
        apps.sort_by_key(|app| (app.name.to_lowercase(), app.client.as_str().to_owned()));
        Ok(apps)
    }

    /// All of them.
    pub(super) async fn consents_of(&self, user: &UserId) -> Result<Vec<Consent>, Fault> {
        let filter = ConsentFilter { user: Some(user.clone()), ..ConsentFilter::default() };
        let mut all: Vec<Consent> = Vec::new();
        loop {
            let after = all.last().map(|consent| consent.id.as_str().to_owned());
            let part = self.store.list_consents(&filter, &Page { after, limit: 100 }).await?;
            let is_last = part.len() < 100;
            all.extend(part);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Takes back all that was ever allowed to an application: the keys of devices that sign in to it, and its
    /// refresh tokens end, with the access tokens that came of them. Unless one of those devices is the last way in.
    pub async fn leave_app(&self, act: Act<'_>, client: &str) -> Result<(), AccountError> {
        let known = self.proven(act).await?;
        if client.contains('\0') {
            return Err(AccountError::Gone);
        }
        let (user, client) = (known.user, ClientId::from(client));
        let mut event = self.act_event(EventKind::ConsentRevoked, &user, "leave_app", act);
        event.client = Some(client.clone());
        let passkeys = self.store.list_passkeys(&user.id).await?;
        let ways = self.ways_in(&user, &passkeys).await?;
        let keys = self.key_endings(&user, &client, act).await?;
        let counted: Vec<_> =
            keys.iter().flat_map(|(_, event)| counted_of(std::slice::from_ref(event))).collect();
        let revoke = RevokeAccess { user: user.id, client, ways, keys, now: self.now(), events: vec![event] };
        let revoked = self.store.revoke_client_access(revoke).await?;
        if revoked != AccessRevoked::Done {
            self.uncount(counted).await?;
        }
        match revoked {
            AccessRevoked::Done => Ok(()),
            AccessRevoked::LastWay => Err(AccountError::LastDevice),
            AccessRevoked::Nothing => Err(AccountError::Gone),
        }
    }

    /// What is told, and to whom, of each key that ends with the access of its application.
    async fn key_endings(
        &self,
        user: &User,
        client: &ClientId,
        act: Act<'_>,
    ) -> Result<Vec<(CredentialId, Event)>, Fault> {
        let of_both = DeviceKeyFilter { user: Some(user.id.clone()), client: Some(client.clone()) };
        let mut endings = Vec::new();
        for key in self.store.list_device_keys(&of_both, MAX_DEVICE_KEYS).await? {
            let event = self.own_key_event(EventKind::DeviceKeyRemoved, &key, act.caller);
            let news = News::of(NoticeKind::DeviceKeyRemoved, &key.name, Some(act.caller));
            endings.push((key.id, self.with_notice(event, user, news).await));
        }
        Ok(endings)
    }
}
