//! The little that this host shows by itself.

mod apps;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::answer;
use crate::app::SharedApp;

/// The avatar of users without one.
const AVATAR: &str = include_str!("../../../assets/avatar.svg");

pub fn route() -> Router<SharedApp> {
    Router::new().route("/", get(home)).route("/avatar.svg", get(avatar)).merge(apps::route())
}

async fn home(State(app): State<SharedApp>) -> Response {
    if app.dev {
        return Redirect::temporary("/dev/").into_response();
    }
    let about = json!({ "service": "latchkey", "issuer": app.engine.settings.issuer });
    answer::json(StatusCode::OK, &about)
}

async fn avatar() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'")),
    ];
    (headers, AVATAR).into_response()
}
