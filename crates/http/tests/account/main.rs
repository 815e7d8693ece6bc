//! The account page, as its person uses it and as others try to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod addresses;
mod beside;
mod devices;
mod notices;
mod passkeys;
mod removal;
mod scene;
#[path = "../support/mod.rs"]
mod support;
mod ways;

use latchkey_core::flow::manage::Operator;
use latchkey_core::model::{ClientKind, EventKind, Role, Strategy};
use latchkey_testkit::{NATIVE, PHONE, SPA};
use scene::{acts, come, come_in, common, events, home, make_known, press, prove, server, set_tenant, users};
use serde_json::json;
use support::{Answer, Browser, Form, TestServer, authorize};

const STRANGER: &str = "+14155550101";

fn alert(page: &Answer) -> &str {
    let (_, rest) = page.text.split_once("role=\"alert\">").unwrap_or_else(|| panic!("{}", page.text));
    rest.split('<').next().unwrap()
}

/// A browser in which the person of these tests signed in at an application.
async fn elsewhere(server: &TestServer) -> Browser<'_> {
    let browser = Browser::of(server, "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0", "en");
    browser.sign_in(server, &authorize(SPA, &[]), PHONE).await;
    browser
}

#[tokio::test]
async fn whoever_is_not_signed_in_signs_in_first_and_sees_what_is_kept_about_them() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    for part in [
        "<h1>Your account</h1>",
        "Signed in as +1\u{a0}415\u{a0}555\u{a0}0100",
        "Confirmed",
        "You have no passkeys.",
        "Firefox on Linux",
        "This browser",
        "Code by text message",
        "No app has lasting access",
        "href=\"/account?lang=ar\"",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self' ;") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!((page.header("cache-control"), page.header("referrer-policy")), ("no-store", "no-referrer"));
    // Signed in already: no page stands in between.
    let again = browser.get("/account?lang=de").await;
    assert!(again.text.contains("<h1>Ihr Konto</h1>"), "{}", again.text);
}

/// Nothing is said of what nobody can have. A passkey of before is shown as long as it is there.
#[tokio::test]
async fn where_passkeys_are_off_the_page_says_nothing_of_them() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    let title = "id=\"passkeys-title\"";
    assert!(page.text.contains(title), "{}", page.text);
    set_tenant(&server, json!({"passkeys": {"enabled": false}})).await;
    let page = browser.get("/account").await;
    assert!(page.status == 200 && !page.text.contains(title), "{}", page.text);
    set_tenant(&server, json!({"passkeys": {"enabled": true}})).await;
    passkeys::add(&browser, &browser.get("/account").await, 1).await;
    set_tenant(&server, json!({"passkeys": {"enabled": false}})).await;
    let page = browser.get("/account").await;
    assert!(page.text.contains(title), "{}", page.text);
}

#[tokio::test]
async fn the_code_that_comes_back_to_the_account_page_gives_nobody_tokens() {
    let server = server().await;
    make_known(&server, "sms", PHONE).await;
    let browser = Browser::new(&server);
    let first = home(&browser, browser.get("/account").await).await;
    let code = browser.submit(&first, "/login", &[("address", PHONE)]).await;
    server.t.settled().await;
    let back = browser.submit(&code, "/login/code", &[("code", &server.t.code())]).await;
    assert!(back.header("location").starts_with("https://login.example/account/back?"), "{:?}", back.headers);
    let traded = server.trade("latchkey-account", &back.fields()["code"]).await;
    assert_eq!(traded.status, 401, "{}", traded.text);
    let body = json!({
        "client_id": "latchkey-account", "username": PHONE, "otp": "123456", "realm": "sms",
        "grant_type": support::OTP_GRANT,
    });
    assert_eq!(server.post("/oauth/token", body).await.status, 401);
}

