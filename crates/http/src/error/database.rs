//! `/dbconnections/signup` (protocol 2.21): the database shape.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use latchkey_core::flow::authenticate_client::ClientAuthError;
use latchkey_core::flow::resource_owner::LegacyError;
use latchkey_core::flow::touch_id::SignUpError;
use latchkey_wire::error::{self as codes, DatabaseErrorBody};
use latchkey_wire::sign_up::BadSignUpRequest;

use super::{BUSY, OauthError, fault, too_many_requests};
use crate::answer::json;
use crate::extract::credentials::BadCredentials;

/// An answer of the database shape. Limits and faults have that of OAuth, as everywhere.
pub struct DatabaseError(Box<Response>);

impl IntoResponse for DatabaseError {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<OauthError> for DatabaseError {
    fn from(error: OauthError) -> Self {
        Self(Box::new(error.into_response()))
    }
}

pub fn sign_up_credentials(bad: BadCredentials) -> DatabaseError {
    match bad {
        BadCredentials::Missing => invalid("missing client_id parameter"),
        BadCredentials::Unknown => unknown_client(),
        bad => super::credentials(bad).into(),
    }
}

pub fn bad_sign_up(bad: &BadSignUpRequest) -> DatabaseError {
    match bad {
        BadSignUpRequest::Parameter(bad) => invalid(bad.to_string()),
        BadSignUpRequest::WeakPassword => shape(
            StatusCode::BAD_REQUEST,
            ("PasswordStrengthError", codes::INVALID_PASSWORD),
            bad.to_string(),
        ),
    }
}

pub fn sign_up(error: SignUpError, basic: bool) -> DatabaseError {
    match error {
        SignUpError::Legacy(LegacyError::Client(ClientAuthError::Unknown)) => unknown_client(),
        SignUpError::Legacy(LegacyError::Disabled) => shape(
            StatusCode::NOT_FOUND,
            ("NotFoundError", codes::ENDPOINT_DISABLED),
            "This endpoint is disabled",
        ),
        SignUpError::Legacy(LegacyError::ConnectionUnknown) => invalid("the connection was not found"),
        SignUpError::Legacy(LegacyError::ConnectionDisabled) => invalid("the connection was disabled"),
        SignUpError::Legacy(LegacyError::ConnectionStrategy) => {
            invalid("specified strategy does not support requested operation")
        }
        SignUpError::Legacy(error) => super::legacy(error, "/dbconnections/signup", basic).into(),
        SignUpError::Closed => invalid("Public signup is disabled"),
        SignUpError::EmailRejected => invalid("Invalid email address"),
        SignUpError::Taken => shape(
            StatusCode::BAD_REQUEST,
            ("BadRequestError", codes::USER_EXISTS),
            "The user already exists.",
        ),
        SignUpError::TooManyRequests(limit) => too_many_requests(limit).into(),
        SignUpError::Busy => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let DatabaseError(mut response) =
                shape(status, ("ServiceUnavailableError", codes::TEMPORARILY_UNAVAILABLE), BUSY);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            DatabaseError(response)
        }
        SignUpError::Fault(error) => fault(&error).into(),
    }
}

fn unknown_client() -> DatabaseError {
    let names = ("UnauthorizedClientError", codes::UNAUTHORIZED_CLIENT);
    shape(StatusCode::FORBIDDEN, names, "invalid client")
}

fn invalid(description: impl Into<Cow<'static, str>>) -> DatabaseError {
    shape(StatusCode::BAD_REQUEST, ("BadRequestError", codes::INVALID_SIGNUP), description)
}

fn shape(
    status: StatusCode,
    (name, code): (&'static str, &'static str),
    description: impl Into<Cow<'static, str>>,
) -> DatabaseError {
    let body = DatabaseErrorBody {
        name: name.to_owned(),
        code: code.to_owned(),
        description: description.into().into_owned(),
        status_code: status.as_u16(),
    };
    DatabaseError(Box::new(json(status, &body)))
}
