//! `POST /passwordless/verify` (protocol 2.2), in its two dialects: SDKs check a code, direct callers get
//! tokens for it.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use latchkey_core::flow::verify_code::NamedCode;
use latchkey_core::model::ClientId;
use latchkey_wire::legacy::ResourceOwnerRequest;
use latchkey_wire::passwordless::VerifyRequest;
use serde_json::json;

use crate::answer;
use crate::app::SharedApp;
use crate::error::{self, OauthError};
use crate::extract::Incoming;
use crate::extract::browser::CurrentBrowser;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/passwordless/verify", post(handle))
}

async fn handle(
    State(app): State<SharedApp>,
    current: CurrentBrowser,
    incoming: Incoming,
) -> Result<Response, OauthError> {
    if ["grant_type", "username", "password"].iter().any(|name| incoming.params.contains(name)) {
        return tokens(&app, &incoming).await;
    }
    let request = VerifyRequest::parse(&incoming.params).map_err(|bad| error::bad_legacy_request(&bad))?;
    let client = request.client_id.as_deref().map(ClientId::from);
    let named =
        NamedCode { connection: &request.connection, username: &request.username, code: &request.code };
    app.engine
        .verify_code(client.as_ref(), named, &current.browser, &incoming.caller)
        .await
        .map_err(error::verify)?;
    Ok(current.keep(answer::json(StatusCode::OK, &json!({}))))
}

async fn tokens(app: &SharedApp, incoming: &Incoming) -> Result<Response, OauthError> {
    let request = ResourceOwnerRequest::parse_verify(&incoming.params)
        .map_err(|bad| error::bad_legacy_request(&bad))?;
    let credentials = incoming.credentials().map_err(error::legacy_credentials)?;
    let tokens = app
        .engine
        .resource_owner(&credentials, request, &incoming.caller)
        .await
        .map_err(|refused| error::verify_tokens(refused, incoming.used_basic()))?;
    Ok(answer::json(StatusCode::OK, &tokens))
}