/// Decision 3.1: a connection may be open for a client that starts codes with a secret, after checks of its own.
#[tokio::test]
async fn nobody_signs_up_at_the_account_page_and_no_answer_tells_who_could() {
    let server = server().await;
    make_known(&server, "sms", PHONE).await;
    let mut pages = Vec::new();
    for phone in [PHONE, STRANGER] {
        let browser = Browser::new(&server);
        let first = home(&browser, browser.get("/account").await).await;
        let sent = browser.submit(&first, "/login", &[("address", phone)]).await;
        server.t.settled().await;
        let asked = home(&browser, sent).await;
        pages.push((asked.status, asked.text.contains("id=\"code\"")));
        let tried = browser.submit(&asked, "/login/code", &[("code", "000000")]).await;
        pages.push((tried.status, tried.text.contains("id=\"code\"")));
    }
    assert_eq!(pages[..2], pages[2..]);
    assert!(pages[0].1, "{pages:?}");
    assert_eq!(server.t.senders.sent().len(), 1);
    assert_eq!(users(&server).await.len(), 1);
    // Elsewhere the same connection is open.
    server.t.sign_in(NATIVE, STRANGER, "openid").await;
    assert_eq!(users(&server).await.len(), 2);
}

#[tokio::test]
async fn whoever_gives_the_sign_in_up_is_not_asked_again() {
    let server = server().await;
    let page = Browser::new(&server).get("/account/back?error=access_denied&state=s").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("You did not sign in."), "{}", page.text);
}

#[tokio::test]
async fn a_person_changes_their_name_and_takes_it_away() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    let saved = press(&browser, &page, "/account/name", &[("name", "  Ana <b>  ")]).await;
    assert!(saved.text.contains("Your change is saved.") && saved.text.contains("value=\"Ana &#60;b&#62;\""));
    assert_eq!(users(&server).await[0].root("name"), Some("Ana <b>"));
    let long = "x".repeat(301);
    let refused = press(&browser, &saved, "/account/name", &[("name", &long)]).await;
    assert_eq!(
        (refused.status.as_u16(), alert(&refused)),
        (400, "This name cannot be used. Enter a shorter one.")
    );
    press(&browser, &saved, "/account/name", &[("name", "")]).await;
    assert_eq!(users(&server).await[0].root("name"), Some(PHONE));
    assert_eq!(acts(&server, EventKind::AccountChanged).await, ["rename", "rename"]);
}

/// S-061, PB-100
#[tokio::test]
async fn nothing_is_changed_by_a_session_whose_proof_is_older_than_five_minutes() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    server.t.clock.advance(301);
    let stale = browser.get("/account").await;
    assert!(
        !stale.text.contains("<form") && stale.text.contains("href=\"/account/prove\""),
        "{}",
        stale.text
    );
    let fields = common(&page);
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for path in [
        "/account/name",
        "/account/passkeys",
        "/account/passkeys/options",
        "/account/passkeys/rename",
        "/account/passkeys/remove",
        "/account/sessions/end",
        "/account/sessions/end-others",
        "/account/apps/leave",
        "/account/export",
        "/account/delete",
    ] {
        // What cannot be read as a passkey is refused before anybody asks whose it is.
        let expected = if path == "/account/passkeys" { 400 } else { 403 };
        let mut all = fields.clone();
        all.extend([("name", "Eve"), ("word", PHONE)]);
        let refused = browser.post(path, &all).await;
        assert_eq!(refused.status, expected, "{path}: {}", refused.text);
    }
    assert_eq!(users(&server).await[0].root("name"), Some(PHONE));
    // A proof later the same form works, in the same session.
    prove(&server, &browser, "/account/prove", PHONE).await;
    let saved = press(&browser, &page, "/account/name", &[("name", "Ana")]).await;
    assert!(saved.text.contains("Your change is saved."), "{}", saved.text);
    // Who was proved just now is not asked.
    let back = home(&browser, browser.get("/account/prove").await).await;
    assert!(back.text.contains("<h1>Your account</h1>"), "{}", back.text);
}

#[tokio::test]
async fn people_of_a_connection_with_a_name_of_its_own_come_by_a_link_that_names_it() {
    let server = server().await;
    server.t.add_connection("members", Strategy::Sms, json!({})).await;
    let browser = Browser::new(&server);
    let page = prove(&server, &browser, "/account?connection=members", PHONE).await;
    assert!(page.text.contains("<h1>Your account</h1>"), "{}", page.text);
    assert_eq!(users(&server).await[0].identities[0].connection, "members");
    server.t.clock.advance(301);
    let again = prove(&server, &browser, "/account/prove", PHONE).await;
    assert!(again.text.contains("action=\"/account/name\""), "{}", again.text);
    assert_eq!(users(&server).await.len(), 1);
    // A way in that is none leads nowhere.
    let left = Browser::new(&server);
    let page = home(&left, left.get("/account?connection=nobody").await).await;
    assert!(page.text.contains("You did not sign in."), "{}", page.text);
}

