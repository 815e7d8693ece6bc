//! The legacy pipeline: `/oauth/ro`, `/tokeninfo`, `/delegation` (protocol 2.10, 2.12, 2.13).

use serde::{Deserialize, Serialize};

use crate::Secret;
use crate::params::Params;
use crate::scope::{BadScope, Scopes};
use crate::text::{is_device_name, is_name};
use crate::token::{self, BadTokenRequest, JWT_BEARER};

/// A legacy request of the wrong shape. `Display` gives the protocol's `error_description`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLegacyRequest {
    #[error("missing {name} parameter")]
    Missing { name: &'static str },
    #[error("{name} parameter must be a string")]
    NotText { name: &'static str },
    #[error("{name} parameter is malformed")]
    Malformed { name: &'static str },
    #[error("{0}")]
    Scope(#[from] BadScope),
    #[error("exactly one of id_token and refresh_token must be given")]
    OneToken,
    #[error("Grant type not supported")]
    UnsupportedGrantType,
}

impl From<BadTokenRequest> for BadLegacyRequest {
    fn from(bad: BadTokenRequest) -> Self {
        match bad {
            BadTokenRequest::Missing { name } => Self::Missing { name },
            BadTokenRequest::NotText { name } => Self::NotText { name },
            BadTokenRequest::Malformed { name } | BadTokenRequest::NotObject { name } => {
                Self::Malformed { name }
            }
            BadTokenRequest::Scope(scope) => Self::Scope(scope),
            BadTokenRequest::UnsupportedGrantType => Self::UnsupportedGrantType,
        }
    }
}

/// Bytes of a password, at most: what is hashed is no way to make the server work long.
const MAX_PASSWORD: usize = 256;
/// Bytes of a JWT that a device signed, at most. Apps may put a few claims of their own into it.
const MAX_ASSERTION: usize = 8 * 1024;

/// `POST /oauth/ro`, by grant type.
#[derive(Clone, Debug)]
pub enum LegacyRequest {
    ResourceOwner(ResourceOwnerRequest),
    Device(DeviceAssertionRequest),
}

impl LegacyRequest {
    /// Reads everything but the client's own parameters.
    pub fn parse(params: &Params) -> Result<Self, BadLegacyRequest> {
        match token::required(params, "grant_type")? {
            "password" => ResourceOwnerRequest::parse(params).map(Self::ResourceOwner),
            JWT_BEARER => DeviceAssertionRequest::parse(params).map(Self::Device),
            _ => Err(BadLegacyRequest::UnsupportedGrantType),
        }
    }
}

/// The password grant: an address and a code, or on a database connection a password.
#[derive(Clone, Debug)]
pub struct ResourceOwnerRequest {
    pub connection: String,
    pub username: String,
    /// As it was sent, of at most 256 bytes.
    pub password: Secret,
    pub scope: Option<Scopes>,
    pub device: Option<String>,
    pub nonce: Option<String>,
    pub state: Option<String>,
}

impl ResourceOwnerRequest {
    fn parse(params: &Params) -> Result<Self, BadLegacyRequest> {
        Ok(Self {
            username: token::identifier(params, "username")?,
            password: password(params)?,
            connection: name(params, "connection")?,
            scope: token::scope(params)?,
            device: printable(params, "device")?,
            nonce: printable(params, "nonce")?,
            state: token::optional(params, "state")?,
        })
    }

    /// The password as a code that a person typed.
    pub fn code(&self) -> Result<Secret, BadLegacyRequest> {
        Ok(token::code_of(self.password.expose(), "password")?)
    }

    /// As `/passwordless/verify` words it: the grant type may be left out, and a device may sign.
    pub fn parse_verify(params: &Params) -> Result<Self, BadLegacyRequest> {
        match params.optional("grant_type") {
            Ok(None) | Ok(Some("password")) => {}
            Ok(Some(JWT_BEARER)) => {
                token::required(params, "device")?;
                token::required(params, "id_token")?;
                return Err(BadLegacyRequest::UnsupportedGrantType);
            }
            _ => return Err(BadLegacyRequest::UnsupportedGrantType),
        }
        let username = token::identifier(params, "username")?;
        token::required(params, "password")?;
        let connection = token::required(params, "connection")?.to_owned();
        token::required(params, "client_id")?;
        Ok(Self {
            username,
            connection,
            scope: token::scope(params)?,
            password: token::code(params, "password")?,
            device: None,
            nonce: None,
            state: None,
        })
    }
}

/// The jwt-bearer grant: a JWT that the key of a device signed (protocol 7.3).
#[derive(Clone, Debug)]
pub struct DeviceAssertionRequest {
    pub connection: String,
    /// At most 8 KiB.
    pub id_token: Secret,
    /// The name that the key was enrolled by.
    pub device: String,
    pub scope: Option<Scopes>,
    pub nonce: Option<String>,
    pub state: Option<String>,
}

impl DeviceAssertionRequest {
    fn parse(params: &Params) -> Result<Self, BadLegacyRequest> {
        let device = token::required(params, "device")?;
        if !is_device_name(device) {
            return Err(BadLegacyRequest::Malformed { name: "device" });
        }
        let id_token = token::required(params, "id_token")?;
        if id_token.len() > MAX_ASSERTION {
            return Err(BadLegacyRequest::Malformed { name: "id_token" });
        }
        Ok(Self {
            device: device.to_owned(),
            id_token: Secret::new(id_token),
            connection: name(params, "connection")?,
            scope: token::scope(params)?,
            nonce: printable(params, "nonce")?,
            state: token::optional(params, "state")?,
        })
    }
}

/// A password as it was sent. One with the character zero, or a very long one, is nobody's.
pub(crate) fn password(params: &Params) -> Result<Secret, BadLegacyRequest> {
    let text = token::required(params, "password")?;
    match text.len() <= MAX_PASSWORD && !text.contains('\0') {
        true => Ok(Secret::new(text)),
        false => Err(BadLegacyRequest::Malformed { name: "password" }),
    }
}

/// The name of something that may exist.
fn name(params: &Params, name: &'static str) -> Result<String, BadLegacyRequest> {
    let text = token::required(params, name)?;
    match is_name(text) {
        true => Ok(text.to_owned()),
        false => Err(BadLegacyRequest::Malformed { name }),
    }
}

/// Text that is kept: at most 256 bytes, no controls.
fn printable(params: &Params, name: &'static str) -> Result<Option<String>, BadLegacyRequest> {
    let text = token::optional(params, name)?;
    match text {
        Some(text) if text.len() > 256 || text.chars().any(char::is_control) => {
            Err(BadLegacyRequest::Malformed { name })
        }
        text => Ok(text),
    }
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

impl DelegationRequest {
    /// Reads everything but the client's own parameters.
    pub fn parse(params: &Params) -> Result<Self, BadLegacyRequest> {
        if token::required(params, "grant_type")? != JWT_BEARER {
            return Err(BadLegacyRequest::UnsupportedGrantType);
        }
        let id_token = token::optional(params, "id_token")?;
        let refresh_token = token::optional(params, "refresh_token")?;
        let source = match (id_token, refresh_token) {
            (Some(token), None) => DelegationSource::IdToken(Secret::new(token)),
            (None, Some(token)) => DelegationSource::RefreshToken(Secret::new(token)),
            _ => return Err(BadLegacyRequest::OneToken),
        };
        Ok(Self {
            source,
            target: token::optional(params, "target")?,
            api_type: token::optional(params, "api_type")?,
            scope: token::scope(params)?,
        })
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DelegationResponse {
    pub token_type: String,
    /// Seconds.
    pub expires_in: u64,
    pub id_token: Secret,
}
