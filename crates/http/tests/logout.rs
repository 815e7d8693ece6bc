//! Sign-out at `/v2/logout` and `/oidc/logout`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use form_urlencoded::Serializer;
use latchkey_testkit::{NATIVE, PHONE};
use support::{Answer, Browser, TestServer, authorize};

const BACK: &str = "https://app.example/bye";

async fn server() -> TestServer {
    let server = TestServer::new().await;
    for (id, url) in [(NATIVE, BACK), ("other", "https://other.example/bye")] {
        server
            .t
            .add_client(id, latchkey_core::model::ClientKind::Native, None, |client| {
                client.logout_urls = vec![url.into()];
            })
            .await;
    }
    server.reconnect().await;
    server
}

/// Signs in; the id_token.
async fn sign_in(server: &TestServer, browser: &Browser<'_>) -> String {
    let answer = browser.sign_in(server, &authorize(NATIVE, &[]), PHONE).await;
    let (_, query) = answer.header("location").split_once('?').unwrap();
    let code = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code").unwrap().1;
    server.trade(NATIVE, &code).await.json()["id_token"].as_str().unwrap().to_owned()
}

fn path(path: &str, pairs: &[(&str, &str)]) -> String {
    format!("{path}?{}", Serializer::new(String::new()).extend_pairs(pairs).finish())
}

async fn is_signed_in(browser: &Browser<'_>) -> bool {
    let answer = browser.get(&authorize(NATIVE, &[("prompt", "none")])).await;
    !answer.header("location").contains("error=login_required")
}

fn went(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.header("location"))
}

#[tokio::test]
async fn auth0s_sign_out_ends_the_session_and_goes_back() {
    let server = server().await;
    let browser = Browser::new(&server);
    for (query, to) in [
        (
            vec![("client_id", NATIVE), ("returnTo", "https://app.example/bye?a=1")],
            "https://app.example/bye?a=1",
        ),
        (vec![("client_id", NATIVE)], BACK),
        (vec![("returnTo", BACK)], BACK),
    ] {
        sign_in(&server, &browser).await;
        let answer = browser.get(&path("/v2/logout", &query)).await;
        assert_eq!(went(&answer), (302, to));
        assert!(!is_signed_in(&browser).await && browser.session().is_none());
    }
    let answer = browser.get("/v2/logout").await;
    assert_eq!(went(&answer), (200, ""));
}

/// S-101
#[tokio::test]
async fn an_address_that_is_not_listed_is_refused_and_nothing_happens() {
    let server = server().await;
    let browser = Browser::new(&server);
    sign_in(&server, &browser).await;
    for query in [
        vec![("client_id", NATIVE), ("returnTo", "https://evil.example/")],
        vec![("client_id", NATIVE), ("returnTo", "https://other.example/bye")],
        vec![("client_id", "nobody"), ("returnTo", BACK)],
        vec![("returnTo", "https://app.example/bye/more")],
    ] {
        let answer = browser.get(&path("/v2/logout", &query)).await;
        assert_eq!(went(&answer), (400, ""), "{query:?}");
    }
    assert!(is_signed_in(&browser).await);
}

/// C-031, S-101
#[tokio::test]
async fn an_id_token_of_the_session_signs_out_and_returns_with_the_state() {
    let server = server().await;
    let browser = Browser::new(&server);
    let id_token = sign_in(&server, &browser).await;
    let query = [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", BACK), ("state", "x y")];
    let answer = browser.get(&path("/oidc/logout", &query)).await;
    assert_eq!(went(&answer), (302, "https://app.example/bye?state=x+y"));
    assert!(!is_signed_in(&browser).await);
}

/// C-032, C-034, S-101
#[tokio::test]
async fn without_a_hint_the_person_is_asked() {
    let server = server().await;
    let browser = Browser::new(&server);
    sign_in(&server, &browser).await;
    let page = browser.get(&path("/oidc/logout", &[("client_id", NATIVE), ("state", "s")])).await;
    assert_eq!(went(&page), (200, ""));
    assert!(is_signed_in(&browser).await);
    let done = browser.submit(&page, "/oidc/logout", &[]).await;
    assert_eq!(went(&done), (200, ""));
    assert!(!is_signed_in(&browser).await);
}

/// C-033, C-034, S-101
#[tokio::test]
async fn a_bad_hint_or_address_is_refused() {
    let server = server().await;
    let browser = Browser::new(&server);
    let id_token = sign_in(&server, &browser).await;
    let changed = format!("{}x", &id_token[..id_token.len() - 1]);
    for query in [
        vec![("id_token_hint", changed.as_str()), ("post_logout_redirect_uri", BACK)],
        vec![("id_token_hint", &id_token), ("post_logout_redirect_uri", "https://evil.example/")],
        vec![("id_token_hint", &id_token), ("post_logout_redirect_uri", "https://app.example/bye?foo=bar")],
        vec![("id_token_hint", &id_token), ("client_id", "other")],
    ] {
        let answer = browser.get(&path("/oidc/logout", &query)).await;
        assert_eq!(went(&answer), (400, ""), "{query:?}");
    }
    assert!(is_signed_in(&browser).await);
}

/// S-101: somebody else's id_token does not sign this person out unasked.
#[tokio::test]
async fn an_id_token_of_another_session_is_not_enough() {
    let server = server().await;
    let (browser, other) = (Browser::new(&server), Browser::new(&server));
    sign_in(&server, &browser).await;
    let theirs = sign_in(&server, &other).await;
    let page = browser.get(&path("/oidc/logout", &[("id_token_hint", &theirs)])).await;
    assert_eq!(went(&page), (200, ""));
    assert!(is_signed_in(&browser).await);
}

/// S-113
#[tokio::test]
async fn a_press_that_no_page_of_ours_sent_signs_nobody_out() {
    let server = server().await;
    let browser = Browser::new(&server);
    sign_in(&server, &browser).await;
    assert_eq!(browser.post("/oidc/logout", &[("token", "x")]).await.status, 403);
    assert!(is_signed_in(&browser).await);
}