/// S-113
#[tokio::test]
async fn a_form_of_another_page_or_site_changes_nothing() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    let token = Form::of(&page, "/account/name").token().to_owned();
    let session = common(&page).into_iter().find(|(name, _)| name == "session").unwrap().1;
    let (stranger, other) = come(&server, STRANGER).await;
    let others = Form::of(&other, "/account/name").token().to_owned();
    let attempts = [
        vec![("session", session.as_str())],
        vec![("session", session.as_str()), ("token", others.as_str())],
        // The page of somebody who was signed in here before.
        vec![("token", token.as_str()), ("session", "0123456789abcdef01234567")],
        vec![("token", token.as_str())],
    ];
    for fields in attempts {
        let mut all = fields.clone();
        all.push(("name", "Eve"));
        assert_eq!(browser.post("/account/name", &all).await.status, 403, "{fields:?}");
    }
    let body = format!("token={token}&session={session}&name=Eve");
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let headers = [("content-type", support::FORM), (name, value)];
        let refused = browser.request(http::Method::POST, "/account/name", &headers, body.as_bytes()).await;
        assert_eq!(refused.status, 403, "{name}");
    }
    assert!(users(&server).await.iter().all(|user| user.attributes.is_empty()));
    drop(stranger);
}

#[tokio::test]
async fn a_person_signs_out_elsewhere_and_stays_here() {
    let server = server().await;
    let (first, second) = (elsewhere(&server).await, elsewhere(&server).await);
    let (browser, page) = come_in(&server).await;
    assert_eq!(
        page.text.matches("Edge on Windows").count() + page.text.matches("Chrome on Windows").count(),
        2
    );
    let after = press(&browser, &page, "/account/sessions/end", &[]).await;
    assert_eq!(after.text.matches("Chrome on Windows").count(), 1, "{}", after.text);
    let after = press(&browser, &after, "/account/sessions/end-others", &[]).await;
    assert!(
        after.text.contains("This browser") && !after.text.contains("Chrome on Windows"),
        "{}",
        after.text
    );
    for other in [first, second] {
        let silent = other.get(&authorize(SPA, &[("prompt", "none")])).await;
        assert_eq!(silent.fields()["error"], "login_required");
    }
    assert_eq!(acts(&server, EventKind::LoggedOut).await, ["sign_out", "sign_out_others"]);
}

#[tokio::test]
async fn what_is_not_theirs_is_as_good_as_gone() {
    let server = server().await;
    let (stranger, _) = come(&server, STRANGER).await;
    let theirs = users(&server).await[0].id.clone();
    let sid = server.t.engine.store.list_sessions(&theirs).await.unwrap()[0].sid.clone();
    let (browser, page) = come_in(&server).await;
    let fields = common(&page);
    let mut fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend([("id", sid.as_str()), ("client", SPA), ("name", "Mine")]);
    for path in [
        "/account/sessions/end",
        "/account/passkeys/rename",
        "/account/passkeys/remove",
        "/account/apps/leave",
    ] {
        let refused = browser.post(path, &fields).await;
        assert_eq!((refused.status.as_u16(), alert(&refused)), (404, "That is no longer there."), "{path}");
    }
    let zero: Vec<_> = fields.iter().map(|(n, v)| (*n, if *n == "id" { "a\0" } else { *v })).collect();
    assert_eq!(browser.post("/account/sessions/end", &zero).await.status, 404);
    assert!(stranger.get("/account").await.text.contains("This browser"));
}

