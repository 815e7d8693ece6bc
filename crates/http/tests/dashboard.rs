//! The dashboard, page by page: the first administrator by the link of the console, and Passwordless.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use latchkey_core::flow::manage::Operator;
use latchkey_core::model::{Document, Role};
use latchkey_testkit::{NATIVE, SPA};
use latchkey_wire::Secret;
use support::{Answer, Browser, Form, TestServer};

const ME: &str = "first@example.com";
const PASSWORDLESS: &str = "/dashboard/connections/passwordless";

async fn set_up(server: &TestServer) -> String {
    let link = server.t.engine.set_up_link().await.unwrap().unwrap();
    format!("/dashboard/enter/{}", link.expose())
}

/// A browser whose person is the first administrator, at the page that they come to.
async fn enter<'a>(server: &'a TestServer) -> (Browser<'a>, Answer) {
    let browser = Browser::new(server);
    let path = set_up(server).await;
    let page = browser.get(&path).await;
    let home = browser.submit(&page, &path, &[("email", ME)]).await;
    assert_eq!(home.status, 200, "{}", home.text);
    (browser, home)
}

async fn link(server: &TestServer, email: &str) -> Secret {
    server.t.engine.admin_link(&Operator::console(), email).await.unwrap()
}

async fn admins(server: &TestServer) -> Vec<Document> {
    server.t.engine.list_admins().await.unwrap()
}

/// The path of the panel of a connection.
async fn panel(server: &TestServer, name: &str) -> String {
    let found = server.t.engine.store.find_connection(name).await.unwrap().unwrap();
    format!("{PASSWORDLESS}/{}", found.id)
}

/// S-124
#[tokio::test]
async fn the_link_of_the_console_makes_the_first_administrator_once() {
    let server = TestServer::new().await;
    let browser = Browser::new(&server);
    let path = set_up(&server).await;
    let page = browser.get(&path).await;
    assert!(page.status == 200 && page.text.contains("no administrator yet"), "{}", page.text);
    assert_eq!(browser.get("/dashboard").await.status, 303);
    assert!(browser.follow(browser.get("/dashboard").await).await.text.contains("latchkey admins link"));

    let wrong = browser.submit(&page, &path, &[("email", "nobody")]).await;
    assert!(wrong.status == 400 && wrong.text.contains("Type an email address"), "{}", wrong.text);
    let home = browser.submit(&page, &path, &[("email", " First@Example.com ")]).await;
    assert!(home.text.contains(ME) && home.text.contains("You are an owner"), "{}", home.text);

    let other = Browser::new(&server);
    let again = other.submit(&page, &path, &[("email", "second@example.com")]).await;
    assert!(again.status == 410 && again.text.contains("works no more"), "{}", again.text);
    let made = admins(&server).await;
    assert_eq!((made.len(), made[0].name.as_str()), (1, ME));
    assert!(server.t.engine.set_up_link().await.unwrap().is_none());
}

/// S-124
#[tokio::test]
async fn two_set_up_links_at_once_make_one_administrator() {
    let server = TestServer::new().await;
    let (one, two) = (set_up(&server).await, set_up(&server).await);
    let [a, b] = [Browser::new(&server), Browser::new(&server)];
    let (first, second) = (a.get(&one).await, b.get(&two).await);
    let (first, second) = tokio::join!(
        a.submit(&first, &one, &[("email", "a@example.com")]),
        b.submit(&second, &two, &[("email", "b@example.com")])
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410]);
    assert_eq!(admins(&server).await.len(), 1);
}

/// S-124
#[tokio::test]
async fn a_set_up_link_dies_after_half_an_hour() {
    let server = TestServer::new().await;
    let path = set_up(&server).await;
    server.t.clock.advance(1800);
    assert_eq!(Browser::new(&server).get(&path).await.status, 410);
    assert_eq!(Browser::new(&server).get("/dashboard/enter/x").await.status, 410);
}

