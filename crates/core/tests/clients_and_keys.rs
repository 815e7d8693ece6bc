//! How clients prove themselves, machine tokens, and the life of signing keys.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::flow::authenticate_client::{ClientAuthError, ClientCredentials, ClientProof};
use latchkey_core::flow::user_info::UserInfoError;
use latchkey_core::grant::ExchangeError;
use latchkey_core::model::{
    AudienceGrant, Client, ClientId, ClientKind, SigningAlgorithm, TokenEndpointAuthMethod,
};
use latchkey_testkit::{CONFIDENTIAL, MACHINE, NATIVE, PHONE, TestEngine, credentials};
use latchkey_wire::token::{ClientCredentialsRequest, TokenRequest};
use latchkey_wire::{Scopes, Secret};
use serde_json::{Value, json};

const KEY: &str = include_str!("keys/assertion.pem");
const PUBLIC: &str = include_str!("keys/assertion.pub.pem");

async fn prove(t: &TestEngine, id: &str, proof: ClientProof) -> Result<(), ClientAuthError> {
    let credentials = ClientCredentials { id: ClientId::from(id), proof };
    t.engine.authenticate_client(&credentials, &t.caller()).await.map(|_| ())
}

fn assertion(change: impl FnOnce(&mut Value)) -> ClientProof {
    let now = latchkey_testkit::START;
    let mut claims = json!({
        "iss": "jwt-client", "sub": "jwt-client", "aud": "https://login.example/",
        "jti": "one", "iat": now, "exp": now + 120,
    });
    change(&mut claims);
    let key = jsonwebtoken::EncodingKey::from_ec_pem(KEY.as_bytes()).unwrap();
    let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::ES256);
    ClientProof::Assertion(Secret::new(jsonwebtoken::encode(&header, &claims, &key).unwrap()))
}

async fn jwt_client(t: &TestEngine) -> Client {
    t.add_client("jwt-client", ClientKind::RegularWeb, None, |c| {
        c.auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
        c.assertion_keys = vec![PUBLIC.into()];
    })
    .await
}

/// P-013
#[tokio::test]
async fn a_signed_assertion_proves_a_client_once() {
    let t = TestEngine::new().await;
    jwt_client(&t).await;
    prove(&t, "jwt-client", assertion(|_| {})).await.unwrap();
    assert!(matches!(prove(&t, "jwt-client", assertion(|_| {})).await, Err(ClientAuthError::Failed)));
    prove(&t, "jwt-client", assertion(|c| c["jti"] = json!("two"))).await.unwrap();
}

/// P-013
#[tokio::test]
async fn assertions_that_are_not_for_us_now_and_by_this_client_fail() {
    let t = TestEngine::new().await;
    jwt_client(&t).await;
    let now = latchkey_testkit::START;
    let changes: [fn(&mut Value); 6] = [
        |c| c["aud"] = json!("https://elsewhere.example/"),
        |c| c["sub"] = json!("native"),
        |c| c["iss"] = json!("native"),
        |c| c["exp"] = json!(latchkey_testkit::START - 1),
        |c| c["exp"] = json!(latchkey_testkit::START + 86_400),
        |c| {
            c.as_object_mut().unwrap().remove("jti");
        },
    ];
    for change in changes {
        let proved = prove(&t, "jwt-client", assertion(change)).await;
        assert!(matches!(proved, Err(ClientAuthError::Failed)), "{now}");
    }
}

/// P-013, RL-22
#[tokio::test]
async fn secrets_are_checked_and_guessing_is_slowed() {
    let t = TestEngine::with(|_| {}).await;
    prove(&t, CONFIDENTIAL, ClientProof::Secret(Secret::new("web-secret"))).await.unwrap();
    for _ in 0..10 {
        let wrong = prove(&t, CONFIDENTIAL, ClientProof::Secret(Secret::new("wrong"))).await;
        assert!(matches!(wrong, Err(ClientAuthError::Failed)));
    }
    let right = prove(&t, CONFIDENTIAL, ClientProof::Secret(Secret::new("web-secret"))).await;
    assert!(matches!(right, Err(ClientAuthError::TooManyFailures(_))));
    t.clock.advance(60);
    prove(&t, CONFIDENTIAL, ClientProof::Secret(Secret::new("web-secret"))).await.unwrap();
}

