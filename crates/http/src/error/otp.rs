//! `POST /otp/challenge`, and its session at `POST /oauth/token` (protocol 2.5, 2.9.1).

use http::StatusCode;
use latchkey_core::flow::otp_challenge::OtpChallengeError;
use latchkey_core::flow::redeem::RedeemError;
use latchkey_core::model::Channel;
use latchkey_wire::error::{self as codes, ValidationError};
use latchkey_wire::otp::BadChallengeRequest;
use latchkey_wire::token;

use super::{
    More, OauthError, client_auth, credentials, fault, grant_not_allowed, invalid, too_many_requests,
};
use crate::extract::credentials::BadCredentials;

pub fn otp_credentials(bad: BadCredentials) -> OauthError {
    match bad {
        BadCredentials::Missing => wrong_field("client_id", "client_id is required"),
        BadCredentials::NotText { name } => wrong_field(name, &format!("{name} must be a string")),
        bad => credentials(bad),
    }
}

/// The first thing that is wrong describes the whole.
pub fn bad_challenge_request(bad: BadChallengeRequest) -> OauthError {
    let description = bad.0.first().map_or_else(String::new, |wrong| wrong.message.clone());
    let mut answer = invalid(description);
    answer.more = Some(Box::new(More { validation: bad.0, ..More::default() }));
    answer
}

/// `issuer` leads to the page about grant types.
pub fn otp_challenge(error: OtpChallengeError, basic: bool, issuer: &str) -> OauthError {
    use OtpChallengeError as E;
    match error {
        E::Client(error) => client_auth(error, basic),
        E::GrantNotAllowed => grant_not_allowed(token::PASSWORDLESS_OTP, issuer),
        E::OriginNotAllowed => OauthError::new(
            StatusCode::FORBIDDEN,
            codes::UNAUTHORIZED_CLIENT,
            "The origin is not allowed for the client",
        ),
        E::ConnectionUnknown => connection("Unknown connection"),
        E::ConnectionStrategy => connection("The connection is not a database connection"),
        E::ConnectionDisabled => connection("The connection is disabled"),
        E::ChannelOff(Channel::Email) => connection("The connection has no one-time codes by email"),
        E::ChannelOff(Channel::Sms) => connection("The connection has no one-time codes by phone"),
        E::EmailRejected => wrong_field("email", "email is not a valid email address"),
        E::PhoneNumberRejected(reason) => wrong_field("phone_number", &reason.to_string()),
        E::TooManyRequests(limit) => too_many_requests(limit),
        E::Fault(error) => fault(&error),
    }
}

pub(super) fn auth_session_refused() -> OauthError {
    invalid("The auth_session is not valid. Please try to login again.")
}

/// 400, where the grant without a session says 403 (P-186, decision 3.2).
pub(super) fn session_code(error: RedeemError) -> OauthError {
    match error {
        RedeemError::Wrong { channel: Channel::Sms } => invalid("Wrong phone number or verification code."),
        RedeemError::Wrong { channel: Channel::Email } => invalid("Wrong email or verification code."),
        RedeemError::Expired => invalid("The verification code has expired. Please try to login again."),
        RedeemError::NoTriesLeft => {
            invalid("You've reached the maximum number of attempts. Please try to login again.")
        }
        RedeemError::UserBlocked => denied("user is blocked"),
        RedeemError::Weaker => denied(super::WEAKER),
        RedeemError::TooManyAttempts => denied("Too many failed attempts. Please try again later."),
        RedeemError::TooManyFailures(limit) => too_many_requests(limit),
        RedeemError::Fault(error) => fault(&error),
    }
}

fn connection(description: &'static str) -> OauthError {
    OauthError::bad(codes::INVALID_CONNECTION, description)
}

fn denied(description: &'static str) -> OauthError {
    OauthError::new(StatusCode::FORBIDDEN, codes::ACCESS_DENIED, description)
}

fn wrong_field(field: &str, message: &str) -> OauthError {
    bad_challenge_request(BadChallengeRequest(vec![ValidationError::new(field, message)]))
}