/// S-109
#[tokio::test]
async fn a_session_ends_by_signing_out_by_time_and_with_the_administrator() {
    let server = TestServer::new().await;
    let is_in = async |browser: &Browser<'_>| browser.get(PASSWORDLESS).await.status == 200;
    let (browser, home) = enter(&server).await;
    let out = browser.submit(&home, "/dashboard/sign-out", &[]).await;
    assert!(out.text.contains("Sign in to the dashboard") && !is_in(&browser).await, "{}", out.text);

    let again = async || {
        let browser = Browser::new(&server);
        let link = link(&server, ME).await;
        let path = format!("/dashboard/enter/{}", link.expose());
        let page = browser.get(&path).await;
        assert!(page.text.contains(ME), "{}", page.text);
        assert_eq!(browser.submit(&page, &path, &[]).await.status, 200);
        browser
    };
    let browser = again().await;
    for _ in 0..24 {
        server.t.clock.advance(1799);
        assert!(is_in(&browser).await);
    }
    server.t.clock.advance(60);
    assert!(!is_in(&browser).await, "half a day is the end");
    let browser = again().await;
    server.t.clock.advance(1800);
    assert!(!is_in(&browser).await, "half an hour without a request is the end");

    let (browser, owner) = (again().await, admins(&server).await.remove(0));
    let operator = server.t.engine.admin_operator(ME).await.unwrap().unwrap();
    server.t.engine.create_admin(&operator, "second@example.com", Role::Owner).await.unwrap();
    server.t.engine.remove_admin(&operator, &owner.id).await.unwrap();
    assert!(!is_in(&browser).await);
    // Whoever gets the address later is somebody else.
    let second = server.t.engine.admin_operator("second@example.com").await.unwrap().unwrap();
    assert!(server.t.engine.admin_link(&Operator::console(), ME).await.is_err());
    server.t.engine.create_admin(&second, ME, Role::Viewer).await.unwrap();
    assert!(!is_in(&browser).await);
}

/// M-042
#[tokio::test]
async fn text_messages_are_set_up_field_by_field() {
    let server = TestServer::new().await;
    let (browser, _) = enter(&server).await;
    let home = browser.get(PASSWORDLESS).await;
    for text in ["SMS", "Email", "application"] {
        assert!(home.text.contains(text), "{text}: {}", home.text);
    }
    let path = format!("{}/settings", panel(&server, "sms").await);
    let page = browser.get(&path).await;
    let fields = [
        ("provider", "twilio"),
        ("twilio_sid", "AC00000000000000000000000000000001"),
        ("twilio_token", "canary-token"),
        ("from", "+15005550006"),
        ("syntax", "md_with_macros"),
        ("template", "@@password@@ is your code for Acme"),
        ("totp.length", "6"),
        ("totp.time_step", "300"),
        ("brute_force_protection", "on"),
    ];
    let saved = browser.submit(&page, &path, &fields).await;
    assert!(saved.status == 200 && saved.text.contains("Saved."), "{}", saved.text);
    assert!(saved.text.contains("is your code for Acme") && !saved.text.contains("canary"), "{}", saved.text);

    let wrong = browser.submit(&saved, &path, &[("provider", "twilio"), ("totp.length", "three")]).await;
    assert_eq!(wrong.status, 400, "{}", wrong.text);
    assert!(wrong.text.contains("aria-invalid") && wrong.text.contains("value=\"three\""), "{}", wrong.text);

    let found = server.t.engine.store.find_connection("sms").await.unwrap().unwrap();
    assert_eq!(found.options["totp"]["time_step"], 300);
    assert!(found.secrets.keys().any(|name| name.contains("twilio_token")));
    // What is left empty keeps the secret.
    browser
        .submit(&saved, &path, &fields.map(|(n, v)| if n == "twilio_token" { (n, "") } else { (n, v) }))
        .await;
    let kept = server.t.engine.store.find_connection("sms").await.unwrap().unwrap();
    assert_eq!(kept.secrets, found.secrets);
}

/// M-042, S-125
#[tokio::test]
async fn stored_secrets_are_shown_to_owners_soon_after_they_signed_in() {
    let server = TestServer::new().await;
    let (browser, _) = enter(&server).await;
    let base = panel(&server, "sms").await;
    let (path, secrets) = (format!("{base}/settings"), format!("{base}/secrets"));
    let page = browser.get(&path).await;
    let fields = [
        ("provider", "twilio"),
        ("twilio_sid", "AC00000000000000000000000000000001"),
        ("twilio_token", "canary-token"),
        ("from", "+15005550006"),
        ("totp.time_step", "5"),
        ("time_unit", "minutes"),
    ];
    let saved = browser.submit(&page, &path, &fields).await;
    assert!(saved.text.contains("value=\"5\"") && !saved.text.contains("canary"), "{}", saved.text);
    assert!(saved.text.contains("<option value=\"minutes\" selected>"), "{}", saved.text);
    let found = server.t.engine.store.find_connection("sms").await.unwrap().unwrap();
    assert_eq!(found.options["totp"]["time_step"], 300);
    assert!(saved.text.contains("Phone provider of all connections") && saved.text.contains(">Not set up<"));

    let shown = browser.submit(&saved, &secrets, &[]).await;
    assert!(
        shown.text.contains("canary-token") && shown.text.contains("Twilio Auth Token"),
        "{}",
        shown.text
    );
    server.t.clock.advance(1200);
    let stale = browser.submit(&saved, &secrets, &[]).await;
    assert!(stale.status == 403 && stale.text.contains("Sign in again"), "{}", stale.text);
    assert!(!stale.text.contains("canary"));

    let operator = server.t.engine.admin_operator(ME).await.unwrap().unwrap();
    server.t.engine.create_admin(&operator, "editor@example.com", Role::Editor).await.unwrap();
    let link = link(&server, "editor@example.com").await;
    let editor = Browser::new(&server);
    let to = format!("/dashboard/enter/{}", link.expose());
    let home = editor.get(&to).await;
    editor.submit(&home, &to, &[]).await;
    let page = editor.get(&path).await;
    assert!(page.status == 200 && !page.text.contains("Show the secrets"), "{}", page.text);
    let refused = editor.post(&secrets, &[("token", Form::of(&page, &path).token())]).await;
    assert!(refused.status == 403 && !refused.text.contains("canary"), "{}", refused.text);
}

