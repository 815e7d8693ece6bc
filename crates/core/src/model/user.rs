//! A user, and the identities that lead to them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Address, Channel, Strategy, UserId};
use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub identities: Vec<Identity>,
    pub blocked: bool,
    /// An operator said whether they are blocked: only then it is shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub block_decided: bool,
    /// Root attributes that someone set (`name`, `given_name`, …); they win over derived ones.
    #[serde(default)]
    pub attributes: Map<String, Value>,
    #[serde(default)]
    pub user_metadata: Map<String, Value>,
    #[serde(default)]
    pub app_metadata: Map<String, Value>,
    /// Identities of providers that nobody signs in by here, as an import brought them. Only shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_identities: Vec<Value>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub last_login: Option<Timestamp>,
    pub last_ip: Option<String>,
    pub logins_count: i64,
    /// What proved them before this time proves nobody any more ([`User::counts_proof_of`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proofs_since: Option<Timestamp>,
    /// What they changed of their addresses by themselves, as long as it can be undone; the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address_changes: Vec<AddressChange>,
}

/// A change of an address by its person (S-153).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressChange {
    pub at: Timestamp,
    /// Of the identity: its strategy and its provider's id of it, with a bar between.
    pub identity: String,
    /// What it was; nothing where it was not there.
    pub before: Option<Identity>,
    /// Its place among the identities, where its address was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_from: Option<usize>,
}

/// A user's account on one connection. The first of a user is the primary one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub connection: String,
    /// The connection's kind: the provider, as the protocol calls it.
    pub strategy: Strategy,
    /// How the codes for the address travel.
    pub channel: Channel,
    pub address: Address,
    /// The part of the first owner's user id after the bar: 24 hex digits.
    pub provider_user_id: String,
    /// When the address was last proved, give or take a day; `None` for users made by an operator.
    pub verified_at: Option<Timestamp>,
}

impl User {
    /// A user as the first right code makes them: one proved identity.
    pub fn first_seen(
        connection: &str,
        channel: Channel,
        address: Address,
        hex: &str,
        now: Timestamp,
    ) -> Self {
        Self {
            id: UserId::new(format!("{}|{hex}", channel.as_str())),
            identities: vec![Identity {
                connection: connection.to_owned(),
                strategy: match channel {
                    Channel::Sms => Strategy::Sms,
                    Channel::Email => Strategy::Email,
                },
                channel,
                address,
                provider_user_id: hex.to_owned(),
                verified_at: Some(now),
            }],
            blocked: false,
            block_decided: false,
            attributes: Map::new(),
            user_metadata: Map::new(),
            app_metadata: Map::new(),
            foreign_identities: Vec::new(),
            created_at: now,
            updated_at: now,
            last_login: None,
            last_ip: None,
            logins_count: 0,
            proofs_since: None,
            address_changes: Vec::new(),
        }
    }

    /// A user who signs up with a passkey: nothing that they say of themselves is proved, so that the identity
    /// has no address (S-149).
    pub fn with_passkey(connection: &str, strategy: Strategy, hex: &str, now: Timestamp) -> Self {
        let channel = strategy.channel();
        let mut user = Self::first_seen(connection, channel, Address::none_of(hex), hex, now);
        user.id = UserId::new(format!("{}|{hex}", strategy.as_str()));
        for identity in &mut user.identities {
            identity.strategy = strategy;
            identity.verified_at = None;
        }
        user
    }

    /// The same user, on a database connection: `auth0|<24 hex>`.
    pub fn of_database(mut self) -> Self {
        if let Some(identity) = self.identities.first_mut() {
            identity.strategy = Strategy::Database;
            self.id = UserId::new(format!("{}|{}", identity.strategy.as_str(), identity.provider_user_id));
        }
        self
    }

    /// From when on proofs count, where all until `now` end. Times are whole seconds: of one second none counts.
    pub fn proofs_after(&self, now: Timestamp) -> Timestamp {
        self.proved_at(now).plus(1)
    }

    /// The time of a proof that is accepted at `now`: it counts, though all others of that second may have ended.
    pub fn proved_at(&self, now: Timestamp) -> Timestamp {
        self.proofs_since.map_or(now, |since| since.max(now))
    }

    /// Whether somebody who was proved at that time is still this user: since then no address of theirs changed hands
    /// or was proved for the first time (S-148).
    pub fn counts_proof_of(&self, at: Timestamp) -> bool {
        self.proofs_since.is_none_or(|since| at >= since)
    }

    pub fn primary(&self) -> Option<&Identity> {
        self.identities.first()
    }

    /// A text attribute of the root: what someone set, or else what the primary identity gives.
    pub fn root(&self, name: &str) -> Option<&str> {
        if let Some(set) = self.attributes.get(name) {
            return set.as_str();
        }
        let channel = self.primary()?.channel;
        let address = self.primary()?.reachable()?.as_str();
        match (name, &channel) {
            ("name", _) | ("email", Channel::Email) | ("phone_number" | "nickname", Channel::Sms) => {
                Some(address)
            }
            ("nickname", Channel::Email) => address.split('@').next(),
            _ => None,
        }
    }

    /// The identity that a provider knows by this id.
    pub fn identity(&self, strategy: &str, provider_user_id: &str) -> Option<&Identity> {
        self.identities.iter().find(|identity| {
            identity.strategy.as_str() == strategy && identity.provider_user_id == provider_user_id
        })
    }
}

impl Identity {
    /// As changes and forms name it.
    pub fn key(&self) -> String {
        format!("{}|{}", self.strategy.as_str(), self.provider_user_id)
    }

    /// As it is without its address: a passkey may still belong to it.
    pub fn without_address(self) -> Self {
        Self { address: Address::none_of(&self.provider_user_id), verified_at: None, ..self }
    }

    /// The address, where it has one.
    pub fn reachable(&self) -> Option<&Address> {
        Some(&self.address).filter(|address| address.is_some())
    }

    /// The id of the user that the identity was made for.
    pub fn first_owner(&self) -> UserId {
        UserId::new(format!("{}|{}", self.strategy.as_str(), self.provider_user_id))
    }
}