async fn machine_token(
    t: &TestEngine,
    audience: Option<&str>,
    scope: Option<&str>,
) -> Result<Value, ExchangeError> {
    let request = TokenRequest::ClientCredentials(ClientCredentialsRequest {
        audience: audience.map(str::to_owned),
        scope: scope.map(|text| Scopes::parse(text).unwrap()),
    });
    let answer = t.engine.exchange(&credentials(MACHINE), request, &t.caller()).await?;
    let payload = answer.access_token.expose().split('.').nth(1).unwrap().to_owned();
    Ok(serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap())
}

/// Client credentials (protocol 2.9.4).
#[tokio::test]
async fn a_machine_gets_a_token_for_the_apis_that_it_was_granted() {
    let t = TestEngine::new().await;
    let claims = machine_token(&t, Some("https://api.example/"), None).await.unwrap();
    assert_eq!(claims["gty"], "client-credentials");
    assert_eq!(claims["sub"], "machine@clients");
    assert_eq!(claims["scope"], "read:things write:things");
    let narrowed = machine_token(&t, None, Some("read:things")).await.unwrap();
    assert_eq!(narrowed["scope"], "read:things");
    let partly = machine_token(&t, None, Some("delete:things write:things")).await.unwrap();
    assert_eq!(partly["scope"], "write:things");
    let other = machine_token(&t, Some("https://other.example/"), None).await;
    assert!(matches!(other, Err(ExchangeError::AudienceNotAllowed)));
    let wider = machine_token(&t, None, Some("delete:things")).await;
    assert!(matches!(wider, Err(ExchangeError::ScopeTooWide)));
    // With a second API it has to say which.
    let machine = t.engine.client(&ClientId::from(MACHINE)).await.unwrap().unwrap();
    let mut client = Client::clone(&machine);
    let second = AudienceGrant { audience: "https://other.example/".into(), ..client.audiences[0].clone() };
    client.audiences.push(second);
    t.engine.save_client(&client).await.unwrap();
    let unsaid = machine_token(&t, None, None).await;
    assert!(matches!(unsaid, Err(ExchangeError::AudienceNotAllowed)));
    let said = machine_token(&t, Some("https://other.example/"), None).await.unwrap();
    assert_eq!(said["aud"], "https://other.example/");
}

/// P-127, P-128
#[tokio::test]
async fn userinfo_answers_by_scope_while_the_user_may_sign_in() {
    let t = TestEngine::new().await;
    let tokens = t.sign_in(NATIVE, PHONE, "openid phone").await;
    let claims = t.engine.user_info(tokens.access_token.expose()).await.unwrap();
    let names: Vec<&String> = claims.keys().collect();
    assert_eq!(names, ["phone_number", "phone_number_verified", "phone_verified", "sub"]);
    let bare = t.sign_in(NATIVE, PHONE, "phone").await;
    assert!(matches!(
        t.engine.user_info(bare.access_token.expose()).await,
        Err(UserInfoError::InsufficientScope)
    ));
    assert!(matches!(t.engine.user_info("garbage").await, Err(UserInfoError::Invalid)));
    t.clock.advance(86_400);
    assert!(matches!(t.engine.user_info(tokens.access_token.expose()).await, Err(UserInfoError::Invalid)));
}

