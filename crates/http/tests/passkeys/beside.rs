//! Codes of people who have a passkey: as of anybody, told as weaker, or refused, as an operator says.

use latchkey_core::model::{EventKind, Passkey, PasskeyId, Strategy};
use latchkey_core::store::{AddPasskey, PasskeyAdded};
use latchkey_testkit::authenticator::{Algorithm, SoftPasskey};
use latchkey_testkit::{NATIVE, OTHER_NATIVE, PHONE};
use serde_json::{Value, json};

use crate::making::{add_after_code, by_code};
use crate::scene::{Scene, WEBAUTHN, claims};
use crate::support::{Answer, Browser, EMAIL, Form, OTP_GRANT, authorize};

const STRANGER: &str = "+14155550101";

/// Somebody with a phone number and a passkey.
async fn scene_with(passkey: &mut SoftPasskey) -> Scene {
    let scene = Scene::new().await;
    codes_are(&scene, "same").await;
    let browser = Browser::new(&scene.server);
    let question = by_code(&scene, &browser, PHONE).await;
    let done = add_after_code(&browser, &question, passkey).await;
    assert!(done.fields().contains_key("code"), "{}", done.text);
    scene
}

async fn codes_are(scene: &Scene, what: &str) {
    let options = json!({
        "authentication_methods": {"passkey": {"enabled": true}},
        "latchkey": {"codes_beside_passkeys": what},
    });
    scene.server.t.add_connection("sms", Strategy::Sms, options).await;
}

/// By an app of its own, with a code.
async fn tokens_by_code(scene: &Scene, phone: &str) -> Answer {
    scene.server.t.start(NATIVE, phone).await.unwrap();
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": NATIVE, "username": phone, "realm": "sms",
        "otp": scene.server.t.code(), "scope": "openid",
    });
    scene.server.post("/oauth/token", body).await
}

fn acr_and_amr(answer: &Answer) -> (Value, Value) {
    let id_token = claims(&answer.json());
    (id_token["acr"].clone(), id_token["amr"].clone())
}

#[tokio::test]
async fn unless_an_operator_says_otherwise_a_code_is_as_good_as_ever_and_takes_no_passkey_away() {
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let scene = scene_with(&mut passkey).await;
    let by_code = tokens_by_code(&scene, PHONE).await;
    assert_eq!(acr_and_amr(&by_code), (Value::Null, json!(["sms", "otp"])));
    let by_passkey = scene.sign_in(&mut passkey).await;
    assert_eq!(by_passkey.status, 200, "recovery by a code leaves the passkey: {}", by_passkey.text);
    assert_eq!(claims(&by_passkey.json())["sub"], claims(&by_code.json())["sub"]);
}

#[tokio::test]
async fn a_code_that_is_weaker_says_so_in_its_tokens_and_in_the_log() {
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let scene = scene_with(&mut passkey).await;
    codes_are(&scene, "weaker").await;
    let by_code = tokens_by_code(&scene, PHONE).await;
    assert_eq!(acr_and_amr(&by_code), (json!("0"), json!(["sms", "otp"])));
    let exchanged = scene.events(EventKind::OtpExchanged).await;
    assert_eq!(exchanged[0].detail["weaker"], true);

    // On the page, and silently in its session, whatever the client asks for.
    let browser = Browser::new(&scene.server);
    let asked = [("acr_values", "1"), ("prompt", "login"), ("scope", "openid")];
    let done = browser.sign_in(&scene.server, &authorize(NATIVE, &asked), PHONE).await;
    let traded = scene.server.trade(NATIVE, &done.fields()["code"]).await;
    assert_eq!(acr_and_amr(&traded), (json!("0"), json!(["sms", "otp"])));

    // Neither the passkey nor somebody without one is weaker.
    assert_eq!(acr_and_amr(&scene.sign_in(&mut passkey).await), (Value::Null, json!(["hwk", "user", "mfa"])));
    assert_eq!(acr_and_amr(&tokens_by_code(&scene, STRANGER).await).0, Value::Null);
}

