//! Email as a channel: what a start answers and sends, where its link leads, and what a code is worth.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use data_encoding::BASE64URL_NOPAD;
use http::Method;
use latchkey_core::model::{ClientKind, HandleKind, Strategy, TokenHash};
use latchkey_testkit::{LEGACY, NATIVE, SPA};
use latchkey_wire::Secret;
use serde_json::{Value, json};
use support::{Answer, JSON, MAILBOX, OTP_GRANT, TestServer, Way, build};

const LINK: &str = "https://login.example/link/";

/// A start for the native client, changed.
fn body(change: Value) -> Value {
    let mut body = json!({"client_id": NATIVE, "connection": "email", "email": MAILBOX});
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn start(server: &TestServer, change: Value) -> Answer {
    server.post("/passwordless/start", body(change)).await
}

/// The link of the mail that a start sends.
async fn link_of(server: &TestServer, change: Value) -> Option<Secret> {
    let sent = Way::Email.sent(&server.t);
    let answer = start(server, change).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(Way::Email.sent(&server.t), sent + 1);
    server.t.senders.last_mail().link
}

/// What a link was asked for.
async fn asked(server: &TestServer, link: &Secret) -> Value {
    let token = link.expose().strip_prefix(LINK).unwrap();
    let id = TokenHash::of(&Secret::new(token));
    let handle = server.t.engine.store.find_handle(&id, HandleKind::Link).await.unwrap().unwrap();
    assert!(!handle.body.contains(token));
    serde_json::from_str::<Value>(&handle.body).unwrap()["authorization"].take()
}

/// P-024, P-046, S-154
#[tokio::test]
async fn a_start_answers_with_the_address_that_the_mail_goes_to() {
    let server = TestServer::new().await;
    for typed in [MAILBOX, " User@Example.COM "] {
        let answer = start(&server, json!({"email": typed, "send": "code"})).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, JSON));
        let mut body = answer.json();
        assert_eq!(body["_id"].take().as_str().unwrap().len(), 24);
        assert_eq!(body, json!({"_id": null, "email": MAILBOX, "email_verified": false}));
        assert_eq!(server.t.senders.last_mail().to, MAILBOX);
    }
}

/// P-021, P-022
#[tokio::test]
async fn a_mail_holds_a_link_unless_a_code_alone_is_asked_for() {
    let server = TestServer::new().await;
    for change in [json!({}), json!({"send": null}), json!({"send": "link"})] {
        let link = link_of(&server, change.clone()).await.unwrap();
        assert_eq!(link.expose().strip_prefix(LINK).unwrap().len(), 43, "{change}");
        assert!(server.t.senders.last_mail().text.expose().contains(link.expose()), "{change}");
    }
    assert!(link_of(&server, json!({"send": "code"})).await.is_none());
    let mail = server.t.senders.last_mail();
    assert!(mail.subject.expose().contains(mail.code.expose()));
    assert!(!mail.text.expose().contains("://"));
}

/// P-023
#[tokio::test]
async fn app_links_by_mail_go_to_the_app_of_the_client() {
    let server = TestServer::new().await;
    // Without an app there is nothing to lead to.
    for send in ["link_ios", "link_android"] {
        assert!(link_of(&server, json!({"send": send})).await.is_none(), "{send}");
    }
    server
        .t
        .add_client(NATIVE, ClientKind::Native, None, |client| {
            client.ios_bundle = Some("com.example.app".into());
            client.android_package = Some("com.example.droid".into());
        })
        .await;
    for (send, path) in [("link_ios", "ios/com.example.app"), ("link_android", "android/com.example.droid")] {
        let link = link_of(&server, json!({"send": send})).await.unwrap();
        let mail = server.t.senders.last_mail();
        let expected = format!("https://login.example/{path}/email?code={}", mail.code.expose());
        assert_eq!(link.expose(), expected);
        assert!(mail.text.expose().contains(&expected), "{send}");
    }
}

