//! The pace of pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_testkit::{NATIVE, TestEngine};
use support::{Answer, Browser, EMAIL, TestServer, authorize, build};

/// The limits as they are by default.
async fn server() -> TestServer {
    TestServer::over(TestEngine::with(|_| {}).await)
}

/// RL-15
#[tokio::test]
async fn who_asks_for_pages_too_fast_is_told_how_long_to_wait_and_nobody_else_is() {
    let server = server().await;
    let browser = Browser::of(&server, "Mozilla/5.0", "de");
    let ask = authorize(NATIVE, &[]);
    for _ in 0..60 {
        assert_eq!(browser.get(&ask).await.status, 303);
    }
    let refused = browser.get(&ask).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "1"), "{}", refused.text);
    assert_eq!(refused.header("content-type"), "text/html; charset=utf-8");
    assert!(refused.text.contains("Zu viele Versuche."), "{}", refused.text);
    for path in [
        "/login?state=x",
        "/link/x",
        "/v2/logout",
        "/oidc/logout",
        "/passwordless/verify_redirect",
        "/activate",
        "/continue?state=x",
        "/ios/com.example.app/sms",
    ] {
        assert_eq!(browser.get(path).await.status, 429, "{path}");
    }
    // A neighbour signs in all the same, and so do apps at this address.
    let other = build(Method::GET, &ask, &[], b"");
    assert_eq!(server.send_from("192.0.2.2:1234".parse().unwrap(), other).await.status, 303);
    assert_eq!(server.get("/.well-known/openid-configuration", &[]).await.status, 200);
    // Five a second come back.
    server.t.clock.advance(1);
    for _ in 0..5 {
        assert_eq!(browser.get(&ask).await.status, 303);
    }
    assert_eq!(browser.get(&ask).await.status, 429);
}

/// RL-15: a page that waits for a link asks on and on, and so do those of all who share its address.
#[tokio::test]
async fn pages_that_wait_for_links_do_not_use_up_the_pace_of_their_address() {
    let server = server().await;
    let browser = Browser::new(&server);
    let page = browser.ask_by_email(&authorize(NATIVE, &[]), EMAIL).await;
    let poll = support::attribute(page.text.split("id=\"wait\"").nth(1).unwrap(), "data-poll").unwrap();
    for _ in 0..400 {
        assert_eq!(browser.get(&poll).await.json(), serde_json::json!({"done": false, "gone": false}));
    }
    assert_eq!(browser.get(&authorize(NATIVE, &[])).await.status, 303);
}

/// S-046
#[tokio::test]
async fn whoever_guesses_at_links_is_soon_stopped_and_the_person_is_not() {
    let server = server().await;
    let guess = async |number: usize| -> Answer {
        let path = format!("/link/{number:0>43}");
        // As one machine has them: every address of a /64.
        let peer = format!("[2001:db8::{number:x}]:1234").parse().unwrap();
        server.send_from(peer, build(Method::GET, &path, &[], b"")).await
    };
    let mut statuses = Vec::new();
    for number in 0..1_000 {
        statuses.push(guess(number).await.status.as_u16());
    }
    let count = |status: u16| statuses.iter().filter(|seen| **seen == status).count();
    assert_eq!((count(200), count(429)), (0, 940), "{statuses:?}");
    assert_eq!(Browser::new(&server).get(&authorize(NATIVE, &[])).await.status, 303);
}
