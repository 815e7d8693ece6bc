//! `/co/authenticate` from pages of clients, and what their scripts ask first.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::flow::browser::Browser;
use latchkey_core::flow::sign_in::Entered;
use latchkey_core::flow::verify_code::{NamedCode, Redirected};
use latchkey_core::model::{ClientKind, HandleKind, TokenHash};
use latchkey_testkit::{NATIVE, OTHER_NATIVE, SPA, START};
use latchkey_wire::Secret;
use latchkey_wire::authorize::AuthorizeRequest;
use latchkey_wire::token::PASSWORDLESS_OTP;
use serde_json::{Value, json};
use support::{Answer, FORM, JSON, MAILBOX, TestServer, Way};

const PAGE: &str = "https://app.example";
const PATH: &str = "/co/authenticate";
const ALL_AND_ONLY: &str = "Invalid request body. All and only of client_id, credential_type, username, otp, realm are \
                            required.";

/// A server whose browser client signs in from its own pages.
async fn server() -> TestServer {
    let server = TestServer::new().await;
    server
        .t
        .add_client(SPA, ClientKind::Spa, None, |client| {
            client.web_origins = vec![PAGE.into()];
            client.cross_origin_login = true;
        })
        .await;
    server
}

fn body(way: Way, code: &str, change: Value) -> Value {
    let mut body = json!({
        "client_id": SPA, "credential_type": PASSWORDLESS_OTP, "username": way.address(), "otp": code,
        "realm": way.connection(),
    });
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn post_from(server: &TestServer, origin: &str, body: &Value) -> Answer {
    let headers = [("content-type", JSON), ("origin", origin)];
    server.request(Method::POST, PATH, &headers, body.to_string().as_bytes()).await
}

async fn post(server: &TestServer, body: &Value) -> Answer {
    post_from(server, PAGE, body).await
}

fn refused(status: u16, error: &str, description: &str) -> (u16, String, String) {
    (status, error.to_owned(), description.to_owned())
}

/// Name, value and attributes of the only cookie.
fn cookie(answer: &Answer) -> (String, String, String) {
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1);
    let (name, rest) = answer.header("set-cookie").split_once('=').unwrap();
    let (value, attributes) = rest.split_once(';').unwrap();
    (name.to_owned(), value.to_owned(), attributes.to_owned())
}

/// P-101, S-108
#[tokio::test]
async fn a_proved_code_gives_a_ticket_for_this_browser_and_client() {
    for way in Way::BOTH {
        let server = server().await;
        way.start(&server.t, SPA).await;
        let code = way.code(&server.t);
        let answer = post(&server, &body(way, &code, json!({}))).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, JSON), "{}", answer.text);
        assert_eq!(answer.header("access-control-allow-origin"), PAGE);
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        assert!(answer.headers.get_all("vary").iter().any(|value| value == "Origin"));
        assert!(answer.header("cache-control").contains("no-store"));
        let fields = answer.json();
        let names: Vec<&String> = fields.as_object().unwrap().keys().collect();
        assert_eq!(names, ["co_id", "co_verifier", "login_ticket"]);
        let lengths =
            ["co_id", "co_verifier", "login_ticket"].map(|name| fields[name].as_str().unwrap().len());
        assert_eq!(lengths, [12, 43, 43]);

        let (name, value, attributes) = cookie(&answer);
        assert_eq!((name.as_str(), value.len()), ("__Host-latchkey_browser", 43));
        for attribute in ["HttpOnly", "Secure", "SameSite=None", "Path=/"] {
            assert!(attributes.contains(attribute), "{attributes}");
        }
        assert!(!attributes.contains("Domain"), "{attributes}");

        // Only its hash is kept, with whom it proves and where.
        let ticket = fields["login_ticket"].as_str().unwrap();
        let id = TokenHash::of(&Secret::new(ticket));
        let handle = server.t.engine.store.find_handle(&id, HandleKind::LoginTicket).await.unwrap().unwrap();
        assert!(!handle.body.contains(ticket) && !handle.body.contains(&value));
        assert_eq!((handle.expires_at.0, handle.used_at), (START + 60, None));
        let kept: Value = serde_json::from_str(&handle.body).unwrap();
        assert_eq!(kept["user"], way.user(&server.t).await.unwrap().id.as_str());
        assert_eq!((&kept["client"], &kept["connection"]), (&json!(SPA), &json!(way.connection())));
        assert_eq!(kept["browser"], serde_json::to_value(TokenHash::of(&Secret::new(value))).unwrap());

        // The code is used up.
        let again = post(&server, &body(way, &code, json!({}))).await;
        assert_eq!(again.error(), refused(403, "access_denied", way.wrong_code_text()));
        assert_eq!(again.header("set-cookie"), "");
    }
}

