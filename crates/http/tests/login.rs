//! The hosted sign-in, page by page.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::limit::Bucket;
use latchkey_core::model::{ClientKind, Strategy};
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_core::settings::Limits;
use latchkey_testkit::{PHONE, SPA, Script, TestEngine};
use serde_json::json;
use support::{Answer, Browser, EMAIL, FORM, Form, TestServer, authorize};

const STRANGER: &str = "+14155550101";

/// The text of the error that a page shows.
fn alert(page: &Answer) -> &str {
    let (_, rest) = page.text.split_once("role=\"alert\">").unwrap_or_else(|| panic!("{}", page.text));
    rest.split('<').next().unwrap()
}

/// A page without what is different each time.
fn bare(page: &Answer) -> String {
    let mut text = page.text.clone();
    for mark in ["value=\"", "state="] {
        let parts: Vec<&str> = text.split(mark).collect();
        let rest = parts[1..].iter().map(|part| part.split_once(['"', '&']).unwrap().1);
        text = std::iter::once(parts[0]).chain(rest).collect::<Vec<_>>().join(mark);
    }
    text
}

/// P-110, S-075, S-076
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

#[tokio::test]
async fn a_code_by_email_signs_in_on_the_page_that_waits_for_the_link() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let page = browser.open(&authorize(SPA, &[])).await;
    let other = support::attribute(page.text.split("class=\"other\"").nth(1).unwrap(), "href").unwrap();
    let page = browser.get(&format!("/login{other}")).await;
    let wait = browser.submit(&page, "/login", &[("address", " User@Example.COM ")]).await;
    let answer = browser.submit(&wait, "/login/code", &[("code", &server.mailed_code())]).await;
    let tokens = server.trade(SPA, &answer.fields()["code"]).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
}

/// S-119
#[tokio::test]
async fn the_code_has_one_field_that_phones_fill_and_people_paste_into() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let page = browser.ask_by_sms(&authorize(SPA, &[]), PHONE).await;
    for text in ["autocomplete=\"one-time-code\"", "inputmode=\"numeric\"", "data-digits=\"6\"", "autofocus"]
    {
        assert_eq!(page.text.matches(text).count(), 1, "{text}");
    }
    let code = server.t.code();
    let grouped = format!(" {}-{} ", &code[..3], &code[3..]);
    assert!(browser.submit(&page, "/login/code", &[("code", &grouped)]).await.fields().contains_key("code"));
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_the_field_and_in_the_title() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let page = browser.open(&authorize(SPA, &[])).await;
    for (typed, said) in [
        ("", "Enter a phone number"),
        ("4155550100", "Enter a phone number"),
        ("+1234", "Enter a phone number"),
        ("+882161234567", "cannot receive text messages"),
        (&"9".repeat(60_000), "Enter a phone number"),
    ] {
        let again = browser.submit(&page, "/login", &[("address", typed), ("remember", "1")]).await;
        assert_eq!(again.status, 400);
        assert!(alert(&again).contains(said), "{typed:.20} {}", alert(&again));
        assert!(again.text.contains("<title>Error: Sign in</title>"));
        assert!(again.text.contains("aria-invalid=\"true\" aria-describedby=\"error hint\""));
        assert!(again.text.contains(" checked") && again.text.len() < 20_000);
    }
    let page = browser.submit(&page, "/login", &[("address", PHONE)]).await;
    for said in ["not right", "not right", "Too many wrong tries", "Too many wrong tries"] {
        let again = browser.submit(&page, "/login/code", &[("code", &server.t.wrong_code())]).await;
        assert_eq!(again.status, 400);
        assert!(alert(&again).contains(said), "{said}: {}", alert(&again));
    }
}

