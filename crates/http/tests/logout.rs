//! Sign-out at `/v2/logout` and `/oidc/logout`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use data_encoding::BASE64URL_NOPAD;
use form_urlencoded::Serializer;
use jsonwebtoken::{Algorithm, EncodingKey};
use latchkey_testkit::{NATIVE, PHONE};
use support::{Answer, Browser, TestServer, authorize};

const BACK: &str = "https://app.example/bye";
const FOREIGN_KEY: &[u8] = include_bytes!("../../server/assets/seed-keys/rsa-1.pem");

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
    server.trade(NATIVE, &answer.fields()["code"]).await.json()["id_token"].as_str().unwrap().to_owned()
}

fn path(path: &str, pairs: &[(&str, &str)]) -> String {
    format!("{path}?{}", Serializer::new(String::new()).extend_pairs(pairs).finish())
}

async fn is_signed_in(browser: &Browser<'_>) -> bool {
    let answer = browser.get(&authorize(NATIVE, &[("prompt", "none")])).await;
    let fields = answer.fields();
    let signed_in = fields.contains_key("code");
    assert!(signed_in || fields["error"] == "login_required", "{fields:?}");
    signed_in
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

/// C-030, C-035
#[tokio::test]
async fn discovery_says_where_one_signs_out_and_that_clients_are_told() {
    let server = server().await;
    let said = server.get("/.well-known/openid-configuration", &[]).await.json();
    assert_eq!(said["end_session_endpoint"], "https://login.example/oidc/logout");
    assert_eq!(said["backchannel_logout_supported"], true);
    assert_eq!(said["backchannel_logout_session_supported"], true);
    assert!(said["claims_supported"].as_array().unwrap().iter().any(|claim| claim == "sid"));
}

/// C-032: no-state, no-post-logout-redirect-uri.
#[tokio::test]
async fn with_a_hint_alone_the_person_is_signed_out_and_stays_or_goes_back_without_a_state() {
    let server = server().await;
    let browser = Browser::new(&server);
    let id_token = sign_in(&server, &browser).await;
    let back = [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", BACK)];
    assert_eq!(went(&browser.get(&path("/oidc/logout", &back)).await), (302, BACK));
    assert!(!is_signed_in(&browser).await);

    let id_token = sign_in(&server, &browser).await;
    for query in [
        vec![("id_token_hint", id_token.as_str())],
        vec![("id_token_hint", id_token.as_str()), ("state", "s")],
    ] {
        let page = browser.get(&path("/oidc/logout", &query)).await;
        assert_eq!(went(&page), (200, ""));
        assert!(page.text.contains("Signed out"), "{}", page.text);
        assert!(!is_signed_in(&browser).await);
    }
}

/// C-032: only-state, no-params; C-034: no-id-token-hint; S-101.
#[tokio::test]
async fn without_a_hint_the_person_is_asked_and_led_nowhere() {
    let server = server().await;
    let browser = Browser::new(&server);
    for query in [
        vec![],
        vec![("state", "s")],
        vec![("client_id", NATIVE), ("state", "s")],
        vec![("post_logout_redirect_uri", BACK), ("state", "s")],
        vec![("client_id", "nobody"), ("post_logout_redirect_uri", "https://evil.example/")],
    ] {
        sign_in(&server, &browser).await;
        let page = browser.get(&path("/oidc/logout", &query)).await;
        assert_eq!(went(&page), (200, ""), "{query:?}");
        assert!(is_signed_in(&browser).await);
        let done = browser.submit(&page, "/oidc/logout", &[]).await;
        assert_eq!(went(&done), (200, ""), "{query:?}");
        assert!(!is_signed_in(&browser).await);
    }
}

/// C-033: bad-post-logout-redirect-uri, query-added; C-034: bad-id-token-hint, modified-id-token-hint, alg none
/// and foreign signatures; S-101.
#[tokio::test]
async fn a_bad_hint_or_address_is_refused() {
    let server = server().await;
    let browser = Browser::new(&server);
    let id_token = sign_in(&server, &browser).await;
    let (input, signature) = id_token.rsplit_once('.').unwrap();
    let (header, payload) = input.split_once('.').unwrap();
    let none = BASE64URL_NOPAD.encode(br#"{"typ":"JWT","alg":"none"}"#);
    let other_payload =
        BASE64URL_NOPAD.encode(br#"{"iss":"https://login.example/","aud":"native","sub":"x"}"#);
    let foreign = EncodingKey::from_rsa_pem(FOREIGN_KEY).unwrap();
    let foreign = jsonwebtoken::crypto::sign(input.as_bytes(), &foreign, Algorithm::RS256).unwrap();
    for hint in [
        String::from("nonsense"),
        format!("{input}.{}x", &signature[..signature.len() - 1]),
        format!("{header}.{other_payload}.{signature}"),
        format!("{none}.{payload}."),
        format!("{none}.{payload}.{signature}"),
        format!("{input}."),
        format!("{input}.{foreign}"),
    ] {
        let query = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK)];
        assert_eq!(went(&browser.get(&path("/oidc/logout", &query)).await), (400, ""), "{hint}");
        assert_eq!(went(&browser.get(&path("/oidc/logout", &query[..1])).await), (400, ""), "{hint}");
    }
    for query in [
        vec![("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", "https://evil.example/")],
        vec![("id_token_hint", &id_token), ("post_logout_redirect_uri", "https://app.example/bye?foo=bar")],
        vec![("id_token_hint", &id_token), ("post_logout_redirect_uri", "https://other.example/bye")],
        vec![("id_token_hint", &id_token), ("client_id", "other")],
    ] {
        let answer = browser.get(&path("/oidc/logout", &query)).await;
        assert_eq!(went(&answer), (400, ""), "{query:?}");
    }
    assert!(is_signed_in(&browser).await);
}

/// C-031: a hint that expired long ago still says whose session it was (RP-Initiated Logout section 2).
#[tokio::test]
async fn an_expired_hint_signs_out() {
    let server = server().await;
    let browser = Browser::new(&server);
    let id_token = sign_in(&server, &browser).await;
    server.t.clock.advance(2 * 86_400);
    assert!(is_signed_in(&browser).await);
    let query = [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", BACK)];
    assert_eq!(went(&browser.get(&path("/oidc/logout", &query)).await), (302, BACK));
    assert!(!is_signed_in(&browser).await);
}

/// OpenID Connect RP-Initiated Logout section 2: clients may post; the browser asks once more, with its
/// cookies.
#[tokio::test]
async fn a_client_may_post_its_request() {
    let server = server().await;
    let browser = Browser::new(&server);
    let id_token = sign_in(&server, &browser).await;
    let fields = [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", BACK), ("state", "s")];
    let posted = browser.post("/oidc/logout", &fields).await;
    let to = posted.header("location").to_owned();
    assert!(posted.status == 303 && to.starts_with("/oidc/logout?id_token_hint="), "{to}");
    assert!(is_signed_in(&browser).await);
    assert_eq!(went(&browser.get(&to).await), (302, "https://app.example/bye?state=s"));
    assert!(!is_signed_in(&browser).await);

    let long = "x".repeat(9000);
    for (fields, status) in [(vec![], 303), (vec![("state", long.as_str())], 400)] {
        let posted = browser.post("/oidc/logout", &fields).await;
        assert_eq!(posted.status, status);
    }
    let page = browser.follow(browser.post("/oidc/logout", &[]).await).await;
    assert!(page.text.contains("<form"), "{}", page.text);
    let json =
        browser.request(http::Method::POST, "/oidc/logout", &[("content-type", "text/plain")], b"x").await;
    assert_eq!(json.status, 415);
}

/// C-036: every client of the session, and the person goes on at once.
#[tokio::test]
async fn clients_are_told_while_the_person_goes_back() {
    let server = server().await;
    let told = |client: &mut latchkey_core::model::Client| {
        client.backchannel_logout.urls = vec!["https://rp.example/told".into()];
        client.logout_urls = vec![BACK.into()];
    };
    server.t.add_client(NATIVE, latchkey_core::model::ClientKind::Native, None, told).await;
    server.reconnect().await;
    let browser = Browser::new(&server);
    let id_token = sign_in(&server, &browser).await;
    let query = [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", BACK)];

    assert_eq!(went(&browser.get(&path("/oidc/logout", &query)).await), (302, BACK));
    server.t.settled().await;

    let [(url, token)] = &server.t.senders.told()[..] else { panic!() };
    assert_eq!(url, "https://rp.example/told");
    let claims = |token: &str| -> serde_json::Value {
        let payload = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
    };
    let (ours, theirs) = (claims(&id_token), claims(token.expose()));
    assert_eq!((&ours["sub"], &ours["sid"]), (&theirs["sub"], &theirs["sid"]));
    // What the client learned opens nothing here.
    let query = [("id_token_hint", token.expose()), ("post_logout_redirect_uri", BACK)];
    assert_eq!(went(&browser.get(&path("/oidc/logout", &query)).await), (400, ""));
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
