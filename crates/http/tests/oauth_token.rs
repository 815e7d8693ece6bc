//! Codes and refresh tokens at `/oauth/token`: what the answers say when things go on, or wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use data_encoding::BASE64URL_NOPAD;
use latchkey_core::model::{Address, ClientKind, TokenEndpointAuthMethod, User};
use latchkey_testkit::{CONFIDENTIAL, NATIVE, PHONE, START, TestEngine};
use serde_json::{Value, json};
use support::{Answer, OTP_GRANT, TestServer};

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const UNKNOWN: &str = "Unknown or invalid refresh token.";

async fn start(server: &TestServer, client: &str) {
    server.t.start(client, PHONE).await.unwrap();
}

async fn redeem(server: &TestServer, client: &str, code: &str, change: Value) -> Answer {
    let mut body = json!({
        "grant_type": OTP_GRANT, "client_id": client, "username": PHONE, "otp": code, "realm": "sms",
    });
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    server.post("/oauth/token", body).await
}

async fn signed_in(server: &TestServer, client: &str, scope: &str) -> Value {
    start(server, client).await;
    let answer = redeem(server, client, &server.t.code(), json!({"scope": scope})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn refresh(server: &TestServer, client: &str, token: &Value, scope: Option<&str>) -> Answer {
    let mut body = json!({"grant_type": "refresh_token", "client_id": client, "refresh_token": token});
    if let Some(scope) = scope {
        body["scope"] = json!(scope);
    }
    server.post("/oauth/token", body).await
}

/// Header and claims of a JWT, unchecked.
fn parts(token: &Value) -> (Value, Value) {
    let mut parts = token.as_str().unwrap().split('.').map(|part| {
        BASE64URL_NOPAD.decode(part.as_bytes()).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())
    });
    (parts.next().unwrap().unwrap(), parts.next().unwrap().unwrap())
}

async fn user(t: &TestEngine) -> User {
    t.engine.store.find_user_by_address("sms", &Address::from_canonical(PHONE)).await.unwrap().unwrap()
}

fn refused(status: u16, error: &str, description: &str) -> (u16, String, String) {
    (status, error.to_owned(), description.to_owned())
}

/// P-054
#[tokio::test]
async fn after_three_wrong_tries_the_right_code_is_told_that_there_were_too_many() {
    let server = TestServer::new().await;
    start(&server, NATIVE).await;
    let wrong = "Wrong phone number or verification code.";
    let spent = "You've reached the maximum number of attempts. Please try to login again.";
    for expected in [wrong, wrong, spent] {
        let answer = redeem(&server, NATIVE, &server.t.wrong_code(), json!({})).await;
        assert_eq!(answer.error(), refused(403, "invalid_grant", expected));
    }
    let right = redeem(&server, NATIVE, &server.t.code(), json!({})).await;
    assert_eq!(right.error(), refused(403, "invalid_grant", spent));
}

/// P-051, P-053
#[tokio::test]
async fn a_used_code_is_wrong_and_an_old_code_has_expired() {
    let server = TestServer::new().await;
    start(&server, NATIVE).await;
    let code = server.t.code();
    assert_eq!(redeem(&server, NATIVE, &code, json!({})).await.status, 200);
    let wrong = refused(403, "invalid_grant", "Wrong phone number or verification code.");
    assert_eq!(redeem(&server, NATIVE, &code, json!({})).await.error(), wrong);
    start(&server, NATIVE).await;
    server.t.clock.advance(181);
    let old = "The verification code has expired. Please try to login again.";
    let answer = redeem(&server, NATIVE, &server.t.code(), json!({})).await;
    assert_eq!(answer.error(), refused(403, "invalid_grant", old));
}

/// P-057, P-009
#[tokio::test]
async fn ten_failures_block_the_pair_of_address_and_number_even_for_the_right_code() {
    let server = TestServer::new().await;
    for _ in 0..4 {
        start(&server, NATIVE).await;
        for _ in 0..3 {
            redeem(&server, NATIVE, &server.t.wrong_code(), json!({})).await;
        }
    }
    start(&server, NATIVE).await;
    let blocked = redeem(&server, NATIVE, &server.t.code(), json!({})).await;
    let text = "Too many failed attempts. Please try again later.";
    assert_eq!(blocked.error(), refused(429, "too_many_attempts", text));
    assert!(blocked.header("retry-after").parse::<u32>().unwrap() > 0);
}

/// P-074, P-079
#[tokio::test]
async fn the_first_code_makes_a_verified_user_and_the_second_finds_the_same() {
    let server = TestServer::new().await;
    let first = parts(&signed_in(&server, NATIVE, "openid phone").await["id_token"]).1;
    assert_eq!((&first["phone_number"], &first["phone_number_verified"]), (&json!(PHONE), &json!(true)));
    let second = parts(&signed_in(&server, NATIVE, "openid").await["id_token"]).1;
    assert_eq!(first["sub"], second["sub"]);
}

/// P-070, P-082
#[tokio::test]
async fn without_a_scope_everything_about_the_user_is_granted_and_without_openid_no_id_token_is() {
    let server = TestServer::new().await;
    start(&server, NATIVE).await;
    let tokens = redeem(&server, NATIVE, &server.t.code(), json!({})).await.json();
    let mut scope: Vec<&str> = tokens["scope"].as_str().unwrap().split(' ').collect();
    scope.sort_unstable();
    assert_eq!(scope, ["address", "email", "openid", "phone", "profile"]);
    assert!(tokens["id_token"].is_string() && tokens.get("refresh_token").is_none());
    let bare = signed_in(&server, NATIVE, "phone").await;
    assert!(bare.get("id_token").is_none() && bare["access_token"].is_string());
}

/// P-130, P-131, P-132
#[tokio::test]
async fn the_id_token_names_the_issuer_of_discovery_and_a_published_key() {
    let server = TestServer::new().await;
    let tokens = signed_in(&server, NATIVE, "openid").await;
    let (header, claims) = parts(&tokens["id_token"]);
    let facts = server.get("/.well-known/openid-configuration", &[]).await.json();
    assert!(facts["issuer"].as_str().unwrap().ends_with('/'));
    assert_eq!((&claims["iss"], &claims["aud"]), (&facts["issuer"], &json!(NATIVE)));
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(START), &json!(START + 36_000)));
    let keys = server.get("/.well-known/jwks.json", &[]).await.json();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    assert_eq!((&key["alg"], &key["use"], &header["alg"]), (&json!("RS256"), &json!("sig"), &json!("RS256")));
    assert!(key["n"].is_string() && key["e"].is_string() && key.get("d").is_none());
}