/// S-006
#[tokio::test]
async fn pages_do_not_tell_who_has_an_account() {
    let server = TestServer::new().await;
    let known = Browser::new(&server);
    known.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    server.t.add_connection("sms", Strategy::Sms, json!({"disable_signup": true})).await;
    let (first, second) = (Browser::new(&server), Browser::new(&server));
    let path = authorize(SPA, &[]);
    let sent = server.t.senders.sent().len();
    let yes = first.ask_by_sms(&path, PHONE).await;
    let no = second.ask_by_sms(&path, STRANGER).await;
    assert_eq!(server.t.senders.sent().len(), sent + 1);
    assert_eq!(bare(&yes).replace("0100", "0101"), bare(&no));
    let wrong = server.t.wrong_code();
    let yes = first.submit(&yes, "/login/code", &[("code", &wrong)]).await;
    let no = second.submit(&no, "/login/code", &[("code", &wrong)]).await;
    assert_eq!(bare(&yes).replace("0100", "0101"), bare(&no));
}

#[tokio::test]
async fn limits_say_how_long_to_wait() {
    let t = TestEngine::with(|settings| {
        settings.limits.start_per_ip = Bucket::new(3, 3, 3600);
    })
    .await;
    let server = TestServer::over(t);
    let browser = Browser::new(&server);
    let page = browser.ask_by_sms(&authorize(SPA, &[]), PHONE).await;
    assert!(page.text.contains("data-wait=\"60\""), "{}", page.text);
    server.t.clock.advance(18);
    let early = browser.submit(&page, "/login/resend", &[]).await;
    assert_eq!((early.status.as_u16(), early.header("retry-after")), (429, "42"));
    assert_eq!(alert(&early), "You can ask for a new code in 42 seconds");
    // The address of a refusal can be read again.
    let again = browser.open(&Form::of(&page, "/login/resend").action).await;
    assert!(again.text.contains("data-wait=\"42\""), "{}", again.text);
    server.t.clock.advance(42);
    let resent = browser.submit(&page, "/login/resend", &[]).await;
    assert!(resent.text.contains("Code sent again") && resent.text.contains("data-wait=\"120\""));
    assert_eq!(server.t.senders.sent().len(), 2);
    server.t.clock.advance(200);
    let limited = browser.submit(&page, "/login/resend", &[]).await;
    assert_eq!(limited.status, 429);
    assert_eq!(alert(&limited), "Too many attempts. Wait 16 minutes, then try again.");
}

#[tokio::test]
async fn a_provider_that_refuses_is_told_without_its_words() {
    let server = TestServer::over(TestEngine::with(|s| s.limits = Limits::off()).await);
    let refusal = ProviderError { text: "secret words".into(), code: None, tell: true, reason: None };
    let fail = || Script::Fail(SendError::NotSent(refusal.clone()));
    server.t.senders.script([fail(), fail()]);
    let browser = Browser::new(&server);
    let page = browser.ask_by_sms(&authorize(SPA, &[]), PHONE).await;
    assert_eq!((page.status.as_u16(), alert(&page).contains("could not send")), (400, true));
    assert!(!page.text.contains("secret words"));
}

/// S-107, S-108
#[tokio::test]
async fn each_sign_in_gives_a_new_session_that_lives_as_long_as_was_asked() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let path = authorize(SPA, &[("prompt", "login")]);
    let page = browser.ask_by_sms(&path, PHONE).await;
    let body = format!("token={}&code={}", Form::of(&page, "/login/code").token(), server.t.code());
    let action = Form::of(&page, "/login/code").action;
    let answer = browser.request(Method::POST, &action, &[("content-type", FORM)], body.as_bytes()).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-latchkey_session=") && !cookie.contains("Max-Age"), "{cookie}");
    let first = browser.session().unwrap();
    let page = browser.open(&path).await;
    let page = browser.submit(&page, "/login", &[("address", PHONE), ("remember", "1")]).await;
    let answer = browser.submit(&page, "/login/code", &[("code", &server.t.code())]).await;
    assert!(answer.header("set-cookie").contains("Max-Age=2592000"), "{:?}", answer.headers);
    assert_ne!(browser.session().unwrap(), first);
    let old = format!("__Host-latchkey_session={first}");
    let silent = server.get(&authorize(SPA, &[("prompt", "none")]), &[("cookie", &old)]).await;
    assert_eq!(silent.fields()["error"], "login_required");
}

