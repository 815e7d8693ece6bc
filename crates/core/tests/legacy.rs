//! The pipeline of 2014: /oauth/ro, /tokeninfo, /delegation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use latchkey_core::flow::delegate::DelegationError;
use latchkey_core::flow::redeem::RedeemError;
use latchkey_core::flow::resource_owner::LegacyError;
use latchkey_core::flow::token_info::TokenInfoError;
use latchkey_core::model::{ClientKind, SigningAlgorithm, UserId};
use latchkey_testkit::{LEGACY, NATIVE, PHONE, TestEngine, credentials, ip};
use latchkey_wire::legacy::{
    DelegationRequest, DelegationSource, ResourceOwnerRequest, ResourceOwnerResponse,
};
use latchkey_wire::{Scopes, Secret};
use serde_json::{Value, json};

async fn ro(
    t: &TestEngine,
    client: &str,
    code: &str,
    scope: &str,
    device: Option<&str>,
) -> Result<ResourceOwnerResponse, LegacyError> {
    let request = ResourceOwnerRequest {
        connection: "sms".into(),
        username: PHONE.into(),
        password: Secret::new(code),
        scope: Some(Scopes::parse(scope).unwrap()),
        device: device.map(str::to_owned),
        nonce: None,
        state: Some("s1".into()),
    };
    // Lock sends the client id only.
    let mut credentials = credentials(client);
    credentials.proof = latchkey_core::flow::authenticate_client::ClientProof::None;
    t.engine.resource_owner(&credentials, request, &t.caller()).await
}

async fn signed_in(t: &TestEngine, scope: &str, device: Option<&str>) -> ResourceOwnerResponse {
    t.start(LEGACY, PHONE).await.unwrap();
    ro(t, LEGACY, &t.code(), scope, device).await.unwrap()
}

fn verified(token: &Secret, secret: &[u8]) -> Value {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.set_audience(&[LEGACY]);
    jsonwebtoken::decode::<Value>(token.expose(), &DecodingKey::from_secret(secret), &validation)
        .unwrap()
        .claims
}

async fn delegate(
    t: &TestEngine,
    source: DelegationSource,
    scope: Option<&str>,
) -> Result<Secret, DelegationError> {
    let request = DelegationRequest {
        source,
        target: None,
        api_type: Some("app".into()),
        scope: scope.map(|text| Scopes::parse(text).unwrap()),
    };
    t.engine.delegate(&credentials(LEGACY), request, &t.caller()).await.map(|answer| {
        assert_eq!((answer.token_type.as_str(), answer.expires_in), ("Bearer", 36_000));
        answer.id_token
    })
}

/// P-140, P-143
#[tokio::test]
async fn a_code_at_oauth_ro_gives_a_token_signed_with_the_clients_secret() {
    let t = TestEngine::new().await;
    let answer = signed_in(&t, "openid", None).await;
    assert_eq!((answer.token_type.as_str(), answer.state.as_deref()), ("bearer", Some("s1")));
    let claims = verified(answer.id_token.as_ref().unwrap(), b"legacy-secret");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 36_000);
}

/// P-143
#[tokio::test]
async fn old_secrets_are_decoded_where_the_client_says_so() {
    let t = TestEngine::new().await;
    t.add_client(LEGACY, ClientKind::Native, Some("c2VjcmV0LWJ5dGVz"), |c| {
        c.oidc_conformant = false;
        c.jwt.alg = SigningAlgorithm::HS256;
        c.jwt.secret_encoded = true;
        c.grant_types.push(latchkey_wire::token::LEGACY_RO.into());
    })
    .await;
    t.start_with_secret(LEGACY, PHONE, "c2VjcmV0LWJ5dGVz").await;
    let answer = ro(&t, LEGACY, &t.code(), "openid", None).await.unwrap();
    verified(answer.id_token.as_ref().unwrap(), b"secret-bytes");
}

