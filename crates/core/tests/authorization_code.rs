//! Authorization codes become tokens: once, for the client and the browser's request that they are for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::flow::authorize::Authorized;
use latchkey_core::flow::user_info::UserInfoError;
use latchkey_core::grant::ExchangeError;
use latchkey_core::model::{
    Address, AudienceGrant, AuthorizationResponse, ClientKind, Ending, EventKind, LogoutInitiator,
    TokenDialect, TokenHash, User,
};
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{
    CONFIDENTIAL, EMAIL, NATIVE, OTHER_NATIVE, START, TestEngine, authorization, credentials,
};
use latchkey_wire::authorize::AuthorizeRequest;
use latchkey_wire::token::{RefreshTokenRequest, TokenRequest, TokenResponse};
use latchkey_wire::{Scopes, Secret};
use serde_json::{Value, json};

fn claims(token: &Secret) -> Value {
    let payload = token.expose().split('.').nth(1).unwrap();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

/// The answer to a request, changed, of somebody who is signed in already.
async fn answered(
    t: &TestEngine,
    client: &str,
    change: impl FnOnce(&mut AuthorizeRequest),
) -> AuthorizationResponse {
    let mut browser = t.browser();
    t.sign_in_by_mail(client, &mut browser, EMAIL).await;
    let mut request = authorization(client);
    change(&mut request);
    match t.authorize(&request, &browser).await.unwrap() {
        Authorized::Respond { response, .. } => response,
        other => panic!("{other:?}"),
    }
}

async fn user(t: &TestEngine) -> User {
    let address = Address::from_canonical(EMAIL);
    t.engine.store.find_user_by_address("email", &address).await.unwrap().unwrap()
}

async fn families(t: &TestEngine) -> usize {
    t.engine.store.list_refresh_families(&user(t).await.id).await.unwrap().len()
}

async fn refresh(t: &TestEngine, token: &Secret) -> Result<TokenResponse, ExchangeError> {
    let request = RefreshTokenRequest { refresh_token: token.clone(), scope: None, audience: None };
    t.engine.exchange(&credentials(NATIVE), TokenRequest::RefreshToken(request), &t.caller()).await
}

fn offline(request: &mut AuthorizeRequest) {
    request.scope = Some("openid offline_access".into());
}

fn is_refused<T>(result: &Result<T, ExchangeError>) -> bool {
    matches!(result, Err(ExchangeError::AuthorizationCodeRefused))
}

/// C-027: what the id_token says comes from the session.
#[tokio::test]
async fn a_code_gives_the_tokens_that_were_asked_for() {
    let t = TestEngine::new().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    t.clock.advance(100);
    let mut request = authorization(NATIVE);
    request.nonce = Some("the nonce".into());
    request.scope = Some("openid email offline_access".into());
    let Authorized::Respond { response, .. } = t.authorize(&request, &browser).await.unwrap() else {
        panic!()
    };
    let tokens = t.trade(NATIVE, &response).await.unwrap();
    assert_eq!(tokens.scope.unwrap().to_string(), "openid email offline_access");
    let claims = claims(tokens.id_token.as_ref().unwrap());
    let session = t.engine.store.find_session(&TokenHash::of(&browser.session.unwrap())).await.unwrap();
    assert_eq!(claims["nonce"], "the nonce");
    assert_eq!(claims["sid"], session.unwrap().sid);
    assert_eq!((claims["auth_time"].as_i64(), claims["iat"].as_i64()), (Some(START), Some(START + 100)));
    assert_eq!(claims["amr"], json!(["email", "otp"]));
    let profile = t.engine.user_info(tokens.access_token.expose()).await.unwrap();
    assert_eq!(profile["sub"], claims["sub"]);
    assert!(refresh(&t, &tokens.refresh_token.unwrap()).await.is_ok());
}

/// C-006
#[tokio::test]
async fn no_nonce_in_means_none_out() {
    let t = TestEngine::new().await;
    let response = answered(&t, NATIVE, |_| {}).await;
    let tokens = t.trade(NATIVE, &response).await.unwrap();
    assert_eq!(claims(tokens.id_token.as_ref().unwrap()).get("nonce"), None);
    assert!(tokens.refresh_token.is_none());
}

/// S-074, C-050
#[tokio::test]
async fn a_verifier_must_fit_and_a_wrong_one_uses_nothing_up() {
    let t = TestEngine::new().await;
    let response = answered(&t, NATIVE, |_| {}).await;
    for verifier in [None, Some(Secret::new("x".repeat(43)))] {
        let refused = t.trade_as(NATIVE, &response, |request| request.code_verifier = verifier).await;
        assert!(matches!(refused, Err(ExchangeError::CodeVerifier)));
    }
    t.trade(NATIVE, &response).await.unwrap();
}

/// S-074: a verifier without a challenge would hide that the challenge was taken out.
#[tokio::test]
async fn a_verifier_without_a_challenge_is_refused() {
    let t = TestEngine::new().await;
    let response = answered(&t, CONFIDENTIAL, |request| {
        (request.code_challenge, request.code_challenge_method) = (None, None);
    })
    .await;
    let refused = t.trade(CONFIDENTIAL, &response).await;
    assert!(matches!(refused, Err(ExchangeError::CodeVerifier)));
    t.trade_as(CONFIDENTIAL, &response, |request| request.code_verifier = None).await.unwrap();
}

/// S-073
#[tokio::test]
async fn a_code_is_for_its_client_and_callback_only() {
    let t = TestEngine::new().await;
    let response = answered(&t, NATIVE, |_| {}).await;
    assert!(is_refused(&t.trade(OTHER_NATIVE, &response).await));
    for uri in [None, Some("https://app.example/cb/"), Some("https://evil.example/cb")] {
        let named = uri.map(String::from);
        assert!(is_refused(&t.trade_as(NATIVE, &response, |request| request.redirect_uri = named).await));
    }
    assert!(is_refused(&t.trade_as(NATIVE, &response, |request| request.code = Secret::new("other")).await));
    t.trade(NATIVE, &response).await.unwrap();
}

/// RFC 6749 section 4.1.3
#[tokio::test]
async fn a_callback_that_was_not_named_need_not_be_named_but_may() {
    let t = TestEngine::new().await;
    for named in [None, Some("https://app.example/cb"), Some("https://app.example/other")] {
        let response = answered(&t, NATIVE, |request| request.redirect_uri = None).await;
        let traded =
            t.trade_as(NATIVE, &response, |request| request.redirect_uri = named.map(String::from)).await;
        assert_eq!(traded.is_ok(), named != Some("https://app.example/other"));
    }
}

/// S-073, C-053
#[tokio::test]
async fn a_code_lives_a_minute() {
    let t = TestEngine::new().await;
    let (early, late) = (answered(&t, NATIVE, |_| {}).await, answered(&t, NATIVE, |_| {}).await);
    t.clock.advance(59);
    t.trade(NATIVE, &early).await.unwrap();
    t.clock.advance(1);
    assert!(is_refused(&t.trade(NATIVE, &late).await));
}

/// S-073, C-018: also what was made of the tokens meanwhile.
#[tokio::test]
async fn a_second_use_revokes_everything_that_the_first_gave() {
    let t = TestEngine::new().await;
    let response = answered(&t, NATIVE, offline).await;
    let first = t.trade(NATIVE, &response).await.unwrap();
    let renewed = refresh(&t, first.refresh_token.as_ref().unwrap()).await.unwrap();
    t.engine.user_info(renewed.access_token.expose()).await.unwrap();
    t.clock.advance(3600);

    assert!(is_refused(&t.trade(NATIVE, &response).await));

    for tokens in [&first, &renewed] {
        let refused = t.engine.user_info(tokens.access_token.expose()).await;
        assert!(matches!(refused, Err(UserInfoError::Invalid)));
        assert!(refresh(&t, tokens.refresh_token.as_ref().unwrap()).await.is_err());
    }
    let revoked = EventFilter { kind: Some(EventKind::RefreshRevoked), ..EventFilter::default() };
    let events = t.engine.store.list_events(&revoked, &Page::default()).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].user, Some(user(&t).await.id));
    // Another sign-in of the same person is not touched.
    let other = answered(&t, NATIVE, |_| {}).await;
    let other = t.trade(NATIVE, &other).await.unwrap();
    t.engine.user_info(other.access_token.expose()).await.unwrap();
}

