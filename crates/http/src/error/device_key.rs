//! `/device-keys` and the keys beside codes at `/oauth/token` (`docs/guide/device-keys.md`).

use http::{HeaderValue, StatusCode, header};
use latchkey_core::flow::device_key::{ChallengeError, EnrolKeyError};
use latchkey_wire::error as codes;

use super::{OauthError, client_auth, fault, grant_not_allowed, invalid, not_found, too_many_requests};

pub fn challenge_device(error: ChallengeError, basic: bool, issuer: &str) -> OauthError {
    match error {
        ChallengeError::Off => not_found(),
        ChallengeError::Client(error) => client_auth(error, basic),
        ChallengeError::ClientNotAllowed => grant_not_allowed(ChallengeError::GRANT, issuer),
        ChallengeError::TooManyRequests(limit) => too_many_requests(limit),
        ChallengeError::Fault(error) => fault(&error),
    }
}

pub fn enrol_key(error: EnrolKeyError) -> OauthError {
    use EnrolKeyError as E;
    match error {
        E::Off | E::Unknown => not_found(),
        E::TokenInvalid => person_unproved(),
        E::InsufficientScope(scope) => {
            refused(codes::INSUFFICIENT_SCOPE, format!("The token lacks the scope {scope}"))
        }
        E::Stale => refused(codes::REAUTHENTICATION_REQUIRED, "The person has to sign in again".into()),
        E::ClientNotAllowed => {
            refused(codes::UNAUTHORIZED_CLIENT, "The client may not use device keys".into())
        }
        E::NoAccount => invalid("The person has no account on a connection of the client"),
        E::ProofRefused => invalid("The proof of the key does not hold"),
        E::ChallengeUsed => invalid("The challenge was used before"),
        E::Attestation(bad) => invalid(bad.to_string()),
        E::TooMany => conflict(codes::TOO_MANY_KEYS, "The person has as many keys as may be"),
        E::LastWay => conflict(codes::LAST_WAY_IN, "Nothing else leads to the account"),
        E::TooManyRequests(limit) => too_many_requests(limit),
        E::Fault(error) => fault(&error),
    }
}

/// RFC 6750 section 3.
pub fn person_unproved() -> OauthError {
    let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
    OauthError::new(StatusCode::UNAUTHORIZED, codes::INVALID_TOKEN, "The token of the person is not valid")
        .with(header::WWW_AUTHENTICATE, challenge)
}

fn refused(error: &'static str, description: String) -> OauthError {
    OauthError::new(StatusCode::FORBIDDEN, error, description)
}

fn conflict(error: &'static str, description: &'static str) -> OauthError {
    OauthError::new(StatusCode::CONFLICT, error, description)
}
