//! `/account/export`: what is kept about a person, as a file.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{HeaderValue, StatusCode, header};

use super::{act, failed};
use crate::answer::APPLICATION_JSON;
use crate::app::SharedApp;
use crate::extract::Posted;
use crate::page::Refusal;

const ATTACHMENT: HeaderValue = HeaderValue::from_static("attachment; filename=\"account.json\"");

pub fn route() -> Router<SharedApp> {
    Router::new().route("/account/export", post(export))
}

async fn export(State(app): State<SharedApp>, posted: Posted) -> Result<Response, Refusal> {
    let file = match app.engine.export_own_account(act(&posted)).await {
        Ok(file) => file,
        Err(error) => return failed(&app, &posted.visit, error).await,
    };
    // People read it, too.
    let body = serde_json::to_string_pretty(&file).unwrap_or_default();
    let headers = [(header::CONTENT_TYPE, APPLICATION_JSON), (header::CONTENT_DISPOSITION, ATTACHMENT)];
    Ok((StatusCode::OK, headers, body).into_response())
}
