//! `POST /oauth/introspect` (RFC 7662).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::Secret;
use latchkey_wire::token::required;

use crate::answer::json;
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/oauth/introspect", post(handle))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<Response, OauthError> {
    let credentials = incoming.credentials().map_err(error::introspect_credentials)?;
    let token = required(&incoming.params, "token").map_err(|bad| error::bad_token_request(&bad))?;
    let told = app
        .engine
        .introspect(&credentials, &Secret::new(token), &incoming.caller)
        .await
        .map_err(|refused| error::introspect(refused, incoming.used_basic()))?;
    Ok(json(StatusCode::OK, &told))
}
