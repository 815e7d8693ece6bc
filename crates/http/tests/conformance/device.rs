//! Devices without a keyboard (RFC 8628): what the device is told, and what its person is shown and asked.

use http::Method;
use latchkey_core::model::{AudienceGrant, Client, ClientId, ClientKind, EventKind, TokenDialect};
use latchkey_core::settings::Limits;
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{CONFIDENTIAL, NATIVE, OTHER_NATIVE, PHONE, SPA, TestEngine};
use latchkey_wire::token::DEVICE_CODE;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, FORM, Form, JSON, TestServer, Way, authorize, build};
use crate::{claims, user_info};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

/// Limits that do not stand in the way of what a test is about.
async fn open_server() -> TestServer {
    TestServer::over(TestEngine::with(|settings| settings.limits = Limits::off()).await)
}

async fn ask(server: &TestServer, change: Value) -> Answer {
    let mut body = json!({"client_id": NATIVE, "scope": "openid phone"});
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    server.post("/oauth/device/code", body).await
}

async fn asked(server: &TestServer) -> Value {
    let answer = ask(server, json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn poll(server: &TestServer, codes: &Value) -> Answer {
    poll_as(server, NATIVE, codes).await
}

async fn poll_as(server: &TestServer, client: &str, codes: &Value) -> Answer {
    let body = json!({"grant_type": DEVICE_CODE, "client_id": client, "device_code": codes["device_code"]});
    server.post("/oauth/token", body).await
}

fn text<'v>(codes: &'v Value, name: &str) -> &'v str {
    codes[name].as_str().unwrap()
}

/// Types the code of a device; the page that follows.
async fn type_code(browser: &Browser<'_>, code: &str) -> Answer {
    let page = browser.get("/activate").await;
    browser.submit(&page, "/activate", &[("user_code", code)]).await
}

/// As [`type_code`], and signs in; the page that asks about the device.
async fn sign_in(server: &TestServer, browser: &Browser<'_>, code: &str) -> Answer {
    let page = type_code(browser, code).await;
    let page = browser.submit(&page, "/login", &[("address", PHONE)]).await;
    browser.submit(&page, "/login/code", &[("code", &server.t.code())]).await
}

async fn decide(browser: &Browser<'_>, page: &Answer, answer: &str) -> Answer {
    browser.submit(page, "/login/device", &[("answer", answer)]).await
}

async fn events(server: &TestServer, kind: EventKind) -> usize {
    let filter = EventFilter { kind: Some(kind), ..EventFilter::default() };
    server.t.engine.store.list_events(&filter, &Page::default()).await.unwrap().len()
}

/// C-056: RFC 8628 section 3.2; S-095
#[tokio::test]
async fn a_device_gets_a_code_for_itself_and_one_for_its_person() {
    let server = open_server().await;
    let answer = ask(&server, json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
    let codes = answer.json();
    let user_code = text(&codes, "user_code");
    let letters: Vec<char> = user_code.chars().filter(|c| *c != '-').collect();
    assert_eq!((user_code.len(), user_code.find('-'), letters.len()), (9, Some(4), 8));
    assert!(letters.iter().all(|letter| "BCDFGHJKLMNPQRSTVWXZ".contains(*letter)), "{user_code}");
    assert_eq!(text(&codes, "device_code").len(), 43);
    assert_eq!(codes["verification_uri"], "https://login.example/activate");
    let complete = format!("https://login.example/activate?user_code={user_code}");
    assert_eq!(codes["verification_uri_complete"], complete);
    assert_eq!((&codes["expires_in"], &codes["interval"]), (&json!(900), &json!(5)));
    let other = asked(&server).await;
    assert_ne!(codes["device_code"], other["device_code"]);
    assert_ne!(codes["user_code"], other["user_code"]);
    let facts = server.get("/.well-known/openid-configuration", &[]).await.json();
    assert_eq!(facts["device_authorization_endpoint"], "https://login.example/oauth/device/code");
    assert!(facts["grant_types_supported"].as_array().unwrap().contains(&json!(DEVICE_CODE)));
}

/// C-056, S-096
#[tokio::test]
async fn a_device_is_signed_in_by_the_person_who_types_its_code() {
    let server = open_server().await;
    let codes = ask(&server, json!({"scope": "openid phone offline_access"})).await.json();
    assert_eq!(poll(&server, &codes).await.error().1, "authorization_pending");
    let browser = Browser::new(&server);
    // As people type it.
    let typed = text(&codes, "user_code").to_lowercase().replace('-', " ");
    let page = sign_in(&server, &browser, &typed).await;
    server.t.clock.advance(5);
    assert_eq!(poll(&server, &codes).await.error().1, "authorization_pending");
    let done = decide(&browser, &page, "allow").await;
    assert!(done.status == 200 && done.text.contains("Device connected"), "{}", done.text);

    let answer = poll(&server, &codes).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("cache-control")),
        (200, "no-store"),
        "{}",
        answer.text
    );
    let tokens = answer.json();
    assert_eq!(tokens["scope"], "openid phone offline_access");
    let id_token = claims(&tokens["id_token"]);
    assert_eq!((&id_token["aud"], &id_token["amr"]), (&json!(NATIVE), &json!(["sms", "otp"])));
    // It is not the browser that was signed in.
    assert!(id_token.get("sid").is_none() && id_token["auth_time"].is_i64());
    assert_eq!(user_info(&server, &tokens["access_token"]).await.json()["phone_number"], PHONE);
    // Once.
    assert_eq!(poll(&server, &codes).await.error().1, "invalid_grant");
    assert_eq!(events(&server, EventKind::DeviceActivated).await, 1);
    assert_eq!(events(&server, EventKind::DeviceExchanged).await, 1);

    let refresh =
        json!({"grant_type": "refresh_token", "client_id": NATIVE, "refresh_token": tokens["refresh_token"]});
    let renewed = server.post("/oauth/token", refresh).await.json();
    let revoke = json!({"client_id": NATIVE, "token": renewed["refresh_token"]});
    assert_eq!(server.post("/oauth/revoke", revoke).await.status, 200);
    for token in [&tokens["access_token"], &renewed["access_token"]] {
        assert_eq!(user_info(&server, token).await.status, 401);
    }
}

