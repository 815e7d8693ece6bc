//! `GET /.well-known/openid-configuration`, also as RFC 8414 names it (protocol 2.16).

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};

use crate::answer::APPLICATION_JSON;
use crate::app::SharedApp;

/// Seconds that the documents may be kept.
pub const PUBLIC: HeaderValue = HeaderValue::from_static("public, max-age=300");

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/.well-known/openid-configuration", get(handle))
        .route("/.well-known/oauth-authorization-server", get(handle))
}

async fn handle(State(app): State<SharedApp>) -> Response {
    let headers = [(header::CONTENT_TYPE, APPLICATION_JSON), (header::CACHE_CONTROL, PUBLIC)];
    (headers, app.discovery.clone()).into_response()
}
