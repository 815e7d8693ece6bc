//! The legacy pipeline: `/oauth/ro`, `/tokeninfo`, `/delegation` (protocol 2.10, 2.12, 2.13).

use serde::{Deserialize, Serialize};

use crate::Secret;
use crate::scope::Scopes;

/// `POST /oauth/ro` with the password grant: an address and a code.
#[derive(Clone, Debug)]
pub struct ResourceOwnerRequest {
    pub connection: String,
    pub username: String,
    pub password: Secret,
    pub scope: Option<Scopes>,
    pub device: Option<String>,
    pub nonce: Option<String>,
    pub state: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResourceOwnerResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<Secret>,
    pub access_token: Secret,
    /// `bearer`, lower case, as recorded.
    pub token_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// What `/delegation` renews from.
#[derive(Clone, Debug)]
pub enum DelegationSource {
    IdToken(Secret),
    RefreshToken(Secret),
}

#[derive(Clone, Debug)]
pub struct DelegationRequest {
    pub source: DelegationSource,
    pub target: Option<String>,
    pub api_type: Option<String>,
    pub scope: Option<Scopes>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DelegationResponse {
    pub token_type: String,
    /// Seconds.
    pub expires_in: u64,
    pub id_token: Secret,
}
