//! How an answer travels, and what it says about who gives it.

use latchkey_core::model::ClientKind;
use latchkey_testkit::PHONE;
use latchkey_wire::token::IMPLICIT;

use crate::support::{Answer, Browser, CALLBACK, Form, TestServer, authorize, unescape};

const PAGE: &str = "page";
const ISSUER: &str = "https://login.example/";

async fn server() -> TestServer {
    let server = TestServer::new().await;
    server
        .t
        .add_client(PAGE, ClientKind::Spa, None, |client| {
            client.grant_types.push(IMPLICIT.into());
            client.web_origins = vec!["https://app.example".into()];
        })
        .await;
    server.reconnect().await;
    server
}

/// The issuer in an answer, however that travels.
fn issuer(answer: &Answer) -> String {
    if !answer.header("location").is_empty() {
        return answer.fields()["iss"].clone();
    }
    let form = answer.text.contains("<form").then(|| Form::of(answer, CALLBACK).hidden);
    let fields = form.into_iter().flatten();
    let in_form = fields.into_iter().find(|(name, _)| name == "iss").map(|(_, value)| value);
    in_form.unwrap_or_else(|| {
        let (_, rest) = answer.text.split_once("id=\"message\">").unwrap();
        let message: serde_json::Value =
            serde_json::from_str(rest.split("</script>").next().unwrap()).unwrap();
        message["response"]["iss"].as_str().unwrap().to_owned()
    })
}

/// C-055, S-075
#[tokio::test]
async fn every_answer_names_its_issuer_whatever_its_mode_and_its_news() {
    let server = server().await;
    let facts = server.get("/.well-known/openid-configuration", &[]).await.json();
    assert_eq!(facts["authorization_response_iss_parameter_supported"], true);
    assert_eq!(facts["issuer"], ISSUER);
    let browser = Browser::new(&server);
    let stranger = Browser::new(&server);
    browser.sign_in(&server, &authorize(PAGE, &[]), PHONE).await;
    for mode in ["query", "fragment", "form_post", "web_message"] {
        let silent = authorize(PAGE, &[("prompt", "none"), ("response_mode", mode)]);
        let (granted, refused) = (browser.get(&silent).await, stranger.get(&silent).await);
        assert_eq!(issuer(&granted), ISSUER, "{mode}");
        assert_eq!(issuer(&refused), ISSUER, "{mode}: login_required");
        let holds =
            |answer: &Answer, word| answer.text.contains(word) || answer.header("location").contains(word);
        assert!(holds(&granted, "code") && !holds(&granted, "login_required"), "{mode}: {}", granted.text);
        assert!(holds(&refused, "login_required"), "{mode}: {}", refused.text);
        let bad = authorize(PAGE, &[("prompt", "none login"), ("response_mode", mode)]);
        assert_eq!(issuer(&browser.get(&bad).await), ISSUER, "{mode}: invalid_request");
    }
    let implicit =
        authorize(PAGE, &[("response_type", "id_token token"), ("nonce", "n"), ("prompt", "none")]);
    let tokens = browser.get(&implicit).await;
    assert!(issuer(&tokens) == ISSUER && tokens.fields().contains_key("id_token"), "{:?}", tokens.headers);
    let asked = browser.open(&authorize(PAGE, &[("prompt", "consent")])).await;
    let refused = browser.submit(&asked, "/login/consent", &[("answer", "deny")]).await;
    assert_eq!((issuer(&refused).as_str(), refused.fields()["error"].as_str()), (ISSUER, "access_denied"));
}

/// C-029, P-106
#[tokio::test]
async fn a_form_that_sends_itself_carries_success_and_failure() {
    let server = server().await;
    let browser = Browser::new(&server);
    let state = "\"><script>alert(1)</script>";
    let by_form = |changes: &[(&'static str, &'static str)]| {
        let mut all = vec![("response_mode", "form_post"), ("state", state)];
        all.extend(changes);
        authorize(PAGE, &all)
    };
    let signed_in = browser.sign_in(&server, &by_form(&[]), PHONE).await;
    let mut answers = vec![(signed_in, "code")];
    for (changes, field) in [
        (vec![("prompt", "none")], "code"),
        (vec![("prompt", "none"), ("scope", "openid profile email address phone")], "code"),
        (vec![("prompt", "none"), ("max_age", "0")], "error"),
        (vec![("prompt", "none"), ("max_age", "10000"), ("display", "popup"), ("extra", "x")], "code"),
        (vec![("prompt", "none"), ("response_type", "code id_token token"), ("nonce", "n")], "id_token"),
        (vec![("response_type", "")], "error"),
        (vec![("request", "x.y.")], "error"),
        (vec![("request_uri", "https://app.example/request")], "error"),
    ] {
        answers.push((browser.get(&by_form(&changes)).await, field));
    }
    for (answer, field) in answers {
        let form = Form::of(&answer, CALLBACK);
        let value =
            |name: &str| form.hidden.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!((answer.status.as_u16(), form.action.as_str()), (200, CALLBACK));
        assert!(value(field).is_some(), "{field}: {}", answer.text);
        assert_eq!((value("state"), value("iss")), (Some(state), Some(ISSUER)));
        assert!(!answer.text.contains("<script>alert"), "{}", answer.text);
        assert_eq!(answer.header("cache-control"), "no-store");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("form-action https://app.example https:;")
                && policy.contains("script-src 'self'"),
            "{policy}"
        );
        assert!(answer.text.contains(" src=\"/assets/form_post.js\""), "{}", unescape(&answer.text));
    }
}