/// P-034, S-139, S-155
#[tokio::test]
async fn an_address_that_no_mail_reaches_is_given_back_to_whoever_sent_it() {
    let server = TestServer::new().await;
    let long = format!("{}@example.com", "x".repeat(400));
    for (email, shown) in [
        ("plain", "plain"),
        ("a@example.com,b@example.com", "a@example.com,b@example.com"),
        ("a@example.com\r\nBcc: b@example.com", "a@example.com\r\nBcc: b@example.com"),
        ("victim@x\r\nBcc: a@b", "victim@x\r\nBcc: a@b"),
        ("victim@example.com\nX-Mailer: evil", "victim@example.com\nX-Mailer: evil"),
        ("victim@example.com\rBcc", "victim@example.com\rBcc"),
        ("Name <a@example.com>", "Name <a@example.com>"),
        ("m\u{131}ke@example.com", "m\u{131}ke@example.com"),
        (long.as_str(), &long[..254]),
    ] {
        let refused = start(&server, json!({"email": email})).await;
        let text = format!("error in email - email format validation failed: {shown}");
        assert_eq!(refused.error(), (400, "bad.email".into(), text), "{email}");
    }
    assert!(server.t.senders.calls().is_empty());
}

/// P-045, S-006
#[tokio::test]
async fn known_and_unknown_mailboxes_get_the_same_bytes() {
    let (unknown, known) = (TestServer::new().await, TestServer::new().await);
    Way::Email.add_user(&known.t).await;
    for send in [json!("code"), json!("link"), Value::Null, json!("link_ios"), json!("link_android")] {
        let [unknown, known] =
            [start(&unknown, json!({"send": send})).await, start(&known, json!({"send": send})).await];
        assert_eq!(unknown.status, 200);
        assert_eq!(unknown.masked(), known.masked());
    }
}

/// P-070, P-071, P-074
#[tokio::test]
async fn the_right_code_signs_in_and_a_wrong_one_is_refused_in_the_words_that_sdks_compare() {
    let server = TestServer::new().await;
    assert_eq!(start(&server, json!({"send": "code"})).await.status, 200);
    let login = |code: &str, username: &str| {
        json!({
            "grant_type": OTP_GRANT, "client_id": NATIVE, "realm": "email", "username": username,
            "otp": code, "scope": "openid email",
        })
    };
    let wrong = server.post("/oauth/token", login(&Way::Email.wrong_code(&server.t), MAILBOX)).await;
    assert_eq!(wrong.error(), (403, "invalid_grant".into(), "Wrong email or verification code.".into()));
    // As people type it on a telephone.
    let answer = server.post("/oauth/token", login(&Way::Email.code(&server.t), " User@example.com")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let tokens = answer.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(86_400)));
    let claims = claims(&tokens["id_token"]);
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!(MAILBOX), &json!(true)));
    let user = Way::Email.user(&server.t).await.unwrap();
    assert_eq!(claims["sub"], user.id.as_str());
    assert!(user.id.as_str().starts_with("email|"));
}

fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

/// P-140, P-141
#[tokio::test]
async fn lock_signs_in_by_email_and_is_told_of_a_wrong_code_in_its_own_words() {
    let server = TestServer::new().await;
    let change = json!({"client_id": LEGACY, "client_secret": "legacy-secret", "send": "code"});
    assert_eq!(start(&server, change).await.status, 200);
    let login = |code: String| {
        json!({
            "client_id": LEGACY, "connection": "email", "grant_type": "password", "username": MAILBOX,
            "password": code, "scope": "openid",
        })
    };
    let wrong = server.post("/oauth/ro", login(Way::Email.wrong_code(&server.t))).await;
    assert_eq!(wrong.error(), (401, "invalid_user_password".into(), "Wrong email or password.".into()));
    let answer = server.post("/oauth/ro", login(Way::Email.code(&server.t))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "bearer");
    assert!(tokens["id_token"].is_string() && tokens["access_token"].is_string());
}

