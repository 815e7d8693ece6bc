//! Enrolling by tokens: how fresh they have to be, whose they are, and what tools see (S-067, M-026).

use data_encoding::BASE64;
use http::Method;
use latchkey_core::model::{AudienceGrant, Strategy, TokenDialect};
use latchkey_testkit::DevicePair;
use latchkey_wire::Scopes;
use serde_json::{Value, json};

use crate::phone::{
    DATABASE, EMAIL, LOCK, NAME, Phone, account, add_lock, changed, enrol, is_refused, open_database, renew,
    server,
};
use crate::support::{API, Answer, JSON, OTP_GRANT, TestServer, add_tool, tool_token};

const PATH: &str = "/api/v2/device-credentials";
const CREATE: &str = "create:current_user_device_credentials";
const DELETE: &str = "delete:current_user_device_credentials";
const AGENT: &str = "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) Version/12.1 Safari/604.1";

/// S-067
#[tokio::test]
async fn an_old_token_enrols_no_key_and_a_renewed_one_is_no_younger() {
    let server = server().await;
    let (tokens, user) = account(&server).await;
    let pem = DevicePair::generate(1024, 7).pem();
    server.t.clock.advance(300);
    assert_eq!(enrol(&server, &tokens["id_token"], &user, &pem, NAME).await.status, 201);
    server.t.clock.advance(1);
    let renewed = renew(&server, &tokens["id_token"]).await.json()["id_token"].clone();
    let twice = renew(&server, &renewed).await.json()["id_token"].clone();
    let device = crate::phone::delegate(&server, &tokens["refresh_token"]).await.json()["id_token"].clone();
    for old in [&tokens["id_token"], &renewed, &twice, &device] {
        let refused = enrol(&server, old, &user, &pem, NAME).await;
        let code = refused.json()["errorCode"].clone();
        assert_eq!((refused.status.as_u16(), code), (403, json!("reauthentication_required")));
    }
    server.t.clock.advance(36_000);
    assert_eq!(enrol(&server, &tokens["id_token"], &user, &pem, NAME).await.status, 401);
}

#[tokio::test]
async fn what_is_missing_or_unsound_in_the_old_call_is_named() {
    let server = server().await;
    let (tokens, user) = account(&server).await;
    let bearer = format!("Bearer {}", tokens["id_token"].as_str().unwrap());
    let path = format!("/api/users/{}/publickey", user.replace('|', "%7C"));
    let pem = DevicePair::generate(1024, 7).pem();
    for (change, text) in [
        (json!({"public_key": null}), "public_key"),
        (json!({"device": null}), "device"),
        (json!({"device": "a\u{0}"}), "device"),
        (json!({"device": "x".repeat(101)}), "device"),
        (json!({"public_key": "nonsense"}), "public_key"),
    ] {
        let body = changed(json!({"public_key": pem, "device": NAME}), change.clone()).to_string();
        let headers = [("authorization", bearer.as_str()), ("content-type", JSON)];
        let refused = server.request(Method::POST, &path, &headers, body.as_bytes()).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["errorCode"]), (400, &json!("invalid_body")));
        assert!(refused.json()["message"].as_str().unwrap().contains(text), "{change} {}", refused.text);
    }
}

/// Whose account is on another kind of connection has none that keys are for.
#[tokio::test]
async fn a_key_needs_an_account_on_a_database_of_the_client() {
    let server = server().await;
    server.t.add_connection("sms", Strategy::Sms, json!({})).await;
    let lock = latchkey_testkit::credentials("legacy");
    drop(lock);
    let start = json!({"client_id": LOCK, "connection": "sms", "phone_number": "+14155550100"});
    assert_eq!(server.post("/passwordless/start", start).await.status, 200);
    let login = json!({
        "client_id": LOCK, "username": "+14155550100", "password": server.t.code(), "connection": "sms",
        "grant_type": "password", "scope": "openid",
    });
    let tokens = server.post("/oauth/ro", login).await.json();
    let user = crate::phone::claims(&tokens["id_token"])["sub"].as_str().unwrap().to_owned();
    let pem = DevicePair::generate(1024, 7).pem();
    let refused = enrol(&server, &tokens["id_token"], &user, &pem, NAME).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["errorCode"]),
        (400, &json!("operation_not_supported"))
    );
}

