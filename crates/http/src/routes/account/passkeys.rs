//! `/account/passkeys*`. A script asks what to make and sends what the browser made as a form, so that what follows
//! is a page like any other.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_core::flow::account::AccountError;
use latchkey_wire::Secret;
use latchkey_wire::params::json_of;
use latchkey_wire::passkey::{Attestation, AuthnResponse, PasskeyResponse};
use serde_json::Value;

use super::{act, answer, failed};
use crate::answer::json;
use crate::app::SharedApp;
use crate::extract::Posted;
use crate::page::Refusal;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/account/passkeys", post(add))
        .route("/account/passkeys/options", post(options))
        .route("/account/passkeys/rename", post(rename))
        .route("/account/passkeys/remove", post(remove))
}

async fn options(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    match app.engine.begin_own_passkey(act(&posted)).await {
        Ok(begun) => Ok(json(
            StatusCode::OK,
            &PasskeyResponse { auth_session: begun.auth_session, authn_params_public_key: begun.options },
        )),
        Err(error) => failed(&app, &posted.visit, error).await,
    }
}

async fn add(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let outcome = match attestation(posted.field("answer")) {
        None => Err(AccountError::Passkey),
        Some(made) => {
            let session = Secret::new(posted.field("auth_session"));
            app.engine.finish_own_passkey(act(&posted), &session, &made).await
        }
    };
    answer(&app, &posted, outcome).await
}

async fn rename(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let (id, name) = (posted.field("id"), posted.field("name"));
    let outcome = app.engine.rename_own_passkey(act(&posted), id, name).await;
    answer(&app, &posted, outcome).await
}

async fn remove(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let outcome = app.engine.remove_own_passkey(act(&posted), posted.field("id")).await;
    answer(&app, &posted, outcome).await
}

fn attestation(text: &str) -> Option<Attestation> {
    let Ok(Value::Object(given)) = json_of(text.as_bytes()) else { return None };
    match AuthnResponse::read(&given) {
        Ok(AuthnResponse::Attestation(made)) => Some(made),
        Ok(AuthnResponse::Assertion(_)) | Err(_) => None,
    }
}
