//! Keys and proofs: what signs our tokens, and how a client signs for itself.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use latchkey_core::model::{
    AudienceGrant, ClientKind, SigningAlgorithm, TokenDialect, TokenEndpointAuthMethod,
};
use latchkey_testkit::{NATIVE, PHONE};
use latchkey_wire::Scopes;
use serde_json::{Value, json};

use crate::support::{OTP_GRANT, TestServer};
use crate::{claims, parts};

const SIGNING: &str = "signing";
const API: &str = "https://api.example/";

async fn id_token(server: &TestServer) -> Value {
    json!(server.t.sign_in(NATIVE, PHONE, "openid").await.id_token.unwrap().expose())
}

async fn published(server: &TestServer) -> Vec<Value> {
    server.get("/.well-known/jwks.json", &[]).await.json()["keys"].as_array().unwrap().clone()
}

/// C-043
#[tokio::test]
async fn a_rotation_brings_a_new_key_and_keeps_the_old_one() {
    let server = TestServer::new().await;
    let before = published(&server).await;
    let old = id_token(&server).await;
    server.t.engine.rotate_keys(SigningAlgorithm::RS256, |_| None).await.unwrap();
    let after = published(&server).await;
    assert!(before.iter().all(|key| after.contains(key)), "a key is gone");
    assert_eq!(after.len(), before.len() + 1);
    let new = id_token(&server).await;
    let (old, new) = (parts(&old).0["kid"].clone(), parts(&new).0["kid"].clone());
    assert_ne!(old, new);
    // Known before its turn, so that nobody met a key that they had not fetched.
    assert!(before.iter().any(|key| key["kid"] == new) && after.iter().any(|key| key["kid"] == old));
}

/// A client that proves itself by signatures.
async fn add_signing(server: &TestServer) {
    server
        .t
        .add_client(SIGNING, ClientKind::NonInteractive, None, |client| {
            client.auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
            client.assertion_keys = vec![include_str!("../../../core/tests/keys/assertion.pub.pem").into()];
            client.audiences = vec![api(TokenDialect::Rfc9068Profile)];
        })
        .await;
}

fn api(dialect: TokenDialect) -> AudienceGrant {
    AudienceGrant {
        audience: API.into(),
        scopes: Scopes::parse("read:things").unwrap(),
        token_lifetime: 3600,
        dialect,
        further: Default::default(),
    }
}

fn assertion(server: &TestServer, audience: &Value, jti: &str) -> String {
    let now = server.t.engine.now().0;
    let claims = json!({
        "iss": SIGNING, "sub": SIGNING, "aud": audience, "jti": jti, "iat": now, "exp": now + 60,
    });
    let key = EncodingKey::from_ec_pem(include_bytes!("../../../core/tests/keys/assertion.pem")).unwrap();
    jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &key).unwrap()
}

/// C-046, S-089
#[tokio::test]
async fn a_signed_assertion_may_be_for_the_issuer_or_for_the_token_endpoint() {
    let server = TestServer::new().await;
    add_signing(&server).await;
    let facts = server.get("/.well-known/openid-configuration", &[]).await.json();
    for (jti, audience, good) in [
        ("1", facts["issuer"].clone(), true),
        ("2", facts["token_endpoint"].clone(), true),
        ("3", json!([facts["issuer"], facts["token_endpoint"]]), true),
        ("4", json!("https://login.example"), false),
        ("5", facts["authorization_endpoint"].clone(), false),
    ] {
        let body = json!({
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion(&server, &audience, jti),
        });
        let answer = server.post("/oauth/token", body).await;
        assert_eq!(answer.status.as_u16(), if good { 200 } else { 401 }, "{audience}: {}", answer.text);
    }
}

/// C-056: the profile of RFC 9068, section 2.
#[tokio::test]
async fn an_access_token_for_an_api_has_the_claims_of_its_profile() {
    let server = TestServer::new().await;
    let change = |client: &mut latchkey_core::model::Client| {
        client.audiences = vec![api(TokenDialect::Rfc9068Profile)]
    };
    server.t.add_client(NATIVE, ClientKind::Native, None, change).await;
    server.t.start(NATIVE, PHONE).await.unwrap();
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": NATIVE, "username": PHONE, "otp": server.t.code(), "realm": "sms",
        "scope": "openid read:things", "audience": API,
    });
    let tokens = server.post("/oauth/token", body).await.json();
    let (header, token) = parts(&tokens["access_token"]);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("RS256")));
    for name in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
        assert!(!token[name].is_null(), "{name} in {token}");
    }
    assert_eq!((&token["client_id"], &token["scope"]), (&json!(NATIVE), &json!("openid read:things")));
    assert!(token["aud"].as_array().unwrap().contains(&json!(API)));
    assert_eq!(token["sub"], claims(&tokens["id_token"])["sub"]);
}
