//! `/account/undo/{token}`: the link of a notice. Looking at it changes nothing (S-118); the press of its page undoes what
//! the person of an account, or somebody in their place, changed of its addresses. Nobody need be signed in.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use latchkey_core::Fault;
use latchkey_wire::Secret;
use latchkey_words::Words;

use super::{Instead, refused_with};
use crate::app::SharedApp;
use crate::extract::{Posted, Visit};
use crate::page::{Around, Confirm, Refusal, confirm, message, message_and_account};

const PATH: &str = "/account/undo";

pub fn route() -> Router<SharedApp> {
    Router::new().route("/account/undo/{link}", get(show)).route(PATH, post(submit))
}

async fn show(
    State(app): State<SharedApp>,
    Path(link): Path<String>,
    visit: Visit,
) -> Result<Response, Refusal> {
    let words = visit.words(None);
    match app.engine.can_undo_addresses(&Secret::new(link.as_str())).await {
        Ok(true) => {
            let asked = Confirm {
                title: words.account_undo_title(),
                text: words.account_undo_text(),
                button: words.account_undo_submit(),
                action: PATH,
                fields: &[("link", link.as_str())],
            };
            Ok(confirm(&app, &visit, words, asked, Around::default()))
        }
        Ok(false) => Ok(dead(&visit, words)),
        Err(fault) => failed(&app, &visit, words, fault),
    }
}

async fn submit(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let words = visit.words(None);
    match app.engine.undo_addresses(&Secret::new(posted.field("link")), &visit.caller).await {
        Ok(true) => {
            let (title, text) = (words.account_undone_title(), words.account_undone_text());
            Ok(message_and_account(visit, words, title, &text))
        }
        Ok(false) => Ok(dead(visit, words)),
        Err(fault) => failed(&app, visit, words, fault),
    }
}

fn dead(visit: &Visit, words: Words) -> Response {
    message(visit, words, words.link_dead_title(), &words.account_undo_dead())
}

fn failed(app: &SharedApp, visit: &Visit, words: Words, fault: Fault) -> Result<Response, Refusal> {
    refused_with(app, visit, words, Instead::Fault(fault))
}
