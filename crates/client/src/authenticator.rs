//! Keys that the app does not hold itself: passkeys, and keys of the device behind a finger or a face.

use crate::transport::BoxFuture;

/// Makes and uses passkeys: the system's, in the words of WebAuthn.
///
/// Options come, and answers go, as the JSON of WebAuthn Level 3 section 5.1
/// (`parseCreationOptionsFromJSON`, `toJSON`): what Android's credential manager takes and gives word for word.
pub trait Authenticator: Send + Sync {
    /// Makes a passkey: `navigator.credentials.create`.
    fn create(&self, options: String) -> BoxFuture<'_, Result<String, AuthenticatorError>>;

    /// Signs with one that is there: `navigator.credentials.get`.
    fn get(&self, options: String) -> BoxFuture<'_, Result<String, AuthenticatorError>>;
}

/// Signs with a key that never leaves the device, after the system has asked the person.
pub trait Signer: Send + Sync {
    /// Which signatures it makes.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The public key. For the flow of 2014 its PEM, PKCS#1 in `-----BEGIN RSA PUBLIC KEY-----`.
    fn public_key(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>>;

    /// The name of the key in what it signs. For the flow of 2014 the MD5 of its PKCS#1 DER, as `AA:BB:…`.
    fn key_id(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>>;

    /// The signature of the message, as JOSE wants it: for ES256, the 64 bytes of `r` and `s`.
    fn sign(&self, message: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, AuthenticatorError>>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    Rs256,
    Es256,
    EdDsa,
}

impl SignatureAlgorithm {
    /// As JOSE names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// The key was not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticatorError {
    /// The person said no, or let the time pass.
    #[error("the person did not confirm")]
    Cancelled,
    /// There is no such key here.
    #[error("there is no key")]
    NoKey,
    /// The text is for developers.
    #[error("the authenticator failed: {0}")]
    Failed(String),
}
