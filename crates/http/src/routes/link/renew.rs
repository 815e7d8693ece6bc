//! `POST /link/{token}/renew`: a new mail, please.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use latchkey_core::flow::sign_in::{Renewed, SignInError};
use latchkey_wire::Secret;

use crate::app::SharedApp;
use crate::error::page as errors;
use crate::extract::{Posted, Visit};
use crate::page::{self, Refusal, see_other};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/link/{token}/renew", post(submit).get(back))
}

async fn submit(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let words = visit.words(None);
    let renewed = match visit.subject() {
        Some(link) => app.engine.renew_link(link, visit.browser(), &visit.caller(words)).await,
        None => Err(SignInError::Gone),
    };
    match renewed {
        Ok(Renewed::Here { handle }) => Ok(see_other(&format!("/login/code?state={}", handle.expose()))),
        Ok(Renewed::Elsewhere) => {
            Ok(page::message(visit, words, words.link_wait_title(), &words.link_dead_replaced()))
        }
        Err(error) => Err(page::refuse_sign_in(visit, words, errors::sign_in(error, words, true), None)),
    }
}

/// The page of a refusal, read again.
async fn back(visit: Visit) -> Response {
    see_other(&format!("/link/{}", visit.subject().map_or("unknown", Secret::expose)))
}
