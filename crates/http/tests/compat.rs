//! Exchanges as SDKs without a registry package here send them, byte for byte, and what their decoders
//! need back (protocol 1.3, 1.4, 2).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_testkit::PHONE;
use serde_json::Value;
use support::{Answer, TestServer};

async fn post(server: &TestServer, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    server.request(Method::POST, path, headers, body.as_bytes()).await
}

/// P-081, P-072: Auth0.swift (`startPasswordless(phoneNumber:)`, `login(phoneNumber:code:)`).
#[tokio::test]
async fn auth0_swift_signs_in_and_knows_a_wrong_code() {
    let server = TestServer::new().await;
    let swift = [
        ("content-type", "application/json"),
        (
            "auth0-client",
            "eyJuYW1lIjoiQXV0aDAuc3dpZnQiLCJ2ZXJzaW9uIjoiMi4xMC4wIiwiZW52Ijp7ImlPUyI6IjE4LjAifX0",
        ),
        ("accept-language", "en-US,en;q=0.9"),
    ];
    let start = r#"{"phone_number":"+14155550100","connection":"sms","send":"code","client_id":"native"}"#;
    assert_eq!(post(&server, "/passwordless/start", &swift, start).await.status, 200);
    let login = |code: &str| {
        format!(
            r#"{{"username":"{PHONE}","otp":"{code}","realm":"sms","grant_type":"http:\/\/auth0.com\/oauth\/grant-type\/passwordless\/otp","client_id":"native","scope":"openid profile email"}}"#
        )
    };
    let wrong = post(&server, "/oauth/token", &swift, &login(&server.t.wrong_code())).await;
    assert_eq!(
        wrong.error(),
        (403, "invalid_grant".into(), "Wrong phone number or verification code.".into())
    );
    let credentials = post(&server, "/oauth/token", &swift, &login(&server.t.code())).await.json();
    // Credentials.swift: expires_in may be a number or its text; the rest is text.
    assert!(credentials["expires_in"].is_u64());
    for name in ["access_token", "token_type", "id_token", "scope"] {
        assert!(credentials[name].is_string(), "{name}");
    }
    assert!(credentials.get("refresh_token").is_none());
}

/// P-081: Auth0.Android (`passwordlessWithSMS`, `loginWithPhoneNumber`).
#[tokio::test]
async fn auth0_android_gets_the_four_fields_it_insists_on() {
    let server = TestServer::new().await;
    let android = [
        ("content-type", "application/json; charset=utf-8"),
        (
            "auth0-client",
            "eyJuYW1lIjoiQXV0aDAuQW5kcm9pZCIsImVudiI6eyJhbmRyb2lkIjoiMzQifSwidmVyc2lvbiI6IjIuMTEuMCJ9",
        ),
        ("accept-language", "en_US"),
    ];
    let start = r#"{"client_id":"native","phone_number":"+14155550100","send":"code","connection":"sms"}"#;
    assert_eq!(post(&server, "/passwordless/start", &android, start).await.status, 200);
    let login = format!(
        r#"{{"grant_type":"http://auth0.com/oauth/grant-type/passwordless/otp","realm":"sms","client_id":"native","otp":"{}","username":"+14155550100","scope":"openid"}}"#,
        server.t.code()
    );
    let credentials = post(&server, "/oauth/token", &android, &login).await.json();
    for name in ["id_token", "access_token", "token_type"] {
        assert!(credentials[name].as_str().is_some_and(|text| !text.is_empty()), "{name}");
    }
    assert!(credentials["expires_in"].is_u64());
}

/// P-010, P-020: auth0.js (`passwordlessStart` from a page of the client's).
#[tokio::test]
async fn auth0_js_starts_from_a_page_with_its_state_and_nonce() {
    let server = TestServer::new().await;
    let page = [
        ("content-type", "application/json"),
        ("origin", "https://app.example"),
        ("auth0-client", "eyJuYW1lIjoiYXV0aDAuanMiLCJ2ZXJzaW9uIjoiMTAuMi4xIn0="),
    ];
    let start = r#"{"client_id":"spa","connection":"sms","send":"code","phone_number":"+14155550100","authParams":{"response_type":"token id_token","redirect_uri":"https://app.example/cb","scope":"openid profile","state":"s4Tz","nonce":"n0nc3"}}"#;
    let answer = post(&server, "/passwordless/start", &page, start).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("access-control-allow-origin")),
        (200, "https://app.example")
    );
    assert!(matches!(answer.json(), Value::Object(fields) if fields.contains_key("_id")));
}

/// P-020: the oldest Lock that starts by itself sends no `send`, and a form works as well.
#[tokio::test]
async fn starts_without_send_send_a_code() {
    let server = TestServer::new().await;
    let json = r#"{"connection":"sms","client_id":"native","phone_number":"+14155550100"}"#;
    assert_eq!(
        post(&server, "/passwordless/start", &[("content-type", "application/json")], json).await.status,
        200
    );
    let form = "connection=sms&client_id=native&phone_number=%2B14155550100";
    assert_eq!(server.form("/passwordless/start", form).await.status, 200);
    assert_eq!(server.t.senders.sent().len(), 2);
}
