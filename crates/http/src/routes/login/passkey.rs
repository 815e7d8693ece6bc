//! `/login/passkey`: a passkey in place of an address. A script asks for the challenge and sends the answer as a
//! form, so that what follows is a page like any other.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_core::flow::sign_in::SignInError;
use latchkey_wire::Secret;
use latchkey_wire::params::json_of;
use latchkey_wire::passkey::{Assertion, AuthnResponse, PasskeyResponse};
use serde_json::Value;

use super::{Open, enter, identify};
use crate::answer;
use crate::app::SharedApp;
use crate::error::page::PageError;
use crate::extract::Posted;
use crate::page::Refusal;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/login/passkey", post(submit)).route("/login/passkey/options", post(options))
}

async fn options(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let open = Open::of(&app, visit).await?;
    match app.engine.offer_passkey(open.state, visit.browser()).await {
        Ok(Some(offered)) => Ok(answer::json(
            StatusCode::OK,
            &PasskeyResponse { auth_session: offered.auth_session, authn_params_public_key: offered.options },
        )),
        Ok(None) => Err(open.refuse(open.error(SignInError::Passkey))),
        Err(error) => Err(open.refuse(open.error(error))),
    }
}

async fn submit(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let open = Open::of(&app, visit).await?;
    let remember = !posted.field("remember").is_empty();
    let entered = match assertion(posted.field("answer")) {
        None => Err(SignInError::Passkey),
        Some(assertion) => {
            let answer = (&Secret::new(posted.field("auth_session")), &assertion);
            app.engine
                .enter_by_passkey(open.state, visit.browser(), answer, remember, &visit.caller(open.words))
                .await
        }
    };
    match entered {
        Ok(entered) => Ok(enter(entered, open.words)),
        Err(error) => {
            let is_refused = matches!(error, SignInError::Passkey);
            match open.error(error) {
                PageError::Beside(mut told) => {
                    if is_refused && open.page.ways.is_empty() {
                        told.text = open.words.error_passkey_alone();
                    }
                    identify::again(&app, visit, &open, told).await
                }
                error => Err(open.refuse(error)),
            }
        }
    }
}

fn assertion(text: &str) -> Option<Assertion> {
    let Ok(Value::Object(given)) = json_of(text.as_bytes()) else { return None };
    match AuthnResponse::read(&given) {
        Ok(AuthnResponse::Assertion(assertion)) => Some(assertion),
        Ok(AuthnResponse::Attestation(_)) | Err(_) => None,
    }
}
