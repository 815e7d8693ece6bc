//! Signing and checking of JWTs (RFC 7519) through `jsonwebtoken`, with private keys parsed once.
//!
//! The library parses a private key anew for every signature. [`install`] gives it a signer that
//! keeps parsed key pairs instead.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, aws_lc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Timestamp;
use crate::error::Fault;

/// Seconds that clocks may differ.
pub const LEEWAY: i64 = 60;

enum PreparedKey {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

type Prepared = RwLock<HashMap<Vec<u8>, Arc<PreparedKey>>>;

fn prepared() -> &'static Prepared {
    static KEYS: OnceLock<Prepared> = OnceLock::new();
    KEYS.get_or_init(Prepared::default)
}

/// Makes `jsonwebtoken` use prepared keys in this process. Harmless when called again.
pub fn install() {
    static PROVIDER: OnceLock<CryptoProvider> = OnceLock::new();
    let provider = PROVIDER
        .get_or_init(|| CryptoProvider { signer_factory: signer, ..aws_lc::DEFAULT_PROVIDER.clone() });
    // A second call finds the first one's provider, which is the same.
    let _ = provider.install_default();
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> jsonwebtoken::errors::Result<Box<dyn JwtSigner>> {
    if !matches!(algorithm, Algorithm::RS256 | Algorithm::ES256 | Algorithm::EdDSA) {
        return (aws_lc::DEFAULT_PROVIDER.signer_factory)(algorithm, key);
    }
    let known = prepared().read().unwrap_or_else(PoisonError::into_inner).get(key.as_bytes()).map(Arc::clone);
    let pair = match known {
        Some(pair) => pair,
        None => prepare(*algorithm, key.as_bytes())?,
    };
    Ok(Box::new(PreparedSigner { algorithm: *algorithm, pair }))
}

fn prepare(algorithm: Algorithm, der: &[u8]) -> jsonwebtoken::errors::Result<Arc<PreparedKey>> {
    use jsonwebtoken::errors::ErrorKind;
    let pair = match algorithm {
        Algorithm::RS256 => RsaKeyPair::from_der(der)
            .map(PreparedKey::Rsa)
            .map_err(|e| ErrorKind::InvalidRsaKey(e.to_string()))?,
        Algorithm::ES256 => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der)
            .map(PreparedKey::Ec)
            .map_err(|_| ErrorKind::InvalidEcdsaKey)?,
        _ => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der)
            .map(PreparedKey::Ed)
            .map_err(|_| ErrorKind::InvalidKeyFormat)?,
    };
    let pair = Arc::new(pair);
    let mut keys = prepared().write().unwrap_or_else(PoisonError::into_inner);
    // Rotation retires keys: a process never works with many.
    if keys.len() >= 64 {
        keys.clear();
    }
    keys.insert(der.to_vec(), Arc::clone(&pair));
    Ok(pair)
}

struct PreparedSigner {
    algorithm: Algorithm,
    pair: Arc<PreparedKey>,
}

impl signature::Signer<Vec<u8>> for PreparedSigner {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        match &*self.pair {
            PreparedKey::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| signature::Error::new())?;
                Ok(signature)
            }
            PreparedKey::Ec(pair) => pair
                .sign(&SystemRandom::new(), message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| signature::Error::new()),
            PreparedKey::Ed(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }
}

impl JwtSigner for PreparedSigner {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

/// Signs `claims` with `key`; the header names the algorithm and, if given, the key.
pub fn sign<T: Serialize>(
    algorithm: Algorithm,
    kid: Option<&str>,
    key: &EncodingKey,
    claims: &T,
) -> Result<String, Fault> {
    sign_as("JWT", algorithm, kid, key, claims)
}

/// As [`sign`], with the media type of the token in `typ` (RFC 8725 section 3.11).
pub fn sign_as<T: Serialize>(
    typ: &str,
    algorithm: Algorithm,
    kid: Option<&str>,
    key: &EncodingKey,
    claims: &T,
) -> Result<String, Fault> {
    let mut header = Header::new(algorithm);
    header.typ = Some(typ.to_owned());
    header.kid = kid.map(str::to_owned);
    jsonwebtoken::encode(&header, claims, key).map_err(|e| Fault::Signing(e.to_string()))
}

/// Checks signature, issuer and audience. Invariant: only `algorithm`, the one that the key is for,
/// is accepted, whatever the token's header says (RFC 8725 section 3.1); and nothing that the header
/// makes critical is ignored: no extension is understood here (RFC 7515 section 4.1.11). Times are the
/// caller's to check with [`is_current`], by the engine's clock.
pub fn verify<T: DeserializeOwned>(
    token: &str,
    algorithm: Algorithm,
    key: &DecodingKey,
    issuer: &str,
    audience: Option<&str>,
) -> Option<T> {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.set_required_spec_claims(&["iss"]);
    validation.set_issuer(&[issuer]);
    match audience {
        Some(audience) => validation.set_audience(&[audience]),
        None => validation.validate_aud = false,
    }
    let data = jsonwebtoken::decode::<T>(token, key, &validation).ok()?;
    data.header.crit.is_none().then_some(data.claims)
}

/// `iat` and `exp` of a token agree with the clock; `exp` with `leeway` seconds of grace, for tokens
/// that another clock wrote.
pub fn is_current(iat: Option<i64>, exp: i64, now: Timestamp, leeway: i64) -> bool {
    now.0 < exp.saturating_add(leeway) && iat.is_none_or(|iat| iat <= now.0.saturating_add(LEEWAY))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_token_with_a_critical_extension_is_refused() {
        install();
        let secret = EncodingKey::from_secret(b"secret");
        let accepted = |crit: Option<Vec<String>>| {
            let header = Header { crit, ..Header::new(Algorithm::HS256) };
            let token = jsonwebtoken::encode(&header, &json!({"iss": "us"}), &secret).unwrap();
            let key = DecodingKey::from_secret(b"secret");
            verify::<Value>(&token, Algorithm::HS256, &key, "us", None).is_some()
        };
        assert!(accepted(None));
        assert!(!accepted(Some(vec!["exp".into()])) && !accepted(Some(Vec::new())));
    }
}
