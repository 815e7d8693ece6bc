//! Pushed authorization requests (RFC 9126), as the FAPI 2 suite tries them.

use http::Method;
use latchkey_core::model::{Client, ClientKind};
use latchkey_testkit::{CONFIDENTIAL, NATIVE, PHONE, SPA};
use serde_json::{Value, json};

use crate::claims;
use crate::support::{Answer, Browser, CALLBACK, CHALLENGE, TestServer, VERIFIER};

/// A sound request of the confidential client, changed; a null takes a parameter out.
fn request(changes: Value) -> Value {
    let mut body = json!({
        "client_id": CONFIDENTIAL, "client_secret": "web-secret", "response_type": "code", "scope": "openid",
        "redirect_uri": CALLBACK, "state": "s1", "nonce": "n1", "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    });
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => body.as_object_mut().unwrap().remove(name),
            value => body.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    body
}

async fn push(server: &TestServer, changes: Value) -> String {
    let answer = server.post("/oauth/par", request(changes)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["request_uri"].as_str().unwrap().to_owned()
}

fn path(client: &str, request_uri: &str) -> String {
    let pairs = [("client_id", client), ("request_uri", request_uri)];
    format!("/authorize?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

async fn trade(server: &TestServer, code: &str, verifier: Option<&str>) -> Answer {
    let body = json!({
        "grant_type": "authorization_code", "client_id": CONFIDENTIAL, "client_secret": "web-secret",
        "code": code, "redirect_uri": CALLBACK, "code_verifier": verifier,
    });
    server.post("/oauth/token", body).await
}

/// S-092
#[tokio::test]
async fn a_pushed_request_signs_in_by_its_name_alone() {
    let server = TestServer::new().await;
    let answer = server.post("/oauth/par", request(json!({}))).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (201, "no-store"));
    let body = answer.json();
    let name = body["request_uri"].as_str().unwrap();
    let token = name.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
    // 256 bits in base64url.
    assert_eq!((token.len(), &body["expires_in"]), (43, &json!(60)));
    let browser = Browser::new(&server);
    // What stands beside the name counts for nothing.
    let beside = format!(
        "{}&state=other&scope=phone&redirect_uri=https%3A%2F%2Fevil.example",
        path(CONFIDENTIAL, name)
    );
    let answer = browser.sign_in(&server, &beside, PHONE).await;
    assert!(answer.header("location").starts_with(&format!("{CALLBACK}?code=")), "{:?}", answer.headers);
    let fields = answer.fields();
    assert_eq!((fields["state"].as_str(), fields["iss"].as_str()), ("s1", "https://login.example/"));
    let tokens = trade(&server, &fields["code"], Some(VERIFIER)).await.json();
    assert_eq!((&tokens["scope"], &claims(&tokens["id_token"])["nonce"]), (&json!("openid"), &json!("n1")));
}

/// C-048, S-092
#[tokio::test]
async fn a_name_is_good_for_one_answer_and_one_minute() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let used = path(CONFIDENTIAL, &push(&server, json!({})).await);
    browser.sign_in(&server, &used, PHONE).await;
    let old = path(CONFIDENTIAL, &push(&server, json!({})).await);
    let silent = path(CONFIDENTIAL, &push(&server, json!({"prompt": "none"})).await);
    assert!(browser.get(&silent).await.fields().contains_key("code"));
    let slow = path(CONFIDENTIAL, &push(&server, json!({})).await);
    // An answer uses the name up at once, whether or not its minute is over.
    for gone in [&used, &silent] {
        assert_eq!(browser.get(gone).await.fields()["error"], "invalid_request_uri");
    }
    server.t.clock.advance(59);
    assert_eq!(Browser::new(&server).get(&slow).await.status, 303);
    server.t.clock.advance(1);
    for (what, gone) in [("used", &used), ("old", &old), ("used silently", &silent)] {
        let answer = browser.get(gone).await;
        let fields = answer.fields();
        assert!(answer.header("location").starts_with(CALLBACK), "{what}: {:?}", answer.headers);
        assert_eq!(
            (fields["error"].as_str(), fields["state"].as_str()),
            ("invalid_request_uri", "s1"),
            "{what}"
        );
        assert!(!fields.contains_key("code"), "{what}");
    }
}

/// C-049
#[tokio::test]
async fn a_page_that_is_loaded_again_before_anybody_signed_in_is_still_there() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let path = path(CONFIDENTIAL, &push(&server, json!({})).await);
    let first = browser.open(&path).await;
    server.t.clock.advance(30);
    let second = browser.open(&path).await;
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200));
    // The minute was for opening the page: signing in may take longer.
    server.t.clock.advance(300);
    let page = browser.submit(&second, "/login", &[("address", PHONE)]).await;
    let answer = browser.submit(&page, "/login/code", &[("code", &server.t.code())]).await;
    assert_eq!(trade(&server, &answer.fields()["code"], Some(VERIFIER)).await.status, 200);
    // The other page of the two comes too late.
    server.t.clock.advance(300);
    let page = browser.submit(&first, "/login", &[("address", PHONE)]).await;
    let late = browser.submit(&page, "/login/code", &[("code", &server.t.code())]).await;
    assert_eq!(late.fields()["error"], "invalid_request_uri");
}

