//! The link of a mail: looking changes nothing, one press signs in, and nobody else can press.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::{Method, StatusCode};
use latchkey_testkit::{NATIVE, SPA, TestEngine};
use serde_json::json;
use support::{Browser, EMAIL, FORM, Form, TestServer, authorize};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

/// The three signs that a waiting page shows.
fn signs(page: &support::Answer) -> String {
    let (_, rest) = page.text.split_once("<output").unwrap();
    rest.split_once('>').unwrap().1.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn one_press_signs_in_where_the_mail_was_asked_for() {
    let server = TestServer::new().await;
    let browser = Browser::of(&server, FIREFOX, "en");
    let wait = browser.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
    assert!(wait.text.contains("Check your email") && wait.text.contains(EMAIL), "{}", wait.text);
    let link = server.link();
    let page = browser.get(&link).await;
    assert!(page.text.contains("Sign in to spa as user@example.com"), "{}", page.text);
    assert!(page.text.contains("from Firefox on Linux"), "{}", page.text);
    let answer = browser.submit(&page, &link, &[]).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.fields()["state"], "s1");
    let tokens = server.trade(SPA, &answer.fields()["code"]).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    assert!(browser.session().is_some());
    // The tab that waited, and the link, are done.
    let query = Form::of(&wait, "/login/code").action;
    let tab = browser.get(&query).await;
    assert!(tab.status == 200 && tab.text.contains("You can close this page"), "{}", tab.text);
    let dead = browser.get(&link).await;
    assert_eq!(dead.status, StatusCode::GONE);
    assert!(dead.text.contains("already been used"), "{}", dead.text);
}

/// S-042, S-050, P-097
#[tokio::test]
async fn elsewhere_the_signs_of_the_waiting_page_let_that_page_go_on() {
    let server = TestServer::new().await;
    let first = Browser::of(&server, FIREFOX, "en");
    let wait = first.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
    let poll = Form::of(&wait, "/login/wait").action;
    assert_eq!(first.get(&poll).await.json(), json!({"done": false, "gone": false}));
    let early = first.submit(&wait, "/login/wait", &[]).await;
    assert!(early.text.contains("not been opened yet"), "{}", early.text);

    let link = server.link();
    let phone = Browser::new(&server);
    let page = phone.get(&link).await;
    assert!(page.text.contains("requested in another browser"), "{}", page.text);
    let refused = phone.submit(&page, &link, &[]).await;
    assert_eq!((refused.status.as_u16(), refused.header("location")), (400, ""));
    assert_eq!(first.get(&poll).await.json()["done"], false);
    let done = phone.submit(&page, &link, &[("confirmation", &signs(&wait).to_lowercase())]).await;
    assert!(done.text.contains("signed in on the other device"), "{}", done.text);
    assert!(phone.session().is_none());

    assert_eq!(first.get(&poll).await.json(), json!({"done": true, "gone": false}));
    let answer = first.submit(&wait, "/login/wait", &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert_eq!(server.trade(SPA, &answer.fields()["code"]).await.status, 200);
    assert_eq!(first.get(&poll).await.json()["gone"], true);
    // Who only knows the address of the waiting page learns nothing from it.
    assert_eq!(Browser::new(&server).get(&poll).await.json(), json!({"done": false, "gone": true}));
}

#[tokio::test]
async fn three_wrong_guesses_void_the_link_and_leave_the_code() {
    let server = TestServer::new().await;
    let first = Browser::new(&server);
    let wait = first.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
    let link = server.link();
    let phone = Browser::new(&server);
    let page = phone.get(&link).await;
    // What cannot be the signs is no guess.
    for text in ["", "A", "000", "scan", "\u{202e}"] {
        assert_eq!(phone.submit(&page, &link, &[("confirmation", text)]).await.status, 400);
    }
    let guesses: Vec<&str> =
        ["AAA", "BBB", "CCC", "DDD"].into_iter().filter(|guess| *guess != signs(&wait)).take(3).collect();
    for guess in &guesses[..2] {
        let wrong = phone.submit(&page, &link, &[("confirmation", guess)]).await;
        assert_eq!(wrong.status, 400);
        assert!(wrong.text.contains("aria-invalid=\"true\""), "{}", wrong.text);
        assert!(wrong.text.contains("<title>Error: "), "{}", wrong.text);
    }
    let last = phone.submit(&page, &link, &[("confirmation", guesses[2])]).await;
    assert_eq!(last.status, StatusCode::GONE, "{}", last.text);
    let right = phone.submit(&page, &link, &[("confirmation", &signs(&wait))]).await;
    assert_eq!(right.status, StatusCode::GONE);
    let answer = first.submit(&wait, "/login/code", &[("code", &server.mailed_code())]).await;
    assert!(answer.fields().contains_key("code"));
}

/// S-040, S-118, P-096
#[tokio::test]
async fn scanners_of_every_kind_leave_the_link_to_the_person() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let wait = browser.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
    let link = server.link();
    for method in [Method::HEAD, Method::GET, Method::GET, Method::OPTIONS] {
        let answer = server.request(method.clone(), &link, &[], b"").await;
        assert!(answer.status.as_u16() < 406, "{method}");
        assert!(!answer.header("set-cookie").contains("session"), "{method}");
        assert!(method != Method::HEAD || answer.text.is_empty());
    }
    for headers in [
        [("purpose", "prefetch"), ("x-moz", "prefetch")],
        [("sec-purpose", "prefetch;prerender"), ("sec-fetch-dest", "document")],
        [("user-agent", "Mozilla/5.0 (compatible; MailScanner)"), ("accept", "*/*")],
    ] {
        assert_eq!(server.get(&link, &headers).await.status, 200);
    }
    // Presses without cookies, without a token, and with a token of somebody else.
    for body in ["", "confirmation=AAA", "token=x", "token=&confirmation="] {
        let pressed = server.form(&link, body).await;
        assert_eq!((pressed.status.as_u16(), pressed.header("location")), (403, ""), "{body}");
    }
    let jar = Browser::new(&server);
    let page = jar.get(&link).await;
    assert_eq!(jar.post(&link, &[]).await.status, 403);
    let stranger = Browser::new(&server);
    stranger.get(&link).await;
    assert_eq!(stranger.post(&link, &[("token", Form::of(&page, &link).token())]).await.status, 403);
    // A program that keeps cookies and presses every button, fields left empty.
    for _ in 0..4 {
        assert_eq!(jar.submit(&page, &link, &[]).await.status, 400);
    }
    assert!(jar.session().is_none());
    assert_eq!(browser.get(&Form::of(&wait, "/login/wait").action).await.json()["done"], false);
    let page = browser.get(&link).await;
    let answer = browser.submit(&page, &link, &[]).await;
    assert!(answer.fields().contains_key("code"));
}

