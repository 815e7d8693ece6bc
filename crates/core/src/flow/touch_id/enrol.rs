//! A device enrols its key, or takes it back (protocol 2.19, 2.20).

use latchkey_wire::Secret;
use latchkey_wire::text::{MAX_DEVICE_NAME, is_device_name, is_name};
use serde_json::json;

use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::notices::{News, counted_of};
use crate::flow::token_info::KnownIdToken;
use crate::flow::whole_proof::tells_key;
use crate::limit::LimitState;
use crate::model::{
    Client, ClientId, CredentialId, DEVICE_KEY_LIFE, DeviceKey, Event, EventKind, KeyAlgorithm,
    MAX_DEVICE_KEYS, Strategy, User, UserId,
};
use crate::notice::NoticeKind;
use crate::store::{DeviceKeyFilter, EnrolKey, Enrolled, StoreError};
use crate::token::device_key::{RsaKey, STRONG_BITS};

/// Why a key is not enrolled, or not taken back.
#[derive(Debug, thiserror::Error)]
pub enum PublicKeyError {
    /// Not ours, expired, changed, of somebody else, or of a credential that is gone.
    #[error("the token is not valid")]
    TokenInvalid,
    #[error("the token is of another user")]
    OtherUser,
    #[error("the person has to sign in again")]
    Stale,
    /// The client is unknown, or does not have the grants of Touch ID.
    #[error("the client may not enrol keys")]
    ClientNotAllowed,
    /// The user has no account on a database connection of the client.
    #[error("the user has no account that keys are for")]
    NoAccount,
    #[error("{reason} on property {property}")]
    Invalid { property: &'static str, reason: String },
    #[error("the user has too many keys")]
    TooMany,
    #[error("too many requests")]
    TooManyRequests(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for PublicKeyError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// A person, as far as they proved who they are.
#[derive(Clone, Debug)]
pub struct Holder {
    pub user: UserId,
    pub proved_at: Timestamp,
    /// They may change their ways in by that proof, as `flow/whole_proof.rs` says.
    pub is_whole: bool,
    /// The password or key that proved them, where it was one.
    pub credential: Option<CredentialId>,
    /// The connection that they named when they did.
    pub connection: Option<String>,
}

/// A key to enrol, in words of the request.
pub struct Enrolment<'a> {
    pub holder: Holder,
    pub client: &'a str,
    /// What the key is called on the wire.
    pub key: (&'static str, &'a str),
    pub name: (&'static str, &'a str),
    pub device: Option<&'a str>,
    pub caller: &'a Caller,
}

/// A key that was enrolled.
#[derive(Debug, PartialEq, Eq)]
pub struct EnrolledKey {
    pub id: CredentialId,
    /// The last day on which it may be used, where it is shorter than keys are today (S-063).
    pub weak_until: Option<String>,
}

impl Engine {
    /// `POST /api/users/{id}/publickey`, by the user's own id_token.
    pub async fn enrol_public_key(
        &self,
        id_token: &Secret,
        user: &str,
        key: &str,
        device: &str,
        caller: &Caller,
    ) -> Result<EnrolledKey, PublicKeyError> {
        let (client, holder) = self.holder_of(id_token, user).await?;
        self.enrol(Enrolment {
            holder,
            client: client.as_str(),
            key: ("public_key", key),
            name: ("device", device),
            device: None,
            caller,
        })
        .await
    }

    /// `DELETE /api/users/{id}/publickey`: whatever the device of that name has enrolled at the token's client.
    ///
    /// Invariant: by what the person's ways in may be changed by alone (decision 30), or a code would take away what
    /// keeps codes out. How long ago that was does not count: what is lost can be taken back at any time.
    pub async fn remove_public_key(
        &self,
        id_token: &Secret,
        user: &str,
        device: &str,
        caller: &Caller,
    ) -> Result<(), PublicKeyError> {
        let (client, holder) = self.holder_of(id_token, user).await?;
        self.take_key_permit(&holder.user).map_err(PublicKeyError::TooManyRequests)?;
        if !holder.is_whole {
            return Err(PublicKeyError::Stale);
        }
        let filter = DeviceKeyFilter { user: Some(holder.user), client: Some(client) };
        for key in self.store.list_device_keys(&filter, MAX_DEVICE_KEYS).await? {
            if key.is_legacy() && key.name == device {
                self.remove_own_key(&key, caller).await?;
            }
        }
        Ok(())
    }

    /// Whoever an id_token of ours is about, where they are who the path names (P-161).
    async fn holder_of(&self, id_token: &Secret, user: &str) -> Result<(ClientId, Holder), PublicKeyError> {
        let known = self.read_id_token(id_token.expose()).await?.ok_or(PublicKeyError::TokenInvalid)?;
        if known.user.id.as_str() != user {
            return Err(PublicKeyError::OtherUser);
        }
        let holder = self.holder_by_id_token(&known).await.map_err(PublicKeyError::from)?;
        Ok((known.client.id.clone(), holder))
    }

    pub(in crate::flow) async fn holder_by_id_token(&self, known: &KnownIdToken) -> Result<Holder, Fault> {
        let credential = known.credential();
        let by_key = credential.is_some() || tells_key(&known.claims);
        Ok(Holder {
            user: known.user.id.clone(),
            proved_at: known.proved_at(),
            is_whole: self.is_whole_proof(&known.user, by_key).await?,
            credential,
            connection: None,
        })
    }

    /// They proved themselves lately, and by what their ways in may be changed by (S-061).
    pub(in crate::flow) fn is_fresh_holder(&self, holder: &Holder) -> bool {
        holder.is_whole && self.is_fresh_proof(holder.proved_at)
    }

    /// Enrols a key for the person's account at a client, in the place of an older one of the same device.
    pub async fn enrol(&self, enrolment: Enrolment<'_>) -> Result<EnrolledKey, PublicKeyError> {
        let holder = &enrolment.holder;
        if !self.is_fresh_holder(holder) {
            return Err(PublicKeyError::Stale);
        }
        let client = match is_name(enrolment.client) {
            true => self.client(&ClientId::from(enrolment.client)).await?,
            false => None,
        };
        let client = client.filter(|client| client.allows_touch_id());
        check_names(&enrolment)?;
        let weak_allowed = client.as_ref().is_some_and(|client| client.allows_weak_keys(self.now()));
        let key = read_key(enrolment.key, weak_allowed)?;
        let client = client.ok_or(PublicKeyError::ClientNotAllowed)?;
        self.take_key_permit(&holder.user).map_err(PublicKeyError::TooManyRequests)?;
        let user = self.store.find_user(&holder.user).await?.ok_or(PublicKeyError::TokenInvalid)?;
        let connection = self.account_of(&user, &client, holder.connection.as_deref()).await?;
        let weak = key.bits < STRONG_BITS;
        let key = DeviceKey {
            id: CredentialId::new(format!("dcr_{}", self.random.alphanumeric(16))),
            user: user.id.clone(),
            client: client.id.clone(),
            connection,
            name: enrolment.name.1.to_owned(),
            device: enrolment.device.map(str::to_owned),
            fingerprint: key.fingerprint(),
            public_key: key.der,
            algorithm: KeyAlgorithm::Rs256,
            attestation: None,
            created_at: self.now(),
            last_used_at: None,
            expires_at: self.now().plus(DEVICE_KEY_LIFE),
        };
        let event = self.own_key_event(EventKind::DeviceKeyEnrolled, &key, enrolment.caller);
        let news = News::of(NoticeKind::DeviceKeyAdded, &key.name, Some(enrolment.caller));
        let events = vec![self.with_notice(event, &user, news).await];
        let counted = counted_of(&events);
        let id = key.id.clone();
        let (proof, proved_at) = (holder.credential.clone(), holder.proved_at);
        let enrol = EnrolKey { key, most: MAX_DEVICE_KEYS, proof, proved_at, challenge: None, events };
        let enrolled = self.store.enrol_device_key(enrol).await?;
        if enrolled != Enrolled::Done {
            self.uncount(counted).await?;
        }
        match enrolled {
            Enrolled::Done => {
                let until = client.weak_keys_until().filter(|_| weak).map(|day| day.to_string());
                Ok(EnrolledKey { id, weak_until: until })
            }
            Enrolled::TooMany => Err(PublicKeyError::TooMany),
            Enrolled::Gone | Enrolled::Replayed => Err(PublicKeyError::TokenInvalid),
        }
    }

    /// The database connection that the key signs in to: of the client, and of an account of the user.
    async fn account_of(
        &self,
        user: &User,
        client: &Client,
        named: Option<&str>,
    ) -> Result<String, PublicKeyError> {
        let accounts = user.identities.iter().filter(|identity| identity.strategy == Strategy::Database);
        for account in accounts.filter(|account| named.is_none_or(|name| account.connection == name)) {
            let connection = self.connection(&account.connection).await?;
            if connection.is_some_and(|connection| connection.is_enabled_for(&client.id)) {
                return Ok(account.connection.clone());
            }
        }
        Err(PublicKeyError::NoAccount)
    }

    /// Writes of one user (protocol 4.3).
    pub(in crate::flow) fn take_key_permit(&self, user: &UserId) -> Result<(), LimitState> {
        let (bucket, micros) = (self.settings.limits.device_keys_per_user, self.clock.now_micros());
        self.buckets.take("device_keys", user.as_str(), bucket, micros).map(drop)
    }

    /// Its user takes it back: what came by it ends at once (P-168).
    pub(in crate::flow) async fn remove_own_key(
        &self,
        key: &DeviceKey,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let event = self.own_key_event(EventKind::DeviceKeyRemoved, key, caller);
        self.remove_and_tell(key, event, Some(caller)).await
    }

    /// Takes a key away and tells its person so: by `caller` in their name, or by an operator.
    pub(in crate::flow) async fn remove_and_tell(
        &self,
        key: &DeviceKey,
        event: Event,
        caller: Option<&Caller>,
    ) -> Result<(), StoreError> {
        let news = News::of(NoticeKind::DeviceKeyRemoved, &key.name, caller);
        let events = vec![match self.store.find_user(&key.user).await? {
            Some(user) => self.with_notice(event, &user, news).await,
            None => event,
        }];
        let counted = counted_of(&events);
        match self.store.remove_device_key(&key.id, self.now(), events).await? {
            true => Ok(()),
            false => self.uncount(counted).await,
        }
    }

    pub(in crate::flow) fn own_key_event(&self, kind: EventKind, key: &DeviceKey, caller: &Caller) -> Event {
        let mut event = self.event(kind, Some(&key.client));
        event.connection = Some(key.connection.clone());
        event.user = Some(key.user.clone());
        event.ip = Some(caller.ip.to_string());
        event.detail.insert(String::from("device_key"), json!(key.id));
        event
    }
}

/// `weak_allowed`: a key may have less bits than keys have today.
fn read_key((property, text): (&'static str, &str), weak_allowed: bool) -> Result<RsaKey, PublicKeyError> {
    let invalid = |reason: String| PublicKeyError::Invalid { property, reason };
    let key = RsaKey::read(text).map_err(|bad| invalid(bad.to_string()))?;
    match key.bits < STRONG_BITS && !weak_allowed {
        true => Err(invalid(format!("Must be an RSA key of at least {STRONG_BITS} bits"))),
        false => Ok(key),
    }
}

fn check_names(enrolment: &Enrolment<'_>) -> Result<(), PublicKeyError> {
    let (property, name) = enrolment.name;
    let ids = enrolment.device.iter().map(|device| ("device_id", *device));
    for (property, text) in std::iter::once((property, name)).chain(ids) {
        if !is_device_name(text) {
            let reason =
                format!("Must be 1 to {MAX_DEVICE_NAME} characters, without any that hide or reorder others");
            return Err(PublicKeyError::Invalid { property, reason });
        }
    }
    Ok(())
}
