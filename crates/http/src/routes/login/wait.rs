//! `/login/wait`: was the link opened, here or on another device? A script asks by GET; going on is a
//! POST, by the script or by hand.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use latchkey_core::flow::sign_in::SignInError;
use serde_json::json;

use super::{Open, enter};
use crate::answer;
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::{Posted, Visit};
use crate::page::{Refusal, see_other};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/login/wait", get(ask).post(go_on))
}

/// `done`: there is something to go on to. `gone`: there is nothing more to wait for.
async fn ask(State(app): State<SharedApp>, visit: Visit, headers: HeaderMap) -> Result<Response, OauthError> {
    // The page of a refusal, read again.
    if headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html")) {
        return Ok(see_other(&visit.path_to("/login/code")));
    }
    let waiting = match visit.subject() {
        Some(state) => app.engine.is_waiting(state, visit.browser()).await,
        None => Err(SignInError::Gone),
    };
    let (done, gone) = match waiting {
        Ok(waiting) => (!waiting, false),
        Err(SignInError::Fault(fault)) => return Err(error::fault(&fault)),
        Err(_) => (false, true),
    };
    Ok(answer::json(StatusCode::OK, &json!({ "done": done, "gone": gone })))
}

async fn go_on(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let open = Open::of(&app, visit).await?;
    match app.engine.go_on(open.state, visit.browser(), &visit.caller).await {
        Ok(Some(entered)) => Ok(enter(entered, open.words)),
        Ok(None) => Ok(see_other(&format!("{}&said=not-yet", open.path_to("/login/code")))),
        Err(error) => Err(open.refuse(open.error(error))),
    }
}
