//! `GET|POST /userinfo` (protocol 2.14; token in the header or in a form, RFC 6750 section 2).

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, Method, StatusCode, header};
use latchkey_wire::Params;

use crate::answer::json;
use crate::app::SharedApp;
use crate::error;
use crate::extract::params_of;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/userinfo", get(handle).post(handle))
}

async fn handle(State(app): State<SharedApp>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut token = bearer(&parts.headers);
    let in_query = Params::from_form(parts.uri.query().unwrap_or_default().as_bytes())
        .is_ok_and(|query| query.contains("access_token"));
    let mut in_form = None;
    if parts.method == Method::POST && parts.headers.contains_key(header::CONTENT_TYPE) {
        match params_of(&parts.headers, body, &*app.engine.runtime).await {
            Ok(params) => in_form = params.optional("access_token").ok().flatten().map(str::to_owned),
            Err(refused) => return refused.into_response(),
        }
    }
    // A query ends up in logs: a token there is never used (RFC 9700 section 4.3.2).
    if token.is_some() && (in_form.is_some() || in_query) {
        return error::two_tokens().into_response();
    }
    token = token.or(in_form);
    let Some(token) = token else { return error::user_info(None) };
    match app.engine.user_info(&token).await {
        Ok(claims) => json(StatusCode::OK, &claims),
        Err(refused) => error::user_info(Some(refused)),
    }
}

/// The token of the Bearer scheme; an empty one counts as a bad token.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().unwrap_or("Bearer ");
    if values.next().is_some() {
        return Some(String::new());
    }
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}
