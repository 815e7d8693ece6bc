//! Refresh tokens: rotation, reuse, leeway, scope, revocation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::flow::revoke::RevokeError;
use latchkey_core::grant::ExchangeError;
use latchkey_core::model::{Address, ClientKind};
use latchkey_testkit::{NATIVE, OTHER_NATIVE, PHONE, TestEngine, credentials};
use latchkey_wire::token::{RefreshTokenRequest, TokenRequest, TokenResponse};
use latchkey_wire::{Scopes, Secret};

async fn refresh(t: &TestEngine, client: &str, token: &Secret) -> Result<TokenResponse, ExchangeError> {
    refresh_for(t, client, token, None).await
}

async fn refresh_for(
    t: &TestEngine,
    client: &str,
    token: &Secret,
    scope: Option<&str>,
) -> Result<TokenResponse, ExchangeError> {
    let request = TokenRequest::RefreshToken(RefreshTokenRequest {
        refresh_token: token.clone(),
        scope: scope.map(|text| Scopes::parse(text).unwrap()),
        audience: None,
    });
    t.engine.exchange(&credentials(client), request, &t.caller()).await
}

async fn signed_in(t: &TestEngine) -> Secret {
    t.sign_in(NATIVE, PHONE, "openid profile offline_access").await.refresh_token.unwrap()
}

/// P-120, P-121
#[tokio::test]
async fn a_rotated_token_dies_and_its_reuse_kills_the_family() {
    let t = TestEngine::new().await;
    let first = signed_in(&t).await;
    let second = refresh(&t, NATIVE, &first).await.unwrap().refresh_token.unwrap();
    t.clock.advance(1);
    assert!(matches!(refresh(&t, NATIVE, &first).await, Err(ExchangeError::RefreshTokenRefused)));
    assert!(matches!(refresh(&t, NATIVE, &second).await, Err(ExchangeError::RefreshTokenRefused)));
}

/// P-122
#[tokio::test]
async fn inside_the_leeway_the_previous_token_still_works() {
    let t = TestEngine::new().await;
    t.add_client(NATIVE, ClientKind::Native, None, |c| {
        c.refresh.leeway = 30;
        c.refresh.reuse_while_child_unused = false;
    })
    .await;
    let first = signed_in(&t).await;
    refresh(&t, NATIVE, &first).await.unwrap();
    t.clock.advance(30);
    refresh(&t, NATIVE, &first).await.unwrap();
    t.clock.advance(1);
    assert!(refresh(&t, NATIVE, &first).await.is_err());
}

///
#[tokio::test]
async fn an_answer_that_got_lost_does_not_sign_anybody_out() {
    let t = TestEngine::new().await;
    t.add_client(NATIVE, ClientKind::Native, None, |c| c.refresh.leeway = 0).await;
    let first = signed_in(&t).await;
    refresh(&t, NATIVE, &first).await.unwrap();
    t.clock.advance(3600);
    let retried = refresh(&t, NATIVE, &first).await.unwrap().refresh_token.unwrap();
    let third = refresh(&t, NATIVE, &retried).await.unwrap().refresh_token.unwrap();
    t.clock.advance(1);
    assert!(refresh(&t, NATIVE, &first).await.is_err());
    assert!(refresh(&t, NATIVE, &third).await.is_err());
}

/// P-123
#[tokio::test]
async fn a_client_that_does_not_rotate_keeps_its_token() {
    let t = TestEngine::new().await;
    t.add_client(NATIVE, ClientKind::Native, None, |c| c.refresh.rotating = false).await;
    let token = signed_in(&t).await;
    for _ in 0..3 {
        let answer = refresh(&t, NATIVE, &token).await.unwrap();
        assert!(answer.refresh_token.is_none() && answer.id_token.is_some());
    }
}

