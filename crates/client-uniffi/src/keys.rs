//! Keys that the app does not hold itself: passkeys, and keys of the device behind a finger or a face.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_client as core;

/// The key was not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum AuthenticatorError {
    /// The person said no, or let the time pass.
    #[error("{detail}")]
    Cancelled { detail: String },
    /// There is no such key here.
    #[error("{detail}")]
    NoKey { detail: String },
    #[error("{detail}")]
    Failed { detail: String },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for AuthenticatorError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { detail: error.reason }
    }
}

impl From<AuthenticatorError> for core::AuthenticatorError {
    fn from(error: AuthenticatorError) -> Self {
        match error {
            AuthenticatorError::Cancelled { .. } => Self::Cancelled,
            AuthenticatorError::NoKey { .. } => Self::NoKey,
            AuthenticatorError::Failed { detail } => Self::Failed(detail),
        }
    }
}

/// Makes and uses passkeys. Options come, and answers go, as the JSON of WebAuthn Level 3 section 5.1: what Android's
/// credential manager takes and gives word for word.
#[uniffi::export(with_foreign)]
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// Makes a passkey: `navigator.credentials.create`.
    async fn create(&self, options_json: String) -> Result<String, AuthenticatorError>;

    /// Signs with one that is there: `navigator.credentials.get`.
    async fn get(&self, options_json: String) -> Result<String, AuthenticatorError>;
}

pub(crate) struct ForeignAuthenticator(pub(crate) Arc<dyn Authenticator>);

impl core::Authenticator for ForeignAuthenticator {
    fn create(&self, options: String) -> core::BoxFuture<'_, Result<String, core::AuthenticatorError>> {
        Box::pin(async move { Ok(self.0.create(options).await?) })
    }

    fn get(&self, options: String) -> core::BoxFuture<'_, Result<String, core::AuthenticatorError>> {
        Box::pin(async move { Ok(self.0.get(options).await?) })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SignatureAlgorithm {
    Rs256,
    Es256,
    EdDsa,
}

impl From<SignatureAlgorithm> for core::SignatureAlgorithm {
    fn from(algorithm: SignatureAlgorithm) -> Self {
        match algorithm {
            SignatureAlgorithm::Rs256 => Self::Rs256,
            SignatureAlgorithm::Es256 => Self::Es256,
            SignatureAlgorithm::EdDsa => Self::EdDsa,
        }
    }
}

/// Signs with a key that never leaves the device, after the system has asked the person.
#[uniffi::export(with_foreign)]
#[async_trait]
pub trait Signer: Send + Sync {
    /// Which signatures it makes.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The public key: its JWK, as JSON with the public members alone; for the flow of 2014 its PEM, PKCS#1 in
    /// `-----BEGIN RSA PUBLIC KEY-----`.
    async fn public_key(&self) -> Result<String, AuthenticatorError>;

    /// For the flow of 2014 alone, others fail with `NoKey`: the MD5 of the key's PKCS#1 DER, as `AA:BB:…`.
    async fn key_id(&self) -> Result<String, AuthenticatorError>;

    /// The signature of the message, as JOSE wants it: for ES256, the 64 bytes of `r` and `s`.
    async fn sign(&self, data: Vec<u8>) -> Result<Vec<u8>, AuthenticatorError>;
}

pub(crate) struct ForeignSigner(pub(crate) Arc<dyn Signer>);

impl core::Signer for ForeignSigner {
    fn algorithm(&self) -> core::SignatureAlgorithm {
        self.0.algorithm().into()
    }

    fn public_key(&self) -> core::BoxFuture<'_, Result<String, core::AuthenticatorError>> {
        Box::pin(async move { Ok(self.0.public_key().await?) })
    }

    fn key_id(&self) -> core::BoxFuture<'_, Result<String, core::AuthenticatorError>> {
        Box::pin(async move { Ok(self.0.key_id().await?) })
    }

    fn sign(&self, message: Vec<u8>) -> core::BoxFuture<'_, Result<Vec<u8>, core::AuthenticatorError>> {
        Box::pin(async move { Ok(self.0.sign(message).await?) })
    }
}

/// Whose key of 2014 it is.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct TouchIdKey {
    /// The `id` of the profile.
    pub user_id: String,
    /// The name of the device, as its person wrote it.
    pub device: String,
    /// The database; nothing for the one that Lock uses.
    #[uniffi(default = None)]
    pub connection: Option<String>,
}

impl TouchIdKey {
    pub(crate) fn lent(&self) -> core::DeviceKey<'_> {
        core::DeviceKey {
            user_id: &self.user_id,
            device: &self.device,
            connection: self.connection.as_deref(),
        }
    }
}
