//! Where the sign-in of the account page comes back to. The code in its address is of no use to anybody: what
//! counts is the session that this browser has by now.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::PATH;
use crate::app::SharedApp;
use crate::error;
use crate::extract::Visit;
use crate::page::{message_and_account, see_other};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/account/back", get(back)).route("/account/prove", get(prove))
}

async fn back(State(app): State<SharedApp>, visit: Visit) -> Response {
    if !app.tenant().await.account {
        return error::not_found().into_response();
    }
    if visit.query.optional("error").ok().flatten().is_none() {
        return see_other(PATH);
    }
    // Whoever gave up would be asked at once again.
    let words = visit.words(None);
    message_and_account(&visit, words, words.account_title(), &words.account_left_text())
}

/// On to a fresh proof.
async fn prove(State(app): State<SharedApp>, visit: Visit) -> Response {
    if !app.tenant().await.account {
        return error::not_found().into_response();
    }
    let locale = visit.words(None).locale();
    match app.engine.account_proof(visit.browser(), locale.tag()).await {
        Ok(url) => visit.keep(see_other(&url)),
        Err(fault) => error::fault_page(&fault, locale),
    }
}
