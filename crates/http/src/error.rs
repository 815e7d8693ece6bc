//! The only table from errors to status and body (protocol 2.0.1, 2.0.4 and the tables of each
//! endpoint). Faults are handed on to `layers`, which logs them once and tells the caller the
//! request id only.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use latchkey_core::Fault;
use latchkey_core::flow::authenticate_client::ClientAuthError;
use latchkey_core::limit::LimitState;
use latchkey_wire::ParamError;
use latchkey_wire::error as codes;
use latchkey_wire::error::{OauthErrorBody, ValidationError};
use latchkey_words::Locale;

use crate::answer::{json, put_limit};

mod database;
mod device;
mod device_key;
mod exchange;
mod legacy;
pub mod management;
mod oidc;
mod otp;
pub mod page;
mod passkey;
mod pushed;
mod start;
mod verify;

pub use database::{DatabaseError, bad_sign_up, sign_up, sign_up_credentials};
pub use device::ask_for_device;
pub use device_key::{challenge_device, enrol_key, person_unproved};
use exchange::grant_not_allowed;
pub use exchange::{bad_token_request, exchange, introspect, introspect_credentials, revoke};
use legacy::legacy;
pub use legacy::{bad_legacy_request, delegation, legacy_credentials, resource_owner, token_info};
pub use oidc::user_info;
pub use otp::{bad_challenge_request, otp_challenge, otp_credentials};
pub use passkey::{bad_passkey_request, begin_passkey};
pub use pushed::push_authorization;
pub use start::{bad_start_request, start, start_credentials};
pub use verify::{bad_co_authenticate, co_authenticate, origin_refused, verify, verify_tokens};

use crate::extract::credentials::BadCredentials;

/// A code was right, and the operator wants what its person enrolled.
const WEAKER: &str = "The user signs in with a passkey or a device key";

/// An answer of the OAuth shape.
#[derive(Debug)]
pub struct OauthError {
    status: StatusCode,
    error: &'static str,
    description: Cow<'static, str>,
    /// Further members of the body, where there are any.
    more: Option<Box<More>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    limit: Option<Box<LimitState>>,
    fault: Option<Box<FaultReport>>,
}

#[derive(Debug, Default)]
struct More {
    uri: Option<String>,
    validation: Vec<ValidationError>,
}

/// A fault on its way to the log.
#[derive(Clone, Debug)]
pub struct FaultReport {
    pub text: String,
    pub transient: bool,
    pub to: Listener,
}

/// Who is told of a fault.
#[derive(Clone, Copy, Debug)]
pub enum Listener {
    Client,
    /// On a page, in this language.
    Person(Locale),
    /// A tool of the Management API.
    Operator,
}

impl OauthError {
    fn new(status: StatusCode, error: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        let description = description.into();
        Self { status, error, description, more: None, headers: Vec::new(), limit: None, fault: None }
    }

    fn bad(error: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub fn headers(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        self.headers.iter().map(|(name, value)| (name, value))
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The connection ends with the answer.
    pub fn closing(self) -> Self {
        self.with(header::CONNECTION, HeaderValue::from_static("close"))
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let more = self.more.map_or_else(More::default, |more| *more);
        let body = OauthErrorBody {
            error: self.error.to_owned(),
            error_description: self.description.into_owned(),
            error_uri: more.uri,
            validation_errors: more.validation,
        };
        let mut response = json(self.status, &body);
        let headers: &mut HeaderMap = response.headers_mut();
        if let Some(limit) = self.limit {
            put_limit(headers, &limit);
            headers.insert(header::RETRY_AFTER, limit.retry_after.max(1).into());
        }
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        if let Some(fault) = self.fault {
            response.extensions_mut().insert(*fault);
        }
        response
    }
}

/// Nobody's request's fault. The body is filled in where the request id is known.
pub fn fault(fault: &Fault) -> OauthError {
    let transient = fault.is_transient();
    let (status, error) = match transient {
        true => (StatusCode::SERVICE_UNAVAILABLE, codes::TEMPORARILY_UNAVAILABLE),
        false => (StatusCode::INTERNAL_SERVER_ERROR, codes::SERVER_ERROR),
    };
    let mut answer = OauthError::new(status, error, "");
    let to = Listener::Client;
    answer.fault = Some(Box::new(FaultReport { text: fault.to_string(), transient, to }));
    answer
}

/// As [`fault`], on a page.
pub fn fault_page(fault: &Fault, locale: Locale) -> Response {
    reported(fault, Listener::Person(locale))
}

fn reported(fault: &Fault, to: Listener) -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    let report = FaultReport { text: fault.to_string(), transient: fault.is_transient(), to };
    response.extensions_mut().insert(report);
    response
}

/// The answer to a fault or a panic: nothing but the request id.
pub fn faulty(transient: bool, request_id: &str) -> OauthError {
    match transient {
        true => OauthError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            codes::TEMPORARILY_UNAVAILABLE,
            format!("The service is temporarily unavailable. Request id: {request_id}"),
        ),
        false => OauthError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            codes::SERVER_ERROR,
            format!("Something went wrong. Request id: {request_id}"),
        ),
    }
}

/// Over a limit (security.md section 3.2).
fn too_many_requests(limit: LimitState) -> OauthError {
    let mut answer = OauthError::new(
        StatusCode::TOO_MANY_REQUESTS,
        codes::TOO_MANY_REQUESTS,
        "Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.",
    );
    answer.limit = Some(Box::new(limit));
    answer
}

