//! `/link/{token}`: its page, and the press of its button.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::sign_in::{LinkBody, LinkPage, LinkUse, SignInError};
use latchkey_core::model::{Client, shown_address};
use latchkey_wire::Secret;
use latchkey_words::Words;

use super::dead;
use crate::app::SharedApp;
use crate::error::page as errors;
use crate::extract::{Posted, Visit, typed};
use crate::page::{self, Around, Asked, Frame, Refusal};
use crate::routes::login::enter;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/link/", get(show)).route("/link/{token}", get(show).post(submit))
}

#[derive(Template)]
#[template(path = "login/link.html")]
struct Page<'a> {
    frame: Frame,
    app: &'a str,
    address: &'a str,
    asked: Asked,
    action: String,
    token: Secret,
    /// Another browser waits for it.
    elsewhere: bool,
    error: Option<String>,
}

async fn show(State(app): State<SharedApp>, visit: Visit) -> Result<Response, Refusal> {
    Ok(visit.keep(render(&app, &visit, false).await?))
}

async fn submit(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let words = visit.words(None);
    let Some(link) = visit.subject() else { return Ok(dead::unknown(visit, words)) };
    let typed = typed::word(posted.field("confirmation"));
    let used = app.engine.use_link(link, visit.browser(), Some(&typed), &visit.caller).await;
    match used.map_err(|error| refuse(visit, words, error))? {
        LinkUse::Entered(entered) => Ok(enter(entered, words)),
        LinkUse::Elsewhere { .. } => {
            let title = words.link_elsewhere_title();
            Ok(page::message(visit, words, title, &words.link_elsewhere_text()))
        }
        LinkUse::WrongConfirmation => render(&app, visit, true).await,
        LinkUse::Dead(why) => Ok(dead::page(&app, visit, words, &why)),
    }
}

/// `wrong`: what was typed is not what the other device shows.
async fn render(app: &SharedApp, visit: &Visit, wrong: bool) -> Result<Response, Refusal> {
    let words = visit.words(None);
    let Some(link) = visit.subject() else { return Ok(dead::unknown(visit, words)) };
    let found = app.engine.link_page(link, visit.browser()).await;
    let (client, body, elsewhere) = match found.map_err(|error| refuse(visit, words, error))? {
        LinkPage::Here { client, body } => (client, body, false),
        LinkPage::Elsewhere { client, body } => (client, body, true),
        LinkPage::Dead(why) => return Ok(dead::page(app, visit, words, &why)),
    };
    let words = visit.words(body.authorization.ui_locales.as_deref());
    let frame = Frame::new(visit, words, words.link_title());
    let page = Page {
        frame: if wrong { frame.failed() } else { frame },
        app: &client.name,
        address: &shown_address(body.address.as_str()),
        asked: Asked::new(words, body.asked_at, body.device.as_deref()),
        action: format!("/link/{}", link.expose()),
        token: visit.token(app),
        elsewhere,
        error: wrong.then(|| words.error_wrong_signs()),
    };
    let status = if wrong { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok(page::show(visit, &page, status, around(&client, &body)))
}

fn around<'a>(client: &'a Client, body: &'a LinkBody) -> Around<'a> {
    Around::of(client, &body.authorization)
}

fn refuse(visit: &Visit, words: Words, error: SignInError) -> Refusal {
    page::refuse_sign_in(visit, words, errors::sign_in(error, words, !visit.current.fresh), None)
}
