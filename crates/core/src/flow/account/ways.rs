//! What leads to an account at the moment.

use crate::channel::CodesBesidePasskeys;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::working::PasskeyReach;
use crate::grant::may_enter_codes;
use crate::model::{ACCOUNT_CLIENT, Channel, ClientId, Connection, Passkey, Strategy, User};
use crate::store::WaysIn;

impl Engine {
    /// Of what a user has: the addresses that are sent codes, and the passkeys and keys of devices that sign in.
    ///
    /// What is switched off, has no sender, or is open to no application leads nowhere, though it is still there.
    pub(in crate::flow) async fn ways_in(&self, user: &User, passkeys: &[Passkey]) -> Result<WaysIn, Fault> {
        let mut ways = WaysIn::default();
        for identity in &user.identities {
            let (Some(address), Some(connection)) =
                (identity.reachable(), self.connection(&identity.connection).await?)
            else {
                continue;
            };
            if self.gets_codes(&connection, identity.channel).await? {
                let way = (identity.connection.clone(), address.clone());
                let beside = self.code_options(&connection, identity.channel)?.beside_passkeys();
                match beside == CodesBesidePasskeys::Refused {
                    true => ways.addresses_alone.push(way),
                    false => ways.addresses.push(way),
                }
            }
        }
        for passkey in passkeys {
            match self.reach_of_passkey(passkey).await? {
                PasskeyReach::Applications => ways.passkeys.push(passkey.id.clone()),
                PasskeyReach::OwnPages => ways.in_the_way.push(passkey.id.clone()),
                PasskeyReach::Nowhere => {}
            }
        }
        ways.keys = self.working_keys_of(user).await?.into_iter().map(|key| key.id).collect();
        Ok(ways)
    }

    async fn gets_codes(&self, connection: &Connection, channel: Channel) -> Result<bool, Fault> {
        if !connection.is_enabled_for(&ClientId::from(ACCOUNT_CLIENT)) {
            return Ok(false);
        }
        Ok(self.has_client(connection).await? && self.has_sender(connection, channel).await?)
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
