//! Codes become tokens: once, for whom they were sent, while they live.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::flow::redeem::RedeemError;
use latchkey_core::grant::ExchangeError;
use latchkey_core::limit::Bucket;
use latchkey_core::model::{Address, ChallengeKey, ClientId, ClientKind, EventKind, Strategy};
use latchkey_core::settings::Limits;
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{LEGACY, NATIVE, OTHER_NATIVE, PHONE, SPA, TestEngine, ip};
use latchkey_wire::Secret;
use serde_json::{Value, json};

fn claims(token: &Secret) -> Value {
    let payload = token.expose().split('.').nth(1).unwrap();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

fn reason<T>(result: Result<T, ExchangeError>) -> RedeemError {
    match result {
        Err(ExchangeError::Code(reason)) => reason,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("accepted"),
    }
}

/// P-070, P-081, P-130, P-132
#[tokio::test]
async fn the_right_code_gives_tokens_that_sdks_accept() {
    let t = TestEngine::new().await;
    let tokens = t.sign_in(NATIVE, PHONE, "openid profile phone").await;
    assert_eq!((tokens.token_type.as_str(), tokens.expires_in), ("Bearer", 86_400));
    assert!(tokens.refresh_token.is_none());
    let claims = claims(tokens.id_token.as_ref().unwrap());
    let now = latchkey_testkit::START;
    assert_eq!(claims["iss"], "https://login.example/");
    assert_eq!(claims["aud"], NATIVE);
    assert_eq!((claims["iat"].as_i64(), claims["exp"].as_i64()), (Some(now), Some(now + 36_000)));
    assert!(claims["sub"].as_str().unwrap().starts_with("sms|"));
    assert_eq!(claims["amr"], json!(["sms", "otp"]));
    assert_eq!((&claims["phone_number"], &claims["phone_verified"]), (&json!(PHONE), &json!(true)));
}

/// P-074
#[tokio::test]
async fn the_first_code_makes_the_user_and_the_second_finds_them() {
    let t = TestEngine::new().await;
    let first = claims(t.sign_in(NATIVE, PHONE, "openid").await.id_token.as_ref().unwrap());
    let second = claims(t.sign_in(OTHER_NATIVE, PHONE, "openid").await.id_token.as_ref().unwrap());
    assert_eq!(first["sub"], second["sub"]);
    let user =
        t.engine.store.find_user_by_address("sms", &Address::from_canonical(PHONE)).await.unwrap().unwrap();
    assert_eq!((user.logins_count, t.engine.store.count_users().await.unwrap()), (2, 1));
    assert!(user.identities[0].verified_at.is_some());
}

/// P-053, S-026
#[tokio::test]
async fn a_code_works_once_and_its_replay_is_recorded() {
    let t = TestEngine::new().await;
    t.sign_in(NATIVE, PHONE, "openid").await;
    let again = t.redeem(NATIVE, PHONE, &t.code(), "openid").await;
    assert!(matches!(reason(again), RedeemError::Wrong { .. }));
    let replays = EventFilter { kind: Some(EventKind::CodeReplayed), ..EventFilter::default() };
    let events = t.engine.store.list_events(&replays, &Page::default()).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].address.as_deref(), Some("+1415•••0100"));
}

/// S-026
#[tokio::test]
async fn replays_count_against_the_ip_like_wrong_codes() {
    let bucket = Bucket::new(3, 30, 3600);
    let t = TestEngine::with(|s| s.limits = Limits { failures_per_ip: bucket, ..Limits::off() }).await;
    t.sign_in(NATIVE, PHONE, "openid").await;
    for _ in 0..3 {
        let again = t.redeem(NATIVE, PHONE, &t.code(), "openid").await;
        assert!(matches!(reason(again), RedeemError::Wrong { .. }));
    }
    let refused = reason(t.redeem(NATIVE, PHONE, &t.code(), "openid").await);
    assert!(matches!(refused, RedeemError::TooManyFailures(_)), "{refused:?}");
}

/// P-051
#[tokio::test]
async fn a_code_dies_after_its_time_and_says_so_to_who_has_it() {
    let t = TestEngine::new().await;
    t.start(NATIVE, PHONE).await.unwrap();
    t.clock.advance(180);
    assert!(matches!(
        reason(t.redeem(NATIVE, PHONE, &t.wrong_code(), "openid").await),
        RedeemError::Wrong { .. }
    ));
    assert!(matches!(reason(t.redeem(NATIVE, PHONE, &t.code(), "openid").await), RedeemError::Expired));
}

/// P-052
#[tokio::test]
async fn a_second_start_kills_the_first_code() {
    let t = TestEngine::new().await;
    t.start(NATIVE, PHONE).await.unwrap();
    let first = t.code();
    t.start(NATIVE, PHONE).await.unwrap();
    assert!(matches!(reason(t.redeem(NATIVE, PHONE, &first, "openid").await), RedeemError::Wrong { .. }));
    t.redeem(NATIVE, PHONE, &t.code(), "openid").await.unwrap();
}

