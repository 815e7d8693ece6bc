//! Access tokens without an API audience: opaque to everyone but us.
//!
//! The token is its own record, sealed by the vault: issuing one writes nothing, and using one reads
//! the user anyway, so that a blocked or deleted user is refused at once.

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::{Scopes, Secret};
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Fault;
use crate::model::{ClientId, CredentialId, FamilyId, UserId};
use crate::vault::{Sealed, Vault};

const CONTEXT: &str = "access-token";

/// What an opaque access token says. Short names: it travels with every request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessGrant {
    #[serde(rename = "u")]
    pub user: UserId,
    #[serde(rename = "c")]
    pub client: ClientId,
    #[serde(rename = "s")]
    pub scope: Scopes,
    #[serde(rename = "i")]
    pub issued_at: Timestamp,
    #[serde(rename = "e")]
    pub expires_at: Timestamp,
    /// From the legacy pipeline: `/userinfo` answers the full profile.
    #[serde(rename = "l", default, skip_serializing_if = "std::ops::Not::not")]
    pub legacy: bool,
    /// The chain that this came from: what one authorization code gave, and what was renewed of it.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub family: Option<FamilyId>,
    /// The password or device key that its user was proved by.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<CredentialId>,
}

impl AccessGrant {
    /// What it ends with, as revocations name it.
    pub fn families(&self) -> Vec<FamilyId> {
        let credential = self.credential.as_ref().map(CredentialId::family);
        self.family.iter().cloned().chain(credential).collect()
    }

    pub fn seal(&self, vault: &Vault) -> Result<Secret, Fault> {
        let text = serde_json::to_vec(self).map_err(|e| Fault::Signing(e.to_string()))?;
        Ok(Secret::new(BASE64URL_NOPAD.encode(&vault.seal(CONTEXT, &text)?.0)))
    }

    /// `None` when the token is not ours, was changed, or has expired.
    pub fn open(vault: &Vault, token: &str, now: Timestamp) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let text = vault.open_sealed(CONTEXT, &Sealed(bytes)).ok()?;
        let grant: Self = serde_json::from_slice(&text).ok()?;
        (now < grant.expires_at).then_some(grant)
    }
}
