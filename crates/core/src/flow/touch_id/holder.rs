//! Who calls `/api/v2/device-credentials` by HTTP Basic: `connection\user:password` (protocol 2.19, 7.2).

use std::net::IpAddr;

use latchkey_wire::Secret;
use latchkey_wire::text::is_name;

use super::enrol::Holder;
use super::password::{PasswordError, PasswordProof};
use crate::engine::Engine;
use crate::model::{Connection, Strategy};
use crate::store::StoreError;

/// What the header says.
pub struct BasicUser {
    pub connection: String,
    pub username: String,
    pub password: Secret,
}

#[derive(Debug, thiserror::Error)]
pub enum HolderError {
    /// No database connection that is enabled, and that Touch ID is for, has this name.
    #[error("no such connection")]
    ConnectionUnknown,
    #[error(transparent)]
    Password(#[from] PasswordError),
}

impl Engine {
    /// The person whose password it is.
    pub async fn holder_by_password(&self, basic: &BasicUser, ip: IpAddr) -> Result<Holder, HolderError> {
        let connection = match is_name(&basic.connection) {
            true => self.connection(&basic.connection).await.map_err(PasswordError::from)?,
            false => None,
        };
        let connection = connection
            .filter(|connection| connection.enabled && connection.strategy == Strategy::Database)
            .ok_or(HolderError::ConnectionUnknown)?;
        if !self.is_for_touch_id(&connection).await.map_err(PasswordError::from)? {
            return Err(HolderError::ConnectionUnknown);
        }
        let proved = self
            .by_password(PasswordProof {
                client: None,
                connection: &connection,
                username: &basic.username,
                password: &basic.password,
                ip,
                counts: false,
                refresh: None,
            })
            .await?;
        Ok(Holder {
            proved_at: proved.user.proved_at(self.now()),
            user: proved.user.id,
            is_whole: true,
            credential: Some(proved.credential),
            connection: Some(connection.name.clone()),
        })
    }

    /// Some client of the connection has the grants of Touch ID: otherwise its passwords are for nothing.
    async fn is_for_touch_id(&self, connection: &Connection) -> Result<bool, StoreError> {
        for id in &connection.enabled_clients {
            if self.client(id).await?.is_some_and(|client| client.allows_touch_id()) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
