//! A passkey on the sign-in page of the server, as the script of that page asks for it.

use latchkey_core::model::EventKind;
use latchkey_testkit::NATIVE;
use latchkey_testkit::authenticator::{Algorithm, SoftPasskey};
use serde_json::{Value, json};

use crate::scene::{ORIGIN, Scene, claims};
use crate::support::{Answer, Browser, Form, authorize};

/// The first page, and what its script has of it.
pub struct FirstPage {
    pub answer: Answer,
    pub token: String,
    pub state: String,
}

async fn open(browser: &Browser<'_>) -> FirstPage {
    open_at(browser, &authorize(NATIVE, &[("scope", "openid profile")]), "/login").await
}

/// `form`: where a form of the page goes.
pub async fn open_at(browser: &Browser<'_>, path: &str, form: &str) -> FirstPage {
    let answer = browser.open(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let form = Form::of(&answer, form);
    let token = form.token().to_owned();
    let state = form.action.split_once("state=").unwrap().1.to_owned();
    FirstPage { answer, token, state }
}

pub async fn begin(browser: &Browser<'_>, page: &FirstPage) -> Value {
    let path = format!("/login/passkey/options?state={}", page.state);
    let begun = browser.post(&path, &[("token", &page.token)]).await;
    assert_eq!(begun.status, 200, "{}", begun.text);
    begun.json()
}

pub async fn send(browser: &Browser<'_>, page: &FirstPage, session: &Value, answer: &Value) -> Answer {
    let (session, answer) = (session.as_str().unwrap(), answer.to_string());
    let fields =
        [("token", page.token.as_str()), ("auth_session", session), ("answer", &answer), ("remember", "1")];
    browser.post(&format!("/login/passkey?state={}", page.state), &fields).await
}

#[tokio::test]
async fn a_passkey_in_place_of_an_address_signs_in_at_the_page() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let sub = claims(&scene.sign_up(&mut passkey).await.json())["sub"].clone();
    let browser = Browser::new(&scene.server);
    let page = open(&browser).await;
    for part in ["autocomplete=\"tel webauthn\"", "id=\"passkey\"", "/assets/passkey.js?v=", " hidden>"] {
        assert!(page.answer.text.contains(part), "{part}");
    }
    let begun = begin(&browser, &page).await;
    let options = &begun["authn_params_public_key"];
    assert_eq!(
        (&options["rpId"], &options["userVerification"]),
        (&json!("login.example"), &json!("preferred"))
    );
    let done = send(&browser, &page, &begun["auth_session"], &passkey.get(options, ORIGIN)).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let traded = scene.server.trade(NATIVE, &done.fields()["code"]).await.json();
    let id_token = claims(&traded);
    assert_eq!((&id_token["sub"], &id_token["amr"]), (&sub, &json!(["hwk", "user", "mfa"])));
    assert!(browser.session().is_some());
    let signed_in = scene.events(EventKind::SignedIn).await;
    assert_eq!(signed_in.len(), 1);
    assert!(signed_in[0].detail["passkey"].is_string());
}

/// S-051, S-052: the challenge is of this page, of this sign-in and of this browser.
#[tokio::test]
async fn a_challenge_of_a_page_works_on_that_page_alone() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up(&mut passkey).await;
    let (browser, other) = (Browser::new(&scene.server), Browser::new(&scene.server));
    let (page, of_other) = (open(&browser).await, open(&other).await);
    let text = "The passkey was not accepted. Try again, or use a code.";

    // What a stranger answered, put on somebody else's page.
    let begun = begin(&other, &of_other).await;
    let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    let refused = send(&browser, &page, &begun["auth_session"], &answer).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains(text), "{}", refused.text);

    let begun = scene.challenge().await.json();
    let of_app = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    assert_eq!(send(&browser, &page, &begun["auth_session"], &of_app).await.status, 400);
    let begun = begin(&browser, &page).await;
    let options = &begun["authn_params_public_key"];
    assert_eq!(scene.finish(&begun, passkey.get(options, ORIGIN)).await.status, 403);
    let begun = begin(&browser, &page).await;
    let options = &begun["authn_params_public_key"];
    let elsewhere = passkey.get(options, "https://app.example");
    assert_eq!(send(&browser, &page, &begun["auth_session"], &elsewhere).await.status, 400);
    for junk in [json!("x"), json!({}), json!({"response": {"attestationObject": "AAAA"}})] {
        let begun = begin(&browser, &page).await;
        assert_eq!(send(&browser, &page, &begun["auth_session"], &junk).await.status, 400);
    }
    assert!(browser.session().is_none());

    // Another browser, and one without the token of the page.
    let path = format!("/login/passkey/options?state={}", page.state);
    assert_eq!(other.post(&path, &[("token", &of_other.token)]).await.status, 403);
    assert_eq!(browser.post(&path, &[]).await.status, 403);

    let begun = begin(&browser, &page).await;
    let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    assert_eq!(send(&browser, &page, &begun["auth_session"], &answer).await.status, 303);
}

#[tokio::test]
async fn a_page_offers_passkeys_only_where_its_client_has_some() {
    let scene = Scene::new().await;
    let browser = Browser::new(&scene.server);
    let without = [
        ("no connection has passkeys", json!({"authentication_methods": {"passkey": {"enabled": false}}})),
        ("nobody may have any", json!({})),
    ];
    for (what, options) in without {
        scene.set_options(options).await;
        if what.starts_with("nobody") {
            scene.set_tenant(json!({"passkeys": {"enabled": false}})).await;
        }
        let page = open(&browser).await;
        assert!(!page.answer.text.contains("passkey"), "{what}");
        let path = format!("/login/passkey/options?state={}", page.state);
        assert_eq!(browser.post(&path, &[("token", &page.token)]).await.status, 400, "{what}");
    }
}

#[tokio::test]
async fn who_is_blocked_is_told_so_on_the_page() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    scene.sign_up(&mut passkey).await;
    scene.block(&scene.only_user().await).await;
    let browser = Browser::new(&scene.server);
    let page = open(&browser).await;
    let begun = begin(&browser, &page).await;
    let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    assert_eq!(send(&browser, &page, &begun["auth_session"], &answer).await.status, 403);
    assert_eq!(scene.events(EventKind::SignInFailed).await.len(), 1);
}
