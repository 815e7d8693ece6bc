//! `POST /passwordless/start` (protocol 2.1).

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::passwordless::StartRequest;

use crate::answer::{json, put_limit};
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/passwordless/start", post(handle))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<Response, OauthError> {
    let credentials = incoming.credentials().map_err(error::start_credentials)?;
    let request = StartRequest::parse(&incoming.params).map_err(|bad| error::bad_start_request(&bad))?;
    let started = app
        .engine
        .start_passwordless(&credentials, &request, &incoming.caller)
        .await
        .map_err(|refused| error::start(refused, incoming.used_basic()))?;
    let mut response = json(StatusCode::OK, &started.response).into_response();
    if let Some(limit) = &started.limit {
        put_limit(response.headers_mut(), limit);
    }
    Ok(response)
}
