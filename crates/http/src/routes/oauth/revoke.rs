//! `POST /oauth/revoke` (protocol 2.11, RFC 7009): 200 and nothing, also for tokens that nobody knows.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::Secret;
use latchkey_wire::token::required;

use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/oauth/revoke", post(handle))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<StatusCode, OauthError> {
    let credentials = incoming.credentials().map_err(error::credentials)?;
    let token = required(&incoming.params, "token").map_err(|bad| error::bad_token_request(&bad))?;
    let revoked = app.engine.revoke(&credentials, &Secret::new(token), &incoming.caller).await;
    match revoked.err().and_then(|refused| error::revoke(refused, incoming.used_basic())) {
        None => Ok(StatusCode::OK),
        Some(refused) => Err(refused),
    }
}
