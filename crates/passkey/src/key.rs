//! Public keys of passkeys: COSE keys in CBOR (RFC 9052 section 7, RFC 9053), of one of three algorithms.

use latchkey_core::ed25519::is_small;
use latchkey_core::passkey::PasskeyRefused;
use serde_cbor_2::Value;
use webauthn_rs_core::proto::{COSEAlgorithm, COSEKey, COSEKeyType, COSEOKPKey, ECDSACurve, EDDSACurve};

/// Labels of a COSE key.
const TYPE: i128 = 1;
const ALGORITHM: i128 = 3;
const CURVE: i128 = -1;
const X: i128 = -2;
/// Values of them.
const OCTET_KEY_PAIR: i128 = 1;
const EDDSA: i128 = -8;
const ED25519: i128 = 6;

pub enum Key {
    /// ES256 or RS256 (2048 bits): the library reads and uses it.
    Library(COSEKey),
    /// The library reads it no more.
    Ed25519([u8; 32]),
}

impl Key {
    /// Invariant: algorithm, type and curve are of one another, and the point is on the curve. A key that could be
    /// read in two ways would be verified in the weaker one (S-054).
    pub fn of(value: &Value) -> Result<Self, PasskeyRefused> {
        let Value::Map(labels) = value else { return Err(PasskeyRefused::Key) };
        let number = |label| match labels.get(&Value::Integer(label)) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        };
        if number(ALGORITHM) == Some(EDDSA) {
            let Some(Value::Bytes(x)) = labels.get(&Value::Integer(X)) else {
                return Err(PasskeyRefused::Key);
            };
            let is_ed25519 = number(TYPE) == Some(OCTET_KEY_PAIR) && number(CURVE) == Some(ED25519);
            let x = <[u8; 32]>::try_from(x.as_slice()).map_err(|_| PasskeyRefused::Key)?;
            return (is_ed25519 && !is_small(&x)).then_some(Self::Ed25519(x)).ok_or(PasskeyRefused::Key);
        }
        let key = COSEKey::try_from(value).map_err(|_| PasskeyRefused::Key)?;
        let is_offered = match (&key.type_, &key.key) {
            (COSEAlgorithm::ES256, COSEKeyType::EC_EC2(point)) => point.curve == ECDSACurve::SECP256R1,
            (COSEAlgorithm::RS256, COSEKeyType::RSA(_)) => true,
            _ => false,
        };
        is_offered.then_some(Self::Library(key)).ok_or(PasskeyRefused::Key)
    }

    pub fn read(bytes: &[u8]) -> Result<Self, PasskeyRefused> {
        Self::of(&serde_cbor_2::from_slice(bytes).map_err(|_| PasskeyRefused::Key)?)
    }

    /// As the library takes it, for all but the signature.
    pub fn for_library(&self) -> COSEKey {
        match self {
            Self::Library(key) => key.clone(),
            Self::Ed25519(x) => COSEKey {
                type_: COSEAlgorithm::EDDSA,
                key: COSEKeyType::EC_OKP(COSEOKPKey { curve: EDDSACurve::ED25519, x: x.to_vec() }),
            },
        }
    }
}
