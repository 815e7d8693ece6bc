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
use crate::channel::CodesBesidePasskeys;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::manage::operator::OperatorError;
use crate::flow::notices::News;
use crate::flow::touch_id::Holder;
use crate::model::{Client, CredentialId, DeviceKey, EventKind, MAX_DEVICE_KEYS, User, UserId};
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
                let user = self.store.find_user(&holder.user).await?.ok_or(EnrolKeyError::TokenInvalid)?;
                let holder = self.of_whole_proof(&user, holder, false).await?;
                return Ok(KeyHolder { client: Client::clone(&client), holder });
            }
            Err(OperatorError::TooManyRequests(limit)) => return Err(EnrolKeyError::TooManyRequests(limit)),
            Err(OperatorError::Fault(fault)) => return Err(fault.into()),
            Err(OperatorError::Expired | OperatorError::Invalid | OperatorError::BadAudience) => {}
        }
        let known = self.read_id_token(token.expose()).await?.ok_or(EnrolKeyError::TokenInvalid)?;
        let (proved_at, credential) = (known.proved_at(), known.credential());
        let is_whole = known.tells_whole_proof();
        let holder = Holder { user: known.user.id.clone(), proved_at, credential, connection: None };
        let holder = self.of_whole_proof(&known.user, holder, is_whole).await?;
        Ok(KeyHolder { client: Client::clone(&known.client), holder })
    }

    /// Where a code is worth less than what its person has, a token that does not tell how they were proved counts as
    /// one of a proof long ago: by a key that it enrols, or takes away, a code would be worth the same again.
    async fn of_whole_proof(&self, user: &User, holder: Holder, is_whole: bool) -> Result<Holder, Fault> {
        if is_whole || !self.has_more_than_codes(user).await? {
            return Ok(holder);
        }
        Ok(Holder { proved_at: Timestamp(0), ..holder })
    }

    /// They have something stronger, and an operator says that this matters.
    async fn has_more_than_codes(&self, user: &User) -> Result<bool, Fault> {
        let mut matters = false;
        for identity in &user.identities {
            if let Some(connection) = self.connection(&identity.connection).await? {
                let options = self.code_options(&connection, identity.channel)?;
                matters |= options.beside_passkeys() != CodesBesidePasskeys::Same;
            }
        }
        Ok(matters
            && (!self.store.list_passkeys(&user.id).await?.is_empty()
                || !self.keys_of(&user.id).await?.is_empty()))
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
        if key.is_legacy() || !self.put_key_name(&key.user, &key, Some(ip)).await? {
            return Err(EnrolKeyError::Unknown);
        }
        Ok(self.shown_key(&key).await?)
    }

    /// False when they have no such key.
    pub(crate) async fn put_key_name(
        &self,
        user: &UserId,
        key: &DeviceKey,
        ip: Option<IpAddr>,
    ) -> Result<bool, Fault> {
        let mut event = self.event(EventKind::MethodChanged, Some(&key.client));
        event.user = Some(user.clone());
        event.ip = ip.map(|ip| ip.to_string());
        event.detail.insert(String::from("act"), json!("rename_device_key"));
        event.detail.insert(String::from("device_key"), json!(key.id));
        Ok(self.store.rename_device_key(user, &key.id, &key.name, vec![event]).await?)
    }

    /// `DELETE /device-keys/{id}`: what came by the key ends at once.
    pub async fn remove_key(&self, token: &Secret, id: &str, ip: IpAddr) -> Result<(), EnrolKeyError> {
        let key = self.own_key(token, id).await?;
        match self.take_key_away(&key.user, &key, Some(ip)).await? {
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
        ip: Option<IpAddr>,
    ) -> Result<KeyRemoved, Fault> {
        let mut event = self.event(EventKind::DeviceKeyRemoved, Some(&key.client));
        event.connection = Some(key.connection.clone());
        event.user = Some(user.clone());
        event.ip = ip.map(|ip| ip.to_string());
        event.detail.insert(String::from("device_key"), json!(key.id));
        let Some(user) = self.store.find_user(user).await? else { return Ok(KeyRemoved::Gone) };
        let passkeys = self.store.list_passkeys(&user.id).await?;
        let ways = self.ways_in(&user, &passkeys).await?;
        let news = News::of(NoticeKind::DeviceKeyRemoved, &key.name, None);
        let events = vec![self.with_notice(event, &user, news).await];
        let act = RemoveKey { user: user.id, id: key.id.clone(), ways, now: self.now(), events };
        Ok(self.store.remove_own_device_key(act).await?)
    }

    /// A key of the person, who proved themselves lately (S-061).
    async fn own_key(&self, token: &Secret, id: &str) -> Result<DeviceKey, EnrolKeyError> {
        let holder = self.key_holder(token, DELETE_CURRENT_USER_DEVICE_CREDENTIALS).await?.holder;
        if !self.is_fresh_proof(holder.proved_at) {
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
