//! Keys of devices, behind a finger or a face: enrolled once, then signing in without a message (the wire is described
//! in `docs/guide/device-keys.md`).

use latchkey_wire::Secret;
use latchkey_wire::token::JWT_BEARER;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::authenticator::{AuthenticatorError, Signer, signed};
use crate::client::{self, Client};
use crate::code::{CodeSignIn, DEFAULT_SCOPE, with_openid};
use crate::error::Error;
use crate::id_token::Expected;
use crate::refusal::Step;
use crate::tokens::Tokens;

/// Seconds for which what the key signs works.
const LIFETIME: i64 = 60;

/// A key, as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolledKey {
    /// What names the key when it signs in: keep it.
    pub id: String,
    /// What its person calls the device.
    pub name: String,
    /// As JOSE names it; `None` for keys of 2014.
    #[serde(default)]
    pub algorithm: Option<String>,
    /// Whose app it is for.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The system vouched for it.
    #[serde(default)]
    pub attested: bool,
    /// ISO 8601.
    #[serde(default)]
    pub created_at: Option<String>,
    /// ISO 8601: the device enrols anew by then.
    #[serde(default)]
    pub expires_at: Option<String>,
}

#[derive(Deserialize)]
struct Challenge {
    challenge: Secret,
    /// The device's clock may be wrong.
    server_time: i64,
}

#[derive(Deserialize)]
struct List {
    device_keys: Vec<EnrolledKey>,
}

/// A proof that this device has the private half of a key, for [`Client::enrol_key`].
#[derive(Clone, Debug)]
pub struct KeyProof(Secret);

impl KeyProof {
    /// What an attestation is made over.
    #[must_use]
    pub fn as_secret(&self) -> &Secret {
        &self.0
    }
}

/// What a code and a key beside it gave.
#[derive(Clone, Debug)]
pub struct CodeAndKey {
    /// Of the person.
    pub tokens: Tokens,
    /// The key that was enrolled; `None` where none was.
    pub key: Option<EnrolledKey>,
    /// Why none was, as the server's guide lists it: `too_many_keys`, `too_many_requests`, `challenge_used`, `gone`, after
    /// which [`Client::enrol_key`] may do it, or `stale`. `None` also of a server that knows no keys of devices.
    pub key_error: Option<String>,
}

/// What goes along with a code.
#[derive(Serialize)]
pub(crate) struct BesideCode<'a> {
    #[serde(rename = "device_key_proof")]
    proof: &'a Secret,
    #[serde(rename = "device_key_name")]
    name: &'a str,
    #[serde(rename = "device_key_attestation", skip_serializing_if = "Option::is_none")]
    attestation: Option<&'a Map<String, Value>>,
}

/// Beside the tokens.
#[derive(Default, Deserialize)]
struct Told {
    #[serde(default)]
    device_key: Option<Value>,
    #[serde(default)]
    device_key_error: Option<String>,
}

impl Client {
    /// Has the key sign that it is here. The system asks the person before it signs.
    ///
    /// # Errors
    ///
    /// [`Error::Authenticator`] when nothing was signed; [`Error::Refused`] when the client has no device keys.
    pub async fn prove_key(&self, signer: &dyn Signer) -> Result<KeyProof, Error> {
        let public_key = signer.public_key().await?;
        let jwk: Map<String, Value> = serde_json::from_str(&public_key)
            .map_err(|_| AuthenticatorError::Failed(String::from("its public key is no JWK")))?;
        let challenge = self.key_challenge("enrol", None).await?;
        let header = json!({
            "typ": "latchkey-device-enrolment+jwt",
            "alg": signer.algorithm().as_str(),
            "jwk": jwk,
        });
        Ok(KeyProof(signed(signer, &header, &self.key_claims(&challenge)).await?))
    }

    /// Gives the server the public key. `token` is an `id_token` of the person, who signed in within the last five minutes;
    /// `attestation` what the system says of key and app, as the server's guide describes it.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when the proof of the person is too old (`reauthentication_required`), or they have too many
    /// keys (`too_many_keys`).
    pub async fn enrol_key(
        &self,
        proof: &KeyProof,
        name: &str,
        token: &Secret,
        attestation: Option<&Map<String, Value>>,
    ) -> Result<EnrolledKey, Error> {
        let mut body = Map::new();
        body.insert(String::from("name"), json!(name));
        body.insert(String::from("proof"), json!(proof.0));
        if let Some(attestation) = attestation {
            body.insert(String::from("attestation"), Value::Object(attestation.clone()));
        }
        let bearer = format!("Bearer {}", token.expose());
        let headers = [("authorization", bearer.as_str())];
        let response = self.post_with("/device-keys", Step::Other, &body, &headers).await?;
        client::json(&response, "the device key")
    }