/// S-016
#[tokio::test]
async fn auth_params_that_are_no_sound_request_are_refused_before_a_mail_leaves() {
    let server = TestServer::new().await;
    let state = "s".repeat(2049);
    for params in [
        json!({"redirect_uri": "https://evil.example/cb"}),
        json!({"redirect_uri": "https://app.example/cb/"}),
        json!({"redirect_uri": "https://app.example/cb?x=1"}),
        json!({"redirect_uri": "https://app.example@evil.example/cb"}),
        json!({"redirect_uri": "javascript:alert(1)"}),
        json!({"redirect_uri": "//app.example/cb"}),
        json!({"response_type": "everything"}),
        json!({"response_mode": "smoke"}),
        json!({"scope": "openid\u{7f}"}),
        json!({"audience": "https://unknown.example/"}),
        json!({"state": state}),
        json!({"nonce": state}),
        json!({"max_age": "soon"}),
        json!({"request": "eyJhbGciOiJub25lIn0.e30."}),
        json!({"request_uri": "https://evil.example/request"}),
        json!({"code_challenge": "short", "code_challenge_method": "S256"}),
    ] {
        for send in ["link", "default"] {
            let send = if send == "default" { Value::Null } else { json!(send) };
            let refused = start(&server, json!({"send": send, "authParams": params})).await;
            let found = (refused.status.as_u16(), refused.error().1);
            assert_eq!(found, (400, "bad.authParams".into()), "{params}: {}", refused.text);
            assert!(!refused.text.contains("evil.example"), "{params}");
        }
    }
    assert!(server.t.senders.calls().is_empty());
}

/// S-016
#[tokio::test]
async fn a_link_remembers_what_was_asked_for_and_the_mail_shows_none_of_it() {
    let server = TestServer::new().await;
    let params = json!({
        "redirect_uri": "https://app.example/cb", "response_type": "code", "scope": "openid email admin",
        "state": "s4Tz+/=&#", "nonce": "n0nc3", "client_id": "other-native", "protocol": "oauth2",
    });
    let link = link_of(&server, json!({"client_id": SPA, "authParams": params})).await.unwrap();
    let asked = asked(&server, &link).await;
    assert_eq!(asked["client"], SPA);
    assert_eq!(asked["target"]["redirect_uri"], "https://app.example/cb");
    assert_eq!((&asked["target"]["state"], &asked["nonce"]), (&json!("s4Tz+/=&#"), &json!("n0nc3")));
    // What the client may not have is dropped.
    assert_eq!(asked["scope"], "openid email");
    let mail = server.t.senders.last_mail();
    for word in ["s4Tz", "n0nc3", "app.example", "code=", "@"] {
        assert!(!mail.text.expose().contains(word) && !link.expose().contains(word), "{word}");
    }
}

/// P-198
#[tokio::test]
async fn the_auth_params_of_the_connection_lie_under_those_of_the_request() {
    let server = TestServer::new().await;
    let under = json!({"scope": "openid profile", "state": "theirs", "nonce": "under"});
    for written in [under.clone(), json!(under.to_string())] {
        server.t.add_connection("email", Strategy::Email, json!({"authParams": written})).await;
        let link = link_of(&server, json!({"authParams": {"state": "ours"}})).await.unwrap();
        let asked = asked(&server, &link).await;
        assert_eq!((&asked["target"]["state"], &asked["nonce"]), (&json!("ours"), &json!("under")));
        assert_eq!(asked["scope"], "openid profile");
    }
    // A connection cannot lead where the client may not go.
    let options = json!({"authParams": {"redirect_uri": "https://evil.example/cb"}});
    server.t.add_connection("email", Strategy::Email, options).await;
    assert_eq!(start(&server, json!({})).await.error().1, "bad.authParams");
    let over = json!({"authParams": {"redirect_uri": "https://app.example/cb"}});
    assert!(link_of(&server, over).await.is_some());
}

