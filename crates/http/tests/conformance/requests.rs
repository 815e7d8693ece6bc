//! What a request for authorization may hold: words that change nothing, words that help, and long ones.

use latchkey_core::flow::save_client::SaveClientError;
use latchkey_core::model::ClientKind;
use latchkey_testkit::{NATIVE, PHONE, SPA};

use crate::support::{Browser, TestServer, authorize};
use crate::{answered, claims, signed_in};

/// C-008
#[tokio::test]
async fn the_order_of_parameters_and_scopes_is_irrelevant() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let path = authorize(SPA, &[("scope", "email phone openid")]);
    let (endpoint, query) = path.split_once('?').unwrap();
    let turned: Vec<&str> = query.split('&').rev().collect();
    let answer = browser.sign_in(&server, &format!("{endpoint}?{}", turned.join("&")), PHONE).await;
    let tokens = server.trade(SPA, &answer.fields()["code"]).await.json();
    assert_eq!(tokens["scope"], "email phone openid");
    assert!(tokens["id_token"].is_string());
}

/// C-009, C-014, C-025
#[tokio::test]
async fn what_has_no_meaning_here_is_no_error() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    answered(&server, &browser, &[]).await;
    let essential =
        r#"{"userinfo":{"name":{"essential":true}},"id_token":{"acr":{"essential":true,"values":["9"]}}}"#;
    for change in [
        ("display", "page"),
        ("display", "popup"),
        ("display", "touch"),
        ("extra", "foobar"),
        ("claims", essential),
        ("claims", "no JSON"),
        ("claims_locales", "se"),
        ("protocol", "oauth2"),
        ("auth0Client", "eyJuYW1lIjoiYXV0aDAuanMifQ=="),
    ] {
        let answer = browser.get(&authorize(SPA, &[change, ("prompt", "none")])).await;
        assert!(answer.fields().contains_key("code"), "{change:?}: {:?}", answer.headers);
    }
}

/// C-016
#[tokio::test]
async fn hints_fill_the_form_and_choose_the_language_and_cannot_break_the_page() {
    let server = TestServer::new().await;
    let browser = Browser::of(&server, "", "en");
    let page =
        browser.open(&authorize(SPA, &[("login_hint", "buffy@example.com"), ("ui_locales", "de")])).await;
    assert!(page.text.contains("value=\"buffy@example.com\""), "{}", page.text);
    assert!(page.text.contains("<html lang=\"de\""), "{}", page.text);
    let page = browser.open(&authorize(SPA, &[("ui_locales", "tlh fr-CA en")])).await;
    assert!(page.text.contains("<html lang=\"fr\""), "{}", page.text);
    for hint in ["\"><script>alert(1)</script>@x", "' autofocus onfocus='alert(1)"] {
        let page = browser.open(&authorize(SPA, &[("login_hint", hint)])).await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("<script>alert") && !page.text.contains("' autofocus"), "{}", page.text);
    }
}

/// C-054
#[tokio::test]
async fn long_states_and_nonces_come_back_whole_or_are_refused_cleanly() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    answered(&server, &browser, &[]).await;
    for length in [1, 64, 128, 512, 2048] {
        let (state, nonce) = ("s".repeat(length), "n".repeat(length));
        let path = authorize(SPA, &[("prompt", "none"), ("state", &state), ("nonce", &nonce)]);
        let fields = browser.get(&path).await.fields();
        assert_eq!(fields["state"], state);
        let tokens = server.trade(SPA, &fields["code"]).await.json();
        assert_eq!(claims(&tokens["id_token"])["nonce"], nonce);
    }
    let long = "x".repeat(2049);
    for name in ["state", "nonce"] {
        let fields = browser.get(&authorize(SPA, &[("prompt", "none"), (name, &long)])).await.fields();
        assert_eq!(fields["error"], "invalid_request");
    }
}

