//! Passkeys on the account page: made, renamed, taken away, and the last way in.

use latchkey_core::flow::manage::Operator;
use latchkey_core::model::{EventKind, Strategy};
use latchkey_testkit::NATIVE;
use latchkey_testkit::authenticator::{Algorithm, SoftPasskey};
use serde_json::{Value, json};

use crate::alert;
use crate::scene::{ORIGIN, acts, come, come_in, common, events, home, press, server, users};
use crate::support::{Answer, Browser, Form, TestServer};

const STRANGER: &str = "+14155550102";

/// What the script of the page sends.
async fn begin(browser: &Browser<'_>, page: &Answer) -> Value {
    let fields = common(page);
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let begun = browser.post("/account/passkeys/options", &fields).await;
    assert_eq!(begun.status, 200, "{}", begun.text);
    begun.json()
}

async fn send(browser: &Browser<'_>, page: &Answer, begun: &Value, made: &Value) -> Answer {
    let (session, answer) = (begun["auth_session"].as_str().unwrap(), made.to_string());
    press(browser, page, "/account/passkeys", &[("auth_session", session), ("answer", &answer)]).await
}

pub async fn add(browser: &Browser<'_>, page: &Answer, number: u8) -> (Answer, SoftPasskey) {
    let mut passkey = SoftPasskey::new(Algorithm::Es256, number);
    let begun = begin(browser, page).await;
    let made = passkey.create(&begun["authn_params_public_key"], ORIGIN);
    (send(browser, page, &begun, &made).await, passkey)
}

/// WebAuthn Level 3 section 5.11: as the sign-in pages take them.
#[tokio::test]
async fn a_passkey_is_made_on_a_custom_domain_too() {
    let server = server().await;
    let given = json!({"domain": "accounts.other.example", "type": "self_managed_certs"});
    let engine = &server.t.engine;
    engine
        .create_custom_domain(&Operator::console(), given.as_object().unwrap().clone(), false)
        .await
        .unwrap();
    let (browser, page) = come_in(&server).await;
    for (number, origin, status) in
        [(1, "https://accounts.other.example.evil.test", 400), (2, "https://accounts.other.example", 200)]
    {
        let mut passkey = SoftPasskey::new(Algorithm::Es256, number);
        let begun = begin(&browser, &page).await;
        let made = passkey.create(&begun["authn_params_public_key"], origin);
        assert_eq!(send(&browser, &page, &begun, &made).await.status, status, "{origin}");
    }
}

#[tokio::test]
async fn a_passkey_of_a_known_model_is_called_by_it_and_the_second_one_has_a_number() {
    let server = server().await;
    let (browser, mut page) = come_in(&server).await;
    for (number, name) in [(1, "1Password"), (2, "1Password 2")] {
        let mut passkey = SoftPasskey::new(Algorithm::Es256, number);
        passkey.aaguid = 0xbada_5566_a7aa_401f_bd96_4561_9a55_120d_u128.to_be_bytes();
        let begun = begin(&browser, &page).await;
        let made = passkey.create(&begun["authn_params_public_key"], ORIGIN);
        page = send(&browser, &page, &begun, &made).await;
        assert!(page.text.contains(&format!(">{name}</strong>")), "{}", page.text);
    }
    let renamed = press(&browser, &page, "/account/passkeys/rename", &[("name", "Work")]).await;
    let shown = ">Work</strong>\n<span class=\"quiet\" dir=\"ltr\">1Password</span>";
    assert!(renamed.text.contains(shown), "{}", renamed.text);
}

/// As [`add`], by an authenticator whose passkey has this credential id.
pub async fn add_as(browser: &Browser<'_>, page: &Answer, number: u8, id: &[u8]) -> (Answer, SoftPasskey) {
    let mut passkey = SoftPasskey::new(Algorithm::Es256, number);
    let begun = begin(browser, page).await;
    let made = passkey.create_as(&begun["authn_params_public_key"], ORIGIN, |draft| {
        draft.credential_id = id.to_vec();
    });
    (send(browser, page, &begun, &made).await, passkey)
}

/// Comes to the account page by a passkey.
pub async fn come_by_passkey<'a>(server: &'a TestServer, passkey: &mut SoftPasskey) -> (Browser<'a>, Answer) {
    let browser = Browser::new(server);
    let first = home(&browser, browser.get("/account").await).await;
    let page = by_passkey(&browser, &first, passkey).await;
    (browser, page)
}

/// Uses the passkey on the first page of a sign-in, and follows.
pub async fn by_passkey(browser: &Browser<'_>, first: &Answer, passkey: &mut SoftPasskey) -> Answer {
    let form = Form::of(first, "/login");
    let state = form.action.split_once("state=").unwrap().1.to_owned();
    let path = format!("/login/passkey/options?state={state}");
    let begun = browser.post(&path, &[("token", form.token())]).await.json();
    let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN).to_string();
    let session = begun["auth_session"].as_str().unwrap();
    let fields = [("token", form.token()), ("auth_session", session), ("answer", answer.as_str())];
    let done = browser.post(&format!("/login/passkey?state={state}"), &fields).await;
    home(browser, done).await
}

