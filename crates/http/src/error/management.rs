//! Errors of the Management API: one shape for all (section 1.4 of its contract).

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use latchkey_core::Fault;
use latchkey_core::flow::manage::{Entity, ManageError, OperatorError};
use latchkey_core::flow::touch_id::{HolderError, PasswordError};
use latchkey_core::limit::LimitState;
use latchkey_core::model::{Channel, DocumentKind};
use latchkey_wire::ParamError;
use latchkey_wire::management::{Attributes, BadQuery, Failure};

use super::{FaultReport, Listener};
use crate::answer::{json, put_limit};

const JSON_UTF8: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// The error code where an administrator has to sign in again.
pub const STALE_SIGN_IN: &str = "fresh_sign_in_required";

/// An answer of the Management API that is an error.
pub struct ManagementError(Box<Response>);

impl IntoResponse for ManagementError {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<ManageError> for ManagementError {
    fn from(error: ManageError) -> Self {
        match error {
            ManageError::InsufficientScope { any_of } => {
                let message = format!("Insufficient scope, expected any of: {}", any_of.join(","));
                failure(StatusCode::FORBIDDEN, Some("insufficient_scope"), message)
            }
            ManageError::StaleSignIn => {
                let message = "This needs a fresh sign-in: sign in to the dashboard again.";
                failure(StatusCode::FORBIDDEN, Some(STALE_SIGN_IN), message)
            }
            ManageError::StalePerson => {
                let message = "This needs a fresh sign-in: the person has to prove themselves again.";
                failure(StatusCode::FORBIDDEN, Some("reauthentication_required"), message)
            }
            ManageError::PersonUnproved => unauthorized("Invalid token"),
            ManageError::Invalid { property, reason } if property.is_empty() => invalid_body(&reason),
            ManageError::Invalid { property, reason } => invalid_property(&reason, &property),
            ManageError::InvalidPath { property, reason } => {
                let message = format!("Path validation error: '{reason}' on property {property}");
                failure(StatusCode::BAD_REQUEST, Some("invalid_uri"), message)
            }
            ManageError::MissingProperty(name) => invalid_body(&format!("Missing required property: {name}")),
            ManageError::NotSupported(message) => {
                failure(StatusCode::BAD_REQUEST, Some("operation_not_supported"), message)
            }
            ManageError::BadQuery(bad) => bad.into(),
            ManageError::AddressTaken(channel) => {
                let what = match channel {
                    Channel::Email => "email",
                    Channel::Sms => "phone number",
                };
                let message = format!("The specified new {what} already exists");
                failure(StatusCode::BAD_REQUEST, Some("auth0_idp_error"), message)
            }
            ManageError::NotBlocked => failure(StatusCode::NOT_FOUND, None, "Not Found"),
            ManageError::NotFound(entity) => {
                let (code, message) = absent(entity);
                failure(StatusCode::NOT_FOUND, code, message)
            }
            ManageError::Conflict(entity) => {
                let (code, message) = conflict(entity);
                failure(StatusCode::CONFLICT, code, message)
            }
            ManageError::NoFeature(message) => {
                failure(StatusCode::FORBIDDEN, Some("feature_not_enabled"), message)
            }
            ManageError::TooLarge(most) => too_large(most),
            ManageError::TooManyJobs => {
                let message = "There are too many jobs that wait. Try again when some of them have ended";
                let status = StatusCode::TOO_MANY_REQUESTS;
                let ManagementError(mut response) = failure(status, Some("too_many_jobs"), message);
                response.headers_mut().insert(header::RETRY_AFTER, 60.into());
                ManagementError(response)
            }
            ManageError::TooManyRequests(limit) => too_many(&limit),
            ManageError::Fault(fault) => fault.into(),
        }
    }
}

impl From<BadQuery> for ManagementError {
    fn from(bad: BadQuery) -> Self {
        failure(StatusCode::BAD_REQUEST, Some("invalid_query_string"), bad.to_string())
    }
}

impl From<Fault> for ManagementError {
    fn from(fault: Fault) -> Self {
        super::reported(&fault, Listener::Operator).into()
    }
}

impl From<Response> for ManagementError {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

/// Code and message where there is none. Some tools compare them.
fn absent(entity: Entity) -> (Option<&'static str>, &'static str) {
    let (code, message) = match entity {
        Entity::Client => ("inexistent_client", "The client does not exist"),
        Entity::ClientGrant => ("inexistent_client_grant", "The grant does not exist."),
        Entity::Credential => ("inexistent_client_credential", "The credential does not exist"),
        Entity::Connection => ("inexistent_connection", "The connection does not exist"),
        Entity::User => ("inexistent_user", "The user does not exist."),
        Entity::Identity => ("inexistent_user", "The identity does not exist."),
        Entity::Session => ("inexistent_session", "The session does not exist."),
        Entity::RefreshToken => ("inexistent_refresh_token", "The refresh token does not exist."),
        Entity::DeviceKey => ("inexistent_device_credential", "The device credential does not exist."),
        Entity::Consent => ("inexistent_grant", "The grant does not exist."),
        Entity::AuthenticationMethod => {
            ("inexistent_authentication_method", "The authentication method does not exist.")
        }
        Entity::AdminPasskey => ("inexistent_passkey", "The passkey does not exist."),
        Entity::SigningKey => ("inexistent_signing_key", "The signing key does not exist."),
        Entity::Event => ("inexistent_log", "The log does not exist."),
        Entity::Job => ("inexistent_job", "The job does not exist."),
        Entity::Document(kind) => return absent_document(kind),
    };
    (Some(code), message)
}

fn absent_document(kind: DocumentKind) -> (Option<&'static str>, &'static str) {
    match kind {
        DocumentKind::ResourceServer => {
            (Some("inexistent_resource_server"), "The resource server does not exist")
        }
        DocumentKind::EmailProvider => {
            (Some("inexistent_email_provider"), "There is not a configured email provider")
        }
        DocumentKind::EmailTemplate => (Some("inexistent_email_template"), "The template does not exist."),
        DocumentKind::PhoneProvider | DocumentKind::PhoneTemplate => {
            (None, "Notification Resource not found")
        }
        DocumentKind::CustomDomain => (Some("inexistent_custom_domain"), "The custom domain does not exist"),
        DocumentKind::LogStream => (None, "The log stream does not exist."),
        DocumentKind::Admin => (Some("inexistent_admin"), "The administrator does not exist."),
        DocumentKind::AdminSession => (Some("inexistent_session"), "The session does not exist."),
        DocumentKind::Tenant
        | DocumentKind::Branding
        | DocumentKind::Prompts
        | DocumentKind::CustomText
        | DocumentKind::AttackProtection => (None, "Not Found"),
    }
}

fn conflict(entity: Entity) -> (Option<&'static str>, String) {
    match entity {
        Entity::User | Entity::Identity => {
            (Some("auth0_idp_error"), String::from("The user already exists."))
        }
        Entity::Connection => (None, String::from("A connection with the same name already exists.")),
        other => (None, format!("Another {} with the same name or id already exists.", other.word())),
    }
}

/// A token that was refused, or is missing.
pub fn operator(error: OperatorError) -> ManagementError {
    match error {
        OperatorError::Expired => unauthorized("Expired token received for JSON Web Token validation"),
        OperatorError::Invalid => unauthorized("Invalid signature received for JSON Web Token validation"),
        OperatorError::BadAudience => unauthorized("Bad audience: the token is not for this API"),
        OperatorError::TooManyRequests(limit) => too_many(&limit),
        OperatorError::Fault(fault) => fault.into(),
    }
}

/// A password that was refused.
pub fn holder(error: HolderError) -> ManagementError {
    match error {
        HolderError::ConnectionUnknown | HolderError::Password(PasswordError::Wrong) => {
            unauthorized("Wrong email or password.")
        }
        HolderError::Password(PasswordError::UserBlocked) => unauthorized("user is blocked"),
        HolderError::Password(PasswordError::TooManyAttempts) => {
            let message = "Too many failed attempts. Please try again later.";
            waiting(StatusCode::TOO_MANY_REQUESTS, Some("too_many_attempts"), message, 3600)
        }
        HolderError::Password(
            PasswordError::TooManyFailures(limit) | PasswordError::TooManyLogins(limit),
        ) => too_many(&limit),
        HolderError::Password(PasswordError::Busy) => {
            waiting(StatusCode::SERVICE_UNAVAILABLE, None, super::BUSY, 2)
        }
        HolderError::Password(PasswordError::Fault(fault)) => fault.into(),
    }
}

fn waiting(
    status: StatusCode,
    code: Option<&'static str>,
    message: &'static str,
    seconds: u32,
) -> ManagementError {
    let ManagementError(mut response) = failure(status, code, message);
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    ManagementError(response)
}

pub fn no_authentication() -> ManagementError {
    unauthorized("Missing authentication")
}

/// Not `Bearer x.y.z`.
pub fn bad_authentication() -> ManagementError {
    failure(StatusCode::BAD_REQUEST, Some("Bearer"), "Bad HTTP authentication header format")
}

pub fn route_not_found() -> ManagementError {
    failure(StatusCode::NOT_FOUND, None, "Not Found")
}

/// A record that is not there because nobody can make it here.
pub fn not_made(code: Option<&'static str>, message: &str) -> ManagementError {
    failure(StatusCode::NOT_FOUND, code, message)
}

/// What not even reading is allowed of, as small plans of Auth0 answer: tools put up with it.
pub fn no_entitlement(feature: &str) -> ManagementError {
    let message = format!("{feature} is not a feature of this server");
    failure(StatusCode::FORBIDDEN, Some("insufficient_entitlement"), message)
}

/// The domain that a request names is none of this server.
pub fn domain_unknown() -> ManagementError {
    failure(StatusCode::BAD_REQUEST, Some("inexistent_custom_domain"), "The custom domain does not exist")
}

pub fn method_not_allowed() -> ManagementError {
    failure(StatusCode::METHOD_NOT_ALLOWED, None, "This path does not support the method")
}

/// A body that is no JSON object, or no sound one.
pub fn bad_body(error: ParamError) -> ManagementError {
    invalid_body(error.to_string().trim_end_matches('.'))
}

pub fn invalid_body(reason: &str) -> ManagementError {
    let message = format!("Payload validation error: '{reason}'.");
    failure(StatusCode::BAD_REQUEST, Some("invalid_body"), message)
}

pub fn invalid_property(reason: &str, property: &str) -> ManagementError {
    let message = format!("Payload validation error: '{reason}' on property {property}");
    failure(StatusCode::BAD_REQUEST, Some("invalid_body"), message)
}

/// A body that was refused before it was read.
pub fn refused_body(status: StatusCode, message: &str) -> ManagementError {
    failure(status, None, message)
}

/// A file that is too large, by as much as it is.
pub fn too_large(most: u64) -> ManagementError {
    let message = format!("Payload content length greater than maximum allowed: {most}");
    failure(StatusCode::PAYLOAD_TOO_LARGE, None, message)
}

/// Tools compare the text, and wait for the moment that the headers name (M-004).
fn too_many(limit: &LimitState) -> ManagementError {
    let message = "Global limit has been reached";
    let ManagementError(mut response) =
        failure(StatusCode::TOO_MANY_REQUESTS, Some("too_many_requests"), message);
    put_limit(response.headers_mut(), limit);
    response.headers_mut().insert(header::RETRY_AFTER, limit.retry_after.max(1).into());
    ManagementError(response)
}

fn unauthorized(message: &str) -> ManagementError {
    let status = StatusCode::UNAUTHORIZED;
    let attributes = Some(Attributes { error: message.to_owned() });
    shape(status, Failure { attributes, ..body(status, None, message) })
}

fn failure(status: StatusCode, code: Option<&'static str>, message: impl Into<String>) -> ManagementError {
    shape(status, body(status, code, message))
}

fn body(status: StatusCode, error_code: Option<&'static str>, message: impl Into<String>) -> Failure {
    Failure {
        status_code: status.as_u16(),
        error: status.canonical_reason().unwrap_or("Error"),
        message: message.into(),
        error_code,
        attributes: None,
    }
}

/// The error code of an answer, for the log.
#[derive(Clone, Copy)]
pub struct ErrorCode(pub &'static str);

fn shape(status: StatusCode, body: Failure) -> ManagementError {
    let mut response = json(status, &body);
    if let Some(code) = body.error_code {
        response.extensions_mut().insert(ErrorCode(code));
    }
    response.headers_mut().insert(header::CONTENT_TYPE, JSON_UTF8);
    response.into()
}

/// A fault, told by its id only, in the shape of this API.
pub fn faulty(report: &FaultReport, request_id: &str) -> Response {
    let status = match report.transient {
        true => StatusCode::SERVICE_UNAVAILABLE,
        false => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let message = format!("Something went wrong. Request id: {request_id}");
    failure(status, None, message).into_response()
}