/// P-124
#[tokio::test]
async fn the_token_of_a_deleted_user_says_so() {
    let t = TestEngine::new().await;
    let token = signed_in(&t).await;
    let user =
        t.engine.store.find_user_by_address("sms", &Address::from_canonical(PHONE)).await.unwrap().unwrap();
    assert!(t.engine.store.delete_user(&user.id, t.engine.now(), Vec::new()).await.unwrap());
    assert!(matches!(refresh(&t, NATIVE, &token).await, Err(ExchangeError::UserGone)));
}

/// P-125
#[tokio::test]
async fn scope_only_ever_narrows() {
    let t = TestEngine::new().await;
    let token = signed_in(&t).await;
    assert!(matches!(
        refresh_for(&t, NATIVE, &token, Some("openid phone")).await,
        Err(ExchangeError::ScopeTooWide)
    ));
    let narrowed = refresh_for(&t, NATIVE, &token, Some("openid")).await.unwrap();
    assert_eq!(narrowed.scope.unwrap().to_string(), "openid");
}

/// Tokens belong to the client they were given to.
#[tokio::test]
async fn another_client_cannot_use_or_revoke_the_token() {
    let t = TestEngine::new().await;
    let token = signed_in(&t).await;
    assert!(matches!(refresh(&t, OTHER_NATIVE, &token).await, Err(ExchangeError::RefreshTokenRefused)));
    let revoked = t.engine.revoke(&credentials(OTHER_NATIVE), &token, &t.caller()).await;
    assert!(matches!(revoked, Err(RevokeError::OtherClient)));
    refresh(&t, NATIVE, &token).await.unwrap();
}

/// P-126
#[tokio::test]
async fn revoking_ends_the_family_and_unknown_tokens_are_fine() {
    let t = TestEngine::new().await;
    let first = signed_in(&t).await;
    let second = refresh(&t, NATIVE, &first).await.unwrap().refresh_token.unwrap();
    t.engine.revoke(&credentials(NATIVE), &second, &t.caller()).await.unwrap();
    assert!(refresh(&t, NATIVE, &second).await.is_err());
    t.engine.revoke(&credentials(NATIVE), &Secret::new("unknown"), &t.caller()).await.unwrap();
}

/// P-133
#[tokio::test]
async fn past_the_limit_the_oldest_families_die() {
    let t = TestEngine::with(|s| {
        s.limits = latchkey_core::settings::Limits::off();
        s.max_refresh_families = 3;
    })
    .await;
    let mut tokens = Vec::new();
    for _ in 0..5 {
        tokens.push(signed_in(&t).await);
        t.clock.advance(1);
    }
    let mut alive = Vec::new();
    for token in &tokens {
        alive.push(refresh(&t, NATIVE, token).await.is_ok());
    }
    assert_eq!(alive, [false, false, true, true, true]);
}

/// Idle and absolute lives end a token.
#[tokio::test]
async fn idle_and_old_tokens_expire() {
    let t = TestEngine::new().await;
    let token = signed_in(&t).await;
    t.clock.advance(1_296_001);
    assert!(refresh(&t, NATIVE, &token).await.is_err());
    let mut token = signed_in(&t).await;
    for _ in 0..3 {
        t.clock.advance(1_000_000);
        match refresh(&t, NATIVE, &token).await {
            Ok(answer) => token = answer.refresh_token.unwrap(),
            Err(error) => return assert!(matches!(error, ExchangeError::RefreshTokenRefused)),
        }
    }
    panic!("the family outlived 30 days");
}

///
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_50_parallel_refreshes_without_leeway_one_wins() {
    let t = std::sync::Arc::new(TestEngine::new().await);
    let token = signed_in(&t).await;
    let tries: Vec<_> = (0..50)
        .map(|_| {
            let (t, token) = (std::sync::Arc::clone(&t), token.clone());
            tokio::spawn(async move { refresh(&t, NATIVE, &token).await.is_ok() })
        })
        .collect();
    let mut won = 0;
    for tried in tries {
        won += usize::from(tried.await.unwrap());
    }
    assert_eq!(won, 1);
}
