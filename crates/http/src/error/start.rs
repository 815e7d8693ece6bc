//! `POST /passwordless/start` (protocol 2.1).

use http::StatusCode;
use latchkey_core::flow::authenticate_client::ClientAuthError;
use latchkey_core::flow::start_passwordless::StartPasswordlessError;
use latchkey_wire::error as codes;
use latchkey_wire::passwordless::BadStartRequest;

use super::{CLIENT_FAILED, OauthError, client_auth, client_failed, credentials, fault, too_many_requests};
use crate::extract::credentials::BadCredentials;

/// Characters of an address that are given back to whoever sent it.
const MAX_ECHO: usize = 254;

pub fn start_credentials(bad: BadCredentials) -> OauthError {
    match bad {
        BadCredentials::Missing | BadCredentials::Unknown | BadCredentials::NotText { name: "client_id" } => {
            bad_start_request(&BadStartRequest::ClientId)
        }
        bad => credentials(bad),
    }
}

pub fn bad_start_request(bad: &BadStartRequest) -> OauthError {
    let code = match bad {
        BadStartRequest::ClientId => codes::BAD_CLIENT_ID,
        BadStartRequest::ConnectionMissing | BadStartRequest::ConnectionType { .. } => codes::BAD_CONNECTION,
        BadStartRequest::PhoneNumberType { .. } => codes::BAD_PHONE_NUMBER,
        BadStartRequest::EmailType { .. } => codes::BAD_EMAIL,
        BadStartRequest::Send { .. } => codes::BAD_SEND,
        BadStartRequest::AuthParams { .. } => codes::BAD_AUTH_PARAMS,
        BadStartRequest::UnknownProperties { .. } => codes::BAD_REQUEST,
    };
    OauthError::bad(code, bad.to_string())
}

pub fn start(error: StartPasswordlessError, basic: bool) -> OauthError {
    use StartPasswordlessError as E;
    match error {
        E::Client(ClientAuthError::Unknown) => bad_start_request(&BadStartRequest::ClientId),
        E::Client(ClientAuthError::Required) => client_failed(basic, "Client authentication is required"),
        E::Client(ClientAuthError::Failed) => client_failed(basic, CLIENT_FAILED),
        E::Client(error) => client_auth(error, basic),
        E::ClientCannotSignIn => forbidden("This client cannot sign users in"),
        E::OriginNotAllowed => forbidden("The origin is not allowed for the client"),
        E::ConnectionUnknown => OauthError::bad(codes::BAD_CONNECTION, "Connection does not exist"),
        E::ConnectionStrategy => OauthError::bad(
            codes::BAD_CONNECTION,
            "Invalid connection strategy. It must either be a passwordless connection",
        ),
        E::ConnectionDisabled => OauthError::bad(codes::BAD_CONNECTION, "Connection is disabled"),
        E::SignupClosed => OauthError::bad(codes::BAD_CONNECTION, "Public signup is disabled"),
        E::PhoneNumberMissing => {
            OauthError::bad(codes::BAD_PHONE_NUMBER, "Missing required property: phone_number")
        }
        E::PhoneNumberRejected(reason) => OauthError::bad(codes::BAD_PHONE_NUMBER, reason.to_string()),
        E::AuthParams { reason } => OauthError::bad(codes::BAD_AUTH_PARAMS, reason),
        E::EmailMissing => OauthError::bad(codes::BAD_EMAIL, "Missing required property: email"),
        E::EmailRejected { email } => {
            let shown: String = email.chars().take(MAX_ECHO).collect();
            OauthError::bad(
                codes::BAD_EMAIL,
                format!("error in email - email format validation failed: {shown}"),
            )
        }
        E::NoSender => OauthError::bad(codes::BAD_CONNECTION, "The connection has no provider to send by"),
        E::UserBlocked => OauthError::bad(codes::SERVER_ERROR, "user is blocked"),
        E::TooManyRequests(limit) => too_many_requests(limit),
        E::SenderRefused { text } => OauthError::bad(codes::SMS_PROVIDER_ERROR, text),
        E::Fault(error) => fault(&error),
    }
}

fn forbidden(description: &'static str) -> OauthError {
    OauthError::new(StatusCode::FORBIDDEN, codes::UNAUTHORIZED_CLIENT, description)
}
