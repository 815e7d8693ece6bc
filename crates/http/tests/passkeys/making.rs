//! Passkeys that are made on the sign-in pages: by somebody new, and by who came by a code.

use latchkey_core::model::{ClientKind, EventKind, Strategy};
use latchkey_testkit::authenticator::{Algorithm, SoftPasskey, USER_VERIFIED};
use latchkey_testkit::{NATIVE, PHONE};
use serde_json::{Value, json};

use crate::pages::{FirstPage, begin, open_at, send};
use crate::scene::{ANA, ORIGIN, Scene, claims};
use crate::support::{Answer, Browser, Form, authorize};

/// The page for somebody new.
async fn sign_up_page(browser: &Browser<'_>, page: &FirstPage) -> Answer {
    browser.get(&format!("/login/sign-up?state={}", page.state)).await
}

async fn begin_sign_up(browser: &Browser<'_>, page: &FirstPage, name: &str) -> Answer {
    let path = format!("/login/sign-up/options?state={}", page.state);
    browser.post(&path, &[("token", &page.token), ("name", name)]).await
}

async fn finish_sign_up(browser: &Browser<'_>, page: &FirstPage, session: &Value, made: &Value) -> Answer {
    let (session, made) = (session.as_str().unwrap(), made.to_string());
    let fields = [("token", page.token.as_str()), ("auth_session", session), ("answer", &made)];
    browser.post(&format!("/login/sign-up?state={}", page.state), &fields).await
}

async fn first_page(browser: &Browser<'_>) -> FirstPage {
    open_at(browser, &authorize(NATIVE, &[("scope", "openid profile email")]), "/login").await
}

async fn sub_of(scene: &Scene, answer: &Answer) -> Value {
    claims(&scene.server.trade(NATIVE, &answer.fields()["code"]).await.json())
}

fn with_passkeys() -> Value {
    json!({"authentication_methods": {"passkey": {"enabled": true}}})
}

/// S-149, PB-103
#[tokio::test]
async fn somebody_new_makes_a_passkey_on_the_page_and_signs_in_by_it_from_then_on() {
    let scene = Scene::new().await;
    let browser = Browser::new(&scene.server);
    let page = first_page(&browser).await;
    assert!(page.answer.text.contains(&format!("/login/sign-up?state={}", page.state)));
    let shown = sign_up_page(&browser, &page).await;
    assert_eq!(shown.status, 200);
    assert!(shown.text.contains("data-page=\"sign_up\"") && shown.text.contains("/assets/passkey-new.js?v="));
    let begun = begin_sign_up(&browser, &page, " Ana ").await;
    assert_eq!(begun.status, 200, "{}", begun.text);
    let begun = begun.json();
    let options = &begun["authn_params_public_key"];
    assert_eq!(options["user"]["name"], "Ana");
    // Nothing keeps a phone from making it for the computer beside it.
    let selection = &options["authenticatorSelection"];
    assert_eq!((&selection["authenticatorAttachment"], &options["hints"]), (&Value::Null, &Value::Null));
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let made = passkey.create(options, ORIGIN);
    let done = finish_sign_up(&browser, &page, &begun["auth_session"], &made).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let id_token = sub_of(&scene, &done).await;
    assert_eq!((&id_token["name"], &id_token["amr"]), (&json!("Ana"), &json!(["hwk", "user", "mfa"])));
    assert!(browser.session().is_some());
    for kind in [EventKind::PasskeyStarted, EventKind::SignedUp, EventKind::SignedIn] {
        assert_eq!(scene.events(kind).await.len(), 1, "{kind:?}");
    }

    let other = Browser::new(&scene.server);
    let page = first_page(&other).await;
    let begun = begin(&other, &page).await;
    let answer = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    let done = send(&other, &page, &begun["auth_session"], &answer).await;
    assert_eq!(sub_of(&scene, &done).await["sub"], id_token["sub"]);
}

