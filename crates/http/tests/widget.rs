//! `/widget/*`: what pages of any origin load.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::{Method, StatusCode};
use support::TestServer;

const PAGE: (&str, &str) = ("origin", "https://shop.example");

#[tokio::test]
async fn the_module_and_its_types_are_for_pages_of_any_origin() {
    let s = TestServer::new().await;
    for (path, content_type, inside) in [
        (
            "/widget/latchkey-login.js",
            "text/javascript; charset=utf-8",
            "customElements.define('latchkey-login'",
        ),
        (
            "/widget/latchkey-login.d.ts",
            "application/typescript; charset=utf-8",
            "class LatchkeyLogin extends",
        ),
    ] {
        let answer = s.get(path, &[PAGE]).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("content-type"), content_type);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.text.contains(inside), "{path}");
    }
}

#[tokio::test]
async fn what_a_page_has_is_not_sent_again() {
    let s = TestServer::new().await;
    for path in ["/widget/latchkey-login.js", "/widget/texts/de.json"] {
        let first = s.get(path, &[PAGE]).await;
        assert_eq!(first.header("cache-control"), "public, max-age=3600");
        assert_eq!(first.header("pragma"), "");
        let tag = first.header("etag").to_owned();
        let second = s.get(path, &[PAGE, ("if-none-match", &tag)]).await;
        assert_eq!((second.status, second.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
        assert_eq!(second.header("access-control-allow-origin"), "*");
        let other = s.get(path, &[PAGE, ("if-none-match", "\"0\"")]).await;
        assert_eq!(other.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn every_language_has_its_texts() {
    let s = TestServer::new().await;
    let english = s.get("/widget/texts/en.json", &[PAGE]).await.json();
    let names: Vec<&String> = english["texts"].as_object().unwrap().keys().collect();
    for locale in latchkey_words::Locale::ALL {
        let answer = s.get(&format!("/widget/texts/{locale}.json"), &[PAGE]).await;
        assert_eq!(answer.header("content-type"), "application/json");
        let texts = answer.json();
        assert_eq!(texts["tag"], locale.tag());
        assert_eq!(texts["dir"], locale.direction().as_str());
        assert_eq!(texts["texts"].as_object().unwrap().keys().collect::<Vec<_>>(), names, "{locale}");
    }
    assert_eq!(english["texts"]["code_resend_wait"]["one"], "You can ask for a new code in {seconds} second");
}

#[tokio::test]
async fn there_is_nothing_else() {
    let s = TestServer::new().await;
    for path in
        ["/widget/", "/widget/texts/tlh.json", "/widget/texts/en", "/widget/../Cargo.toml", "/dev/widget"]
    {
        assert_eq!(s.get(path, &[PAGE]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let posted = s.request(Method::POST, "/widget/latchkey-login.js", &[PAGE], b"").await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}
