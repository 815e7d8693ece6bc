//! The server's public keys (`/.well-known/jwks.json`, protocol 2.16), kept, and signatures checked by them.

use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind, Header};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

use crate::client::{self, Client};
use crate::error::Error;
use crate::id_token::IdTokenError;
use crate::transport::Response;

/// Seconds for which keys are taken to be the server's.
const FRESH: i64 = 3600;
/// Seconds after which a key that was not among them is looked for again.
const LOOK_AGAIN: i64 = 30;
/// Most keys that are kept.
const MAX_KEYS: usize = 32;

/// What the server published last.
#[derive(Default)]
pub(crate) struct KeyCache(Mutex<Option<Published>>);

#[derive(Clone)]
struct Published {
    at: i64,
    keys: Arc<[Jwk]>,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeyCache {
    fn found(&self) -> Option<Published> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, published: Published) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(published);
    }
}

impl Client {
    /// Gets the server's keys unless they are known. Before a code or a token is used up, so that what it gives
    /// is not lost for want of keys.
    pub(crate) async fn know_keys(&self) -> Result<(), Error> {
        self.keys(FRESH).await.map(drop)
    }

    /// The key that signed, checked against the signature.
    pub(crate) async fn prove_signature(&self, token: &str, header: &Header) -> Result<(), Error> {
        let known = self.keys(FRESH).await?;
        let mut key = choose(&known, header).cloned();
        if key.is_none() {
            // The server may have begun to sign with another key.
            key = choose(&self.keys(LOOK_AGAIN).await?, header).cloned();
        }
        let key = key.ok_or(IdTokenError::UnknownKey)?;
        verify(token, header.alg, &key).map_err(Error::from)
    }

    /// Keys that are no older than so many seconds.
    async fn keys(&self, age: i64) -> Result<Arc<[Jwk]>, Error> {
        let now = self.now();
        if let Some(published) = self.0.keys.found()
            && (published.at..published.at.saturating_add(age)).contains(&now)
        {
            return Ok(published.keys);
        }
        let response = self.get("/.well-known/jwks.json", &[]).await?;
        let keys = read(&response)?;
        self.0.keys.keep(Published { at: now, keys: Arc::clone(&keys) });
        Ok(keys)
    }
}

/// Keys of kinds that are not known here are let be.
fn read(response: &Response) -> Result<Arc<[Jwk]>, Error> {
    let document: Document = client::json(response, "the keys")?;
    let keys = document.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
    Ok(keys.take(MAX_KEYS).collect())
}

/// The key that the header names; where it names none, the only one that fits.
fn choose<'k>(keys: &'k [Jwk], header: &Header) -> Option<&'k Jwk> {
    let mut fitting = keys.iter().filter(|key| fits(key, header.alg));
    match &header.kid {
        Some(kid) => fitting.find(|key| key.common.key_id.as_deref() == Some(kid)),
        None => fitting.next().filter(|_| fitting.next().is_none()),
    }
}

/// Invariant: a key checks signatures of its own algorithm alone, whatever a token's header says (RFC 8725
/// section 3.1).
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let named = key.common.key_algorithm.map(|named| named.to_string());
    key.common.public_key_use.as_ref().is_none_or(|meant| *meant == PublicKeyUse::Signature)
        && named.is_none_or(|named| named == format!("{algorithm:?}"))
}

fn verify(token: &str, algorithm: Algorithm, key: &Jwk) -> Result<(), IdTokenError> {
    let key = DecodingKey::from_jwk(key).map_err(|_| IdTokenError::UnknownKey)?;
    let (message, signature) = token.rsplit_once('.').ok_or(IdTokenError::Malformed)?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| IdTokenError::Malformed)?;
    let message = message.as_bytes();
    let checked = match (algorithm, key.family(), key.kind()) {
        (Algorithm::RS256, AlgorithmFamily::Rsa, DecodingKeyKind::RsaModulusExponent { n, e }) => {
            RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, &signature)
        }
        (Algorithm::ES256, AlgorithmFamily::Ec, DecodingKeyKind::SecretOrDer(point)) => {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, &signature)
        }
        (Algorithm::EdDSA, AlgorithmFamily::Ed, DecodingKeyKind::SecretOrDer(point)) => {
            UnparsedPublicKey::new(&ED25519, point).verify(message, &signature)
        }
        _ => return Err(IdTokenError::Algorithm),
    };
    checked.map_err(|_| IdTokenError::Signature)
}

#[cfg(test)]
mod tests;