/// S-096
#[tokio::test]
async fn whoever_is_signed_in_is_asked_and_told_who_asks() {
    let server = open_server().await;
    let browser = Browser::of(&server, "", "en");
    browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    let body = json!({"client_id": NATIVE}).to_string();
    let headers = [("content-type", JSON), ("user-agent", FIREFOX)];
    for (peer, network) in [
        ("192.0.2.1:9", "The request came from the network that you are on now."),
        ("203.0.113.7:9", "The request came from another network: 203.0.113.7"),
    ] {
        let request = build(Method::POST, "/oauth/device/code", &headers, body.as_bytes());
        let codes = server.send_from(peer.parse().unwrap(), request).await.json();
        let page = type_code(&browser, text(&codes, "user_code")).await;
        assert_eq!(page.status, 200, "{}", page.text);
        for told in [
            "Sign in to native on your device?",
            text(&codes, "user_code"),
            "from Firefox on Linux",
            network,
            "If somebody sent you this code or a link with it, decline",
            "Signed in as +1",
        ] {
            assert!(page.text.contains(told), "{told} is not in {}", page.text);
        }
        // Nothing happens before the press.
        assert_eq!(poll(&server, &codes).await.error().1, "authorization_pending");
        decide(&browser, &page, "allow").await;
        assert_eq!(poll(&server, &codes).await.status, 200);
    }
}

/// S-103: what the app of somebody else gets is told.
#[tokio::test]
async fn the_device_of_another_firm_says_what_it_gets() {
    let server = open_server().await;
    server.t.add_client("tv", ClientKind::Native, None, |client| client.first_party = false).await;
    server.reconnect().await;
    let browser = Browser::of(&server, "", "en");
    browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    let codes = ask(&server, json!({"client_id": "tv"})).await.json();
    let page = type_code(&browser, text(&codes, "user_code")).await;
    assert!(page.text.contains("see your phone number"), "{}", page.text);
}

