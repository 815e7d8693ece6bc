//! `POST /oauth/par` (RFC 9126 section 2.2).

use serde::{Deserialize, Serialize};

use crate::Secret;

/// What every `request_uri` of ours begins with.
pub const REQUEST_URI_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PushedResponse {
    pub request_uri: Secret,
    /// Seconds.
    pub expires_in: u64,
}
