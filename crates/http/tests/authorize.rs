//! `/authorize`: whom it answers, where, and in which form.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::model::ClientKind;
use latchkey_testkit::{NATIVE, PHONE, SPA};
use latchkey_wire::token::IMPLICIT;
use serde_json::Value;
use support::{Answer, Browser, CALLBACK, FORM, TestServer, attribute, authorize};

/// A client of pages that takes tokens too.
const PAGE: &str = "page";

async fn server() -> TestServer {
    let server = TestServer::new().await;
    server
        .t
        .add_client(PAGE, ClientKind::Spa, None, |client| {
            client.grant_types.push(IMPLICIT.into());
            client.web_origins = vec!["https://app.example".into()];
        })
        .await;
    server.reconnect().await;
    server
}

/// What a page of ours posts to the client, from the message in it.
fn message(answer: &Answer) -> Value {
    let (_, rest) = answer.text.split_once("id=\"message\">").unwrap();
    serde_json::from_str(rest.split("</script>").next().unwrap()).unwrap()
}

/// P-104, P-105, P-106
#[tokio::test]
async fn who_is_not_signed_in_and_may_not_be_asked_is_login_required_in_every_mode() {
    let server = server().await;
    let browser = Browser::new(&server);
    let ask = |mode| authorize(PAGE, &[("prompt", "none"), ("response_mode", mode)]);
    for (mode, start) in [("query", "https://app.example/cb?"), ("fragment", "https://app.example/cb#")] {
        let answer = browser.get(&ask(mode)).await;
        assert_eq!(answer.status, 302);
        assert!(answer.header("location").starts_with(start), "{}", answer.header("location"));
        let fields = answer.fields();
        assert_eq!((fields["error"].as_str(), fields["state"].as_str()), ("login_required", "s1"));
        assert_eq!(fields["error_description"], "Login required");
    }
    let answer = browser.get(&ask("form_post")).await;
    let form = support::Form::of(&answer, CALLBACK);
    assert_eq!((answer.status.as_u16(), form.action.as_str()), (200, CALLBACK));
    assert!(form.hidden.contains(&("error".into(), "login_required".into())), "{}", answer.text);
    assert!(answer.header("content-security-policy").contains("form-action https://app.example https:;"));
    let answer = browser.get(&ask("web_message")).await;
    let message = message(&answer);
    assert_eq!((message["origin"].as_str(), answer.status.as_u16()), (Some("https://app.example"), 200));
    assert_eq!(message["response"]["error"], "login_required");
    assert_eq!(message["response"]["state"], "s1");
    assert!(answer.header("content-security-policy").contains("frame-ancestors https://app.example;"));
}

/// P-098, P-109, S-072
#[tokio::test]
async fn nothing_is_sent_to_an_unknown_client_or_an_address_that_is_not_registered() {
    let server = server().await;
    let browser = Browser::new(&server);
    for changes in [
        ("client_id", "nobody"),
        ("redirect_uri", "https://evil.example/cb"),
        ("redirect_uri", "https://app.example/cb/"),
        ("redirect_uri", "https://app.example/cb#x"),
        ("redirect_uri", "javascript:alert(1)"),
    ] {
        for mode in ["query", "form_post", "web_message"] {
            let answer = browser.get(&authorize(PAGE, &[changes, ("response_mode", mode)])).await;
            assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""), "{changes:?}");
            assert!(answer.header("content-type").starts_with("text/html"), "{changes:?}");
            assert!(!answer.text.contains("evil") && !answer.text.contains("alert("), "{}", answer.text);
            assert!(answer.text.contains("role=\"alert\""), "{}", answer.text);
        }
    }
    // A page elsewhere that asks for messages to itself.
    let other = authorize(NATIVE, &[("response_mode", "web_message")]);
    server.t.add_client(NATIVE, ClientKind::Native, None, |c| c.callbacks = vec!["app://x/cb".into()]).await;
    let answer = browser.get(&other.replace("https%3A%2F%2Fapp.example%2Fcb", "app%3A%2F%2Fx%2Fcb")).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""));
}

#[tokio::test]
async fn a_second_client_is_answered_without_asking_again() {
    let server = server().await;
    let browser = Browser::new(&server);
    browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    for client in [NATIVE, SPA] {
        let answer = browser.get(&authorize(client, &[("prompt", "none")])).await;
        let fields = answer.fields();
        assert_eq!((answer.status.as_u16(), fields["iss"].as_str()), (302, "https://login.example/"));
        let tokens = server.trade(client, &fields["code"]).await;
        assert_eq!(tokens.status, 200, "{}", tokens.text);
    }
    assert_eq!(server.t.senders.sent().len(), 1);
    let stranger = Browser::new(&server).get(&authorize(NATIVE, &[("prompt", "none")])).await;
    assert_eq!(stranger.fields()["error"], "login_required");
}

