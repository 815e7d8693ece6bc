//! The records of Latchkey, one file each. Plain values: no I/O, no SQL types.

mod address;
mod challenge;
mod client;
mod connection;
mod event;
mod ids;
mod ledger;
mod outbox;
mod refresh_token;
mod signing_key;
mod user;

pub use address::{Address, BadPhoneNumber, Channel, PhoneNumber};
pub use challenge::{Challenge, ChallengeKey, CodeHash, Tier};
pub use client::{
    AudienceGrant, Client, ClientKind, JwtSettings, RefreshSettings, SigningAlgorithm,
    TokenEndpointAuthMethod,
};
pub use connection::{Connection, Strategy};
pub use event::{Event, EventKind};
pub use ids::{ClientId, ConnectionId, EventId, FamilyId, KeyId, UserId};
pub use ledger::{Ledger, LedgerKey, SendDenied, SendRules, TryRules};
pub use outbox::OutboxRow;
pub use refresh_token::{RefreshFamily, RefreshKind, TokenHash};
pub use signing_key::{KeyState, SigningKey};
pub use user::{Identity, User};