/// P-101
#[tokio::test]
async fn a_browser_that_has_its_cookie_keeps_it() {
    let server = server().await;
    let way = Way::Email;
    way.start(&server.t, SPA).await;
    let known = "b".repeat(43);
    let line = format!("__Host-latchkey_browser={known}");
    let headers = [("content-type", JSON), ("origin", PAGE), ("cookie", line.as_str())];
    let body = body(way, &way.code(&server.t), json!({})).to_string();
    let answer = server.request(Method::POST, PATH, &headers, body.as_bytes()).await;
    assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (200, ""));
    let ticket = answer.json()["login_ticket"].as_str().unwrap().to_owned();
    let id = TokenHash::of(&Secret::new(ticket));
    let handle = server.t.engine.store.find_handle(&id, HandleKind::LoginTicket).await.unwrap().unwrap();
    let kept: Value = serde_json::from_str(&handle.body).unwrap();
    assert_eq!(kept["browser"], serde_json::to_value(TokenHash::of(&Secret::new(known))).unwrap());
}

/// P-099, P-001
#[tokio::test]
async fn all_and_only_the_five_parameters_are_taken() {
    let server = server().await;
    let whole = body(Way::Email, "123456", json!({}));
    let mut bodies = vec![json!({}), body(Way::Email, "123456", json!({"extra": 1}))];
    // What auth0.js sends for a password, and what older ones add.
    bodies.push(body(Way::Email, "123456", json!({"password": "secret"})));
    bodies.push(body(Way::Email, "123456", json!({"scope": "openid"})));
    for name in ["client_id", "credential_type", "username", "otp", "realm"] {
        let mut missing = whole.clone();
        missing.as_object_mut().unwrap().remove(name);
        bodies.push(missing);
        for value in [json!(""), json!(null), json!(7), json!(["123456"])] {
            bodies.push(body(Way::Email, "123456", json!({name: value})));
        }
    }
    for body in bodies {
        let answer = post(&server, &body).await;
        assert_eq!(answer.error(), refused(400, "invalid_request", ALL_AND_ONLY), "{body}");
        assert_eq!(answer.header("set-cookie"), "");
    }
    let headers = [("content-type", FORM), ("origin", PAGE)];
    let form = server.request(Method::POST, PATH, &headers, b"client_id=spa&otp=123456").await;
    assert_eq!(form.error(), refused(400, "invalid_request", ALL_AND_ONLY));
}

/// P-100
#[tokio::test]
async fn pages_of_others_are_refused_in_plain_text_and_cost_no_try() {
    let server = server().await;
    let way = Way::Email;
    server
        .t
        .add_client(OTHER_NATIVE, ClientKind::Native, None, |client| {
            client.web_origins = vec!["https://other.example".into()];
        })
        .await;
    way.start(&server.t, SPA).await;
    let body = body(way, &way.code(&server.t), json!({}));
    for origin in [
        "https://evil.example",
        "https://test.app",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "https://APP.example",
        "https://other.example",
        "null",
    ] {
        let answer = post_from(&server, origin, &body).await;
        assert_eq!(answer.status, 403, "{origin}");
        assert_eq!(answer.text, format!("Origin {origin} is not allowed."));
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(answer.header("set-cookie"), "");
        // Another client's page may read that it is refused.
        let readable = if origin == "https://other.example" { origin } else { "" };
        assert_eq!(answer.header("access-control-allow-origin"), readable, "{origin}");
    }
    let without = server.post(PATH, body.clone()).await;
    assert_eq!((without.status.as_u16(), without.text.as_str()), (403, "Origin  is not allowed."));
    // The origin of a callback is one of the client's.
    assert_eq!(post(&server, &body).await.status, 200);
    assert_eq!(Way::Email.user(&server.t).await.unwrap().logins_count, 1);
}

