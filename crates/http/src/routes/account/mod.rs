//! `/account`: what a person sees and changes of their own account. The rules are in the engine.

mod acts;
mod addresses;
mod back;
mod devices;
mod export;
mod page;
mod passkeys;
mod undo;

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use latchkey_core::flow::account::{AccountError, Act};
use latchkey_core::model::Channel;
use latchkey_words::Words;

use crate::app::SharedApp;
use crate::error;
use crate::extract::{Posted, Visit};
use crate::page::{Refusal, refuse, see_other};

/// The page itself.
pub const PATH: &str = "/account";
/// The page, after a change.
const DONE: &str = "/account?done=1";
/// The field that says which session the page was shown to.
const SESSION: &str = "session";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .merge(page::route())
        .merge(back::route())
        .merge(acts::route())
        .merge(passkeys::route())
        .merge(devices::route())
        .merge(export::route())
        .merge(addresses::route())
        .merge(undo::route())
}

/// What a form of the page asks for.
fn act(posted: &Posted) -> Act<'_> {
    let Visit { caller, .. } = &posted.visit;
    Act { browser: posted.visit.browser(), session: posted.field(SESSION), caller }
}

/// The page again, with what came of a form: by a new request, so that nothing is sent twice.
async fn answer(
    app: &SharedApp,
    posted: &Posted,
    outcome: Result<(), AccountError>,
) -> Result<Response, Refusal> {
    match outcome {
        Ok(()) => Ok(see_other(DONE)),
        Err(error) => failed(app, &posted.visit, error).await,
    }
}

/// What is shown in place of what was asked for.
async fn failed(app: &SharedApp, visit: &Visit, error: AccountError) -> Result<Response, Refusal> {
    let words = visit.words(None);
    let limit = match &error {
        AccountError::TooManyRequests(limit) => Some(*limit),
        _ => None,
    };
    let (status, text) = match told(error, words) {
        Told::Instead(refused) => return refused_with(app, visit, words, refused),
        Told::OnPage(status, text) => (status, text),
    };
    match app.engine.account(visit.browser()).await {
        Ok(account) => {
            let text =
                text.unwrap_or_else(|| words.account_error_word(account.word.as_deref().unwrap_or("")));
            let failed = page::Notice::Failed { status, text };
            let mut shown = visit.keep(page::render(app, visit, &account, failed));
            if let Some(limit) = limit {
                shown.headers_mut().insert(header::RETRY_AFTER, limit.retry_after.max(1).into());
            }
            Ok(shown)
        }
        Err(error) => match told(error, words) {
            Told::Instead(refused) => refused_with(app, visit, words, refused),
            Told::OnPage(status, _) => Err(refuse(visit, words, status, &words.error_page_expired())),
        },
    }
}

/// What a person is told.
enum Told {
    /// On the page. Without a text: what is to be typed, which the page knows.
    OnPage(StatusCode, Option<String>),
    Instead(Instead),
}

enum Instead {
    NotFound,
    SignIn,
    Expired,
    Fault(latchkey_core::Fault),
}

fn told(error: AccountError, words: Words) -> Told {
    match error {
        AccountError::Off => Told::Instead(Instead::NotFound),
        AccountError::SignedOut => Told::Instead(Instead::SignIn),
        AccountError::OtherSession => Told::Instead(Instead::Expired),
        AccountError::Stale => Told::OnPage(StatusCode::FORBIDDEN, Some(words.account_prove_text())),
        AccountError::Gone => Told::OnPage(StatusCode::NOT_FOUND, Some(words.account_error_gone())),
        AccountError::Name => Told::OnPage(StatusCode::BAD_REQUEST, Some(words.account_error_name())),
        AccountError::Address(Channel::Sms) => {
            Told::OnPage(StatusCode::BAD_REQUEST, Some(words.error_bad_phone()))
        }
        AccountError::Address(Channel::Email) => {
            Told::OnPage(StatusCode::BAD_REQUEST, Some(words.error_bad_email()))
        }
        AccountError::NotSent => Told::OnPage(StatusCode::TOO_MANY_REQUESTS, Some(words.error_not_sent())),
        AccountError::TooManyRequests(limit) => {
            let minutes = limit.retry_after.max(1).div_ceil(60);
            Told::OnPage(StatusCode::TOO_MANY_REQUESTS, Some(words.error_too_many_attempts(minutes)))
        }
        AccountError::AddressCode => {
            Told::OnPage(StatusCode::BAD_REQUEST, Some(words.account_error_address_code()))
        }
        AccountError::NotConfirmed => Told::OnPage(StatusCode::BAD_REQUEST, None),
        AccountError::Passkey => Told::OnPage(StatusCode::BAD_REQUEST, Some(words.error_new_passkey())),
        AccountError::LastWay => Told::OnPage(StatusCode::CONFLICT, Some(words.account_passkey_last())),
        AccountError::LastAddress => Told::OnPage(StatusCode::CONFLICT, Some(words.account_address_last())),
        AccountError::LastDevice => Told::OnPage(StatusCode::CONFLICT, Some(words.account_device_last())),
        AccountError::Fault(fault) => Told::Instead(Instead::Fault(fault)),
    }
}

fn refused_with(app: &SharedApp, visit: &Visit, words: Words, why: Instead) -> Result<Response, Refusal> {
    match why {
        Instead::NotFound => Ok(error::not_found().into_response()),
        Instead::SignIn => Ok(visit.keep(sign_in(app, visit, words))),
        Instead::Expired => Err(refuse(visit, words, StatusCode::FORBIDDEN, &words.error_page_expired())),
        Instead::Fault(fault) => Ok(error::fault_page(&fault, words.locale())),
    }
}

/// On to the pages that sign people in, and back from there: by the connection that a link to the page names, or
/// any.
fn sign_in(app: &SharedApp, visit: &Visit, words: Words) -> Response {
    let connection = visit.query.optional("connection").ok().flatten();
    see_other(&app.engine.account_sign_in(connection, words.locale().tag()))
}
