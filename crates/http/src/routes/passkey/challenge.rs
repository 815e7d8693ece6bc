//! `POST /passkey/challenge` (protocol 2.6).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::passkey::{ChallengeRequest, PasskeyResponse};

use crate::answer::{json, put_limit};
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/passkey/challenge", post(handle))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<Response, OauthError> {
    let basic = incoming.used_basic();
    app.engine.require_passkeys().await.map_err(|off| error::begin_passkey(off, basic))?;
    let credentials = incoming.credentials().map_err(error::credentials)?;
    let request =
        ChallengeRequest::parse(&incoming.params).map_err(|bad| error::bad_passkey_request(&bad))?;
    let begun = app
        .engine
        .challenge_passkey(&credentials, &request, &incoming.caller)
        .await
        .map_err(|refused| error::begin_passkey(refused, basic))?;
    let body = PasskeyResponse { auth_session: begun.auth_session, authn_params_public_key: begun.options };
    let mut response = json(StatusCode::OK, &body);
    put_limit(response.headers_mut(), &begun.limit);
    Ok(response)
}
