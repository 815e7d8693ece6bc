//! `POST /oauth/token` (protocol 2.9, RFC 6749 section 3.2).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::token::TokenRequest;

use crate::answer::json;
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/oauth/token", post(handle))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<Response, OauthError> {
    let request = TokenRequest::parse(&incoming.params).map_err(|bad| error::bad_token_request(&bad))?;
    let credentials = incoming.credentials().map_err(error::credentials)?;
    let grant_type = incoming.params.text("grant_type").ok().flatten().unwrap_or_default();
    let basic = incoming.used_basic();
    let tokens = app
        .engine
        .exchange(&credentials, request, &incoming.caller)
        .await
        .map_err(|refused| error::exchange(refused, grant_type, basic, &app.engine.settings.issuer))?;
    Ok(json(StatusCode::OK, &tokens))
}
