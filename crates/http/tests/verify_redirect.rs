//! `/passwordless/verify_redirect`: at once only in the browser that checked the code; else by a press.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use form_urlencoded::Serializer;
use http::Method;
use latchkey_testkit::{NATIVE, PHONE};
use support::{Answer, Browser, CALLBACK, CHALLENGE, JSON, TestServer};

async fn server() -> TestServer {
    let server = TestServer::new().await;
    server.t.start(NATIVE, PHONE).await.unwrap();
    server
}

/// As auth0.js builds it.
fn redirect(code: &str, changes: &[(&str, &str)]) -> String {
    let standard = [
        ("client_id", NATIVE),
        ("connection", "sms"),
        ("phone_number", PHONE),
        ("verification_code", code),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("scope", "openid offline_access"),
        ("state", "a b&=ü"),
    ];
    let kept = standard.iter().filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    let query = Serializer::new(String::new()).extend_pairs(kept.chain(changes)).finish();
    format!("/passwordless/verify_redirect?{query}")
}

async fn check(browser: &Browser<'_>, code: &str) -> Answer {
    let body = serde_json::json!({
        "connection": "sms", "phone_number": PHONE, "verification_code": code, "client_id": NATIVE,
    });
    let headers = [("content-type", JSON)];
    browser.request(Method::POST, "/passwordless/verify", &headers, body.to_string().as_bytes()).await
}

fn parameter(answer: &Answer, name: &str) -> Option<String> {
    let (_, query) = answer.header("location").split_once('?')?;
    form_urlencoded::parse(query.as_bytes()).find(|(found, _)| found == name).map(|(_, v)| v.into_owned())
}

/// P-091, P-094, S-191
#[tokio::test]
async fn who_checked_the_code_is_redirected_at_once_and_once() {
    let server = server().await;
    let browser = Browser::new(&server);
    assert_eq!(check(&browser, &server.t.code()).await.status, 200);

    let answer = browser.get(&redirect(&server.t.code(), &[])).await;
    assert_eq!(answer.status, 302);
    assert!(answer.header("location").starts_with(&format!("{CALLBACK}?")));
    assert_eq!(parameter(&answer, "state").as_deref(), Some("a b&=ü"));
    assert_eq!(parameter(&answer, "refresh_token"), None);
    assert!(browser.session().is_some());
    let tokens = server.trade(NATIVE, &parameter(&answer, "code").unwrap()).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);

    let again = browser.get(&redirect(&server.t.code(), &[])).await;
    assert_eq!((again.status.as_u16(), again.header("location")), (200, ""));
}

/// S-191: looking changes nothing, whatever the code.
#[tokio::test]
async fn another_browser_is_asked_for_a_press() {
    let server = server().await;
    let browser = Browser::new(&server);
    for code in ["000000", &server.t.code()] {
        let page = browser.get(&redirect(code, &[])).await;
        assert_eq!((page.status.as_u16(), page.header("location")), (200, ""));
        assert!(browser.session().is_none());
    }
    let page = browser.get(&redirect(&server.t.code(), &[])).await;
    let answer = browser.submit(&page, "/passwordless/verify_redirect", &[]).await;
    assert_eq!(answer.status, 303);
    assert!(parameter(&answer, "code").is_some(), "{}", answer.header("location"));
    assert!(browser.session().is_some());
}

/// P-095
#[tokio::test]
async fn a_wrong_code_comes_back_as_an_error_to_the_client() {
    let server = server().await;
    let browser = Browser::new(&server);
    let page = browser.get(&redirect(&server.t.wrong_code(), &[])).await;
    let answer = browser.submit(&page, "/passwordless/verify_redirect", &[]).await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&answer, "state").as_deref(), Some("a b&=ü"));
    assert!(browser.session().is_none());
}

/// S-113, S-191
#[tokio::test]
async fn a_press_without_the_page_uses_nothing_up() {
    let server = server().await;
    let code = server.t.code();
    let query = redirect(&code, &[]);
    let (path, fields) = query.split_once('?').unwrap();
    let answer = server.form(path, fields).await;
    assert_eq!(answer.status, 403);
    assert!(server.t.redeem(NATIVE, PHONE, &code, "openid").await.is_ok());
}

/// P-098
#[tokio::test]
async fn an_address_that_is_not_registered_never_receives_anything() {
    let server = server().await;
    let browser = Browser::new(&server);
    check(&browser, &server.t.code()).await;
    let evil = [("redirect_uri", "https://evil.example/cb")];
    let answer = browser.get(&redirect(&server.t.code(), &evil)).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""));
}

/// S-191: a minute later the check is forgotten.
#[tokio::test]
async fn a_check_is_good_for_a_minute() {
    let server = server().await;
    let browser = Browser::new(&server);
    check(&browser, &server.t.code()).await;
    server.t.clock.advance(61);
    let answer = browser.get(&redirect(&server.t.code(), &[])).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (200, ""));
    let pressed = browser.submit(&answer, "/passwordless/verify_redirect", &[]).await;
    assert!(!pressed.fields().contains_key("error"), "{:?}", pressed.headers);
}
