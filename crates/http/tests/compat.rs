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

/// P-140, P-145, F10: Lock for iOS from 1.14, whose client is public and sends no secret
/// (`startPasswordlessWithPhoneNumber:`, `loginWithPhoneNumber:passcode:`, `fetchUserProfileWithIdToken:`).
#[tokio::test]
async fn lock_ios_starts_signs_in_and_reads_the_profile() {
    let server = TestServer::new().await;
    let change = |client: &mut latchkey_core::model::Client| {
        client.auth_method = latchkey_core::model::TokenEndpointAuthMethod::None;
        client.oidc_conformant = false;
        client.jwt.alg = latchkey_core::model::SigningAlgorithm::HS256;
        client.grant_types.push(latchkey_wire::token::LEGACY_RO.into());
    };
    server.t.add_client("lock", latchkey_core::model::ClientKind::Native, Some("never sent"), change).await;
    server.t.add_connection("sms", latchkey_core::model::Strategy::Sms, serde_json::json!({})).await;
    let lock = [
        ("content-type", "application/json; charset=utf-8"),
        ("accept", "application/json"),
        ("accept-language", "en;q=1"),
        ("auth0-client", "eyJuYW1lIjoiTG9jay5pT1MiLCJ2ZXJzaW9uIjoiMS4yOS4yIn0="),
    ];
    let start = r#"{"connection":"sms","client_id":"lock","phone_number":"+14155550100"}"#;
    let started = post(&server, "/passwordless/start", &lock, start).await;
    assert_eq!((started.status.as_u16(), started.header("content-type")), (200, "application/json"));
    let login = format!(
        r#"{{"device":"Ana's iPhone","scope":"openid offline_access","client_id":"lock","password":"{}","username":"+14155550100","connection":"sms","grant_type":"password"}}"#,
        server.t.code()
    );
    let signed_in = post(&server, "/oauth/ro", &lock, &login).await;
    assert_eq!((signed_in.status.as_u16(), signed_in.header("content-type")), (200, "application/json"));
    let tokens = signed_in.json();
    for name in ["id_token", "access_token", "token_type", "refresh_token"] {
        assert!(tokens[name].as_str().is_some_and(|text| !text.is_empty()), "{name}");
    }
    let info = format!(r#"{{"id_token":"{}"}}"#, tokens["id_token"].as_str().unwrap());
    let answer = post(&server, "/tokeninfo", &lock, &info).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    let profile = answer.json();
    for name in ["user_id", "name", "nickname", "picture", "created_at"] {
        assert!(profile[name].as_str().is_some_and(|text| !text.is_empty()), "{name}");
    }
    let identity = &profile["identities"][0];
    for name in ["user_id", "provider", "connection"] {
        assert!(identity[name].is_string(), "{name}: {identity}");
    }
    assert!(identity["isSocial"].is_boolean());
}

/// P-184, P-186, F17: Auth0.swift (`passwordlessChallenge(email:connection:allowSignup:)`,
/// `passwordlessChallenge(phoneNumber:connection:deliveryMethod:allowSignup:)`, `login(otp:challenge:)`) and
/// Auth0.Android (`passwordlessClient()`), which send the same.
#[tokio::test]
async fn native_sdks_sign_in_to_a_database_with_a_code() {
    let server = TestServer::new().await;
    let options = serde_json::json!({
        "authentication_methods": {"email_otp": {"enabled": true}, "phone_otp": {"enabled": true}},
    });
    let name = "Username-Password-Authentication";
    server.t.add_connection(name, latchkey_core::model::Strategy::Database, options).await;
    let swift = [
        ("content-type", "application/json"),
        (
            "auth0-client",
            "eyJuYW1lIjoiQXV0aDAuc3dpZnQiLCJ2ZXJzaW9uIjoiMy4xLjAiLCJlbnYiOnsiaU9TIjoiMjYuMCJ9fQ",
        ),
        ("accept-language", "en-US,en;q=0.9"),
    ];
    let android = [
        ("content-type", "application/json; charset=utf-8"),
        ("auth0-client", "eyJuYW1lIjoiQXV0aDAuQW5kcm9pZCIsImVudiI6eyJhbmRyb2lkIjoiMzQifX0="),
        ("accept-language", "en_US"),
    ];
    let by_email = r#"{"email":"user@example.com","connection":"Username-Password-Authentication","allow_signup":true,"client_id":"native"}"#;
    let by_phone = r#"{"phone_number":"+14155550100","connection":"Username-Password-Authentication","delivery_method":"text","allow_signup":true,"client_id":"native"}"#;
    for headers in [&swift, &android] {
        for (challenge, by_mail) in [(by_email, true), (by_phone, false)] {
            let answer = post(&server, "/otp/challenge", headers, challenge).await;
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
            let session = answer.json()["auth_session"].as_str().unwrap().to_owned();
            let login = |code: &str| {
                format!(
                    r#"{{"grant_type":"http:\/\/auth0.com\/oauth\/grant-type\/passwordless\/otp","auth_session":"{session}","otp":"{code}","client_id":"native","scope":"openid profile email"}}"#
                )
            };
            let wrong = post(&server, "/oauth/token", headers, &login("000000")).await;
            assert_eq!(wrong.error().1, "invalid_request");
            let code = if by_mail { server.mailed_code() } else { server.t.code() };
            let credentials = post(&server, "/oauth/token", headers, &login(&code)).await.json();
            for name in ["access_token", "token_type", "id_token", "scope"] {
                assert!(credentials[name].is_string(), "{name}");
            }
        }
    }
    let unknown = by_email.replace("Username-Password-Authentication", "my-db-connection");
    let refused = post(&server, "/otp/challenge", &swift, &unknown).await.error();
    assert_eq!(refused, (400, "invalid_connection".into(), "Unknown connection".into()));
}

/// P-184, F17: nextjs-auth0 (`passwordlessDbOtpChallenge`, `passwordlessDbGetToken`), with its secret.
#[tokio::test]
async fn nextjs_auth0_signs_in_to_a_database_with_a_code() {
    let server = TestServer::new().await;
    let options = serde_json::json!({"authentication_methods": {"email_otp": {"enabled": true}}});
    server.t.add_connection("customers", latchkey_core::model::Strategy::Database, options).await;
    let json = [("content-type", "application/json")];
    let challenge = r#"{"client_id":"web","connection":"customers","allow_signup":true,"client_secret":"web-secret","email":"user@example.com"}"#;
    let answer = post(&server, "/otp/challenge", &json, challenge).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let login = serde_json::json!({
        "grant_type": support::OTP_GRANT, "client_id": "web", "client_secret": "web-secret",
        "auth_session": answer.json()["auth_session"], "otp": server.mailed_code(),
        "scope": "openid profile email offline_access",
    });
    let tokens = server.post("/oauth/token", login).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    assert!(tokens.json()["refresh_token"].is_string());
}