/// P-141
#[tokio::test]
async fn a_wrong_code_at_oauth_ro_is_refused_and_counted_with_the_others() {
    let t = TestEngine::new().await;
    t.start(LEGACY, PHONE).await.unwrap();
    for _ in 0..2 {
        let wrong = ro(&t, LEGACY, &t.wrong_code(), "openid", None).await;
        assert!(matches!(wrong, Err(LegacyError::Code(RedeemError::Wrong { .. }))));
    }
    let third = t.redeem(LEGACY, PHONE, &t.wrong_code(), "openid").await;
    assert!(third.is_err());
    let right = ro(&t, LEGACY, &t.code(), "openid", None).await;
    assert!(matches!(right, Err(LegacyError::Code(RedeemError::NoTriesLeft))));
}

/// P-142
#[tokio::test]
async fn a_refresh_token_needs_a_device() {
    let t = TestEngine::new().await;
    assert!(signed_in(&t, "openid offline_access", None).await.refresh_token.is_none());
    assert!(signed_in(&t, "openid offline_access", Some("iPhone")).await.refresh_token.is_some());
}

/// P-144
#[tokio::test]
async fn openid_alone_gives_five_claims_and_profile_gives_all() {
    let t = TestEngine::new().await;
    let names = |token: &Secret| -> Vec<String> {
        verified(token, b"legacy-secret").as_object().unwrap().keys().cloned().collect()
    };
    let few = names(signed_in(&t, "openid", None).await.id_token.as_ref().unwrap());
    assert_eq!(few, ["aud", "exp", "iat", "iss", "sub"]);
    let all = names(signed_in(&t, "openid profile", None).await.id_token.as_ref().unwrap());
    for name in ["user_id", "identities", "name", "created_at", "phone_number", "picture"] {
        assert!(all.iter().any(|known| known == name), "{name}");
    }
    let named = names(signed_in(&t, "openid phone_number", None).await.id_token.as_ref().unwrap());
    assert!(named.contains(&"phone_number".to_owned()) && named.len() == 6, "{named:?}");
}

/// P-145
#[tokio::test]
async fn tokeninfo_gives_the_profile_that_lock_reads() {
    let t = TestEngine::new().await;
    let token = signed_in(&t, "openid", None).await.id_token.unwrap();
    let profile = t.engine.token_info(token.expose(), ip("192.0.2.1")).await.unwrap();
    assert_eq!(profile["name"], PHONE);
    assert_eq!(profile["identities"][0]["provider"], "sms");
    assert_eq!(profile["identities"][0]["isSocial"], json!(false));
    assert_eq!(profile["created_at"], "2026-11-24T12:00:00.000Z");
    assert!(profile["user_id"].as_str().unwrap().starts_with("sms|"));
    assert_eq!(profile["clientID"], LEGACY);
}

/// P-146
#[tokio::test]
async fn tokeninfo_refuses_old_changed_and_foreign_tokens() {
    let t = TestEngine::new().await;
    let token = signed_in(&t, "openid", None).await.id_token.unwrap();
    let refused = async |text: &str| {
        matches!(t.engine.token_info(text, ip("192.0.2.1")).await, Err(TokenInfoError::Invalid))
    };
    let mut changed = token.expose().to_owned();
    changed.truncate(changed.len() - 4);
    assert!(refused(&changed).await);
    assert!(refused("").await && refused("a.b.c").await);
    let key = jsonwebtoken::EncodingKey::from_secret(b"another");
    let claims =
        json!({"iss": "https://login.example/", "aud": LEGACY, "sub": "sms|1", "exp": 9_999_999_999i64});
    let header = jsonwebtoken::Header::new(Algorithm::HS256);
    assert!(refused(&jsonwebtoken::encode(&header, &claims, &key).unwrap()).await);
    t.clock.advance(36_000);
    assert!(refused(token.expose()).await);
}

