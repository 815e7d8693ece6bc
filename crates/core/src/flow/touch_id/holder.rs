//! Who calls `/api/v2/device-credentials` by HTTP Basic: `connection\user:password` (protocol 2.19, 7.2).

use std::net::IpAddr;

use latchkey_wire::Secret;
use latchkey_wire::text::is_name;

use super::enrol::Holder;
use super::password::{PasswordError, PasswordProof};
use crate::engine::Engine;
use crate::model::Strategy;

/// What the header says.
pub struct BasicUser {
    pub connection: String,
    pub username: String,
    pub password: Secret,
}

#[derive(Debug, thiserror::Error)]
pub enum HolderError {
    /// No database connection that is enabled has this name.
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
            user: proved.user.id,
            proved_at: self.now(),
            credential: Some(proved.credential),
            connection: Some(connection.name.clone()),
        })
    }
}
