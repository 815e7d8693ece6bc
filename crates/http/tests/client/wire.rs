//! The client's requests, field by field and header by header, beside those that Auth0.swift and Lock for iOS send
//! (protocol sections 1.4 and 2).

use data_encoding::BASE64URL_NOPAD;
use latchkey_client::{Address, CodeSignIn, Generation, Request, Start};
use latchkey_testkit::{NATIVE, PHONE};
use serde_json::{Value, json};

use crate::phone::{self, LOCK};
use crate::scene::{self, App, body};
use crate::support::OTP_GRANT;

/// The path, and that it is a POST of JSON with the library's name and nothing that identifies the person.
pub fn posted(request: &Request) -> &str {
    assert_eq!(request.method.as_str(), "POST");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("accept"), Some("application/json"));
    let told = BASE64URL_NOPAD.decode(request.header("auth0-client").unwrap().as_bytes()).unwrap();
    let told: Value = serde_json::from_slice(&told).unwrap();
    assert_eq!((&told["name"], told["version"].is_string()), (&json!("latchkey-client"), true));
    assert!(request.headers.len() == 3 || request.header("authorization").is_some(), "{request:?}");
    request.url.strip_prefix("https://login.example").unwrap()
}

/// F1: Auth0.swift `startPasswordless(phoneNumber:)`, `login(phoneNumber:code:)`, `userInfo(withAccessToken:)`.
#[tokio::test]
async fn a_code_by_sms_is_asked_for_and_entered_as_auth0_swift_does() {
    let app = App::new(NATIVE).await;
    let tokens = app.sign_in().await;
    app.client.profile(&tokens).await.unwrap();
    let noted = app.wire.noted();
    assert_eq!(posted(&noted[0]), "/passwordless/start");
    let start = json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE, "send": "code"});
    assert_eq!(body(&noted[0]), start);
    assert_eq!(
        (noted[1].method.as_str(), &*noted[1].url),
        ("GET", "https://login.example/.well-known/jwks.json")
    );
    assert_eq!(posted(&noted[2]), "/oauth/token");
    let token = json!({
        "grant_type": OTP_GRANT, "client_id": NATIVE, "username": PHONE, "otp": app.t().code(), "realm": "sms",
        "scope": "openid profile email offline_access",
    });
    assert_eq!(body(&noted[2]), token);
    assert_eq!((noted[3].method.as_str(), &*noted[3].url), ("GET", "https://login.example/userinfo"));
    let bearer = format!("Bearer {}", tokens.access_token.expose());
    assert_eq!((noted[3].header("authorization"), &noted[3].body), (Some(&*bearer), &None));
    assert_eq!(noted.len(), 4);
}

/// F2, F7: `startPasswordless(email:type:)` with what Auth0.swift calls `.code`, `.webLink`, `.iOSLink`, and
/// Auth0.Android `.ANDROID_LINK`.
#[tokio::test]
async fn mails_are_asked_for_as_auth0_swift_does() {
    let app = App::new(NATIVE).await;
    let address = || Address::email("ana@example.com").unwrap();
    let starts = [
        (Start::code(address()), "code"),
        (Start::link(address()), "link"),
        (Start::link_ios(address()), "link_ios"),
        (Start::link_android(address()), "link_android"),
    ];
    for (start, send) in starts {
        // Some of these the server refuses: the client has no app.
        let _ = app.client.start_passwordless(&start).await;
        let noted = app.wire.noted();
        assert_eq!(posted(&noted[0]), "/passwordless/start");
        let asked =
            json!({"client_id": NATIVE, "connection": "email", "email": "ana@example.com", "send": send});
        assert_eq!(body(&noted[0]), asked);
    }
    let params = json!({"scope": "openid", "redirect_uri": "https://app.example/cb"});
    let start = Start::link(address()).connection("mail").auth_params(params.as_object().unwrap().clone());
    let _ = app.client.start_passwordless(&start).await;
    let asked = body(&app.wire.noted()[0]);
    assert_eq!((&asked["connection"], &asked["authParams"]), (&json!("mail"), &params));
}

/// Auth0.swift `login(email:code:audience:scope:)`: it adds `openid` where the caller left it out.
#[tokio::test]
async fn audience_and_scope_go_along_where_they_are_given() {
    let app = App::new(NATIVE).await;
    let address = Address::email("ana@example.com").unwrap();
    let sign_in = CodeSignIn::new(address, "123456").unwrap().connection("mail");
    let _ =
        app.client.sign_in_with_code(&sign_in.scope("read:things").audience("https://api.example/")).await;
    let asked = body(&app.wire.noted()[1]);
    let expected = json!({
        "grant_type": OTP_GRANT, "client_id": NATIVE, "username": "ana@example.com", "otp": "123456", "realm": "mail",
        "scope": "openid read:things", "audience": "https://api.example/",
    });
    assert_eq!(asked, expected);
}

