//! The keys of devices, and the JWTs that they sign (protocol section 7): RSA as the SDK of 2014 makes it.
//!
//! `jsonwebtoken` checks no signature of a key of less than 2048 bits, so the signature is checked by the same
//! cryptography beneath it. Header and claims are the library's to read.

use aws_lc_rs::signature::{
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RsaSubjectPublicKey, UnparsedPublicKey,
};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXUPPER};
use jsonwebtoken::{Algorithm, decode_header};
use md5::{Digest, Md5};
use serde::Deserialize;

/// Bits of a key, at least and at most.
pub const MIN_BITS: usize = 1024;
pub const MAX_BITS: usize = 4096;
/// Bits that a key has today, at least (S-063).
pub const STRONG_BITS: usize = 2048;
/// Bytes of what is sent as a key, at most.
const MAX_TEXT: usize = 8 * 1024;
/// The least public exponent (NIST SP 800-56B section 6.2), and that of the SDK.
const LEAST_EXPONENT: u64 = 65_537;

/// Why what was sent is no key of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDeviceKey {
    #[error("Must be the base64 of a public key as PEM or DER")]
    Unreadable,
    #[error("Must be an RSA public key")]
    NotRsa,
    #[error("Must be an RSA key of 1024 to 4096 bits with the exponent 65537 or a greater one")]
    Size,
}

/// A public key that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey {
    /// PKCS#1 DER (RFC 8017 appendix A.1.1).
    pub der: Vec<u8>,
    pub bits: usize,
}

impl RsaKey {
    /// From PEM text, with whatever ends its lines; from base64 of that; or from base64 of DER.
    pub fn read(text: &str) -> Result<Self, BadDeviceKey> {
        if text.len() > MAX_TEXT {
            return Err(BadDeviceKey::Unreadable);
        }
        if text.contains(BEGIN) {
            return Self::from_pem(text);
        }
        let bytes = BASE64.decode(text.trim().as_bytes()).map_err(|_| BadDeviceKey::Unreadable)?;
        match std::str::from_utf8(&bytes) {
            Ok(text) if text.contains(BEGIN) => Self::from_pem(text),
            _ => Self::from_der(&bytes),
        }
    }

    /// The SDK ends its lines with carriage returns alone.
    fn from_pem(text: &str) -> Result<Self, BadDeviceKey> {
        let lines: Vec<&str> =
            text.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect();
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return Err(BadDeviceKey::Unreadable);
        };
        // A private key is refused: it would be kept in clear.
        let label = first.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix("-----"));
        let label = label.filter(|label| matches!(*label, "RSA PUBLIC KEY" | "PUBLIC KEY"));
        let label = label.ok_or(BadDeviceKey::NotRsa)?;
        if *last != format!("-----END {label}-----") {
            return Err(BadDeviceKey::Unreadable);
        }
        let inner = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default().concat();
        let der = BASE64.decode(inner.as_bytes()).map_err(|_| BadDeviceKey::Unreadable)?;
        Self::from_der(&der)
    }

    /// PKCS#1, or the same within SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
    fn from_der(der: &[u8]) -> Result<Self, BadDeviceKey> {
        let key = RsaSubjectPublicKey::from_der(der).map_err(|_| BadDeviceKey::NotRsa)?;
        let modulus = key.modulus();
        let modulus = modulus.big_endian_without_leading_zero();
        let unused = modulus.first().map_or(8, |byte| byte.leading_zeros());
        let bits = modulus.len().saturating_mul(8).saturating_sub(usize::try_from(unused).unwrap_or(8));
        let exponent = key.exponent();
        let exponent = exponent.big_endian_without_leading_zero();
        let value = exponent.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
        let sound = exponent.len() <= 5 && value >= LEAST_EXPONENT && value % 2 == 1;
        match sound && (MIN_BITS..=MAX_BITS).contains(&bits) {
            true => Ok(Self { der: key.as_ref().to_vec(), bits }),
            false => Err(BadDeviceKey::Size),
        }
    }

    /// From what is stored.
    pub fn from_stored(der: &[u8]) -> Option<Self> {
        Self::from_der(der).ok()
    }

    /// As `A0RSAKeyExporter` names keys: the MD5 of the DER. Nothing rests on it but which key is tried.
    pub fn fingerprint(&self) -> String {
        let digest = HEXUPPER.encode(&Md5::digest(&self.der));
        let pairs: Vec<&str> =
            digest.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok()).collect();
        pairs.join(":")
    }
}

const BEGIN: &str = "-----BEGIN ";

/// What the JWT of a device says. The SDK merges claims of the app over its own; others are ignored, and so is
/// `device`: Lock writes the raw name there and a stripped one beside the JWT (P-165).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AssertionClaims {
    /// The user.
    pub iss: String,
    /// The fingerprint of the key, unless the app put something else there.
    pub sub: Option<String>,
    pub iat: i64,
    pub exp: i64,
}

/// What the JWT says, unproved: only to find the keys that may prove it. `None` for one of another algorithm
/// than RS256, which no key of a device is for (RFC 8725 section 3.1).
pub fn claims_unproved(token: &str) -> Option<AssertionClaims> {
    let header = decode_header(token).ok()?;
    let typ_fits = header.typ.as_ref().is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
    // Nothing that the header makes critical is understood (RFC 7515 section 4.1.11).
    if header.alg != Algorithm::RS256 || !typ_fits || header.crit.is_some() {
        return None;
    }
    jsonwebtoken::dangerous::insecure_decode::<AssertionClaims>(token).ok().map(|data| data.claims)
}

/// Whether `key` signed the JWT, as RSASSA-PKCS1-v1_5 with SHA-256.
pub fn is_signed_by(token: &str, key: &RsaKey) -> bool {
    let Some((message, signature)) = token.rsplit_once('.') else { return false };
    let Ok(signature) = BASE64URL_NOPAD.decode(signature.as_bytes()) else { return false };
    let key = UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, &key.der);
    key.verify(message.as_bytes(), &signature).is_ok()
}

/// It has the form of one of the SDK's fingerprints.
pub fn is_fingerprint(text: &str) -> bool {
    text.len() == 47
        && text.split(':').count() == 16
        && text.split(':').all(|pair| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Names a JWT of a user by what was signed. Its signature is determined by that; its text is not. Whichever rows
/// the key has, the JWT is one.
pub fn assertion_mark(token: &str, user: &crate::model::UserId) -> String {
    let message = token.rsplit_once('.').map_or(token, |(message, _)| message);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message.as_bytes());
    format!("device|{user}|{}", BASE64URL_NOPAD.encode(digest.as_ref()))
}

#[cfg(test)]
mod tests;
