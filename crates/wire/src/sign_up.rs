//! `POST /dbconnections/signup` (protocol 2.21): the account that Touch ID signs in to.

use serde::{Deserialize, Serialize};

use crate::Secret;
use crate::legacy::{self, BadLegacyRequest};
use crate::params::Params;
use crate::text::is_name;
use crate::token;

/// Characters of a password, at least.
const MIN_PASSWORD: usize = 8;

/// Why a sign-up cannot be read. `Display` gives the `description`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignUpRequest {
    #[error("{0}")]
    Parameter(#[from] BadLegacyRequest),
    #[error("Password is too weak")]
    WeakPassword,
}

/// Further members are taken and ignored; nobody signs in by a `username` of their own.
#[derive(Clone, Debug)]
pub struct SignUpRequest {
    /// As it was typed.
    pub email: String,
    /// 8 characters to 256 bytes.
    pub password: Secret,
    pub connection: String,
}

impl SignUpRequest {
    /// Reads everything but the client's own parameters.
    pub fn parse(params: &Params) -> Result<Self, BadSignUpRequest> {
        let email = token::identifier(params, "email").map_err(BadLegacyRequest::from)?;
        let password = match legacy::password(params) {
            Err(BadLegacyRequest::Malformed { .. }) => return Err(BadSignUpRequest::WeakPassword),
            other => other?,
        };
        let connection = token::required(params, "connection").map_err(BadLegacyRequest::from)?;
        if !is_name(connection) {
            return Err(BadLegacyRequest::Malformed { name: "connection" }.into());
        }
        if password.expose().chars().count() < MIN_PASSWORD {
            return Err(BadSignUpRequest::WeakPassword);
        }
        Ok(Self { email, password, connection: connection.to_owned() })
    }
}

/// The user who signed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUpResponse {
    /// 24 hex digits.
    #[serde(rename = "_id")]
    pub id: String,
    /// Nobody has proved it yet.
    pub email_verified: bool,
    pub email: String,
}
