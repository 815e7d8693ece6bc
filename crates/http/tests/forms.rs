//! What our forms take, from whom, and what becomes of everything else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::{Method, StatusCode};
use latchkey_testkit::{PHONE, SPA};
use support::{Browser, EMAIL, FORM, Form, JSON, TestServer, authorize};

/// A browser that was sent a code, and its page.
async fn waiting(server: &TestServer) -> (Browser<'_>, Form) {
    let browser = Browser::new(server);
    let page = browser.ask_by_sms(&authorize(SPA, &[]), PHONE).await;
    let form = Form::of(&page, "/login/code");
    (browser, form)
}

/// S-113
#[tokio::test]
async fn only_this_browser_from_a_page_of_ours_is_heard() {
    let server = TestServer::new().await;
    let (browser, form) = waiting(&server).await;
    let code = server.t.code();
    let body = format!("token={}&code={code}", form.token());
    for headers in [
        vec![("origin", "https://evil.example")],
        vec![("origin", "https://login.example.evil.example")],
        vec![("origin", "http://login.example:8080")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site"), ("origin", "null")],
        vec![("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
    ] {
        let all = [vec![("content-type", FORM)], headers.clone()].concat();
        let answer = browser.request(Method::POST, &form.action, &all, body.as_bytes()).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (403, ""), "{headers:?}");
        assert!(answer.header("content-type").starts_with("text/html"), "{headers:?}");
    }
    // Cookies alone, tokens of others, and the right token for another page.
    let other = browser.open(&authorize(SPA, &[])).await;
    let elsewhere = Form::of(&other, "/login");
    for token in ["", "x", elsewhere.token(), &form.token()[1..]] {
        let answer = browser.post(&form.action, &[("token", token), ("code", &code)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (403, ""), "{token}");
    }
    let stranger = Browser::new(&server);
    let answer = stranger.post(&form.action, &[("token", form.token()), ("code", &code)]).await;
    assert_eq!(answer.status, 403);
    assert!(answer.text.contains("needs cookies"), "{}", answer.text);
    // None of these cost a try, and what browsers send from our page passes.
    for headers in [
        [("origin", "null"), ("sec-fetch-site", "same-origin")],
        [("origin", "https://login.example"), ("x", "y")],
    ] {
        let all = [[("content-type", FORM)].as_slice(), &headers].concat();
        let wrong = format!("token={}&code={}", form.token(), server.t.wrong_code());
        let answer = browser.request(Method::POST, &form.action, &all, wrong.as_bytes()).await;
        assert_eq!(answer.status, 400, "{headers:?}");
    }
    assert!(browser.post(&form.action, &[("token", form.token()), ("code", &code)]).await.status == 303);
}

/// S-041
#[tokio::test]
async fn a_sign_in_that_another_browser_began_cannot_be_finished_here() {
    let server = TestServer::new().await;
    let (_, form) = waiting(&server).await;
    let victim = Browser::new(&server);
    victim.open(&authorize(SPA, &[])).await;
    for path in [form.action.clone(), form.action.replace("/login/code", "/login")] {
        let page = victim.get(&path).await;
        assert_eq!(page.status, 403);
        assert!(!page.text.contains("<form") && !page.text.contains("0100"), "{}", page.text);
    }
    let cookieless = server.get(&form.action, &[]).await;
    assert!(cookieless.status == 403 && cookieless.text.contains("needs cookies"), "{}", cookieless.text);
}

#[tokio::test]
async fn whatever_is_no_sound_form_gets_a_clear_page() {
    let server = TestServer::new().await;
    let (browser, form) = waiting(&server).await;
    let huge = vec![b'x'; 70_000];
    for (media_type, body, status) in [
        (JSON, b"{}".as_slice(), 415),
        ("text/plain", b"token=x", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        (FORM, huge.as_slice(), 413),
        (FORM, b"token=a&token=b", 400),
        (FORM, b"token=%ff%fe", 400),
        (FORM, b"\xff\xfe", 400),
        (FORM, b"", 403),
    ] {
        for path in
            [form.action.as_str(), "/login", "/login/wait", "/login/consent", "/link/x", "/link/x/renew"]
        {
            let answer = browser.request(Method::POST, path, &[("content-type", media_type)], body).await;
            assert_eq!(answer.status.as_u16(), status, "{path} {media_type}");
            assert!(answer.header("content-type").starts_with("text/html"), "{path} {media_type}");
        }
    }
}

#[tokio::test]
async fn handles_that_cannot_be_ours_are_told_at_once() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let (long, close) = ("A".repeat(30_000), "A".repeat(43));
    let states =
        ["", "?state=", "?state=x", "?state=%00", "?state=a&state=b", "?%ff", &format!("?state={long}")];
    for state in states.into_iter().chain([format!("?state={close}").as_str()]) {
        for path in ["/login", "/login/code", "/login/consent"] {
            let page = browser.get(&format!("{path}{state}")).await;
            assert_eq!(page.status, StatusCode::GONE, "{path} {state:.40}");
            assert!(page.text.contains("This page has expired"), "{}", page.text);
        }
        let poll = browser.get(&format!("/login/wait{state}")).await;
        assert_eq!(poll.json()["gone"], true, "{state:.40}");
    }
    for token in ["", "x", "%00", "%ff%fe", "..%2f..%2f", &close, &long] {
        let page = browser.get(&format!("/link/{token}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{token:.40}");
        assert!(page.text.contains("no longer works") && !page.text.contains("<form"), "{}", page.text);
    }
}

#[tokio::test]
async fn pages_out_of_turn_lead_to_the_page_whose_turn_it_is() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let page = browser.open(&authorize(SPA, &[])).await;
    let query = Form::of(&page, "/login").action.replace("/login", "");
    let early = browser.get(&format!("/login/code{query}")).await;
    assert_eq!((early.status.as_u16(), early.header("location")), (303, format!("/login{query}").as_str()));
    assert_eq!(browser.get(&format!("/login/consent{query}")).await.status, StatusCode::GONE);
    server.t.clock.advance(3601);
    let late = browser.get(&format!("/login{query}")).await;
    assert!(late.status == StatusCode::GONE && late.text.contains("Go back to the app"), "{}", late.text);
}

#[tokio::test]
async fn a_dead_link_gives_way_to_a_new_one_by_one_press() {
    let server = TestServer::new().await;
    let first = Browser::new(&server);
    first.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
    let old = server.link();
    server.t.clock.advance(3 * 3600);
    let other = Browser::new(&server);
    let dead = other.get(&old).await;
    assert!(dead.status == StatusCode::GONE && dead.text.contains("It has expired"), "{}", dead.text);
    let mails = server.t.senders.mailed().len();
    assert_eq!(other.post(&format!("{old}/renew"), &[]).await.status, 403);
    assert_eq!(server.t.senders.mailed().len(), mails);
    let wait = other.submit(&dead, &format!("{old}/renew"), &[]).await;
    assert!(wait.text.contains("Check your email"), "{}", wait.text);
    let new = server.link();
    assert_ne!(new, old);
    let page = other.get(&new).await;
    assert!(other.submit(&page, &new, &[]).await.fields().contains_key("code"));
    assert!(other.get(&old).await.text.contains("It has expired"));
}

#[tokio::test]
async fn a_new_link_for_a_browser_that_still_waits_is_for_that_browser() {
    let server = TestServer::new().await;
    let first = Browser::new(&server);
    let wait = first.ask_by_email(&authorize(SPA, &[]), EMAIL).await;
    let old = server.link();
    first.submit(&wait, "/login/resend", &[]).await;
    let other = Browser::new(&server);
    let dead = other.get(&old).await;
    assert!(dead.text.contains("A newer link has replaced it"), "{}", dead.text);
    let told = other.submit(&dead, &format!("{old}/renew"), &[]).await;
    assert!(told.text.contains("Look for our latest email") && !told.text.contains("<form"), "{}", told.text);
    let page = other.get(&server.link()).await;
    let (_, signs) = wait.text.split_once("<output").unwrap();
    let signs = signs.split_once('>').unwrap().1.split('<').next().unwrap();
    other.submit(&page, &server.link(), &[("confirmation", signs)]).await;
    let answer = first.submit(&wait, "/login/wait", &[]).await;
    assert!(answer.fields().contains_key("code"), "{}", answer.text);
}
