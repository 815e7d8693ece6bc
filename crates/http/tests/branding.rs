//! How the operator's brand shows on the pages on which people sign in (management API, section 2.15).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use latchkey_core::model::Role;
use latchkey_testkit::SPA;
use serde_json::{Value, json};
use support::{Answer, Browser, ME, TestServer, authorize, enter, enter_as, filled};

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

/// MS-003
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

async fn say(server: &TestServer, prompt: &str, language: &str, texts: Value) {
    let owner = server.t.engine.admin_operator(ME).await.unwrap().unwrap();
    let texts = texts.as_object().unwrap().clone();
    server.t.engine.put_custom_text(&owner, (prompt, language), texts).await.unwrap();
}

/// MS-003, S-111
#[tokio::test]
async fn the_pages_say_what_the_operator_wrote_in_the_language_of_the_reader() {
    let server = TestServer::new().await;
    enter(&server).await;
    let texts =
        json!({"login": {"title": "Hi <b> at ${companyName}", "buttonText": "Go on", "pageTitle": "Acme"}});
    say(&server, "login", "en", texts).await;
    let code = json!({"description": "Sent.", "placeholder": "Digits", "resendActionText": "Once more"});
    say(&server, "login-passwordless", "en", json!({"login-passwordless-sms-otp": code})).await;
    say(&server, "login-id", "de", json!({"login-id": {"title": "Moin"}})).await;

    let browser = Browser::new(&server);
    let page = browser.open(&authorize(SPA, &[])).await;
    for part in [
        "<title>Acme</title>",
        "<h1>Hi &#60;b&#62; at latchkey</h1>",
        ">Go on</button>",
        "to continue to spa",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let page = browser.submit(&page, "/login", &[("address", "+1 (415) 555-0100")]).await;
    for part in
        ["<p class=\"lead\">Sent.</p>", "Digits</label>", ">Once more</button>", "<h1>Enter your code</h1>"]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    // Whoever mistyped the number must see it, whatever the text says.
    assert!(page.text.contains("<bdi dir=\"ltr\">+1"), "{}", page.text);
    let named = json!({"login-passwordless-sms-otp": {"description": "Sent to ${phoneNumber}."}});
    say(&server, "login-passwordless", "en", named).await;
    let wrong = browser.submit(&page, "/login/code", &[("code", "000")]).await;
    assert!(wrong.text.contains("Sent to +1") && !wrong.text.contains("<bdi"), "{}", wrong.text);

    let german = Browser::of(&server, "", "de").open(&authorize(SPA, &[])).await;
    assert!(german.text.contains("<h1>Moin</h1>"), "{}", german.text);
}

/// As a browser sends the form of the texts: all of its fields, with these in place of what they hold.
async fn write(browser: &Browser<'_>, page: &Answer, typed: &[(&str, &str)]) -> Answer {
    let here = "/dashboard/settings/texts";
    let mut fields = filled(page, here);
    fields.retain(|(name, _)| !matches!(name.as_str(), "token" | "language"));
    for (name, value) in typed {
        let field = fields.iter_mut().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}"));
        field.1 = (*value).to_owned();
    }
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.submit(page, here, &fields).await
}

/// M-042
#[tokio::test]
async fn an_operator_writes_the_texts_of_the_pages_in_the_dashboard() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let here = "/dashboard/settings/texts";
    let page = browser.get(here).await;
    assert!(page.text.contains("placeholder=\"Enter your code\""), "{}", page.text);
    let kept =
        json!({"login-passwordless-sms-otp": {"title": "Old", "invalid_code": "kept"}, "other": {"a": "b"}});
    say(&server, "login-passwordless", "en", kept).await;
    say(&server, "login", "en", json!({"login": {"title": "Moved in"}})).await;
    let page = browser.get(here).await;
    assert!(page.text.contains("name=\"login.login.title\"") && page.text.contains("value=\"Moved in\""));
    let typed = [
        ("login-passwordless.login-passwordless-sms-otp.title", ""),
        ("login-passwordless.login-passwordless-sms-otp.buttonText", "Go"),
        ("login.login.title", "Welcome"),
    ];
    let saved = write(&browser, &page, &typed).await;
    assert!(saved.text.contains("Saved.") && saved.text.contains("value=\"Welcome\""), "{}", saved.text);
    let read = async |prompt| Value::Object(server.t.engine.read_custom_text(prompt, "en").await.unwrap());
    let kept = json!({"login-passwordless-sms-otp": {"buttonText": "Go", "invalid_code": "kept"}, "other": {"a": "b"}});
    assert_eq!(read("login-passwordless").await, kept);
    assert_eq!(
        (read("login").await, read("login-id").await),
        (json!({"login": {"title": "Welcome"}}), json!({}))
    );
    assert!(sign_in(&server).await.text.contains("<h1>Welcome</h1>"));

    let long = "x".repeat(1001);
    let refused = write(&browser, &page, &[("passkeys.passkey-enrollment.title", &long)]).await;
    assert_eq!(refused.status, 400);
    let error = "id=\"passkeys.passkey-enrollment.title-error\">Must have at most 1000 characters.";
    assert!(refused.text.contains(error), "{}", refused.text);
    let arabic = browser.get(&format!("{here}?language=ar")).await;
    assert!(arabic.text.contains("dir=\"rtl\" value=\"\""));
    let viewer = enter_as(&server, "viewer@example.com", Role::Viewer).await.get(here).await;
    assert!(!viewer.text.contains("Save</button>"));
}

/// S-111
#[tokio::test]
async fn a_host_that_would_say_more_in_the_policy_is_refused_and_one_that_is_there_is_not_shown() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let here = "/dashboard/settings/branding";
    let page = browser.get(here).await;
    let refused = browser.submit(&page, here, &[("logo_url", "https://cdn.example;sandbox/l.svg")]).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    // The picture of a tenant is held to no policy when it is written.
    let owner = server.t.engine.admin_operator(ME).await.unwrap().unwrap();
    let picture = json!({"picture_url": "https://cdn.example;sandbox/l.svg"});
    server.t.engine.update_tenant(&owner, picture.as_object().unwrap().clone()).await.unwrap();
    let page = sign_in(&server).await;
    assert!(
        !page.header(POLICY).contains("sandbox") && !page.text.contains("class=\"logo\""),
        "{}",
        page.text
    );
}

/// M-042
#[tokio::test]
async fn texts_that_a_tool_wrote_meanwhile_are_not_taken_for_emptied() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let here = "/dashboard/settings/texts";
    let page = browser.get(here).await;
    say(&server, "login", "en", json!({"login": {"title": "By a tool"}})).await;
    let refused = write(&browser, &page, &[("login-id.login-id.title", "By a person")]).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("Nothing was saved") && refused.text.contains("value=\"By a tool\""));
    let kept = server.t.engine.read_custom_text("login", "en").await.unwrap();
    assert_eq!(kept["login"]["title"], "By a tool");
}
