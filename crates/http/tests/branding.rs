//! How the operator's brand shows on the pages on which people sign in (management API, section 2.15).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use latchkey_testkit::SPA;
use serde_json::{Value, json};
use support::{Answer, Browser, ME, TestServer, authorize, enter};

const POLICY: &str = "content-security-policy";

async fn set(server: &TestServer, branding: Value) {
    let owner = server.t.engine.admin_operator(ME).await.unwrap().unwrap();
    server.t.engine.update_branding(&owner, branding.as_object().unwrap().clone()).await.unwrap();
}

async fn sign_in(server: &TestServer) -> Answer {
    Browser::new(server).open(&authorize(SPA, &[])).await
}

/// The address of the operator's style sheet, as the page names it.
fn sheet(page: &Answer) -> Option<String> {
    let (_, rest) = page.text.split_once("href=\"/assets/brand.css")?;
    Some(format!("/assets/brand.css{}", rest.split('"').next().unwrap()))
}

/// S-003
#[tokio::test]
async fn the_pages_show_the_logo_the_icon_the_colours_and_the_font() {
    let server = TestServer::new().await;
    enter(&server).await;
    let plain = sign_in(&server).await;
    assert!(sheet(&plain).is_none() && plain.text.contains("/assets/key.svg"));
    set(
        &server,
        json!({
            "logo_url": "https://cdn.example/logo.svg?a=1&b=2",
            "favicon_url": "https://icons.example/f.png",
            "colors": {"primary": "#0a7d55", "page_background": "#101418"},
            "font": {"url": "https://fonts.example/brand.woff2"},
        }),
    )
    .await;
    let page = sign_in(&server).await;
    assert!(
        page.text.contains("src=\"https://cdn.example/logo.svg?a=1&#38;b=2\" alt=\"latchkey\""),
        "{}",
        page.text
    );
    assert!(page.text.contains("<link rel=\"icon\" href=\"https://icons.example/f.png\">"));
    let policy = page.header(POLICY);
    assert!(policy.contains("img-src 'self' https://cdn.example https://icons.example;"), "{policy}");
    assert!(policy.contains("font-src https://fonts.example;"), "{policy}");
    let css = server.get(&sheet(&page).unwrap(), &[]).await;
    assert_eq!(css.header("content-type"), "text/css; charset=utf-8");
    assert!(css.header("cache-control").contains("immutable"));
    for part in [
        "--fill:#0a7d55",
        "--on-fill:#ffffff",
        "background:#101418",
        "src:url(\"https://fonts.example/brand.woff2\")",
    ] {
        assert!(css.text.contains(part), "{part}: {}", css.text);
    }
}

/// S-111
#[tokio::test]
async fn a_brand_brings_no_markup_no_styles_and_no_sources_of_its_own() {
    let server = TestServer::new().await;
    enter(&server).await;
    let evil = "https://x.example/\"><script>;'*}body{display:none}?\\22\"#\"";
    set(&server, json!({"logo_url": evil, "favicon_url": evil, "font": {"url": format!("{evil}\")")}})).await;
    let page = sign_in(&server).await;
    assert!(!page.text.contains("\"><script>") && page.text.contains("class=\"logo\""), "{}", page.text);
    assert!(page.header(POLICY).contains("img-src 'self' https://x.example https://x.example;"));
    let css = server.get(&sheet(&page).unwrap(), &[]).await;
    assert_eq!(css.text.matches('"').count(), 2, "{}", css.text);
    assert!(!css.text.contains('\\') && !css.text.contains("display:none}"), "{}", css.text);
}

/// A node that has not read the newest colours must not have its own kept under their name.
#[tokio::test]
async fn the_colours_are_kept_by_their_own_name_only() {
    let server = TestServer::new().await;
    enter(&server).await;
    assert_eq!(server.get("/assets/brand.css", &[]).await.text, "");
    set(&server, json!({"colors": {"primary": "#ff0"}})).await;
    let old = sheet(&sign_in(&server).await).unwrap();
    set(&server, json!({"colors": {"primary": "#0ff"}})).await;
    let css = server.get(&old, &[]).await;
    assert!(css.text.contains("--fill:#00ffff"));
    assert_eq!(css.header("cache-control"), "no-cache");
    assert_ne!(sheet(&sign_in(&server).await).unwrap(), old);
}

/// Where something went wrong, too.
#[tokio::test]
async fn a_page_of_an_error_has_the_brand() {
    let server = TestServer::new().await;
    enter(&server).await;
    set(&server, json!({"logo_url": "https://cdn.example/logo.svg"})).await;
    let page = Browser::new(&server).get("/login?state=x").await;
    assert!(page.status.is_client_error() && page.text.contains("https://cdn.example/logo.svg"));
}

/// M-042
#[tokio::test]
async fn the_dashboard_shows_a_sign_in_with_what_is_typed() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    set(&server, json!({"colors": {"primary": "#0a7d55"}})).await;
    let here = "/dashboard/settings/branding";
    let page = browser.get(here).await;
    assert!(page.header(POLICY).contains("frame-src 'self'"));
    assert_eq!(page.text.matches(&format!("src=\"{here}/sample?scheme=")).count(), 2);
    let saved = browser.get(&format!("{here}/sample")).await;
    assert!(saved.header(POLICY).contains("frame-ancestors 'self'"));
    assert!(saved.text.contains(" inert>"), "{}", saved.text);
    let css = browser.get(&format!("{here}/sample.css?scheme=dark")).await.text;
    assert!(css.contains("--fill:#0a7d55") && css.contains("color-scheme: dark;"), "{css}");
    assert!(!css.contains("prefers-color-scheme"), "{css}");
    let typed = "typed=1&colors.primary=%23112233&logo_url=https%3A%2F%2Fcdn.example%2Fl.svg";
    let sample = browser.get(&format!("{here}/sample?{typed}")).await;
    assert!(sample.text.contains("https://cdn.example/l.svg"));
    let css = browser.get(&format!("{here}/sample.css?{typed}")).await;
    assert!(css.text.contains("--fill:#112233"));
    let stranger = Browser::new(&server).get(&format!("{here}/sample")).await;
    assert_eq!(stranger.header("location"), "/dashboard/sign-in");
}