/// Auth0.swift `renew(withRefreshToken:)` and `revoke(refreshToken:)`.
#[tokio::test]
async fn tokens_are_renewed_and_revoked_as_auth0_swift_does() {
    let app = App::new(NATIVE).await;
    let first = app.sign_in().await.refresh_token.unwrap();
    app.wire.noted();
    let second = app.client.refresh(&first, None).await.unwrap().refresh_token.unwrap();
    app.client.revoke(&second).await.unwrap();
    let noted = app.wire.noted();
    assert_eq!((posted(&noted[0]), posted(&noted[1])), ("/oauth/token", "/oauth/revoke"));
    let renewed = json!({"grant_type": "refresh_token", "client_id": NATIVE, "refresh_token": first});
    assert_eq!(body(&noted[0]), renewed);
    assert_eq!(body(&noted[1]), json!({"client_id": NATIVE, "token": second}));
}

/// F10: `A0APIClient` `startPasswordlessWithPhoneNumber:success:failure:`, `loginWithPhoneNumber:passcode:…`,
/// `fetchUserProfileWithIdToken:…`, `fetchNewIdTokenWithRefreshToken:…`.
#[tokio::test]
async fn the_old_pipeline_is_spoken_as_lock_for_ios_does() {
    let server = phone::server().await;
    server.reconnect().await;
    let app = App::over(server, LOCK, Generation::Legacy);
    app.start().await;
    let sign_in = CodeSignIn::new(scene::phone(), &app.t().code()).unwrap().device("AnasiPhone");
    let tokens = app.client.sign_in_with_code(&sign_in).await.unwrap();
    app.client.profile(&tokens).await.unwrap();
    app.client.delegate_refresh_token(tokens.refresh_token.as_ref().unwrap()).await.unwrap();
    let noted = app.wire.noted();
    let paths: Vec<&str> = noted.iter().map(posted).collect();
    assert_eq!(paths, ["/passwordless/start", "/oauth/ro", "/tokeninfo", "/delegation"]);
    assert_eq!(body(&noted[0]), json!({"client_id": LOCK, "connection": "sms", "phone_number": PHONE}));
    let login = json!({
        "client_id": LOCK, "username": PHONE, "password": app.t().code(), "connection": "sms",
        "grant_type": "password", "scope": "openid offline_access", "device": "AnasiPhone",
    });
    assert_eq!(body(&noted[1]), login);
    assert_eq!(body(&noted[2]), json!({"id_token": tokens.id_token}));
    let delegation = json!({
        "client_id": LOCK, "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "refresh_token": tokens.refresh_token, "api_type": "app",
    });
    assert_eq!(body(&noted[3]), delegation);
}

/// F10 by mail and F7: `startPasswordlessWithEmail:…`, `startPasswordlessWithMagicLinkInSMS:…`.
#[tokio::test]
async fn lock_for_ios_says_what_to_send_by_mail_and_for_links() {
    let app = App::over(phone::server().await, LOCK, Generation::Legacy);
    let mail = Address::email("ana@example.com").unwrap();
    for (start, named, address, send) in [
        (Start::code(mail), "email", "ana@example.com", "code"),
        (Start::link_ios(scene::phone()), "phone_number", PHONE, "link_ios"),
    ] {
        let connection = if named == "email" { "email" } else { "sms" };
        let _ = app.client.start_passwordless(&start).await;
        let asked = json!({"client_id": LOCK, "connection": connection, named: address, "send": send});
        assert_eq!(body(&app.wire.noted()[0]), asked);
    }
}

/// The language of messages.
#[tokio::test]
async fn the_language_of_the_person_goes_along_where_it_is_set() {
    let app = App::new(NATIVE).await;
    let wire = std::sync::Arc::clone(&app.wire);
    let client = latchkey_client::Client::builder("login.example", NATIVE, wire)
        .locale(latchkey_client::Locale::ZhHans)
        .telemetry("Lock.iOS", "1.29.2", &[("iOS", "9.0")])
        .build()
        .unwrap();
    client.start_passwordless(&Start::code(scene::phone())).await.unwrap();
    let noted = app.wire.noted();
    assert_eq!(noted[0].header("accept-language"), Some("zh-Hans"));
    let told = BASE64URL_NOPAD.decode(noted[0].header("auth0-client").unwrap().as_bytes()).unwrap();
    let told: Value = serde_json::from_slice(&told).unwrap();
    assert_eq!(told, json!({"name": "Lock.iOS", "version": "1.29.2", "env": {"iOS": "9.0"}}));
}
