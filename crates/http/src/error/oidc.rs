//! `/userinfo` (protocol 2.14, RFC 6750 section 3).

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use latchkey_core::flow::user_info::UserInfoError;

use super::{OauthError, fault, too_many_requests};
use crate::answer::TEXT_PLAIN;

/// `None`: the request has no token at all.
pub fn user_info(error: Option<UserInfoError>) -> Response {
    match error {
        None => unauthorized("Bearer realm=\"Users\""),
        Some(UserInfoError::Invalid) => unauthorized(
            "Bearer realm=\"Users\", error=\"invalid_token\", \
             error_description=\"The access token is expired, revoked or malformed\"",
        ),
        Some(UserInfoError::InsufficientScope) => {
            let challenge = "Bearer realm=\"Users\", error=\"insufficient_scope\", scope=\"openid\"";
            OauthError::new(
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                "The access token lacks the scope openid",
            )
            .with(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
            .into_response()
        }
        Some(UserInfoError::TooManyRequests(limit)) => too_many_requests(limit).into_response(),
        Some(UserInfoError::Fault(error)) => fault(&error).into_response(),
    }
}

/// Recorded as plain text: SDKs take it as code and description.
fn unauthorized(challenge: &'static str) -> Response {
    let headers =
        [(header::CONTENT_TYPE, TEXT_PLAIN), (header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))];
    (StatusCode::UNAUTHORIZED, headers, "Unauthorized").into_response()
}
