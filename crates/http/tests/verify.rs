//! `/passwordless/verify` in its two dialects: what SDKs check and what direct callers trade.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::limit::Bucket;
use latchkey_core::model::{Client, ClientKind, EventKind};
use latchkey_core::settings::Limits;
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{NATIVE, OTHER_NATIVE, TestEngine};
use latchkey_wire::token::{LEGACY_RO, PASSWORDLESS_OTP};
use serde_json::{Value, json};
use support::{Answer, FORM, JSON, MAILBOX, OTP_GRANT, TestServer, Way};

/// A client that may try a code at every door.
const DOORS: &str = "doors";
const SPENT: &str = "You've reached the maximum number of attempts. Please try to login again.";

async fn server() -> TestServer {
    let server = TestServer::new().await;
    let change = |client: &mut Client| {
        client.oidc_conformant = false;
        client.cross_origin_login = true;
        client.web_origins = vec!["https://app.example".into()];
        client.grant_types.push(LEGACY_RO.into());
    };
    server.t.add_client(DOORS, ClientKind::Native, None, change).await;
    for way in Way::BOTH {
        server.t.add_connection(way.connection(), way.strategy(), json!({})).await;
    }
    server
}

/// As auth0.js sends it; from version 8 with a client.
async fn check(server: &TestServer, way: Way, client: Option<&str>, code: &str) -> Answer {
    let mut body = json!({
        "connection": way.connection(), way.parameter(): way.address(), "verification_code": code,
    });
    if let Some(client) = client {
        body["client_id"] = json!(client);
    }
    server.post("/passwordless/verify", body).await
}

async fn redeem(server: &TestServer, way: Way, client: &str, code: &str) -> Answer {
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": client, "username": way.address(), "otp": code,
        "realm": way.connection(),
    });
    server.post("/oauth/token", body).await
}

fn refused(status: u16, error: &str, description: &str) -> (u16, String, String) {
    (status, error.to_owned(), description.to_owned())
}

/// P-090, P-091: the check; what the redirect makes of it is the redirect's affair.
#[tokio::test]
async fn a_checked_code_is_still_good_for_one_sign_in() {
    for way in Way::BOTH {
        let server = server().await;
        way.start(&server.t, DOORS).await;
        let code = way.code(&server.t);
        for client in [Some(DOORS), None] {
            let checked = check(&server, way, client, &code).await;
            assert_eq!((checked.status.as_u16(), checked.text.as_str()), (200, "{}"), "{way:?} {client:?}");
            assert_eq!(checked.header("content-type"), JSON);
        }
        assert!(way.user(&server.t).await.is_none(), "a check signs nobody up");
        assert_eq!(redeem(&server, way, DOORS, &code).await.status, 200);
        let again = check(&server, way, Some(DOORS), &code).await;
        assert_eq!(again.error(), refused(401, "invalid_user_password", way.wrong_code_text()));
    }
}

/// P-090: auth0.js 6 in its own bytes, a form without a client.
#[tokio::test]
async fn auth0_js_6_checks_a_code_with_a_form_that_names_no_client() {
    let server = server().await;
    Way::Email.start(&server.t, DOORS).await;
    let code = Way::Email.code(&server.t);
    let form = format!("connection=email&verification_code={code}&email=user%40example.com");
    let answer = server.form("/passwordless/verify", &form).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "{}"));
    let form = format!("phone_number=%2B14155550100&connection=sms&verification_code={code}");
    let wrong = server.form("/passwordless/verify", &form).await;
    let text = "Wrong phone number or verification code.";
    assert_eq!(wrong.error(), refused(401, "invalid_user_password", text));
}

