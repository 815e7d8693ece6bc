//! Storage in whatever keeps secrets by name: the keychain of iOS and macOS, Android's key store, a secret service.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{Storage, StorageError, from_bytes, to_bytes};
use crate::host::off_thread;
use crate::tokens::Tokens;
use crate::transport::BoxFuture;

/// Secrets by name. Its methods may block, as while the system asks the person for a finger or a face.
pub trait Keychain: Send + Sync {
    /// # Errors
    ///
    /// When the keychain is closed or fails; a name that is not there is `None`.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError>;

    /// Replaces what is there.
    ///
    /// # Errors
    ///
    /// When the keychain is closed or fails.
    fn set(&self, key: &str, value: &[u8]) -> Result<(), StorageError>;

    /// Succeeds where there is nothing of this name.
    ///
    /// # Errors
    ///
    /// When the keychain is closed or fails.
    fn delete(&self, key: &str) -> Result<(), StorageError>;
}

/// Keeps the tokens under one name of a keychain, and asks it on a thread of its own.
pub struct KeychainStorage {
    keychain: Arc<dyn Keychain>,
    key: String,
}

impl KeychainStorage {
    /// One name per app and server, such as the client id.
    #[must_use]
    pub fn new(keychain: Arc<dyn Keychain>, key: &str) -> Self {
        Self { keychain, key: key.to_owned() }
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Keychain, &str) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (keychain, key) = (Arc::clone(&self.keychain), self.key.clone());
        let done = off_thread(move || work(&*keychain, &key)).await;
        done.unwrap_or_else(|| Err(StorageError::Failed(String::from("the keychain gave no answer"))))
    }
}

impl Storage for KeychainStorage {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, StorageError>> {
        Box::pin(self.ask(|keychain, key| {
            let kept = keychain.get(key)?.map(Zeroizing::new);
            kept.map(|bytes| from_bytes(&bytes)).transpose()
        }))
    }

    fn save(&self, tokens: Tokens) -> BoxFuture<'_, Result<(), StorageError>> {
        Box::pin(self.ask(move |keychain, key| keychain.set(key, &Zeroizing::new(to_bytes(&tokens)?))))
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), StorageError>> {
        Box::pin(self.ask(|keychain, key| keychain.delete(key)))
    }
}
