//! `/healthz`: the process answers. `/readyz`: it can do its work. `/metrics`: figures, Prometheus
//! text.

use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::answer;
use crate::app::SharedApp;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/healthz", get(health)).route("/readyz", get(readiness))
}

pub fn figures_route() -> Router<SharedApp> {
    Router::new().route("/metrics", get(figures))
}

async fn health() -> Response {
    answer::json(StatusCode::OK, &json!({ "status": "ok" }))
}

async fn readiness(State(app): State<SharedApp>) -> Response {
    let open = app.ready.load(Ordering::Relaxed);
    let keys = app.engine.keys.is_ready();
    let store = match app.engine.store.ping().await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "the store does not answer");
            false
        }
    };
    let status = if open && keys && store { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = |good: bool| if good { "ok" } else { "failing" };
    let body = json!({ "accepting": word(open), "keys": word(keys), "store": word(store) });
    answer::json(status, &body)
}

async fn figures(State(app): State<SharedApp>) -> Response {
    let text = app.metrics_text.as_ref().map(|text| text()).unwrap_or_default();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