/// What a request may say about the host that it is for, other than what is true.
const HOSTS: [&str; 14] = [
    "evil.example",
    "evil.example:443",
    "EVIL.example",
    "login.example.evil.example",
    "login.example:443@evil.example",
    "login.example,evil.example",
    "login.example:8443",
    "evil.example#login.example",
    "evil.example/login.example",
    "login.example.",
    "LOGIN.EXAMPLE",
    "127.0.0.1",
    "[::1]:8080",
    "xn--evil-9ra.example",
];
const NAMING: [(&str, &str); 22] = [
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-host", "evil.example, login.example"),
    ("x-forwarded-host", "login.example, evil.example"),
    ("x-forwarded-host", "evil.example:443"),
    ("x-forwarded-server", "evil.example"),
    ("x-forwarded-port", "8443"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-scheme", "http"),
    ("x-forwarded-prefix", "/evil.example"),
    ("x-forwarded-path", "//evil.example"),
    ("forwarded", "host=evil.example"),
    ("forwarded", "host=\"evil.example:443\";proto=http"),
    ("forwarded", "for=192.0.2.1;host=login.example, for=10.0.0.1;host=evil.example"),
    ("x-host", "evil.example"),
    ("x-original-host", "evil.example"),
    ("x-http-host-override", "evil.example"),
    ("x-original-url", "https://evil.example/link/"),
    ("x-rewrite-url", "https://evil.example/link/"),
    ("x-wap-profile", "https://evil.example/"),
    ("via", "1.1 evil.example"),
    ("base-url", "https://evil.example/"),
    ("referer", "https://evil.example/"),
];
const TARGETS: [&str; 6] = [
    "https://login.example/passwordless/start",
    "https://LOGIN.example/passwordless/start",
    "https://evil.example/passwordless/start",
    "http://evil.example:443/passwordless/start",
    "https://login.example@evil.example/passwordless/start",
    "https://login.example.evil.example/passwordless/start",
];

/// S-044 (peers' bug 52: a link with the host of whoever asked)
#[tokio::test]
async fn nothing_in_a_request_moves_the_host_of_a_link() {
    let server = TestServer::new().await;
    server
        .t
        .add_client(NATIVE, ClientKind::Native, None, |client| {
            client.ios_bundle = Some("com.example.app".into());
        })
        .await;
    let plain = "/passwordless/start";
    let mut variants: Vec<(&str, Vec<(&str, &str)>)> =
        HOSTS.iter().map(|host| (plain, vec![("host", *host)])).collect();
    variants.extend(NAMING.iter().map(|header| (plain, vec![*header])));
    variants.extend(TARGETS.iter().map(|target| (*target, vec![])));
    variants.extend(TARGETS.iter().map(|target| (*target, vec![("host", "evil.example")])));
    variants.push((plain, vec![("host", "login.example"), ("host", "evil.example")]));
    assert!(variants.len() > 40);
    let (mut mailed, mut refused) = (0, 0);
    for (target, headers) in &variants {
        for (send, start) in
            [("link", LINK), ("link_ios", "https://login.example/ios/com.example.app/email?")]
        {
            for peer in ["192.0.2.1:1234", "10.0.0.1:1234"] {
                let sent = Way::Email.sent(&server.t);
                let mut all = vec![("content-type", JSON)];
                all.extend(headers);
                let body = body(json!({"send": send})).to_string();
                let request = build(Method::POST, target, &all, body.as_bytes());
                let answer = server.send_from(peer.parse().unwrap(), request).await;
                let told = format!("{target} {headers:?} {send} {peer}: {}", answer.text);
                assert!(!format!("{}{:?}", answer.text, answer.headers).contains("evil"), "{told}");
                if answer.status != 200 {
                    assert!([400, 421].contains(&answer.status.as_u16()), "{told}");
                    assert_eq!(Way::Email.sent(&server.t), sent, "{told}");
                    refused += 1;
                    continue;
                }
                let mail = server.t.senders.last_mail();
                assert_eq!(Way::Email.sent(&server.t), sent + 1, "{told}");
                assert!(mail.link.unwrap().expose().starts_with(start), "{told}");
                assert!(!mail.text.expose().contains("evil"), "{told}");
                mailed += 1;
            }
        }
    }
    assert!(mailed > 100 && refused > 20, "{mailed} {refused}");
}