/// S-092
#[tokio::test]
async fn a_name_is_nothing_to_another_client_and_a_guess_is_nothing_at_all() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let name = push(&server, json!({})).await;
    let guess = format!("urn:ietf:params:oauth:request_uri:{}", "A".repeat(43));
    for path in [
        path(SPA, &name),
        path("nobody", &name),
        path(CONFIDENTIAL, &guess),
        path(CONFIDENTIAL, "urn:ietf:params:oauth:request_uri:"),
        format!("/authorize?request_uri={name}"),
        format!("{}&request_uri={name}", path(CONFIDENTIAL, &name)),
        format!("{}&client_id={CONFIDENTIAL}", path(CONFIDENTIAL, &name)),
    ] {
        let answer = browser.get(&path).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""), "{path}");
        assert!(answer.header("content-type").starts_with("text/html"), "{path}");
    }
    assert_eq!(browser.open(&path(CONFIDENTIAL, &name)).await.status, 200);
}

/// S-092: an operator who takes something away between push and page means it.
#[tokio::test]
async fn what_was_pushed_is_checked_again_when_it_is_opened() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let name = push(&server, json!({})).await;
    let change = |client: &mut Client| client.callbacks = vec!["https://app.example/other".into()];
    server.t.add_client(CONFIDENTIAL, ClientKind::RegularWeb, Some("web-secret"), change).await;
    let answer = browser.get(&path(CONFIDENTIAL, &name)).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""));
}

/// C-050
#[tokio::test]
async fn pkce_is_held_to_in_a_pushed_request_too() {
    let server = TestServer::new().await;
    let none = json!({"code_challenge": null, "code_challenge_method": null});
    let public = json!({
        "client_id": NATIVE, "client_secret": null, "code_challenge": null, "code_challenge_method": null,
    });
    for (changes, status) in [
        (json!({"code_challenge_method": "plain"}), 400),
        (json!({"code_challenge_method": null}), 400),
        (json!({"code_challenge": "short"}), 400),
        (public, 400),
        (none, 201),
    ] {
        let answer = server.post("/oauth/par", request(changes.clone())).await;
        assert_eq!(answer.status.as_u16(), status, "{changes}: {}", answer.text);
        if status == 400 {
            assert_eq!(answer.error().1, "invalid_request", "{changes}");
        }
    }
    let browser = Browser::new(&server);
    let fields =
        browser.sign_in(&server, &path(CONFIDENTIAL, &push(&server, json!({})).await), PHONE).await.fields();
    for verifier in [None, Some("x".repeat(43))] {
        let refused = trade(&server, &fields["code"], verifier.as_deref()).await;
        assert_eq!(refused.error().1, "invalid_grant");
    }
    assert_eq!(trade(&server, &fields["code"], Some(VERIFIER)).await.status, 200);
}

