//! Administrators at the dashboard: signing in by a code in an email, inviting others, and what needs a fresh
//! sign-in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use latchkey_core::flow::manage::Operator;
use latchkey_core::model::Role;
use support::{Answer, Browser, TestServer};

const ME: &str = "first@example.com";
const SIGN_IN: &str = "/dashboard/sign-in";
const CODE: &str = "/dashboard/sign-in/code";
const ADMINS: &str = "/dashboard/admins";

async fn server() -> TestServer {
    let server = TestServer::new().await;
    server.t.engine.create_admin(&Operator::console(), ME, Role::Owner).await.unwrap();
    server
}

/// The page that a code is typed into.
async fn ask(browser: &Browser<'_>, email: &str) -> Answer {
    let page = browser.get(SIGN_IN).await;
    browser.submit(&page, SIGN_IN, &[("email", email)]).await
}

async fn mailed_code(server: &TestServer) -> String {
    server.t.settled().await;
    server.t.senders.last_mail().code.expose().to_owned()
}

async fn mails(server: &TestServer) -> usize {
    server.t.settled().await;
    server.t.senders.mailed().len()
}

async fn sign_in<'a>(server: &'a TestServer, email: &str) -> (Browser<'a>, Answer) {
    let browser = Browser::new(server);
    let page = ask(&browser, email).await;
    let home = browser.submit(&page, CODE, &[("code", &mailed_code(server).await)]).await;
    assert!(home.status == 200 && home.text.contains(email), "{}", home.text);
    (browser, home)
}

/// S-125
#[tokio::test]
async fn an_administrator_signs_in_by_a_code_on_the_page_that_asked_for_it() {
    let server = server().await;
    let browser = Browser::new(&server);
    let page = ask(&browser, " First@Example.com ").await;
    assert!(page.status == 200 && page.text.contains("First@Example.com"), "{}", page.text);
    let code = mailed_code(&server).await;
    assert_eq!((code.len(), server.t.senders.last_mail().to.as_str()), (8, ME));

    let other = Browser::new(&server);
    let elsewhere = ask(&other, ME).await;
    let refused = other.submit(&elsewhere, CODE, &[("code", &code)]).await;
    assert!(refused.status == 400 && refused.text.contains("does not work"), "{}", refused.text);

    let home = browser.submit(&page, CODE, &[("code", &format!(" {} {} ", &code[..4], &code[4..]))]).await;
    assert!(home.status == 200 && home.text.contains("You are an owner"), "{}", home.text);
    let again = Browser::new(&server).submit(&page, CODE, &[("code", &code)]).await;
    assert_eq!(again.status, 400);
}

/// S-125, S-006
#[tokio::test]
async fn nothing_tells_who_is_an_administrator() {
    let server = server().await;
    let browser = Browser::new(&server);
    let known = ask(&browser, ME).await;
    let sent = mails(&server).await;
    let unknown = ask(&browser, "other@example.com").await;
    assert_eq!(mails(&server).await, sent);
    let masked = |page: &Answer, email: &str| {
        let form = support::Form::of(page, CODE);
        let entry = &form.hidden.iter().find(|(name, _)| name == "entry").unwrap().1;
        page.text.replace(entry.as_str(), "ENTRY").replace(email, "EMAIL")
    };
    assert_eq!(masked(&known, ME), masked(&unknown, "other@example.com"));
    let wrong = [("code", "00000000")];
    let (a, b) = (browser.submit(&known, CODE, &wrong).await, browser.submit(&unknown, CODE, &wrong).await);
    assert_eq!((a.status, masked(&a, ME)), (b.status, masked(&b, "other@example.com")));
}

