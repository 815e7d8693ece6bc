//! Faults: what is nobody's request's fault. Logged once, in the HTTP crate; callers see nothing of
//! them but that the server failed or is unavailable.

use crate::store::StoreError;
use crate::vault::VaultError;

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error("cannot sign: {0}")]
    Signing(String),
    #[error("cannot hash a password: {0}")]
    Hashing(String),
    #[error("connection {connection} cannot send: {reason}")]
    Sender { connection: String, reason: String },
    #[error("the template of connection {connection} does not render: {reason}")]
    Template { connection: String, reason: String },
}

impl Fault {
    /// The same request may work in a moment.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Store(StoreError::Unavailable(_) | StoreError::NoTurn))
    }
}
