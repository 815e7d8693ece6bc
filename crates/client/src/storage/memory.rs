//! Storage that ends with the process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{Keychain, Storage, StorageError};
use crate::tokens::Tokens;
use crate::transport::BoxFuture;

/// For tests, and for apps where people sign in every time.
#[derive(Debug, Default)]
pub struct MemoryStorage(Mutex<Option<Tokens>>);

impl Storage for MemoryStorage {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, StorageError>> {
        Box::pin(async { Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()) })
    }

    fn save(&self, tokens: Tokens) -> BoxFuture<'_, Result<(), StorageError>> {
        Box::pin(async move {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(tokens);
            Ok(())
        })
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), StorageError>> {
        Box::pin(async {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
            Ok(())
        })
    }
}

/// A keychain for tests.
#[derive(Debug, Default)]
pub struct MemoryKeychain(Mutex<HashMap<String, Vec<u8>>>);

impl Keychain for MemoryKeychain {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned())
    }

    fn set(&self, key: &str, value: &[u8]) -> Result<(), StorageError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), value.to_vec());
        Ok(())
    }

    fn delete(&self, key: &str) -> Result<(), StorageError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        Ok(())
    }
}