/// S-073
#[tokio::test]
async fn a_used_code_in_the_hands_of_another_client_revokes_nothing() {
    let t = TestEngine::new().await;
    let response = answered(&t, NATIVE, offline).await;
    let tokens = t.trade(NATIVE, &response).await.unwrap();
    assert!(is_refused(&t.trade(OTHER_NATIVE, &response).await));
    t.engine.user_info(tokens.access_token.expose()).await.unwrap();
    refresh(&t, tokens.refresh_token.as_ref().unwrap()).await.unwrap();
}

/// S-073, peers' bug 75: a code does not outlive the session that it was given in.
#[tokio::test]
async fn a_code_of_an_ended_session_gives_nothing() {
    let t = TestEngine::new().await;
    let response = answered(&t, NATIVE, offline).await;
    let ending = Ending { initiator: LogoutInitiator::SessionRevoked, at: t.engine.now() };
    t.engine.store.delete_sessions(&user(&t).await.id, ending, Vec::new()).await.unwrap();
    assert!(is_refused(&t.trade(NATIVE, &response).await));
    assert_eq!(families(&t).await, 0);
}

/// S-029: and leaves no refresh token behind.
#[tokio::test]
async fn who_is_blocked_or_deleted_before_the_exchange_gets_nothing() {
    let t = TestEngine::new().await;
    let response = answered(&t, NATIVE, offline).await;
    let mut blocked = user(&t).await;
    blocked.blocked = true;
    t.engine.store.update_user(&blocked).await.unwrap();
    assert!(matches!(t.trade(NATIVE, &response).await, Err(ExchangeError::UserBlocked)));
    assert_eq!(families(&t).await, 0);

    t.engine.store.delete_user(&blocked.id, t.engine.now(), Vec::new()).await.unwrap();
    assert!(t.trade(NATIVE, &response).await.is_err());
    assert!(t.engine.store.list_refresh_families(&blocked.id).await.unwrap().is_empty());
}

