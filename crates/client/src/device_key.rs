//! Keys of devices, behind a finger or a face: enrolled once, then signing in without a message (the wire is described
//! in `docs/guide/device-keys.md`).

use latchkey_wire::Secret;
use latchkey_wire::token::JWT_BEARER;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::authenticator::{AuthenticatorError, Signer, signed};
use crate::client::{self, Client};
use crate::code::{DEFAULT_SCOPE, with_openid};
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
mod tests {
    use data_encoding::BASE64URL_NOPAD;
    use proptest::prelude::*;
    use ring::rand::SystemRandom;
    use ring::signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
    };

    use super::*;
    use crate::authenticator::SignatureAlgorithm;
    use crate::testing::{NOW, SigningKey, claims, client, now, published, token_answer};
    use crate::transport::BoxFuture;

    struct Enclave(EcdsaKeyPair);

    impl Enclave {
        fn new() -> Self {
            let (curve, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
            let document = EcdsaKeyPair::generate_pkcs8(curve, &random).unwrap();
            Self(EcdsaKeyPair::from_pkcs8(curve, document.as_ref(), &random).unwrap())
        }

        /// Header and claims of what this key signed.
        fn read(&self, jws: &str) -> (Value, Value) {
            let (message, signature) = jws.rsplit_once('.').unwrap();
            let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.0.public_key().as_ref());
            key.verify(message.as_bytes(), &decode(signature)).unwrap();
            let (header, claims) = message.split_once('.').unwrap();
            let part = |text: &str| serde_json::from_slice(&decode(text)).unwrap();
            (part(header), part(claims))
        }

        fn jwk(&self) -> Value {
            let point = self.0.public_key().as_ref();
            let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
            json!({"kty": "EC", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..])})
        }
    }

    impl Signer for Enclave {
        fn algorithm(&self) -> SignatureAlgorithm {
            SignatureAlgorithm::Es256
        }

        fn public_key(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
            Box::pin(std::future::ready(Ok(self.jwk().to_string())))
        }

        fn sign(&self, message: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, AuthenticatorError>> {
            let signature = self.0.sign(&SystemRandom::new(), &message).unwrap();
            Box::pin(std::future::ready(Ok(signature.as_ref().to_vec())))
        }
    }

    fn body(request: &crate::Request) -> Value {
        serde_json::from_slice(request.body.as_ref().unwrap()).unwrap()
    }

    /// The clock of the server, not of the phone, says when.
    const THEIR_NOW: i64 = NOW + 5000;

    fn challenge() -> Value {
        json!({"challenge": "hT", "expires_in": 60, "server_time": THEIR_NOW})
    }

    #[test]
    fn a_key_is_enrolled_with_a_proof_that_it_is_here() {
        let (client, server, _) = client();
        let enclave = Enclave::new();
        server.json(200, &challenge());
        let record = json!({"id": "dcr_1", "name": "Ana's iPhone", "algorithm": "ES256", "attested": false});
        server.json(201, &record);
        let proof = now(client.prove_key(&enclave)).unwrap();
        let token = Secret::new("token");
        let key = now(client.enrol_key(&proof, "Ana's iPhone", &token, None)).unwrap();
        assert_eq!((&*key.id, key.algorithm.as_deref()), ("dcr_1", Some("ES256")));
        let asked = server.asked();
        assert_eq!(body(&asked[0]), json!({"client_id": "app", "purpose": "enrol"}));
        assert_eq!(asked[1].header("authorization"), Some("Bearer token"));
        let (header, claims) = enclave.read(body(&asked[1])["proof"].as_str().unwrap());
        let expected = json!({"typ": "latchkey-device-enrolment+jwt", "alg": "ES256", "jwk": enclave.jwk()});
        assert_eq!(header, expected);
        let expected = json!({
            "aud": "https://login.example.com/", "client_id": "app", "challenge": "hT", "iat": THEIR_NOW,
            "exp": THEIR_NOW + 60,
        });
        assert_eq!(claims, expected);
    }

    #[test]
    fn a_key_signs_the_challenge_to_sign_in() {
        let (client, server, _) = client();
        let (enclave, theirs) = (Enclave::new(), SigningKey::es256("one"));
        server.json(200, &published(&[&theirs]));
        server.json(200, &challenge());
        server.json(200, &token_answer(&theirs.sign(&claims()), "refresh"));
        now(client.sign_in_with_key(&enclave, "dcr_1", None, Some("https://api.example/"))).unwrap();
        let asked = server.asked();
        let wanted = json!({"client_id": "app", "purpose": "sign_in", "key_id": "dcr_1"});
        assert_eq!(body(&asked[1]), wanted);
        let sent = body(&asked[2]);
        assert_eq!((&sent["grant_type"], &sent["scope"]), (&json!(JWT_BEARER), &json!(DEFAULT_SCOPE)));
        assert_eq!(sent["audience"], "https://api.example/");
        let (header, claims) = enclave.read(sent["assertion"].as_str().unwrap());
        assert_eq!(header, json!({"typ": "latchkey-device+jwt", "alg": "ES256", "kid": "dcr_1"}));
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("dcr_1"), &json!("dcr_1")));
        assert_eq!((&claims["challenge"], &claims["exp"]), (&json!("hT"), &json!(THEIR_NOW + 60)));
    }

    #[test]
    fn keys_are_listed_and_removed_by_the_token_of_their_person() {
        let (client, server, _) = client();
        server
            .json(200, &json!({"device_keys": [{"id": "dcr_1", "name": "a"}, {"id": "dcr_2", "name": "b"}]}));
        server.answer(204, "");
        let token = Secret::new("token");
        let keys = now(client.list_keys(&token)).unwrap();
        assert_eq!(keys.len(), 2);
        now(client.remove_key("dcr_2/x", &token)).unwrap();
        assert_eq!(server.paths(), ["/device-keys", "/device-keys/dcr_2%2Fx"]);
    }

    proptest! {
        #[test]
        fn whatever_a_server_answers_is_a_challenge_and_keys_or_an_error(
            body in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let (client, server, _) = client();
            server.answer(200, body.clone());
            server.answer(200, body);
            let _ = now(client.list_keys(&Secret::new("token")));
            prop_assert!(now(client.prove_key(&Enclave::new())).is_err());
        }
    }
}
