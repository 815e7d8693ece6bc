//! What holds for every path: types, methods, caching, and who may call from a page.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::limit::Bucket;
use latchkey_core::settings::Limits;
use latchkey_testkit::{NATIVE, PHONE, TestEngine};
use serde_json::json;
use support::{JSON, OTP_GRANT, TestServer};

const POSTS: [&str; 8] = [
    "/passwordless/start",
    "/passwordless/verify",
    "/co/authenticate",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/ro",
    "/tokeninfo",
    "/delegation",
];

/// P-001, P-005
#[tokio::test]
async fn every_endpoint_reads_an_empty_object_and_an_empty_form_alike_and_answers_json() {
    let server = TestServer::new().await;
    for path in POSTS {
        let json = server.post(path, json!({})).await;
        let form = server.form(path, "").await;
        assert_eq!(json.status.as_u16(), 400, "{path}");
        assert_eq!(json.error(), form.error(), "{path}");
        assert!(!json.error().2.is_empty(), "{path}");
        assert_eq!((json.header("content-type"), form.header("content-type")), (JSON, JSON), "{path}");
    }
}

/// P-005
#[tokio::test]
async fn documents_and_refusals_of_paths_are_json_too() {
    let server = TestServer::new().await;
    for path in ["/.well-known/openid-configuration", "/.well-known/jwks.json", "/nothing", "/oauth/token"] {
        let answer = server.get(path, &[]).await;
        assert!(answer.header("content-type").starts_with(JSON), "{path}");
        answer.json();
    }
}

/// P-014
#[tokio::test]
async fn every_path_names_the_methods_that_it_takes() {
    let server = TestServer::new().await;
    for path in POSTS {
        for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
            let refused = server.request(method.clone(), path, &[], b"").await;
            let found = (refused.status.as_u16(), refused.error().1);
            assert_eq!(found, (405, "method_not_allowed".into()), "{method} {path}");
            assert!(refused.header("allow").contains("POST"), "{method} {path}");
        }
    }
    for path in ["/.well-known/openid-configuration", "/.well-known/jwks.json", "/client/native.js"] {
        let refused = server.request(Method::POST, path, &[], b"").await;
        assert_eq!(refused.status, 405, "{path}");
        assert!(refused.header("allow").contains("GET"), "{path}");
    }
}

/// P-006
#[tokio::test]
async fn refusals_of_a_token_are_not_kept_either() {
    let server = TestServer::new().await;
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": NATIVE, "username": PHONE, "otp": "123456", "realm": "sms",
    });
    let refused = server.post("/oauth/token", body).await;
    assert_eq!((refused.status.as_u16(), refused.header("pragma")), (403, "no-cache"));
    assert!(refused.header("cache-control").contains("no-store"));
}

/// P-008
#[tokio::test]
async fn the_remaining_figure_falls_with_each_start_and_comes_back_with_time() {
    let t = TestEngine::with(|s| {
        s.limits = Limits { start_per_ip: Bucket::new(5, 5, 3600), ..Limits::off() };
    })
    .await;
    let server = TestServer::over(t);
    let body = json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE});
    for remaining in ["4", "3", "2"] {
        let answer = server.post("/passwordless/start", body.clone()).await;
        assert_eq!(answer.header("x-ratelimit-remaining"), remaining);
        assert_eq!(answer.header("x-ratelimit-limit"), "5");
    }
    server.t.clock.advance(3600);
    let later = server.post("/passwordless/start", body).await;
    assert_eq!(later.header("x-ratelimit-remaining"), "4");
}

/// P-010
#[tokio::test]
async fn answers_and_refusals_both_reach_a_listed_page_and_no_other() {
    let server = TestServer::new().await;
    for path in POSTS {
        for (origin, allowed) in
            [("https://app.example", "https://app.example"), ("https://evil.example", "")]
        {
            let headers = [("content-type", JSON), ("origin", origin)];
            let answer = server.request(Method::POST, path, &headers, b"{}").await;
            assert_eq!(answer.header("access-control-allow-origin"), allowed, "{path} {origin}");
            let cookies = if path == "/co/authenticate" && !allowed.is_empty() { "true" } else { "" };
            assert_eq!(answer.header("access-control-allow-credentials"), cookies, "{path}");
        }
    }
}

/// P-112, P-113
#[tokio::test]
async fn the_client_script_can_be_read_from_anywhere_and_cut_at_its_only_end() {
    let server = TestServer::new().await;
    let script = server.get("/client/native.js", &[("origin", "https://anywhere.example")]).await;
    assert_eq!(script.header("access-control-allow-origin"), "*");
    assert_eq!(script.text.matches(");").count(), 1);
    assert_eq!(script.text.matches("Auth0.setClient(").count(), 1);
    let unknown = server.get("/client/nobody.js", &[]).await;
    assert!(unknown.status == 403 && !unknown.text.contains("setClient"));
}

/// P-127, P-128
#[tokio::test]
async fn userinfo_takes_get_and_post_and_names_no_error_to_those_who_sent_nothing() {
    let server = TestServer::new().await;
    let token = server.t.sign_in(NATIVE, PHONE, "openid").await.access_token;
    let bearer = format!("Bearer {}", token.expose());
    for method in [Method::GET, Method::POST] {
        let answer = server.request(method, "/userinfo", &[("authorization", &bearer)], b"").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let claims = answer.json();
        assert!(claims["sub"].as_str().unwrap().starts_with("sms|"));
        assert!(claims.get("phone_number").is_none());
    }
    let bare = server.get("/userinfo", &[]).await;
    assert_eq!((bare.status.as_u16(), bare.text.as_str()), (401, "Unauthorized"));
    assert_eq!(bare.header("www-authenticate"), "Bearer realm=\"Users\"");
    assert!(bare.header("content-type").starts_with("text/plain"));
}

/// P-126
#[tokio::test]
async fn revoking_by_form_ends_the_token_and_another_clients_token_stays() {
    let server = TestServer::new().await;
    let token = server.t.sign_in(NATIVE, PHONE, "openid offline_access").await.refresh_token.unwrap();
    let refresh = format!("grant_type=refresh_token&client_id={NATIVE}&refresh_token={}", token.expose());
    let other = format!("client_id={}&token={}", latchkey_testkit::OTHER_NATIVE, token.expose());
    let answer = server.form("/oauth/revoke", &other).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
    let rotated = server.form("/oauth/token", &refresh).await.json()["refresh_token"].clone();
    let rotated = rotated.as_str().unwrap();
    let own = format!("client_id={NATIVE}&token={rotated}&token_type_hint=refresh_token");
    let answer = server.form("/oauth/revoke", &own).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
    let dead = format!("grant_type=refresh_token&client_id={NATIVE}&refresh_token={rotated}");
    assert_eq!(server.form("/oauth/token", &dead).await.error().1, "invalid_grant");
    let unknown = server.form("/oauth/revoke", "client_id=nobody&token=x").await;
    assert_eq!((unknown.status.as_u16(), unknown.error().1.as_str()), (401, "invalid_client"));
}
