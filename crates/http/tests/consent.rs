//! What an app that is not the operator's own may have is asked of the person.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use latchkey_core::model::ClientKind;
use latchkey_testkit::{PHONE, SPA};
use support::{Answer, Browser, EMAIL, Form, TestServer, authorize};

const THIRD: &str = "third";

async fn server() -> TestServer {
    let server = TestServer::new().await;
    server.t.add_client(THIRD, ClientKind::Spa, None, |client| client.first_party = false).await;
    server.reconnect().await;
    server
}

async fn answer(browser: &Browser<'_>, page: &Answer, answer: &str) -> Answer {
    browser.submit(page, "/login/consent", &[("answer", answer)]).await
}

/// S-103
#[tokio::test]
async fn a_third_party_gets_its_code_when_the_person_allows_it() {
    let server = server().await;
    let browser = Browser::new(&server);
    let path = authorize(THIRD, &[("scope", "openid phone read:<b>")]);
    let page = browser.sign_in(&server, &path, PHONE).await;
    for text in ["third would like to", "see your phone number", "+1\u{a0}415\u{a0}555\u{a0}0100"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    assert!(!page.text.contains("<b>") && browser.session().is_some());
    let silent = browser.get(&authorize(THIRD, &[("prompt", "none")])).await;
    assert_eq!(silent.fields()["error"], "consent_required");
    let allowed = answer(&browser, &page, "allow").await;
    assert_eq!((allowed.status.as_u16(), allowed.fields()["state"].as_str()), (303, "s1"));
    assert_eq!(server.trade(THIRD, &allowed.fields()["code"]).await.status, 200);
    // It is remembered: silence is enough now, for no more than what was allowed.
    let silent = browser.get(&authorize(THIRD, &[("prompt", "none"), ("scope", "openid phone")])).await;
    assert!(silent.fields().contains_key("code"), "{:?}", silent.fields());
    let more = browser.get(&authorize(THIRD, &[("prompt", "none"), ("scope", "openid email")])).await;
    assert_eq!(more.fields()["error"], "consent_required");
    // Once: the page is used up.
    let again = answer(&browser, &page, "allow").await;
    assert!(again.header("location").is_empty(), "{:?}", again.headers);
}

#[tokio::test]
async fn a_third_party_is_told_when_the_person_declines() {
    let server = server().await;
    let browser = Browser::new(&server);
    browser.sign_in(&server, &authorize(THIRD, &[]), PHONE).await;
    // Whatever is not the one button is no.
    for no in ["deny", "", "yes"] {
        let page = browser.open(&authorize(THIRD, &[])).await;
        let declined = answer(&browser, &page, no).await;
        let fields = declined.fields();
        assert_eq!((fields["error"].as_str(), fields["state"].as_str()), ("access_denied", "s1"), "{no}");
        assert_eq!(fields["iss"], "https://login.example/");
    }
    // The operator's own clients are not asked for, but where they want it.
    assert!(browser.get(&authorize(SPA, &[])).await.fields().contains_key("code"));
    let page = browser.open(&authorize(SPA, &[("prompt", "consent")])).await;
    assert!(answer(&browser, &page, "allow").await.fields().contains_key("code"));
}

#[tokio::test]
async fn a_link_leads_to_consent_as_well() {
    let server = server().await;
    let browser = Browser::new(&server);
    browser.ask_by_email(&authorize(THIRD, &[]), EMAIL).await;
    let link = server.link();
    let page = browser.submit(&browser.get(&link).await, &link, &[]).await;
    assert!(page.text.contains("third would like to"), "{}", page.text);
    assert!(answer(&browser, &page, "allow").await.fields().contains_key("code"));
    assert_eq!(Browser::new(&server).get(&Form::of(&page, "/login/consent").action).await.status, 403);
}
