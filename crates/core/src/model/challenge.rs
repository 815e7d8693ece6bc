//! One pending proof of an address: a code that was sent and may be tried a few times.

use serde::{Deserialize, Serialize};

use super::{Address, ClientId};
use crate::clock::Timestamp;

/// There is at most one live challenge per key: a new one takes the old one's place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChallengeKey {
    pub connection: String,
    pub address: Address,
    pub client: ClientId,
}

/// HMAC-SHA-256 of a code, keyed outside the store and bound to its challenge key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeHash(pub [u8; 32]);

/// How long codes are: grows with failed tries on the address (security.md section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    #[default]
    Quiet,
    Raised,
    High,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    pub key: ChallengeKey,
    /// 24 hex digits, time-ordered.
    pub id: String,
    pub code_hash: CodeHash,
    pub tier: Tier,
    /// Compares made so far.
    pub attempts: i64,
    pub max_attempts: i64,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub consumed_at: Option<Timestamp>,
    /// Who asked, for the other act that needs it (link pages); JSON.
    pub detail: String,
}
