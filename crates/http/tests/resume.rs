//! `GET /continue`: a sign-in goes on where it stood, in the browser that began it and nowhere else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use latchkey_testkit::{PHONE, SPA};
use support::{Answer, Browser, EMAIL, Form, TestServer, authorize};

/// The query of the sign-in that a page is about.
fn query(page: &Answer, path: &str) -> String {
    Form::of(page, path).action.strip_prefix(path).unwrap().to_owned()
}

fn refused(answer: &Answer, says: &str) {
    assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""));
    assert!(answer.header("content-type").starts_with("text/html"), "{}", answer.text);
    assert!(answer.text.contains(says), "{}", answer.text);
}

/// Protocol 2.8, end
#[tokio::test]
async fn a_sign_in_goes_on_where_it_stood() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let page = browser.open(&authorize(SPA, &[])).await;
    let query = query(&page, "/login");
    let back = browser.get(&format!("/continue{query}")).await;
    assert_eq!((back.status.as_u16(), back.header("location")), (303, format!("/login{query}").as_str()));

    browser.submit(&page, "/login", &[("address", PHONE)]).await;
    let back = browser.get(&format!("/continue{query}")).await;
    assert_eq!(back.header("location"), format!("/login/code{query}"));
    let code = browser.follow(back).await;
    let answer = browser.submit(&code, "/login/code", &[("code", &server.t.code())]).await;
    assert!(answer.fields().contains_key("code"));
    // It is used up, whatever it was.
    refused(&browser.get(&format!("/continue{query}")).await, "Go back to the app and start again");
}

/// Protocol 2.8, end
#[tokio::test]
async fn a_sign_in_that_asks_for_consent_goes_on_there() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let page = browser.sign_in(&server, &authorize(SPA, &[("prompt", "consent")]), PHONE).await;
    let query = query(&page, "/login/consent");
    let back = browser.get(&format!("/continue{query}")).await;
    assert_eq!(back.header("location"), format!("/login/consent{query}"));
}

/// S-113: the browser that began a sign-in is the only one that may go on.
#[tokio::test]
async fn another_browser_is_told_what_to_do() {
    let server = TestServer::new().await;
    let page = Browser::new(&server).open(&authorize(SPA, &[])).await;
    let path = format!("/continue{}", query(&page, "/login"));
    let other = Browser::new(&server);
    refused(&other.get(&path).await, "Signing in needs cookies");
    other.open(&authorize(SPA, &[])).await;
    refused(&other.get(&path).await, "Go back to the app and start again");
}

/// Protocol 2.8, end; S-061
#[tokio::test]
async fn what_is_no_sign_in_leads_nowhere() {
    let server = TestServer::new().await;
    let browser = Browser::of(&server, "a browser", "de");
    for query in [
        "",
        "?state=",
        "?state=unknown",
        &format!("?state={}", "A".repeat(43)),
        "?state=https://evil.example/",
        "?state=%00&redirect_uri=https://evil.example/",
        "?state[]=a",
        "?state=a&state=b",
    ] {
        let answer = browser.get(&format!("/continue{query}")).await;
        refused(&answer, "lang=\"de\"");
        assert!(!answer.text.contains("evil"), "{query}");
    }
    let page = browser.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
    let path = format!("/continue{}", query(&page, "/login/code"));
    server.t.clock.advance(3600);
    refused(&browser.get(&path).await, "lang=\"de\"");
}
