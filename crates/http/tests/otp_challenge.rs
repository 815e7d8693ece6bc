//! `POST /otp/challenge` and its session at `POST /oauth/token`, as seen from outside (protocol 2.5, 2.9.1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::limit::Bucket;
use latchkey_core::model::{ClientKind, Strategy};
use latchkey_core::settings::{Limits, Settings};
use latchkey_testkit::{CONFIDENTIAL, NATIVE, OTHER_NATIVE, PHONE, SPA, TestEngine};
use serde_json::{Value, json};
use support::{Answer, JSON, MAILBOX, OTP_GRANT, TestServer};

const DATABASE: &str = "customers";

fn both() -> Value {
    json!({"authentication_methods": {"email_otp": {"enabled": true}, "phone_otp": {"enabled": true}}})
}

async fn server() -> TestServer {
    server_with(|settings| settings.limits = Limits::off()).await
}

async fn server_with(change: impl FnOnce(&mut Settings)) -> TestServer {
    let t = TestEngine::with(change).await;
    t.add_client("third-party", ClientKind::Native, None, |client| client.first_party = false).await;
    t.add_connection(DATABASE, Strategy::Database, both()).await;
    TestServer::over(t)
}

/// A challenge by email for whoever has the mailbox, or may have it.
fn challenge() -> Value {
    json!({"client_id": NATIVE, "connection": DATABASE, "email": MAILBOX, "allow_signup": true})
}

fn with(mut body: Value, changes: Value) -> Value {
    let object = body.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(object.remove(name)),
            value => drop(object.insert(name.clone(), value.clone())),
        }
    }
    body
}

fn entry(session: &str, code: &str) -> Value {
    json!({"grant_type": OTP_GRANT, "client_id": NATIVE, "auth_session": session, "otp": code, "scope": "openid"})
}

async fn ask(server: &TestServer, changes: Value) -> Answer {
    server.post("/otp/challenge", with(challenge(), changes)).await
}

fn session(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["auth_session"].as_str().unwrap().to_owned()
}

/// The parameters that an answer complains of, with its first text, which also describes the whole.
fn complaints(answer: &Answer) -> (Vec<String>, String) {
    let (status, error, description) = answer.error();
    assert_eq!((status, error.as_str()), (400, "invalid_request"), "{}", answer.text);
    let body = answer.json();
    let list = body["validation_errors"].as_array().unwrap_or_else(|| panic!("{body}"));
    assert_eq!(list[0]["message"], description.as_str());
    (list.iter().map(|wrong| wrong["field"].as_str().unwrap().to_owned()).collect(), description)
}

/// P-184, F17
#[tokio::test]
async fn an_answer_is_a_session_and_nothing_else() {
    let server = server().await;
    let answer = ask(&server, json!({})).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.json().as_object().unwrap().len(), 1);
    assert!(!session(&answer).contains("user"));
    let tokens = server.post("/oauth/token", entry(&session(&answer), &server.mailed_code())).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    for name in ["access_token", "id_token", "token_type"] {
        assert!(tokens.json()[name].is_string(), "{name}");
    }
}

