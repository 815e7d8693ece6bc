//! `POST /delegation` (protocol 2.12).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::legacy::DelegationRequest;

use crate::answer::json;
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/delegation", post(handle))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<Response, OauthError> {
    let credentials = incoming.credentials().map_err(error::legacy_credentials)?;
    let request =
        DelegationRequest::parse(&incoming.params).map_err(|bad| error::bad_legacy_request(&bad))?;
    let renewed = app
        .engine
        .delegate(&credentials, request, &incoming.caller)
        .await
        .map_err(|refused| error::delegation(refused, incoming.used_basic()))?;
    Ok(json(StatusCode::OK, &renewed))
}