#[tokio::test]
async fn a_code_lives_ten_minutes_and_a_page_gets_five_guesses() {
    let server = server().await;
    let browser = Browser::new(&server);
    let page = ask(&browser, ME).await;
    let code = mailed_code(&server).await;
    server.t.clock.advance(600);
    assert_eq!(browser.submit(&page, CODE, &[("code", &code)]).await.status, 400);

    let page = ask(&browser, ME).await;
    let code = mailed_code(&server).await;
    for _ in 0..5 {
        assert_eq!(browser.submit(&page, CODE, &[("code", "00000000")]).await.status, 400);
    }
    let late = browser.submit(&page, CODE, &[("code", &code)]).await;
    assert!(late.status == 429 && !late.header("retry-after").is_empty(), "{}", late.text);

    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(ask(&browser, ME).await.status.as_u16());
    }
    assert!(statuses.contains(&200) && statuses.last() == Some(&429), "{statuses:?}");
    let bad = ask(&Browser::new(&server), "nobody").await;
    assert!(bad.status == 400 && bad.text.contains("Type an email address"), "{}", bad.text);
}

#[tokio::test]
async fn the_dashboard_goes_on_where_it_was_and_nowhere_else() {
    let server = server().await;
    let browser = Browser::new(&server);
    for (to, leads_to) in
        [("/dashboard/admins", "Administrators"), ("https://evil.example/", ""), ("//evil.example", "")]
    {
        server.t.clock.advance(600);
        let page = browser.get(&format!("{SIGN_IN}?to={to}")).await;
        let page = browser.submit(&page, SIGN_IN, &[("email", ME)]).await;
        let home = browser.submit(&page, CODE, &[("code", &mailed_code(&server).await)]).await;
        assert!(home.status == 200 && home.text.contains(leads_to), "{to}: {}", home.text);
    }
}

/// S-006
#[tokio::test]
async fn who_guesses_at_pages_that_it_makes_up_is_stopped_before_the_store_is_asked() {
    let server = server().await;
    let browser = Browser::new(&server);
    let page = ask(&browser, ME).await;
    let token = support::Form::of(&page, CODE).token().to_owned();
    let mut statuses = Vec::new();
    for n in 0..31 {
        let entry = format!("{n:043}");
        let fields = [("token", token.as_str()), ("entry", entry.as_str()), ("code", "12345678")];
        statuses.push(browser.post(CODE, &fields).await.status.as_u16());
    }
    assert!(statuses[..30].iter().all(|status| *status != 429), "{statuses:?}");
    assert_eq!(statuses[30], 429);
}

/// S-125
#[tokio::test]
async fn administrators_and_secrets_are_open_for_a_quarter_of_an_hour() {
    let server = server().await;
    let (browser, _) = sign_in(&server, ME).await;
    let invite = [("email", "second@example.com"), ("role", "viewer")];
    server.t.clock.advance(15 * 60);
    let page = browser.get(ADMINS).await;
    let refused = browser.submit(&page, ADMINS, &invite).await;
    assert!(refused.status == 403 && refused.text.contains("Sign in again"), "{}", refused.text);
    assert_eq!(server.t.engine.list_admins().await.unwrap().len(), 1);

    let me = format!("{ADMINS}/{}", server.t.engine.find_admin(ME).await.unwrap().id);
    let page = browser.get(&me).await;
    let refused = browser.submit(&page, &format!("{me}/role"), &[("role", "owner")]).await;
    let to = format!("{SIGN_IN}?to={}%2Frole\"", me.replace('/', "%2F"));
    assert!(refused.status == 403 && refused.text.contains(&to), "{}", refused.text);
    for act in ["role", "link", "sessions", "remove"] {
        assert_eq!(browser.get(&format!("{me}/{act}")).await.header("location"), me);
    }

    // The same person proves themselves again; the session of before is over.
    let again = browser.get(&format!("{SIGN_IN}?to={ADMINS}")).await;
    assert!(again.text.contains(ME) && !again.text.contains("name=\"email\""), "{}", again.text);
    let code = browser.submit(&again, SIGN_IN, &[]).await;
    let page = browser.submit(&code, CODE, &[("code", &mailed_code(&server).await)]).await;
    assert!(page.text.contains("Invite somebody"), "{}", page.text);
    assert_eq!(server.t.engine.list_admin_sessions(ME).await.unwrap().len(), 1);
    let invited = browser.submit(&page, ADMINS, &invite).await;
    assert!(invited.status == 200 && invited.text.contains("Invited."), "{}", invited.text);
    server.t.settled().await;
    let mail = server.t.senders.last_mail();
    assert_eq!(mail.to, "second@example.com");
    assert!(mail.text.expose().contains("/dashboard/sign-in") && mail.text.expose().contains(ME));

    let (viewer, page) = sign_in(&server, "second@example.com").await;
    assert!(page.text.contains("You are a viewer"), "{}", page.text);
    let page = viewer.get(ADMINS).await;
    assert!(page.status == 200 && !page.text.contains("Invite somebody"), "{}", page.text);
}

