//! Introspection (RFC 7662), and that it sees what was revoked.

use latchkey_core::model::{AudienceGrant, Client, ClientKind, TokenDialect};
use latchkey_testkit::{CONFIDENTIAL, MACHINE, NATIVE, PHONE, START};
use latchkey_wire::Scopes;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, CALLBACK, OTP_GRANT, TestServer, VERIFIER, authorize};
use crate::user_info;

const API: &str = "https://api.example/";
/// A confidential client beside the fixture's.
const OTHER: &str = "other-web";

async fn server(dialect: TokenDialect) -> TestServer {
    let server = TestServer::new().await;
    let api = |client: &mut Client| {
        client.audiences = vec![AudienceGrant {
            audience: API.into(),
            scopes: Scopes::parse("read:things").unwrap(),
            token_lifetime: 3600,
            dialect,
            further: Default::default(),
        }];
    };
    server.t.add_client(CONFIDENTIAL, ClientKind::RegularWeb, Some("web-secret"), api).await;
    server.t.add_client(OTHER, ClientKind::RegularWeb, Some("other-secret"), |_| {}).await;
    server.reconnect().await;
    server
}

async fn ask(server: &TestServer, client: &str, secret: &str, token: &Value) -> Answer {
    let body = json!({"client_id": client, "client_secret": secret, "token": token});
    server.post("/oauth/introspect", body).await
}

/// What the confidential client is told.
async fn told(server: &TestServer, token: &Value) -> Value {
    let answer = ask(server, CONFIDENTIAL, "web-secret", token).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("cache-control")),
        (200, "no-store"),
        "{}",
        answer.text
    );
    answer.json()
}

fn inactive() -> Value {
    json!({"active": false})
}

/// Signs in at the confidential client by a code of a message.
async fn signed_in(server: &TestServer, scope: &str, audience: Option<&str>) -> Value {
    let body = json!({
        "client_id": CONFIDENTIAL, "client_secret": "web-secret", "connection": "sms", "phone_number": PHONE,
    });
    assert_eq!(server.post("/passwordless/start", body).await.status, 200);
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": CONFIDENTIAL, "client_secret": "web-secret", "username": PHONE,
        "otp": server.t.code(), "realm": "sms", "scope": scope, "audience": audience,
    });
    let answer = server.post("/oauth/token", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn token(server: &TestServer, mut body: Value) -> Answer {
    body["client_id"] = json!(CONFIDENTIAL);
    body["client_secret"] = json!("web-secret");
    server.post("/oauth/token", body).await
}

/// C-056: RFC 7662 section 2.2.
#[tokio::test]
async fn a_client_is_told_what_its_tokens_say() {
    for dialect in [TokenDialect::AccessToken, TokenDialect::Rfc9068Profile] {
        let server = server(dialect).await;
        let tokens = signed_in(&server, "openid offline_access", None).await;
        let sub = crate::claims(&tokens["id_token"])["sub"].clone();
        let facts = json!({
            "active": true, "iss": "https://login.example/", "sub": sub, "client_id": CONFIDENTIAL,
            "scope": "openid offline_access", "iat": START,
        });
        let mut opaque = facts.clone();
        opaque["aud"] = json!("https://login.example/userinfo");
        opaque["token_type"] = json!("Bearer");
        opaque["exp"] = json!(START + 86_400);
        assert_eq!(told(&server, &tokens["access_token"]).await, opaque);
        let mut refresh = facts.clone();
        refresh["exp"] = json!(START + 1_296_000);
        assert_eq!(told(&server, &tokens["refresh_token"]).await, refresh);

        server.t.clock.advance(61);
        let signed = signed_in(&server, "openid read:things", Some(API)).await;
        let mut jwt = facts;
        jwt["aud"] = json!([API, "https://login.example/userinfo"]);
        jwt["token_type"] = json!("Bearer");
        jwt["scope"] = json!("openid read:things");
        jwt["iat"] = json!(START + 61);
        jwt["exp"] = json!(START + 61 + 3600);
        assert_eq!(told(&server, &signed["access_token"]).await, jwt);
        server.t.clock.advance(3600);
        assert_eq!(told(&server, &signed["access_token"]).await, inactive());
        server.t.clock.advance(86_400);
        assert_eq!(told(&server, &tokens["access_token"]).await, inactive());
    }
}

/// C-056: a machine asks about its own.
#[tokio::test]
async fn a_machine_is_told_about_its_token() {
    let server = TestServer::new().await;
    let body =
        json!({"grant_type": "client_credentials", "client_id": MACHINE, "client_secret": "machine-secret"});
    let tokens = server.post("/oauth/token", body.clone()).await.json();
    let told = ask(&server, MACHINE, "machine-secret", &tokens["access_token"]).await.json();
    assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!("machine@clients")));
    assert_eq!((&told["aud"], &told["scope"]), (&json!(API), &json!("read:things write:things")));
    // Also when it was granted more than one request can ask for.
    let words: Vec<String> = (100..300).map(|n| format!("read:things-{n}")).collect();
    let many = words.join(" ");
    let change = |client: &mut Client| {
        client.audiences = vec![AudienceGrant {
            audience: API.into(),
            scopes: Scopes::of_any_length(&many).unwrap(),
            token_lifetime: 3600,
            dialect: TokenDialect::default(),
            further: Default::default(),
        }];
    };
    server.t.add_client(MACHINE, ClientKind::NonInteractive, Some("machine-secret"), change).await;
    let tokens = server.post("/oauth/token", body).await.json();
    let told = ask(&server, MACHINE, "machine-secret", &tokens["access_token"]).await.json();
    assert_eq!((&told["active"], &told["scope"]), (&json!(true), &json!(many)));
}

