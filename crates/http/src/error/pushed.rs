//! `POST /oauth/par` (RFC 9126 section 2.3): what `/authorize` would say, as JSON.

use latchkey_core::flow::authorize::Unanswerable;
use latchkey_core::flow::push_authorization::PushError;

use super::{OauthError, client_auth, fault, invalid, too_many_requests};

pub fn push_authorization(error: PushError, basic: bool) -> OauthError {
    match error {
        PushError::Client(error) => client_auth(error, basic),
        PushError::RequestUri => invalid("A pushed request must not hold a request_uri"),
        PushError::Unanswerable(Unanswerable::RedirectUri) => {
            invalid("The redirect_uri is missing or not registered for the client")
        }
        PushError::Unanswerable(Unanswerable::WebOrigin) => {
            invalid("The origin of the redirect_uri is not a web origin of the client")
        }
        PushError::Unanswerable(
            Unanswerable::Unreadable | Unanswerable::UnknownClient | Unanswerable::RequestUri,
        ) => invalid("The request cannot be read"),
        PushError::Refused { error, description } => OauthError::bad(error, description),
        PushError::TooManyRequests(limit) => too_many_requests(limit),
        PushError::Fault(error) => fault(&error),
    }
}
