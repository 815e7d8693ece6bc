//! Which pages may read the answers (protocol 2.0): any page for what is public or needs a token of
//! its own, and for the rest the pages of registered clients and our own.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use latchkey_core::Fault;

use crate::app::SharedApp;
use crate::error;

const ANY: HeaderValue = HeaderValue::from_static("*");
const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("GET, POST, DELETE");
const ALLOWED_HEADERS: HeaderValue =
    HeaderValue::from_static("Content-Type, Authorization, Auth0-Client, X-Request-Language, DPoP");
const EXPOSED_HEADERS: HeaderValue = HeaderValue::from_static(
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, WWW-Authenticate, \
     X-Auth0-RequestId",
);
/// Seconds that a browser remembers a preflight.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// Any page may read the answer.
pub async fn open(request: Request, next: Next) -> Response {
    let mut response = match is_preflight(&request) {
        true => preflight(true),
        false => next.run(request).await,
    };
    allow(response.headers_mut(), ANY);
    response
}

/// Pages of clients, and ours, may read the answer. Whether the very client of a request lists the
/// origin is the rules' affair: a preflight does not name it.
pub async fn listed(State(app): State<SharedApp>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let known = match &origin {
        None => false,
        Some(origin) => match is_known(&app, origin).await {
            Ok(known) => known,
            Err(fault) => return error::fault(&fault).into_response(),
        },
    };
    let mut response = match is_preflight(&request) {
        true => preflight(known),
        false => next.run(request).await,
    };
    if let Some(origin) = origin.as_ref().filter(|_| !known) {
        app.engine.note_origin(None, origin.to_str().unwrap_or_default());
    }
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin.filter(|_| known) {
        allow(headers, origin);
    }
    response
}

/// As [`listed`], and cookies may come along (P-101).
pub async fn credentialed(State(app): State<SharedApp>, request: Request, next: Next) -> Response {
    let mut response = listed(State(app), request, next).await;
    let headers = response.headers_mut();
    if headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    response
}

async fn is_known(app: &SharedApp, origin: &HeaderValue) -> Result<bool, Fault> {
    let Ok(origin) = origin.to_str() else { return Ok(false) };
    Ok(app.engine.is_own_origin(origin) || app.engine.is_listed_origin(origin).await?)
}

fn is_preflight(request: &Request) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight(known: bool) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if known {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    }
    response
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
}
