//! `POST /co/authenticate` (protocol 2.7).

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use latchkey_core::flow::co_authenticate::{CoAuthenticateError, CrossOriginLogin};
use latchkey_core::model::ClientId;
use latchkey_wire::cross_origin::{CoAuthenticateRequest, CoAuthenticateResponse};

use crate::answer::json;
use crate::app::SharedApp;
use crate::error;
use crate::extract::Incoming;
use crate::extract::browser::CurrentBrowser;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/co/authenticate", post(handle))
}

async fn handle(State(app): State<SharedApp>, current: CurrentBrowser, incoming: Incoming) -> Response {
    let request = match CoAuthenticateRequest::parse(&incoming.params) {
        Ok(request) => request,
        Err(bad) => return error::bad_co_authenticate(bad).into_response(),
    };
    let client = ClientId::from(request.client_id.as_str());
    let login = CrossOriginLogin {
        client: &client,
        username: &request.username,
        otp: &request.otp,
        realm: &request.realm,
    };
    match app.engine.co_authenticate(login, &current.browser, &incoming.caller).await {
        Ok(ticket) => {
            let body = CoAuthenticateResponse {
                login_ticket: ticket.login_ticket,
                co_id: ticket.co_id,
                co_verifier: ticket.co_verifier,
            };
            current.keep(json(StatusCode::OK, &body))
        }
        Err(CoAuthenticateError::OriginNotAllowed) => {
            error::origin_refused(incoming.caller.origin.as_deref().unwrap_or_default())
        }
        Err(refused) => error::co_authenticate(refused).into_response(),
    }
}
