//! Somebody who is signed in: tokens that are kept, and renewed before they end.

use std::sync::Arc;

use latchkey_client as core;

use crate::client::Client;
use crate::error::LatchkeyError;
use crate::values::{Channel, Tokens};

/// The app's store failed. The text is for developers and holds no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum CredentialStoreError {
    /// The device is locked, or the person said no.
    #[error("{detail}")]
    Closed { detail: String },
    #[error("{detail}")]
    Failed { detail: String },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for CredentialStoreError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { detail: error.reason }
    }
}

impl From<CredentialStoreError> for core::StorageError {
    fn from(error: CredentialStoreError) -> Self {
        match error {
            CredentialStoreError::Closed { detail } => Self::Closed(detail),
            CredentialStoreError::Failed { detail } => Self::Failed(detail),
        }
    }
}

/// Keeps the tokens of one person, sealed in bytes: a keychain, a key store, a file. Its methods may block, as while
/// the system asks for a finger or a face: each is called on a thread of its own.
#[uniffi::export(with_foreign)]
pub trait CredentialStore: Send + Sync {
    /// Nothing where nobody is signed in.
    fn load(&self) -> Result<Option<Vec<u8>>, CredentialStoreError>;

    /// Replaces what is there. What this returned from is there after a crash, whole.
    fn save(&self, credentials: Vec<u8>) -> Result<(), CredentialStoreError>;

    /// Succeeds where there is nothing.
    fn clear(&self) -> Result<(), CredentialStoreError>;
}

/// The app's store as a keychain with one name in it.
struct Foreign(Arc<dyn CredentialStore>);

impl core::Keychain for Foreign {
    fn get(&self, _: &str) -> Result<Option<Vec<u8>>, core::StorageError> {
        Ok(self.0.load()?)
    }

    fn set(&self, _: &str, value: &[u8]) -> Result<(), core::StorageError> {
        Ok(self.0.save(value.to_vec())?)
    }

    fn delete(&self, _: &str) -> Result<(), core::StorageError> {
        Ok(self.0.clear()?)
    }
}

/// Keeps one person signed in. However many ask for tokens at once, one request renews them.
#[derive(uniffi::Object)]
pub struct Session {
    inner: core::Session,
    client: Arc<Client>,
}

#[uniffi::export]
impl Session {
    #[uniffi::constructor]
    pub fn new(client: Arc<Client>, store: Arc<dyn CredentialStore>) -> Arc<Self> {
        let keychain = core::KeychainStorage::new(Arc::new(Foreign(store)), client.inner.client_id());
        Self::of(client, Arc::new(keychain))
    }

    /// Tokens in a file that only its owner reads; its folder must be there. Not for phones.
    #[uniffi::constructor]
    pub fn in_file(client: Arc<Client>, path: String) -> Arc<Self> {
        Self::of(client, Arc::new(core::FileStorage::new(path)))
    }

    /// Tokens that end with the process.
    #[uniffi::constructor]
    pub fn in_memory(client: Arc<Client>) -> Arc<Self> {
        Self::of(client, Arc::new(core::MemoryStorage::default()))
    }

    /// Keeps what a sign-in gave.
    pub async fn keep(&self, tokens: Arc<Tokens>) -> Result<(), LatchkeyError> {
        self.said(self.inner.keep(&tokens.0).await)
    }

    /// Whether there are tokens. They may be over.
    pub async fn is_signed_in(&self) -> Result<bool, LatchkeyError> {
        self.said(self.inner.is_signed_in().await)
    }

    /// Tokens whose access token works for a minute at least: the ones that are kept, or new ones. When the server
    /// refuses to renew, they are forgotten, and the error is `SignInAgain`; any other error leaves them.
    pub async fn tokens(&self) -> Result<Arc<Tokens>, LatchkeyError> {
        let done = self.inner.tokens().await;
        self.client.tokens(done, Channel::Sms)
    }

    /// As `tokens`, for so many seconds.
    pub async fn tokens_for(&self, seconds: u32) -> Result<Arc<Tokens>, LatchkeyError> {
        let done = self.inner.tokens_for(seconds).await;
        self.client.tokens(done, Channel::Sms)
    }

    /// New tokens, whether the old ones are over or not.
    pub async fn renewed(&self) -> Result<Arc<Tokens>, LatchkeyError> {
        let done = self.inner.renewed().await;
        self.client.tokens(done, Channel::Sms)
    }

    /// Ends the refresh token at the server, and forgets everything here, also when the server could not be told:
    /// that is what the error says then.
    pub async fn sign_out(&self) -> Result<(), LatchkeyError> {
        self.said(self.inner.sign_out().await)
    }
}

impl Session {
    fn of(client: Arc<Client>, storage: Arc<dyn core::Storage>) -> Arc<Self> {
        Arc::new(Self { inner: core::Session::new(client.inner.clone(), storage), client })
    }

    fn said<T>(&self, done: Result<T, core::Error>) -> Result<T, LatchkeyError> {
        done.map_err(|error| self.client.said(&error, Channel::Sms))
    }
}
