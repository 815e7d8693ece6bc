//! `/oauth/ro`, `/tokeninfo` and `/delegation` (protocol 2.10, 2.12, 2.13).

use http::StatusCode;
use latchkey_core::flow::authenticate_client::ClientAuthError;
use latchkey_core::flow::delegate::DelegationError;
use latchkey_core::flow::redeem::RedeemError;
use latchkey_core::flow::resource_owner::LegacyError;
use latchkey_core::flow::token_info::TokenInfoError;
use latchkey_core::flow::touch_id::{DeviceKeyError, PasswordError};
use latchkey_wire::error as codes;
use latchkey_wire::legacy::BadLegacyRequest;

use super::{
    OauthError, client_auth, credentials, fault, invalid, too_many_attempts, too_many_logins,
    too_many_requests,
};
use crate::extract::credentials::BadCredentials;

pub fn legacy_credentials(bad: BadCredentials) -> OauthError {
    match bad {
        BadCredentials::Missing => invalid("missing client_id parameter"),
        BadCredentials::Unknown => unknown_client(),
        bad => credentials(bad),
    }
}

pub fn bad_legacy_request(bad: &BadLegacyRequest) -> OauthError {
    let code = match bad {
        BadLegacyRequest::Missing { .. }
        | BadLegacyRequest::NotText { .. }
        | BadLegacyRequest::Malformed { .. }
        | BadLegacyRequest::OneToken => codes::INVALID_REQUEST,
        BadLegacyRequest::Scope(_) => codes::INVALID_SCOPE,
        BadLegacyRequest::UnsupportedGrantType => codes::UNSUPPORTED_GRANT_TYPE,
    };
    OauthError::bad(code, bad.to_string())
}

pub fn resource_owner(error: LegacyError, basic: bool) -> OauthError {
    legacy(error, "/oauth/ro", basic)
}

pub(super) fn legacy(error: LegacyError, endpoint: &str, basic: bool) -> OauthError {
    match error {
        LegacyError::Client(ClientAuthError::Unknown) => unknown_client(),
        LegacyError::Client(error) => client_auth(error, basic),
        LegacyError::OidcConformant => invalid(format!("OIDC conformant clients cannot use {endpoint}")),
        LegacyError::Disabled => super::endpoint_disabled(),
        LegacyError::ConnectionUnknown => invalid("the connection was not found"),
        LegacyError::ConnectionDisabled => invalid("the connection was disabled"),
        LegacyError::ConnectionStrategy => invalid("specified strategy does not support requested operation"),
        LegacyError::GrantNotAllowed => OauthError::new(
            StatusCode::FORBIDDEN,
            codes::UNAUTHORIZED_CLIENT,
            "Grant type 'urn:ietf:params:oauth:grant-type:jwt-bearer' not allowed for the client.",
        ),
        LegacyError::Request(bad) => bad_legacy_request(&bad),
        LegacyError::Code(error) => code(error),
        LegacyError::Password(error) => password(error),
        LegacyError::DeviceKey(error) => device_key(error),
        LegacyError::Fault(error) => fault(&error),
    }
}

/// Lock for iOS looks at the error code only, and knows this one.
fn code(error: RedeemError) -> OauthError {
    match error {
        RedeemError::Wrong { .. } | RedeemError::Expired | RedeemError::NoTriesLeft => {
            refused(codes::INVALID_USER_PASSWORD, "Wrong email or password.")
        }
        RedeemError::UserBlocked => refused(codes::UNAUTHORIZED, "user is blocked"),
        RedeemError::Weaker => refused(codes::UNAUTHORIZED, super::WEAKER),
        RedeemError::TooManyAttempts => too_many_attempts(),
        RedeemError::TooManyFailures(limit) => too_many_requests(limit),
        RedeemError::Fault(error) => fault(&error),
    }
}

fn password(error: PasswordError) -> OauthError {
    match error {
        PasswordError::Wrong => refused(codes::INVALID_USER_PASSWORD, "Wrong email or password."),
        PasswordError::UserBlocked => refused(codes::UNAUTHORIZED, "user is blocked"),
        PasswordError::TooManyAttempts => too_many_attempts(),
        PasswordError::TooManyFailures(limit) => too_many_requests(limit),
        PasswordError::TooManyLogins(limit) => too_many_logins(limit),
        PasswordError::Busy => super::busy(),
        PasswordError::Fault(error) => fault(&error),
    }
}

fn device_key(error: DeviceKeyError) -> OauthError {
    match error {
        DeviceKeyError::Refused => refused(codes::INVALID_GRANT, "The id_token of the device is not valid."),
        DeviceKeyError::UserBlocked => refused(codes::UNAUTHORIZED, "user is blocked"),
        DeviceKeyError::TooManyAttempts => too_many_attempts(),
        DeviceKeyError::TooManyFailures(limit) => too_many_requests(limit),
        DeviceKeyError::TooManyLogins(limit) => too_many_logins(limit),
        DeviceKeyError::Fault(error) => fault(&error),
    }
}

pub fn delegation(error: DelegationError, basic: bool) -> OauthError {
    match error {
        DelegationError::Legacy(error) => legacy(error, "/delegation", basic),
        DelegationError::TargetNotAllowed => invalid("the target client is not allowed"),
        DelegationError::ApiTypeUnknown => invalid("api_type must be app or auth0"),
        DelegationError::IdTokenRefused => refused(codes::INVALID_GRANT, "the id_token is not valid"),
        DelegationError::RefreshTokenRefused => {
            refused(codes::INVALID_GRANT, "the refresh_token is not valid")
        }
        DelegationError::UserBlocked => refused(codes::UNAUTHORIZED, "user is blocked"),
        DelegationError::TooManyRequests(limit) => too_many_requests(limit),
        DelegationError::Fault(error) => fault(&error),
    }
}

pub fn token_info(error: TokenInfoError) -> OauthError {
    match error {
        TokenInfoError::Invalid => refused(codes::INVALID_TOKEN, "the id_token is not valid"),
        TokenInfoError::TooManyRequests(limit) => too_many_requests(limit),
        TokenInfoError::Fault(error) => fault(&error),
    }
}

fn unknown_client() -> OauthError {
    OauthError::new(StatusCode::FORBIDDEN, codes::UNAUTHORIZED_CLIENT, "invalid client")
}

fn refused(error: &'static str, description: &'static str) -> OauthError {
    OauthError::new(StatusCode::UNAUTHORIZED, error, description)
}
