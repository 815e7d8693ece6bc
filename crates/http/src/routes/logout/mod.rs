//! Sign-out, as Auth0 has it and as OpenID Connect has it (protocol 2.15).

mod auth0;
mod oidc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use latchkey_core::Fault;
use latchkey_core::flow::log_out::LoggedOut;

use crate::app::SharedApp;
use crate::error;
use crate::extract::Visit;
use crate::extract::browser::forget_session;
use crate::page::{self, Refusal};

pub fn route() -> Router<SharedApp> {
    Router::new().merge(auth0::route()).merge(oidc::route())
}

/// `confirm` is shown where nobody vouches for the request.
fn answer(
    visit: &Visit,
    outcome: Result<LoggedOut, Fault>,
    redirect: StatusCode,
    confirm: impl FnOnce() -> Response,
) -> Result<Response, Refusal> {
    let words = visit.words(visit.query.optional("ui_locales").ok().flatten());
    match outcome {
        Ok(LoggedOut::Redirect(to)) => match HeaderValue::from_str(&to) {
            Ok(to) => Ok(forget_session((redirect, [(header::LOCATION, to)]).into_response())),
            Err(_) => Ok(StatusCode::BAD_REQUEST.into_response()),
        },
        Ok(LoggedOut::Page) => {
            let page = page::message(visit, words, words.signed_out_title(), &words.signed_out_text());
            Ok(forget_session(page))
        }
        Ok(LoggedOut::Confirm) => Ok(confirm()),
        Ok(LoggedOut::Refused) => {
            Err(page::refuse(visit, words, StatusCode::BAD_REQUEST, &words.error_bad_redirect()))
        }
        Err(fault) => Ok(error::fault_page(&fault, words.locale())),
    }
}
