//! `/account/addresses*`: a new address, and the code that proves it. The page is the same whoever has the address.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_core::flow::account::{AccountError, NewAddress};
use latchkey_core::model::shown_address;
use latchkey_wire::Secret;

use super::{act, answer, failed};
use crate::app::SharedApp;
use crate::extract::browser::forget_session;
use crate::extract::{Posted, typed};
use crate::page::{self, Around, Frame, Refusal, message};

/// Most characters of an address that are shown again.
const MAX_SHOWN: usize = 254;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/account/addresses", post(ask))
        .route("/account/addresses/confirm", post(confirm))
        .route("/account/addresses/remove", post(remove))
}

#[derive(Template)]
#[template(path = "login/account_address.html")]
struct Page<'a> {
    frame: Frame,
    token: Secret,
    session: &'a str,
    /// Goes back with the code.
    asked: &'a Secret,
    /// As it is, and as it is shown.
    typed: &'a str,
    address: &'a str,
    error: Option<String>,
}

async fn ask(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let instead_of = Some(posted.field("id")).filter(|id| !id.is_empty());
    let new = NewAddress { typed: posted.field("address"), instead_of };
    match app.engine.ask_own_address(act(&posted), new).await {
        Ok(asked) => Ok(render(&app, &posted, &asked.token, asked.address.as_str(), false)),
        Err(error) => failed(&app, &posted.visit, error).await,
    }
}

async fn confirm(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let (asked, code) = (Secret::new(posted.field("asked")), Secret::new(typed::word(posted.field("code"))));
    match app.engine.confirm_own_address(act(&posted), &asked, &code).await {
        Err(AccountError::AddressCode) => {
            let address: String = posted.field("address").chars().take(MAX_SHOWN).collect();
            Ok(render(&app, &posted, &asked, &address, true))
        }
        outcome => answer(&app, &posted, outcome).await,
    }
}

async fn remove(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    match app.engine.remove_own_address(act(&posted), posted.field("id")).await {
        Ok(()) => {
            let words = visit.words(None);
            let title = words.account_address_removed_title();
            Ok(forget_session(message(visit, words, title, &words.account_undone_text())))
        }
        Err(error) => failed(&app, visit, error).await,
    }
}

/// `wrong`: the code is not right.
fn render(app: &SharedApp, posted: &Posted, asked: &Secret, address: &str, wrong: bool) -> Response {
    let visit = &posted.visit;
    let words = visit.words(None);
    let frame = Frame::new(visit, words, words.account_address_title());
    let page = Page {
        frame: if wrong { frame.failed() } else { frame },
        token: visit.token_without_subject(app),
        session: posted.field(super::SESSION),
        asked,
        typed: address,
        address: &shown_address(address),
        error: wrong.then(|| words.account_error_address_code()),
    };
    let status = if wrong { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    visit.keep(page::show(visit, &page, status, Around::default()))
}