/// P-090
#[tokio::test]
async fn without_a_client_it_is_the_one_that_asked_last() {
    let server = server().await;
    let way = Way::Email;
    let mut codes = Vec::new();
    for client in [NATIVE, OTHER_NATIVE] {
        way.start(&server.t, client).await;
        codes.push(way.code(&server.t));
        server.t.clock.advance(1);
    }
    assert_eq!(check(&server, way, None, &codes[1]).await.status, 200);
    assert_eq!(check(&server, way, None, &codes[0]).await.status, 401);
    assert_eq!(check(&server, way, Some(NATIVE), &codes[0]).await.status, 200);
    // The code of the last one is used; now the other one's is the last that is open.
    assert_eq!(redeem(&server, way, OTHER_NATIVE, &codes[1]).await.status, 200);
    assert_eq!(check(&server, way, None, &codes[0]).await.status, 200);
}

/// S-028: with or without a client, a try is a try.
#[tokio::test]
async fn three_wrong_checks_close_every_door() {
    for way in Way::BOTH {
        for client in [Some(DOORS), None] {
            let server = server().await;
            way.start(&server.t, DOORS).await;
            let wrong = way.wrong_code(&server.t);
            for text in [way.wrong_code_text(), way.wrong_code_text(), SPENT] {
                let answer = check(&server, way, client, &wrong).await;
                assert_eq!(answer.error(), refused(401, "invalid_user_password", text));
            }
            let code = way.code(&server.t);
            assert_eq!(check(&server, way, client, &code).await.status, 401);
            assert_eq!(
                redeem(&server, way, DOORS, &code).await.error(),
                refused(403, "invalid_grant", SPENT)
            );
            assert_eq!(across(&server, way, &code).await.error(), refused(403, "access_denied", SPENT));
            for path in ["/passwordless/verify", "/oauth/ro"] {
                let answer = server.post(path, old(way, &code)).await;
                let (status, error, _) = answer.error();
                assert_eq!((status, error.as_str()), (401, "invalid_user_password"), "{path}");
            }
        }
    }
}

/// S-028: and tries at other doors are tries here.
#[tokio::test]
async fn one_ledger_counts_the_tries_of_all_doors() {
    let server = server().await;
    let way = Way::Email;
    way.start(&server.t, DOORS).await;
    let wrong = way.wrong_code(&server.t);
    assert_eq!(check(&server, way, None, &wrong).await.error().2, way.wrong_code_text());
    assert_eq!(across(&server, way, &wrong).await.error().2, way.wrong_code_text());
    assert_eq!(redeem(&server, way, DOORS, &wrong).await.error().2, SPENT);
    assert_eq!(check(&server, way, Some(DOORS), &way.code(&server.t)).await.error().2, SPENT);
}

async fn across(server: &TestServer, way: Way, code: &str) -> Answer {
    let body = json!({
        "client_id": DOORS, "credential_type": PASSWORDLESS_OTP, "username": way.address(), "otp": code,
        "realm": way.connection(),
    });
    let headers = [("content-type", JSON), ("origin", "https://app.example")];
    server.request(Method::POST, "/co/authenticate", &headers, body.to_string().as_bytes()).await
}

/// The dialect of direct callers, and of `/oauth/ro`.
fn old(way: Way, code: &str) -> Value {
    json!({
        "client_id": DOORS, "connection": way.connection(), "grant_type": "password",
        "username": way.address(), "password": code, "scope": "openid",
    })
}

/// P-092
#[tokio::test]
async fn direct_callers_trade_the_code_for_tokens() {
    for way in Way::BOTH {
        let server = server().await;
        way.start(&server.t, DOORS).await;
        let wrong = server.post("/passwordless/verify", old(way, &way.wrong_code(&server.t))).await;
        assert_eq!(wrong.error(), refused(401, "invalid_user_password", way.wrong_code_text()));
        let code = way.code(&server.t);
        let answer = server.post("/passwordless/verify", old(way, &code)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.header("cache-control").contains("no-store"));
        let tokens = answer.json();
        assert_eq!(tokens["token_type"], "bearer");
        assert!(tokens["id_token"].is_string() && tokens["access_token"].is_string());
        let again = server.post("/passwordless/verify", old(way, &code)).await;
        assert_eq!(again.error(), refused(401, "invalid_user_password", way.wrong_code_text()));
        assert_eq!(check(&server, way, Some(DOORS), &code).await.status, 401);
    }
    // A form, and no grant type.
    let server = server().await;
    Way::Email.start(&server.t, DOORS).await;
    let code = Way::Email.code(&server.t);
    let form = format!("client_id={DOORS}&connection=email&username=user%40example.com&password={code}");
    assert_eq!(server.form("/passwordless/verify", &form).await.status, 200);
}

