//! `POST /tokeninfo` (protocol 2.13).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::token::required;

use crate::answer::json;
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/tokeninfo", post(handle))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<Response, OauthError> {
    let token = required(&incoming.params, "id_token").map_err(|bad| error::bad_token_request(&bad))?;
    let profile = app.engine.token_info(token, incoming.caller.ip).await.map_err(error::token_info)?;
    Ok(json(StatusCode::OK, &profile))
}
