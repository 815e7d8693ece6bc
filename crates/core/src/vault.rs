//! Secrets at rest: envelope encryption and the keyed hashes.
//!
//! A random data key seals every secret (AES-256-GCM-SIV, RFC 8452) together with the context it
//! belongs to, so that a sealed value cannot be moved to another row. The data key itself is stored
//! sealed under the operator's master key. Sub-keys for other uses come from it by HKDF (RFC 5869).

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf;
use aws_lc_rs::hmac;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use latchkey_wire::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, Zeroizing};

use crate::model::{ChallengeKey, CodeHash, LedgerKey, TokenHash};
use crate::random::Random;

/// Ciphertext with its nonce in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl Serialize for Sealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64.decode(text.as_bytes()).map(Self).map_err(serde::de::Error::custom)
    }
}

/// The operator's key, 32 bytes. It never reaches the store.
pub struct MasterKey([u8; 32]);

impl MasterKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl Drop for MasterKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Another key sealed it, or it was damaged or moved.
    #[error("the value cannot be opened with this key")]
    CannotOpen,
    #[error("the cipher refused to work")]
    Cipher,
}

/// Opens and seals with the data key.
pub struct Vault {
    data: LessSafeKey,
    codes: hmac::Key,
    ledgers: hmac::Key,
    pages: hmac::Key,
    random: Arc<dyn Random>,
}

impl Vault {
    /// Makes a new data key and returns it sealed, to be stored as the meta value `data_key`.
    pub fn new_data_key(master: &MasterKey, random: &dyn Random) -> Result<Sealed, VaultError> {
        let key = Zeroizing::new(random.bytes::<32>());
        seal(&cipher(&master.0)?, random, "data_key", key.as_slice())
    }

    /// Opens the stored data key. [`VaultError::CannotOpen`] means a wrong master key.
    pub fn open(master: &MasterKey, data_key: &Sealed, random: Arc<dyn Random>) -> Result<Self, VaultError> {
        let key = open(&cipher(&master.0)?, "data_key", data_key)?;
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"latchkey");
        let root = salt.extract(&key);
        Ok(Self {
            data: cipher(&*derive(&root, b"data")?)?,
            codes: hmac::Key::new(hmac::HMAC_SHA256, &*derive(&root, b"codes")?),
            ledgers: hmac::Key::new(hmac::HMAC_SHA256, &*derive(&root, b"ledgers")?),
            pages: hmac::Key::new(hmac::HMAC_SHA256, &*derive(&root, b"pages")?),
            random,
        })
    }

    pub fn seal(&self, context: &str, secret: &[u8]) -> Result<Sealed, VaultError> {
        seal(&self.data, &*self.random, context, secret)
    }

    pub fn open_sealed(&self, context: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        open(&self.data, context, sealed)
    }

    pub fn open_text(&self, context: &str, sealed: &Sealed) -> Result<Secret, VaultError> {
        let bytes = self.open_sealed(context, sealed)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| VaultError::CannotOpen)?;
        Ok(Secret::new(text))
    }

    /// The stored form of a code, bound to connection, address and client (S-015, S-027).
    pub fn hash_code(&self, key: &ChallengeKey, code: &Secret) -> CodeHash {
        let parts = [key.connection.as_str(), key.address.as_str(), key.client.as_str(), code.expose()];
        CodeHash(tag(&self.codes, &parts))
    }

    /// As [`Vault::hash_code`], for a code that only the holder of this challenge's session may enter.
    pub fn hash_code_of(&self, key: &ChallengeKey, challenge: &str, code: &Secret) -> CodeHash {
        let (connection, address) = (key.connection.as_str(), key.address.as_str());
        CodeHash(tag(&self.codes, &[connection, address, key.client.as_str(), challenge, code.expose()]))
    }

    /// The stored form of a user code: 34 bits would not keep a plain hash secret (S-095).
    pub fn hash_user_code(&self, code: &Secret) -> TokenHash {
        TokenHash(tag(&self.codes, &["user code", code.expose()]))
    }

    /// The key of a ledger: what it is about, then the parts that name it.
    pub fn ledger_key(&self, parts: &[&str]) -> LedgerKey {
        let mut key = [0; 16];
        key.copy_from_slice(tag(&self.ledgers, parts).split_at(16).0);
        LedgerKey(key)
    }

    /// What a form of ours hands back, bound to these parts: nobody else can make one (S-113).
    pub fn page_token(&self, parts: &[&str]) -> Secret {
        Secret::new(BASE64URL_NOPAD.encode(&tag(&self.pages, parts)))
    }

    /// A short keyed hash of who asks.
    pub fn lane(&self, parts: &[&str]) -> u64 {
        let mut lane = [0; 8];
        lane.copy_from_slice(tag(&self.ledgers, parts).split_at(8).0);
        u64::from_be_bytes(lane)
    }
}

/// HMAC over parts, each preceded by its length so that no two lists of parts collide.
fn tag(key: &hmac::Key, parts: &[&str]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(context.sign().as_ref());
    bytes
}

struct Len32;

impl hkdf::KeyType for Len32 {
    fn len(&self) -> usize {
        32
    }
}

fn derive(root: &hkdf::Prk, info: &[u8]) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let mut key = Zeroizing::new([0; 32]);
    root.expand(&[info], Len32)
        .and_then(|okm| okm.fill(key.as_mut_slice()))
        .map_err(|_| VaultError::Cipher)?;
    Ok(key)
}

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, VaultError> {
    UnboundKey::new(&AES_256_GCM_SIV, key).map(LessSafeKey::new).map_err(|_| VaultError::Cipher)
}

fn seal(key: &LessSafeKey, random: &dyn Random, context: &str, secret: &[u8]) -> Result<Sealed, VaultError> {
    let nonce = random.bytes::<NONCE_LEN>();
    let mut bytes = secret.to_vec();
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(context.as_bytes()),
        &mut bytes,
    )
    .map_err(|_| VaultError::Cipher)?;
    let mut sealed = nonce.to_vec();
    sealed.append(&mut bytes);
    Ok(Sealed(sealed))
}

fn open(key: &LessSafeKey, context: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (nonce, bytes) = sealed.0.split_at_checked(NONCE_LEN).ok_or(VaultError::CannotOpen)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::CannotOpen)?;
    let mut bytes = Zeroizing::new(bytes.to_vec());
    let length = key
        .open_in_place(nonce, Aad::from(context.as_bytes()), &mut bytes)
        .map_err(|_| VaultError::CannotOpen)?
        .len();
    bytes.truncate(length);
    Ok(bytes)
}
