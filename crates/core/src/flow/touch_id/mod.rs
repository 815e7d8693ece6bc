//! Touch ID as the SDK of 2014 does it (protocol section 7): an account with a password that the SDK makes, a key
//! of the device that is enrolled for it, and JWTs that the key signs.
//!
//! All of it is off unless the client has the legacy grants for it ([`Client::allows_touch_id`]).

mod assertion;
mod enrol;
mod holder;
mod password;
mod sign_up;

use std::sync::Arc;

pub use assertion::DeviceKeyError;
pub use enrol::{EnrolledKey, Enrolment, Holder, PublicKeyError};
pub use holder::{BasicUser, HolderError};
pub use password::PasswordError;
pub use sign_up::SignUpError;

pub(super) use assertion::DeviceProof;
pub(super) use password::PasswordProof;

use latchkey_wire::Secret;

use super::resource_owner::LegacyError;
use crate::engine::Engine;
use crate::model::{Address, Client, Connection, CredentialId, LedgerKey, Strategy, User};

/// Somebody signed in by a password or a key.
pub(super) struct ByCredential {
    pub user: User,
    pub credential: CredentialId,
    pub refresh_token: Option<Secret>,
}

/// The buckets of IPs whose codes, passwords and signatures fail.
pub(super) const FAILURES: &str = "code_failures";
/// The buckets of accounts that are signed in to from one IP.
const LOGINS: &str = "logins";
/// The buckets of keys in whose name others sign.
pub(super) const KEY_FAILURES: &str = "key_failures";

impl Engine {
    /// The database connection of a legacy request, where the client may use it.
    pub(super) async fn touch_id_connection(
        &self,
        client: &Client,
        name: &str,
    ) -> Result<Arc<Connection>, LegacyError> {
        let connection = self.connection(name).await?.ok_or(LegacyError::ConnectionUnknown)?;
        if !connection.is_enabled_for(&client.id) {
            return Err(LegacyError::ConnectionDisabled);
        }
        match connection.strategy {
            Strategy::Database => Ok(connection),
            Strategy::Sms | Strategy::Email => Err(LegacyError::ConnectionStrategy),
        }
    }

    /// Tries of the password of an account: on each connection by itself, and apart from codes, which others
    /// must not be able to stop (S-030).
    pub fn password_ledger(&self, connection: &str, address: &Address) -> LedgerKey {
        self.vault.ledger_key(&["password", connection, address.as_str()])
    }

    /// As [`Engine::password_ledger`], from one IP.
    pub fn password_pair_ledger(
        &self,
        connection: &str,
        address: &Address,
        ip: std::net::IpAddr,
    ) -> LedgerKey {
        let prefix = crate::limit::prefix(ip);
        self.vault.ledger_key(&["password pair", connection, address.as_str(), &prefix])
    }

    /// JWTs in the name of a key that it did not sign (RL-19).
    pub fn device_key_ledger(&self, key: &CredentialId) -> LedgerKey {
        self.vault.ledger_key(&["device key", key.as_str()])
    }
}