    /// Turns a code into tokens and gives the server the public key, in one call: as
    /// [`sign_in_with_code`](Self::sign_in_with_code) and [`enrol_key`](Self::enrol_key). The proof is looked at before the
    /// code is. Always by the endpoints of today.
    ///
    /// # Errors
    ///
    /// As [`sign_in_with_code`](Self::sign_in_with_code). A key that was not taken is no error:
    /// [`CodeAndKey::key_error`] has the reason, and the person is signed in.
    pub async fn sign_in_and_enrol(
        &self,
        sign_in: &CodeSignIn,
        proof: &KeyProof,
        name: &str,
        attestation: Option<&Map<String, Value>>,
    ) -> Result<CodeAndKey, Error> {
        let beside = BesideCode { proof: &proof.0, name, attestation };
        let (response, asked) = self.redeem_code(sign_in, Some(&beside)).await?;
        let tokens = Tokens::read(&response, asked)?;
        let tokens = self.prove(tokens, &Expected { required: true, ..Expected::default() }).await?;
        // The code is used up: whatever this says of the key, the tokens are there.
        let told: Told = client::json(&response, "the device key").unwrap_or_default();
        let key = told.device_key.and_then(|key| serde_json::from_value(key).ok());
        Ok(CodeAndKey { tokens, key, key_error: told.device_key_error })
    }

    /// Signs in by a key of this device. `key_id` is the [`EnrolledKey::id`]; `scope` in place of [`DEFAULT_SCOPE`].
    /// Never repeated by itself.
    ///
    /// # Errors
    ///
    /// [`Error::Authenticator`] when nothing was signed; [`Error::Refused`] of kind
    /// [`SignInAgain`](crate::ErrorKind::SignInAgain) when the key no longer signs anybody in.
    pub async fn sign_in_with_key(
        &self,
        signer: &dyn Signer,
        key_id: &str,
        scope: Option<&str>,
        audience: Option<&str>,
    ) -> Result<Tokens, Error> {
        self.know_keys().await?;
        let challenge = self.key_challenge("sign_in", Some(key_id)).await?;
        let header = json!({
            "typ": "latchkey-device+jwt",
            "alg": signer.algorithm().as_str(),
            "kid": key_id,
        });
        let mut claims = self.key_claims(&challenge);
        if let Some(claims) = claims.as_object_mut() {
            claims.extend(["iss", "sub"].map(|name| (name.to_owned(), json!(key_id))));
        }
        let mut body = Map::new();
        body.insert(String::from("grant_type"), json!(JWT_BEARER));
        body.insert(String::from("client_id"), json!(self.client_id()));
        body.insert(String::from("assertion"), json!(signed(signer, &header, &claims).await?));
        body.insert(String::from("scope"), json!(with_openid(scope.unwrap_or(DEFAULT_SCOPE))));
        if let Some(audience) = audience {
            body.insert(String::from("audience"), json!(audience));
        }
        let asked = self.now();
        let response = self.post("/oauth/token", Step::Tokens, &body).await?;
        let tokens = Tokens::read(&response, asked)?;
        self.prove(tokens, &Expected { required: true, ..Expected::default() }).await
    }

    /// All keys of the person, those of other apps, too.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when the token does not work.
    pub async fn list_keys(&self, token: &Secret) -> Result<Vec<EnrolledKey>, Error> {
        let bearer = format!("Bearer {}", token.expose());
        let response = self.get("/device-keys", &[("authorization", &bearer)]).await?;
        client::json::<List>(&response, "the device keys").map(|list| list.device_keys)
    }

    /// Calls a key something else. The person signed in within the last five minutes.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when there is no such key of theirs, or it is one of 2014, which keeps its name.
    pub async fn rename_key(&self, key_id: &str, name: &str, token: &Secret) -> Result<EnrolledKey, Error> {
        let bearer = format!("Bearer {}", token.expose());
        let path = format!("/device-keys/{}", client::escaped(key_id));
        let headers = [("authorization", bearer.as_str())];
        let response = self.patch(&path, &json!({ "name": name }), &headers).await?;
        client::json(&response, "the device key")
    }

    /// Ends a key, and with it the tokens that it brought. The person signed in within the last five minutes.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when it is the last way in (`last_way_in`).
    pub async fn remove_key(&self, key_id: &str, token: &Secret) -> Result<(), Error> {
        let bearer = format!("Bearer {}", token.expose());
        let path = format!("/device-keys/{}", client::escaped(key_id));
        self.delete(&path, &[("authorization", &bearer)]).await.map(drop)
    }

    async fn key_challenge(&self, purpose: &str, key_id: Option<&str>) -> Result<Challenge, Error> {
        let mut body = Map::new();
        body.insert(String::from("client_id"), json!(self.client_id()));
        body.insert(String::from("purpose"), json!(purpose));
        if let Some(id) = key_id {
            body.insert(String::from("key_id"), json!(id));
        }
        let response = self.post("/device-keys/challenge", Step::Other, &body).await?;
        client::json(&response, "the device key's challenge")
    }

    fn key_claims(&self, challenge: &Challenge) -> Value {
        json!({
            "aud": self.0.issuer,
            "client_id": self.client_id(),
            "challenge": challenge.challenge,
            "iat": challenge.server_time,
            "exp": challenge.server_time.saturating_add(LIFETIME),
        })
    }
}

#[cfg(test)]
mod tests;