/// S-117, S-110, S-111
#[tokio::test]
async fn pages_are_kept_nowhere_framed_nowhere_and_load_nothing_of_others() {
    let server = TestServer::new().await;
    server
        .t
        .add_client("hostile", ClientKind::RegularWeb, Some("s"), |client| {
            client.name = "A\" autofocus onfocus=\"alert(1)\" x='{{7*7}}&lt;b&gt;".into();
            client.callbacks = vec!["https://app.example/cb".into(), "com.example.app://cb".into()];
        })
        .await;
    server.reconnect().await;
    let browser = Browser::new(&server);
    let hint = "\"><script>alert(2)</script>@x";
    let page = browser.open(&authorize("hostile", &[("login_hint", hint), ("ui_locales", "\"><b>")])).await;
    assert!(!page.text.contains("<script>") && !page.text.contains("<img"), "{}", page.text);
    assert_eq!(support::attribute(page.text.split("id=\"address\"").nth(1).unwrap(), "value").unwrap(), hint);
    assert!(!page.text.contains(" style=") && !page.text.contains("\" onfocus"), "{}", page.text);
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'none';",
        "script-src 'self';",
        "form-action 'self' https://app.example https:;",
        "frame-ancestors 'none';",
        "base-uri 'none';",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!((page.header("cache-control"), page.header("referrer-policy")), ("no-store", "no-referrer"));
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
    let app = browser.open(&authorize("hostile", &[("redirect_uri", "com.example.app://cb")])).await;
    assert!(app.header("content-security-policy").contains("form-action 'self' com.example.app:;"));
    // A window of a page must find its opener.
    let popup = browser.open(&authorize(SPA, &[("response_mode", "web_message")])).await;
    assert_eq!((popup.status.as_u16(), popup.header("cross-origin-opener-policy")), (200, ""));
}

#[tokio::test]
async fn pages_speak_the_language_of_the_person() {
    let server = TestServer::new().await;
    let browser = Browser::of(&server, "", "fr-CA,en;q=0.5");
    let lang = |page: &Answer| support::attribute(page.text.split("<html").nth(1).unwrap(), "lang").unwrap();
    let page = browser.open(&authorize(SPA, &[])).await;
    assert_eq!((lang(&page).as_str(), page.text.contains("Numéro de téléphone")), ("fr", true));
    let page = browser.open(&authorize(SPA, &[("ui_locales", "eo pl")])).await;
    assert_eq!(lang(&page), "pl");
    let menu = page.text.split("class=\"languages\"").nth(1).unwrap();
    let arabic = menu.split("<a").find(|link| link.contains("lang=\"ar\"")).unwrap();
    let page = browser.get(&format!("/login{}", support::attribute(arabic, "href").unwrap())).await;
    assert!(page.text.contains("dir=\"rtl\"") && page.text.contains("تسجيل الدخول"), "{}", page.text);
    let page = browser.submit(&page, "/login", &[("address", PHONE)]).await;
    assert_eq!(lang(&page), "ar");
    assert_eq!(lang(&browser.get("/login?state=x").await), "ar");
    let start = browser.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
    assert_eq!((lang(&start).as_str(), lang(&browser.get(&server.link()).await).as_str()), ("ar", "ar"));
}

#[tokio::test]
async fn the_hint_of_a_client_fills_in_the_way_that_fits() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    for (hint, kind) in [(EMAIL, "type=\"email\""), ("+14155550100", "type=\"tel\"")] {
        let page = browser.open(&authorize(SPA, &[("login_hint", hint)])).await;
        let input = page.text.split("id=\"address\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(input.contains(kind) && input.contains(&format!("value=\"{hint}\"")), "{input}");
    }
    let page = browser.open(&authorize(SPA, &[("login_hint", EMAIL), ("connection", "sms")])).await;
    assert!(page.text.contains("type=\"tel\"") && !page.text.contains("class=\"other\""), "{}", page.text);
}

