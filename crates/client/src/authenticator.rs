//! Keys that the app does not hold itself: passkeys, and keys of the device behind a finger or a face.

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::Secret;
use serde_json::Value;

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

    /// The public key: its JWK, as JSON with the public members alone; for the flow of 2014 its PEM, PKCS#1 in
    /// `-----BEGIN RSA PUBLIC KEY-----`.
    fn public_key(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>>;

    /// For the flow of 2014 alone: the MD5 of the key's PKCS#1 DER, as `AA:BB:…`.
    fn key_id(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
        Box::pin(std::future::ready(Err(AuthenticatorError::NoKey)))
    }

    /// The signature of the message, as JOSE wants it: for ES256, the 64 bytes of `r` and `s`.
    fn sign(&self, message: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, AuthenticatorError>>;
}

/// How a [`Signer`] signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256: the keys of 2014.
    Rs256,
    /// ECDSA on P-256 with SHA-256: Secure Enclave and Android Keystore.
    Es256,
    /// Ed25519.
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

/// A JWS in its compact form (RFC 7515 section 7.1), as the key signs it.
pub(crate) async fn signed(
    signer: &dyn Signer,
    header: &Value,
    claims: &Value,
) -> Result<Secret, AuthenticatorError> {
    let part = |json: &Value| BASE64URL_NOPAD.encode(json.to_string().as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = signer.sign(message.clone().into_bytes()).await?;
    Ok(Secret::new(format!("{message}.{}", BASE64URL_NOPAD.encode(&signature))))
}
