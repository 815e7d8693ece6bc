//! `POST /device-keys/challenge`: what a device signs next.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::device_key::{ChallengeRequest, ChallengeResponse};

use crate::answer::{json, put_limit};
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/device-keys/challenge", post(handle))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<Response, OauthError> {
    let credentials = incoming.credentials().map_err(error::credentials)?;
    let request = ChallengeRequest::parse(&incoming.params).map_err(|bad| error::bad_token_request(&bad))?;
    let basic = incoming.used_basic();
    let begun = app
        .engine
        .challenge_device(&credentials, &request, &incoming.caller)
        .await
        .map_err(|refused| error::challenge_device(refused, basic, &app.engine.settings.issuer))?;
    let body = ChallengeResponse {
        challenge: begun.challenge,
        expires_in: begun.expires_in,
        server_time: begun.now.0,
    };
    let mut response = json(StatusCode::OK, &body);
    put_limit(response.headers_mut(), &begun.limit);
    Ok(response)
}
