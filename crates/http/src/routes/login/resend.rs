//! `POST /login/resend`: the same again, to the same address.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;

use super::Open;
use super::code::{self, Said};
use crate::app::SharedApp;
use crate::error::page::PageError;
use crate::extract::{Posted, Visit};
use crate::page::{Refusal, see_other};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/login/resend", post(submit).get(back))
}

async fn submit(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let open = Open::of(&app, visit).await?;
    let caller = visit.caller(open.words);
    match app.engine.resend(open.state, visit.browser(), &caller).await {
        Ok(()) => Ok(see_other(&format!("{}&said=again", open.path_to("/login/code")))),
        Err(error) => match open.error(error) {
            PageError::Beside(told) => code::render(&app, visit, &open, Said::Alert(told)).await,
            error => Err(open.refuse(error)),
        },
    }
}

/// The page of a refusal, read again.
async fn back(visit: Visit) -> Response {
    see_other(&visit.path_to("/login/code"))
}
