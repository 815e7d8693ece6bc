//! The keys that sign tokens (section 2.20).

use serde_json::{Map, Value, json};

use super::{Entity, ManageError, Operator};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::LimitState;
use crate::model::{KeyId, KeyState, SigningAlgorithm, SigningKey};

/// Rotations of a day, by whomever.
const ROTATIONS: u32 = 5;
const DAY: i64 = 86_400;

impl Engine {
    /// Newest first.
    pub async fn show_signing_keys(&self) -> Result<Vec<Value>, Fault> {
        let keys = self.store.list_signing_keys().await?;
        keys.iter().map(|key| self.show_key(key, &keys)).collect()
    }

    pub async fn show_signing_key(&self, kid: &str) -> Result<Value, ManageError> {
        let keys = self.store.list_signing_keys().await?;
        let found = keys.iter().find(|key| key.id.as_str() == kid);
        Ok(self.show_key(found.ok_or(ManageError::NotFound(Entity::SigningKey))?, &keys)?)
    }

    /// The next key takes over, and a new one is made to follow it; the old one stays published (M-036).
    pub async fn rotate_signing_key(
        &self,
        operator: &Operator,
        alg: SigningAlgorithm,
    ) -> Result<Value, ManageError> {
        if !self.store.list_signing_keys().await?.iter().any(|key| key.alg == alg) {
            let text = format!("There is no {alg:?} key yet: it is made once an application signs by it");
            return Err(ManageError::NotSupported(text));
        }
        self.may_rotate(alg).await?;
        let told = |kid: &KeyId| {
            Some(self.change(operator, "rotate", Entity::SigningKey, kid.as_str(), (None, None)))
        };
        let kid = self.rotate_keys(alg, told).await?;
        self.show_name(&kid).await
    }

    /// Tokens of a key that is past its turn stop working.
    pub async fn revoke_signing_key(&self, operator: &Operator, kid: &str) -> Result<Value, ManageError> {
        let keys = self.store.list_signing_keys().await?;
        let found = keys.iter().find(|key| key.id.as_str() == kid);
        let key = found.ok_or(ManageError::NotFound(Entity::SigningKey))?;
        if key.state != KeyState::Previous {
            let text = "Only a previous key can be revoked: rotate first";
            return Err(ManageError::NotSupported(String::from(text)));
        }
        let event = self.change(operator, "revoke", Entity::SigningKey, kid, (None, None));
        self.revoke_key(&key.id, Some(event)).await?;
        self.show_name(&key.id).await
    }

    /// What tools show of a client's keys: those that its tokens can be checked with now.
    pub async fn client_signing_keys(&self) -> Result<Value, Fault> {
        let keys = self.store.list_signing_keys().await?;
        let current =
            |key: &&SigningKey| key.alg == SigningAlgorithm::RS256 && key.state == KeyState::Current;
        let mut shown = Vec::new();
        for key in keys.iter().filter(current) {
            if let Some(certificate) = self.certificate(key)? {
                let (cert, pkcs7) = (&certificate.cert, &certificate.pkcs7);
                shown.push(json!({ "cert": cert, "pkcs7": pkcs7, "subject": "deprecated" }));
            }
        }
        Ok(json!(shown))
    }

    async fn show_name(&self, kid: &KeyId) -> Result<Value, ManageError> {
        let mut shown = self.show_signing_key(kid.as_str()).await?;
        if let Some(object) = shown.as_object_mut() {
            object.retain(|name, _| ["kid", "cert"].contains(&name.as_str()));
        }
        Ok(shown)
    }

    /// Told by the keys themselves, so that it holds for all nodes.
    async fn may_rotate(&self, alg: SigningAlgorithm) -> Result<(), ManageError> {
        let now = self.now();
        let keys = self.store.list_signing_keys().await?;
        let retired = keys.iter().filter(|key| key.alg == alg);
        let mut recent: Vec<Timestamp> =
            retired.filter_map(|key| key.retired_at).filter(|at| now.since(*at) < DAY).collect();
        recent.sort();
        if recent.len() < ROTATIONS as usize {
            return Ok(());
        }
        let wait = recent.first().map_or(DAY, |oldest| DAY - now.since(*oldest)).max(1);
        Err(ManageError::TooManyRequests(LimitState {
            limit: ROTATIONS,
            remaining: 0,
            reset_at: now.plus(wait).0,
            retry_after: u32::try_from(wait).unwrap_or(u32::MAX),
        }))
    }

    fn show_key(&self, key: &SigningKey, all: &[SigningKey]) -> Result<Value, Fault> {
        let mut shown = Map::new();
        let mut put = |name: &str, value: Value| drop(shown.insert(name.to_owned(), value));
        put("kid", json!(key.id));
        put("alg", json!(key.alg));
        for (name, state) in [
            ("current", KeyState::Current),
            ("next", KeyState::Next),
            ("previous", KeyState::Previous),
            ("revoked", KeyState::Revoked),
        ] {
            put(name, json!(key.state == state));
        }
        if matches!(key.state, KeyState::Current | KeyState::Previous) {
            put("current_since", json!(since(key, all).to_iso8601()));
        }
        if let (KeyState::Previous, Some(until)) = (key.state, key.retired_at) {
            put("current_until", json!(until.to_iso8601()));
        }
        if let Some(certificate) = self.certificate(key)? {
            put("cert", json!(certificate.cert));
            put("pkcs7", json!(certificate.pkcs7));
            put("fingerprint", json!(certificate.fingerprint));
            put("thumbprint", json!(certificate.thumbprint));
        }
        Ok(Value::Object(shown))
    }
}

/// A key's turn began when that of the one before it ended; the first one's when it was made.
fn since(key: &SigningKey, all: &[SigningKey]) -> Timestamp {
    let before = |other: &&SigningKey| other.alg == key.alg && other.id != key.id;
    let ends = all.iter().filter(before).filter_map(|other| other.retired_at);
    let ends = ends.filter(|end| key.retired_at.is_none_or(|until| *end <= until));
    ends.max().unwrap_or(key.created_at).max(key.created_at)
}
