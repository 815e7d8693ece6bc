//! `GET /client/{id}.js`: what Lock reads first (protocol 2.17).

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};
use latchkey_core::model::ClientId;

use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::text::is_name;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/client/{file}", get(handle))
}

async fn handle(State(app): State<SharedApp>, Path(file): Path<String>) -> Result<Response, OauthError> {
    let id = file.strip_suffix(".js").ok_or_else(error::not_found)?;
    let unknown = || error::forbidden("Unknown client");
    if !is_name(id) {
        return Err(unknown());
    }
    let script = app.engine.client_script(&ClientId::from(id)).await.map_err(|fault| error::fault(&fault))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-javascript")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60")),
    ];
    Ok((headers, script.ok_or_else(unknown)?).into_response())
}
