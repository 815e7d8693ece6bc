//! The keys that sign tokens: made at first start, sealed in the store, published before their turn
//! and after it, so that a rotation breaks no token.

use std::iter;
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use zeroize::Zeroizing;

use super::certificate::Certificates;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Event, EventKind, KeyId, KeyState, SigningAlgorithm, SigningKey};
use crate::store::StoreError;
use crate::vault::Vault;

/// Makes private keys, as PKCS#8 DER.
pub trait KeyMaker: Send + Sync {
    fn make(&self, alg: SigningAlgorithm) -> Result<Zeroizing<Vec<u8>>, Fault>;
}

/// Fresh keys from the crypto library: RSA of 2048 bits, P-256, Ed25519.
pub struct FreshKeys;

impl KeyMaker for FreshKeys {
    fn make(&self, alg: SigningAlgorithm) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let fault = |_| Fault::Signing(String::from("cannot make a key"));
        let der = match alg {
            SigningAlgorithm::RS256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(fault)?;
                pair.as_der().map_err(fault)?.as_ref().to_vec()
            }
            SigningAlgorithm::ES256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(fault)?;
                pair.to_pkcs8v1().map_err(fault)?.as_ref().to_vec()
            }
            SigningAlgorithm::EdDSA => {
                let pair = Ed25519KeyPair::generate().map_err(fault)?;
                pair.to_pkcs8v1().map_err(fault)?.as_ref().to_vec()
            }
            SigningAlgorithm::HS256 => return Err(Fault::Signing(String::from("HS256 has no key pair"))),
        };
        Ok(Zeroizing::new(der))
    }
}

pub fn algorithm(alg: SigningAlgorithm) -> Algorithm {
    match alg {
        SigningAlgorithm::RS256 => Algorithm::RS256,
        SigningAlgorithm::ES256 => Algorithm::ES256,
        SigningAlgorithm::EdDSA => Algorithm::EdDSA,
        SigningAlgorithm::HS256 => Algorithm::HS256,
    }
}

/// A key that signs now.
#[derive(Clone)]
pub struct Signer {
    pub kid: KeyId,
    pub alg: SigningAlgorithm,
    pub key: Arc<EncodingKey>,
}

struct Verifier {
    kid: KeyId,
    alg: SigningAlgorithm,
    key: DecodingKey,
}

#[derive(Default)]
struct KeySet {
    signers: Vec<Signer>,
    verifiers: Vec<Verifier>,
    jwks: Arc<str>,
}

/// The keys as read last.
#[derive(Default)]
pub struct KeyRing {
    set: RwLock<Arc<KeySet>>,
    pub(super) certificates: Certificates,
}