/// S-045, S-043
#[tokio::test]
async fn a_link_leads_where_its_start_said_and_tells_nobody_of_itself() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    browser.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
    let link = server.link();
    let page = browser.get(&format!("{link}?redirect_uri=https://evil.example/&state=x&lang=de")).await;
    assert_eq!((page.header("referrer-policy"), page.header("cache-control")), ("no-referrer", "no-store"));
    for source in page.text.split("src=\"").chain(page.text.split("<link")).skip(1) {
        assert!(!source.split('"').next().unwrap().contains("//"), "{source}");
    }
    assert!(!page.text.contains("evil"), "{}", page.text);
    let answer = browser.submit(&page, &link, &[]).await;
    assert!(answer.header("location").starts_with("https://app.example/cb?"), "{:?}", answer.headers);
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.fields()["state"], "s1");
}

/// S-044
#[tokio::test]
async fn no_header_of_a_request_moves_the_host_of_the_link() {
    let server = TestServer::new().await;
    let mut browser = Browser::new(&server);
    browser.headers = vec![
        ("host", "evil.example".into()),
        ("x-forwarded-host", "evil.example".into()),
        ("forwarded", "host=evil.example".into()),
    ];
    browser.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
    let link = server.t.senders.last_mail().link.unwrap();
    assert!(link.expose().starts_with("https://login.example/link/"), "{}", link.expose());
}

/// S-048
#[tokio::test]
async fn the_code_and_the_link_of_one_mail_work_once_together() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let wait = browser.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
    let (link, code) = (server.link(), server.mailed_code());
    let page = browser.get(&link).await;
    let answer = browser.submit(&wait, "/login/code", &[("code", &code)]).await;
    assert!(answer.fields().contains_key("code"));
    let late = browser.submit(&page, &link, &[]).await;
    assert_eq!(late.status, StatusCode::GONE);
    assert!(late.text.contains("already been used"), "{}", late.text);

    let wait = browser.ask_by_email(&authorize(SPA, &[("prompt", "login")]), EMAIL).await;
    let (link, code) = (server.link(), server.mailed_code());
    let page = browser.get(&link).await;
    assert!(browser.submit(&page, &link, &[]).await.fields().contains_key("code"));
    let late = browser.submit(&wait, "/login/code", &[("code", &code)]).await;
    assert!(!late.text.contains("action=") && late.header("location").is_empty(), "{}", late.text);
}

/// S-047
#[tokio::test]
async fn of_many_presses_at_once_one_signs_in() {
    let server = std::sync::Arc::new(TestServer::new().await);
    let browser = Browser::new(&server);
    browser.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
    let link = server.link();
    let page = browser.get(&link).await;
    let body = format!("token={}", Form::of(&page, &link).token());
    let cookie = format!("__Host-latchkey_browser={}", browser.cookie("__Host-latchkey_browser").unwrap());
    let presses: Vec<_> = (0..50)
        .map(|_| {
            let (server, link, body, cookie) = (server.clone(), link.clone(), body.clone(), cookie.clone());
            tokio::spawn(async move {
                let headers = [("content-type", FORM), ("cookie", cookie.as_str())];
                server.request(Method::POST, &link, &headers, body.as_bytes()).await
            })
        })
        .collect();
    let mut signed_in = 0;
    for press in presses {
        let answer = press.await.unwrap();
        signed_in += usize::from(answer.header("location").contains("code="));
        assert!(answer.status.as_u16() < 500);
    }
    assert_eq!(signed_in, 1);
}

/// S-041, P-097
#[tokio::test]
async fn a_link_that_an_app_asked_for_names_the_account_and_waits_for_a_press() {
    let t = TestEngine::new().await;
    let server = TestServer::over(t);
    let start = json!({
        "client_id": NATIVE, "connection": "email", "email": EMAIL, "send": "link",
        "authParams": {"redirect_uri": "https://app.example/cb", "state": "app", "scope": "openid"},
    });
    assert_eq!(server.post("/passwordless/start", start).await.status, 200);
    let link = server.link();
    let browser = Browser::new(&server);
    let page = browser.get(&link).await;
    assert!(page.text.contains("Sign in to native as user@example.com"), "{}", page.text);
    assert!(browser.session().is_none());
    assert_eq!(browser.post(&link, &[]).await.status, 403);
    let answer = browser.submit(&page, &link, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.fields()["state"].as_str()), (303, "app"));
    assert!(browser.session().is_some());
}
