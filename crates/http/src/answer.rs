//! Answers that are not errors.

mod authorization;
mod job_file;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use latchkey_core::limit::LimitState;
use serde::Serialize;

pub use authorization::{address, authorization, co_verify, form_targets};
pub use job_file::JobFile;

pub const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");
pub const TEXT_HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
pub const TEXT_PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// `value` as a JSON body.
pub fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (status, [(header::CONTENT_TYPE, APPLICATION_JSON)], body).into_response(),
        // Types of the wire always serialise: their maps have text keys.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The three `X-RateLimit-*` headers (security.md section 3.2).
pub fn put_limit(headers: &mut HeaderMap, limit: &LimitState) {
    headers.insert(LIMIT, limit.limit.into());
    headers.insert(REMAINING, limit.remaining.into());
    headers.insert(RESET, limit.reset_at.into());
}

/// A page: what it loads is ours, and nobody frames it.
pub fn page(status: StatusCode, html: String) -> Response {
    const POLICY: HeaderValue = HeaderValue::from_static(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    let headers = [
        (header::CONTENT_TYPE, TEXT_HTML),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (status, headers, html).into_response()
}

/// A file that is part of the program; browsers ask again whether it changed.
pub fn asset(content_type: &'static str, body: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, body).into_response()
}
