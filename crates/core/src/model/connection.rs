//! A configured way in. `options` is kept as it was written (unknown keys too) and read through
//! [`crate::channel`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ACCOUNT_CLIENT, Channel, ClientId, ConnectionId};
use crate::clock::Timestamp;
use crate::vault::Sealed;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    pub id: ConnectionId,
    /// Unique; also the realm of token requests. Case matters.
    pub name: String,
    pub strategy: Strategy,
    pub enabled: bool,
    pub enabled_clients: Vec<ClientId>,
    /// Everything but secrets, as the protocol spells it (section 3.2).
    pub options: Map<String, Value>,
    /// Secret options by their path (`twilio_token`, `gateway_authentication.secret`, …).
    #[serde(default)]
    pub secrets: std::collections::BTreeMap<String, Sealed>,
    /// Properties that only operators' tools read, as they were written.
    #[serde(default)]
    pub further: Map<String, Value>,
    /// Counts the changes of tools, so that of two at once none is lost.
    #[serde(default)]
    pub version: u32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Strategy {
    #[serde(rename = "sms")]
    Sms,
    #[serde(rename = "email")]
    Email,
    /// A database of users: with codes for `/otp/challenge`, or with the passwords of the 2014 Touch ID flow.
    #[serde(rename = "auth0")]
    Database,
}

impl Strategy {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Database => "auth0",
        }
    }

    /// How its codes travel. A database takes codes by either channel, as the session of a challenge says:
    /// who asks without one finds no challenge.
    pub fn channel(self) -> Channel {
        match self {
            Self::Email => Channel::Email,
            Self::Sms | Self::Database => Channel::Sms,
        }
    }

    /// Its connections have senders for the channel.
    pub fn sends_by(self, channel: Channel) -> bool {
        self != Self::Database && self.channel() == channel
    }
}

impl Connection {
    /// The context that a secret option is sealed under.
    pub fn secret_context(id: &ConnectionId, path: &str) -> String {
        format!("connection/{id}/{path}")
    }

    /// Whoever may sign in at any application by it may come to their account by it.
    pub fn is_enabled_for(&self, client: &ClientId) -> bool {
        let is_for_account = client.as_str() == ACCOUNT_CLIENT && !self.enabled_clients.is_empty();
        self.enabled && (is_for_account || self.enabled_clients.contains(client))
    }
}
