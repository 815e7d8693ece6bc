//! The passkey of an administrator. It opens the dashboard and nothing else: passkeys of users are other records, and
//! neither is looked for among the others.

use super::PasskeyId;
use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminPasskey {
    /// `apk_` and 16 characters.
    pub id: PasskeyId,
    /// 16 to 1023 bytes; unique over all administrators (S-058).
    pub credential_id: Vec<u8>,
    /// The id of the administrator: whoever gets the address later is somebody else.
    pub admin: String,
    /// What the authenticator knows them by: 64 random bytes (S-057).
    pub user_handle: Vec<u8>,
    /// The domain that it is bound to. It works for no other, whatever the server's is today.
    pub relying_party: String,
    /// A COSE key (RFC 9052), in CBOR.
    pub public_key: Vec<u8>,
    /// Signatures so far, by the authenticator's own count: 32 bits, 0 where it keeps none.
    pub counter: i64,
    /// It may be on several devices. Never changes.
    pub backup_eligible: bool,
    pub backed_up: bool,
    /// Hints, in the words of browsers.
    pub transports: Vec<String>,
    /// The model of the authenticator, as a UUID; absent where it does not tell.
    pub aaguid: Option<String>,
    /// At most [`super::MAX_PASSKEY_NAME`] characters.
    pub name: String,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}
