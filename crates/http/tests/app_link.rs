//! The links that apps open, in a browser: a way to the app, and the code to type there (protocol F7, 2.22).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::model::ClientKind;
use latchkey_testkit::{NATIVE, PHONE, TestEngine};
use latchkey_words::{Locale, Words};
use serde_json::json;
use support::{Answer, TestServer, attribute};

const APP: &str = "Acme";

async fn server() -> TestServer {
    let t = TestEngine::new().await;
    t.add_client(NATIVE, ClientKind::Native, None, |client| {
        client.name = APP.into();
        client.ios_bundle = Some("com.example.App".into());
        client.android_package = Some("com.example.droid".into());
    })
    .await;
    t.add_connection("sms", latchkey_core::model::Strategy::Sms, json!({})).await;
    TestServer::over(t)
}

/// Where the button leads.
fn opener(page: &Answer) -> Option<String> {
    page.text
        .split("<a ")
        .find(|tag| tag.contains("class=\"button\""))
        .and_then(|tag| attribute(&format!(" {tag}"), "href"))
}

fn code(page: &Answer) -> Option<String> {
    let (_, rest) = page.text.split_once("<output")?;
    Some(rest.split_once('>')?.1.split('<').next()?.to_owned())
}

/// S-193: the page leads to the app and says what to type there.
#[tokio::test]
async fn a_browser_shows_the_way_to_the_app_and_the_code() {
    let server = server().await;
    let page = server.get("/ios/com.example.App/email?code=012345", &[]).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("<title>Continue in Acme</title>"), "{}", page.text);
    assert_eq!(code(&page).as_deref(), Some("012345"));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("cache-control"), "no-store");
    // Another app may have taken the scheme: the code stays here.
    assert_eq!(opener(&page).as_deref(), Some("com.example.App://login.example/ios/com.example.App/email"));

    let page = server.get("/android/com.example.droid/sms?code=012345", &[]).await;
    assert_eq!(
        opener(&page).as_deref(),
        Some(
            "intent://login.example/android/com.example.droid/sms?code=012345\
             #Intent;scheme=https;package=com.example.droid;end"
        )
    );
}

/// S-193: a link of ours that was opened uses nothing up and signs nobody in.
#[tokio::test]
async fn looking_uses_nothing_up_and_signs_nobody_in() {
    let server = server().await;
    let body = json!({"client_id": NATIVE, "connection": "sms", "phone_number": PHONE, "send": "link_ios"});
    assert_eq!(server.post("/passwordless/start", body).await.status, 200);
    let sent = server.t.senders.last();
    let link = sent.link.unwrap().expose().strip_prefix("https://login.example").unwrap().to_owned();
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let page = server.request(method.clone(), &link, &[], b"").await;
        assert_eq!(page.status, 200, "{link}");
        assert_eq!(page.text.is_empty(), method == Method::HEAD);
        let cookies: Vec<_> = page.headers.get_all("set-cookie").iter().collect();
        assert!(!cookies.iter().any(|line| line.to_str().unwrap().contains("session")), "{cookies:?}");
    }
    assert!(server.t.redeem(NATIVE, PHONE, &server.t.code(), "openid").await.is_ok());
}

/// S-193: case does not matter in a bundle id (protocol F7), and the page names it as it is registered.
#[tokio::test]
async fn only_registered_apps_have_a_page() {
    let server = server().await;
    let page = server.get("/ios/COM.example.app/sms", &[]).await;
    assert!(opener(&page).unwrap().starts_with("com.example.App://"));
    for path in [
        "/ios/com.example.other/email?code=123456",
        "/ios/com.example.droid/email",
        "/android/com.example.App/email",
        "/android/COM.EXAMPLE.DROID/email",
        "/ios/com.example.App/voice",
        "/ios/%00/email",
        "/ios/%ff/email",
        "/ios/%2e%2e/email",
        "/ios/%3Cscript%3E/email",
    ] {
        let page = server.get(path, &[]).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        assert!(page.text.contains("We do not know the app"), "{path}: {}", page.text);
        assert!(!page.text.contains("script>alert") && opener(&page).is_none(), "{path}");
    }
}

/// S-193: what has not the form of a code is not shown.
#[tokio::test]
async fn nothing_of_the_query_is_shown_but_a_code() {
    let server = server().await;
    for query in [
        "",
        "?code=",
        "?code=123",
        "?code=1234567890123",
        "?code=12a456",
        "?code=%D9%A1%D9%A2%D9%A3%D9%A4",
        "?code=%3Cimg%20src%3Dx%3E",
        "?code=123456&code=654321",
        "?code[]=123456",
        "?next=https://evil.example/&x=%22%3E%3Cscript%3E",
        "?lang=%3Cscript%3E",
    ] {
        let page = server.get(&format!("/android/com.example.droid/email{query}"), &[]).await;
        assert_eq!((page.status.as_u16(), code(&page)), (200, None), "{query}");
        assert!(page.text.contains("type the code from our latest message"), "{query}");
        for odd in ["img", "evil", "123", "654321", "&#34;", "&#60;"] {
            let shown = page.text.split("</head>").nth(1).unwrap();
            assert!(!shown.contains(odd), "{query} shows {odd}");
        }
    }
}

/// Decision 4.4: the page is there without a script, in every language, and leads to itself in the others.
#[tokio::test]
async fn every_language_has_the_page() {
    let server = server().await;
    for locale in Locale::ALL {
        let page = server.get(&format!("/ios/com.example.App/email?code=123456&lang={locale}"), &[]).await;
        assert!(page.text.contains(&format!("<html lang=\"{locale}\"")), "{locale}");
        assert!(page.text.contains(&Words::of(*locale).app_link_lead()), "{locale}");
        assert!(page.text.contains(&format!("href=\"?code=123456&#38;lang={locale}\"")), "{}", page.text);
    }
}