/// P-075, P-076
#[tokio::test]
async fn grants_that_a_client_lacks_are_refused_or_left_out() {
    let server = TestServer::new().await;
    server.t.add_client("none", ClientKind::Native, None, |client| client.grant_types.clear()).await;
    let refusal = redeem(&server, "none", "123456", json!({})).await;
    let text = format!("Grant type '{OTP_GRANT}' not allowed for the client.");
    assert_eq!(refusal.error(), refused(403, "unauthorized_client", &text));
    let keep =
        |client: &mut latchkey_core::model::Client| client.grant_types.retain(|g| g != "refresh_token");
    server.t.add_client("short", ClientKind::Native, None, keep).await;
    server.t.add_connection("sms", latchkey_core::model::Strategy::Sms, json!({})).await;
    let tokens = signed_in(&server, "short", "openid offline_access").await;
    assert_eq!((tokens.get("refresh_token"), &tokens["scope"]), (None, &json!("openid")));
}

/// P-080
#[tokio::test]
async fn a_blocked_user_is_told_so_by_code_and_by_refresh_token() {
    let server = TestServer::new().await;
    let tokens = signed_in(&server, NATIVE, "openid offline_access").await;
    start(&server, NATIVE).await;
    let mut user = user(&server.t).await;
    user.blocked = true;
    server.t.engine.store.update_user(&user).await.unwrap();
    let expected = refused(403, "unauthorized", "user is blocked");
    assert_eq!(redeem(&server, NATIVE, &server.t.code(), json!({})).await.error(), expected);
    assert_eq!(refresh(&server, NATIVE, &tokens["refresh_token"], None).await.error(), expected);
}

/// P-120, P-121
#[tokio::test]
async fn a_refresh_token_that_comes_twice_takes_its_family_with_it() {
    let server = TestServer::new().await;
    let first = signed_in(&server, NATIVE, "openid offline_access").await["refresh_token"].clone();
    let answer = refresh(&server, NATIVE, &first, None).await;
    assert!(answer.header("cache-control").contains("no-store"));
    let second = answer.json()["refresh_token"].clone();
    assert_ne!(first, second);
    for token in [&first, &second] {
        let refusal = refresh(&server, NATIVE, token, None).await;
        assert_eq!(refusal.error(), refused(403, "invalid_grant", UNKNOWN));
    }
}

/// P-122
#[tokio::test]
async fn inside_the_leeway_the_previous_refresh_token_still_works() {
    let server = TestServer::new().await;
    let change = |client: &mut latchkey_core::model::Client| {
        client.refresh.leeway = 30;
        client.refresh.reuse_while_child_unused = false;
    };
    server.t.add_client(NATIVE, ClientKind::Native, None, change).await;
    let first = signed_in(&server, NATIVE, "openid offline_access").await["refresh_token"].clone();
    assert_eq!(refresh(&server, NATIVE, &first, None).await.status, 200);
    server.t.clock.advance(29);
    assert_eq!(refresh(&server, NATIVE, &first, None).await.status, 200);
    server.t.clock.advance(31);
    assert_eq!(refresh(&server, NATIVE, &first, None).await.error(), refused(403, "invalid_grant", UNKNOWN));
}

