//! `/login/passkey/new`: whoever came by a code may add a passkey, or go on without. Nothing waits for the answer but
//! the way back to the app.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_core::flow::sign_in::{Onward, SignInError};
use latchkey_core::model::{Identity, shown_address};
use latchkey_wire::Secret;
use latchkey_wire::params::json_of;
use latchkey_wire::passkey::{Attestation, AuthnResponse, PasskeyResponse};
use serde_json::{Value, json};

use super::{Open, place, respond};
use crate::answer;
use crate::app::SharedApp;
use crate::error::page::{PageError, Told};
use crate::extract::{Posted, Visit};
use crate::page::{self, Frame, Refusal, custom, see_other};
use crate::routes::assets;

pub const PATH: &str = "/login/passkey/new";
const LATER: &str = "/login/passkey/later";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(PATH, get(show).post(submit))
        .route("/login/passkey/new/options", post(options))
        .route(LATER, post(later).get(back))
}

#[derive(Template)]
#[template(path = "login/new_passkey.html")]
struct Page {
    frame: Frame,
    heading: String,
    lead: String,
    create: String,
    go_on: String,
    action: String,
    /// Where the script asks what to make.
    options: String,
    later: String,
    token: Secret,
    script: String,
    /// Who is asked.
    address: Option<String>,
    error: Option<String>,
}

async fn show(State(app): State<SharedApp>, visit: Visit) -> Result<Response, Refusal> {
    let open = Open::of(&app, &visit).await?;
    if !open.page.sign_in.offers {
        return Ok(see_other(&open.path_to(place(&open.page.sign_in))));
    }
    Ok(visit.keep(render(&app, &visit, &open, None).await?))
}

async fn options(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let visit = &posted.visit;
    let open = Open::of(&app, visit).await?;
    let caller = visit.caller(open.words);
    match app.engine.begin_offered_passkey(open.state, visit.browser(), &caller).await {
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
    let kept = match attestation(posted.field("answer")) {
        None => Err(SignInError::Passkey),
        Some(made) => {
            let answer = (&Secret::new(posted.field("auth_session")), &made);
            let caller = visit.caller(open.words);
            app.engine.keep_offered_passkey(open.state, visit.browser(), answer, &caller).await
        }
    };
    match kept {
        Ok(()) => onward(&app, &posted, &open).await,
        Err(error) => match not_made(&open, error) {
            PageError::Beside(told) => render(&app, visit, &open, Some(told)).await,
            error => Err(open.refuse(error)),
        },
    }
}

async fn later(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let open = Open::of(&app, &posted.visit).await?;
    onward(&app, &posted, &open).await
}

/// The page of a refusal, read again.
async fn back(visit: Visit) -> Response {
    see_other(&visit.path_to(PATH))
}

async fn onward(app: &SharedApp, posted: &Posted, open: &Open<'_>) -> Result<Response, Refusal> {
    match app.engine.pass_offer(open.state, posted.visit.browser()).await {
        Ok(Onward::Respond(response)) => Ok(respond(&response, open.words)),
        Ok(Onward::Consent) => Ok(see_other(&open.path_to("/login/consent"))),
        Err(error) => Err(open.refuse(open.error(error))),
    }
}

async fn render(
    app: &SharedApp,
    visit: &Visit,
    open: &Open<'_>,
    told: Option<Told>,
) -> Result<Response, Refusal> {
    let asked = app.engine.consent_page(open.state, visit.browser()).await;
    let (_, user) = asked.map_err(|error| open.refuse(open.error(error)))?;
    let words = open.words;
    let address = user.primary().and_then(Identity::reachable).map(|address| shown_address(address.as_str()));
    let custom = open.custom(app, visit, &custom::NEW_PASSKEY, address.as_deref().unwrap_or_default()).await;
    let heading = custom.or("title", words.new_passkey_title());
    let frame = Frame::new(visit, words, custom.tab(&heading));
    let page = Page {
        frame: if told.is_some() { frame.failed() } else { frame },
        lead: custom.or("description", words.passkey_about()),
        create: custom.or("createButtonText", words.account_passkey_add()),
        go_on: custom.or("continueButtonText", words.new_passkey_later()),
        heading,
        action: open.path_to(PATH),
        options: open.path_to("/login/passkey/new/options"),
        later: open.path_to(LATER),
        token: visit.token(app),
        script: assets::url("passkey-new.js"),
        address,
        error: told.as_ref().map(|told| told.text.clone()),
    };
    let status = told.as_ref().map_or(StatusCode::OK, |told| told.status);
    Ok(page::show(visit, &page, status, open.around()))
}

/// As on any page, but that nobody is asked for a code where a passkey is made.
pub fn not_made(open: &Open<'_>, error: SignInError) -> PageError {
    let is_refused = matches!(error, SignInError::Passkey);
    match open.error(error) {
        PageError::Beside(told) if is_refused => {
            PageError::Beside(Told { text: open.words.error_new_passkey(), ..told })
        }
        error => error,
    }
}

/// What a script shows beside its form, in words.
pub fn told(open: &Open<'_>, error: SignInError) -> Result<Response, Refusal> {
    match not_made(open, error) {
        PageError::Beside(told) => {
            let mut response = answer::json(told.status, &json!({ "text": told.text }));
            told.put_retry_after(response.headers_mut());
            Ok(response)
        }
        error => Err(open.refuse(error)),
    }
}

/// What an authenticator made.
pub fn attestation(text: &str) -> Option<Attestation> {
    let Ok(Value::Object(given)) = json_of(text.as_bytes()) else { return None };
    match AuthnResponse::read(&given) {
        Ok(AuthnResponse::Attestation(made)) => Some(made),
        Ok(AuthnResponse::Assertion(_)) | Err(_) => None,
    }
}
