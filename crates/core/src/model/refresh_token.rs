//! Refresh tokens: a family is one chain from one sign-in; each rotation adds a token to it.

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::Scopes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ClientId, CredentialId, FamilyId, UserId};
use crate::clock::Timestamp;

/// SHA-256 of a token of 256 bits. Only this is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    pub fn of(token: &latchkey_wire::Secret) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.expose().as_bytes());
        let mut hash = [0; 32];
        hash.copy_from_slice(digest.as_ref());
        Self(hash)
    }
}

impl Serialize for TokenHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for TokenHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(serde::de::Error::custom)?;
        bytes.try_into().map(Self).map_err(|_| serde::de::Error::custom("a hash has 32 bytes"))
    }
}

/// The mark that a revoked family leaves for as long as an access token of it may live: such tokens are
/// sealed or signed, and the row of the family may be gone before them.
pub fn revoked_mark(family: &FamilyId) -> String {
    format!("revoked|{family}")
}

/// Where a token may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshKind {
    /// At `/oauth/token`.
    Standard,
    /// From `/oauth/ro` with a device name; at `/delegation` only; never expires.
    Device,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshFamily {
    pub id: FamilyId,
    pub kind: RefreshKind,
    pub client: ClientId,
    pub user: UserId,
    pub scope: Scopes,
    pub audience: Option<String>,
    /// The connection that the sign-in went through.
    pub connection: String,
    /// The name of the device, for [`RefreshKind::Device`]; one token per user, client and device.
    pub device: Option<String>,
    pub created_at: Timestamp,
    /// When the user last proved themselves.
    pub auth_time: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub idle_expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// The `sid` of the browser's session that it came from.
    pub session: Option<String>,
    /// When it was last traded for tokens.
    pub used_at: Option<Timestamp>,
    /// The password or device key that the sign-in was by: it ends with that.
    pub credential: Option<CredentialId>,
    /// What operators keep with it.
    pub metadata: Map<String, Value>,
}

impl RefreshFamily {
    pub fn is_live(&self, now: Timestamp) -> bool {
        let is_past = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        self.revoked_at.is_none() && !is_past(self.expires_at) && !is_past(self.idle_expires_at)
    }
}
