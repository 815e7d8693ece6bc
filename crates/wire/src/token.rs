//! `POST /oauth/token` (protocol 2.9): the grants served and the answer to each.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Secret;
use crate::device_key::{AssertionRequest, DeviceKeyResponse, EnrolmentRequest};
use crate::params::{Params, WrongType};
use crate::passkey::AuthnResponse;
use crate::scope::{BadScope, Scopes};

pub const PASSWORDLESS_OTP: &str = "http://auth0.com/oauth/grant-type/passwordless/otp";
pub const REFRESH_TOKEN: &str = "refresh_token";
pub const CLIENT_CREDENTIALS: &str = "client_credentials";
/// RFC 8628.
pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// A passkey.
pub const WEBAUTHN: &str = "urn:okta:params:oauth:grant-type:webauthn";
pub const AUTHORIZATION_CODE: &str = "authorization_code";
/// Lets a client get tokens from `/authorize` itself (RFC 6749 section 4.2).
pub const IMPLICIT: &str = "implicit";
/// Lets a client use `/oauth/ro`, `/tokeninfo` and `/delegation`.
pub const LEGACY_RO: &str = "http://auth0.com/oauth/legacy/grant-type/ro";
/// Lets a client send device-signed JWTs to `/oauth/ro`.
pub const LEGACY_RO_JWT_BEARER: &str = "http://auth0.com/oauth/legacy/grant-type/ro/jwt-bearer";
/// Lets a client renew id_tokens at `/delegation`.
pub const LEGACY_DELEGATION: &str = "http://auth0.com/oauth/legacy/grant-type/delegation/id_token";
/// An assertion that a device key signed (RFC 7523 section 2.1).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
pub const CLIENT_ASSERTION_JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A token request by grant type.
#[derive(Clone, Debug)]
pub enum TokenRequest {
    PasswordlessOtp(PasswordlessOtpRequest),
    /// The same grant type, with the session of an `/otp/challenge`.
    OtpSession(OtpSessionRequest),
    Webauthn(WebauthnRequest),
    DeviceKey(AssertionRequest),
    AuthorizationCode(AuthorizationCodeRequest),
    DeviceCode(DeviceCodeTokenRequest),
    RefreshToken(RefreshTokenRequest),
    ClientCredentials(ClientCredentialsRequest),
}

#[derive(Clone, Debug)]
pub struct PasswordlessOtpRequest {
    pub username: String,
    pub otp: Secret,
    pub realm: String,
    pub scope: Option<Scopes>,
    pub audience: Option<String>,
    pub redirect_uri: Option<String>,
    /// A key of the device that the code is typed on, to be enrolled with it.
    pub device_key: Option<EnrolmentRequest>,
}

#[derive(Clone, Debug)]
pub struct OtpSessionRequest {
    pub auth_session: Secret,
    pub otp: Secret,
    pub scope: Option<Scopes>,
    pub audience: Option<String>,
    /// As in [`PasswordlessOtpRequest`].
    pub device_key: Option<EnrolmentRequest>,
}

/// The end of what `/passkey/register` or `/passkey/challenge` began (protocol 2.9.6).
#[derive(Clone, Debug)]
pub struct WebauthnRequest {
    pub auth_session: Secret,
    pub authn_response: AuthnResponse,
    pub realm: Option<String>,
    pub scope: Option<Scopes>,
    pub audience: Option<String>,
}

/// RFC 6749 section 4.1.3, RFC 7636 section 4.5.
#[derive(Clone, Debug)]
pub struct AuthorizationCodeRequest {
    pub code: Secret,
    pub redirect_uri: Option<String>,
    pub code_verifier: Option<Secret>,
}

/// RFC 8628 section 3.4.
#[derive(Clone, Debug)]
pub struct DeviceCodeTokenRequest {
    pub device_code: Secret,
}

#[derive(Clone, Debug)]
pub struct RefreshTokenRequest {
    pub refresh_token: Secret,
    pub scope: Option<Scopes>,
    pub audience: Option<String>,
}

