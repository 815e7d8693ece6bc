//! Keys of devices, behind a finger or a face: enrolled once, then signing in without a message.

use std::sync::Arc;

use latchkey_client as core;
use serde_json::{Map, Value};

use crate::client::{Client, CodeRequest};
use crate::error::LatchkeyError;
use crate::keys::{ForeignSigner, Signer};
use crate::values::{Channel, Tokens};

/// A key, as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct EnrolledKey {
    /// What names the key when it signs in: keep it.
    pub id: String,
    /// What its person calls the device.
    pub name: String,
    /// As JOSE names it; nothing for keys of 2014.
    pub algorithm: Option<String>,
    /// Whose app it is for.
    pub client_id: Option<String>,
    /// The system vouched for it.
    pub attested: bool,
    /// ISO 8601.
    pub created_at: Option<String>,
    /// ISO 8601: the device enrols anew by then.
    pub expires_at: Option<String>,
}

impl From<core::EnrolledKey> for EnrolledKey {
    fn from(key: core::EnrolledKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            algorithm: key.algorithm,
            client_id: key.client_id,
            attested: key.attested,
            created_at: key.created_at,
            expires_at: key.expires_at,
        }
    }
}

/// What a code and a key beside it gave.
#[derive(Clone, uniffi::Record)]
pub struct CodeAndKey {
    /// Of the person, whatever became of the key.
    pub tokens: Arc<Tokens>,
    /// The key that was enrolled; nothing where none was.
    pub key: Option<EnrolledKey>,
    /// Why none was: `too_many_keys`, `too_many_requests`, `challenge_used`, `gone`, after which `enrol_key` may do it, or
    /// `stale`.
    pub key_error: Option<String>,
}

/// A proof that this device has the private half of a key.
#[derive(uniffi::Object)]
pub struct KeyProof(core::KeyProof);

#[uniffi::export]
impl KeyProof {
    /// What an attestation is made over.
    pub fn text(&self) -> String {
        self.0.as_secret().expose().to_owned()
    }
}

#[uniffi::export]
impl Client {
    /// Has the key sign that it is here. The system asks the person before it signs.
    pub async fn prove_key(&self, signer: Arc<dyn Signer>) -> Result<Arc<KeyProof>, LatchkeyError> {
        let signer = ForeignSigner(signer);
        let done = self.inner.prove_key(&signer).await;
        done.map(|proof| Arc::new(KeyProof(proof))).map_err(|error| self.said(&error, Channel::Sms))
    }

    /// Gives the server the public key. `id_token` is of the person, who signed in within the last five minutes;
    /// `attestation_json` what the system says of key and app, as the server's guide describes it.
    pub async fn enrol_key(
        &self,
        proof: Arc<KeyProof>,
        name: String,
        id_token: String,
        attestation_json: Option<String>,
    ) -> Result<EnrolledKey, LatchkeyError> {
        let attestation = read_attestation(attestation_json.as_deref())?;
        let id_token = core::Secret::new(id_token);
        let done = self.inner.enrol_key(&proof.0, &name, &id_token, attestation.as_ref()).await;
        done.map(EnrolledKey::from).map_err(|error| self.said(&error, Channel::Sms))
    }

    /// Turns a code into tokens and gives the server the public key, in one call, which `sign_in` and `enrol_key` are two
    /// of. The proof is looked at before the code is. Never repeated by itself: the code works once.
    pub async fn sign_in_and_enrol(
        &self,
        request: CodeRequest,
        proof: Arc<KeyProof>,
        name: String,
        attestation_json: Option<String>,
    ) -> Result<CodeAndKey, LatchkeyError> {
        let attestation = read_attestation(attestation_json.as_deref())?;
        let channel = request.channel;
        let done = async {
            let sign_in = request.read()?;
            self.inner.sign_in_and_enrol(&sign_in, &proof.0, &name, attestation.as_ref()).await
        };
        let done = done.await.map_err(|error| self.said(&error, channel))?;
        Ok(CodeAndKey {
            tokens: Arc::new(Tokens(done.tokens)),
            key: done.key.map(EnrolledKey::from),
            key_error: done.key_error,
        })
    }

    /// Signs in by a key of this device. `key_id` is the `id` of the enrolled key. Never repeated by itself.
    pub async fn sign_in_with_key(
        &self,
        signer: Arc<dyn Signer>,
        key_id: String,
        scope: Option<String>,
        audience: Option<String>,
    ) -> Result<Arc<Tokens>, LatchkeyError> {
        let signer = ForeignSigner(signer);
        let done = self.inner.sign_in_with_key(&signer, &key_id, scope.as_deref(), audience.as_deref()).await;
        self.tokens(done, Channel::Sms)
    }

    /// All keys of the person, those of other apps, too.
    pub async fn list_keys(&self, id_token: String) -> Result<Vec<EnrolledKey>, LatchkeyError> {
        let done = self.inner.list_keys(&core::Secret::new(id_token)).await;
        done.map(|keys| keys.into_iter().map(EnrolledKey::from).collect())
            .map_err(|error| self.said(&error, Channel::Sms))
    }

    /// Calls a key something else. The person signed in within the last five minutes.
    pub async fn rename_key(
        &self,
        key_id: String,
        name: String,
        id_token: String,
    ) -> Result<EnrolledKey, LatchkeyError> {
        let done = self.inner.rename_key(&key_id, &name, &core::Secret::new(id_token)).await;
        done.map(EnrolledKey::from).map_err(|error| self.said(&error, Channel::Sms))
    }

    /// Ends a key, and with it the tokens that it brought. The person signed in within the last five minutes.
    pub async fn remove_key(&self, key_id: String, id_token: String) -> Result<(), LatchkeyError> {
        let done = self.inner.remove_key(&key_id, &core::Secret::new(id_token)).await;
        done.map_err(|error| self.said(&error, Channel::Sms))
    }
}

fn read_attestation(json: Option<&str>) -> Result<Option<Map<String, Value>>, LatchkeyError> {
    json.map(serde_json::from_str)
        .transpose()
        .map_err(|_| LatchkeyError::misconfigured("bad_attestation", "the attestation is no JSON object"))
}