/// S-095, S-096
#[tokio::test]
async fn a_code_in_the_address_is_filled_in_and_still_asks_for_two_presses() {
    let server = open_server().await;
    let browser = Browser::of(&server, "", "en");
    browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    let codes = asked(&server).await;
    let complete = text(&codes, "verification_uri_complete").strip_prefix("https://login.example").unwrap();
    let page = browser.get(complete).await;
    let code = text(&codes, "user_code");
    assert!(page.text.contains(&format!("value=\"{code}\"")), "{}", page.text);
    assert_eq!(poll(&server, &codes).await.error().1, "authorization_pending");
    let page = browser.submit(&page, "/activate", &[("user_code", code)]).await;
    assert!(page.text.contains(code) && page.text.contains("Connect the device"), "{}", page.text);
    server.t.clock.advance(5);
    assert_eq!(poll(&server, &codes).await.error().1, "authorization_pending");
    decide(&browser, &page, "allow").await;
    assert_eq!(poll(&server, &codes).await.status, 200);

    let nasty = browser.get("/activate?user_code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(nasty.status == 200 && !nasty.text.contains("<script>alert"), "{}", nasty.text);
    assert!(browser.get("/activate?user_code=a&user_code=b&lang=ar").await.text.contains("dir=\"rtl\""));
}

/// S-097, C-056: RFC 8628 section 3.5
#[tokio::test]
async fn a_device_that_does_not_wait_is_told_to_wait_longer() {
    let server = open_server().await;
    let codes = asked(&server).await;
    let told = async |wait: i64| {
        server.t.clock.advance(wait);
        let answer = poll(&server, &codes).await;
        (answer.status.as_u16(), answer.error().1, answer.header("retry-after").to_owned())
    };
    let pending = (403, "authorization_pending".to_owned(), String::new());
    let slow = |seconds: &str| (429, "slow_down".to_owned(), seconds.to_owned());
    assert_eq!(told(0).await, pending);
    assert_eq!(told(5).await, pending);
    assert_eq!(told(1).await, slow("10"));
    assert_eq!(told(9).await, slow("15"));
    assert_eq!(told(15).await, pending);
    assert_eq!(told(14).await, slow("20"));
    assert_eq!(told(20).await, pending);
}

/// S-097
#[tokio::test]
async fn the_end_is_told_once() {
    let server = open_server().await;
    let browser = Browser::new(&server);
    browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    let declined = asked(&server).await;
    let page = type_code(&browser, text(&declined, "user_code")).await;
    let done = decide(&browser, &page, "deny").await;
    assert!(done.status == 200 && done.text.contains("Device not connected"), "{}", done.text);
    for error in ["access_denied", "invalid_grant", "invalid_grant"] {
        assert_eq!(poll(&server, &declined).await.error().1, error);
    }
    assert_eq!(events(&server, EventKind::DeviceDeclined).await, 1);

    let late = asked(&server).await;
    server.t.clock.advance(899);
    assert_eq!(poll(&server, &late).await.error().1, "authorization_pending");
    server.t.clock.advance(1);
    let page = type_code(&browser, text(&late, "user_code")).await;
    assert_eq!(page.status, 400, "{}", page.text);
    for error in ["expired_token", "invalid_grant", "invalid_grant"] {
        assert_eq!(poll(&server, &late).await.error().1, error);
    }
}

/// S-097: allowed too late is not allowed.
#[tokio::test]
async fn who_takes_longer_than_the_code_lives_allows_nothing() {
    let server = open_server().await;
    let browser = Browser::new(&server);
    browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    let codes = asked(&server).await;
    let page = type_code(&browser, text(&codes, "user_code")).await;
    server.t.clock.advance(900);
    assert_eq!(decide(&browser, &page, "allow").await.status, 410);
    assert_eq!(poll(&server, &codes).await.error().1, "expired_token");
}

#[tokio::test]
async fn a_device_code_is_for_its_client_only() {
    let server = open_server().await;
    let codes = asked(&server).await;
    assert_eq!(poll_as(&server, OTHER_NATIVE, &codes).await.error().1, "invalid_grant");
    assert_eq!(poll_as(&server, NATIVE, &json!({"device_code": "bogus"})).await.error().1, "invalid_grant");
    assert_eq!(poll_as(&server, SPA, &codes).await.error().1, "unauthorized_client");
    assert_eq!(poll(&server, &codes).await.error().1, "authorization_pending");
    let none = server.post("/oauth/token", json!({"grant_type": DEVICE_CODE, "client_id": NATIVE})).await;
    assert_eq!(none.error().1, "invalid_request");
}

#[tokio::test]
async fn of_two_people_with_one_code_the_first_decides() {
    let server = open_server().await;
    let (first, second) = (Browser::new(&server), Browser::new(&server));
    for browser in [&first, &second] {
        browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    }
    let codes = asked(&server).await;
    let code = text(&codes, "user_code");
    let (one, two) = (type_code(&first, code).await, type_code(&second, code).await);
    decide(&first, &one, "deny").await;
    assert_eq!(decide(&second, &two, "allow").await.status, 410);
    assert_eq!(poll(&server, &codes).await.error().1, "access_denied");
    // The code is used up.
    assert_eq!(type_code(&second, code).await.status, 400);
}

/// S-095, RL-17
#[tokio::test]
async fn five_wrong_codes_in_a_browser_are_the_last_of_a_day() {
    let server = TestServer::over(
        TestEngine::with(|settings| {
            settings.limits = Limits { user_codes_per_browser: 5, ..Limits::off() };
        })
        .await,
    );
    let codes = asked(&server).await;
    let code = text(&codes, "user_code");
    let browser = Browser::new(&server);
    // Right ones cost nothing.
    for _ in 0..7 {
        assert_eq!(type_code(&browser, code).await.status, 200);
    }
    for wrong in ["BBBB-BBBB", "AAAA-AAAA", "<script>alert(1)</script>", "1", "\u{1f511}"] {
        let page = type_code(&browser, wrong).await;
        assert!(page.status == 400 && page.text.contains("role=\"alert\""), "{wrong}: {}", page.text);
        assert!(
            page.text.contains("aria-invalid=\"true\"") && !page.text.contains("<script>alert"),
            "{wrong}"
        );
    }
    let refused = type_code(&browser, code).await;
    assert_eq!(refused.status, 429, "{}", refused.text);
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 86_000);
    assert_eq!(events(&server, EventKind::DeviceActivationFailed).await, 5);
    assert_eq!(type_code(&Browser::new(&server), code).await.status, 200);
    server.t.clock.advance(86_400);
    assert_eq!(type_code(&browser, "BBBB-BBBB").await.status, 400);
}

