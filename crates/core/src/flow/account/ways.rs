//! What leads to an account at the moment.

use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::passkey::usable;
use crate::grant::may_enter_codes;
use crate::model::{ACCOUNT_CLIENT, Channel, ClientId, Connection, Identity, Passkey, Strategy, User};
use crate::store::WaysIn;

impl Engine {
    /// Of what a user has: the connections that send a code to their address, and those whose passkeys sign in.
    ///
    /// What is switched off, has no sender, or is open to no application leads nowhere, though it is still there.
    pub(in crate::flow) async fn ways_in(&self, user: &User, passkeys: &[Passkey]) -> Result<WaysIn, Fault> {
        let mut ways = WaysIn::default();
        for identity in user.identities.iter().filter(|identity| identity.reachable().is_some()) {
            if self.gets_codes(identity).await? {
                ways.addresses.push((identity.connection.clone(), identity.channel));
            }
        }
        let Some(client) = self.account_client().await? else { return Ok(ways) };
        if !self.tenant().await?.passkeys {
            return Ok(ways);
        }
        for passkey in passkeys {
            let name = &passkey.connection;
            let found = self.connection(name).await?;
            if !ways.passkeys.contains(name)
                && found.is_some_and(|connection| usable(&connection, &client).is_ok())
            {
                ways.passkeys.push(name.clone());
            }
        }
        Ok(ways)
    }

    async fn gets_codes(&self, identity: &Identity) -> Result<bool, Fault> {
        let Some(connection) = self.connection(&identity.connection).await? else { return Ok(false) };
        if !connection.is_enabled_for(&ClientId::from(ACCOUNT_CLIENT)) {
            return Ok(false);
        }
        Ok(self.has_client(&connection).await? && self.has_sender(&connection, identity.channel).await?)
    }

    /// Some application takes its codes.
    async fn has_client(&self, connection: &Connection) -> Result<bool, Fault> {
        for id in &connection.enabled_clients {
            let client = self.client(id).await?;
            let takes = |client: &_| connection.strategy != Strategy::Database || may_enter_codes(client);
            if client.is_some_and(|client| takes(&client)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn has_sender(&self, connection: &Connection, channel: Channel) -> Result<bool, Fault> {
        match connection.strategy {
            Strategy::Sms | Strategy::Email => Ok(self.route_of(connection).await.is_ok()),
            Strategy::Database => match self.sender_of(connection, channel).await? {
                Some(sender) => Ok(self.route_of(&sender).await.is_ok()),
                None => Ok(false),
            },
        }
    }
}