/// P-185
#[tokio::test]
async fn what_is_wrong_with_a_request_is_told_field_by_field() {
    let server = server().await;
    let one = |field: &str, text: &str| (vec![field.to_owned()], text.to_owned());
    for (changes, told) in [
        (json!({"client_id": null}), one("client_id", "client_id is required")),
        (json!({"client_id": 7}), one("client_id", "client_id must be a string")),
        (json!({"connection": null}), one("connection", "connection is required")),
        (json!({"connection": ""}), one("connection", "connection is required")),
        (json!({"connection": {"a": 1}}), one("connection", "connection must be a string")),
        (json!({"email": null}), one("email", "Either email or phone_number must be provided")),
        (json!({"email": ""}), one("email", "Either email or phone_number must be provided")),
        (
            json!({"phone_number": PHONE}),
            one("phone_number", "Only one of email and phone_number may be provided"),
        ),
        (json!({"email": ["a"]}), one("email", "email must be a string")),
        (json!({"email": "nobody"}), one("email", "email is not a valid email address")),
        (json!({"email": "a\u{0}@example.com"}), one("email", "email is malformed")),
        (json!({"email": "x".repeat(400)}), one("email", "email is malformed")),
        (
            json!({"email": null, "phone_number": "4155550100"}),
            one("phone_number", r"String does not match pattern: ^\+[0-9]{1,15}$"),
        ),
        (
            json!({"email": null, "phone_number": "+882161234567"}),
            one("phone_number", "The phone number cannot receive SMS messages"),
        ),
        (json!({"allow_signup": "perhaps"}), one("allow_signup", "allow_signup must be a boolean")),
        (
            json!({"delivery_method": "voice"}),
            one("delivery_method", "Codes by voice are not offered: send text"),
        ),
        (json!({"delivery_method": "fax"}), one("delivery_method", "delivery_method must be text or voice")),
    ] {
        assert_eq!(complaints(&ask(&server, changes.clone()).await), told, "{changes}");
    }
    let (fields, _) = complaints(&ask(&server, json!({"connection": 1, "email": null})).await);
    assert_eq!(fields, ["connection", "email"]);
    assert_eq!((server.t.senders.sent().len(), server.t.senders.mailed().len()), (0, 0));
}

/// P-077, S-038
#[tokio::test]
async fn who_may_not_ask_is_told_so() {
    let server = server().await;
    for client in [SPA, "third-party"] {
        let (status, error, text) = ask(&server, json!({"client_id": client})).await.error();
        assert_eq!((status, error.as_str()), (403, "unauthorized_client"), "{client}");
        assert_eq!(text, format!("Grant type '{OTP_GRANT}' not allowed for the client."));
    }
    for changes in [
        json!({"client_id": "nobody"}),
        json!({"client_id": CONFIDENTIAL}),
        json!({"client_id": CONFIDENTIAL, "client_secret": "wrong"}),
    ] {
        let (status, error, _) = ask(&server, changes.clone()).await.error();
        assert_eq!((status, error.as_str()), (401, "invalid_client"), "{changes}");
    }
    let body = with(challenge(), json!({"client_id": CONFIDENTIAL, "client_secret": "web-secret"}));
    assert_eq!(server.post("/otp/challenge", body).await.status, 200);
    let headers = [("content-type", JSON), ("origin", "https://elsewhere.example")];
    let foreign =
        server.request(Method::POST, "/otp/challenge", &headers, challenge().to_string().as_bytes()).await;
    assert_eq!(foreign.status, 403);
    let got = server.get("/otp/challenge", &[]).await;
    assert_eq!(got.error().1, "method_not_allowed");
}

/// Protocol 2.5: `invalid_connection`
#[tokio::test]
async fn a_connection_without_such_codes_is_told_alike_for_everybody() {
    let server = server().await;
    let only_phone = json!({"authentication_methods": {"phone_otp": {"enabled": true}}});
    server.t.add_connection("by-phone", Strategy::Database, only_phone).await;
    server.t.add_connection("off", Strategy::Database, both()).await;
    let mut off = server.t.engine.store.find_connection("off").await.unwrap().unwrap();
    off.enabled = false;
    server.t.engine.put_connection(&off).await.unwrap();
    for (connection, text) in [
        ("nowhere", "Unknown connection"),
        ("\u{202e}customers", "Unknown connection"),
        ("email", "The connection is not a database connection"),
        ("Username-Password-Authentication", "The connection has no one-time codes by email"),
        ("by-phone", "The connection has no one-time codes by email"),
        ("off", "The connection is disabled"),
    ] {
        let told = ask(&server, json!({"connection": connection})).await.error();
        assert_eq!(told, (400, "invalid_connection".into(), text.into()), "{connection}");
    }
}

/// P-186, P-054
#[tokio::test]
async fn a_wrong_code_is_an_invalid_request() {
    let server = server().await;
    let session = session(&ask(&server, json!({})).await);
    let code = server.mailed_code();
    let wrong: String = code.bytes().map(|b| char::from(if b == b'9' { b'0' } else { b + 1 })).collect();
    for text in [
        "Wrong email or verification code.",
        "Wrong email or verification code.",
        "You've reached the maximum number of attempts. Please try to login again.",
    ] {
        let told = server.post("/oauth/token", entry(&session, &wrong)).await.error();
        assert_eq!(told, (400, "invalid_request".into(), text.into()));
    }
    let late = server.post("/oauth/token", entry(&session, &code)).await.error();
    assert_eq!((late.0, late.1.as_str()), (400, "invalid_request"));
}

