//! The password of the 2014 Touch ID flow: made by the SDK, used once or twice, never shown (decision 1.5).

use super::{CredentialId, UserId};
use crate::clock::Timestamp;
use crate::vault::Sealed;

/// What the password of a user on a database connection is checked with. There is at most one of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Password {
    /// `pwd_` and 16 characters.
    pub id: CredentialId,
    pub user: UserId,
    pub connection: String,
    /// The Argon2id hash as a PHC string, sealed under [`Password::context`].
    pub hash: Sealed,
    pub created_at: Timestamp,
}

impl Password {
    /// The context that a hash is sealed under: that of one user is nobody else's.
    pub fn context(user: &UserId, connection: &str) -> String {
        format!("password/{user}/{connection}")
    }
}
