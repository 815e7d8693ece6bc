//! A key that signs tokens. The private part is sealed before it reaches the store.

use serde::{Deserialize, Serialize};

use super::{KeyId, SigningAlgorithm};
use crate::clock::Timestamp;
use crate::vault::Sealed;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    pub id: KeyId,
    pub alg: SigningAlgorithm,
    pub state: KeyState,
    /// PKCS#8 (DER), sealed under [`SigningKey::context`].
    pub private: Sealed,
    /// The JWK that is published, as JSON.
    pub public_jwk: String,
    pub created_at: Timestamp,
    /// When it left `Current`.
    pub retired_at: Option<Timestamp>,
}

/// `Next` and `Previous` are published too: relying parties know a key before it signs, and
/// tokens outlive the key's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    Next,
    Current,
    Previous,
    Revoked,
}

impl SigningKey {
    /// The context that the private part is sealed under.
    pub fn context(id: &KeyId) -> String {
        format!("signing-key/{id}")
    }
}
