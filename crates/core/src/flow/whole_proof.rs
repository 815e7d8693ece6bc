//! Who has something stronger than codes, where an operator says that it matters (decision 30), changes their ways in
//! by that alone: by a code, or by a token that does not tell of more, whoever has taken the address over would make
//! a way in that is worth more than a code, or take away what keeps codes out.
//!
//! What signs in nowhere is nothing stronger: nobody could prove themselves by it.

use latchkey_wire::profile::Claims;
use serde_json::Value;

use super::authorize::Known;
use super::passkey::{may_use_passkeys, usable_at};
use super::working::PasskeyReach;
use crate::channel::CodesBesidePasskeys;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Channel, ClientId, Proof, User};

impl Engine {
    /// `by_key`: the proof was a passkey, or the key of a device.
    pub(in crate::flow) async fn is_whole_proof(&self, user: &User, by_key: bool) -> Result<bool, Fault> {
        if by_key || !self.codes_may_be_weaker(user).await? {
            return Ok(true);
        }
        if self.has_passkey_that_works(user).await? {
            return Ok(false);
        }
        // At whatever client: a code at another one must not take the key away.
        Ok(self.working_keys_of(user).await?.is_empty())
    }

    /// As [`Engine::is_whole_proof`], for what changes no way in, on a page of ours: no page can take the key of a
    /// device, so that it keeps its person from nothing there.
    pub(in crate::flow) async fn is_best_proof_of_pages(
        &self,
        user: &User,
        by_key: bool,
    ) -> Result<bool, Fault> {
        let is_best = by_key || !self.codes_may_be_weaker(user).await?;
        Ok(is_best || !self.has_passkey_that_works(user).await?)
    }

    /// The session came by a code, where its person has something stronger that this client takes, and an operator
    /// wants no code beside it: a passkey that the client of the code could not take, or the key of a device at this
    /// client, which they had by then.
    pub(in crate::flow) async fn is_refused_session(
        &self,
        client: &ClientId,
        Known { session, user }: &Known,
    ) -> Result<bool, Fault> {
        let channel = match session.proof {
            Proof::SmsCode | Proof::SmsCodeBesideStronger => Channel::Sms,
            proof if proof.is_key() => return Ok(false),
            _ => Channel::Email,
        };
        let Some(connection) = self.connection(&session.connection).await? else { return Ok(false) };
        if self.code_options(&connection, channel)?.beside_passkeys() != CodesBesidePasskeys::Refused {
            return Ok(false);
        }
        let keys = self.working_keys_of(user).await?;
        if keys.iter().any(|key| key.client == *client && key.created_at <= session.auth_time) {
            return Ok(true);
        }
        let is_beside = session.proof.is_beside_stronger() && self.tenant().await?.passkeys;
        let takes_passkeys = self.client(client).await?.is_some_and(|client| may_use_passkeys(&client));
        Ok(is_beside && takes_passkeys && self.has_passkey_at(client, user).await?)
    }

    /// An operator says so of some connection that the person is on.
    async fn codes_may_be_weaker(&self, user: &User) -> Result<bool, Fault> {
        for identity in &user.identities {
            if let Some(connection) = self.connection(&identity.connection).await? {
                let options = self.code_options(&connection, identity.channel)?;
                if options.beside_passkeys() != CodesBesidePasskeys::Same {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// At the account page at least, which takes those of every connection that is on for anybody.
    async fn has_passkey_that_works(&self, user: &User) -> Result<bool, Fault> {
        for passkey in self.store.list_passkeys(&user.id).await? {
            if passkey.is_of(user) && self.reach_of_passkey(&passkey).await? != PasskeyReach::Nowhere {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn has_passkey_at(&self, client: &ClientId, user: &User) -> Result<bool, Fault> {
        let domain = self.relying_party_id().await?;
        for passkey in self.store.list_passkeys(&user.id).await? {
            let connection = self.connection(&passkey.connection).await?;
            let is_usable = connection.is_some_and(|connection| usable_at(&connection, client).is_ok());
            if passkey.relying_party == domain && passkey.is_of(user) && is_usable {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The token says that its person was proved by a passkey, or by the key of a device. A renewed one says nothing.
pub(in crate::flow) fn tells_key(claims: &Claims) -> bool {
    let methods = claims.get("amr").and_then(Value::as_array).into_iter().flatten();
    methods.filter_map(Value::as_str).any(|method| matches!(method, "hwk" | "swk"))
}
