//! What signs people in at the moment: the one rule of it. What is the last way in (`account/ways.rs`), what a code is
//! weaker than (`redeem.rs`) and what a proof is whole beside (`whole_proof.rs`) ask here. What is still kept, and signs
//! nobody in, must neither keep its person out nor stand for a way in.

use super::device_key::may_use_device_keys;
use super::passkey::{may_use_passkeys, usable};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Client, Connection, DeviceKey, KeyRule, Passkey, Strategy, User};
use crate::store::Page;
use crate::token::device_key::{MIN_BITS, STRONG_BITS};

/// Where a passkey signs its person in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::flow) enum PasskeyReach {
    Nowhere,
    /// At the account page alone: no application has the grant.
    OwnPages,
    Applications,
}

impl Engine {
    pub(in crate::flow) async fn reach_of_passkey(&self, passkey: &Passkey) -> Result<PasskeyReach, Fault> {
        if passkey.relying_party != self.relying_party_id().await? {
            return Ok(PasskeyReach::Nowhere);
        }
        match self.connection(&passkey.connection).await? {
            Some(connection) => self.reach_of_passkeys(&connection).await,
            None => Ok(PasskeyReach::Nowhere),
        }
    }

    /// Of those on a connection, of the domain that passkeys are made for today.
    pub(in crate::flow) async fn reach_of_passkeys(
        &self,
        connection: &Connection,
    ) -> Result<PasskeyReach, Fault> {
        let tenant = self.tenant().await?;
        if !tenant.passkeys {
            return Ok(PasskeyReach::Nowhere);
        }
        for id in &connection.enabled_clients {
            if let Some(client) = self.client(id).await?
                && may_use_passkeys(&client)
                && usable(connection, &client).is_ok()
            {
                return Ok(PasskeyReach::Applications);
            }
        }
        let own = self.account_client().await?;
        Ok(match own.is_some_and(|client| usable(connection, &client).is_ok()) {
            true => PasskeyReach::OwnPages,
            false => PasskeyReach::Nowhere,
        })
    }

    /// Which keys sign in at the client, of those on these connections.
    pub(in crate::flow) async fn key_rule(
        &self,
        client: &Client,
        connections: &[Connection],
    ) -> Result<KeyRule, Fault> {
        let (tenant, now) = (self.tenant().await?, self.now());
        let least = if client.allows_weak_keys(now) { MIN_BITS } else { STRONG_BITS };
        let on: Vec<&Connection> =
            connections.iter().filter(|connection| connection.is_enabled_for(&client.id)).collect();
        let databases = on.iter().filter(|connection| connection.strategy == Strategy::Database);
        Ok(KeyRule {
            client: client.id.clone(),
            now,
            life: (tenant.device_keys && may_use_device_keys(client)).then_some(tenant.device_key_life),
            touch_id_bits: client.allows_touch_id().then_some(least),
            databases: databases.map(|connection| connection.name.clone()).collect(),
            connections: on.iter().map(|connection| connection.name.clone()).collect(),
        })
    }

    /// The keys that sign a user in at their clients, the oldest first: one of a connection that they have no account on
    /// any more signs nobody in.
    pub(in crate::flow) async fn working_keys_of(&self, user: &User) -> Result<Vec<DeviceKey>, Fault> {
        let mut working = Vec::new();
        for key in self.keys_of(&user.id).await? {
            let client = self.client(&key.client).await?;
            let connection = self.connection(&key.connection).await?;
            let (Some(client), Some(connection)) = (client, connection) else { continue };
            let connections = [Connection::clone(&connection)];
            if key.is_of(user) && self.key_rule(&client, &connections).await?.lets_in(&key) {
                working.push(key);
            }
        }
        Ok(working)
    }

    pub(in crate::flow) async fn every_connection(&self) -> Result<Vec<Connection>, Fault> {
        let (mut all, mut page) = (Vec::new(), Page { after: None, limit: 100 });
        loop {
            let part = self.store.list_connections(&page).await?;
            let Some(last) = part.last() else { return Ok(all) };
            page.after = Some(last.id.to_string());
            all.extend(part);
        }
    }
}
