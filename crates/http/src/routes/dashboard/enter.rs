//! How administrators come in and leave: the one-time link of the console, and the way out.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use latchkey_core::flow::manage::admin_sessions::EnterError;
use latchkey_core::flow::manage::admins::Entry;
use latchkey_wire::Secret;

use super::frame::show;
use super::sign_in;
use crate::app::SharedApp;
use crate::error::management::ManagementError;
use crate::extract::admin::{self, AdminForm, EntryForm};
use crate::extract::text::is_token;
use crate::extract::{Visit, admin::form_token};
use crate::page::see_other;
use crate::routes::assets;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard/enter/{link}", get(page).post(enter))
        .route("/dashboard/sign-out", post(sign_out))
}

#[derive(Template)]
#[template(path = "dashboard/enter.html")]
struct Page {
    title: &'static str,
    /// Nobody is an administrator yet.
    first: bool,
    /// The administrator whom the link is for.
    email: String,
    action: String,
    token: Secret,
    error: Option<&'static str>,
    style: String,
}

fn style() -> String {
    assets::url("dashboard.css")
}

/// Looking at the link uses nothing up.
async fn page(State(app): State<SharedApp>, Path(link): Path<String>) -> Result<Response, ManagementError> {
    render(&app, &Secret::new(link), None).await
}

async fn render(
    app: &SharedApp,
    link: &Secret,
    error: Option<(&'static str, String)>,
) -> Result<Response, ManagementError> {
    let entry = match is_token(link.expose()) {
        true => app.engine.entry(link).await?,
        false => None,
    };
    let (first, email) = match entry {
        None => return Ok(sign_in::dead(app)),
        Some(Entry::SetUp) => (true, String::new()),
        Some(Entry::Admin { email, .. }) => (false, email),
    };
    let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let (error, email) = match error {
        Some((error, typed)) => (Some(error), typed),
        None => (None, email),
    };
    let title = if first { "Set up Latchkey" } else { "Sign in to the dashboard" };
    let action = format!("/dashboard/enter/{}", link.expose());
    let token = form_token(app, link);
    Ok(show(status, &Page { title, first, email, action, token, error, style: style() }))
}

async fn enter(
    State(app): State<SharedApp>,
    Path(link): Path<String>,
    visit: Visit,
    EntryForm(fields): EntryForm,
) -> Result<Response, ManagementError> {
    let link = Secret::new(link);
    let email = fields.text("email").unwrap_or_default().trim().to_owned();
    match app.engine.enter_dashboard(&link, &email, &visit.caller).await {
        Ok(cookie) => Ok(admin::keep(see_other("/dashboard"), &cookie)),
        Err(EnterError::Email) => {
            render(&app, &link, Some(("Type an email address, such as you@example.com.", email))).await
        }
        Err(EnterError::Fault(fault)) => Err(fault.into()),
        Err(_) => Ok(sign_in::dead(&app)),
    }
}

async fn sign_out(State(app): State<SharedApp>, form: AdminForm) -> Response {
    match app.engine.leave_dashboard(form.visit.cookie()).await {
        Ok(_) => admin::forget(see_other(sign_in::PATH)),
        Err(error) => ManagementError::from(error).into_response(),
    }
}
