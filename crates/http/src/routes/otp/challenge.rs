//! `POST /otp/challenge` (protocol 2.5).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::otp::{ChallengeRequest, ChallengeResponse};

use crate::answer::{json, put_limit};
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/otp/challenge", post(handle))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<Response, OauthError> {
    let credentials = incoming.credentials().map_err(error::otp_credentials)?;
    let request = ChallengeRequest::parse(&incoming.params).map_err(error::bad_challenge_request)?;
    let issuer = &app.engine.settings.issuer;
    let challenged = app
        .engine
        .challenge_otp(&credentials, &request, &incoming.caller)
        .await
        .map_err(|refused| error::otp_challenge(refused, incoming.used_basic(), issuer))?;
    let mut response = json(StatusCode::OK, &ChallengeResponse { auth_session: challenged.auth_session });
    if let Some(limit) = &challenged.limit {
        put_limit(response.headers_mut(), limit);
    }
    Ok(response)
}