impl KeyRing {
    fn set(&self) -> Arc<KeySet> {
        Arc::clone(&self.set.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn signer(&self, alg: SigningAlgorithm) -> Result<Signer, Fault> {
        self.set()
            .signers
            .iter()
            .find(|signer| signer.alg == alg)
            .cloned()
            .ok_or_else(|| Fault::Signing(format!("there is no {alg:?} key")))
    }

    /// Calls `check` with the key of that id and the algorithm it is for.
    pub fn with_verifier<T>(
        &self,
        kid: &str,
        check: impl FnOnce(Algorithm, &DecodingKey) -> Option<T>,
    ) -> Option<T> {
        let set = self.set();
        let verifier = set.verifiers.iter().find(|verifier| verifier.kid.as_str() == kid)?;
        check(algorithm(verifier.alg), &verifier.key)
    }

    /// The body of `/.well-known/jwks.json` (RFC 7517 section 5), ready to send.
    pub fn jwks(&self) -> Arc<str> {
        Arc::clone(&self.set().jwks)
    }

    pub fn is_ready(&self) -> bool {
        !self.set().signers.is_empty()
    }
}

impl Engine {
    /// Reads the keys, and makes the first RSA ones if there are none.
    pub async fn open_keys(&self) -> Result<(), Fault> {
        super::jwt::install();
        self.refresh_keys().await?;
        self.ensure_keys(SigningAlgorithm::RS256).await
    }

    /// Makes the first keys of `alg` unless there are some: when the server starts, or a client begins
    /// to ask for that algorithm. Keys that nobody uses are not made, since they would be published:
    /// there are verifiers that refuse a whole key set for one key of a kind unknown to them.
    pub async fn ensure_keys(&self, alg: SigningAlgorithm) -> Result<(), Fault> {
        if alg == SigningAlgorithm::HS256 || self.keys.signer(alg).is_ok() {
            return Ok(());
        }
        let current = self.make_key(alg, KeyState::Current)?;
        // Made together: if the clock ticks between them, their order in the published set must not change.
        let next = SigningKey { created_at: current.created_at, ..self.make_key(alg, KeyState::Next)? };
        self.store.init_signing_keys(vec![current, next]).await?;
        self.refresh_keys().await
    }

    /// Reads the keys again: another node may have rotated them.
    pub async fn refresh_keys(&self) -> Result<(), Fault> {
        let set = read(&self.vault, &self.store.list_signing_keys().await?)?;
        *self.keys.set.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(set);
        Ok(())
    }

    /// The next key of `alg` takes over, and a new one is made to follow it. `also`: what else is to be told,
    /// by the key that takes over.
    pub async fn rotate_keys(
        &self,
        alg: SigningAlgorithm,
        also: impl Fn(&KeyId) -> Option<Event> + Send + Sync,
    ) -> Result<KeyId, Fault> {
        let current = self.keys.signer(alg)?.kid;
        let next = self.make_key(alg, KeyState::Next)?;
        let known = self.store.list_signing_keys().await?;
        let heir = known.iter().find(|key| key.alg == alg && key.state == KeyState::Next).unwrap_or(&next);
        let events = iter::once(self.event(EventKind::KeyRotated, None)).chain(also(&heir.id)).collect();
        match self.store.rotate_signing_keys(&current, next, self.now(), events).await {
            Ok(()) => self.refresh_keys().await?,
            // Another node rotated a moment ago: its new key is as good.
            Err(StoreError::Conflict(_)) => {
                self.refresh_keys().await?;
                let told = also(&self.keys.signer(alg)?.kid);
                self.store.insert_events(told.into_iter().collect()).await?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(self.keys.signer(alg)?.kid)
    }

    /// Takes a key out of the published set: tokens that it signed stop working as soon as caches
    /// of the key set expire.
    pub async fn revoke_key(&self, kid: &KeyId, also: Option<Event>) -> Result<bool, Fault> {
        let events = iter::once(self.event(EventKind::KeyRevoked, None)).chain(also).collect();
        let revoked = self.store.revoke_signing_key(kid, self.now(), events).await?;
        self.refresh_keys().await?;
        Ok(revoked)
    }

    fn make_key(&self, alg: SigningAlgorithm, state: KeyState) -> Result<SigningKey, Fault> {
        let der = self.key_maker.make(alg)?;
        let (kid, public_jwk) = describe(&encoding_key(alg, &der)?, alg)?;
        let private = self.vault.seal(&SigningKey::context(&kid), &der)?;
        Ok(SigningKey { id: kid, alg, state, private, public_jwk, created_at: self.now(), retired_at: None })
    }
}

fn read(vault: &Vault, keys: &[SigningKey]) -> Result<KeySet, Fault> {
    let mut set = KeySet::default();
    let mut published = Vec::new();
    for key in keys.iter().filter(|key| key.state != KeyState::Revoked) {
        let jwk: Jwk = serde_json::from_str(&key.public_jwk)
            .map_err(|e| Fault::Store(StoreError::Corrupt(format!("signing key {}: {e}", key.id))))?;
        let verifier = DecodingKey::from_jwk(&jwk).map_err(|e| Fault::Signing(e.to_string()))?;
        set.verifiers.push(Verifier { kid: key.id.clone(), alg: key.alg, key: verifier });
        published.push(jwk);
        if key.state == KeyState::Current {
            let der = vault.open_sealed(&SigningKey::context(&key.id), &key.private)?;
            let encoding = Arc::new(encoding_key(key.alg, &der)?);
            set.signers.push(Signer { kid: key.id.clone(), alg: key.alg, key: encoding });
        }
    }
    let jwks = serde_json::json!({ "keys": published });
    set.jwks = Arc::from(jwks.to_string());
    Ok(set)
}

/// `jsonwebtoken` takes RSA keys as PKCS#1 and the others as PKCS#8; its PEM reader converts.
fn encoding_key(alg: SigningAlgorithm, pkcs8: &[u8]) -> Result<EncodingKey, Fault> {
    match alg {
        SigningAlgorithm::ES256 => Ok(EncodingKey::from_ec_der(pkcs8)),
        SigningAlgorithm::EdDSA => Ok(EncodingKey::from_ed_der(pkcs8)),
        _ => {
            let body = Zeroizing::new(data_encoding::BASE64.encode(pkcs8));
            let pem = Zeroizing::new(format!(
                "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
                *body
            ));
            EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|e| Fault::Signing(e.to_string()))
        }
    }
}

/// The key's id (its RFC 7638 thumbprint) and its public JWK.
fn describe(key: &EncodingKey, alg: SigningAlgorithm) -> Result<(KeyId, String), Fault> {
    let fault = |e: jsonwebtoken::errors::Error| Fault::Signing(e.to_string());
    let mut jwk = Jwk::from_encoding_key(key, algorithm(alg)).map_err(fault)?;
    let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(fault)?;
    jwk.common.key_id = Some(kid.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    let text = serde_json::to_string(&jwk).map_err(|e| Fault::Signing(e.to_string()))?;
    Ok((KeyId::new(kid), text))
}
