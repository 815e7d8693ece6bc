//! `/passwordless/verify_redirect` (protocol 2.3, F5): the second half of a sign-in of old SDKs. A `GET` goes
//! on only in the browser that has just checked the code; any other is asked for a press, since looking at
//! an address must change nothing (S-191).

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::authorize::RequestError;
use latchkey_core::flow::verify_code::{NamedCode, Redirected};
use latchkey_core::model::shown_address;
use latchkey_wire::authorize::AuthorizeRequest;
use latchkey_wire::passwordless::VerifyRequest;
use latchkey_words::Words;

use crate::answer;
use crate::app::SharedApp;
use crate::error::{self, page as errors};
use crate::extract::text::is_token;
use crate::extract::{Posted, Visit};
use crate::page::{self, Around, Confirm, Refusal, see_other};
use crate::routes::login::enter_by;

const PATH: &str = "/passwordless/verify_redirect";

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(look).post(press))
}

async fn look(
    State(app): State<SharedApp>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    if let Some(link) = visit.query.optional("t").ok().flatten().filter(|text| is_token(text)) {
        return Ok(see_other(&format!("/link/{link}")));
    }
    let request = AuthorizeRequest::parse(query.unwrap_or_default().as_bytes()).ok();
    let named = VerifyRequest::parse(&visit.query).ok();
    let (Some(request), Some(named)) = (request, named) else { return Err(unreadable(&visit)) };
    go_on(&app, &visit, &request, &named, false).await
}

async fn press(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let request = AuthorizeRequest::from_params(posted.fields());
    let Ok(named) = VerifyRequest::parse(posted.fields()) else { return Err(unreadable(&posted.visit)) };
    go_on(&app, &posted.visit, &request, &named, true).await
}

async fn go_on(
    app: &SharedApp,
    visit: &Visit,
    request: &AuthorizeRequest,
    named: &VerifyRequest,
    pressed: bool,
) -> Result<Response, Refusal> {
    let words = visit.words(request.ui_locales.as_deref());
    let redirect = if pressed { StatusCode::SEE_OTHER } else { StatusCode::FOUND };
    let code = NamedCode { connection: &named.connection, username: &named.username, code: &named.code };
    let redirected = app.engine.verify_redirect(request, code, visit.browser(), &visit.caller, pressed).await;
    let response = match redirected {
        Ok(Redirected::Entered(entered)) => enter_by(entered, words, redirect),
        Ok(Redirected::Refused(response)) => answer::authorization(&response, words, redirect),
        Ok(Redirected::Confirm { client, authorization }) => {
            let address = shown_address(&named.username);
            let asked = Confirm {
                title: words.link_title(),
                text: words.link_lead(&client.name, &address),
                button: words.link_submit(),
                action: PATH,
                fields: &fields(request, named),
            };
            page::confirm(app, visit, words, asked, Around::of(&client, &authorization))
        }
        Err(error) => return refused(app, visit, words, redirect, error),
    };
    Ok(visit.keep(response))
}

/// What the press sends once more.
fn fields<'a>(request: &'a AuthorizeRequest, named: &'a VerifyRequest) -> Vec<(&'a str, &'a str)> {
    let address = if named.username.contains('@') { "email" } else { "phone_number" };
    let mut fields: Vec<_> = request.pairs().into_iter().filter(|(name, _)| *name != "connection").collect();
    fields.push(("connection", &named.connection));
    fields.push((address, &named.username));
    fields.push(("verification_code", named.code.expose()));
    fields
}

fn refused(
    app: &SharedApp,
    visit: &Visit,
    words: Words,
    redirect: StatusCode,
    error: RequestError,
) -> Result<Response, Refusal> {
    match error {
        RequestError::Unanswerable(why) => {
            let text = errors::unanswerable(why, words);
            Err(page::refuse(visit, words, StatusCode::BAD_REQUEST, &text))
        }
        RequestError::Fault(fault) => Ok(error::fault_page(&fault, words.locale())),
        refused => match refused.response(&app.engine.settings.issuer) {
            Some(response) => Ok(visit.keep(answer::authorization(&response, words, redirect))),
            None => Err(unreadable(visit)),
        },
    }
}

fn unreadable(visit: &Visit) -> Refusal {
    let words = visit.words(None);
    page::refuse(visit, words, StatusCode::BAD_REQUEST, &words.error_page_expired())
}
