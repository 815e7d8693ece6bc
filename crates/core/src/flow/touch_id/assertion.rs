//! A JWT that the key of a device signed becomes a sign-in (protocol 7.3, 7.4).
//!
//! The signature is proved before anything that the JWT says is believed; until then its `iss` and `sub` only
//! find the keys that may prove it (S-065).

use std::net::IpAddr;

use latchkey_wire::legacy::DeviceAssertionRequest;
use serde_json::json;

use super::{ByCredential, FAILURES, KEY_FAILURES, LOGINS};
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::{self, LimitState};
use crate::model::{
    Client, Connection, DeviceKey, Event, EventKind, RefreshFamily, Strategy, TokenHash, UserId,
};
use crate::store::{CredentialOutcome, CredentialSignIn, DeviceKeyFilter, KeySignIn, StoreError};
use crate::token::device_key::{
    AssertionClaims, RsaKey, STRONG_BITS, assertion_mark, claims_unproved, is_fingerprint, is_signed_by,
};
use crate::token::jwt;

/// Seconds that a JWT of a device lives, at most (S-064). The SDK makes them for 30.
const MAX_LIFE: i64 = 60;
/// Bytes of a user id.
const MAX_USER_ID: usize = 300;

/// Why a JWT of a device signs nobody in.
#[derive(Debug, thiserror::Error)]
pub enum DeviceKeyError {
    /// What is wrong with it is for the log only.
    #[error("the JWT of the device is refused")]
    Refused,
    #[error("the user is blocked")]
    UserBlocked,
    /// Too many JWTs in the name of the key that it did not sign.
    #[error("too many failed attempts on the key")]
    TooManyAttempts,
    /// Too many failures from this IP.
    #[error("too many failures from this address range")]
    TooManyFailures(LimitState),
    #[error("too many sign-ins")]
    TooManyLogins(LimitState),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for DeviceKeyError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// A request to sign in by a key.
pub(in crate::flow) struct DeviceProof<'a> {
    pub client: &'a Client,
    pub connection: &'a Connection,
    pub request: &'a DeviceAssertionRequest,
    pub ip: IpAddr,
    /// A family to save with the sign-in, but for its user.
    pub refresh: Option<RefreshFamily>,
}

impl Engine {
    pub(in crate::flow) async fn by_device_key(
        &self,
        proof: DeviceProof<'_>,
    ) -> Result<ByCredential, DeviceKeyError> {
        self.note_arrival();
        let (prefix, micros) = (limit::prefix(proof.ip), self.clock.now_micros());
        if let Some(bucket) = self.protection(proof.ip).await?.failures_per_ip {
            self.buckets.peek(FAILURES, &prefix, bucket, micros).map_err(DeviceKeyError::TooManyFailures)?;
        }
        let token = proof.request.id_token.expose();
        let claims = claims_unproved(token).filter(|claims| is_user_id(&claims.iss));
        let Some(claims) = claims else { return Err(self.refuse_jwt(&proof, None, "form").await?) };
        let logins = format!("{}|{prefix}", claims.iss);
        self.buckets
            .take(LOGINS, &logins, self.settings.limits.logins_per_user, micros)
            .map_err(DeviceKeyError::TooManyLogins)?;
        let keys = self.keys_named(&proof, &claims).await?;
        let key = match keys.iter().find(|key| signed(token, key)) {
            Some(key) => key,
            None => return Err(self.refuse_jwt(&proof, keys.first(), "signature").await?),
        };
        // From here on the JWT is its key's: only the holder can have made it.
        if let Some(fault) = self.fault_of(&claims, key, proof.client) {
            return Err(self.refuse_signed(&proof, key, fault).await?);
        }
        self.sign_in_by(&proof, key, &claims).await
    }

    /// The keys that may have signed: of that user, client, connection and name, and of that fingerprint where
    /// `sub` has the form of one. What the JWT says of the device does not count (P-165).
    async fn keys_named(
        &self,
        proof: &DeviceProof<'_>,
        claims: &AssertionClaims,
    ) -> Result<Vec<DeviceKey>, Fault> {
        let user = UserId::from(claims.iss.as_str());
        let name = &proof.connection.name;
        let is_here = |user: &crate::model::User| {
            user.identities
                .iter()
                .any(|identity| identity.connection == *name && identity.strategy == Strategy::Database)
        };
        if !self.store.find_user(&user).await?.is_some_and(|user| is_here(&user)) {
            return Ok(Vec::new());
        }
        let filter = DeviceKeyFilter { user: Some(user), client: Some(proof.client.id.clone()) };
        let mut keys = self.store.list_device_keys(&filter, crate::model::MAX_DEVICE_KEYS).await?;
        let print = claims.sub.as_deref().filter(|sub| is_fingerprint(sub));
        keys.retain(|key| {
            key.connection == *name
                && key.name == proof.request.device
                && key.is_legacy()
                && self.now() < key.expires_at
                && print.is_none_or(|print| key.fingerprint.eq_ignore_ascii_case(print))
        });
        Ok(keys)
    }