/// P-092: no tokens for clients that are not of that time.
#[tokio::test]
async fn the_dialect_of_direct_callers_is_off_for_clients_of_today() {
    let server = server().await;
    let way = Way::Email;
    way.start(&server.t, NATIVE).await;
    let mut body = old(way, &way.code(&server.t));
    body["client_id"] = json!(NATIVE);
    let answer = server.post("/passwordless/verify", body).await;
    assert_eq!(answer.error(), refused(404, "endpoint_disabled", "This endpoint is disabled"));
    // The code was not looked at.
    assert_eq!(redeem(&server, way, NATIVE, &way.code(&server.t)).await.status, 200);
}

/// P-093, P-001
#[tokio::test]
async fn what_is_missing_is_named() {
    let server = server().await;
    let sdk = json!({
        "client_id": DOORS, "connection": "email", "email": MAILBOX, "verification_code": "123456",
    });
    let table = [
        (&sdk, "connection", "missing connection parameter"),
        (&sdk, "email", "missing phone_number parameter"),
        (&sdk, "verification_code", "missing verification_code parameter"),
        (&old(Way::Email, "123456"), "username", "missing username parameter"),
        (&old(Way::Email, "123456"), "password", "missing password parameter"),
        (&old(Way::Email, "123456"), "connection", "missing connection parameter"),
        (&old(Way::Email, "123456"), "client_id", "missing client_id parameter"),
    ];
    for (whole, name, text) in table {
        let mut body = whole.clone();
        body.as_object_mut().unwrap().remove(name);
        let expected = refused(400, "invalid_request", text);
        assert_eq!(server.post("/passwordless/verify", body.clone()).await.error(), expected, "{body}");
        assert_eq!(server.form("/passwordless/verify", &form(&body)).await.error(), expected, "{body}");
    }
    let mut empty = sdk.clone();
    empty["email"] = json!("");
    let text = "missing email parameter";
    assert_eq!(
        server.post("/passwordless/verify", empty).await.error(),
        refused(400, "invalid_request", text)
    );
}

fn form(body: &Value) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in body.as_object().unwrap() {
        form.append_pair(name, value.as_str().unwrap());
    }
    form.finish()
}

