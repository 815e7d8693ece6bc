//! How administrators sign in: by a passkey, or by a code in an email. Also again, for what needs a fresh sign-in.

mod passkey;

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};
use latchkey_core::flow::manage::admin_codes::StartCodeError;
use latchkey_core::flow::manage::admin_sessions::EnterError;
use latchkey_core::limit::LimitState;
use latchkey_wire::Secret;
use latchkey_wire::management::Query;

use super::api::segment;
use super::frame::show;
use crate::app::{App, SharedApp};
use crate::error::management::ManagementError;
use crate::extract::Visit;
use crate::extract::admin::{self, AdminVisit, EntryForm, form_token};
use crate::extract::text::is_token;
use crate::page::see_other;
use crate::routes::assets;

pub const PATH: &str = "/dashboard/sign-in";
const TOO_MANY: &str = "Too many tries. Wait a few minutes, then try again.";
const WRONG: &str = "This code does not work. Type the newest one, or ask for another.";

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(PATH, get(page).post(start))
        .route(&format!("{PATH}/code"), post(enter))
        .merge(passkey::route())
}

#[derive(Template)]
#[template(path = "dashboard/sign_in.html")]
struct SignIn {
    title: &'static str,
    /// The link that was opened works no more.
    dead: bool,
    /// Who is signed in already.
    me: Option<String>,
    email: String,
    to: String,
    token: Secret,
    error: Option<&'static str>,
    /// Where browsers can have passkeys of this server at all.
    passkey: Option<Passkey>,
    passkey_error: Option<&'static str>,
    style: String,
}

/// The form of a passkey.
struct Passkey {
    token: Secret,
    script: String,
}

#[derive(Template)]
#[template(path = "dashboard/code.html")]
struct CodePage {
    title: &'static str,
    email: String,
    entry: Secret,
    /// Back to the page that sends codes.
    again: String,
    to: String,
    token: Secret,
    error: Option<&'static str>,
    style: String,
}

/// The page of somebody who has no session, or whose link died.
fn blank(app: &App) -> SignIn {
    SignIn {
        title: "Sign in to the dashboard",
        dead: false,
        me: None,
        email: String::new(),
        to: String::new(),
        token: token_of(app, "sign-in"),
        error: None,
        passkey: app
            .engine
            .has_admin_passkeys()
            .then(|| Passkey { token: token_of(app, "passkey"), script: assets::url("passkey.js") }),
        passkey_error: None,
        style: assets::url("dashboard.css"),
    }
}

pub fn dead(app: &App) -> Response {
    show(StatusCode::GONE, &SignIn { title: "This link works no more", dead: true, ..blank(app) })
}

async fn page(
    State(app): State<SharedApp>,
    RawQuery(query): RawQuery,
    visit: Result<AdminVisit, Response>,
) -> Response {
    let query = Query::parse(&query.unwrap_or_default());
    let me = visit.ok().map(|visit| visit.signed_in.email);
    show(StatusCode::OK, &SignIn { title: title(me.is_some()), me, to: target(&query), ..blank(&app) })
}

fn title(is_signed_in: bool) -> &'static str {
    if is_signed_in { "Sign in again" } else { "Sign in to the dashboard" }
}

/// Sends a code, and shows where it is typed. Which addresses are administrators' shows nowhere.
async fn start(
    State(app): State<SharedApp>,
    visit: Visit,
    signed_in: Result<AdminVisit, Response>,
    EntryForm(fields): EntryForm,
) -> Result<Response, ManagementError> {
    let me = signed_in.ok().map(|visit| visit.signed_in.email);
    let typed = fields.text("email").unwrap_or_default().trim().to_owned();
    let email = me.clone().unwrap_or(typed);
    let to = target(&fields);
    let (status, error, wait) = match app.engine.start_admin_code(&email, &visit.caller).await {
        Ok(entry) => {
            return Ok(show(StatusCode::OK, &code_page(&app, email, entry, to)));
        }
        Err(StartCodeError::Email) => {
            let text = "Type an email address, such as you@example.com.";
            (StatusCode::BAD_REQUEST, text, None)
        }
        Err(StartCodeError::TooManyRequests(limit)) => (StatusCode::TOO_MANY_REQUESTS, TOO_MANY, Some(limit)),
        Err(StartCodeError::Fault(fault)) => return Err(fault.into()),
    };
    let page = SignIn { me, email, to, error: Some(error), ..blank(&app) };
    Ok(after(show(status, &page), wait.as_ref()))
}

async fn enter(
    State(app): State<SharedApp>,
    visit: Visit,
    signed_in: Result<AdminVisit, Response>,
    EntryForm(fields): EntryForm,
) -> Result<Response, ManagementError> {
    let field = |name: &str| fields.text(name).unwrap_or_default().trim().to_owned();
    let (entry, to) = (Secret::new(field("entry")), target(&fields));
    if !is_token(entry.expose()) {
        return Ok(see_other(PATH));
    }
    let (status, error, wait) =
        match app.engine.redeem_admin_code(&entry, &field("code"), &visit.caller).await {
            Ok(cookie) => return go_on(&app, signed_in.ok(), &to, &cookie).await,
            Err(EnterError::TooManyRequests(limit)) => (StatusCode::TOO_MANY_REQUESTS, TOO_MANY, Some(limit)),
            Err(EnterError::Fault(fault)) => return Err(fault.into()),
            Err(_) => (StatusCode::BAD_REQUEST, WRONG, None),
        };
    let page = CodePage { error: Some(error), ..code_page(&app, field("email"), entry, to) };
    Ok(after(show(status, &page), wait.as_ref()))
}

/// On to where the sign-in was asked for. The session of before is over: what was stale is fresh in the new one.
async fn go_on(
    app: &App,
    before: Option<AdminVisit>,
    to: &str,
    cookie: &Secret,
) -> Result<Response, ManagementError> {
    if let Some(before) = before {
        app.engine.leave_dashboard(before.cookie()).await?;
    }
    let to = if to.is_empty() { "/dashboard" } else { to };
    Ok(admin::keep(see_other(to), cookie))
}

fn code_page(app: &App, email: String, entry: Secret, to: String) -> CodePage {
    let again = if to.is_empty() { String::from(PATH) } else { format!("{PATH}?to={}", segment(&to)) };
    CodePage {
        title: "Type the code",
        email,
        entry,
        again,
        to,
        token: token_of(app, "code"),
        error: None,
        style: assets::url("dashboard.css"),
    }
}

/// What proves that a form comes from a page of ours, for whom no session does.
fn token_of(app: &App, page: &str) -> Secret {
    form_token(app, &Secret::new(page))
}

/// Where the dashboard goes on; empty for its first screen.
fn target(query: &Query) -> String {
    let to = query.text("to").unwrap_or_default();
    let is_ours = to.starts_with("/dashboard/") && to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    String::from(if is_ours { to } else { "" })
}

fn after(response: Response, limit: Option<&LimitState>) -> Response {
    match limit {
        None => response,
        Some(limit) => {
            ([(header::RETRY_AFTER, limit.retry_after.max(1).to_string())], response).into_response()
        }
    }
}