/// S-095, RL-17
#[tokio::test]
async fn a_spray_of_codes_is_limited_by_its_network_and_over_all() {
    let server = TestServer::over(
        TestEngine::with(|settings| {
            settings.limits =
                Limits { user_codes_per_ip: Limits::default().user_codes_per_ip, ..Limits::off() };
        })
        .await,
    );
    let mut told = Vec::new();
    for _ in 0..7 {
        told.push(type_code(&Browser::new(&server), "BBBB-BBBB").await.status.as_u16());
    }
    assert_eq!(told, [400, 400, 400, 400, 400, 429, 429]);

    let server = TestServer::over(
        TestEngine::with(|settings| {
            settings.limits = Limits { user_codes_per_day: 1000, ..Limits::off() };
        })
        .await,
    );
    let mut passed = 0;
    let mut browser = Browser::new(&server);
    let mut page = browser.get("/activate").await;
    for n in 0..1010 {
        if n % 100 == 0 {
            browser = Browser::new(&server);
            page = browser.get("/activate").await;
        }
        passed +=
            u32::from(browser.submit(&page, "/activate", &[("user_code", "BBBB-BBBB")]).await.status == 400);
    }
    assert_eq!(passed, 1000);
}

/// S-113
#[tokio::test]
async fn only_forms_of_our_pages_count() {
    let server = open_server().await;
    let browser = Browser::new(&server);
    browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    let codes = asked(&server).await;
    let code = text(&codes, "user_code");
    assert_eq!(browser.post("/activate", &[("user_code", code)]).await.status, 403);
    let page = type_code(&browser, code).await;
    let form = Form::of(&page, "/login/device");
    assert_eq!(browser.post(&form.action, &[("answer", "allow"), ("token", "x")]).await.status, 403);
    let stranger = Browser::new(&server);
    stranger.get("/activate").await;
    assert_eq!(stranger.get(&form.action).await.status, 403);
    // The page of consent is not for devices: it would answer with a code.
    let other = form.action.replace("/login/device", "/login/consent");
    let shown = browser.get(&other).await;
    assert_eq!((shown.status.as_u16(), shown.header("location")), (303, form.action.as_str()));
    let answer = browser.post(&other, &[("answer", "allow"), ("token", form.token())]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (410, ""));
    assert_eq!(poll(&server, &codes).await.error().1, "authorization_pending");
    decide(&browser, &page, "allow").await;
    assert_eq!(poll(&server, &codes).await.status, 200);
}

#[tokio::test]
async fn what_a_device_may_not_ask_for_is_refused_with_its_reason() {
    let server = open_server().await;
    for (change, status, error) in [
        (json!({"client_id": SPA}), 403, "unauthorized_client"),
        (json!({"client_id": "nobody"}), 401, "invalid_client"),
        (json!({"client_id": CONFIDENTIAL}), 401, "invalid_client"),
        (json!({"client_id": CONFIDENTIAL, "client_secret": "wrong"}), 401, "invalid_client"),
        (json!({"audience": "https://nobody.example/"}), 400, "invalid_request"),
        (json!({"scope": "\u{e9}"}), 400, "invalid_scope"),
        (json!({"scope": 5}), 400, "invalid_request"),
    ] {
        let answer = ask(&server, change.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.error().1.as_str()), (status, error), "{change}");
    }
    assert_eq!(server.get("/oauth/device/code", &[]).await.status, 405);
    let form = format!("client_id={NATIVE}&scope=openid");
    let answer =
        server.request(Method::POST, "/oauth/device/code", &[("content-type", FORM)], form.as_bytes()).await;
    assert_eq!(answer.status, 200);
}