/// S-100
#[tokio::test]
async fn nobody_is_told_about_the_tokens_of_others() {
    let server = server(TokenDialect::AccessToken).await;
    let tokens = signed_in(&server, "openid offline_access", None).await;
    server.t.clock.advance(61);
    let signed = signed_in(&server, "openid read:things", Some(API)).await;
    for token in [&tokens["access_token"], &tokens["refresh_token"], &signed["access_token"]] {
        assert_eq!(ask(&server, OTHER, "other-secret", token).await.json(), inactive());
        assert_eq!(told(&server, token).await["active"], true);
    }
    // An id_token is for the client to read, and opens nothing.
    assert_eq!(told(&server, &tokens["id_token"]).await, inactive());
    let long = "x".repeat(20_000);
    for other in ["nonsense", "a.b.c", "\u{1f511}", long.as_str()] {
        assert_eq!(told(&server, &json!(other)).await, inactive(), "{other}");
    }
}

/// S-100, C-056
#[tokio::test]
async fn who_does_not_prove_itself_is_told_nothing() {
    let server = server(TokenDialect::AccessToken).await;
    let tokens = signed_in(&server, "openid", None).await;
    let token = &tokens["access_token"];
    for body in [
        json!({"token": token}),
        json!({"client_id": CONFIDENTIAL, "token": token}),
        json!({"client_id": CONFIDENTIAL, "client_secret": "wrong", "token": token}),
        json!({"client_id": "nobody", "client_secret": "x", "token": token}),
        // Anybody can name a public client.
        json!({"client_id": NATIVE, "token": token}),
    ] {
        let answer = server.post("/oauth/introspect", body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.error().1.as_str()), (401, "invalid_client"), "{body}");
    }
}

