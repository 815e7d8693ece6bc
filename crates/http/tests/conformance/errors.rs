//! The grammar of refusals (RFC 6749 section 5.2, RFC 6750 section 3).

use http::Method;
use latchkey_testkit::{MACHINE, NATIVE, PHONE, SPA};

use crate::support::{Answer, Browser, FORM, JSON, TestServer, authorize};
use crate::user_info;

/// What is sent in the place of a value.
const NASTY: [&str; 8] = [
    "\"quoted\\\"",
    "\u{1f511}",
    "line\r\nSet-Cookie: x=1",
    "\0",
    "<script>alert(1)</script>",
    "\u{202e}txt",
    "%0d%0a",
    "\u{7f}\u{80}",
];

/// Only %x20-21 / %x23-5B / %x5D-7E.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

fn check(what: &str, answer: &Answer) {
    let body = answer.json();
    let (error, text) = (body["error"].as_str().unwrap(), body["error_description"].as_str().unwrap());
    assert!(is_plain(error) && is_plain(text), "{what}: {}", answer.text);
    assert!(!text.contains("script") && !text.contains("Cookie"), "{what}: {}", answer.text);
    assert!((400..=429).contains(&answer.status.as_u16()), "{what}: {}", answer.status);
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"), "{what}");
    assert_eq!(answer.header("content-type"), JSON, "{what}");
    assert!(body.as_object().unwrap().keys().all(|name| name.starts_with("error")), "{what}: {body}");
}

/// C-057, S-104, S-105
#[tokio::test]
async fn no_refusal_holds_a_forbidden_character_or_what_was_sent() {
    let server = TestServer::new().await;
    let names = [
        "grant_type",
        "client_id",
        "client_secret",
        "code",
        "code_verifier",
        "redirect_uri",
        "refresh_token",
        "scope",
        "audience",
        "username",
        "otp",
        "realm",
        "token",
        "client_assertion",
        "client_assertion_type",
    ];
    for path in ["/oauth/token", "/oauth/revoke"] {
        for grant in ["authorization_code", "refresh_token", "client_credentials", crate::support::OTP_GRANT]
        {
            for (name, nasty) in names.iter().flat_map(|name| NASTY.map(|nasty| (*name, nasty))) {
                let mut fields = vec![
                    ("grant_type", grant),
                    ("client_id", NATIVE),
                    ("code", "c"),
                    ("refresh_token", "r"),
                    ("username", PHONE),
                    ("otp", "123456"),
                    ("realm", "sms"),
                    ("token", "t"),
                ];
                fields.retain(|(known, _)| *known != name);
                fields.push((name, nasty));
                let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
                let answer = server.form(path, &body).await;
                if path == "/oauth/revoke" && answer.status == 200 {
                    continue;
                }
                check(&format!("{path} {grant} {name}={nasty:?}"), &answer);
            }
        }
    }
}

/// C-057
#[tokio::test]
async fn a_parameter_that_stands_twice_is_refused_wherever_it_stands() {
    let server = TestServer::new().await;
    let form = "grant_type=refresh_token&client_id=native&refresh_token=a&refresh_token=b";
    for (kind, body) in [
        (FORM, form),
        (FORM, "grant_type=refresh_token&grant_type=refresh_token&client_id=native&refresh_token=a"),
        (
            JSON,
            r#"{"grant_type":"refresh_token","client_id":"native","refresh_token":"a","refresh_token":"b"}"#,
        ),
    ] {
        for path in ["/oauth/token", "/oauth/revoke"] {
            let answer = server.request(Method::POST, path, &[("content-type", kind)], body.as_bytes()).await;
            assert_eq!(
                (answer.status.as_u16(), answer.error().1.as_str()),
                (400, "invalid_request"),
                "{body}"
            );
        }
    }
    let browser = Browser::new(&server);
    for name in ["scope", "state", "nonce", "response_type", "code_challenge", "prompt", "acr_values"] {
        let path = format!("{}&{name}=a&{name}=a", authorize(SPA, &[]));
        assert_eq!(browser.get(&path).await.fields()["error"], "invalid_request", "{name}");
    }
    for name in ["client_id", "redirect_uri"] {
        let twice = authorize(SPA, &[]);
        let pair = twice.split(['?', '&']).find(|pair| pair.starts_with(name)).unwrap().to_owned();
        let answer = browser.get(&format!("{twice}&{pair}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""), "{name}");
    }
}

/// C-057
#[tokio::test]
async fn a_challenge_names_the_scheme_that_was_tried_and_the_error_that_was_made() {
    let server = TestServer::new().await;
    let challenge = |answer: &Answer| (answer.status.as_u16(), answer.header("www-authenticate").to_owned());
    // Without a token nothing went wrong yet.
    let (status, none) = challenge(&server.get("/userinfo", &[]).await);
    assert!(status == 401 && none.starts_with("Bearer") && !none.contains("error"), "{none}");
    let (status, bad) = challenge(&user_info(&server, &"nonsense".into()).await);
    assert!(status == 401 && bad.starts_with("Bearer") && bad.contains("error=\"invalid_token\""), "{bad}");
    let narrow = server.t.sign_in(NATIVE, PHONE, "phone").await;
    let (status, narrow) = challenge(&user_info(&server, &narrow.access_token.expose().into()).await);
    assert!(status == 403 && narrow.contains("error=\"insufficient_scope\", scope=\"openid\""), "{narrow}");

    let basic = format!("Basic {}", data_encoding::BASE64.encode(format!("{MACHINE}:wrong").as_bytes()));
    let headers = [("content-type", FORM), ("authorization", basic.as_str())];
    for (path, body) in [("/oauth/token", "grant_type=client_credentials"), ("/oauth/revoke", "token=x")] {
        let (status, tried) = challenge(&server.request(Method::POST, path, &headers, body.as_bytes()).await);
        assert!(status == 401 && tried.starts_with("Basic"), "{path}: {tried}");
        let in_body = format!("{body}&client_id={MACHINE}&client_secret=wrong");
        assert_eq!(challenge(&server.form(path, &in_body).await).0, 401, "{path}");
    }
}
