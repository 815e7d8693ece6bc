//! A person looks after the keys of their devices, by a token of their own.

use std::net::IpAddr;

use latchkey_wire::Secret;
use latchkey_wire::device_key::{DeviceKeyResponse, is_key_id};
use latchkey_wire::management::scope::{
    CREATE_CURRENT_USER_DEVICE_CREDENTIALS, DELETE_CURRENT_USER_DEVICE_CREDENTIALS,
};
use serde_json::json;

use super::enrol::EnrolKeyError;
use super::may_use_device_keys;
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::manage::operator::OperatorError;
use crate::flow::notices::{News, counted_of};
use crate::flow::touch_id::Holder;
use crate::model::{Client, CredentialId, DeviceKey, EventKind, MAX_DEVICE_KEYS, UserId};
use crate::notice::NoticeKind;
use crate::store::{DeviceKeyFilter, KeyRemoved, RemoveKey};

/// A person, by a token that a client of ours got for them.
pub struct KeyHolder {
    pub client: Client,
    pub holder: Holder,
}

impl Engine {
    /// Who may enrol a key, and at which client.
    pub(super) async fn key_holder_to_enrol(&self, token: &Secret) -> Result<KeyHolder, EnrolKeyError> {
        let holder = self.key_holder(token, CREATE_CURRENT_USER_DEVICE_CREDENTIALS).await?;
        match may_use_device_keys(&holder.client) {
            true => Ok(holder),
            false => Err(EnrolKeyError::ClientNotAllowed),
        }
    }

    /// An id_token says who its person is at its client. An access token does where it is for the Management API and
    /// has the scope.
    ///
    /// Invariant: no token of a machine, of another API or for `/userinfo` is taken (S-070).
    async fn key_holder(&self, token: &Secret, scope: &'static str) -> Result<KeyHolder, EnrolKeyError> {
        if !self.tenant().await?.device_keys {
            return Err(EnrolKeyError::Off);
        }
        match self.operator(token.expose()).await {
            Ok(operator) => {
                let holder = operator.holder.ok_or(EnrolKeyError::TokenInvalid)?;
                if !operator.scopes.contains(scope) {
                    return Err(EnrolKeyError::InsufficientScope(scope));
                }
                let client = self.client(&operator.client).await?.ok_or(EnrolKeyError::TokenInvalid)?;
                return Ok(KeyHolder { client: Client::clone(&client), holder });
            }
            Err(OperatorError::TooManyRequests(limit)) => return Err(EnrolKeyError::TooManyRequests(limit)),
            Err(OperatorError::Fault(fault)) => return Err(fault.into()),
            Err(OperatorError::Expired | OperatorError::Invalid | OperatorError::BadAudience) => {}
        }
        let known = self.read_id_token(token.expose()).await?.ok_or(EnrolKeyError::TokenInvalid)?;
        Ok(KeyHolder { client: Client::clone(&known.client), holder: self.holder_by_id_token(&known).await? })
    }

    /// `GET /device-keys`: all of the person's, those of Touch ID and of other clients, too. The oldest first.
    pub async fn own_keys(&self, token: &Secret) -> Result<Vec<DeviceKeyResponse>, EnrolKeyError> {
        let holder = self.key_holder(token, CREATE_CURRENT_USER_DEVICE_CREDENTIALS).await?;
        let life = self.tenant().await?.device_key_life;
        let keys = self.keys_of(&holder.holder.user).await?;
        Ok(keys.iter().map(|key| shown(key, life)).collect())
    }

    /// The live keys of a user, the oldest first.
    pub(crate) async fn keys_of(&self, user: &UserId) -> Result<Vec<DeviceKey>, Fault> {
        let life = self.tenant().await?.device_key_life;
        let filter = DeviceKeyFilter { user: Some(user.clone()), client: None };
        let mut keys = self.store.list_device_keys(&filter, MAX_DEVICE_KEYS).await?;
        keys.retain(|key| key.is_live(self.now(), life));
        Ok(keys)
    }