/// S-063: without the switch, or after its day.
#[tokio::test]
async fn a_key_of_1024_bits_needs_the_dated_switch_of_its_client() {
    for (until, bits, status) in [
        (None, 1024, 400),
        (Some("2026-11-23"), 1024, 400),
        (Some("2026-11-24"), 1024, 201),
        (None, 2048, 201),
    ] {
        let server = server().await;
        add_lock(&server.t, LOCK, until).await;
        open_database(&server.t, json!({})).await;
        let (tokens, user) = account(&server).await;
        let pem = DevicePair::generate(bits, 7).pem();
        let answer = enrol(&server, &tokens["id_token"], &user, &pem, NAME).await;
        assert_eq!(answer.status, status, "{until:?} {bits} {}", answer.text);
        assert_eq!(answer.headers.contains_key("warning"), bits == 1024 && status == 201);
    }
}

/// A person who signed in to the database by a code, with a token for the Management API.
async fn own_token(server: &TestServer, scope: &str) -> String {
    server.t.add_connection("email", Strategy::Email, json!({})).await;
    open_database(&server.t, json!({"authentication_methods": {"email_otp": {"enabled": true}}})).await;
    let body = json!({"client_id": LOCK, "connection": DATABASE, "email": EMAIL, "allow_signup": true});
    let challenged = server.post("/otp/challenge", body).await;
    assert_eq!(challenged.status, 200, "{}", challenged.text);
    server.t.settled().await;
    let code = server.t.senders.mailed().last().unwrap().code.expose().to_owned();
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": LOCK, "auth_session": challenged.json()["auth_session"], "otp": code,
        "scope": format!("openid {scope}"), "audience": API,
    });
    let answer = server.post("/oauth/token", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

async fn managed() -> TestServer {
    let server = server().await;
    add_lock(&server.t, LOCK, Some("2027-06-30")).await;
    let mut client = (*server.t.engine.client(&LOCK.into()).await.unwrap().unwrap()).clone();
    client.audiences = vec![AudienceGrant {
        audience: API.into(),
        scopes: Scopes::parse(&format!("{CREATE} {DELETE} read:users")).unwrap(),
        token_lifetime: 86_400,
        dialect: TokenDialect::default(),
        further: Default::default(),
    }];
    client.further.insert("client_metadata".into(), json!({"latchkey_rsa_1024_until": "2027-06-30"}));
    server.t.engine.put_client(&client).await.unwrap();
    server
}

async fn call(server: &TestServer, token: &str, method: Method, path: &str, body: Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", JSON),
        ("user-agent", AGENT),
        ("accept-language", "fr"),
    ];
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    server.request(method, &format!("{PATH}{path}"), &headers, &bytes).await
}

fn body(pair: &DevicePair) -> Value {
    json!({
        "device_name": NAME, "type": "public_key", "value": BASE64.encode(&pair.der()), "device_id": "d1",
    })
}

/// M-026, P-163, S-067, S-121
#[tokio::test]
async fn a_person_enrols_and_removes_by_a_fresh_token_of_their_own() {
    let server = managed().await;
    let token = own_token(&server, &format!("{CREATE} {DELETE} read:users")).await;
    let pair = DevicePair::generate(1024, 7);
    let enrolled = call(&server, &token, Method::POST, "", body(&pair)).await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text);
    let id = enrolled.json()["id"].as_str().unwrap().to_owned();
    let user = crate::phone::claims(&json!(token))["sub"].as_str().unwrap().to_owned();
    let phone = Phone { pair, user, tokens: Value::Null };
    phone.logged_in(&server).await;

    let other = changed(body(&phone.pair), json!({"client_id": "other"}));
    assert_eq!(call(&server, &token, Method::POST, "", other).await.json()["errorCode"], "invalid_body");
    let listed = call(&server, &token, Method::GET, "", Value::Null).await;
    assert_eq!(listed.json()["errorCode"], "insufficient_scope");
    let bearer = format!("Bearer {token}");
    assert_eq!(server.get("/api/v2/users", &[("authorization", &bearer)]).await.status, 401);

    server.t.clock.advance(301);
    let stale = call(&server, &token, Method::POST, "", body(&phone.pair)).await;
    assert_eq!(
        (stale.status.as_u16(), &stale.json()["errorCode"]),
        (403, &json!("reauthentication_required"))
    );
    // What is lost can be taken back at any time.
    assert_eq!(call(&server, &token, Method::DELETE, &format!("/{id}"), Value::Null).await.status, 204);
    is_refused(&phone.log_in(&server).await);
    assert_eq!(call(&server, &token, Method::DELETE, &format!("/{id}"), Value::Null).await.status, 204);
}