#[derive(Clone, Debug)]
pub struct ClientCredentialsRequest {
    pub audience: Option<String>,
    pub scope: Option<Scopes>,
}

/// A token request of the wrong shape. `Display` gives the protocol's `error_description`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTokenRequest {
    #[error("Missing required parameter: {name}")]
    Missing { name: &'static str },
    #[error("Parameter {name} must be a string")]
    NotText { name: &'static str },
    #[error("Parameter {name} must be an object")]
    NotObject { name: &'static str },
    #[error("Parameter {name} is malformed")]
    Malformed { name: &'static str },
    #[error("{0}")]
    Scope(#[from] BadScope),
    #[error("Grant type not supported")]
    UnsupportedGrantType,
}

impl TokenRequest {
    pub fn parse(params: &Params) -> Result<Self, BadTokenRequest> {
        let grant_type = required(params, "grant_type")?;
        match grant_type {
            PASSWORDLESS_OTP if optional(params, "auth_session")?.is_some() => {
                Ok(Self::OtpSession(OtpSessionRequest {
                    auth_session: Secret::new(required(params, "auth_session")?),
                    otp: code(params, "otp")?,
                    scope: scope(params)?,
                    audience: optional(params, "audience")?,
                    device_key: EnrolmentRequest::parse_beside_code(params)?,
                }))
            }
            PASSWORDLESS_OTP => Ok(Self::PasswordlessOtp(PasswordlessOtpRequest {
                username: identifier(params, "username")?,
                otp: code(params, "otp")?,
                realm: required(params, "realm")?.to_owned(),
                scope: scope(params)?,
                audience: optional(params, "audience")?,
                redirect_uri: optional(params, "redirect_uri")?,
                device_key: EnrolmentRequest::parse_beside_code(params)?,
            })),
            JWT_BEARER => Ok(Self::DeviceKey(AssertionRequest {
                assertion: Secret::new(required(params, "assertion")?),
                scope: scope(params)?,
                audience: optional(params, "audience")?,
            })),
            WEBAUTHN => Ok(Self::Webauthn(WebauthnRequest {
                auth_session: Secret::new(required(params, "auth_session")?),
                authn_response: authn_response(params)?,
                realm: optional(params, "realm")?,
                scope: scope(params)?,
                audience: optional(params, "audience")?,
            })),
            AUTHORIZATION_CODE => Ok(Self::AuthorizationCode(AuthorizationCodeRequest {
                code: Secret::new(required(params, "code")?),
                redirect_uri: optional(params, "redirect_uri")?,
                code_verifier: code_verifier(params)?,
            })),
            DEVICE_CODE => Ok(Self::DeviceCode(DeviceCodeTokenRequest {
                device_code: Secret::new(required(params, "device_code")?),
            })),
            REFRESH_TOKEN => Ok(Self::RefreshToken(RefreshTokenRequest {
                refresh_token: Secret::new(required(params, "refresh_token")?),
                scope: scope(params)?,
                audience: optional(params, "audience")?,
            })),
            CLIENT_CREDENTIALS => Ok(Self::ClientCredentials(ClientCredentialsRequest {
                audience: optional(params, "audience")?,
                scope: scope(params)?,
            })),
            _ => Err(BadTokenRequest::UnsupportedGrantType),
        }
    }
}

/// A required text parameter, not empty.
pub fn required<'p>(params: &'p Params, name: &'static str) -> Result<&'p str, BadTokenRequest> {
    match params.optional(name) {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(BadTokenRequest::Missing { name }),
        Err(WrongType { .. }) => Err(BadTokenRequest::NotText { name }),
    }
}

/// An optional text parameter.
pub fn optional(params: &Params, name: &'static str) -> Result<Option<String>, BadTokenRequest> {
    params
        .optional(name)
        .map(|text| text.map(str::to_owned))
        .map_err(|WrongType { .. }| BadTokenRequest::NotText { name })
}

/// The optional `scope` parameter.
pub fn scope(params: &Params) -> Result<Option<Scopes>, BadTokenRequest> {
    match params.optional("scope") {
        Ok(None) => Ok(None),
        Ok(Some(text)) => Ok(Some(Scopes::parse(text)?)),
        Err(WrongType { .. }) => Err(BadTokenRequest::NotText { name: "scope" }),
    }
}

/// An object, which no form can hold (protocol 2.9.6).
fn authn_response(params: &Params) -> Result<AuthnResponse, BadTokenRequest> {
    let name = "authn_response";
    match params.value(name) {
        None | Some(Value::Null) => Err(BadTokenRequest::Missing { name }),
        Some(Value::Object(given)) => {
            AuthnResponse::read(given).map_err(|_| BadTokenRequest::Malformed { name })
        }
        Some(_) => Err(BadTokenRequest::NotObject { name }),
    }
}

/// 43 to 128 unreserved characters (RFC 7636 section 4.1).
fn code_verifier(params: &Params) -> Result<Option<Secret>, BadTokenRequest> {
    let name = "code_verifier";
    let Some(text) = params.optional(name).map_err(|WrongType { .. }| BadTokenRequest::NotText { name })?
    else {
        return Ok(None);
    };
    let sound = (43..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
    match sound {
        true => Ok(Some(Secret::new(text))),
        false => Err(BadTokenRequest::Malformed { name }),
    }
}

/// An address as a person typed it: at most 320 characters, no controls, spaces trimmed.
pub fn identifier(params: &Params, name: &'static str) -> Result<String, BadTokenRequest> {
    let text = required(params, name)?;
    if text.len() > 320 || text.chars().any(char::is_control) {
        return Err(BadTokenRequest::Malformed { name });
    }
    Ok(text.trim().to_owned())
}

/// A code as a person typed it: ASCII spaces and inner dashes dropped, then 4 to 12 digits.
pub fn code(params: &Params, name: &'static str) -> Result<Secret, BadTokenRequest> {
    code_of(required(params, name)?, name)
}

/// As [`code`], of a text.
pub(crate) fn code_of(text: &str, name: &'static str) -> Result<Secret, BadTokenRequest> {
    if text.starts_with('-') || text.ends_with('-') {
        return Err(BadTokenRequest::Malformed { name });
    }
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if !(4..=12).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BadTokenRequest::Malformed { name });
    }
    Ok(Secret::new(digits))
}

/// The answer of every grant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenResponse {
    pub access_token: Secret,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scopes>,
    /// Seconds.
    pub expires_in: u64,
    pub token_type: String,
    /// The key that was enrolled with the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_key: Option<DeviceKeyResponse>,
    /// Why it was not, where the code was right all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_key_error: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(form: &str) -> Result<TokenRequest, BadTokenRequest> {
        TokenRequest::parse(&Params::from_form(form.as_bytes()).unwrap())
    }

    #[test]
    fn codes_lose_the_spaces_and_dashes_that_people_paste() {
        for text in ["123456", " 123 456 ", "123-456"] {
            let mut params = Params::default();
            params.insert("otp", text);
            assert_eq!(code(&params, "otp").unwrap().expose(), "123456", "{text:?}");
        }
    }

    #[test]
    fn codes_that_are_not_digits_are_malformed() {
        for text in
            ["abc123", "１２３４５６", "12\n3456", "-123456", "0x1E240", "1e5", "123", "1234567890123"]
        {
            let mut params = Params::default();
            params.insert("otp", text);
            assert_eq!(code(&params, "otp").unwrap_err(), BadTokenRequest::Malformed { name: "otp" });
        }
    }

    #[test]
    fn a_missing_parameter_is_named() {
        let form = format!("grant_type={PASSWORDLESS_OTP}&otp=123456&realm=sms");
        assert_eq!(parse(&form).unwrap_err().to_string(), "Missing required parameter: username");
    }

    #[test]
    fn grant_types_are_case_sensitive() {
        assert_eq!(parse("grant_type=REFRESH_TOKEN").unwrap_err(), BadTokenRequest::UnsupportedGrantType);
    }
}
