//! `POST /oauth/par` (RFC 9126): 201 and a name for the request.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::authorize::AuthorizeRequest;

use crate::answer::json;
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/oauth/par", post(handle))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<Response, OauthError> {
    let credentials = incoming.credentials().map_err(error::credentials)?;
    let request = AuthorizeRequest::from_params(&incoming.params);
    let pushed = app
        .engine
        .push_authorization(&credentials, request, &incoming.caller)
        .await
        .map_err(|refused| error::push_authorization(refused, incoming.used_basic()))?;
    Ok(json(StatusCode::CREATED, &pushed))
}