/// P-100: what goes back into the text came with the request.
#[tokio::test]
async fn an_origin_that_is_none_is_not_told_back_whole() {
    let server = server().await;
    let body = body(Way::Email, "123456", json!({}));
    for origin in ["<script>alert(1)</script>", "https://evil.example/<b>", "https://\u{e9}vil.example"] {
        let answer = post_from(&server, origin, &body).await;
        assert_eq!(answer.status, 403);
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.text.is_ascii());
    }
    let long = format!("https://{}.example", "x".repeat(600));
    assert!(post_from(&server, &long, &body).await.text.len() < 300);
}

async fn preflight(server: &TestServer, path: &str, origin: &str, method: &str) -> Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", method),
        ("access-control-request-headers", "content-type,auth0-client"),
    ];
    server.request(Method::OPTIONS, path, &headers, b"").await
}

/// P-101, P-010
#[tokio::test]
async fn browsers_of_listed_pages_may_bring_their_cookies_and_no_answer_is_for_any_page() {
    let server = server().await;
    for (path, method) in [
        (PATH, "POST"),
        ("/passwordless/challenge", "POST"),
        ("/usernamepassword/challenge", "POST"),
        ("/user/ssodata", "GET"),
        ("/user/geoloc/country", "GET"),
    ] {
        let asked = preflight(&server, path, PAGE, method).await;
        assert_eq!(asked.status, 204, "{path}");
        assert_eq!(asked.header("access-control-allow-origin"), PAGE, "{path}");
        assert_eq!(asked.header("access-control-allow-credentials"), "true", "{path}");
        assert!(asked.header("access-control-allow-methods").contains(method), "{path}");
        for name in ["Content-Type", "Auth0-Client"] {
            assert!(asked.header("access-control-allow-headers").contains(name), "{path}");
        }
        for origin in ["https://evil.example", "null"] {
            let foreign = preflight(&server, path, origin, method).await;
            for name in ["origin", "credentials", "methods", "headers"] {
                let name = format!("access-control-allow-{name}");
                assert_eq!(foreign.header(&name), "", "{path} {origin} {name}");
            }
            assert!(foreign.headers.get_all("vary").iter().any(|value| value == "Origin"), "{path}");
        }
        let method: Method = method.parse().unwrap();
        for origin in [PAGE, "https://evil.example"] {
            let headers = [("content-type", JSON), ("origin", origin)];
            let answer = server.request(method.clone(), path, &headers, b"{}").await;
            assert_ne!(answer.header("access-control-allow-origin"), "*", "{path} {origin}");
        }
    }
    // What needs no cookie does not take one along.
    for path in ["/passwordless/start", "/passwordless/verify", "/oauth/token", "/userinfo"] {
        let asked = preflight(&server, path, PAGE, "POST").await;
        assert_eq!(asked.header("access-control-allow-credentials"), "", "{path}");
    }
}

/// P-103
#[tokio::test]
async fn what_is_proved_and_where_must_be_known() {
    let server = server().await;
    for kind in ["x", "password", "http://auth0.com/oauth/grant-type/password-realm"] {
        let answer = post(&server, &body(Way::Email, "123456", json!({"credential_type": kind}))).await;
        let text = "Unknown credential type parameter.";
        assert_eq!(answer.error(), refused(400, "unsupported_credential_type", text), "{kind}");
    }
    for realm in ["nope", "Email", "Username-Password-Authentication"] {
        let answer = post(&server, &body(Way::Email, "123456", json!({"realm": realm}))).await;
        assert_eq!(answer.error(), refused(400, "invalid_request", &format!("Unknown realm {realm}.")));
    }
    // A realm that cannot be one is not told back.
    let answer = post(&server, &body(Way::Email, "123456", json!({"realm": "a\u{202e}b"}))).await;
    assert_eq!(answer.error(), refused(400, "invalid_request", "Unknown realm."));
}