/// S-149: an address that is typed as a name is nobody's, and no claim.
#[tokio::test]
async fn an_address_that_somebody_new_types_as_their_name_claims_nothing() {
    let scene = Scene::new().await;
    let owner = scene.owner_by_code(ANA).await;
    let browser = Browser::new(&scene.server);
    let page = first_page(&browser).await;
    let begun = begin_sign_up(&browser, &page, ANA).await.json();
    let made = SoftPasskey::new(Algorithm::Es256, 1).create(&begun["authn_params_public_key"], ORIGIN);
    let done = finish_sign_up(&browser, &page, &begun["auth_session"], &made).await;
    let id_token = sub_of(&scene, &done).await;
    assert_ne!(id_token["sub"], owner.as_str());
    assert_eq!(id_token.get("email"), None);
    assert!(!id_token["name"].to_string().contains(ANA), "{id_token}");
}

/// S-051, S-052, S-053, PB-101
#[tokio::test]
async fn what_somebody_new_made_is_for_the_page_that_asked_and_their_person_is_checked() {
    let scene = Scene::new().await;
    let (browser, other) = (Browser::new(&scene.server), Browser::new(&scene.server));
    let (page, of_other) = (first_page(&browser).await, first_page(&other).await);
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let begun = begin_sign_up(&other, &of_other, "Bo").await.json();
    let made = passkey.create(&begun["authn_params_public_key"], ORIGIN);
    assert_eq!(finish_sign_up(&browser, &page, &begun["auth_session"], &made).await.status, 400);
    // It is no answer of the native API, and that one's is none of the page.
    let begun = begin_sign_up(&browser, &page, "Bo").await.json();
    let made = passkey.create(&begun["authn_params_public_key"], ORIGIN);
    assert_eq!(scene.finish(&begun, made).await.status, 403);
    let begun = scene.register(json!({"email": ANA})).await.json();
    let made = passkey.create(&begun["authn_params_public_key"], ORIGIN);
    assert_eq!(finish_sign_up(&browser, &page, &begun["auth_session"], &made).await.status, 400);
    let begun = begin_sign_up(&browser, &page, "Bo").await.json();
    let unchecked =
        passkey.create_as(&begun["authn_params_public_key"], ORIGIN, |draft| draft.flags &= !USER_VERIFIED);
    let refused = finish_sign_up(&browser, &page, &begun["auth_session"], &unchecked).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("No passkey was created. Try again.</p>"), "{}", refused.text);
    for junk in [json!("x"), json!({}), json!({"response": {"signature": "AAAA"}})] {
        let begun = begin_sign_up(&browser, &page, "Bo").await.json();
        assert_eq!(finish_sign_up(&browser, &page, &begun["auth_session"], &junk).await.status, 400);
    }
    assert_eq!(scene.server.t.engine.store.count_users().await.unwrap(), 0);
    assert!(browser.session().is_none());
}

#[tokio::test]
async fn nobody_new_makes_a_passkey_where_no_connection_lets_them() {
    let scene = Scene::new().await;
    scene.set_options(json!({"disable_signup": true})).await;
    let browser = Browser::new(&scene.server);
    let page = first_page(&browser).await;
    assert!(!page.answer.text.contains("/login/sign-up"), "{}", page.answer.text);
    assert_eq!(sign_up_page(&browser, &page).await.status, 403);
    assert_eq!(begin_sign_up(&browser, &page, "Ana").await.status, 400);
}

#[tokio::test]
async fn a_name_that_cannot_be_used_is_told_in_words_and_begins_nothing() {
    let scene = Scene::new().await;
    let browser = Browser::new(&scene.server);
    let page = first_page(&browser).await;
    for name in [String::new(), String::from("  "), "a".repeat(151), String::from("a\u{7}b")] {
        let refused = begin_sign_up(&browser, &page, &name).await;
        assert_eq!(refused.status, 400, "{name:?}");
        assert!(refused.json()["text"].as_str().unwrap().starts_with("This name cannot be used"));
    }
    assert!(scene.events(EventKind::PasskeyStarted).await.is_empty());
}

