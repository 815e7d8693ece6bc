//! `POST /oauth/device/code` (RFC 8628 section 3.2).

use serde::{Deserialize, Serialize};

use crate::Secret;
use crate::params::Params;
use crate::scope::Scopes;
use crate::token::{BadTokenRequest, optional, scope};

#[derive(Clone, Debug, Default)]
pub struct DeviceCodeRequest {
    pub scope: Option<Scopes>,
    pub audience: Option<String>,
}

impl DeviceCodeRequest {
    pub fn parse(params: &Params) -> Result<Self, BadTokenRequest> {
        Ok(Self { scope: scope(params)?, audience: optional(params, "audience")? })
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceCodeResponse {
    pub device_code: Secret,
    pub user_code: Secret,
    pub verification_uri: String,
    pub verification_uri_complete: Secret,
    /// Seconds, as is `interval`.
    pub expires_in: u64,
    pub interval: u64,
}
