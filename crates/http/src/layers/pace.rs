//! The pace of pages (RL-15). It spares the node: whoever is over it is told how long to wait.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::SharedApp;
use crate::error::page as errors;
use crate::extract::{Visit, caller};
use crate::page::refuse_sign_in;

/// Takes a permit of the caller's address for each page.
pub async fn paced(State(app): State<SharedApp>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(limit) = app.engine.take_page(caller::address(&parts, &app.proxies)) {
        let visit = Visit::read(&parts, &app).await;
        let words = visit.words(None);
        return refuse_sign_in(&visit, words, errors::too_many_for(&limit, words), None).into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}