/// P-186, P-053
#[tokio::test]
async fn a_session_that_is_none_or_used_or_anothers_is_an_invalid_request() {
    let server = server().await;
    let session = session(&ask(&server, json!({})).await);
    let code = server.mailed_code();
    let long = "a".repeat(60_000);
    for (named, client) in [("bogus", NATIVE), (long.as_str(), NATIVE), (session.as_str(), OTHER_NATIVE)] {
        let body = with(entry(named, &code), json!({"client_id": client}));
        let (status, error, text) = server.post("/oauth/token", body).await.error();
        assert_eq!((status, error.as_str()), (400, "invalid_request"));
        assert_eq!(text, "The auth_session is not valid. Please try to login again.");
    }
    for (changes, text) in [
        (json!({"auth_session": 7}), "Parameter auth_session must be a string"),
        (json!({"otp": null}), "Missing required parameter: otp"),
        (json!({"otp": "12"}), "Parameter otp is malformed"),
    ] {
        let told = server.post("/oauth/token", with(entry(&session, &code), changes)).await.error();
        assert_eq!(told, (400, "invalid_request".into(), text.into()));
    }
    assert_eq!(server.post("/oauth/token", entry(&session, &code)).await.status, 200);
    let again = server.post("/oauth/token", entry(&session, &code)).await.error();
    assert_eq!((again.0, again.1.as_str()), (400, "invalid_request"));
}

/// Protocol 2.9.1: 403 `access_denied` where the account is blocked, by an operator or by wrong codes.
#[tokio::test]
async fn a_blocked_account_is_denied() {
    let server = server().await;
    let first = session(&ask(&server, json!({})).await);
    assert_eq!(server.post("/oauth/token", entry(&first, &server.mailed_code())).await.status, 200);
    let second = session(&ask(&server, json!({})).await);
    let code = server.mailed_code();
    let store = &server.t.engine.store;
    let address = latchkey_core::model::Address::from_canonical(MAILBOX);
    let mut user = store.find_user_by_address(DATABASE, &address).await.unwrap().unwrap();
    user.blocked = true;
    store.update_user(&user).await.unwrap();
    let told = server.post("/oauth/token", entry(&second, &code)).await.error();
    assert_eq!(told, (403, "access_denied".into(), "user is blocked".into()));

    user.blocked = false;
    store.update_user(&user).await.unwrap();
    let mut told = (0, String::new(), String::new());
    for _ in 0..6 {
        let session = session(&ask(&server, json!({})).await);
        for _ in 0..2 {
            told = server.post("/oauth/token", entry(&session, "0000")).await.error();
        }
    }
    assert_eq!((told.0, told.1.as_str()), (403, "access_denied"));
}

/// P-059
#[tokio::test]
async fn of_two_redemptions_at_once_one_succeeds() {
    let server = server().await;
    let session = session(&ask(&server, json!({})).await);
    let body = entry(&session, &server.mailed_code());
    let (one, other) =
        tokio::join!(server.post("/oauth/token", body.clone()), server.post("/oauth/token", body));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

/// Protocol 4.3: 50 in an hour from one IP address, starts and challenges together.
#[tokio::test]
async fn challenges_and_starts_share_the_limit_of_an_ip() {
    let bucket = Bucket::new(2, 2, 3600);
    let server =
        server_with(|settings| settings.limits = Limits { start_per_ip: bucket, ..Limits::off() }).await;
    let first = ask(&server, json!({})).await;
    assert_eq!((first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")), ("2", "1"));
    let start = json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE});
    assert_eq!(server.post("/passwordless/start", start).await.status, 200);
    let third = ask(&server, json!({})).await;
    assert_eq!((third.status.as_u16(), third.error().1.as_str()), (429, "too_many_requests"));
    assert!(!third.header("retry-after").is_empty());
}
