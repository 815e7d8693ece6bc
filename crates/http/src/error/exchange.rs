//! `POST /oauth/token`, `POST /oauth/revoke` (protocol 2.9, 2.11) and `POST /oauth/introspect` (RFC 7662).

use http::StatusCode;
use latchkey_core::flow::device_key::EnrolKeyError;
use latchkey_core::flow::introspect::IntrospectError;
use latchkey_core::flow::redeem::RedeemError;
use latchkey_core::flow::revoke::RevokeError;
use latchkey_core::grant::ExchangeError;
use latchkey_core::model::Channel;
use latchkey_wire::error as codes;
use latchkey_wire::token::{BadTokenRequest, CLIENT_CREDENTIALS};

use super::device::slow_down;
use super::device_key::enrol_key;
use super::otp::{auth_session_refused, session_code};
use super::{
    CLIENT_FAILED, More, OauthError, client_auth, client_failed, credentials, fault, invalid,
    too_many_attempts, too_many_requests,
};
use crate::extract::credentials::BadCredentials;
use crate::extract::text::is_quotable;

/// Where the grant types are explained, under the issuer.
pub const GRANT_TYPES_PAGE: &str = "docs/client-grant-types";

pub fn bad_token_request(bad: &BadTokenRequest) -> OauthError {
    let code = match bad {
        BadTokenRequest::Missing { .. }
        | BadTokenRequest::NotText { .. }
        | BadTokenRequest::NotObject { .. }
        | BadTokenRequest::Malformed { .. } => codes::INVALID_REQUEST,
        BadTokenRequest::Scope(_) => codes::INVALID_SCOPE,
        BadTokenRequest::UnsupportedGrantType => codes::UNSUPPORTED_GRANT_TYPE,
    };
    OauthError::bad(code, bad.to_string())
}

/// `grant_type` is the request's; `issuer` leads to the page about grant types.
pub fn exchange(error: ExchangeError, grant_type: &str, basic: bool, issuer: &str) -> OauthError {
    use ExchangeError as E;
    match error {
        E::Client(error) => client_auth(error, basic),
        E::GrantNotAllowed { grant_type } => grant_not_allowed(grant_type, issuer),
        E::UnknownRealm { realm } if is_quotable(&realm) => invalid(format!("Unknown realm {realm}")),
        E::UnknownRealm { .. } => invalid("Unknown realm"),
        E::AudienceNotAllowed if grant_type == CLIENT_CREDENTIALS => OauthError::new(
            StatusCode::FORBIDDEN,
            codes::ACCESS_DENIED,
            "The client is not authorized to access the audience",
        ),
        E::AudienceNotAllowed => invalid("The audience is not known or not granted to the client"),
        E::RedirectUriNotAllowed => invalid("The redirect_uri is not registered for the client"),
        E::Code(error) => code(error),
        E::AuthSessionRefused => auth_session_refused(),
        E::SessionCode(error) => session_code(error),
        E::PasskeyRefused => refused(codes::INVALID_GRANT, "The passkey could not be verified."),
        E::DeviceKeyRefused => refused(codes::INVALID_GRANT, "The assertion of the device is not valid."),
        E::DeviceKeyNotEnrolled(EnrolKeyError::Off) => invalid("There are no device keys here"),
        E::DeviceKeyNotEnrolled(error) => enrol_key(error),
        E::AuthorizationCodeRefused => refused(codes::INVALID_GRANT, "Invalid authorization code"),
        E::CodeVerifier => refused(codes::INVALID_GRANT, "Failed to verify code verifier"),
        E::AuthorizationPending => {
            refused(codes::AUTHORIZATION_PENDING, "User has yet to authorize device code.")
        }
        E::SlowDown { interval } => slow_down(interval),
        E::DeviceExpired => refused(codes::EXPIRED_TOKEN, "The device code has expired."),
        E::DeviceDeclined => refused(codes::ACCESS_DENIED, "User cancelled the confirmation prompt."),
        E::DeviceCodeRefused => refused(codes::INVALID_GRANT, "Invalid or expired device code."),
        E::RefreshTokenRefused => refused(codes::INVALID_GRANT, "Unknown or invalid refresh token."),
        E::UserGone => refused(
            codes::INVALID_GRANT,
            "The refresh_token was generated for a user who doesn't exist anymore.",
        ),
        E::UserBlocked => refused(codes::UNAUTHORIZED, "user is blocked"),
        E::ScopeTooWide => OauthError::bad(codes::INVALID_SCOPE, "The scope is wider than what was granted"),
        E::TooManyRequests(limit) => too_many_requests(limit),
        E::Fault(error) => fault(&error),
    }
}

pub fn grant_not_allowed(grant_type: &str, issuer: &str) -> OauthError {
    let description = format!("Grant type '{grant_type}' not allowed for the client.");
    let mut answer = OauthError::new(StatusCode::FORBIDDEN, codes::UNAUTHORIZED_CLIENT, description);
    answer.more =
        Some(Box::new(More { uri: Some(format!("{issuer}{GRANT_TYPES_PAGE}")), ..More::default() }));
    answer
}

/// The texts are compared byte for byte by SDKs (P-071, P-072).
fn code(error: RedeemError) -> OauthError {
    match error {
        RedeemError::Wrong { channel: Channel::Sms } => {
            refused(codes::INVALID_GRANT, "Wrong phone number or verification code.")
        }
        RedeemError::Wrong { channel: Channel::Email } => {
            refused(codes::INVALID_GRANT, "Wrong email or verification code.")
        }
        RedeemError::Expired => {
            refused(codes::INVALID_GRANT, "The verification code has expired. Please try to login again.")
        }
        RedeemError::NoTriesLeft => refused(
            codes::INVALID_GRANT,
            "You've reached the maximum number of attempts. Please try to login again.",
        ),
        RedeemError::UserBlocked => refused(codes::UNAUTHORIZED, "user is blocked"),
        RedeemError::Weaker => refused(codes::UNAUTHORIZED, super::WEAKER),
        RedeemError::TooManyAttempts => too_many_attempts(),
        RedeemError::TooManyFailures(limit) => too_many_requests(limit),
        RedeemError::Fault(error) => fault(&error),
    }
}

/// `None`: the answer of success. A token of another client stays alive, and whether there is such
/// a token is nobody's affair (RFC 7009 section 2.2).
pub fn revoke(error: RevokeError, basic: bool) -> Option<OauthError> {
    match error {
        RevokeError::Client(error) => Some(client_auth(error, basic)),
        RevokeError::TooManyRequests(limit) => Some(too_many_requests(limit)),
        RevokeError::OtherClient => None,
        RevokeError::Fault(error) => Some(fault(&error)),
    }
}

/// Who names no client has not proved itself either (RFC 7662 section 2.3).
pub fn introspect_credentials(bad: BadCredentials) -> OauthError {
    match bad {
        BadCredentials::Missing => client_failed(true, CLIENT_FAILED),
        bad => credentials(bad),
    }
}

pub fn introspect(error: IntrospectError, basic: bool) -> OauthError {
    match error {
        IntrospectError::Client(error) => client_auth(error, basic),
        IntrospectError::TooManyRequests(limit) => too_many_requests(limit),
        IntrospectError::Fault(error) => fault(&error),
    }
}

fn refused(error: &'static str, description: &'static str) -> OauthError {
    OauthError::new(StatusCode::FORBIDDEN, error, description)
}