/// A client whose only connection has passkeys and no codes of its own.
#[tokio::test]
async fn a_client_with_passkeys_alone_has_a_page_with_their_button_and_no_field() {
    let scene = Scene::new().await;
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let sub = claims(&scene.sign_up(&mut passkey).await.json())["sub"].clone();
    let t = &scene.server.t;
    t.add_client("members", ClientKind::Native, None, |_| {}).await;
    for name in ["sms", "email"] {
        let found = t.engine.store.find_connection(name).await.unwrap().unwrap();
        assert!(found.enabled_clients.iter().all(|id| id.as_str() != "members"));
    }
    scene.set_options(json!({})).await;
    let browser = Browser::new(&scene.server);
    let page = open_at(&browser, &authorize("members", &[("scope", "openid")]), "/login/passkey").await;
    assert!(!page.answer.text.contains("id=\"address\""), "{}", page.answer.text);
    let path = format!("/login?state={}", page.state);
    let typed = [("token", page.token.as_str()), ("channel", "email"), ("address", ANA)];
    assert_eq!(browser.post(&path, &typed).await.status, 403);
    let begun = begin(&browser, &page).await;
    let mut wrong = passkey.get(&begun["authn_params_public_key"], "https://other.example");
    let again = send(&browser, &page, &begun["auth_session"], &wrong).await;
    // A code would be of no use to anybody here.
    let told = "No passkey was accepted. Try again, or use another device.</p>";
    assert!(again.status == 400 && again.text.contains(told), "{}", again.text);
    let begun = begin(&browser, &page).await;
    wrong = passkey.get(&begun["authn_params_public_key"], ORIGIN);
    let done = send(&browser, &page, &begun["auth_session"], &wrong).await;
    let traded = scene.server.trade("members", &done.fields()["code"]).await.json();
    assert_eq!(claims(&traded)["sub"], sub);

    // The connection by its name is a way in, too, as long as it has passkeys.
    let by_name = authorize(NATIVE, &[("connection", "passkeys")]);
    let named = browser.open(&by_name).await.text;
    assert!(named.contains("id=\"passkey\"") && !named.contains("id=\"address\""), "{named}");
    scene.set_options(json!({"authentication_methods": {}})).await;
    assert!(browser.get(&by_name).await.fields()["error"].contains("invalid_request"));
}

/// Signs in by SMS in a browser that says it makes passkeys; what comes then.
pub async fn by_code(scene: &Scene, browser: &Browser<'_>, phone: &str) -> Answer {
    by_code_for(scene, browser, NATIVE, phone).await
}

async fn by_code_for(scene: &Scene, browser: &Browser<'_>, client: &str, phone: &str) -> Answer {
    let page = browser.open(&authorize(client, &[("prompt", "login")])).await;
    let form = Form::of(&page, "/login");
    let fields = [("token", form.token()), ("channel", "sms"), ("address", phone), ("passkeys", "1")];
    let page = browser.follow(browser.post(&form.action, &fields).await).await;
    browser.submit(&page, "/login/code", &[("code", &scene.server.t.code())]).await
}

fn is_question(answer: &Answer) -> bool {
    answer.text.contains("data-page=\"new_passkey\"")
}

/// The question that a person is asked after a code.
async fn questioned(scene: &Scene) {
    scene.server.t.add_connection("sms", Strategy::Sms, with_passkeys()).await;
}

/// The page that asks, as its script knows it.
struct Question {
    token: String,
    state: String,
}

async fn begin_new(browser: &Browser<'_>, question: &Answer) -> (Question, Answer) {
    let form = Form::of(question, "/login/passkey/new");
    let state = form.action.split_once("state=").unwrap().1.to_owned();
    let token = form.token().to_owned();
    let path = format!("/login/passkey/new/options?state={state}");
    let begun = browser.post(&path, &[("token", &token)]).await;
    (Question { token, state }, begun)
}

async fn finish_new(browser: &Browser<'_>, page: &Question, session: &Value, made: &Value) -> Answer {
    let (session, made) = (session.as_str().unwrap(), made.to_string());
    let fields = [("token", page.token.as_str()), ("auth_session", session), ("answer", &made)];
    browser.post(&format!("/login/passkey/new?state={}", page.state), &fields).await
}

/// Adds a passkey where the question asks; what comes then.
pub async fn add_after_code(browser: &Browser<'_>, question: &Answer, passkey: &mut SoftPasskey) -> Answer {
    let (page, begun) = begin_new(browser, question).await;
    let begun = begun.json();
    let made = passkey.create(&begun["authn_params_public_key"], ORIGIN);
    finish_new(browser, &page, &begun["auth_session"], &made).await
}

