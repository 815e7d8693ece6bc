//! The pipeline of 2014 as Lock for iOS and its contemporaries see it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use latchkey_core::model::{ClientKind, SigningAlgorithm, Strategy, TokenEndpointAuthMethod};
use latchkey_testkit::{NATIVE, PHONE, START};
use latchkey_wire::token::{LEGACY_DELEGATION, LEGACY_RO};
use serde_json::{Value, json};
use support::{Answer, TestServer};

const LOCK: &str = "lock";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// A server with a client as Lock needs it: public, its tokens signed with the secret that it never
/// sends.
async fn server() -> TestServer {
    let server = TestServer::new().await;
    server
        .t
        .add_client(LOCK, ClientKind::Native, Some("lock-secret"), |client| {
            client.auth_method = TokenEndpointAuthMethod::None;
            client.oidc_conformant = false;
            client.jwt.alg = SigningAlgorithm::HS256;
            client.grant_types.extend([LEGACY_RO, LEGACY_DELEGATION].map(String::from));
        })
        .await;
    server.t.add_connection("sms", Strategy::Sms, json!({})).await;
    server
}

async fn start(server: &TestServer) {
    let body = json!({"client_id": LOCK, "connection": "sms", "phone_number": PHONE});
    let answer = server.post("/passwordless/start", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

fn login(code: &str, change: Value) -> Value {
    let mut body = json!({
        "client_id": LOCK, "username": PHONE, "password": code, "connection": "sms",
        "grant_type": "password", "scope": "openid",
    });
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn ro(server: &TestServer, change: Value) -> Answer {
    start(server).await;
    server.post("/oauth/ro", login(&server.t.code(), change)).await
}

async fn signed_in(server: &TestServer, change: Value) -> Value {
    let answer = ro(server, change).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn claims(token: &Value) -> Value {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.set_audience(&[LOCK]);
    let key = DecodingKey::from_secret(b"lock-secret");
    jsonwebtoken::decode(token.as_str().unwrap(), &key, &validation).unwrap().claims
}

/// P-140, P-143, P-006
#[tokio::test]
async fn a_code_gives_a_token_signed_with_the_secret_for_ten_hours() {
    let server = server().await;
    let answer = ro(&server, json!({"state": "s1"})).await;
    assert!(answer.header("cache-control").contains("no-store"));
    assert_eq!(answer.header("pragma"), "no-cache");
    let tokens = answer.json();
    assert_eq!((&tokens["token_type"], &tokens["state"]), (&json!("bearer"), &json!("s1")));
    let claims = claims(&tokens["id_token"]);
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!("https://login.example/"), &json!(LOCK)));
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(START), &json!(START + 36_000)));
}

/// P-142
#[tokio::test]
async fn a_refresh_token_needs_offline_access_and_a_device() {
    let server = server().await;
    for (change, given) in [
        (json!({"scope": "openid offline_access", "device": "Ana's iPhone"}), true),
        (json!({"scope": "openid offline_access"}), false),
        (json!({"scope": "openid", "device": "Ana's iPhone"}), false),
    ] {
        let tokens = signed_in(&server, change.clone()).await;
        assert_eq!(tokens.get("refresh_token").is_some_and(Value::is_string), given, "{change}");
    }
}

/// P-144
#[tokio::test]
async fn openid_alone_gives_five_claims_and_profile_the_whole_user() {
    let server = server().await;
    let few = claims(&signed_in(&server, json!({})).await["id_token"]);
    let names: Vec<&String> = few.as_object().unwrap().keys().collect();
    assert_eq!(names, ["aud", "exp", "iat", "iss", "sub"]);
    let all = claims(&signed_in(&server, json!({"scope": "openid profile"})).await["id_token"]);
    for name in ["user_id", "identities", "name", "nickname", "picture", "created_at", "phone_number"] {
        assert!(!all[name].is_null(), "{name}");
    }
}