/// S-052
#[tokio::test]
async fn a_token_signed_with_the_public_key_as_a_secret_is_refused() {
    let t = TestEngine::new().await;
    let real = t.sign_in(NATIVE, PHONE, "openid").await.id_token.unwrap();
    let kid = jsonwebtoken::decode_header(real.expose()).unwrap().kid;
    let mut header = jsonwebtoken::Header::new(Algorithm::HS256);
    header.kid = kid;
    let claims =
        json!({"iss": "https://login.example/", "aud": NATIVE, "sub": "sms|1", "exp": 9_999_999_999i64});
    let key = jsonwebtoken::EncodingKey::from_secret(t.engine.keys.jwks().as_bytes());
    let forged = jsonwebtoken::encode(&header, &claims, &key).unwrap();
    assert!(t.engine.read_id_token(&forged).await.unwrap().is_none());
}

/// P-147
#[tokio::test]
async fn delegation_renews_from_an_id_token_and_from_a_device_token() {
    let t = TestEngine::new().await;
    let answer = signed_in(&t, "openid phone_number offline_access", Some("iPhone")).await;
    t.clock.advance(100);
    let from_id =
        delegate(&t, DelegationSource::IdToken(answer.id_token.unwrap()), Some("passthrough")).await.unwrap();
    let claims = verified(&from_id, b"legacy-secret");
    assert_eq!(
        (claims["iat"].as_i64(), &claims["phone_number"]),
        (Some(latchkey_testkit::START + 100), &json!(PHONE))
    );
    let device = DelegationSource::RefreshToken(answer.refresh_token.unwrap());
    delegate(&t, device, Some("openid")).await.unwrap();
}

/// P-148
#[tokio::test]
async fn a_device_token_never_expires_and_dies_when_its_credential_is_deleted() {
    let t = TestEngine::new().await;
    let token = signed_in(&t, "openid offline_access", Some("iPhone")).await.refresh_token.unwrap();
    t.clock.advance(10 * 365 * 86_400);
    let source = || DelegationSource::RefreshToken(token.clone());
    let renewed = delegate(&t, source(), None).await.unwrap();
    let user = UserId::from(verified(&renewed, b"legacy-secret")["sub"].as_str().unwrap());
    let families = t.engine.store.list_refresh_families(&user).await.unwrap();
    assert_eq!((families.len(), families[0].device.as_deref()), (1, Some("iPhone")));
    t.engine.store.revoke_refresh_family(&families[0].id, t.engine.now(), vec![]).await.unwrap();
    assert!(matches!(delegate(&t, source(), None).await, Err(DelegationError::RefreshTokenRefused)));
}

/// P-147
#[tokio::test]
async fn device_tokens_and_standard_tokens_do_not_mix() {
    let t = TestEngine::new().await;
    let standard = t.sign_in(LEGACY, PHONE, "openid offline_access").await.refresh_token.unwrap();
    let refused = delegate(&t, DelegationSource::RefreshToken(standard), None).await;
    assert!(matches!(refused, Err(DelegationError::RefreshTokenRefused)));
}

/// A new token for the same device replaces the old one.
#[tokio::test]
async fn one_device_has_one_token() {
    let t = TestEngine::new().await;
    let old = signed_in(&t, "openid offline_access", Some("iPhone")).await.refresh_token.unwrap();
    let new = signed_in(&t, "openid offline_access", Some("iPhone")).await.refresh_token.unwrap();
    assert!(delegate(&t, DelegationSource::RefreshToken(old), None).await.is_err());
    delegate(&t, DelegationSource::RefreshToken(new), None).await.unwrap();
}

/// P-149
#[tokio::test]
async fn clients_without_the_legacy_grants_are_refused() {
    let t = TestEngine::new().await;
    assert!(matches!(ro(&t, NATIVE, "123456", "openid", None).await, Err(LegacyError::OidcConformant)));
    t.add_client("plain", ClientKind::Native, None, |c| c.oidc_conformant = false).await;
    assert!(matches!(ro(&t, "plain", "123456", "openid", None).await, Err(LegacyError::Disabled)));
}