#[tokio::test]
async fn who_came_by_a_code_adds_a_passkey_and_is_at_the_app_at_once() {
    let scene = Scene::new().await;
    questioned(&scene).await;
    let browser = Browser::new(&scene.server);
    let question = by_code(&scene, &browser, PHONE).await;
    assert!(is_question(&question), "{} {}", question.status, question.text);
    assert!(browser.session().is_some(), "they are signed in, whatever they answer");
    let (page, begun) = begin_new(&browser, &question).await;
    let begun = begun.json();
    let options = &begun["authn_params_public_key"];
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let made = passkey.create(options, ORIGIN);
    let done = finish_new(&browser, &page, &begun["auth_session"], &made).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let by_sms = sub_of(&scene, &done).await;
    assert_eq!(by_sms["amr"], json!(["sms", "otp"]), "it is the code that signed in");
    let added = scene.events(EventKind::MethodChanged).await;
    assert_eq!(added.len(), 1);
    assert!(added[0].detail["passkey"].is_string());

    let signed_in = scene.sign_in(&mut passkey).await.json();
    assert_eq!(claims(&signed_in)["sub"], by_sms["sub"]);
}

#[tokio::test]
async fn whoever_will_not_is_at_the_app_by_one_press_and_is_not_asked_again_for_a_month() {
    let scene = Scene::new().await;
    questioned(&scene).await;
    let browser = Browser::new(&scene.server);
    let question = by_code(&scene, &browser, PHONE).await;
    // An old link to a page of this sign-in leads to the question, and never past it in silence.
    let state = Form::of(&question, "/login/passkey/later").action.split_once("state=").unwrap().1.to_owned();
    for path in ["/login", "/continue", "/login/code"] {
        assert!(is_question(&browser.open(&format!("{path}?state={state}")).await), "{path}");
    }
    let done = browser.submit(&question, "/login/passkey/later", &[]).await;
    assert!(done.fields().contains_key("code"), "{}", done.text);

    let clock = &scene.server.t.clock;
    clock.advance(29 * 86_400);
    assert!(
        by_code(&scene, &browser, PHONE).await.fields().contains_key("code"),
        "the same person and browser"
    );
    let elsewhere = Browser::new(&scene.server);
    assert!(by_code(&scene, &elsewhere, PHONE).await.fields().contains_key("code"), "the same person");
    assert!(
        by_code(&scene, &browser, "+14155550101").await.fields().contains_key("code"),
        "the same browser"
    );
    clock.advance(2 * 86_400);
    assert!(is_question(&by_code(&scene, &browser, PHONE).await));
}

#[tokio::test]
async fn nobody_is_asked_who_cannot_or_need_not_or_whom_an_operator_spares() {
    let scene = Scene::new().await;
    let browser = Browser::new(&scene.server);
    assert!(by_code(&scene, &browser, PHONE).await.fields().contains_key("code"), "the connection has none");
    questioned(&scene).await;
    let silent = browser.sign_in(&scene.server, &authorize(NATIVE, &[("prompt", "login")]), PHONE).await;
    assert!(silent.fields().contains_key("code"), "the browser says nothing of passkeys");
    let spared = json!({
        "authentication_methods": {"passkey": {"enabled": true}},
        "passkey_options": {"progressive_enrollment_enabled": false},
    });
    scene.server.t.add_connection("sms", Strategy::Sms, spared).await;
    assert!(
        by_code(&scene, &browser, PHONE).await.fields().contains_key("code"),
        "the connection asks nobody"
    );
    questioned(&scene).await;
    scene.set_tenant(json!({"passkeys": {"offer_days": 0}})).await;
    assert!(by_code(&scene, &browser, PHONE).await.fields().contains_key("code"), "the tenant asks nobody");
    scene.set_tenant(json!({"passkeys": {"offer_days": 1}})).await;
    let question = by_code(&scene, &browser, PHONE).await;
    let (page, begun) = begin_new(&browser, &question).await;
    let begun = begun.json();
    let made = SoftPasskey::new(Algorithm::Es256, 1).create(&begun["authn_params_public_key"], ORIGIN);
    finish_new(&browser, &page, &begun["auth_session"], &made).await;
    scene.server.t.clock.advance(3 * 86_400);
    assert!(by_code(&scene, &browser, PHONE).await.fields().contains_key("code"), "they have one");
}

