//! `GET /v2/logout`, and `/logout` of old SDKs: signs out and goes to a registered address.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use latchkey_core::flow::log_out::LogOut;
use latchkey_core::model::ClientId;

use super::answer;
use crate::app::SharedApp;
use crate::extract::Visit;
use crate::page::Refusal;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/v2/logout", get(handle)).route("/logout", get(handle))
}

async fn handle(State(app): State<SharedApp>, visit: Visit) -> Result<Response, Refusal> {
    let text = |name| visit.query.optional(name).ok().flatten();
    let request = LogOut {
        client: text("client_id").map(ClientId::from),
        return_to: text("returnTo").map(str::to_owned),
    };
    let outcome = app.engine.log_out(&request, visit.browser()).await;
    answer(&visit, outcome, StatusCode::FOUND, || StatusCode::OK.into_response())
}
