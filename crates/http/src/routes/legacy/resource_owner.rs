//! `POST /oauth/ro` (protocol 2.10), and the legacy paths that are never served (2.22).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::legacy::LegacyRequest;

use crate::answer::json;
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/oauth/ro", post(handle))
        .route("/oauth/access_token", post(disabled))
        .route("/dbconnections/change_password", post(disabled))
        .route("/unlink", post(disabled))
        .route("/login/unlink", post(disabled))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<Response, OauthError> {
    let credentials = incoming.credentials().map_err(error::legacy_credentials)?;
    let request = LegacyRequest::parse(&incoming.params).map_err(|bad| error::bad_legacy_request(&bad))?;
    let tokens = app
        .engine
        .legacy_sign_in(&credentials, request, &incoming.caller)
        .await
        .map_err(|refused| error::resource_owner(refused, incoming.used_basic()))?;
    Ok(json(StatusCode::OK, &tokens))
}

async fn disabled() -> OauthError {
    error::endpoint_disabled()
}