/// P-093: the rest of the documented list, in the dialect of SDKs.
#[tokio::test]
async fn what_cannot_be_checked_is_refused_in_the_documented_words() {
    let server = server().await;
    let way = Way::Email;
    way.sign_in(&server.t, "openid").await;
    way.start(&server.t, NATIVE).await;
    let code = way.code(&server.t);
    let full = |change: Value| {
        let mut body = json!({
            "client_id": NATIVE, "connection": "email", "email": MAILBOX, "verification_code": code,
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let mut off = server.t.engine.store.find_connection("sms").await.unwrap().unwrap();
    off.enabled = false;
    server.t.engine.put_connection(&off).await.unwrap();
    let database = json!({"connection": "Username-Password-Authentication"});
    for (change, expected) in [
        (json!({"client_id": "nobody"}), refused(403, "unauthorized_client", "invalid client")),
        (json!({"connection": "nope"}), refused(400, "invalid_request", "the connection was not found")),
        (database, refused(400, "invalid_request", "the connection was not found")),
        (json!({"connection": "sms"}), refused(400, "invalid_request", "the connection was disabled")),
        (
            json!({"verification_code": 123_456}),
            refused(400, "invalid_request", "verification_code parameter must be a string"),
        ),
        (
            json!({"verification_code": "12 drop"}),
            refused(400, "invalid_request", "verification_code parameter is malformed"),
        ),
    ] {
        let answer = server.post("/passwordless/verify", full(change.clone())).await;
        assert_eq!(answer.error(), expected, "{change}");
    }
    // Nothing of that was a try.
    assert_eq!(check(&server, way, Some(NATIVE), &code).await.status, 200);
    server.t.clock.advance(way.code_life());
    let text = "The verification code has expired. Please try to login again.";
    let late = check(&server, way, Some(NATIVE), &code).await;
    assert_eq!(late.error(), refused(401, "invalid_user_password", text));
}

/// F5: a person who mistypes twice is let in at the third try.
#[tokio::test]
async fn a_right_check_takes_no_try_away() {
    for way in Way::BOTH {
        let server = server().await;
        way.start(&server.t, NATIVE).await;
        for _ in 0..2 {
            assert_eq!(check(&server, way, Some(NATIVE), &way.wrong_code(&server.t)).await.status, 401);
        }
        let code = way.code(&server.t);
        assert_eq!(check(&server, way, Some(NATIVE), &code).await.status, 200);
        assert_eq!(redeem(&server, way, NATIVE, &code).await.status, 200);
    }
}

/// S-018: where nobody asked for a code, a check costs what it costs elsewhere.
#[tokio::test]
async fn checks_of_codes_that_nobody_asked_for_are_failures_too() {
    let t = TestEngine::with(|s| {
        s.limits = Limits { failures_per_ip: Bucket::new(5, 5, 3600), ..Limits::off() };
    })
    .await;
    let server = TestServer::over(t);
    let way = Way::Email;
    for n in 0..5 {
        let answer = check(&server, way, None, "000000").await;
        assert_eq!(answer.status, 401, "{n}");
    }
    let none = check(&server, way, None, "000000").await;
    assert_eq!((none.status.as_u16(), none.error().1.as_str()), (429, "too_many_requests"));
    // So that no answer tells who is signing in just now.
    way.start(&server.t, NATIVE).await;
    assert_eq!(check(&server, way, None, "000000").await.masked(), none.masked());
    let events = server
        .t
        .engine
        .store
        .list_events(&EventFilter::default(), &Page { after: None, limit: 100 })
        .await
        .unwrap();
    assert_eq!(events.iter().filter(|event| event.kind == EventKind::WrongCode).count(), 5);
}

/// S-113: the check leaves something in the browser, so that pages of strangers may not ask for it.
#[tokio::test]
async fn a_page_of_nobodys_checks_no_code() {
    let server = server().await;
    let way = Way::Email;
    way.start(&server.t, DOORS).await;
    let form = format!("connection=email&verification_code={}&email=user%40example.com", way.code(&server.t));
    for origin in ["https://evil.example", "null", "https://app.example.evil.example"] {
        for form in [form.clone(), format!("{form}&client_id={DOORS}")] {
            let headers = [("content-type", FORM), ("origin", origin)];
            let answer =
                server.request(Method::POST, "/passwordless/verify", &headers, form.as_bytes()).await;
            assert_eq!((answer.status.as_u16(), answer.error().1.as_str()), (403, "unauthorized_client"));
            assert_eq!((answer.header("set-cookie"), answer.header("access-control-allow-origin")), ("", ""));
        }
    }
    for origin in ["https://login.example", "https://app.example"] {
        let headers = [("content-type", FORM), ("origin", origin)];
        let answer = server.request(Method::POST, "/passwordless/verify", &headers, form.as_bytes()).await;
        assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (200, origin));
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("__Host-latchkey_browser="), "{cookie}");
        for attribute in ["HttpOnly", "SameSite=None", "Secure", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
    }
}