/// P-107
#[tokio::test]
async fn tokens_in_the_fragment_have_the_fields_that_scripts_read() {
    let server = server().await;
    let browser = Browser::new(&server);
    let path = authorize(
        PAGE,
        &[("response_type", "token id_token"), ("nonce", "n1"), ("code_challenge", ""), ("scope", "openid")],
    );
    let answer = browser.sign_in(&server, &path, PHONE).await;
    assert!(answer.header("location").starts_with("https://app.example/cb#"), "{:?}", answer.headers);
    let fields = answer.fields();
    for (name, value) in
        [("expires_in", "7200"), ("token_type", "Bearer"), ("scope", "openid"), ("state", "s1")]
    {
        assert_eq!(fields[name], value, "{name}");
    }
    assert!(fields.contains_key("access_token") && fields.contains_key("id_token"), "{fields:?}");
    assert!(!fields.contains_key("code") && !fields.contains_key("refresh_token"), "{fields:?}");
}

/// P-106
#[tokio::test]
async fn a_code_may_be_posted_to_the_client_whatever_its_state_holds() {
    let server = server().await;
    let browser = Browser::new(&server);
    let state = "<script>\"&'+ %2B\u{e9}\u{1f511}";
    let path = authorize(SPA, &[("response_mode", "form_post"), ("state", state)]);
    let answer = browser.sign_in(&server, &path, PHONE).await;
    let form = support::Form::of(&answer, CALLBACK);
    let value = |name: &str| &form.hidden.iter().find(|(known, _)| known == name).unwrap().1;
    assert_eq!(value("state"), state);
    assert_eq!(server.trade(SPA, value("code")).await.status, 200);
    assert!(!answer.text.contains("<script>\""), "{}", answer.text);
    assert_eq!(attribute(&answer.text, "src").as_deref(), Some("/assets/form_post.js"));
    assert!(server.get("/assets/form_post.js", &[]).await.text.contains("submit()"));
}

/// S-077
#[tokio::test]
async fn a_state_comes_back_byte_for_byte() {
    let server = server().await;
    let browser = Browser::new(&server);
    for state in ["a b+c%20", "=&?#;/", "\u{e9}\u{1f511}\u{202e}", "{\"r\":\"/x?y=1\"}", "s\r\nX: 1"] {
        let answer = browser.get(&authorize(SPA, &[("prompt", "none"), ("state", state)])).await;
        assert_eq!(answer.fields()["state"], state);
    }
}

/// P-108
#[tokio::test]
async fn a_passwordless_connection_by_name_asks_for_a_fresh_code() {
    let server = server().await;
    let browser = Browser::new(&server);
    browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    for (changes, field) in
        [(("connection", "sms"), "tel"), (("realm", "email"), "email"), (("prompt", "login"), "tel")]
    {
        let page = browser.open(&authorize(SPA, &[changes])).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains(&format!("type=\"{field}\"")), "{changes:?} {}", page.text);
    }
    let again = browser.sign_in(&server, &authorize(SPA, &[("connection", "sms")]), PHONE).await;
    assert!(again.fields().contains_key("code"));
}

#[tokio::test]
async fn a_sign_in_that_is_older_than_the_client_allows_is_not_enough() {
    let server = server().await;
    let browser = Browser::new(&server);
    browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    server.t.clock.advance(100);
    let fields = async |age: &str| {
        browser.get(&authorize(SPA, &[("prompt", "none"), ("max_age", age)])).await.fields()
    };
    assert!(fields("100").await.contains_key("code"));
    assert_eq!(fields("99").await["error"], "login_required");
    assert_eq!(fields("0").await["error"], "login_required");
    let page = browser.open(&authorize(SPA, &[("max_age", "99")])).await;
    assert!(page.text.contains("action=\"/login?"), "{}", page.text);
}

#[tokio::test]
async fn a_request_may_come_as_a_form_from_any_site() {
    let server = server().await;
    let browser = Browser::new(&server);
    let path = authorize(SPA, &[("prompt", "none")]);
    let body = path.split_once('?').unwrap().1;
    let headers =
        [("content-type", FORM), ("origin", "https://app.example"), ("sec-fetch-site", "cross-site")];
    let answer = browser.request(Method::POST, "/authorize", &headers, body.as_bytes()).await;
    assert_eq!((answer.status.as_u16(), answer.fields()["error"].as_str()), (303, "login_required"));
    let answer = browser.request(Method::POST, "/authorize", &[("content-type", "text/plain")], b"x").await;
    assert_eq!(answer.status, 415);
    assert!(answer.header("content-type").starts_with("text/html"));
}

/// S-169
#[tokio::test]
async fn a_fault_is_told_on_a_page_by_its_id_alone() {
    let server = server().await;
    let browser = Browser::of(&server, "", "de");
    server.t.engine.store.close().await;
    let answer = browser.get(&authorize("unseen", &[])).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (503, ""));
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(answer.text.contains(answer.header("x-auth0-requestid")), "{}", answer.text);
    assert!(answer.text.contains("lang=\"de\"") && !answer.header("retry-after").is_empty());
}
