//! `/continue`: on with a sign-in that was led elsewhere, where it stood (protocol 2.8, end).
//!
//! Invariant: it leads to a page of ours about a sign-in of this very browser, or nowhere.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::sign_in::SignInError;

use super::place;
use crate::app::SharedApp;
use crate::error;
use crate::extract::Visit;
use crate::page::{Refusal, refuse, see_other};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/continue", get(resume))
}

async fn resume(State(app): State<SharedApp>, visit: Visit) -> Result<Response, Refusal> {
    let words = visit.words(None);
    let found = match visit.subject() {
        Some(state) => app.engine.sign_in_page(state, visit.browser()).await,
        None => Err(SignInError::Gone),
    };
    let text = match found {
        Ok(page) => return Ok(visit.keep(see_other(&visit.path_to(place(&page.sign_in))))),
        Err(SignInError::Fault(fault)) => return Err(error::fault_page(&fault, words.locale()).into()),
        Err(SignInError::OtherBrowser) if visit.current.fresh => words.error_cookies_needed(),
        // Which of these it is concerns only who began it.
        Err(_) => words.error_page_expired(),
    };
    Err(refuse(&visit, words, StatusCode::BAD_REQUEST, &text))
}
