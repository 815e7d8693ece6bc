//! Somebody signs up with an address that is not theirs, and waits for its owner (S-148).

use http::Method;
use latchkey_core::model::Strategy;
use latchkey_testkit::{DevicePair, NATIVE};
use serde_json::{Value, json};

use crate::phone::{
    DATABASE, EMAIL, LOCK, NAME, Phone, add_lock, by_key, delegate, enrol, history, is_refused, log_in,
    open_database, profile, renew, server, user_info,
};
use crate::support::{Answer, JSON, OTP_GRANT, TestServer, add_tool, tool_token};

/// The database takes codes by email, too.
pub async fn with_codes() -> TestServer {
    let server = server().await;
    server.t.add_connection("email", Strategy::Email, json!({})).await;
    open_database(&server.t, json!({"authentication_methods": {"email_otp": {"enabled": true}}})).await;
    server
}

/// The owner of the address signs in by a code that was sent to it.
async fn owner_signs_in(server: &TestServer) -> Value {
    owner_signs_in_at(server, NATIVE).await
}

pub async fn owner_signs_in_at(server: &TestServer, client: &str) -> Value {
    let body = json!({"client_id": client, "connection": DATABASE, "email": EMAIL});
    let challenged = server.post("/otp/challenge", body).await;
    assert_eq!(challenged.status, 200, "{}", challenged.text);
    server.t.settled().await;
    let code = server.t.senders.mailed().last().unwrap().code.expose().to_owned();
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": client, "auth_session": challenged.json()["auth_session"],
        "otp": code, "scope": "openid offline_access",
    });
    let answer = server.post("/oauth/token", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn is_shut_out(server: &TestServer, phone: &Phone, held: &[Value]) {
    assert_eq!(log_in(server, json!({})).await.error().1, "invalid_user_password");
    is_refused(&phone.log_in(server).await);
    let pem = DevicePair::generate(1024, 77).pem();
    for tokens in held {
        assert_eq!(profile(server, &tokens["id_token"]).await.status, 401);
        assert_eq!(renew(server, &tokens["id_token"]).await.status, 401);
        assert_eq!(user_info(server, &tokens["access_token"]).await.status, 401);
        assert_eq!(delegate(server, &tokens["refresh_token"]).await.status, 401);
        let enrolled = enrol(server, &tokens["id_token"], &phone.user, &pem, "again").await;
        assert_eq!(enrolled.status, 401, "{}", enrolled.text);
    }
}

/// S-148
#[tokio::test]
async fn the_first_code_to_the_address_ends_whatever_others_had_of_the_account() {
    let server = with_codes().await;
    let attacker = Phone::enrolled(&server).await;
    let by_password = log_in(&server, json!({})).await.json();
    let by_key = attacker.logged_in(&server).await;
    let renewed = renew(&server, &by_key["id_token"]).await.json();
    let renewed = json!({
        "id_token": renewed["id_token"], "access_token": by_key["access_token"],
        "refresh_token": by_key["refresh_token"],
    });

    let owner = owner_signs_in(&server).await;

    let told = user_info(&server, &owner["access_token"]).await.json();
    assert_eq!(told["sub"], json!(attacker.user), "the account is the owner's now");
    is_shut_out(&server, &attacker, &[attacker.tokens.clone(), by_password, by_key, renewed]).await;
    assert!(history(&server).await.contains(&"credentials_dropped".into()));
    // The owner stays, and signs in again; then nothing is dropped any more.
    let refresh =
        json!({"grant_type": "refresh_token", "client_id": NATIVE, "refresh_token": owner["refresh_token"]});
    assert_eq!(server.post("/oauth/token", refresh).await.status, 200);
}

/// S-148: by the time that the owner came, the key was there; now it is the owner's to have one.
#[tokio::test]
async fn keys_that_are_enrolled_after_the_proof_stay() {
    let server = with_codes().await;
    let user = Phone::enrolled(&server).await.user;
    owner_signs_in(&server).await;
    // What is given in the second of the proof may be from before it.
    server.t.clock.advance(1);
    let client = server.t.engine.client(&"lock".into()).await.unwrap().unwrap();
    let known = server.t.engine.store.find_user(&user.as_str().into()).await.unwrap().unwrap();
    let id_token = server.t.engine.sign_id_token(&client, Default::default(), &known).await.unwrap();
    let pair = DevicePair::generate(1024, 11);
    let enrolled = enrol(&server, &json!(id_token.expose()), &user, &pair.pem(), NAME).await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text);
    let phone = Phone { pair, user, tokens: Value::Null };
    owner_signs_in(&server).await;
    phone.logged_in(&server).await;
}

/// An id_token of the user that no password and no key gave: by a passkey, say.
async fn token_of(server: &TestServer, user: &str) -> Value {
    let client = server.t.engine.client(&LOCK.into()).await.unwrap().unwrap();
    let known = server.t.engine.store.find_user(&user.into()).await.unwrap().unwrap();
    let id_token = server.t.engine.sign_id_token(&client, Default::default(), &known).await.unwrap();
    json!(id_token.expose())
}