/// P-123
#[tokio::test]
async fn a_client_that_does_not_rotate_gets_no_new_refresh_token() {
    let server = TestServer::new().await;
    server.t.add_client(NATIVE, ClientKind::Native, None, |client| client.refresh.rotating = false).await;
    let token = signed_in(&server, NATIVE, "openid offline_access").await["refresh_token"].clone();
    for _ in 0..2 {
        let answer = refresh(&server, NATIVE, &token, None).await.json();
        assert!(answer["id_token"].is_string() && answer.get("refresh_token").is_none(), "{answer}");
    }
}

/// P-124
#[tokio::test]
async fn the_refresh_token_of_a_deleted_user_says_so_in_the_words_android_compares() {
    let server = TestServer::new().await;
    let token = signed_in(&server, NATIVE, "openid offline_access").await["refresh_token"].clone();
    let id = user(&server.t).await.id;
    assert!(server.t.engine.store.delete_user(&id, server.t.engine.now(), Vec::new()).await.unwrap());
    let text = "The refresh_token was generated for a user who doesn't exist anymore.";
    assert_eq!(refresh(&server, NATIVE, &token, None).await.error(), refused(403, "invalid_grant", text));
}

/// P-125
#[tokio::test]
async fn refreshing_never_widens_the_scope() {
    let server = TestServer::new().await;
    let token = signed_in(&server, NATIVE, "openid phone offline_access").await["refresh_token"].clone();
    let wider = refresh(&server, NATIVE, &token, Some("openid profile")).await;
    assert_eq!((wider.status.as_u16(), wider.error().1.as_str()), (400, "invalid_scope"));
    let narrower = refresh(&server, NATIVE, &token, Some("openid")).await.json();
    assert_eq!(narrower["scope"], "openid");
}

fn assertion(jti: &str, aud: &str) -> String {
    let claims = json!({
        "iss": "jwt-client", "sub": "jwt-client", "aud": aud, "jti": jti, "iat": START, "exp": START + 120,
    });
    let key = include_bytes!("../../core/tests/keys/assertion.pem");
    let key = jsonwebtoken::EncodingKey::from_ec_pem(key).unwrap();
    jsonwebtoken::encode(&jsonwebtoken::Header::new(jsonwebtoken::Algorithm::ES256), &claims, &key).unwrap()
}

/// P-013
#[tokio::test]
async fn a_client_may_prove_itself_by_a_signed_assertion_once() {
    let server = TestServer::new().await;
    let change = |client: &mut latchkey_core::model::Client| {
        client.auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
        client.assertion_keys = vec![include_str!("../../core/tests/keys/assertion.pub.pem").into()];
    };
    server.t.add_client("jwt-client", ClientKind::RegularWeb, None, change).await;
    server.t.add_connection("sms", latchkey_core::model::Strategy::Sms, json!({})).await;
    let post = async |jti: &str, aud: &str| {
        let body = json!({
            "client_id": "jwt-client", "connection": "sms", "phone_number": PHONE,
            "client_assertion": assertion(jti, aud), "client_assertion_type": ASSERTION,
        });
        server.post("/passwordless/start", body).await
    };
    let issuer = "https://login.example/";
    let started = post("one", issuer).await;
    assert_eq!(started.status, 200, "{}", started.text);
    for answer in [post("one", issuer).await, post("two", "https://elsewhere.example/").await] {
        assert_eq!(answer.error(), refused(401, "invalid_client", "Client authentication failed"));
    }
    let proof = json!({"client_assertion": assertion("three", issuer), "client_assertion_type": ASSERTION});
    assert_eq!(redeem(&server, "jwt-client", &server.t.code(), proof).await.status, 200);
}

/// P-013, P-037
#[tokio::test]
async fn a_confidential_client_without_its_secret_gets_no_tokens() {
    let server = TestServer::new().await;
    start(&server, CONFIDENTIAL).await;
    let code = server.t.code();
    assert_eq!(redeem(&server, CONFIDENTIAL, &code, json!({})).await.error().0, 401);
    let wrong = redeem(&server, CONFIDENTIAL, &code, json!({"client_secret": "wrong"})).await;
    assert_eq!(wrong.error(), refused(401, "invalid_client", "Client authentication failed"));
    let right = redeem(&server, CONFIDENTIAL, &code, json!({"client_secret": "web-secret"})).await;
    assert_eq!(right.status, 200, "{}", right.text);
}
