//! What devices of today sign (`docs/guide/device-keys.md`): a proof that they have the private half when their key
//! is enrolled, an assertion when they sign in. JWS and JWK are `jsonwebtoken`'s to read and to verify; what it
//! leaves out, the type, critical extensions and the shape of the key, is checked here.
//!
//! Invariant: `typ` and what must be in the claims differ from every other JWT that is taken anywhere here, so that
//! none of these passes for another, and no other for one of these (S-070, RFC 8725 sections 3.11 and 3.12).

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, Jwk,
    OctetKeyPairParameters, ThumbprintHash,
};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode_header};
use latchkey_wire::device_key::{ASSERTION_TYP, ENROLMENT_TYP, MAX_JWS, MAX_LIFE, is_key_id};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::jwt::{self, LEEWAY};
use crate::clock::Timestamp;
use crate::ed25519;
use crate::model::KeyAlgorithm;

/// Bytes of a coordinate of P-256, and of a key of Ed25519.
const COORDINATE: usize = 32;

/// A public key that was read: its shape is right. Whether its point is on the curve shows with its first signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicePublicKey {
    jwk: Jwk,
    pub algorithm: KeyAlgorithm,
}

/// What every statement of a device says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StatementClaims {
    /// One audience, and no list of them.
    pub aud: String,
    pub client_id: String,
    pub challenge: String,
    pub iat: i64,
    pub exp: i64,
}

/// What a device says to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AssertionClaims {
    /// The id of the key, as in `kid` and `sub`.
    pub iss: String,
    pub sub: String,
    #[serde(flatten)]
    pub statement: StatementClaims,
}

impl DevicePublicKey {
    /// From what was stored.
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        Self::read(&serde_json::from_slice(bytes).ok()?)
    }

    /// A JWK with its public members, and no other: a private key would be kept in clear.
    fn read(value: &Value) -> Option<Self> {
        let members = value.as_object()?;
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let names: &[&str] = match (text("kty")?, text("crv")?) {
            ("EC", "P-256") => &["kty", "crv", "x", "y"],
            ("OKP", "Ed25519") => &["kty", "crv", "x"],
            _ => return None,
        };
        if members.len() != names.len() {
            return None;
        }
        let (x, y) = (coordinate(text("x")?)?, text("y").and_then(coordinate));
        let (algorithm, parameters) = match y {
            Some(y) if names.contains(&"y") => {
                let (key_type, curve) = (Default::default(), EllipticCurve::P256);
                let parameters = EllipticCurveKeyParameters { key_type, curve, x, y };
                (KeyAlgorithm::Es256, AlgorithmParameters::EllipticCurve(parameters))
            }
            None if !names.contains(&"y") => {
                let point = BASE64URL_NOPAD.decode(x.as_bytes()).ok()?;
                if ed25519::is_small(&point) {
                    return None;
                }
                let (key_type, curve) = (Default::default(), EllipticCurve::Ed25519);
                let parameters = OctetKeyPairParameters { key_type, curve, x };
                (KeyAlgorithm::EdDsa, AlgorithmParameters::OctetKeyPair(parameters))
            }
            _ => return None,
        };
        Some(Self { jwk: Jwk { common: CommonParameters::default(), algorithm: parameters }, algorithm })
    }

    /// As it is kept: JSON.
    pub fn to_stored(&self) -> Option<Vec<u8>> {
        serde_json::to_vec(&self.jwk).ok()
    }

    /// A point of P-256, uncompressed (SEC 1 section 2.3.3). `None` for a key on another curve.
    pub fn point(&self) -> Option<Vec<u8>> {
        let AlgorithmParameters::EllipticCurve(parameters) = &self.jwk.algorithm else { return None };
        let mut point = vec![4];
        for coordinate in [&parameters.x, &parameters.y] {
            point.extend(BASE64URL_NOPAD.decode(coordinate.as_bytes()).ok()?);
        }
        Some(point)
    }

    /// RFC 7638.
    pub fn thumbprint(&self) -> Option<String> {
        self.jwk.thumbprint(ThumbprintHash::SHA256).ok()
    }

    /// What the key signed, where it signed it as a statement of this type.
    fn verify<T: DeserializeOwned>(&self, token: &str, typ: &str) -> Option<T> {
        let algorithm = match self.algorithm {
            KeyAlgorithm::Es256 => Algorithm::ES256,
            KeyAlgorithm::EdDsa => Algorithm::EdDSA,
            KeyAlgorithm::Rs256 => return None,
        };
        let mut validation = Validation::new(algorithm);
        // By the engine's clock, and against what was given out: the caller's.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["aud", "exp"]);
        let key = DecodingKey::from_jwk(&self.jwk).ok()?;
        let data = jsonwebtoken::decode::<T>(token, &key, &validation).ok()?;
        is_plain(&data.header, typ).then_some(data.claims)
    }

    /// The claims of an assertion that this key signed.
    pub fn asserted(&self, token: &str) -> Option<AssertionClaims> {
        self.verify(token, ASSERTION_TYP)
    }
}

/// The key that a device wants to enrol, and its claims, where it signed them with the private half.
pub fn enrolment(token: &str) -> Option<(DevicePublicKey, StatementClaims)> {
    if token.len() > MAX_JWS {
        return None;
    }
    let header = token.split('.').next()?;
    let header: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(header.as_bytes()).ok()?).ok()?;
    let key = DevicePublicKey::read(header.get("jwk")?)?;
    let claims = key.verify(token, ENROLMENT_TYP)?;
    Some((key, claims))
}

/// The id of the key that an assertion says it was signed by: only to find that key. `None` for a JWS of another
/// form.
pub fn key_named(token: &str) -> Option<String> {
    let header = (token.len() <= MAX_JWS).then(|| decode_header(token).ok()).flatten()?;
    let is_ours = is_plain(&header, ASSERTION_TYP)
        && header.jwk.is_none()
        && matches!(header.alg, Algorithm::ES256 | Algorithm::EdDSA);
    header.kid.filter(|id| is_ours && is_key_id(id))
}

/// Of the type, and without anything critical: no extension is understood here (RFC 7515 section 4.1.11).
fn is_plain(header: &Header, typ: &str) -> bool {
    header.typ.as_deref() == Some(typ) && header.crit.is_none()
}

fn coordinate(text: &str) -> Option<String> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    (bytes.len() == COORDINATE).then(|| text.to_owned())
}

impl StatementClaims {
    /// What is wrong with it, whatever its challenge is: a word for the log.
    pub fn fault(&self, audiences: [&str; 2], client: &str, now: Timestamp) -> Option<&'static str> {
        if !audiences.contains(&self.aud.as_str()) {
            return Some("audience");
        }
        if self.client_id != client {
            return Some("client");
        }
        if !(1..=MAX_LIFE).contains(&self.exp.saturating_sub(self.iat)) {
            return Some("life");
        }
        (!jwt::is_current(Some(self.iat), self.exp, now, LEEWAY)).then_some("time")
    }
}

#[cfg(test)]
mod tests;