#[tokio::test]
async fn where_codes_are_refused_only_the_passkey_gets_in_until_it_is_gone() {
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let scene = scene_with(&mut passkey).await;
    codes_are(&scene, "refused").await;
    let text = "The user signs in with a passkey or a device key";
    let refused = tokens_by_code(&scene, PHONE).await;
    assert_eq!(refused.error(), (403, "unauthorized".into(), text.into()));
    let failed = scene.events(EventKind::OtpExchangeFailed).await;
    assert_eq!((failed.len(), &failed[0].detail["weaker"]), (1, &json!(true)));
    let browser = Browser::new(&scene.server);
    let page = browser.ask_by_sms(&authorize(NATIVE, &[("prompt", "login")]), PHONE).await;
    let told = browser.submit(&page, "/login/code", &[("code", &scene.server.t.code())]).await;
    assert_eq!(told.status, 403);
    assert!(told.text.contains("Your account asks for your passkey."), "{}", told.text);
    assert!(browser.session().is_none());
    // A wrong code tells nothing of it.
    scene.server.t.start(NATIVE, PHONE).await.unwrap();
    let wrong = json!({
        "grant_type": OTP_GRANT, "client_id": NATIVE, "username": PHONE, "realm": "sms",
        "otp": scene.server.t.wrong_code(), "scope": "openid",
    });
    assert_eq!(scene.server.post("/oauth/token", wrong).await.error().1, "invalid_grant");

    assert_eq!(scene.sign_in(&mut passkey).await.status, 200);
    assert_eq!(tokens_by_code(&scene, STRANGER).await.status, 200, "who has none is let in");
    // An operator takes the passkey away: the way back in for who lost it.
    let store = &scene.server.t.engine.store;
    let sub = claims(&scene.sign_in(&mut passkey).await.json())["sub"].as_str().unwrap().to_owned();
    store.delete_passkeys(&sub.as_str().into(), None, Vec::new()).await.unwrap();
    assert_eq!(tokens_by_code(&scene, PHONE).await.status, 200);
}

#[tokio::test]
async fn passkeys_that_are_switched_off_refuse_nobody() {
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let scene = scene_with(&mut passkey).await;
    codes_are(&scene, "refused").await;
    scene.set_tenant(json!({"passkeys": {"enabled": false}})).await;
    assert_eq!(tokens_by_code(&scene, PHONE).await.status, 200);
}

#[tokio::test]
async fn passkeys_of_a_connection_that_has_none_any_more_refuse_nobody() {
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let scene = scene_with(&mut passkey).await;
    let options = json!({"latchkey": {"codes_beside_passkeys": "refused"}});
    scene.server.t.add_connection("sms", Strategy::Sms, options).await;
    let by_code = tokens_by_code(&scene, PHONE).await;
    assert_eq!((by_code.status.as_u16(), acr_and_amr(&by_code).0), (200, Value::Null), "{}", by_code.text);
}

/// A client without the grant would keep its people out for good. What they get there is worth what a code is, also
/// where the passkey could be used.
#[tokio::test]
async fn a_client_that_takes_no_passkey_refuses_no_code_and_its_session_gets_nobody_in_elsewhere() {
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let scene = scene_with(&mut passkey).await;
    codes_are(&scene, "refused").await;
    let mut other = (*scene.server.t.engine.client(&OTHER_NATIVE.into()).await.unwrap().unwrap()).clone();
    other.grant_types.retain(|grant| grant != WEBAUTHN);
    scene.server.t.engine.save_client(&other).await.unwrap();
    let browser = Browser::new(&scene.server);
    let asked = authorize(OTHER_NATIVE, &[("prompt", "login"), ("scope", "openid")]);
    let done = browser.sign_in(&scene.server, &asked, PHONE).await;
    let traded = scene.server.trade(OTHER_NATIVE, &done.fields()["code"]).await;
    assert_eq!(acr_and_amr(&traded), (json!("0"), json!(["sms", "otp"])));
    // There its session is as good as ever, where the passkey works it is none.
    let silent = |client| authorize(client, &[("prompt", "none"), ("scope", "openid")]);
    assert!(browser.get(&silent(OTHER_NATIVE)).await.fields().contains_key("code"));
    assert_eq!(browser.get(&silent(NATIVE)).await.fields()["error"], "login_required");
    let page = browser.open(&authorize(NATIVE, &[("scope", "openid")])).await;
    assert!(page.text.contains("action=\"/login"), "{}", page.text);
    let asked = json!({"client_id": NATIVE, "scope": "openid"});
    let asked = scene.server.post("/oauth/device/code", asked).await.json();
    let page = browser.get("/activate").await;
    let typed = [("user_code", asked["user_code"].as_str().unwrap())];
    let page = browser.submit(&page, "/activate", &typed).await;
    assert!(page.text.contains("id=\"address\""), "nor for a device: {}", page.text);
    codes_are(&scene, "weaker").await;
    assert!(browser.get(&silent(NATIVE)).await.fields().contains_key("code"), "told, not refused");
}

