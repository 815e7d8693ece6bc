//! Which apps may open links of this host (protocol 2.22), and which pages may use its passkeys.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::answer;
use crate::app::SharedApp;
use crate::error::{self, OauthError};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/.well-known/apple-app-site-association", get(apple))
        .route("/apple-app-site-association", get(apple))
        .route("/.well-known/assetlinks.json", get(android))
        .route("/.well-known/webauthn", get(related))
}

async fn apple(State(app): State<SharedApp>) -> Result<Response, OauthError> {
    Ok(file(&app.engine.apple_app_site_association().await.map_err(|fault| error::fault(&fault))?))
}

async fn android(State(app): State<SharedApp>) -> Result<Response, OauthError> {
    Ok(file(&app.engine.asset_links().await.map_err(|fault| error::fault(&fault))?))
}

/// Where passkeys of this domain may be used besides (WebAuthn Level 3 section 5.11.1).
async fn related(State(app): State<SharedApp>) -> Result<Response, OauthError> {
    let origins = app.engine.related_origins().await.map_err(|fault| error::fault(&fault))?;
    Ok(file(&json!({ "origins": origins })))
}

fn file(value: &Value) -> Response {
    let mut response = answer::json(StatusCode::OK, value);
    let short = HeaderValue::from_static("public, max-age=300");
    response.headers_mut().insert(header::CACHE_CONTROL, short);
    response
}
