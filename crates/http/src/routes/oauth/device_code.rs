//! `POST /oauth/device/code` (RFC 8628 section 3.1, as Auth0 names it).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::device::DeviceCodeRequest;

use crate::answer::json;
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/oauth/device/code", post(handle))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<Response, OauthError> {
    let credentials = incoming.credentials().map_err(error::credentials)?;
    let request = DeviceCodeRequest::parse(&incoming.params).map_err(|bad| error::bad_token_request(&bad))?;
    let codes =
        app.engine.ask_for_device(&credentials, request, &incoming.caller).await.map_err(|refused| {
            error::ask_for_device(refused, &app.engine.settings.issuer, incoming.used_basic())
        })?;
    Ok(json(StatusCode::OK, &codes))
}