/// C-041
#[tokio::test]
async fn a_query_in_a_callback_is_part_of_it_and_a_fragment_cannot_be_registered() {
    let server = TestServer::new().await;
    let callback = "https://app.example/cb?foo=bar";
    let mut client =
        server.t.add_client(SPA, ClientKind::Spa, None, |c| c.callbacks = vec![callback.into()]).await;
    server.reconnect().await;
    let browser = Browser::new(&server);
    for uri in
        ["https://app.example/cb", "https://app.example/cb?foo=baz", "https://app.example/cb?foo=bar&x=y"]
    {
        let answer = browser.get(&authorize(SPA, &[("redirect_uri", uri)])).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""), "{uri}");
    }
    let answer = browser.sign_in(&server, &authorize(SPA, &[("redirect_uri", callback)]), PHONE).await;
    assert!(
        answer.header("location").starts_with("https://app.example/cb?foo=bar&code="),
        "{:?}",
        answer.headers
    );
    client.callbacks = vec!["https://app.example/cb#foobar".into()];
    let refused = server.t.engine.save_client(&client).await;
    assert!(matches!(refused, Err(SaveClientError::Invalid(_))), "{refused:?}");
}

/// C-058
#[tokio::test]
async fn an_app_is_answered_at_its_loopback_port_its_own_scheme_or_its_claimed_address() {
    let server = TestServer::new().await;
    let callbacks =
        ["http://127.0.0.1/cb", "http://[::1]/cb", "com.example.app:/cb", "https://app.example/claimed"];
    let register =
        |client: &mut latchkey_core::model::Client| client.callbacks = callbacks.map(Into::into).to_vec();
    server.t.add_client(NATIVE, ClientKind::Native, None, register).await;
    server.reconnect().await;
    let browser = Browser::new(&server);
    for (uri, good) in [
        ("http://127.0.0.1:51004/cb", true),
        ("http://[::1]:61023/cb", true),
        ("com.example.app:/cb", true),
        ("https://app.example/claimed", true),
        ("http://localhost:51004/cb", false),
        ("http://localhost/cb", false),
        ("com.example.other:/cb", false),
    ] {
        let path = authorize(NATIVE, &[("redirect_uri", uri), ("prompt", "none")]);
        let answer = browser.get(&path).await;
        let answered = answer.header("location").starts_with(&format!("{uri}?error=login_required"));
        assert_eq!((answer.status == 302, answered), (good, good), "{uri}: {:?}", answer.headers);
    }
    let listed =
        |client: &mut latchkey_core::model::Client| client.callbacks = vec!["http://localhost/cb".into()];
    server.t.add_client(NATIVE, ClientKind::Native, None, listed).await;
    let answer =
        browser.get(&authorize(NATIVE, &[("redirect_uri", "http://localhost/cb"), ("prompt", "none")])).await;
    assert_eq!(answer.fields()["error"], "login_required");
}

/// C-026: a refresh is no new sign-in.
#[tokio::test]
async fn a_refresh_gives_new_tokens_about_the_same_sign_in_to_the_same_client_only() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let changes = [("scope", "openid offline_access"), ("nonce", "n1")];
    let first = signed_in(&server, &browser, &changes).await;
    server.t.clock.advance(60);
    let refresh = async |client: &str, token: &serde_json::Value| {
        let token = token.as_str().unwrap();
        server
            .form(
                "/oauth/token",
                &format!("grant_type=refresh_token&client_id={client}&refresh_token={token}"),
            )
            .await
    };
    let stranger = refresh(NATIVE, &first["refresh_token"]).await;
    assert_eq!((stranger.status.as_u16(), stranger.error().1.as_str()), (403, "invalid_grant"));
    let second = refresh(SPA, &first["refresh_token"]).await.json();
    for name in ["access_token", "refresh_token", "id_token"] {
        assert_ne!(first[name], second[name], "{name}");
    }
    let (before, after) = (claims(&first["id_token"]), claims(&second["id_token"]));
    for name in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(before[name], after[name], "{name}");
    }
    assert!(after["iat"].as_i64() > before["iat"].as_i64());
    let token = second["refresh_token"].as_str().unwrap();
    // 256 bits, in characters that RFC 6749 allows (appendix A.17).
    assert!(token.len() >= 43 && token.bytes().all(|b| (0x20..=0x7e).contains(&b)), "{}", token.len());
}