    /// A key as its person sees it.
    pub async fn shown_key(&self, key: &DeviceKey) -> Result<DeviceKeyResponse, Fault> {
        Ok(shown(key, self.tenant().await?.device_key_life))
    }

    /// `PATCH /device-keys/{id}`. A device of Touch ID says its name at each sign-in: it keeps it.
    pub async fn rename_key(
        &self,
        token: &Secret,
        id: &str,
        name: &str,
        ip: IpAddr,
    ) -> Result<DeviceKeyResponse, EnrolKeyError> {
        let key = self.own_key(token, id).await?;
        let key = DeviceKey { name: name.to_owned(), ..key };
        if key.is_legacy() || !self.put_key_name(&key.user, &key, ip).await? {
            return Err(EnrolKeyError::Unknown);
        }
        Ok(self.shown_key(&key).await?)
    }

    /// False when they have no such key.
    pub(crate) async fn put_key_name(
        &self,
        user: &UserId,
        key: &DeviceKey,
        ip: IpAddr,
    ) -> Result<bool, Fault> {
        let mut event = self.event(EventKind::MethodChanged, Some(&key.client));
        event.user = Some(user.clone());
        event.ip = Some(ip.to_string());
        event.detail.insert(String::from("act"), json!("rename_device_key"));
        event.detail.insert(String::from("device_key"), json!(key.id));
        Ok(self.store.rename_device_key(user, &key.id, &key.name, vec![event]).await?)
    }

    /// `DELETE /device-keys/{id}`: what came by the key ends at once.
    pub async fn remove_key(&self, token: &Secret, id: &str, caller: &Caller) -> Result<(), EnrolKeyError> {
        let key = self.own_key(token, id).await?;
        match self.take_key_away(&key.user, &key, caller).await? {
            KeyRemoved::Done => Ok(()),
            KeyRemoved::LastWay => Err(EnrolKeyError::LastWay),
            KeyRemoved::Gone => Err(EnrolKeyError::Unknown),
        }
    }

    /// Unless nothing else leads to the account.
    pub(crate) async fn take_key_away(
        &self,
        user: &UserId,
        key: &DeviceKey,
        caller: &Caller,
    ) -> Result<KeyRemoved, Fault> {
        let Some(user) = self.store.find_user(user).await? else { return Ok(KeyRemoved::Gone) };
        let passkeys = self.store.list_passkeys(&user.id).await?;
        let ways = self.ways_in(&user, &passkeys).await?;
        let event = self.own_key_event(EventKind::DeviceKeyRemoved, key, caller);
        let news = News::of(NoticeKind::DeviceKeyRemoved, &key.name, Some(caller));
        let events = vec![self.with_notice(event, &user, news).await];
        let counted = counted_of(&events);
        let act = RemoveKey { user: user.id, id: key.id.clone(), ways, now: self.now(), events };
        let removed = self.store.remove_own_device_key(act).await?;
        if removed != KeyRemoved::Done {
            self.uncount(counted).await?;
        }
        Ok(removed)
    }

    /// A key of the person, who proved themselves lately (S-061).
    async fn own_key(&self, token: &Secret, id: &str) -> Result<DeviceKey, EnrolKeyError> {
        let holder = self.key_holder(token, DELETE_CURRENT_USER_DEVICE_CREDENTIALS).await?.holder;
        if !self.is_fresh_holder(&holder) {
            return Err(EnrolKeyError::Stale);
        }
        let key = match is_key_id(id) {
            true => self.store.find_device_key(&CredentialId::from(id)).await?,
            false => None,
        };
        key.filter(|key| key.user == holder.user).ok_or(EnrolKeyError::Unknown)
    }
}

fn shown(key: &DeviceKey, life: i64) -> DeviceKeyResponse {
    DeviceKeyResponse {
        id: key.id.to_string(),
        name: key.name.clone(),
        algorithm: key.algorithm.as_str().to_owned(),
        client_id: key.client.to_string(),
        attested: key.attestation.is_some(),
        created_at: key.created_at.to_iso8601(),
        last_used_at: key.last_used_at.map(|at| at.to_iso8601()),
        expires_at: key.ends_at(life).to_iso8601(),
    }
}