/// P-054
#[tokio::test]
async fn the_third_wrong_try_kills_the_code() {
    let t = TestEngine::new().await;
    t.start(NATIVE, PHONE).await.unwrap();
    for _ in 0..2 {
        let tried = t.redeem(NATIVE, PHONE, &t.wrong_code(), "openid").await;
        assert!(matches!(reason(tried), RedeemError::Wrong { .. }));
    }
    assert!(matches!(
        reason(t.redeem(NATIVE, PHONE, &t.wrong_code(), "openid").await),
        RedeemError::NoTriesLeft
    ));
    assert!(matches!(reason(t.redeem(NATIVE, PHONE, &t.code(), "openid").await), RedeemError::NoTriesLeft));
}

/// P-055
#[tokio::test]
async fn a_code_is_for_its_number_client_and_connection_only() {
    let t = TestEngine::new().await;
    t.add_connection("sms-two", Strategy::Sms, json!({})).await;
    t.start(NATIVE, PHONE).await.unwrap();
    let code = t.code();
    assert!(t.redeem(OTHER_NATIVE, PHONE, &code, "openid").await.is_err());
    assert!(t.redeem(NATIVE, "+14155550101", &code, "openid").await.is_err());
    t.redeem(NATIVE, PHONE, &code, "openid").await.unwrap();
}

/// P-073
#[tokio::test]
async fn a_number_without_a_code_answers_like_a_wrong_code() {
    let t = TestEngine::new().await;
    for number in ["+14155550177", "not a number", "user@example.com"] {
        assert!(matches!(
            reason(t.redeem(NATIVE, number, "123456", "openid").await),
            RedeemError::Wrong { .. }
        ));
    }
}

/// P-080
#[tokio::test]
async fn a_user_blocked_between_start_and_code_stays_out() {
    let t = TestEngine::new().await;
    t.sign_in(NATIVE, PHONE, "openid").await;
    t.start(NATIVE, PHONE).await.unwrap();
    let mut user =
        t.engine.store.find_user_by_address("sms", &Address::from_canonical(PHONE)).await.unwrap().unwrap();
    user.blocked = true;
    t.engine.store.update_user(&user).await.unwrap();
    assert!(matches!(reason(t.redeem(NATIVE, PHONE, &t.code(), "openid").await), RedeemError::UserBlocked));
}

/// P-057
#[tokio::test]
async fn the_tenth_failure_from_one_ip_blocks_it_for_that_number_only() {
    let t = TestEngine::new().await;
    for _ in 0..4 {
        t.start(NATIVE, PHONE).await.unwrap();
        for _ in 0..3 {
            let _ = t.redeem(NATIVE, PHONE, &t.wrong_code(), "openid").await;
        }
    }
    t.start(NATIVE, PHONE).await.unwrap();
    let code = t.code();
    assert!(matches!(reason(t.redeem(NATIVE, PHONE, &code, "openid").await), RedeemError::TooManyAttempts));
    let elsewhere = latchkey_core::Caller::at(ip("198.51.100.7"));
    t.redeem_from(NATIVE, PHONE, &code, "openid", &elsewhere).await.unwrap();
    t.sign_in(NATIVE, "+14155550101", "openid").await;
}

/// P-058
#[tokio::test]
async fn without_brute_force_protection_three_tries_still_kill_a_code() {
    let t = TestEngine::new().await;
    let options = json!({"brute_force_protection": false, "latchkey": {"elastic_codes": false}});
    t.add_connection("sms", Strategy::Sms, options).await;
    for _ in 0..5 {
        t.start(NATIVE, PHONE).await.unwrap();
        for _ in 0..3 {
            let _ = t.redeem(NATIVE, PHONE, &t.wrong_code(), "openid").await;
        }
        assert!(matches!(
            reason(t.redeem(NATIVE, PHONE, &t.code(), "openid").await),
            RedeemError::NoTriesLeft
        ));
    }
    t.sign_in(NATIVE, PHONE, "openid").await;
}

/// S-011, S-021
#[tokio::test]
async fn codes_grow_with_failures_and_stay_grown_after_a_resend() {
    let t = TestEngine::new().await;
    let mut lengths = Vec::new();
    for n in 0..5 {
        t.start(NATIVE, PHONE).await.unwrap();
        lengths.push(t.code().len());
        let caller = latchkey_core::Caller::at(ip(&format!("198.51.100.{n}")));
        for _ in 0..3 {
            let _ = t.redeem_from(NATIVE, PHONE, &t.wrong_code(), "openid", &caller).await;
        }
    }
    assert_eq!(lengths, [6, 8, 8, 8, 10]);
}

