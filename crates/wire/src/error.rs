//! The error bodies of the protocol (section 2.0.1) and the error codes used in them (2.0.4).

use serde::{Deserialize, Serialize};

/// The OAuth shape: what nearly every endpoint answers on failure (RFC 6749 section 5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthErrorBody {
    pub error: String,
    pub error_description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_uri: Option<String>,
    /// The parameters that are wrong, where an endpoint tells them one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub validation_errors: Vec<ValidationError>,
}

/// What is wrong with one parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidationError {
    pub field: String,
    pub message: String,
}

impl ValidationError {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// The database shape: `/dbconnections/signup`. SDKs read `code` and `description`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseErrorBody {
    pub name: String,
    pub code: String,
    pub description: String,
    pub status_code: u16,
}

/// The management shape: `/api/v2/*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagementErrorBody {
    pub status_code: u16,
    pub error: String,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
}

macro_rules! codes {
    ($($name:ident = $text:literal;)*) => {
        $(pub const $name: &str = $text;)*
    };
}

codes! {
    ACCESS_DENIED = "access_denied";
    AUTHORIZATION_PENDING = "authorization_pending";
    BAD_AUTH_PARAMS = "bad.authParams";
    BAD_CLIENT_ID = "bad.client_id";
    BAD_CONNECTION = "bad.connection";
    BAD_EMAIL = "bad.email";
    BAD_PHONE_NUMBER = "bad.phone_number";
    BAD_REQUEST = "bad.request";
    BAD_SEND = "bad.send";
    BLOCKED_USER = "blocked_user";
    CONSENT_REQUIRED = "consent_required";
    ENDPOINT_DISABLED = "endpoint_disabled";
    EXPIRED_TOKEN = "expired_token";
    INSUFFICIENT_SCOPE = "insufficient_scope";
    INVALID_CLIENT = "invalid_client";
    INVALID_CONNECTION = "invalid_connection";
    INVALID_GRANT = "invalid_grant";
    INVALID_REQUEST = "invalid_request";
    INVALID_REQUEST_URI = "invalid_request_uri";
    INVALID_PASSWORD = "invalid_password";
    INVALID_SCOPE = "invalid_scope";
    INVALID_SIGNUP = "invalid_signup";
    INTERACTION_REQUIRED = "interaction_required";
    INVALID_TOKEN = "invalid_token";
    INVALID_USER_PASSWORD = "invalid_user_password";
    LAST_WAY_IN = "last_way_in";
    LOGIN_REQUIRED = "login_required";
    METHOD_NOT_ALLOWED = "method_not_allowed";
    REAUTHENTICATION_REQUIRED = "reauthentication_required";
    REQUEST_NOT_SUPPORTED = "request_not_supported";
    REQUEST_URI_NOT_SUPPORTED = "request_uri_not_supported";
    SERVER_ERROR = "server_error";
    SLOW_DOWN = "slow_down";
    SMS_PROVIDER_ERROR = "sms_provider_error";
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable";
    TOO_MANY_ATTEMPTS = "too_many_attempts";
    TOO_MANY_KEYS = "too_many_keys";
    TOO_MANY_LOGINS = "too_many_logins";
    TOO_MANY_REQUESTS = "too_many_requests";
    UNAUTHORIZED = "unauthorized";
    UNAUTHORIZED_CLIENT = "unauthorized_client";
    UNSUPPORTED_CREDENTIAL_TYPE = "unsupported_credential_type";
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type";
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type";
    USER_EXISTS = "user_exists";
}
