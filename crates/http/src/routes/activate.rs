//! `/activate` (RFC 8628 section 3.3): which code does your device show? What follows is a sign-in like any
//! other, and the question of `routes/login/device.rs`.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::authorize::Authorized;
use latchkey_wire::Secret;

use crate::app::SharedApp;
use crate::error::page::{self as errors, PageError, Told};
use crate::extract::{Posted, Visit, typed};
use crate::page::{self, Around, Frame, Refusal, see_other};

/// Most characters that are shown again of what was typed.
const MAX_SHOWN: usize = 32;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/activate", get(show).post(submit))
}

#[derive(Template)]
#[template(path = "login/activate.html")]
struct Page {
    frame: Frame,
    token: Secret,
    code: String,
    error: Option<String>,
}

/// A code in the address is only filled in: the press is the person's (S-095).
async fn show(State(app): State<SharedApp>, visit: Visit) -> Response {
    let code = visit.query.optional("user_code").ok().flatten().unwrap_or_default().to_owned();
    visit.keep(render(&app, &visit, &code, None))
}

async fn submit(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let words = visit.words(None);
    let code = typed::word(posted.field("user_code"));
    if code.is_empty() {
        return Ok(render(&app, visit, "", Some(errors::no_user_code(words))));
    }
    match app.engine.activate(&code, visit.browser(), &visit.caller).await {
        Ok(Authorized::SignIn { handle }) => Ok(see_other(&format!("/login?state={}", handle.expose()))),
        Ok(Authorized::Consent { handle, .. }) => {
            Ok(see_other(&format!("/login/device?state={}", handle.expose())))
        }
        // No client waits for an answer by way of the browser.
        Ok(Authorized::Respond { .. } | Authorized::Verify { .. }) => Ok(see_other("/activate")),
        Err(error) => match errors::activate(error, words) {
            PageError::Beside(told) => Ok(render(&app, visit, posted.field("user_code"), Some(told))),
            error => Err(page::refuse_sign_in(visit, words, error, None)),
        },
    }
}

fn render(app: &SharedApp, visit: &Visit, code: &str, told: Option<Told>) -> Response {
    let words = visit.words(None);
    let frame = Frame::new(visit, words, words.activate_title());
    let page = Page {
        frame: if told.is_some() { frame.failed() } else { frame },
        token: visit.token_without_subject(app),
        code: code.chars().take(MAX_SHOWN).collect(),
        error: told.as_ref().map(|told| told.text.clone()),
    };
    let status = told.as_ref().map_or(StatusCode::OK, |told| told.status);
    let mut response = page::show(visit, &page, status, Around::default());
    if let Some(told) = told {
        told.put_retry_after(response.headers_mut());
    }
    response
}
