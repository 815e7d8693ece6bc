//! A browser at the dashboard: who is signed in, and the forms that they send.
//!
//! Invariant: a form counts only when it comes from a page of ours that this very session was shown; the
//! cookie alone proves nothing.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::response::{IntoResponse, Response};
use cookie::{Cookie, SameSite, time::Duration};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use latchkey_core::flow::manage::OperatorError;
use latchkey_core::flow::manage::admin_sessions::SignedIn;
use latchkey_wire::Secret;
use latchkey_wire::management::Query;

use super::body::long_form_of;
use super::cookies;
use super::import_form::in_time;
use super::posted::is_from_here;
use super::text::is_token;
use crate::app::{App, SharedApp};
use crate::page::see_other;

const COOKIE: &str = "__Host-latchkey_dashboard";
/// The field of a form that holds [`AdminVisit::token`].
const TOKEN: &str = "token";
/// The field of an [`AdminUpload`] that holds its file.
const FILE: &str = "users";

/// A signed-in administrator who asks for a page. Others are sent to the sign-in page.
pub struct AdminVisit {
    pub signed_in: SignedIn,
    pub query: Query,
    /// Where to go on after signing in again: the page with its query, or where its form was sent to.
    pub place: String,
    /// What the operator calls the tenant.
    pub tenant: String,
    cookie: Secret,
}

impl AdminVisit {
    /// What every form hands back.
    pub fn token(&self, app: &App) -> Secret {
        form_token(app, &self.cookie)
    }

    pub fn cookie(&self) -> &Secret {
        &self.cookie
    }
}

impl FromRequestParts<SharedApp> for AdminVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Response> {
        let sign_in = || see_other("/dashboard/sign-in");
        let cookie = find(&parts.headers).ok_or_else(sign_in)?;
        match app.engine.signed_in_admin(&cookie).await {
            Ok(Some(signed_in)) => {
                let query = Query::parse(parts.uri.query().unwrap_or_default());
                let tenant = app.engine.tenant().await.map(|tenant| tenant.friendly_name).unwrap_or_default();
                Ok(Self { signed_in, query, place: place_of(parts), tenant, cookie })
            }
            Ok(None) => Err(sign_in()),
            Err(OperatorError::TooManyRequests(limit)) => {
                let headers = [(http::header::RETRY_AFTER, limit.retry_after.max(1).to_string())];
                Err((StatusCode::TOO_MANY_REQUESTS, headers, "Too many requests. Wait a moment.")
                    .into_response())
            }
            Err(error) => Err(crate::error::management::operator(error).into_response()),
        }
    }
}

fn place_of(parts: &Parts) -> String {
    match parts.uri.path_and_query() {
        Some(whole) if parts.method == Method::GET => whole.as_str().to_owned(),
        _ => parts.uri.path().to_owned(),
    }
}

/// A form of the dashboard.
pub struct AdminForm {
    pub visit: AdminVisit,
    pub fields: Query,
}

impl AdminForm {
    /// What stands in a field, trimmed; empty where it is missing.
    pub fn field(&self, name: &str) -> &str {
        self.fields.text(name).unwrap_or_default().trim()
    }
}

impl FromRequest<SharedApp> for AdminForm {
    type Rejection = Response;

    async fn from_request(request: Request, app: &SharedApp) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = AdminVisit::from_request_parts(&mut parts, app).await?;
        let read = read_form(&parts.headers, body, app, &visit.cookie).await;
        read.map(|fields| Self { visit, fields })
    }
}

/// A form of the dashboard with a file; its token comes before the file.
pub struct AdminUpload {
    pub visit: AdminVisit,
    pub fields: Query,
    /// Empty where none was chosen.
    pub file: Bytes,
}

impl AdminUpload {
    /// What stands in a field, trimmed; empty where it is missing.
    pub fn field(&self, name: &str) -> &str {
        self.fields.text(name).unwrap_or_default().trim()
    }
}

/// Most fields of a form with a file.
const MAX_FIELDS: usize = 16;

