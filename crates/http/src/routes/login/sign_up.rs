//! `/login/sign-up`: somebody new makes a passkey, and is signed in by it. A script asks what to make and sends what
//! the browser made as a form, so that what follows is a page like any other.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_core::flow::sign_in::SignInError;
use latchkey_wire::Secret;
use latchkey_wire::passkey::PasskeyResponse;

use super::new_passkey::{attestation, not_made, told};
use super::{Open, enter};
use crate::answer;
use crate::app::SharedApp;
use crate::error::page::{self as errors, PageError, Told};
use crate::extract::{Posted, Visit};
use crate::page::{self, Frame, Refusal, see_other};
use crate::routes::assets;

pub const PATH: &str = "/login/sign-up";

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(show).post(submit)).route("/login/sign-up/options", post(options))
}

#[derive(Template)]
#[template(path = "login/sign_up.html")]
struct Page<'a> {
    frame: Frame,
    app: &'a str,
    action: String,
    /// Where the script asks what to make.
    options: String,
    token: Secret,
    script: String,
    /// The page for those who are here already.
    back: String,
    error: Option<String>,
}

async fn show(State(app): State<SharedApp>, visit: Visit) -> Result<Response, Refusal> {
    let open = Open::of(&app, &visit).await?;
    if let Some(path) = open.after() {
        return Ok(see_other(&path));
    }
    if !open.page.sign_up {
        return Err(open.refuse(errors::no_way_in(open.words)));
    }
    Ok(visit.keep(render(&app, &visit, &open, None)))
}

async fn options(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let open = Open::of(&app, visit).await?;
    let caller = visit.caller(open.words);
    match app.engine.offer_sign_up(open.state, visit.browser(), posted.field("name"), &caller).await {
        Ok(begun) => Ok(answer::json(
            StatusCode::OK,
            &PasskeyResponse { auth_session: begun.auth_session, authn_params_public_key: begun.options },
        )),
        Err(error) => told(&open, error),
    }
}

async fn submit(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let open = Open::of(&app, visit).await?;
    let remember = !posted.field("remember").is_empty();
    let entered = match attestation(posted.field("answer")) {
        None => Err(SignInError::Passkey),
        Some(made) => {
            let answer = (&Secret::new(posted.field("auth_session")), &made);
            let caller = visit.caller(open.words);
            app.engine.enter_by_sign_up(open.state, visit.browser(), answer, remember, &caller).await
        }
    };
    match entered {
        Ok(entered) => Ok(enter(entered, open.words)),
        Err(error) => match not_made(&open, error) {
            PageError::Beside(told) => Ok(render(&app, visit, &open, Some(told))),
            error => Err(open.refuse(error)),
        },
    }
}

fn render(app: &SharedApp, visit: &Visit, open: &Open<'_>, told: Option<Told>) -> Response {
    let frame = Frame::new(visit, open.words, open.words.sign_up_title());
    let page = Page {
        frame: if told.is_some() { frame.failed() } else { frame },
        app: &open.page.client.name,
        action: open.path_to(PATH),
        options: open.path_to("/login/sign-up/options"),
        token: visit.token(app),
        script: assets::url("passkey-new.js"),
        back: open.path_to("/login"),
        error: told.as_ref().map(|told| told.text.clone()),
    };
    let status = told.as_ref().map_or(StatusCode::OK, |told| told.status);
    page::show(visit, &page, status, open.around())
}
