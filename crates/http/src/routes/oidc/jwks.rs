//! `GET /.well-known/jwks.json` (RFC 7517): the keys as prepared, nothing made per request.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::header;

use super::discovery::PUBLIC;
use crate::answer::APPLICATION_JSON;
use crate::app::SharedApp;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/.well-known/jwks.json", get(handle))
}

async fn handle(State(app): State<SharedApp>) -> Response {
    let headers = [(header::CONTENT_TYPE, APPLICATION_JSON), (header::CACHE_CONTROL, PUBLIC)];
    (headers, Body::from(Bytes::from_owner(Keys(app.engine.keys.jwks())))).into_response()
}

/// Shares the text instead of copying it.
struct Keys(std::sync::Arc<str>);

impl AsRef<[u8]> for Keys {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
