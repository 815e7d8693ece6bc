//! Who has something stronger than codes, where an operator says that it matters (decision 30), changes their ways in
//! by that alone: by a code, or by a token that does not tell of more, whoever has taken the address over would make
//! a way in that is worth more than a code, or take away what keeps codes out.

use latchkey_wire::profile::Claims;
use serde_json::Value;

use crate::channel::CodesBesidePasskeys;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::User;

impl Engine {
    /// `by_key`: the proof was a passkey, or the key of a device.
    pub(in crate::flow) async fn is_whole_proof(&self, user: &User, by_key: bool) -> Result<bool, Fault> {
        Ok(by_key || !self.has_more_than_codes(user).await?)
    }

    async fn has_more_than_codes(&self, user: &User) -> Result<bool, Fault> {
        let mut matters = false;
        for identity in &user.identities {
            if let Some(connection) = self.connection(&identity.connection).await? {
                let options = self.code_options(&connection, identity.channel)?;
                matters |= options.beside_passkeys() != CodesBesidePasskeys::Same;
            }
        }
        if !matters {
            return Ok(false);
        }
        if self.tenant().await?.passkeys {
            let domain = self.relying_party_id().await?;
            let passkeys = self.store.list_passkeys(&user.id).await?;
            if passkeys.iter().any(|passkey| passkey.relying_party == domain) {
                return Ok(true);
            }
        }
        // At whatever client: a code at another one must not take the key away.
        Ok(!self.keys_of(&user.id).await?.is_empty())
    }
}

/// The token says that its person was proved by a passkey, or by the key of a device. A renewed one says nothing.
pub(in crate::flow) fn tells_key(claims: &Claims) -> bool {
    let methods = claims.get("amr").and_then(Value::as_array).into_iter().flatten();
    methods.filter_map(Value::as_str).any(|method| matches!(method, "hwk" | "swk"))
}