/// S-148: in the very second of the proof, too.
#[tokio::test]
async fn a_token_by_whatever_way_from_before_the_first_code_is_nobodys() {
    let server = with_codes().await;
    let user = Phone::enrolled(&server).await.user;
    let held = token_of(&server, &user).await;
    let pem = DevicePair::generate(1024, 77).pem();
    assert_eq!(profile(&server, &held).await.status, 200);

    let owner = owner_signs_in_at(&server, LOCK).await;

    assert_eq!(profile(&server, &held).await.status, 401);
    assert_eq!(renew(&server, &held).await.status, 401);
    assert_eq!(enrol(&server, &held, &user, &pem, NAME).await.status, 401);
    assert_eq!(profile(&server, &owner["id_token"]).await.status, 200);
    assert_eq!(user_info(&server, &owner["access_token"]).await.status, 200);
    let enrolled = enrol(&server, &owner["id_token"], &user, &pem, NAME).await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text);
    // As is what is renewed of the owner's.
    let refresh =
        json!({"grant_type": "refresh_token", "client_id": LOCK, "refresh_token": owner["refresh_token"]});
    let renewed = server.post("/oauth/token", refresh).await.json();
    assert_eq!(profile(&server, &renewed["id_token"]).await.status, 200);
}

/// S-148: whoever had the address before the operator moved the account.
#[tokio::test]
async fn a_code_to_the_former_address_gave_nothing_that_lasts() {
    let server = with_codes().await;
    add_tool(&server.t, "tool", "update:users read:users").await;
    let user = Phone::enrolled(&server).await.user;
    let former = owner_signs_in_at(&server, LOCK).await;
    let changed = patch(&server, &user, json!({"email": "new@example.com"})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);

    let pem = DevicePair::generate(1024, 77).pem();
    assert_eq!(enrol(&server, &former["id_token"], &user, &pem, NAME).await.status, 401);
    assert_eq!(profile(&server, &former["id_token"]).await.status, 401);
    assert_eq!(user_info(&server, &former["access_token"]).await.status, 401);
    assert!(history(&server).await.contains(&"credentials_dropped".into()));
}

pub async fn patch(server: &TestServer, user: &str, body: Value) -> Answer {
    let bearer = format!("Bearer {}", tool_token(server, "tool", "").await);
    let path = format!("/api/v2/users/{}", user.replace('|', "%7C"));
    let headers = [("authorization", bearer.as_str()), ("content-type", JSON)];
    server.request(Method::PATCH, &path, &headers, body.to_string().as_bytes()).await
}

/// S-148: what an operator vouches for, or moves elsewhere, is not for whoever signed up.
#[tokio::test]
async fn an_operator_who_changes_or_proves_the_address_shuts_them_out_too() {
    for change in [json!({"email": "new@example.com"}), json!({"email_verified": true})] {
        let server = with_codes().await;
        add_tool(&server.t, "tool", "update:users read:users").await;
        let attacker = Phone::enrolled(&server).await;
        let held = [attacker.tokens.clone(), attacker.logged_in(&server).await];
        let changed = patch(&server, &attacker.user, change.clone()).await;
        assert_eq!(changed.status, 200, "{change} {}", changed.text);
        is_shut_out(&server, &attacker, &held).await;
        let moved = log_in(&server, json!({"username": "new@example.com"})).await;
        assert_eq!(moved.error().1, "invalid_user_password");
    }
}

#[tokio::test]
async fn a_change_of_anything_else_leaves_the_phone_signed_in() {
    let server = with_codes().await;
    add_tool(&server.t, "tool", "update:users read:users").await;
    let phone = Phone::enrolled(&server).await;
    for change in [json!({"name": "Ana"}), json!({"email": EMAIL}), json!({"user_metadata": {"a": 1}})] {
        assert_eq!(patch(&server, &phone.user, change).await.status, 200);
        phone.logged_in(&server).await;
    }
    let tokens = phone.logged_in(&server).await;
    assert_eq!(patch(&server, &phone.user, json!({"blocked": true})).await.status, 200);
    assert_eq!(phone.log_in(&server).await.error().2, "user is blocked");
    assert_eq!(delegate(&server, &tokens["refresh_token"]).await.status, 401);
}

/// A deleted user takes keys and password along, and whoever gets the address is somebody else.
#[tokio::test]
async fn who_is_deleted_leaves_no_key_behind() {
    let server = server().await;
    add_tool(&server.t, "tool", "delete:users read:device_credentials").await;
    let phone = Phone::enrolled(&server).await;
    let bearer = format!("Bearer {}", tool_token(&server, "tool", "").await);
    let headers = [("authorization", bearer.as_str())];
    let path = format!("/api/v2/users/{}", phone.user.replace('|', "%7C"));
    assert_eq!(server.request(Method::DELETE, &path, &headers, b"").await.status, 204);
    is_refused(&phone.log_in(&server).await);
    let listed = server.get("/api/v2/device-credentials?type=public_key", &headers).await;
    assert_eq!(listed.json(), json!([]));
    assert_eq!(log_in(&server, json!({})).await.status, 401);
    let again = crate::phone::account(&server).await;
    assert_ne!(again.1, phone.user);
    is_refused(&phone.log_in(&server).await);
}

/// The client that a key was enrolled at, once it is gone or has lost its grants.
#[tokio::test]
async fn a_client_without_the_grants_takes_no_key_and_a_deleted_one_loses_them() {
    let server = server().await;
    let phone = Phone::enrolled(&server).await;
    assert!(server.t.engine.store.delete_client(&"lock".into(), Vec::new()).await.unwrap());
    server.t.engine.directory.forget();
    let gone = by_key(&server, &phone.jwt(&server, json!({})), json!({})).await;
    assert_eq!(gone.error().2, "invalid client");
    add_lock(&server.t, "lock", Some("2027-06-30")).await;
    open_database(&server.t, json!({})).await;
    is_refused(&phone.log_in(&server).await);
}
