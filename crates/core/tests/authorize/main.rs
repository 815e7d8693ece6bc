//! `/authorize`: what is a sound request, who is answered at once, and who is asked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod implicit;
mod requests;
mod sessions;
mod tickets;

use latchkey_core::Timestamp;
use latchkey_core::flow::authorize::{Authorized, RequestError, Unanswerable};
use latchkey_core::flow::browser::{Browser, Proved};
use latchkey_core::flow::co_authenticate::Ticket;
use latchkey_core::model::{
    AudienceGrant, AuthorizationResponse, Client, ClientKind, Handle, HandleKind, Proof, Strategy,
    TokenDialect, TokenHash,
};
use latchkey_testkit::{
    CHALLENGE, CONFIDENTIAL, EMAIL, LEGACY, NATIVE, SPA, START, TestEngine, authorization, field,
};
use latchkey_wire::authorize::{AuthorizeRequest, ResponseMode};
use latchkey_wire::{Scopes, Secret};
use serde_json::{Value, json};

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

fn changed(client: &str, change: impl FnOnce(&mut AuthorizeRequest)) -> AuthorizeRequest {
    let mut request = authorization(client);
    change(&mut request);
    request
}

async fn unanswerable(t: &TestEngine, request: &AuthorizeRequest) -> Option<Unanswerable> {
    match t.authorize(request, &t.browser()).await {
        Err(RequestError::Unanswerable(reason)) => Some(reason),
        _ => None,
    }
}

/// The error that the client is told, after a look at what comes with it.
async fn error(t: &TestEngine, request: &AuthorizeRequest, browser: &Browser) -> String {
    let refusal = t.authorize(request, browser).await.expect_err("the request was accepted");
    let response = refusal.response("https://login.example/").expect("nobody can be told");
    assert_eq!(field(&response, "state"), request.state);
    assert_eq!(field(&response, "iss").as_deref(), Some("https://login.example/"));
    assert_eq!(field(&response, "code"), None);
    assert_eq!(response.redirect_uri, "https://app.example/cb");
    field(&response, "error").unwrap()
}

async fn refused(t: &TestEngine, client: &str, change: impl FnOnce(&mut AuthorizeRequest)) -> String {
    error(t, &changed(client, change), &t.browser()).await
}

fn responded(outcome: Result<Authorized, RequestError>) -> AuthorizationResponse {
    match outcome.unwrap() {
        Authorized::Respond { response, session: None } => response,
        other => panic!("{other:?}"),
    }
}

fn asks(outcome: &Result<Authorized, RequestError>) -> bool {
    matches!(outcome, Ok(Authorized::SignIn { .. }))
}

async fn signed_in(t: &TestEngine) -> Browser {
    let mut browser = t.browser();
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    browser
}

/// Adds grants to a fixture client.
async fn grant(t: &TestEngine, client: &str, kind: ClientKind, change: impl FnOnce(&mut Client)) {
    t.add_client(client, kind, None, |client| {
        client.grant_types.push("implicit".into());
        client.web_origins = vec!["https://app.example".into()];
        change(client);
    })
    .await;
}

/// P-108: the pages then offer that connection only.
#[tokio::test]
async fn a_connection_by_name_is_asked_for_afresh() {
    let t = TestEngine::new().await;
    t.add_connection("email-two", Strategy::Email, json!({})).await;
    let browser = signed_in(&t).await;
    let request = changed(NATIVE, |request| request.connection = Some("email-two".into()));
    let Ok(Authorized::SignIn { handle }) = t.authorize(&request, &browser).await else { panic!() };
    let page = t.engine.sign_in_page(&handle, &browser).await.unwrap();
    assert_eq!(page.ways.len(), 1);
    assert_eq!(page.ways[0].connection, "email-two");
}