/// Whoever proved their address is told of keys that come and go; a stranger's address is not written to.
#[tokio::test]
async fn a_person_is_told_of_a_key_that_is_enrolled_and_removed() {
    let server = managed().await;
    let token = own_token(&server, &format!("{CREATE} {DELETE}")).await;
    let mailed = |server: &TestServer| server.t.senders.mailed().len();
    let before = mailed(&server);
    let pair = DevicePair::generate(1024, 7);
    let id = call(&server, &token, Method::POST, "", body(&pair)).await.json()["id"].clone();
    server.t.engine.deliver_due().await.unwrap();
    let mail = server.t.senders.last_mail();
    assert_eq!((mailed(&server), mail.to.as_str()), (before + 1, EMAIL));
    let text = format!("DeviceKeyAdded: {NAME}; Safari on iPad; 2026-11-24 12:00 UTC; fr");
    assert_eq!(mail.text.expose(), text);
    let path = format!("/{}", id.as_str().unwrap());
    assert_eq!(call(&server, &token, Method::DELETE, &path, Value::Null).await.status, 204);
    server.t.engine.deliver_due().await.unwrap();
    let mail = server.t.senders.last_mail();
    assert_eq!(mail.subject.expose(), "DeviceKeyRemoved");
    assert!(mail.text.expose().contains("; Safari on iPad; "), "{}", mail.text.expose());

    let other = self::server().await;
    other.t.add_connection("email", Strategy::Email, json!({})).await;
    Phone::enrolled(&other).await;
    other.t.engine.deliver_due().await.unwrap();
    assert_eq!(mailed(&other), 0);
}

/// S-148
#[tokio::test]
async fn a_persons_own_token_ends_with_their_address() {
    let server = managed().await;
    add_tool(&server.t, "tool", "update:users").await;
    let token = own_token(&server, CREATE).await;
    let user = crate::phone::claims(&json!(token))["sub"].as_str().unwrap().to_owned();
    let moved = crate::hijack::patch(&server, &user, json!({"email": "new@example.com"})).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    let refused = call(&server, &token, Method::POST, "", body(&DevicePair::generate(1024, 7))).await;
    assert_eq!(refused.status, 401, "{}", refused.text);
}

/// M-026
#[tokio::test]
async fn a_token_without_the_scope_enrols_nothing_and_nor_does_a_tool() {
    let server = managed().await;
    let plain = own_token(&server, "profile").await;
    let pair = DevicePair::generate(2048, 7);
    let refused = call(&server, &plain, Method::POST, "", body(&pair)).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["errorCode"]), (403, &json!("insufficient_scope")));
    add_tool(&server.t, "tool", CREATE).await;
    let tool = tool_token(&server, "tool", "").await;
    let refused = call(&server, &tool, Method::POST, "", body(&pair)).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["errorCode"]), (403, &json!("feature_not_enabled")));
}

/// M-026, P-163, P-168, S-069: an operator sees which key is whose and when it was used, and takes it away.
#[tokio::test]
async fn a_tool_lists_keys_and_takes_them_away_on_every_node_at_once() {
    let server = server().await;
    add_tool(&server.t, "tool", "read:device_credentials delete:device_credentials").await;
    let tool = tool_token(&server, "tool", "").await;
    let phone = Phone::enrolled(&server).await;
    phone.logged_in(&server).await;
    let list = async |query: &str| call(&server, &tool, Method::GET, query, Value::Null).await.json();
    let user = phone.user.replace('|', "%7C");
    let found = list(&format!("?type=public_key&user_id={user}")).await;
    assert_eq!(found[0]["fingerprint"], json!(phone.pair.fingerprint()));
    assert!(found[0].get("device_id").is_none());
    for (query, count) in [
        ("?type=public_key", 1),
        (&*format!("?type=public_key&client_id={LOCK}"), 1),
        ("?type=public_key&client_id=native", 0),
        ("?type=public_key&user_id=nobody", 0),
        ("?type=public_key&user_id=%00", 0),
        ("?type=refresh_token", 0),
    ] {
        assert_eq!(list(query).await.as_array().unwrap().len(), count, "{query}");
    }
    let id = found[0]["id"].as_str().unwrap();
    assert_eq!(call(&server, &tool, Method::DELETE, &format!("/{id}"), Value::Null).await.status, 204);
    is_refused(&phone.log_in(&server).await);
    assert_eq!(list("?type=public_key").await, json!([]));
    assert_eq!(call(&server, &tool, Method::DELETE, &format!("/{id}"), Value::Null).await.status, 204);
    let codes = crate::phone::history(&server).await;
    assert_eq!(codes.iter().filter(|code| *code == "sapi").count(), 1);
}