/// P-001
#[tokio::test]
async fn every_legacy_endpoint_reads_a_form_as_it_reads_json() {
    let server = server().await;
    start(&server).await;
    let form = format!(
        "client_id={LOCK}&username=%2B14155550100&password={}&connection=sms&grant_type=password&scope=openid+offline_access&device=Ana%27s+iPhone",
        server.t.code()
    );
    let answer = server.form("/oauth/ro", &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let tokens = answer.json();
    let (id, refresh) = (tokens["id_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    let profile = server.form("/tokeninfo", &format!("id_token={id}")).await;
    assert_eq!(profile.json()["user_id"], claims(&tokens["id_token"])["sub"]);
    for source in [format!("id_token={id}"), format!("refresh_token={refresh}")] {
        let form = format!("client_id={LOCK}&grant_type={JWT_BEARER}&{source}&api_type=app");
        let renewed = server.form("/delegation", &form).await;
        assert_eq!(renewed.status, 200, "{}", renewed.text);
        let renewed = renewed.json();
        assert_eq!((&renewed["token_type"], &renewed["expires_in"]), (&json!("Bearer"), &json!(36_000)));
        claims(&renewed["id_token"]);
    }
}

/// P-146
#[tokio::test]
async fn tokeninfo_refuses_tokens_that_are_old_or_of_others() {
    let server = server().await;
    let token = signed_in(&server, json!({})).await["id_token"].clone();
    let claims = json!({"iss": "https://login.example/", "aud": LOCK, "sub": "sms|1", "exp": START + 9});
    let key = jsonwebtoken::EncodingKey::from_secret(b"another");
    let header = jsonwebtoken::Header::new(Algorithm::HS256);
    let foreign = json!(jsonwebtoken::encode(&header, &claims, &key).unwrap());
    let unsigned = json!(format!(
        "{}.{}.",
        BASE64URL_NOPAD.encode(br#"{"alg":"none"}"#),
        BASE64URL_NOPAD.encode(claims.to_string().as_bytes())
    ));
    assert_eq!(server.post("/tokeninfo", json!({"id_token": token})).await.status, 200);
    server.t.clock.advance(36_000);
    for bad in [token, foreign, unsigned, json!("nonsense")] {
        let refused = server.post("/tokeninfo", json!({"id_token": bad})).await;
        let expected = (401, "invalid_token".into(), "the id_token is not valid".into());
        assert_eq!(refused.error(), expected, "{bad}");
    }
    assert_eq!(server.post("/tokeninfo", json!({})).await.error().0, 400);
}

/// P-147
#[tokio::test]
async fn delegation_takes_exactly_one_token_and_none_that_is_old() {
    let server = server().await;
    let change = json!({"scope": "openid offline_access", "device": "iPhone"});
    let tokens = signed_in(&server, change).await;
    let body = |change: Value| {
        let mut body = json!({"client_id": LOCK, "grant_type": JWT_BEARER, "api_type": "app"});
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let (id, refresh) = (&tokens["id_token"], &tokens["refresh_token"]);
    for change in [json!({}), json!({"id_token": id, "refresh_token": refresh})] {
        let refused = server.post("/delegation", body(change)).await;
        assert_eq!((refused.status.as_u16(), refused.error().1.as_str()), (400, "invalid_request"));
    }
    server.t.clock.advance(36_000);
    let old = server.post("/delegation", body(json!({"id_token": id}))).await;
    assert_eq!(old.error(), (401, "invalid_grant".into(), "the id_token is not valid".into()));
    let renewed = server.post("/delegation", body(json!({"refresh_token": refresh}))).await;
    assert_eq!(renewed.status, 200, "{}", renewed.text);
    assert!(renewed.json().get("refresh_token").is_none());
    let unknown = server.post("/delegation", body(json!({"refresh_token": "unknown"}))).await;
    assert_eq!(unknown.error(), (401, "invalid_grant".into(), "the refresh_token is not valid".into()));
}

/// P-141, P-149
#[tokio::test]
async fn oauth_ro_refuses_in_the_words_of_the_old_documents() {
    let server = server().await;
    server.t.add_client("plain", ClientKind::Native, None, |client| client.oidc_conformant = false).await;
    start(&server).await;
    let without = |name: &str| {
        let mut body = login("123456", json!({}));
        body.as_object_mut().unwrap().remove(name);
        body
    };
    let wrong = server.t.wrong_code();
    let table = [
        (login(&wrong, json!({})), 401, "invalid_user_password", "Wrong email or password."),
        (without("username"), 400, "invalid_request", "missing username parameter"),
        (without("password"), 400, "invalid_request", "missing password parameter"),
        (without("connection"), 400, "invalid_request", "missing connection parameter"),
        (without("client_id"), 400, "invalid_request", "missing client_id parameter"),
        (
            login(&wrong, json!({"scope": ["openid"]})),
            400,
            "invalid_request",
            "scope parameter must be a string",
        ),
        (
            login(&wrong, json!({"connection": "nope"})),
            400,
            "invalid_request",
            "the connection was not found",
        ),
        (
            login(&wrong, json!({"connection": "email"})),
            400,
            "invalid_request",
            "the connection was disabled",
        ),
        (login(&wrong, json!({"client_id": "nobody"})), 403, "unauthorized_client", "invalid client"),
        (
            login(&wrong, json!({"client_id": NATIVE})),
            400,
            "invalid_request",
            "OIDC conformant clients cannot use /oauth/ro",
        ),
    ];
    for (body, status, error, description) in table {
        let refused = server.post("/oauth/ro", body.clone()).await;
        assert_eq!(refused.error(), (status, error.into(), description.into()), "{body}");
    }
    let off = server.post("/oauth/ro", login(&wrong, json!({"client_id": "plain"}))).await;
    assert_eq!((off.status.as_u16(), off.error().1.as_str()), (404, "endpoint_disabled"));
    let never = server.post("/oauth/access_token", json!({"client_id": LOCK})).await;
    assert_eq!((never.status.as_u16(), never.error().1.as_str()), (404, "endpoint_disabled"));
}
