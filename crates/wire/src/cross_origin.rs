//! `POST /co/authenticate` (protocol 2.7).

use serde::{Deserialize, Serialize};

use crate::Secret;
use crate::params::Params;
use crate::token::{self, PASSWORDLESS_OTP};

#[derive(Clone, Debug)]
pub struct CoAuthenticateRequest {
    pub client_id: String,
    pub username: String,
    pub otp: Secret,
    pub realm: String,
}

/// `Display` gives the protocol's `error_description`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCoAuthenticateRequest {
    #[error(
        "Invalid request body. All and only of client_id, credential_type, username, otp, realm are required."
    )]
    Body,
    #[error("Unknown credential type parameter.")]
    CredentialType,
}

const KEYS: [&str; 5] = ["client_id", "credential_type", "username", "otp", "realm"];

impl CoAuthenticateRequest {
    /// All five parameters and no other.
    pub fn parse(params: &Params) -> Result<Self, BadCoAuthenticateRequest> {
        let bad = BadCoAuthenticateRequest::Body;
        if params.names().any(|name| !KEYS.contains(&name)) {
            return Err(bad);
        }
        let text = |name| token::required(params, name).map(str::to_owned).map_err(|_| bad);
        let request = Self {
            client_id: text("client_id")?,
            realm: text("realm")?,
            username: token::identifier(params, "username").map_err(|_| bad)?,
            otp: token::code(params, "otp").map_err(|_| bad)?,
        };
        match text("credential_type")?.as_str() {
            PASSWORDLESS_OTP => Ok(request),
            _ => Err(BadCoAuthenticateRequest::CredentialType),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CoAuthenticateResponse {
    pub login_ticket: Secret,
    pub co_id: String,
    pub co_verifier: Secret,
}
