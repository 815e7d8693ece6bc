//! The hosted sign-in, page by page.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use latchkey_testkit::{PHONE, SPA};
use support::{Browser, TestServer, authorize};

/// P-110
#[tokio::test]
async fn a_code_by_sms_signs_in_and_the_client_gets_its_tokens() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let page = browser.open(&authorize(SPA, &[])).await;
    assert!(page.text.contains("to continue to spa"), "{}", page.text);
    let page = browser.submit(&page, "/login", &[("address", "+1 (415) 555-0100")]).await;
    assert!(page.text.contains("+1\u{a0}415\u{a0}555\u{a0}0100"), "{}", page.text);
    let answer = browser.submit(&page, "/login/code", &[("code", &server.t.code())]).await;
    let fields = answer.fields();
    assert_eq!((answer.status.as_u16(), fields["state"].as_str()), (303, "s1"));
    assert_eq!(fields["iss"], "https://login.example/");
    let tokens = server.trade(SPA, &fields["code"]).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    assert_eq!(server.t.senders.last().to, PHONE);
}