/// S-113, S-120
#[tokio::test]
async fn a_form_counts_only_from_a_page_of_this_session_and_by_who_may() {
    let server = TestServer::new().await;
    let (browser, _) = enter(&server).await;
    let path = format!("{}/settings", panel(&server, "sms").await);
    assert_eq!(browser.post(&path, &[("provider", "twilio")]).await.status, 403);
    assert_eq!(browser.post(&path, &[("provider", "twilio"), ("token", "x")]).await.status, 403);
    let stranger = Browser::new(&server);
    assert_eq!(
        stranger.post(&path, &[("provider", "twilio")]).await.header("location"),
        "/dashboard/sign-in"
    );

    let engine = &server.t.engine;
    let operator = engine.admin_operator(ME).await.unwrap().unwrap();
    engine.create_admin(&operator, "viewer@example.com", Role::Viewer).await.unwrap();
    let link = link(&server, "viewer@example.com").await;
    let enter = format!("/dashboard/enter/{}", link.expose());
    let page = stranger.get(&enter).await;
    stranger.submit(&page, &enter, &[]).await;
    let page = stranger.get(&path).await;
    assert!(
        page.text.contains("<fieldset disabled>") && !page.text.contains("Save</button>"),
        "{}",
        page.text
    );
    let refused = stranger.submit(&page, &path, &[("provider", "twilio")]).await;
    assert!(refused.status == 403 && refused.text.contains("Insufficient scope"), "{}", refused.text);
}

/// M-013, M-042
#[tokio::test]
async fn applications_are_switched_as_the_page_showed_them() {
    let server = TestServer::new().await;
    let (browser, _) = enter(&server).await;
    let path = format!("{}/applications", panel(&server, "sms").await);
    let page = browser.get(&path).await;
    assert!(page.text.contains(NATIVE) && page.text.contains("<fieldset>"), "{}", page.text);
    let enabled = async || {
        let found = server.t.engine.store.find_connection("sms").await.unwrap().unwrap();
        found.enabled_clients
    };
    let before = enabled().await;
    assert!(before.contains(&NATIVE.into()) && before.contains(&SPA.into()), "{before:?}");
    // In the meantime somebody else switches one on that the page never showed as on.
    let late = "late-client";
    server.t.add_client(late, latchkey_core::model::ClientKind::Native, None, |_| {}).await;
    let mut found = server.t.engine.store.find_connection("sms").await.unwrap().unwrap();
    found.enabled_clients.push(late.into());
    server.t.engine.put_connection(&found).await.unwrap();

    let saved = browser.submit(&page, &path, &[("client", NATIVE)]).await;
    assert!(saved.status == 200 && saved.text.contains("Saved."), "{}", saved.text);
    let after = enabled().await;
    assert!(after.contains(&NATIVE.into()) && after.contains(&late.into()), "{after:?}");
    assert!(!after.contains(&SPA.into()), "{after:?}");
}

/// S-123
#[tokio::test]
async fn a_stored_secret_is_not_sent_to_another_place() {
    let server = TestServer::new().await;
    let (browser, _) = enter(&server).await;
    let path = format!("{}/settings", panel(&server, "sms").await);
    let page = browser.get(&path).await;
    let gateway = [("provider", "sms_gateway"), ("gateway_url", "https://sms.example.com/send")];
    let saved = browser.submit(&page, &path, &gateway).await;
    assert!(saved.text.contains("Saved."), "{}", saved.text);
    let mut found = server.t.engine.store.find_connection("sms").await.unwrap().unwrap();
    let place = "/gateway_authentication/secret".to_owned();
    let context = latchkey_core::model::Connection::secret_context(&found.id, &place);
    found.secrets.insert(place, server.t.engine.vault.seal(&context, b"canary").unwrap());
    server.t.engine.put_connection(&found).await.unwrap();

    let elsewhere = [("provider", "sms_gateway"), ("gateway_url", "https://evil.example/send")];
    let refused = browser.submit(&saved, &path, &elsewhere).await;
    assert!(refused.status == 400 && refused.text.contains("must be given again"), "{}", refused.text);
    let kept = server.t.engine.store.find_connection("sms").await.unwrap().unwrap();
    assert_eq!(kept.options["gateway_url"], "https://sms.example.com/send");
}