/// R-034, P-131
#[tokio::test]
async fn a_rotation_publishes_both_keys_and_breaks_no_token() {
    let t = TestEngine::new().await;
    let before = t.sign_in(NATIVE, PHONE, "openid").await.id_token.unwrap();
    let rotated = t.engine.rotate_keys(SigningAlgorithm::RS256, |_| None).await.unwrap();
    let after = t.sign_in(NATIVE, PHONE, "openid").await.id_token.unwrap();
    let kid = |token: &Secret| jsonwebtoken::decode_header(token.expose()).unwrap().kid.unwrap();
    assert_eq!(kid(&after), rotated.as_str());
    assert_ne!(kid(&before), kid(&after));
    for token in [&before, &after] {
        assert!(t.engine.read_id_token(token.expose()).await.unwrap().is_some());
    }
    let old = latchkey_core::model::KeyId::new(kid(&before));
    assert!(t.engine.revoke_key(&old, None).await.unwrap());
    assert!(t.engine.read_id_token(before.expose()).await.unwrap().is_none());
    assert!(t.engine.read_id_token(after.expose()).await.unwrap().is_some());
}

/// P-112
#[tokio::test]
async fn the_client_script_can_be_cut_where_lock_cuts_it() {
    let t = TestEngine::new().await;
    t.add_client("odd", ClientKind::Native, None, |c| c.callbacks = vec!["https://app.example/);x".into()])
        .await;
    t.add_connection("sms", latchkey_core::model::Strategy::Sms, json!({})).await;
    let script = t.engine.client_script(&ClientId::from("odd")).await.unwrap().unwrap();
    let cut = script.strip_prefix("Auth0.setClient(").unwrap();
    let info: Value = serde_json::from_str(&cut[..cut.find(");").unwrap()]).unwrap();
    assert_eq!((&info["id"], &info["callback"]), (&json!("odd"), &json!("https://app.example/);x")));
    assert_eq!(info["strategies"][0], json!({"name": "sms", "connections": [{"name": "sms"}]}));
}

/// P-131: auth0-python refuses a key set with anything but RSA keys in it.
#[tokio::test]
async fn only_rsa_keys_are_published_until_a_client_asks_for_others() {
    let t = TestEngine::new().await;
    let kinds = || -> Vec<String> {
        let jwks: Value = serde_json::from_str(&t.engine.keys.jwks()).unwrap();
        let keys = jwks["keys"].as_array().unwrap();
        keys.iter().map(|key| key["kty"].as_str().unwrap().to_owned()).collect()
    };
    assert!(kinds().iter().all(|kind| kind == "RSA"));
    t.add_client(NATIVE, ClientKind::Native, None, |c| c.jwt.alg = SigningAlgorithm::ES256).await;
    assert!(kinds().iter().any(|kind| kind == "EC"));
}

/// ES256 and EdDSA where a client asks for them.
#[tokio::test]
async fn clients_choose_their_algorithm() {
    let t = TestEngine::new().await;
    for (alg, name) in [(SigningAlgorithm::ES256, "ES256"), (SigningAlgorithm::EdDSA, "EdDSA")] {
        t.add_client(NATIVE, ClientKind::Native, None, |c| c.jwt.alg = alg).await;
        let token = t.sign_in(NATIVE, PHONE, "openid").await.id_token.unwrap();
        assert_eq!(format!("{:?}", jsonwebtoken::decode_header(token.expose()).unwrap().alg), name);
        assert!(t.engine.read_id_token(token.expose()).await.unwrap().is_some());
    }
}

/// A client that another node saved wants an algorithm that this node has no key for yet.
#[tokio::test]
async fn a_key_that_is_missing_is_made_when_it_is_needed() {
    let t = TestEngine::new().await;
    let mut client = t.engine.store.find_client(&ClientId::from(NATIVE)).await.unwrap().unwrap();
    client.jwt.alg = SigningAlgorithm::ES256;
    t.engine.store.put_client(&client).await.unwrap();
    t.engine.directory.forget();
    let token = t.sign_in(NATIVE, PHONE, "openid").await.id_token.unwrap();
    assert!(t.engine.read_id_token(token.expose()).await.unwrap().is_some());
}
