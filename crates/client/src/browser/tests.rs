use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::testing::{ISSUER, SigningKey, claims, client, now, published, token_answer};

const BACK: &str = "com.example.app://login.example.com/callback";

fn pending() -> (Client, BrowserSignIn) {
    let (client, ..) = client();
    let pending = client.start_browser_sign_in(&Authorize::new(BACK)).unwrap();
    (client, pending)
}

fn parameters(url: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(url.split_once('?').unwrap().1.as_bytes()).into_owned().collect()
}

fn parameter(url: &str, name: &str) -> String {
    parameters(url).into_iter().find(|(given, _)| given == name).unwrap().1
}

#[test]
fn the_browser_is_sent_with_pkce_a_state_and_a_nonce_that_differ() {
    let (client, ..) = client();
    let authorize = Authorize::new(BACK).scope("profile").audience("https://api.example/").connection("sms");
    let pending = client.start_browser_sign_in(&authorize.max_age(60).with("prompt", "login")).unwrap();
    let at = |name| parameter(&pending.url, name);
    assert!(pending.url.starts_with("https://login.example.com/authorize?"));
    assert_eq!((&*at("response_type"), &*at("client_id"), &*at("redirect_uri")), ("code", "app", BACK));
    assert_eq!((&*at("scope"), &*at("connection"), &*at("prompt")), ("openid profile", "sms", "login"));
    assert_eq!((&*at("max_age"), &*at("code_challenge_method")), ("60", "S256"));
    let challenge = BASE64URL_NOPAD.encode(digest(&SHA256, pending.verifier.expose().as_bytes()).as_ref());
    assert_eq!(at("code_challenge"), challenge);
    assert!((43..=128).contains(&pending.verifier.expose().len()));
    assert!(at("state") != at("nonce") && at("state") != pending.verifier.expose());
    assert!(!pending.url.contains(pending.verifier.expose()));
}

#[test]
fn the_code_is_exchanged_with_the_verifier_and_the_nonce_is_checked() {
    let (client, server, _) = client();
    let pending = client.start_browser_sign_in(&Authorize::new(BACK)).unwrap();
    let key = SigningKey::es256("one");
    let mut answered = claims();
    answered["nonce"] = json!(parameter(&pending.url, "nonce"));
    server.json(200, &published(&[&key]));
    server.json(200, &token_answer(&key.sign(&answered), "refresh"));
    let callback = format!("{BACK}?code=abc&state={}&iss={ISSUER}", pending.state.expose());
    let tokens = now(client.finish_browser_sign_in(&pending, &callback)).unwrap();
    assert!(tokens.access_token.matches("access"));
    let sent: serde_json::Value = serde_json::from_slice(server.asked()[1].body.as_ref().unwrap()).unwrap();
    let expected = json!({
        "grant_type": "authorization_code", "client_id": "app", "code": "abc",
        "code_verifier": pending.verifier.expose(), "redirect_uri": BACK,
    });
    assert_eq!(sent, expected);
    server.json(200, &token_answer(&key.sign(&claims()), "refresh"));
    let refused = now(client.finish_browser_sign_in(&pending, &callback)).unwrap_err();
    assert_eq!(refused, crate::IdTokenError::Nonce.into());
}

#[test]
fn no_secret_shows_when_a_sign_in_is_formatted() {
    let (_, pending) = pending();
    let shown = format!("{pending:?}");
    assert!(shown.contains("https://login.example.com/authorize"), "{shown}");
    for secret in [&pending.state, &pending.nonce, &pending.verifier] {
        assert!(!shown.contains(secret.expose()), "{shown}");
    }
}

#[test]
fn a_sign_in_goes_on_after_the_app_was_ended() {
    let (_, pending) = pending();
    let kept = serde_json::to_string(&pending).unwrap();
    let back: BrowserSignIn = serde_json::from_str(&kept).unwrap();
    let callback = format!("{BACK}?code=abc&state={}", pending.state.expose());
    assert!(back.code(&callback, ISSUER).unwrap().matches("abc"));
}

#[test]
fn a_callback_that_is_not_ours_is_refused_before_anything_of_it_is_believed() {
    let (_, pending) = pending();
    let state = pending.state.expose();
    for (callback, error) in [
        (format!("https://evil.example/callback?code=a&state={state}"), CallbackError::OtherUrl),
        (format!("{BACK}/more?code=a&state={state}"), CallbackError::OtherUrl),
        (format!("{BACK}?code=a&state=other"), CallbackError::State),
        (format!("{BACK}?code=a"), CallbackError::State),
        (format!("{BACK}?error=access_denied&state=other"), CallbackError::State),
        (format!("{BACK}?code=a&code=b&state={state}"), CallbackError::State),
        (format!("{BACK}?code=a&state={state}&iss=https://evil.example/"), CallbackError::Issuer),
        (format!("{BACK}?state={state}"), CallbackError::Empty),
        (format!("{BACK}?code=&state={state}"), CallbackError::Empty),
    ] {
        assert_eq!(pending.code(&callback, ISSUER).unwrap_err(), error, "{callback}");
    }
}

#[test]
fn what_the_person_or_the_server_said_no_to_is_told() {
    let (_, pending) = pending();
    let state = pending.state.expose();
    let callback = format!("{BACK}?error=access_denied&error_description=User+said%0Ano&state={state}");
    let error = Error::from(pending.code(&callback, ISSUER).unwrap_err());
    assert_eq!((error.code(), error.kind()), ("access_denied", ErrorKind::Cancelled));
    assert_eq!(error.to_string(), "access_denied: User saidno");
}

#[test]
fn the_place_of_a_callback_is_compared_as_urls_are() {
    let same = is_same_place;
    assert!(same("HTTPS://App.example/cb?x", "https://app.example/cb"));
    assert!(same("com.example.app:/cb?code=1", "com.example.app:/cb"));
    assert!(!same("https://app.example/CB", "https://app.example/cb"));
    assert!(!same("https://app.example.evil.example/cb", "https://app.example/cb"));
    assert!(!same("https://app.example:8443/cb", "https://app.example/cb"));
}

proptest! {
    #[test]
    fn whatever_url_comes_back_is_refused_unless_it_has_our_state(url in ".{0,200}") {
        let (_, pending) = pending();
        prop_assert!(pending.code(&url, ISSUER).is_err());
        let _ = pending.code(&format!("{BACK}?{url}"), ISSUER);
    }
}