/// S-124
#[tokio::test]
async fn an_owner_changes_a_role_makes_a_link_and_removes_an_administrator() {
    let server = server().await;
    let operator = Operator::console();
    let other = server.t.engine.create_admin(&operator, "other@example.com", Role::Viewer).await.unwrap();
    let (browser, _) = sign_in(&server, ME).await;
    let at = format!("{ADMINS}/{}", other.id);
    let page = browser.get(&at).await;
    assert!(page.text.contains("Nowhere."), "{}", page.text);
    let saved = browser.submit(&page, &format!("{at}/role"), &[("role", "editor")]).await;
    assert!(saved.text.contains("Saved."), "{}", saved.text);

    let made = browser.submit(&saved, &format!("{at}/link"), &[]).await;
    let link = made.text.split("/dashboard/enter/").nth(1).unwrap().split('<').next().unwrap();
    let (theirs, enter) = (Browser::new(&server), format!("/dashboard/enter/{link}"));
    let page = theirs.get(&enter).await;
    let home = theirs.submit(&page, &enter, &[]).await;
    assert!(home.text.contains("You are an editor"), "{}", home.text);

    // Their own sessions are theirs to end.
    let own = theirs.get(&at).await;
    assert!(own.text.contains("Sign out<span"), "{}", own.text);
    let out = theirs.submit(&own, &format!("{at}/sessions"), &[]).await;
    assert!(out.text.contains("Send me a code"), "{}", out.text);

    let page = browser.get(&at).await;
    let wrong = browser.submit(&page, &format!("{at}/remove"), &[("confirm", "other")]).await;
    assert!(wrong.status == 400 && wrong.text.contains("Nobody was removed"), "{}", wrong.text);
    for at_field in ["id=\"remove-confirm-error\"", "value=\"other\"", "<details class=\"part danger\" open>"]
    {
        assert!(wrong.text.contains(at_field), "{at_field}: {}", wrong.text);
    }
    let gone = browser.submit(&page, &format!("{at}/remove"), &[("confirm", "other@example.com")]).await;
    assert!(gone.text.contains("Deleted.") && !gone.text.contains("other@example.com"), "{}", gone.text);

    let me = server.t.engine.find_admin(ME).await.unwrap();
    let page = browser.get(&format!("{ADMINS}/{}", me.id)).await;
    let path = format!("{ADMINS}/{}/remove", me.id);
    let last = browser.submit(&page, &path, &[("confirm", ME)]).await;
    assert!(last.status == 400 && last.text.contains(">The last owner stays an owner.<"), "{}", last.text);

    let page = browser.get(ADMINS).await;
    let wrong = browser.submit(&page, ADMINS, &[("email", "nobody"), ("role", "viewer")]).await;
    assert!(wrong.status == 400 && wrong.text.contains("Nobody was invited"), "{}", wrong.text);
    assert!(
        wrong.text.contains("id=\"email-error\"") && !wrong.text.contains("on property"),
        "{}",
        wrong.text
    );
}
