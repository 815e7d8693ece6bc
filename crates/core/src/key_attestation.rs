//! The port to the vendors of devices: whether what one of them signed vouches for a key that is enrolled
//! (`docs/guide/device-keys.md`). Behind it stands `crates/passkey`, which alone reads CBOR and certificates.

use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::model::{Client, KeyAttestation};

/// What an attestation must be of.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedKey<'a> {
    /// Whose apps may be vouched for.
    pub client: &'a Client,
    /// The proof of possession, as it was sent: a JWS. It has the key and the challenge.
    pub proof: &'a str,
    pub challenge: &'a str,
    /// The enrolled key as a point of P-256, uncompressed; `None` for a key on another curve.
    pub point: Option<&'a [u8]>,
    pub now: Timestamp,
}

/// Why an attestation is not taken. Invariant: one that cannot be checked is refused, never ignored: its sender would
/// believe that it had been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAttestation {
    #[error("Attestations of this format are not checked here: apple-app-attest and android-key are")]
    Format,
    #[error("The attestation is malformed")]
    Malformed,
    /// The client's settings do not say which app it is: `mobile.ios`, `mobile.android`.
    #[error("The client has no app registered that the attestation could be of")]
    NoApp,
    #[error("The attestation was not signed by its vendor, or is out of date")]
    Chain,
    /// Another app than the client's, or a copy of it that somebody else signed.
    #[error("The attestation is of another app")]
    App,
    /// Not of this key, or not for this challenge.
    #[error("The attestation is of another key or challenge")]
    Key,
    /// In software, imported, on an unlocked device, or of a build for development.
    #[error("The attestation does not say that the key is kept safe")]
    Level,
}

/// Checks what vendors signed. Computes only: a few hundred microseconds.
pub trait KeyAttestor: Send + Sync {
    fn attested(
        &self,
        expected: ExpectedKey<'_>,
        given: &Map<String, Value>,
    ) -> Result<KeyAttestation, BadAttestation>;
}
