//! `/dev/widget`: the embedded sign-in on a page that does nothing else.

use askama::Template;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;

use crate::answer;
use crate::app::SharedApp;

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dev/widget", get(page))
        .route("/dev/widget.js", get(async || answer::asset("text/javascript; charset=utf-8", SCRIPT)))
}

const SCRIPT: &str = include_str!("../../../assets/dev_widget.js");

#[derive(Template)]
#[template(path = "dev_widget.html")]
struct Page;

async fn page() -> Response {
    match Page.render() {
        Ok(html) => answer::page(StatusCode::OK, html),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
