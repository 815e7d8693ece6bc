//! `POST /passkey/register` and `POST /passkey/challenge` (protocol 2.6).

use http::StatusCode;
use latchkey_core::flow::passkey::BeginPasskeyError;
use latchkey_wire::error as codes;
use latchkey_wire::passkey::BadPasskeyRequest;

use super::{OauthError, client_auth, fault, invalid, missing, not_found, too_many_requests};

pub fn bad_passkey_request(bad: &BadPasskeyRequest) -> OauthError {
    invalid(bad.to_string())
}

pub fn begin_passkey(error: BeginPasskeyError, basic: bool) -> OauthError {
    use BeginPasskeyError as E;
    match error {
        E::Off => not_found(),
        E::Client(error) => client_auth(error, basic),
        E::ClientNotAllowed => invalid("The client may not use passkeys"),
        E::OriginNotAllowed => OauthError::new(
            StatusCode::FORBIDDEN,
            codes::UNAUTHORIZED_CLIENT,
            "The origin is not allowed for the client",
        ),
        E::ConnectionUnknown => invalid("Unknown realm"),
        E::ConnectionNotNamed => missing("realm"),
        E::ConnectionDisabled => invalid("The connection is disabled"),
        E::MethodOff => invalid("The connection has no passkeys"),
        E::SignupClosed => invalid("The connection lets nobody sign up"),
        E::IdentifierMissing(name) => missing(name),
        E::Profile { property, reason } => invalid(format!("{property}: {reason}")),
        E::UserExists => invalid("The user already exists."),
        E::TooManyRequests(limit) => too_many_requests(limit),
        E::Fault(error) => fault(&error),
    }
}