/// S-029: an operator who takes something away meanwhile means it.
#[tokio::test]
async fn a_client_that_may_no_more_gets_nothing_for_its_device() {
    let server = open_server().await;
    let api = |client: &mut Client| {
        client.audiences = vec![AudienceGrant {
            audience: "https://api.example/".into(),
            scopes: latchkey_wire::Scopes::parse("read:things").unwrap(),
            token_lifetime: 3600,
            dialect: TokenDialect::AccessToken,
            further: Default::default(),
        }];
    };
    server.t.add_client("tv", ClientKind::Native, None, api).await;
    server.reconnect().await;
    let browser = Browser::new(&server);
    browser.sign_in(&server, &authorize(SPA, &[]), PHONE).await;
    let for_api =
        json!({"client_id": "tv", "audience": "https://api.example/", "scope": "openid read:things"});
    let (first, second) = (ask(&server, for_api.clone()).await.json(), ask(&server, for_api).await.json());
    let page = type_code(&browser, text(&first, "user_code")).await;
    let other = type_code(&browser, text(&second, "user_code")).await;
    decide(&browser, &page, "allow").await;
    let tokens = poll_as(&server, "tv", &first).await.json();
    assert_eq!(claims(&tokens["access_token"])["scope"], "openid read:things");
    let without = |client: &mut Client| client.grant_types.retain(|grant| grant != DEVICE_CODE);
    server.t.add_client("tv", ClientKind::Native, None, without).await;
    assert_eq!(decide(&browser, &other, "allow").await.status, 410);
    assert_eq!(poll_as(&server, "tv", &second).await.error().1, "unauthorized_client");
    assert_eq!(type_code(&browser, text(&second, "user_code")).await.status, 400);
    let gone = ClientId::from("tv");
    assert!(server.t.engine.store.delete_client(&gone, Vec::new()).await.unwrap());
    server.t.engine.directory.forget();
    assert_eq!(poll_as(&server, "tv", &second).await.error().1, "invalid_client");
}

/// S-029: between the press and the poll.
#[tokio::test]
async fn a_device_gets_nothing_once_its_person_is_blocked() {
    let server = open_server().await;
    let browser = Browser::new(&server);
    let codes = asked(&server).await;
    let page = sign_in(&server, &browser, text(&codes, "user_code")).await;
    decide(&browser, &page, "allow").await;
    let mut user = Way::Sms.user(&server.t).await.unwrap();
    user.blocked = true;
    assert!(server.t.engine.store.update_user(&user).await.unwrap());
    let refused = poll(&server, &codes).await;
    assert!(refused.status == 403 && !refused.text.contains("access_token"), "{}", refused.text);
}

/// S-098: what a person allowed and an operator took back before the device asked.
#[tokio::test]
async fn a_device_of_another_firm_gets_nothing_once_its_consent_is_revoked() {
    let server = open_server().await;
    let theirs = |client: &mut Client| client.first_party = false;
    server.t.add_client("tv", ClientKind::Native, None, theirs).await;
    server.reconnect().await;
    let browser = Browser::new(&server);
    let codes = ask(&server, json!({"client_id": "tv", "scope": "openid offline_access"})).await.json();
    let page = sign_in(&server, &browser, text(&codes, "user_code")).await;
    decide(&browser, &page, "allow").await;
    let engine = &server.t.engine;
    let consents = engine.store.list_consents(&Default::default(), &Default::default()).await.unwrap();
    assert!(engine.revoke_consent(&consents[0].id, None).await.unwrap().is_some());
    assert_eq!(poll_as(&server, "tv", &codes).await.error().1, "invalid_grant");
}

/// A device that waits no more is allowed nothing, and its client gets no consent by it.
#[tokio::test]
async fn a_late_yes_leaves_no_consent_behind() {
    let server = open_server().await;
    let theirs = |client: &mut Client| client.first_party = false;
    server.t.add_client("tv", ClientKind::Native, None, theirs).await;
    server.reconnect().await;
    let browser = Browser::new(&server);
    let codes = ask(&server, json!({"client_id": "tv", "scope": "openid"})).await.json();
    let page = sign_in(&server, &browser, text(&codes, "user_code")).await;
    server.t.clock.advance(900);
    assert_eq!(decide(&browser, &page, "allow").await.status, 410);
    let consents = server.t.engine.store.list_consents(&Default::default(), &Default::default()).await;
    assert!(consents.unwrap().is_empty());
}
