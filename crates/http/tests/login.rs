//! The hosted sign-in, page by page.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use latchkey_testkit::{PHONE, SPA};
use support::{Browser, TestServer};

/// `verifier` hashed is the challenge (RFC 7636, appendix B).
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn authorize(client: &str, more: &str) -> String {
    format!(
        "/authorize?client_id={client}&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb\
         &scope=openid%20phone&state=s1&code_challenge={CHALLENGE}&code_challenge_method=S256{more}"
    )
}

/// P-110
#[tokio::test]
async fn a_code_by_sms_signs_in_and_the_client_gets_its_tokens() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let page = browser.follow(browser.get(&authorize(SPA, "")).await).await;
    assert!(page.text.contains("to continue to spa"), "{}", page.text);
    let page = browser.submit(&page, "/login", &[("address", "+1 (415) 555-0100")]).await;
    assert!(page.text.contains("+1 415-555-0100"), "{}", page.text);
    let code = server.t.code();
    let answer = browser.submit(&page, "/login/code", &[("code", &code)]).await;
    assert_eq!(answer.status, 303);
    let fields = answer.fields();
    assert_eq!((fields["state"].as_str(), fields["iss"].as_str()), ("s1", "https://login.example/"));
    let body = format!(
        "grant_type=authorization_code&client_id={SPA}&code={}&code_verifier={VERIFIER}\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fcb",
        fields["code"]
    );
    let tokens = server.form("/oauth/token", &body).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    assert_eq!(server.t.senders.last().to, PHONE);
}