/// Nobody can use it, so nothing is added beside it in vain.
#[tokio::test]
async fn whoever_has_a_passkey_of_a_former_domain_is_asked_for_one_of_this_one() {
    let scene = Scene::new().await;
    codes_are(&scene, "refused").await;
    assert_eq!(tokens_by_code(&scene, PHONE).await.status, 200);
    let store = &scene.server.t.engine.store;
    let user = store.list_users(&Default::default()).await.unwrap().remove(0);
    let identity = user.primary().unwrap().clone();
    let former = Passkey {
        id: PasskeyId::from("passkey|dev_former"),
        credential_id: vec![9; 32],
        user: user.id.clone(),
        user_handle: vec![9; 64],
        connection: identity.connection,
        provider_user_id: identity.provider_user_id,
        relying_party: String::from("former.example"),
        public_key: vec![1],
        counter: 0,
        backup_eligible: true,
        backed_up: true,
        user_verified: true,
        transports: Vec::new(),
        aaguid: None,
        name: String::from("former"),
        user_agent: None,
        created_at: scene.server.t.engine.now(),
        used_at: None,
    };
    let proved_at = scene.server.t.engine.now();
    let add = AddPasskey { passkey: former, proved_at, most: 1, events: Vec::new() };
    assert_eq!(store.add_passkey(add).await.unwrap(), PasskeyAdded::Done);
    let browser = Browser::new(&scene.server);
    let question = by_code(&scene, &browser, PHONE).await;
    assert!(question.text.contains("data-page=\"new_passkey\""), "{}", question.text);
}

/// A link is a code that is pressed: it says so, too, and is refused alike.
#[tokio::test]
async fn a_link_of_a_mail_is_no_more_than_the_code_beside_it() {
    let scene = Scene::new().await;
    let mails = async |what: &str| {
        let options = json!({
            "authentication_methods": {"passkey": {"enabled": true}},
            "latchkey": {"codes_beside_passkeys": what},
        });
        scene.server.t.add_connection("email", Strategy::Email, options).await;
    };
    mails("same").await;
    let browser = Browser::new(&scene.server);
    let by_mail = authorize(NATIVE, &[("connection", "email"), ("prompt", "login"), ("scope", "openid")]);
    let page = browser.open(&by_mail).await;
    let form = Form::of(&page, "/login");
    let fields = [("token", form.token()), ("channel", "email"), ("address", EMAIL), ("passkeys", "1")];
    let wait = browser.follow(browser.post(&form.action, &fields).await).await;
    let question = browser.submit(&wait, "/login/code", &[("code", &scene.server.mailed_code())]).await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    add_after_code(&browser, &question, &mut passkey).await;

    mails("weaker").await;
    browser.ask_by_email(&by_mail, EMAIL).await;
    let link = scene.server.link();
    let pressed = browser.submit(&browser.get(&link).await, &link, &[]).await;
    let traded = scene.server.trade(NATIVE, &pressed.fields()["code"]).await;
    assert_eq!(acr_and_amr(&traded), (json!("0"), json!(["email"])));

    mails("refused").await;
    browser.ask_by_email(&by_mail, EMAIL).await;
    let link = scene.server.link();
    let pressed = browser.submit(&browser.get(&link).await, &link, &[]).await;
    assert_eq!(pressed.status, 403, "{}", pressed.text);
    assert!(pressed.text.contains("Your account asks for your passkey."), "{}", pressed.text);
}