/// Over the pace at which one account may be signed in to (protocol 4.3).
fn too_many_logins(limit: LimitState) -> OauthError {
    OauthError { error: codes::TOO_MANY_LOGINS, ..too_many_requests(limit) }
}

/// An address or a pair of address and IP is blocked. How long depends on whom the address belongs
/// to, so the headers tell no figures but a fixed one.
fn too_many_attempts() -> OauthError {
    OauthError::new(
        StatusCode::TOO_MANY_REQUESTS,
        codes::TOO_MANY_ATTEMPTS,
        "Too many failed attempts. Please try again later.",
    )
    .with(header::RETRY_AFTER, HeaderValue::from_static("3600"))
}

const BUSY: &str = "Too many passwords are checked at this moment. Please try again.";

/// Overload, and not a quota (security.md section 3.2).
fn busy() -> OauthError {
    OauthError::new(StatusCode::SERVICE_UNAVAILABLE, codes::TEMPORARILY_UNAVAILABLE, BUSY)
        .with(header::RETRY_AFTER, HeaderValue::from_static("2"))
}

const CLIENT_FAILED: &str = "Client authentication failed";

/// RFC 6749 section 5.2: 401, and the scheme's name to those who used the scheme.
fn client_failed(basic: bool, description: &'static str) -> OauthError {
    let answer = OauthError::new(StatusCode::UNAUTHORIZED, codes::INVALID_CLIENT, description);
    match basic {
        true => answer.with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"clients\"")),
        false => answer,
    }
}

/// Client authentication at the endpoints that tell nothing about clients.
fn client_auth(error: ClientAuthError, basic: bool) -> OauthError {
    match error {
        ClientAuthError::Unknown | ClientAuthError::Required | ClientAuthError::Failed => {
            client_failed(basic, CLIENT_FAILED)
        }
        ClientAuthError::TooManyFailures(limit) => too_many_requests(limit),
        ClientAuthError::Fault(error) => fault(&error),
    }
}

/// A request that names no client, at the endpoints of OAuth.
pub fn credentials(bad: BadCredentials) -> OauthError {
    match bad {
        BadCredentials::Missing => missing("client_id"),
        BadCredentials::Unknown => client_failed(false, CLIENT_FAILED),
        BadCredentials::MalformedBasic => client_failed(true, CLIENT_FAILED),
        BadCredentials::NotText { name } => invalid(format!("Parameter {name} must be a string")),
        BadCredentials::TwoMethods => invalid("Only one client authentication method may be used"),
        BadCredentials::Mismatch => client_mismatch("authentication header"),
        BadCredentials::AssertionType => {
            invalid("Parameter client_assertion_type is missing or not supported")
        }
    }
}

fn invalid(description: impl Into<Cow<'static, str>>) -> OauthError {
    OauthError::bad(codes::INVALID_REQUEST, description)
}

fn missing(name: &str) -> OauthError {
    invalid(format!("Missing required parameter: {name}"))
}

pub fn client_mismatch(place: &'static str) -> OauthError {
    invalid(format!("The client_id in the {place} does not match the client_id in the payload"))
}

pub fn forwarded_for() -> OauthError {
    invalid("Expected `auth0-forwarded-for` header to be a valid IP address.")
}

/// RFC 6750 section 2: one way to send a token.
pub fn two_tokens() -> OauthError {
    invalid("Send the access token in one way only")
}

pub fn malformed(bad: &ParamError) -> OauthError {
    invalid(bad.to_string())
}

pub fn media_type() -> OauthError {
    OauthError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        codes::INVALID_REQUEST,
        "The body must be application/json or application/x-www-form-urlencoded, in UTF-8, not compressed",
    )
}

pub fn too_large() -> OauthError {
    OauthError::new(StatusCode::PAYLOAD_TOO_LARGE, codes::INVALID_REQUEST, "The request body is too large")
        .with(header::CONNECTION, HeaderValue::from_static("close"))
}

pub fn too_slow() -> OauthError {
    OauthError::new(StatusCode::REQUEST_TIMEOUT, codes::INVALID_REQUEST, "The request body took too long")
        .closing()
}

pub fn broken_body() -> OauthError {
    invalid("The request body could not be read")
}

/// What follows on the connection may be read otherwise by whoever stands before us: it ends.
pub fn bad_host() -> OauthError {
    invalid("The request must have exactly one Host header").closing()
}

pub fn misdirected() -> OauthError {
    OauthError::new(StatusCode::MISDIRECTED_REQUEST, codes::INVALID_REQUEST, "This server is not a proxy")
        .closing()
}

pub fn not_found() -> OauthError {
    OauthError::new(StatusCode::NOT_FOUND, "not_found", "There is nothing at this path")
}

pub fn method_not_allowed() -> OauthError {
    OauthError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        codes::METHOD_NOT_ALLOWED,
        "This path does not support the method",
    )
}

pub fn endpoint_disabled() -> OauthError {
    OauthError::new(StatusCode::NOT_FOUND, codes::ENDPOINT_DISABLED, "This endpoint is disabled")
}

pub fn forbidden(description: &'static str) -> OauthError {
    OauthError::new(StatusCode::FORBIDDEN, codes::ACCESS_DENIED, description)
}