/// S-103: and leaves no refresh token behind.
#[tokio::test]
async fn an_audience_that_was_taken_away_before_the_exchange_is_refused() {
    let t = TestEngine::new().await;
    let api = AudienceGrant {
        audience: "https://api.example/".into(),
        scopes: Scopes::parse("read:things").unwrap(),
        token_lifetime: 600,
        dialect: TokenDialect::AccessToken,
        further: Default::default(),
    };
    for granted in [true, false] {
        let add = |client: &mut latchkey_core::model::Client| client.audiences = vec![api.clone()];
        t.add_client(NATIVE, ClientKind::Native, None, add).await;
        let response = answered(&t, NATIVE, |request| {
            request.scope = Some("openid read:things write:things offline_access".into());
            request.audience = Some("https://api.example/".into());
        })
        .await;
        if granted {
            let tokens = t.trade(NATIVE, &response).await.unwrap();
            assert_eq!(tokens.scope.unwrap().to_string(), "openid read:things offline_access");
            assert_eq!(tokens.expires_in, 600);
            assert_eq!(claims(&tokens.access_token)["aud"][0], "https://api.example/");
        } else {
            t.add_client(NATIVE, ClientKind::Native, None, |_| {}).await;
            let before = families(&t).await;
            let refused = t.trade(NATIVE, &response).await;
            assert!(matches!(refused, Err(ExchangeError::AudienceNotAllowed)));
            assert_eq!(families(&t).await, before);
        }
    }
}

#[tokio::test]
async fn a_client_without_the_grant_gets_nothing_for_its_code() {
    let t = TestEngine::new().await;
    let response = answered(&t, NATIVE, |_| {}).await;
    t.add_client(NATIVE, ClientKind::Native, None, |client| client.grant_types.clear()).await;
    let refused = t.trade(NATIVE, &response).await;
    assert!(matches!(refused, Err(ExchangeError::GrantNotAllowed { .. })));
}