/// S-098
#[tokio::test]
async fn revoking_a_refresh_token_ends_the_access_tokens_that_came_of_it_at_once() {
    let server = server(TokenDialect::AccessToken).await;
    for (scope, audience) in
        [("openid offline_access", None), ("openid read:things offline_access", Some(API))]
    {
        let first = signed_in(&server, scope, audience).await;
        server.t.clock.advance(61);
        let refresh = json!({"grant_type": "refresh_token", "refresh_token": first["refresh_token"]});
        let second = token(&server, refresh).await.json();
        let other = signed_in(&server, scope, audience).await;
        for tokens in [&first, &second, &other] {
            assert_eq!(told(&server, &tokens["access_token"]).await["active"], true);
        }
        let body = json!({
            "client_id": CONFIDENTIAL, "client_secret": "web-secret", "token": second["refresh_token"],
        });
        assert_eq!(server.post("/oauth/revoke", body).await.status, 200);
        for token in [&first["access_token"], &second["access_token"], &second["refresh_token"]] {
            assert_eq!(told(&server, token).await, inactive());
        }
        for tokens in [&first, &second] {
            assert_eq!(user_info(&server, &tokens["access_token"]).await.status, 401);
        }
        // Another sign-in of the same person is not touched.
        assert_eq!(told(&server, &other["access_token"]).await["active"], true);
        assert_eq!(user_info(&server, &other["access_token"]).await.status, 200);
        server.t.clock.advance(61);
    }
}

/// S-098, S-078: so does the reuse of a refresh token.
#[tokio::test]
async fn a_stolen_chain_takes_its_access_tokens_along() {
    let server = server(TokenDialect::AccessToken).await;
    let first = signed_in(&server, "openid offline_access", None).await;
    let refresh = |token: &Value| json!({"grant_type": "refresh_token", "refresh_token": token});
    let second = token(&server, refresh(&first["refresh_token"])).await.json();
    let third = token(&server, refresh(&second["refresh_token"])).await.json();
    server.t.clock.advance(31);
    assert_eq!(token(&server, refresh(&first["refresh_token"])).await.error().1, "invalid_grant");
    for tokens in [&first, &second, &third] {
        assert_eq!(told(&server, &tokens["access_token"]).await, inactive());
    }
}

/// S-073, C-018
#[tokio::test]
async fn a_code_that_comes_twice_leaves_nothing_active() {
    let server = server(TokenDialect::AccessToken).await;
    let browser = Browser::new(&server);
    let path = authorize(CONFIDENTIAL, &[("scope", "openid read:things offline_access"), ("audience", API)]);
    let code = browser.sign_in(&server, &path, PHONE).await.fields()["code"].clone();
    let trade = json!({
        "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
    });
    let tokens = token(&server, trade.clone()).await.json();
    for name in ["access_token", "refresh_token"] {
        assert_eq!(told(&server, &tokens[name]).await["active"], true, "{name}");
    }
    assert_eq!(token(&server, trade).await.error().1, "invalid_grant");
    for name in ["access_token", "refresh_token"] {
        assert_eq!(told(&server, &tokens[name]).await, inactive(), "{name}");
    }
}

/// S-098
#[tokio::test]
async fn the_tokens_of_a_blocked_user_are_not_active() {
    let server = server(TokenDialect::AccessToken).await;
    let tokens = signed_in(&server, "openid offline_access", None).await;
    let address = latchkey_core::model::Address::from_canonical(PHONE);
    let store = &server.t.engine.store;
    let mut user = store.find_user_by_address("sms", &address).await.unwrap().unwrap();
    user.blocked = true;
    store.update_user(&user).await.unwrap();
    for name in ["access_token", "refresh_token"] {
        assert_eq!(told(&server, &tokens[name]).await, inactive(), "{name}");
    }
}

/// S-029: what a client was given ends with it.
#[tokio::test]
async fn the_tokens_of_a_client_that_is_gone_open_nothing() {
    let server = server(TokenDialect::AccessToken).await;
    let tokens = signed_in(&server, "openid", None).await;
    let id = latchkey_core::model::ClientId::from(CONFIDENTIAL);
    assert!(server.t.engine.store.delete_client(&id, Vec::new()).await.unwrap());
    server.t.engine.directory.forget();
    assert_eq!(user_info(&server, &tokens["access_token"]).await.status, 401);
}
