//! `/login/code`: the code, please. Where a mail holds a link too, the page waits for it and shows what
//! to type where the link is opened.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::sign_in::SignInError;
use latchkey_core::model::shown_address;
use latchkey_wire::Secret;

use super::{Open, enter};
use crate::app::SharedApp;
use crate::error::page::{PageError, Told};
use crate::extract::{Posted, Visit, typed};
use crate::page::{self, Frame, Refusal, custom, see_other};

pub fn route() -> Router<SharedApp> {
    Router::new().route("/login/code", get(show).post(submit))
}

#[derive(Template)]
#[template(path = "login/code.html")]
struct Page<'a> {
    frame: Frame,
    query: String,
    token: Secret,
    /// The mail holds a link.
    by_link: bool,
    heading: String,
    lead: String,
    /// Where the lead does not say it.
    address: Option<&'a str>,
    label: String,
    submit: String,
    resend: String,
    digits: u32,
    minutes: u32,
    signs: &'a str,
    resend_in: u32,
    said: &'a Said,
}

async fn show(State(app): State<SharedApp>, visit: Visit) -> Result<Response, Refusal> {
    let open = Open::of(&app, &visit).await?;
    if let Some(path) = open.after() {
        return Ok(see_other(&path));
    }
    let said = match visit.query.optional("said").ok().flatten() {
        Some("again") => Said::Notice(open.words.code_resent()),
        Some("not-yet") => Said::Notice(open.words.link_wait_not_yet()),
        _ => Said::Nothing,
    };
    Ok(visit.keep(render(&app, &visit, &open, said).await?))
}

async fn submit(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let open = Open::of(&app, visit).await?;
    let code = Secret::new(typed::code(posted.field("code")));
    match app.engine.enter_code(open.state, visit.browser(), &code, &visit.caller).await {
        Ok(entered) => Ok(enter(entered, open.words)),
        Err(error) => match open.error(error) {
            PageError::Beside(told) => render(&app, visit, &open, Said::OfCode(told)).await,
            error => Err(open.refuse(error)),
        },
    }
}

/// What the page says beyond asking.
pub enum Said {
    Nothing,
    Notice(String),
    /// What is wrong with the code.
    OfCode(Told),
    /// What is wrong otherwise.
    Alert(Told),
}

pub async fn render(
    app: &SharedApp,
    visit: &Visit,
    open: &Open<'_>,
    said: Said,
) -> Result<Response, Refusal> {
    let words = open.words;
    let Some(sent) = &open.page.sign_in.sent else {
        return Err(open.refuse(open.error(SignInError::NothingSent)));
    };
    let told = match &said {
        Said::OfCode(told) | Said::Alert(told) => Some(told),
        Said::Nothing | Said::Notice(_) => None,
    };
    let (digits, address) = (sent.digits.into(), shown_address(&sent.address));
    let screen = match sent.address.contains('@') {
        _ if sent.link => &custom::LINK,
        true => &custom::CODE_BY_MAIL,
        false => &custom::CODE_BY_SMS,
    };
    let custom = open.custom(app, visit, screen, &address).await;
    let [title, lead, label] = match sent.link {
        true => [words.link_wait_title(), words.link_wait_lead(&address), words.link_wait_code()],
        false => [words.code_title(), words.code_lead(digits, &address), words.code_label()],
    };
    let (heading, lead) = (custom.or("title", title), custom.or("description", lead));
    let frame = Frame::new(visit, words, custom.tab(&heading));
    let page = Page {
        frame: if told.is_some() { frame.failed() } else { frame },
        query: open.query(),
        token: visit.token(app),
        by_link: sent.link,
        address: (!custom.tells_address("description")).then_some(address.as_str()),
        heading,
        lead,
        label: custom.or("placeholder", label),
        submit: custom.or("buttonText", words.code_submit()),
        resend: custom.or("resendActionText", words.code_resend()),
        digits,
        minutes: sent.life.div_ceil(60),
        signs: &open.page.confirmation,
        resend_in: open.page.resend_in,
        said: &said,
    };
    let status = told.map_or(StatusCode::OK, |told| told.status);
    let mut response = page::show(visit, &page, status, open.around());
    if let Some(told) = told {
        told.put_retry_after(response.headers_mut());
    }
    Ok(response)
}