/// S-061, PB-100: a question that was left open is too old to add a way in by; the app still gets its answer.
#[tokio::test]
async fn a_question_that_was_left_open_adds_nothing_and_still_leads_on() {
    let scene = Scene::new().await;
    questioned(&scene).await;
    let browser = Browser::new(&scene.server);
    let question = by_code(&scene, &browser, PHONE).await;
    let (page, begun) = begin_new(&browser, &question).await;
    let begun = begun.json();
    scene.server.t.clock.advance(301);
    let made = SoftPasskey::new(Algorithm::Es256, 1).create(&begun["authn_params_public_key"], ORIGIN);
    let refused = finish_new(&browser, &page, &begun["auth_session"], &made).await;
    assert_eq!(refused.status, 400);
    assert_eq!(begin_new(&browser, &question).await.1.status, 400);
    let done = browser.submit(&refused, "/login/passkey/later", &[]).await;
    assert!(done.fields().contains_key("code"), "{}", done.text);
}

/// S-051, S-061: what one person's page asked for is no way in to another's account.
#[tokio::test]
async fn a_passkey_that_another_page_asked_for_is_not_added() {
    let scene = Scene::new().await;
    questioned(&scene).await;
    let (browser, stranger) = (Browser::new(&scene.server), Browser::new(&scene.server));
    let (of_ana, of_bo) =
        (by_code(&scene, &browser, PHONE).await, by_code(&scene, &stranger, "+14155550101").await);
    let (_, begun) = begin_new(&stranger, &of_bo).await;
    let begun = begun.json();
    let made = SoftPasskey::new(Algorithm::Es256, 1).create(&begun["authn_params_public_key"], ORIGIN);
    let (page, _) = begin_new(&browser, &of_ana).await;
    assert_eq!(finish_new(&browser, &page, &begun["auth_session"], &made).await.status, 400);
    let (other, _) = begin_new(&stranger, &of_bo).await;
    let path = format!("/login/passkey/new/options?state={}", page.state);
    assert_eq!(stranger.post(&path, &[("token", &other.token)]).await.status, 403);
    let failed = scene.events(EventKind::MethodChangeFailed).await;
    // Before anything else of it is looked at.
    assert_eq!((failed.len(), &failed[0].detail["error"]), (1, &json!("auth_session")));
    assert!(scene.events(EventKind::MethodChanged).await.is_empty());
}

#[tokio::test]
async fn a_client_of_somebody_else_has_no_passkeys_and_asks_for_consent_as_ever() {
    let scene = Scene::new().await;
    scene.server.t.add_client("theirs", ClientKind::Native, None, |client| client.first_party = false).await;
    scene.server.reconnect().await;
    questioned(&scene).await;
    let browser = Browser::new(&scene.server);
    let answer = by_code_for(&scene, &browser, "theirs", PHONE).await;
    assert!(answer.text.contains("data-page=\"consent\""), "{}", answer.text);
}

#[tokio::test]
async fn after_the_question_a_client_that_wants_consent_asks_for_it() {
    let scene = Scene::new().await;
    questioned(&scene).await;
    let browser = Browser::new(&scene.server);
    let page = browser.open(&authorize(NATIVE, &[("prompt", "login consent")])).await;
    let form = Form::of(&page, "/login");
    let fields = [("token", form.token()), ("channel", "sms"), ("address", PHONE), ("passkeys", "1")];
    let page = browser.follow(browser.post(&form.action, &fields).await).await;
    let question = browser.submit(&page, "/login/code", &[("code", &scene.server.t.code())]).await;
    assert!(is_question(&question), "{}", question.text);
    let consent = browser.submit(&question, "/login/passkey/later", &[]).await;
    assert!(consent.text.contains("data-page=\"consent\""), "{}", consent.text);
    let done = browser.submit(&consent, "/login/consent", &[("answer", "allow")]).await;
    assert!(done.fields().contains_key("code"), "{}", done.text);
}
