//! The keys of devices of today (`docs/guide/device-keys.md`,
//! [decision 28](../../../../../docs/decisions/0028-device-keys-of-today.md)): a device asks for a challenge and answers
//! it, to enrol its key and to sign in.
//!
//! Touch ID of 2014 shares the record and what ends it, and nothing of the wire (`super::touch_id`).

mod assert;
mod challenge;
mod enrol;
mod own;

use latchkey_wire::token::JWT_BEARER;

pub(crate) use assert::{Presented, Refused};
pub use challenge::{BegunChallenge, ChallengeError};
pub(crate) use enrol::RightCode;
pub use enrol::{EnrolKeyError, KeyOfCode};
pub use own::KeyHolder;

use crate::engine::Engine;
use crate::model::{Client, ClientKind};
use crate::token::device_jws::StatementClaims;

impl Engine {
    /// What is wrong with a statement of a device, but for its challenge: a word for the log.
    fn fault_of_statement(&self, claims: &StatementClaims, client: &Client) -> Option<&'static str> {
        let token_url = self.url("oauth/token");
        claims.fault([&self.settings.issuer, &token_url], client.id.as_str(), self.now())
    }
}

/// The grant is theirs, they are the tenant's own, and they run on a device that keeps keys.
pub(crate) fn may_use_device_keys(client: &Client) -> bool {
    client.allows(JWT_BEARER) && client.first_party && client.kind != ClientKind::Spa
}