/// RL-10
#[tokio::test]
async fn an_ip_that_fails_everywhere_waits() {
    let t = TestEngine::with(|s| {
        s.limits = Limits { failures_per_ip: Bucket::new(30, 30, 3600), ..Limits::off() };
    })
    .await;
    for n in 0..30 {
        let _ = t.redeem(NATIVE, &format!("+141555501{n:02}"), "123456", "openid").await;
    }
    t.start(NATIVE, PHONE).await.unwrap();
    let refused = reason(t.redeem(NATIVE, PHONE, &t.code(), "openid").await);
    assert!(
        matches!(refused, RedeemError::TooManyFailures(state) if state.retry_after == 120),
        "{refused:?}"
    );
}

/// P-075
#[tokio::test]
async fn offline_access_gives_a_refresh_token_where_the_client_may_have_one() {
    let t = TestEngine::new().await;
    assert!(t.sign_in(NATIVE, PHONE, "openid offline_access").await.refresh_token.is_some());
    t.add_client("plain", ClientKind::Native, None, |c| c.grant_types.retain(|g| g != "refresh_token")).await;
    t.add_connection("sms", Strategy::Sms, json!({})).await;
    let tokens = t.sign_in("plain", PHONE, "openid offline_access").await;
    assert!(tokens.refresh_token.is_none());
    assert_eq!(tokens.scope.unwrap().to_string(), "openid");
}

/// P-076, P-077
#[tokio::test]
async fn clients_without_the_grant_and_browser_clients_are_refused() {
    let t = TestEngine::new().await;
    t.add_client("none", ClientKind::Native, None, |c| c.grant_types.clear()).await;
    t.add_client(SPA, ClientKind::Spa, None, |c| {
        c.grant_types.push("http://auth0.com/oauth/grant-type/passwordless/otp".into());
    })
    .await;
    for client in ["none", SPA] {
        let refused = t.redeem(client, PHONE, "123456", "openid").await;
        assert!(matches!(refused, Err(ExchangeError::GrantNotAllowed { .. })), "{client}");
    }
}

/// P-082
#[tokio::test]
async fn scopes_that_nobody_granted_are_dropped() {
    let t = TestEngine::new().await;
    let tokens = t.sign_in(NATIVE, PHONE, "openid admin:everything").await;
    assert_eq!(tokens.scope.unwrap().to_string(), "openid");
}

/// P-131
#[tokio::test]
async fn the_tokens_key_is_published() {
    let t = TestEngine::new().await;
    let token = t.sign_in(NATIVE, PHONE, "openid").await.id_token.unwrap();
    let header = jsonwebtoken::decode_header(token.expose()).unwrap();
    let jwks: Value = serde_json::from_str(&t.engine.keys.jwks()).unwrap();
    let keys = jwks["keys"].as_array().unwrap();
    let key = keys.iter().find(|key| key["kid"] == header.kid.clone().unwrap()).unwrap();
    assert_eq!((&key["alg"], &key["use"], &key["kty"]), (&json!("RS256"), &json!("sig"), &json!("RSA")));
    assert!(!jwks.to_string().contains("\"d\""));
}

/// P-056
#[tokio::test]
async fn only_a_keyed_hash_of_the_code_is_stored() {
    let t = TestEngine::new().await;
    t.start(NATIVE, PHONE).await.unwrap();
    let key = ChallengeKey {
        connection: "sms".into(),
        address: Address::from_canonical(PHONE),
        client: ClientId::from(NATIVE),
    };
    let stored = t.engine.store.find_challenge(&key).await.unwrap().unwrap();
    assert!(!format!("{stored:?}").contains(&t.code()));
    let plain = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, t.code().as_bytes());
    assert_ne!(&stored.code_hash.0[..], plain.as_ref());
}

/// P-059, R-014
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_200_parallel_right_codes_one_signs_in() {
    let t = std::sync::Arc::new(TestEngine::new().await);
    t.start(NATIVE, PHONE).await.unwrap();
    let code = t.code();
    let tries: Vec<_> = (0..200)
        .map(|_| {
            let (t, code) = (std::sync::Arc::clone(&t), code.clone());
            tokio::spawn(async move { t.redeem(NATIVE, PHONE, &code, "openid").await.is_ok() })
        })
        .collect();
    let mut accepted = 0;
    for tried in tries {
        accepted += usize::from(tried.await.unwrap());
    }
    assert_eq!(accepted, 1);
}

/// HS256 is for clients with a secret; their tokens verify with it.
#[tokio::test]
async fn a_confidential_legacy_client_gets_hs256() {
    let t = TestEngine::new().await;
    let token = t.sign_in(LEGACY, PHONE, "openid").await.id_token.unwrap();
    let header = jsonwebtoken::decode_header(token.expose()).unwrap();
    assert_eq!((header.alg, header.kid), (jsonwebtoken::Algorithm::HS256, None));
}