/// S-061
#[tokio::test]
async fn a_passkey_is_added_after_a_fresh_proof_and_signs_in_from_then_on() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    assert!(page.text.contains("id=\"add-passkey\"") && page.text.contains("/assets/passkey-new.js?v="));
    let (after, mut passkey) = add(&browser, &page, 1).await;
    assert!(
        after.text.contains("Your change is saved.") && after.text.contains(">Firefox on Linux</strong>")
    );
    let german = browser.get("/account?lang=de").await;
    assert!(german.text.contains(">Firefox unter Linux</strong>"), "{}", german.text);
    let begun = begin(&browser, &after).await;
    let known = &begun["authn_params_public_key"]["excludeCredentials"];
    assert_eq!(known.as_array().unwrap().len(), 1, "{begun}");
    assert_eq!(acts(&server, EventKind::MethodChanged).await, ["add_passkey"]);
    let (_, page) = come_by_passkey(&server, &mut passkey).await;
    assert!(page.text.contains("With a passkey") && page.text.contains("<form"), "{}", page.text);
    assert_eq!(users(&server).await.len(), 1);
}

/// S-051
#[tokio::test]
async fn what_an_authenticator_made_is_for_the_page_that_asked_and_works_once() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    let (stranger, theirs) = come(&server, STRANGER).await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 2);
    let begun = begin(&browser, &page).await;
    let made = passkey.create(&begun["authn_params_public_key"], ORIGIN);
    // Another browser of the same person.
    server.t.clock.advance(60);
    let (elsewhere, same) = come_in(&server).await;
    assert_eq!(send(&elsewhere, &same, &begun, &made).await.status, 400);
    let begun = begin(&browser, &page).await;
    let made = passkey.create(&begun["authn_params_public_key"], ORIGIN);
    // Somebody else's page, whose account it would become a way in to.
    let refused = send(&stranger, &theirs, &begun, &made).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    // It is used up by that.
    assert_eq!(send(&browser, &page, &begun, &made).await.status, 400);
    let begun = begin(&browser, &page).await;
    for (field, answer) in [
        ("elsewhere", passkey.create(&begun["authn_params_public_key"], "https://evil.example")),
        ("nothing", json!({})),
    ] {
        assert_eq!(send(&browser, &page, &begun, &answer).await.status, 400, "{field}");
    }
    for user in users(&server).await {
        assert!(server.t.engine.store.list_passkeys(&user.id).await.unwrap().is_empty());
    }
    let words: Vec<_> = events(&server, EventKind::MethodChangeFailed)
        .await
        .iter()
        .map(|event| event.detail["error"].clone())
        .collect();
    assert!(words.iter().all(Value::is_string) && words.len() == 4, "{words:?}");
}

#[tokio::test]
async fn a_passkey_is_renamed_and_taken_away() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    let (after, mut passkey) = add(&browser, &page, 3).await;
    let renamed = press(&browser, &after, "/account/passkeys/rename", &[("name", " Blue key ")]).await;
    assert!(renamed.text.contains(">Blue key</strong>"), "{}", renamed.text);
    for bad in [String::new(), String::from("\u{7}"), String::from("a\u{202e}b"), "x".repeat(151)] {
        let refused = press(&browser, &after, "/account/passkeys/rename", &[("name", &bad)]).await;
        assert_eq!(refused.status, 400, "{bad:?}");
    }
    let removed = press(&browser, &renamed, "/account/passkeys/remove", &[]).await;
    assert!(removed.text.contains("You have no passkeys."), "{}", removed.text);
    assert_eq!(
        acts(&server, EventKind::MethodChanged).await,
        ["add_passkey", "remove_passkey", "rename_passkey"]
    );
    let (_, page) = come_by_passkey(&server, &mut passkey).await;
    assert!(page.text.contains("The passkey was not accepted."), "{}", page.text);
}

#[tokio::test]
async fn the_last_way_into_an_account_stays() {
    let server = server().await;
    let options = json!({"authentication_methods": {"passkey": {"enabled": true}}});
    server.t.add_connection("passkeys", Strategy::Database, options).await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 4);
    let body = json!({
        "client_id": NATIVE, "realm": "passkeys", "user_profile": {"email": "ana@example.com", "name": "Ana"},
    });
    let begun = server.post("/passkey/register", body).await.json();
    let made = passkey.create(&begun["authn_params_public_key"], ORIGIN);
    let body = json!({
        "grant_type": "urn:okta:params:oauth:grant-type:webauthn", "client_id": NATIVE,
        "auth_session": begun["auth_session"], "authn_response": made,
    });
    assert_eq!(server.post("/oauth/token", body).await.status, 200);
    let (browser, page) = come_by_passkey(&server, &mut passkey).await;
    assert!(page.text.contains("This passkey is the only way into your account"), "{}", page.text);
    assert!(page.text.contains("To confirm, type DELETE"), "{}", page.text);
    let id = Form::of(&page, "/account/passkeys/rename")
        .hidden
        .into_iter()
        .find(|(name, _)| name == "id")
        .unwrap()
        .1;
    let mut fields = common(&page);
    fields.push((String::from("id"), id));
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let refused = browser.post("/account/passkeys/remove", &fields).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(alert(&refused).starts_with("This passkey is the only way"));
    // With a second one either may go, and then the other stays.
    let (after, _) = add(&browser, &refused, 5).await;
    let left = press(&browser, &after, "/account/passkeys/remove", &[]).await;
    assert!(
        left.text.contains("Your change is saved.") && left.text.contains("the only way"),
        "{}",
        left.text
    );
}
