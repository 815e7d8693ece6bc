//! The port to WebAuthn: whether what an authenticator answered holds (WebAuthn Level 3 sections 7.1 and 7.2).
//!
//! What a ceremony demands comes in whole; nothing is kept here. Whether the challenge was used before, whose
//! credential it is, and what its counter says are the rules' affair.

use latchkey_wire::passkey::{Assertion, Attestation};

use crate::model::RelyingParty;

/// What an answer must be an answer to.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub party: &'a RelyingParty,
    /// 32 random bytes.
    pub challenge: &'a [u8],
    /// The authenticator must have checked its person.
    pub user_verification: bool,
}

/// A credential that is there.
#[derive(Clone, Copy, Debug)]
pub struct Credential<'a> {
    pub id: &'a [u8],
    /// A COSE key, in CBOR.
    pub public_key: &'a [u8],
    pub backup_eligible: bool,
}

/// A new credential, proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attested {
    /// As the authenticator signed it.
    pub credential_id: Vec<u8>,
    /// A COSE key, in CBOR, of one of [`latchkey_wire::passkey::ALGORITHMS`].
    pub public_key: Vec<u8>,
    pub counter: u32,
    pub user_verified: bool,
    pub backup_eligible: bool,
    pub backed_up: bool,
    /// Absent where it is all zeros.
    pub aaguid: Option<String>,
}

/// A credential signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asserted {
    pub counter: u32,
    pub user_verified: bool,
    pub backed_up: bool,
}

/// Why an answer is not taken. The words stand in the log; the caller is told none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyRefused {
    /// It cannot be read, or says more than it may.
    #[error("malformed")]
    Malformed,
    /// It was made by the other of both ceremonies.
    #[error("type")]
    Type,
    #[error("challenge")]
    Challenge,
    #[error("origin")]
    Origin,
    /// The page was in a frame of another one.
    #[error("cross_origin")]
    CrossOrigin,
    #[error("relying_party")]
    RelyingParty,
    /// Nobody touched the authenticator.
    #[error("user_presence")]
    UserPresence,
    #[error("user_verification")]
    UserVerification,
    /// What it says of copies contradicts itself, or what it said before.
    #[error("backup")]
    Backup,
    /// Not of an algorithm that was offered, or no sound key.
    #[error("key")]
    Key,
    /// Of a format that is not known, or it does not hold.
    #[error("attestation")]
    Attestation,
    #[error("credential")]
    Credential,
    #[error("signature")]
    Signature,
}

/// Takes answers of authenticators apart. Computes only: a few hundred microseconds.
pub trait PasskeyVerifier: Send + Sync {
    fn attested(&self, expected: Expected<'_>, answer: &Attestation) -> Result<Attested, PasskeyRefused>;

    fn asserted(
        &self,
        expected: Expected<'_>,
        credential: Credential<'_>,
        answer: &Assertion,
    ) -> Result<Asserted, PasskeyRefused>;
}