/// 2.7: the rest of the documented list.
#[tokio::test]
async fn clients_users_and_codes_are_refused_in_the_documented_words() {
    let server = server().await;
    server.t.add_client("third-party", ClientKind::Spa, None, |client| client.first_party = false).await;
    let not_allowed = refused(401, "unauthorized_client", "Cross origin login not allowed.");
    for client in [NATIVE, "third-party", "nobody"] {
        let answer = post(&server, &body(Way::Email, "123456", json!({"client_id": client}))).await;
        assert_eq!(answer.error(), not_allowed, "{client}");
    }
    for way in Way::BOTH {
        way.start(&server.t, SPA).await;
        let wrong = body(way, &way.wrong_code(&server.t), json!({}));
        for text in [
            way.wrong_code_text(),
            way.wrong_code_text(),
            "You've reached the maximum number of attempts. Please try to login again.",
        ] {
            assert_eq!(post(&server, &wrong).await.error(), refused(403, "access_denied", text));
        }
        way.add_user(&server.t).await;
        way.start(&server.t, SPA).await;
        way.block(&server.t).await;
        let right = body(way, &way.code(&server.t), json!({}));
        assert_eq!(post(&server, &right).await.error(), refused(403, "blocked_user", "Blocked user"));
    }
}

/// P-111
#[tokio::test]
async fn no_captcha_is_wanted_and_the_country_is_where_forms_begin() {
    let server = server().await;
    for path in ["/passwordless/challenge", "/usernamepassword/challenge"] {
        for answer in [
            server.post(path, json!({"state": "s"})).await,
            server.post(path, json!({})).await,
            server.form(path, "state=s").await,
        ] {
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, JSON), "{path}");
            assert_eq!(answer.text, r#"{"required":false}"#);
        }
        assert_eq!(server.get(path, &[]).await.status, 405);
    }
    let answer = server.get("/user/geoloc/country", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, JSON));
    assert_eq!(answer.json()["country_code"], "US");
}

/// P-114
#[tokio::test]
async fn ssodata_tells_who_is_signed_in_in_this_browser_alone() {
    let server = server().await;
    let way = Way::Email;
    for path in ["/user/ssodata", "/user/ssodata/", "/user/ssodata?ldaps=1&client_id=spa"] {
        for cookie in ["", "__Host-latchkey_session=nonsense"] {
            let answer = server.get(path, &[("cookie", cookie), ("origin", PAGE)]).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, r#"{"sso":false}"#), "{path}");
            assert_eq!(answer.header("set-cookie"), "");
        }
    }
    way.start(&server.t, SPA).await;
    let cookie = signed_in(&server, way).await;
    let line = format!("__Host-latchkey_session={}", cookie.expose());
    let about = server.get("/user/ssodata", &[("cookie", &line)]).await.json();
    assert_eq!(
        about,
        json!({
            "sso": true, "current_user_clients": [SPA], "session_clients": [SPA],
            "last_used_client_id": SPA, "last_used_username": MAILBOX,
            "last_used_connection": {"name": "email", "strategy": "email"},
        })
    );
}

/// The cookie of a session.
async fn signed_in(server: &TestServer, way: Way) -> Secret {
    let code = Secret::new(way.code(&server.t));
    let named = NamedCode { connection: way.connection(), username: way.address(), code: &code };
    let browser = Browser { cookie: Secret::new("b".repeat(43)), session: None };
    let request = AuthorizeRequest {
        client_id: Some(SPA.into()),
        response_type: Some("code".into()),
        ..AuthorizeRequest::default()
    };
    let caller = server.t.caller();
    match server.t.engine.verify_redirect(&request, named, &browser, &caller, true).await.unwrap() {
        Redirected::Entered(Entered::Respond { session, .. }) => session.cookie,
        other => panic!("{other:?}"),
    }
}