/// C-051
#[tokio::test]
async fn only_a_post_pushes_and_no_request_stands_in_another() {
    let server = TestServer::new().await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = server.request(method, "/oauth/par", &[], b"").await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"));
    }
    let name = push(&server, json!({})).await;
    for (changes, error) in [
        (json!({"request_uri": name}), "invalid_request"),
        (json!({"request_uri": "https://app.example/request"}), "invalid_request"),
        (json!({"request": "e30.e30."}), "request_not_supported"),
        (json!({"redirect_uri": "https://evil.example/"}), "invalid_request"),
        (json!({"redirect_uri": null, "response_type": null}), "invalid_request"),
        (json!({"response_type": "token"}), "unauthorized_client"),
        (json!({"response_type": "foo"}), "unsupported_response_type"),
        (json!({"audience": "https://nobody.example/"}), "access_denied"),
        (json!({"scope": "\u{e9}"}), "invalid_scope"),
        (json!({"state": "s".repeat(2049)}), "invalid_request"),
        (json!({"max_age": "soon"}), "invalid_request"),
    ] {
        let answer = server.post("/oauth/par", request(changes.clone())).await;
        assert_eq!((answer.status.as_u16(), answer.error().1.as_str()), (400, error), "{changes}");
    }
    assert_eq!(server.post("/oauth/par", request(json!({"max_age": 10}))).await.status, 201);
    for (changes, status) in [
        (json!({"client_secret": null}), 401),
        (json!({"client_secret": "wrong"}), 401),
        (json!({"client_id": "nobody", "client_secret": null}), 401),
        (json!({"client_id": null, "client_secret": null}), 400),
    ] {
        let answer = server.post("/oauth/par", request(changes.clone())).await;
        assert_eq!(answer.status.as_u16(), status, "{changes}: {}", answer.text);
    }
}

/// RFC 9126 section 5, 6
#[tokio::test]
async fn a_client_may_be_held_to_pushing() {
    let server = TestServer::new().await;
    let change = |client: &mut Client| client.require_pushed_authorization_requests = true;
    server.t.add_client(CONFIDENTIAL, ClientKind::RegularWeb, Some("web-secret"), change).await;
    server.reconnect().await;
    let browser = Browser::new(&server);
    let plain = browser.get(&crate::support::authorize(CONFIDENTIAL, &[])).await;
    assert_eq!(plain.fields()["error"], "invalid_request");
    let name = push(&server, json!({})).await;
    assert!(browser.sign_in(&server, &path(CONFIDENTIAL, &name), PHONE).await.fields().contains_key("code"));
    let facts = server.get("/.well-known/openid-configuration", &[]).await.json();
    assert_eq!(facts["pushed_authorization_request_endpoint"], "https://login.example/oauth/par");
    assert_eq!(facts["require_pushed_authorization_requests"], false);
}

/// S-092: who declines has answered, too.
#[tokio::test]
async fn a_request_that_was_declined_is_used_up() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let path = path(CONFIDENTIAL, &push(&server, json!({"prompt": "consent"})).await);
    let page = browser.sign_in(&server, &path, PHONE).await;
    let answer = browser.submit(&page, "/login/consent", &[("answer", "deny")]).await;
    assert_eq!(answer.fields()["error"], "access_denied");
    assert_eq!(browser.get(&path).await.fields()["error"], "invalid_request_uri");
}

/// RL-24
#[tokio::test]
async fn a_client_that_pushes_without_end_is_told_to_wait() {
    let t = latchkey_testkit::TestEngine::with(|settings| {
        settings.limits.aside_per_client = latchkey_core::limit::Bucket::new(2, 1, 60);
    })
    .await;
    let server = TestServer::over(t);
    push(&server, json!({})).await;
    push(&server, json!({})).await;
    for path in ["/oauth/par", "/oauth/revoke", "/oauth/introspect"] {
        let answer = server.post(path, request(json!({"token": "x"}))).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "60"), "{path}");
    }
}