#[tokio::test]
async fn a_client_without_a_way_in_says_so() {
    let server = TestServer::new().await;
    server.t.add_client("lonely", ClientKind::Spa, None, |_| {}).await;
    let browser = Browser::new(&server);
    let page = browser.open(&authorize("lonely", &[])).await;
    assert_eq!(page.status, 403);
    assert!(alert(&page).contains("no way to sign in"), "{}", page.text);
}

/// Whoever may not sign in gets back to the app, which is told.
#[tokio::test]
async fn from_a_page_that_is_nothing_but_an_error_a_link_leads_back_to_the_app() {
    let server = TestServer::new().await;
    let options = json!({"disable_signup": true, "latchkey": {"auth0_oracles": true}});
    server.t.add_connection("sms", Strategy::Sms, options).await;
    let browser = Browser::new(&server);
    let refused = browser.ask_by_sms(&authorize(SPA, &[("state", "s\"><b>")]), STRANGER).await;
    assert_eq!(refused.status, 403);
    let link = refused.text.split("<p><a").nth(1).unwrap_or_else(|| panic!("{}", refused.text));
    assert!(link.contains(">Back to the app</a>"), "{link}");
    let back = url::Url::parse(&support::attribute(link, "href").unwrap()).unwrap();
    assert!(back.as_str().starts_with("https://app.example/cb?"), "{back}");
    let fields: std::collections::BTreeMap<_, _> = back.query_pairs().into_owned().collect();
    assert_eq!((fields["error"].as_str(), fields["state"].as_str()), ("access_denied", "s\"><b>"));
    // A form or a message cannot be a link.
    let posted = authorize(SPA, &[("response_mode", "form_post")]);
    let refused = browser.ask_by_sms(&posted, STRANGER).await;
    assert!(refused.status == 403 && !refused.text.contains("<p><a"), "{}", refused.text);
}

#[tokio::test]
async fn error_pages_say_where_help_is_where_the_operator_says_so() {
    let unknown = authorize("nobody", &[]);
    let silent = TestServer::new().await;
    assert!(!Browser::new(&silent).open(&unknown).await.text.contains("Need help?"));
    let t = TestEngine::with(|settings| {
        settings.support.email = Some("help@acme.example".into());
        settings.support.url = Some("https://acme.example/help?a=1&b=2".into());
    })
    .await;
    let server = TestServer::over(t);
    let browser = Browser::new(&server);
    let page = browser.open(&unknown).await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("Need help?"), "{}", page.text);
    assert!(page.text.contains("<a href=\"mailto:help@acme.example\" dir=\"ltr\">"), "{}", page.text);
    assert!(page.text.contains("<a href=\"https://acme.example/help?a=1&#38;b=2\" dir=\"ltr\">"));
    // A page where all is well needs no help.
    assert!(!browser.open(&authorize(SPA, &[])).await.text.contains("Need help?"));
}

/// C-015: whom the client knows by an id_token of ours is who has to sign in.
#[tokio::test]
async fn another_person_than_the_hinted_one_is_not_handed_over() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let answer = browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    let tokens = server.trade(SPA, &answer.fields()["code"]).await.json();
    let hint = tokens["id_token"].as_str().unwrap();
    let request = authorize(SPA, &[("id_token_hint", hint), ("prompt", "login")]);
    let session = browser.session();

    let other = browser.sign_in(&server, &request, STRANGER).await;

    let fields = other.fields();
    assert_eq!((fields["error"].as_str(), fields["state"].as_str()), ("login_required", "s1"));
    assert_eq!(fields["iss"], "https://login.example/");
    assert_eq!(browser.session(), session);
    let same = browser.sign_in(&server, &request, PHONE).await;
    assert!(same.fields().contains_key("code"));
}