#[tokio::test]
async fn access_that_is_taken_away_ends_consents_and_refresh_tokens_alike() {
    let server = server().await;
    server.t.add_client("third", ClientKind::Spa, None, |client| client.first_party = false).await;
    server.reconnect().await;
    let tokens = server.t.sign_in(NATIVE, PHONE, "openid offline_access").await;
    let at_third = Browser::new(&server);
    let asked = at_third.sign_in(&server, &authorize("third", &[]), PHONE).await;
    at_third.submit(&asked, "/login/consent", &[("answer", "allow")]).await;
    let (browser, page) = come_in(&server).await;
    assert_eq!(page.text.matches("Access since").count(), 2, "{}", page.text);
    let after = press(&browser, &page, "/account/apps/leave", &[("client", NATIVE)]).await;
    assert_eq!(after.text.matches("Access since").count(), 1, "{}", after.text);
    let refresh = json!({
        "grant_type": "refresh_token", "client_id": NATIVE,
        "refresh_token": tokens.refresh_token.unwrap().expose(),
    });
    assert_eq!(server.post("/oauth/token", refresh).await.status, 403);
    let after = press(&browser, &after, "/account/apps/leave", &[("client", "third")]).await;
    assert!(after.text.contains("No app has lasting access"), "{}", after.text);
    let silent = at_third.get(&authorize("third", &[("prompt", "none")])).await;
    assert_eq!(silent.fields()["error"], "consent_required");
    let mut told: Vec<String> = events(&server, EventKind::ConsentRevoked)
        .await
        .iter()
        .map(|event| event.client.as_ref().unwrap().as_str().to_owned())
        .collect();
    told.sort();
    assert_eq!(told, [NATIVE, "third"]);
}

#[tokio::test]
async fn the_file_of_a_person_holds_all_about_them_and_no_secret() {
    let server = server().await;
    let tokens = server.t.sign_in(NATIVE, PHONE, "openid offline_access").await;
    come(&server, STRANGER).await;
    let id = users(&server).await.iter().find(|user| user.root("name") == Some(PHONE)).unwrap().id.clone();
    server.t.engine.create_admin(&Operator::console(), "boss@example.com", Role::Owner).await.unwrap();
    let boss = server.t.engine.admin_operator("boss@example.com").await.unwrap().unwrap();
    let note = json!({"app_metadata": {"note": "a regular"}}).as_object().unwrap().clone();
    server.t.engine.update_user(&boss, id.as_str(), note).await.unwrap();
    let (browser, page) = come_in(&server).await;
    let file = press(&browser, &page, "/account/export", &[]).await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"account.json\"");
    assert_eq!((file.header("content-type"), file.header("cache-control")), ("application/json", "no-store"));
    let body = file.json();
    assert_eq!(body["user"]["phone_number"], PHONE);
    assert_eq!(body["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(body["refresh_tokens"][0]["client_id"], NATIVE);
    assert_eq!((&body["log_is_complete"], &body["grants"]), (&json!(true), &json!([])));
    for kind in ["s", "sapi"] {
        assert!(body["log"].as_array().unwrap().iter().any(|entry| entry["type"] == kind), "{kind}");
    }
    assert_eq!(body["user"]["app_metadata"]["note"], "a regular");
    let cookie = browser.session().unwrap();
    for secret in
        [cookie.as_str(), tokens.refresh_token.unwrap().expose(), STRANGER, &server.t.code(), "adm_"]
    {
        assert!(!file.text.contains(secret), "{secret}");
    }
    assert_eq!(acts(&server, EventKind::AccountExported).await, ["export"]);
}

/// S-159
#[tokio::test]
async fn a_person_deletes_their_account_by_typing_their_address() {
    let server = server().await;
    let tokens = server.t.sign_in(NATIVE, PHONE, "openid offline_access").await;
    let other = elsewhere(&server).await;
    let (browser, page) = come_in(&server).await;
    assert!(page.text.contains("To confirm, type +14155550100"), "{}", page.text);
    for wrong in ["", "delete", "+14155550101"] {
        let refused = press(&browser, &page, "/account/delete", &[("word", wrong)]).await;
        let text = "Type exactly +14155550100 to confirm.";
        assert_eq!((refused.status.as_u16(), alert(&refused)), (400, text), "{wrong}");
    }
    let gone = press(&browser, &page, "/account/delete", &[("word", " +14155550100 ")]).await;
    assert!(gone.text.contains("<h1>Account deleted</h1>") && browser.session().is_none(), "{}", gone.text);
    assert!(users(&server).await.is_empty());
    let silent = other.get(&authorize(SPA, &[("prompt", "none")])).await;
    assert_eq!(silent.fields()["error"], "login_required");
    let refresh = json!({
        "grant_type": "refresh_token", "client_id": NATIVE,
        "refresh_token": tokens.refresh_token.unwrap().expose(),
    });
    assert_eq!(server.post("/oauth/token", refresh).await.status, 403);
    assert_eq!(acts(&server, EventKind::AccountDeleted).await, ["delete"]);
}

#[tokio::test]
async fn operators_switch_deletion_and_the_whole_page_off() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    set_tenant(&server, json!({"account": {"allow_delete": false}})).await;
    assert!(!browser.get("/account").await.text.contains("action=\"/account/delete\""));
    let refused = press(&browser, &page, "/account/delete", &[("word", PHONE)]).await;
    assert_eq!((refused.status.as_u16(), users(&server).await.len()), (404, 1));
    set_tenant(&server, json!({"account": {"enabled": false}})).await;
    for path in ["/account", "/account/back", "/account/prove"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    assert_eq!(press(&browser, &page, "/account/name", &[("name", "Ana")]).await.status, 404);
    let asked = "/authorize?client_id=latchkey-account&response_type=code";
    assert_eq!(browser.get(asked).await.status, 400);
}

#[tokio::test]
async fn whoever_is_blocked_sees_and_changes_nothing() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    let mut user = users(&server).await.remove(0);
    user.blocked = true;
    // Even where their session were still there.
    let session = server.t.engine.store.list_sessions(&user.id).await.unwrap().remove(0);
    assert!(server.t.engine.store.update_user(&user).await.unwrap());
    server.t.engine.store.insert_session(&session, None).await.unwrap();
    let asked = press(&browser, &page, "/account/name", &[("name", "Ana")]).await;
    assert!(asked.text.contains("data-page=\"identify\""), "{}", asked.text);
    assert!(users(&server).await[0].attributes.is_empty());
}

