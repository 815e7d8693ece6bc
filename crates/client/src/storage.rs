//! Where tokens wait while the app is not running.

mod file;
mod keychain;
mod memory;

pub use file::FileStorage;
pub use keychain::{Keychain, KeychainStorage};
pub use memory::{MemoryKeychain, MemoryStorage};

use crate::tokens::Tokens;
use crate::transport::BoxFuture;

/// Keeps the tokens of one person for one app.
///
/// What [`save`](Self::save) returned from is there after a crash, whole; what it replaced is gone.
pub trait Storage: Send + Sync {
    /// `None` where nobody is signed in.
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, StorageError>>;

    /// Replaces what is kept.
    fn save(&self, tokens: Tokens) -> BoxFuture<'_, Result<(), StorageError>>;

    /// Forgets the tokens. Succeeds where there are none.
    fn clear(&self) -> BoxFuture<'_, Result<(), StorageError>>;
}

/// Tokens could not be read or kept. The text is for developers and holds no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The device is locked, or the person said no.
    #[error("the storage is closed: {0}")]
    Closed(String),
    /// Anything else that went wrong.
    #[error("the storage failed: {0}")]
    Failed(String),
    /// What is kept there is not ours, or broken.
    #[error("what is stored cannot be read")]
    Unreadable,
}

fn to_bytes(tokens: &Tokens) -> Result<Vec<u8>, StorageError> {
    serde_json::to_vec(tokens).map_err(|_| StorageError::Unreadable)
}

fn from_bytes(bytes: &[u8]) -> Result<Tokens, StorageError> {
    serde_json::from_slice(bytes).map_err(|_| StorageError::Unreadable)
}

#[cfg(test)]
mod tests;
