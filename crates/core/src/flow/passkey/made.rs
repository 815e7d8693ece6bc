//! A passkey that an authenticator made, as it is kept.

use super::Ceremony;
use crate::caller::Caller;
use crate::engine::Engine;
use crate::model::{Passkey, PasskeyId, UserId};
use crate::passkey::Attested;

/// Characters that are kept of what a browser says it is.
const MAX_USER_AGENT: usize = 512;

/// What is known of a new passkey.
pub(crate) struct NewPasskey {
    /// Whose it is.
    pub user: UserId,
    pub user_handle: Vec<u8>,
    /// The identity that it proves.
    pub connection: String,
    pub provider_user_id: String,
    pub attested: Attested,
    pub transports: Vec<String>,
    pub name: String,
}

impl Engine {
    /// Made and used now.
    pub(crate) fn new_passkey(&self, made: NewPasskey, ceremony: &Ceremony, caller: &Caller) -> Passkey {
        let NewPasskey { user, user_handle, connection, provider_user_id, attested, transports, name } = made;
        let agent = caller.user_agent.as_ref();
        Passkey {
            id: PasskeyId::new(format!("passkey|dev_{}", self.random.alphanumeric(16))),
            credential_id: attested.credential_id,
            user,
            user_handle,
            connection,
            provider_user_id,
            relying_party: ceremony.party.id.clone(),
            public_key: attested.public_key,
            counter: attested.counter.into(),
            backup_eligible: attested.backup_eligible,
            backed_up: attested.backed_up,
            user_verified: attested.user_verified,
            transports,
            aaguid: attested.aaguid,
            name,
            user_agent: agent.map(|agent| agent.chars().take(MAX_USER_AGENT).collect()),
            created_at: self.now(),
            used_at: Some(self.now()),
        }
    }
}