#[tokio::test]
async fn no_tool_sees_makes_or_changes_the_client_of_the_page() {
    let server = server().await;
    support::add_tool(&server.t, "tool", "read:clients create:clients update:clients delete:clients").await;
    let bearer = format!("Bearer {}", support::tool_token(&server, "tool", "").await);
    let headers = [("authorization", bearer.as_str()), ("content-type", support::JSON)];
    let path = "/api/v2/clients/latchkey-account";
    assert_eq!(server.get(path, &headers).await.status, 404);
    assert!(!server.get("/api/v2/clients", &headers).await.text.contains("latchkey-account"));
    let body = json!({"client_id": "latchkey-account", "name": "Mine"}).to_string();
    let made = server.request(http::Method::POST, "/api/v2/clients", &headers, body.as_bytes()).await;
    assert_eq!(made.status, 409, "{}", made.text);
    let changed = server.request(http::Method::PATCH, path, &headers, b"{\"name\":\"Mine\"}").await;
    assert_eq!(changed.status, 404, "{}", changed.text);
}

/// Whoever looks into the log of an account sees where each change of it came from.
#[tokio::test]
async fn every_act_of_the_page_says_where_it_came_from() {
    let server = server().await;
    devices::enrol(&server, &latchkey_testkit::SoftDevice::es256(), "Ana's iPhone").await;
    server.t.clock.advance(61);
    elsewhere(&server).await;
    server.t.clock.advance(61);
    let (browser, page) = come_in(&server).await;
    passkeys::add(&browser, &page, 1).await;
    for (path, field) in [
        ("/account/name", ("name", "Ana")),
        ("/account/passkeys/rename", ("name", "Mine")),
        ("/account/passkeys/remove", ("x", "")),
        ("/account/devices/rename", ("name", "Mine")),
        ("/account/devices/remove", ("x", "")),
        ("/account/sessions/end", ("x", "")),
        ("/account/export", ("x", "")),
    ] {
        let page = browser.get("/account").await;
        let answer = press(&browser, &page, path, &[field]).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    elsewhere(&server).await;
    for (path, field) in [("/account/sessions/end-others", ("x", "")), ("/account/delete", ("word", PHONE))] {
        let page = browser.get("/account").await;
        press(&browser, &page, path, &[field]).await;
    }
    for (kind, count) in [
        (EventKind::AccountChanged, 1),
        (EventKind::MethodChanged, 4),
        (EventKind::DeviceKeyRemoved, 1),
        (EventKind::LoggedOut, 2),
        (EventKind::AccountExported, 1),
        (EventKind::AccountDeleted, 1),
    ] {
        let found = scene::events(&server, kind).await;
        assert_eq!(found.len(), count, "{kind:?}");
        assert!(found.iter().all(|event| event.ip.is_some()), "{kind:?}: {found:?}");
    }
}
