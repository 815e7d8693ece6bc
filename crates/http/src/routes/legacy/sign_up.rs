//! `POST /dbconnections/signup` (protocol 2.21).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_wire::sign_up::SignUpRequest;

use crate::answer::json;
use crate::app::SharedApp;
use crate::error::{self, DatabaseError};
use crate::extract::Incoming;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/dbconnections/signup", post(handle))
}

async fn handle(State(app): State<SharedApp>, incoming: Incoming) -> Result<Response, DatabaseError> {
    let credentials = incoming.credentials().map_err(error::sign_up_credentials)?;
    let request = SignUpRequest::parse(&incoming.params).map_err(|bad| error::bad_sign_up(&bad))?;
    let signed_up = app
        .engine
        .sign_up(&credentials, &request, &incoming.caller)
        .await
        .map_err(|refused| error::sign_up(refused, incoming.used_basic()))?;
    Ok(json(StatusCode::OK, &signed_up))
}
