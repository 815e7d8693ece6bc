//! Passwords are hashed with Argon2id (RFC 9106), on the compute threads and a few at a time: one hash takes as
//! much time and memory as a hundred other requests, and whoever sends passwords must not stop those.
//!
//! A place is taken before anything is counted: who finds none is told to come back, and has lost no try.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use latchkey_wire::Secret;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::engine::Engine;
use crate::error::Fault;

/// Hashes that are made at once.
const PLACES: usize = 2;
/// Bytes of salt (RFC 9106 section 3.1).
const SALT: usize = 16;

/// What a hash costs whoever makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// KiB of memory, at least 8.
    pub memory: u32,
    /// Passes over it, at least 1.
    pub passes: u32,
}

impl Default for PasswordCost {
    /// 19 MiB and two passes, as OWASP's cheat sheet on password storage has it.
    fn default() -> Self {
        Self { memory: 19_456, passes: 2 }
    }
}

/// The places for those who hash.
pub struct Hashing(Arc<Semaphore>);

impl Default for Hashing {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(PLACES)))
    }
}

/// A place, until the hash is made: also where nobody waits for it any more.
pub struct HashingPlace(
    #[expect(dead_code, reason = "it is given back when it is dropped")] OwnedSemaphorePermit,
);

impl Hashing {
    /// `None` while all are taken.
    pub fn take(&self) -> Option<HashingPlace> {
        Arc::clone(&self.0).try_acquire_owned().ok().map(HashingPlace)
    }
}

impl Engine {
    /// The hash of a password as a PHC string.
    pub(crate) async fn hash_password(
        &self,
        place: HashingPlace,
        password: &Secret,
    ) -> Result<Secret, Fault> {
        let hasher = hasher(self.settings.password_cost)?;
        let salt = self.random.bytes::<SALT>();
        let password = password.clone();
        self.hash(place, move || {
            let hash = hasher.hash_password_with_salt(password.expose().as_bytes(), &salt).map_err(broken)?;
            Ok(Secret::new(hash.to_string()))
        })
        .await
    }

    /// Whether a password fits its hash. Where there is none, another is hashed in its place, so that nobody's
    /// password takes as long as a wrong one (S-006).
    pub(crate) async fn password_fits(
        &self,
        place: HashingPlace,
        password: &Secret,
        hash: Option<Secret>,
    ) -> Result<bool, Fault> {
        let Some(hash) = hash else { return self.hash_password(place, password).await.map(|_| false) };
        let hasher = hasher(self.settings.password_cost)?;
        let password = password.clone();
        self.hash(place, move || {
            let hash =
                PasswordHash::new(hash.expose()).map_err(|_| broken("the stored hash cannot be read"))?;
            Ok(hasher.verify_password(password.expose().as_bytes(), &hash).is_ok())
        })
        .await
    }

    async fn hash<R: Send + 'static>(
        &self,
        place: HashingPlace,
        job: impl FnOnce() -> Result<R, Fault> + Send + 'static,
    ) -> Result<R, Fault> {
        let (done, made) = oneshot::channel();
        self.runtime.compute(Box::new(move || {
            let result = job();
            drop(place);
            // Nobody waits any more when the request was dropped.
            let _ = done.send(result);
        }));
        made.await.map_err(|_| broken("the compute threads are gone"))?
    }
}

fn hasher(cost: PasswordCost) -> Result<Argon2<'static>, Fault> {
    let params = Params::new(cost.memory, cost.passes, 1, None).map_err(broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn broken(reason: impl std::fmt::Display) -> Fault {
    Fault::Hashing(reason.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_hash_at_once_than_there_are_places() {
        let hashing = Hashing::default();
        let (first, second) = (hashing.take(), hashing.take());
        assert!(first.is_some() && second.is_some() && hashing.take().is_none());
        drop(first);
        assert!(hashing.take().is_some());
    }
}