    /// What stops a JWT that its key did sign.
    fn fault_of(&self, claims: &AssertionClaims, key: &DeviceKey, client: &Client) -> Option<&'static str> {
        let now = self.now();
        let life = claims.exp.saturating_sub(claims.iat);
        if !(1..=MAX_LIFE).contains(&life) {
            return Some("life");
        }
        if !jwt::is_current(Some(claims.iat), claims.exp, now, jwt::LEEWAY) {
            return Some("time");
        }
        let weak = RsaKey::from_stored(&key.public_key).is_none_or(|key| key.bits < STRONG_BITS);
        (weak && !client.allows_weak_keys(now)).then_some("key size")
    }

    async fn sign_in_by(
        &self,
        proof: &DeviceProof<'_>,
        key: &DeviceKey,
        claims: &AssertionClaims,
    ) -> Result<ByCredential, DeviceKeyError> {
        let token = proof.refresh.is_some().then(|| self.random.token());
        let event = |kind, fault: Option<&str>| vec![self.key_event(kind, proof, Some(key), fault)];
        let sign_in = CredentialSignIn {
            credential: key.id.clone(),
            user: key.user.clone(),
            now: self.now(),
            ip: Some(proof.ip.to_string()),
            counts: true,
            refresh: proof.refresh.clone().zip(token.as_ref().map(TokenHash::of)),
            max_families: self.settings.max_refresh_families,
            on_success: event(EventKind::SignedIn, None),
            on_failure: event(EventKind::SignInFailed, Some("replayed, blocked or removed")),
        };
        let act = KeySignIn {
            sign_in,
            assertion: assertion_mark(proof.request.id_token.expose(), &key.user),
            // One second more than anybody would take it.
            assertion_ends: crate::clock::Timestamp(claims.exp).plus(jwt::LEEWAY + 1),
            ledger: (self.device_key_ledger(&key.id), self.settings.limits.key_tries),
        };
        match self.store.sign_in_by_key(act).await? {
            CredentialOutcome::Accepted(user) => {
                Ok(ByCredential { user: *user, credential: key.id.clone(), refresh_token: token })
            }
            CredentialOutcome::Blocked => Err(DeviceKeyError::UserBlocked),
            CredentialOutcome::Refused => Err(DeviceKeyError::TooManyAttempts),
            CredentialOutcome::Replayed | CredentialOutcome::Gone => Err(DeviceKeyError::Refused),
        }
    }

    /// Nobody's key signed it: it counts on the IP, and on the key in whose name it came.
    async fn refuse_jwt(
        &self,
        proof: &DeviceProof<'_>,
        key: Option<&DeviceKey>,
        fault: &'static str,
    ) -> Result<DeviceKeyError, Fault> {
        let micros = self.clock.now_micros();
        if let Some(bucket) = self.protection(proof.ip).await?.failures_per_ip {
            let _ = self.buckets.take(FAILURES, &limit::prefix(proof.ip), bucket, micros);
        }
        let events = vec![self.key_event(EventKind::SignInFailed, proof, key, Some(fault))];
        let Some(key) = key else {
            self.store.insert_events(events).await?;
            return Ok(DeviceKeyError::Refused);
        };
        let limits = &self.settings.limits;
        let ledger = (self.device_key_ledger(&key.id), limits.key_tries);
        self.store.charge_key_failure(ledger, self.now(), events).await?;
        match self.buckets.take(KEY_FAILURES, key.id.as_str(), limits.failures_per_key, micros) {
            Ok(_) => Ok(DeviceKeyError::Refused),
            Err(_) => Ok(DeviceKeyError::TooManyAttempts),
        }
    }

    async fn refuse_signed(
        &self,
        proof: &DeviceProof<'_>,
        key: &DeviceKey,
        fault: &'static str,
    ) -> Result<DeviceKeyError, Fault> {
        let event = self.key_event(EventKind::SignInFailed, proof, Some(key), Some(fault));
        self.store.insert_events(vec![event]).await?;
        Ok(DeviceKeyError::Refused)
    }

    fn key_event(
        &self,
        kind: EventKind,
        proof: &DeviceProof<'_>,
        key: Option<&DeviceKey>,
        fault: Option<&str>,
    ) -> Event {
        let mut event = self.event(kind, Some(&proof.client.id));
        event.connection = Some(proof.connection.name.clone());
        event.ip = Some(proof.ip.to_string());
        event.user = key.map(|key| key.user.clone());
        event.detail.insert(String::from("by"), json!("device_key"));
        if let Some(key) = key {
            event.detail.insert(String::from("device_key"), json!(key.id));
        }
        if let Some(fault) = fault {
            event.detail.insert(String::from("fault"), json!(fault));
        }
        event
    }
}

fn is_user_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_USER_ID && !text.chars().any(char::is_control)
}

fn signed(token: &str, key: &DeviceKey) -> bool {
    RsaKey::from_stored(&key.public_key).is_some_and(|key| is_signed_by(token, &key))
}
