//! `/passwordless/verify` and `/co/authenticate` (protocol 2.2, 2.7).

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use latchkey_core::flow::co_authenticate::CoAuthenticateError;
use latchkey_core::flow::redeem::RedeemError;
use latchkey_core::flow::resource_owner::LegacyError;
use latchkey_core::flow::verify_code::VerifyError;
use latchkey_core::model::Channel;
use latchkey_wire::cross_origin::BadCoAuthenticateRequest;
use latchkey_wire::error as codes;

use super::{OauthError, fault, invalid, too_many_attempts, too_many_requests};
use crate::answer::TEXT_PLAIN;
use crate::extract::text::is_quotable;

pub fn verify(error: VerifyError) -> OauthError {
    match error {
        VerifyError::ClientUnknown => {
            OauthError::new(StatusCode::FORBIDDEN, codes::UNAUTHORIZED_CLIENT, "invalid client")
        }
        VerifyError::OriginNotAllowed => OauthError::new(
            StatusCode::FORBIDDEN,
            codes::UNAUTHORIZED_CLIENT,
            "The origin is not allowed for the client",
        ),
        VerifyError::ConnectionUnknown => invalid("the connection was not found"),
        VerifyError::ConnectionDisabled => invalid("the connection was disabled"),
        VerifyError::Code(error) => code(error, StatusCode::UNAUTHORIZED, codes::INVALID_USER_PASSWORD),
        VerifyError::Fault(error) => fault(&error),
    }
}

/// As `/oauth/ro`, but that the text says what was wrong.
pub fn verify_tokens(error: LegacyError, basic: bool) -> OauthError {
    match error {
        LegacyError::Code(error) => code(error, StatusCode::UNAUTHORIZED, codes::INVALID_USER_PASSWORD),
        LegacyError::OidcConformant => super::endpoint_disabled(),
        error => super::resource_owner(error, basic),
    }
}

pub fn bad_co_authenticate(bad: BadCoAuthenticateRequest) -> OauthError {
    let code = match bad {
        BadCoAuthenticateRequest::Body => codes::INVALID_REQUEST,
        BadCoAuthenticateRequest::CredentialType => codes::UNSUPPORTED_CREDENTIAL_TYPE,
    };
    OauthError::bad(code, bad.to_string())
}

pub fn co_authenticate(error: CoAuthenticateError) -> OauthError {
    match error {
        CoAuthenticateError::OriginNotAllowed | CoAuthenticateError::NotAllowed => OauthError::new(
            StatusCode::UNAUTHORIZED,
            codes::UNAUTHORIZED_CLIENT,
            "Cross origin login not allowed.",
        ),
        CoAuthenticateError::UnknownRealm { realm } if is_quotable(&realm) => {
            invalid(format!("Unknown realm {realm}."))
        }
        CoAuthenticateError::UnknownRealm { .. } => invalid("Unknown realm."),
        CoAuthenticateError::Code(RedeemError::UserBlocked) => {
            OauthError::new(StatusCode::FORBIDDEN, codes::BLOCKED_USER, "Blocked user")
        }
        CoAuthenticateError::Code(error) => code(error, StatusCode::FORBIDDEN, codes::ACCESS_DENIED),
        CoAuthenticateError::Fault(error) => fault(&error),
    }
}

/// Plain text, with the origin that its own browser put there (P-100).
pub fn origin_refused(origin: &str) -> Response {
    let shown: String = origin.chars().filter(char::is_ascii_graphic).take(256).collect();
    let text = format!("Origin {shown} is not allowed.");
    (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, TEXT_PLAIN)], text).into_response()
}

fn code(error: RedeemError, status: StatusCode, name: &'static str) -> OauthError {
    match error {
        RedeemError::Wrong { channel: Channel::Sms } => {
            OauthError::new(status, name, "Wrong phone number or verification code.")
        }
        RedeemError::Wrong { channel: Channel::Email } => {
            OauthError::new(status, name, "Wrong email or verification code.")
        }
        RedeemError::Expired => {
            OauthError::new(status, name, "The verification code has expired. Please try to login again.")
        }
        RedeemError::NoTriesLeft => OauthError::new(
            status,
            name,
            "You've reached the maximum number of attempts. Please try to login again.",
        ),
        RedeemError::UserBlocked => {
            OauthError::new(StatusCode::UNAUTHORIZED, codes::UNAUTHORIZED, "user is blocked")
        }
        RedeemError::Weaker => OauthError::new(StatusCode::FORBIDDEN, codes::UNAUTHORIZED, super::WEAKER),
        RedeemError::TooManyAttempts => too_many_attempts(),
        RedeemError::TooManyFailures(limit) => too_many_requests(limit),
        RedeemError::Fault(error) => fault(&error),
    }
}