impl FromRequest<SharedApp> for AdminUpload {
    type Rejection = Response;

    async fn from_request(request: Request, app: &SharedApp) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = AdminVisit::from_request_parts(&mut parts, app).await?;
        if !is_from_here(&parts.headers, &app.engine) {
            return Err(too_old());
        }
        let broken =
            || (StatusCode::BAD_REQUEST, "The form is broken. Go back, and send it again.").into_response();
        let request = Request::from_parts(parts, body);
        let mut form = Multipart::from_request(request, app).await.map_err(|_| broken())?;
        let mut fields = Vec::new();
        let (mut file, mut is_ours) = (Bytes::new(), false);
        for _ in 0..MAX_FIELDS {
            let next = in_time(&*app.engine.runtime, form.next_field())
                .await
                .map_err(IntoResponse::into_response)?;
            let Some(field) = next.map_err(|bad| bad.into_response())? else { break };
            let name = field.name().unwrap_or_default().to_owned();
            let read =
                in_time(&*app.engine.runtime, field.bytes()).await.map_err(IntoResponse::into_response)?;
            let bytes = read.map_err(|bad| bad.into_response())?;
            let text = std::str::from_utf8(&bytes).unwrap_or_default();
            match name.as_str() {
                TOKEN => is_ours = form_token(app, &visit.cookie).matches(text),
                // Nothing is read for others.
                _ if !is_ours => return Err(too_old()),
                FILE => file = bytes,
                _ => fields.push((name, text.to_owned())),
            }
        }
        if !is_ours {
            return Err(too_old());
        }
        let fields = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Ok(Self { visit, fields: Query::parse(&fields), file })
    }
}

/// A form of a page that nobody is signed in for: the link of the console is its subject.
pub struct EntryForm(pub Query);

impl FromRequest<SharedApp> for EntryForm {
    type Rejection = Response;

    async fn from_request(request: Request, app: &SharedApp) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        // What the script of a page asks for stands under the path of its form, and is sent with its token.
        let path = parts.uri.path();
        let path = path.strip_suffix("/options").unwrap_or(path);
        let link = Secret::new(path.rsplit('/').next().unwrap_or_default());
        read_form(&parts.headers, body, app, &link).await.map(Self)
    }
}

async fn read_form(
    headers: &HeaderMap,
    body: axum::body::Body,
    app: &App,
    subject: &Secret,
) -> Result<Query, Response> {
    let bytes =
        long_form_of(headers, body, &*app.engine.runtime).await.map_err(IntoResponse::into_response)?;
    let fields = Query::parse(std::str::from_utf8(&bytes).unwrap_or_default());
    let token = fields.text(TOKEN).unwrap_or_default();
    if !is_from_here(headers, &app.engine) || !form_token(app, subject).matches(token) {
        return Err(too_old());
    }
    Ok(fields)
}

fn too_old() -> Response {
    let text = "This page is too old. Go back, reload it, and send the form again.";
    (StatusCode::FORBIDDEN, text).into_response()
}

pub fn form_token(app: &App, subject: &Secret) -> Secret {
    app.engine.vault.page_token(&["dashboard", subject.expose()])
}

fn find(headers: &HeaderMap) -> Option<Secret> {
    cookies::find(headers, COOKIE).filter(|value| is_token(value)).map(Secret::new)
}

/// Signs the browser in. `Lax`, so that links to the dashboard from elsewhere find the session.
pub fn keep(mut response: Response, cookie: &Secret) -> Response {
    put(&mut response, cookie.expose(), None);
    response
}

/// Signs the browser out.
pub fn forget(mut response: Response) -> Response {
    put(&mut response, "", Some(Duration::ZERO));
    response
}

fn put(response: &mut Response, value: &str, life: Option<Duration>) {
    let cookie =
        Cookie::build((COOKIE, value)).path("/").secure(true).http_only(true).same_site(SameSite::Lax);
    let cookie = match life {
        Some(life) => cookie.max_age(life),
        None => cookie,
    };
    cookies::put(response, &cookie.build());
}
