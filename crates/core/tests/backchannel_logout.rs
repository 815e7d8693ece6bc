//! Clients are told of sessions that end (OpenID Connect Back-Channel Logout 1.0).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::time::Duration;

use latchkey_core::flow::authorize::Authorized;
use latchkey_core::flow::browser::Browser;
use latchkey_core::flow::log_out::{LogOut, OidcLogOut};
use latchkey_core::model::{
    Client, ClientKind, Event, EventKind, LogoutInitiator, Session, SigningAlgorithm, Strategy, TokenHash,
};
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{EMAIL, NATIVE, SPA, Script, TestEngine, authorization, field};
use latchkey_wire::Secret;
use serde_json::{Value, json};

const RP: &str = "rp";
const OTHER_RP: &str = "other-rp";

/// Two clients that listen, beside those that do not.
async fn engine() -> TestEngine {
    let t = TestEngine::new().await;
    for id in [RP, OTHER_RP] {
        add(&t, id, |_| {}).await;
    }
    t
}

async fn add(t: &TestEngine, id: &str, change: impl FnOnce(&mut Client)) {
    t.add_client(id, ClientKind::Native, None, |client| {
        client.backchannel_logout.urls = vec![format!("https://{id}.example/told")];
        change(client);
    })
    .await;
    t.add_connection("email", Strategy::Email, json!({})).await;
}

async fn session_of(t: &TestEngine, browser: &Browser) -> Session {
    let id = TokenHash::of(browser.session.as_ref().unwrap());
    t.engine.store.find_session(&id).await.unwrap().unwrap()
}

/// Signs out, and waits for what was left to be done.
async fn log_out(t: &TestEngine, browser: &Browser) {
    t.engine.log_out(&LogOut::default(), browser).await.unwrap();
    t.settled().await;
}

fn part(token: &Secret, at: usize) -> Value {
    let part = token.expose().split('.').nth(at).unwrap();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
}

/// Who was told so far, in order.
fn told(t: &TestEngine) -> Vec<String> {
    let mut urls: Vec<String> = t.senders.told().into_iter().map(|(url, _)| url).collect();
    urls.sort();
    urls
}

async fn events(t: &TestEngine, kind: EventKind) -> Vec<Event> {
    let filter = EventFilter { kind: Some(kind), ..EventFilter::default() };
    t.engine.store.list_events(&filter, &Page::default()).await.unwrap()
}

fn refused(status: i64) -> Script {
    let error = ProviderError { text: "refused".into(), code: Some(status), tell: false, reason: None };
    Script::Fail(SendError::NotSent(error))
}

/// C-036, S-102
#[tokio::test]
async fn a_logout_token_says_who_and_which_session_and_is_no_id_token() {
    let t = engine().await;
    let mut browser = t.browser();
    let response = t.sign_in_by_mail(RP, &mut browser, EMAIL).await;
    let id_token = part(&t.trade(RP, &response).await.unwrap().id_token.unwrap(), 1);
    t.clock.advance(100);

    log_out(&t, &browser).await;

    let [(url, token)] = &t.senders.told()[..] else { panic!("{:?}", told(&t)) };
    assert_eq!(url, "https://rp.example/told");
    let (header, claims) = (part(token, 0), part(token, 1));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &json!("RS256")));
    let now = t.engine.now().0;
    for (name, value) in [
        ("iss", json!("https://login.example/")),
        ("aud", json!(RP)),
        ("iat", json!(now)),
        ("exp", json!(now + 120)),
        ("sub", id_token["sub"].clone()),
        ("sid", id_token["sid"].clone()),
        ("events", json!({"http://schemas.openid.net/event/backchannel-logout": {}})),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_eq!(claims["jti"].as_str().unwrap().len(), 24);
    assert_eq!(claims.as_object().unwrap().len(), 8, "{claims}");
    // RFC 8725 section 3.11: it opens nothing that an id_token opens.
    let hint = OidcLogOut { id_token_hint: Some(token.expose().into()), ..OidcLogOut::default() };
    let outcome = t.engine.oidc_log_out(&hint, &t.browser(), false).await.unwrap();
    assert_eq!(outcome, latchkey_core::flow::log_out::LoggedOut::Refused);
    assert!(t.engine.read_id_token(token.expose()).await.unwrap().is_none());
}

/// S-102: signed as the client wants its tokens signed.
#[tokio::test]
async fn a_logout_token_is_signed_by_the_algorithm_of_its_client() {
    let t = engine().await;
    for (id, alg) in [("ec", SigningAlgorithm::ES256), ("ed", SigningAlgorithm::EdDSA)] {
        add(&t, id, |client| client.jwt.alg = alg).await;
        let mut browser = t.browser();
        t.sign_in_by_mail(id, &mut browser, EMAIL).await;
        log_out(&t, &browser).await;
        let (_, token) = t.senders.told().pop().unwrap();
        assert_eq!(part(&token, 0)["alg"], format!("{alg:?}"));
    }
}

/// C-036: and no others.
#[tokio::test]
async fn every_client_that_used_the_session_is_told() {
    let t = engine().await;
    add(&t, "stranger", |_| {}).await;
    let mut browser = t.browser();
    t.sign_in_by_mail(RP, &mut browser, EMAIL).await;
    for client in [NATIVE, SPA, OTHER_RP] {
        t.authorize(&authorization(client), &browser).await.unwrap();
    }

    log_out(&t, &browser).await;

    assert_eq!(told(&t), ["https://other-rp.example/told", "https://rp.example/told"]);
    assert_eq!(events(&t, EventKind::BackchannelLogoutSucceeded).await.len(), 2);
    log_out(&t, &browser).await;
    assert_eq!(told(&t).len(), 2, "nobody is told twice");
}

/// S-102: RP times out → retried, user's logout not delayed.
#[tokio::test(start_paused = true)]
async fn who_signs_out_does_not_wait_for_a_client_that_hangs() {
    let t = engine().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(RP, &mut browser, EMAIL).await;
    t.senders.script([Script::Hang]);

    let before = tokio::time::Instant::now();
    t.engine.log_out(&LogOut::default(), &browser).await.unwrap();
    assert_eq!(before.elapsed(), Duration::ZERO);

    t.settled().await;
    assert_eq!((before.elapsed(), told(&t).len()), (Duration::from_secs(5), 0));
    t.clock.advance(5);
    t.engine.tell_clients().await.unwrap();
    assert_eq!(told(&t).len(), 1);
}

/// S-102, R-044: each time with a fresh token, and one that hangs keeps nobody waiting.
#[tokio::test]
async fn a_client_that_fails_is_tried_again_with_a_fresh_token() {
    let t = engine().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(RP, &mut browser, EMAIL).await;
    t.senders.script([refused(503), Script::TakeUnheard]);
    log_out(&t, &browser).await;
    assert_eq!(told(&t).len(), 0);

    for (wait, taken) in [(4, 0), (1, 1), (29, 1), (1, 2), (86_400, 2)] {
        t.clock.advance(wait);
        t.engine.tell_clients().await.unwrap();
        assert_eq!(told(&t).len(), taken, "after {wait} s more");
    }

    let tokens = t.senders.told();
    let (first, second) = (part(&tokens[0].1, 1), part(&tokens[1].1, 1));
    assert_ne!(first["jti"], second["jti"]);
    assert_eq!(second["iat"].as_i64().unwrap() - first["iat"].as_i64().unwrap(), 30);
    let event = events(&t, EventKind::BackchannelLogoutSucceeded).await.remove(0);
    assert_eq!((&event.detail["tries"], &event.detail["initiator"]), (&json!(3), &json!("rp-logout")));
}

/// bounded tries over a day, and an event at the end.
#[tokio::test]
async fn a_client_that_always_fails_is_given_up() {
    let t = engine().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(RP, &mut browser, EMAIL).await;
    t.senders.script((0..20).map(|_| refused(500)));
    let calls = || t.senders.calls().iter().filter(|kind| **kind == "logout").count();
    log_out(&t, &browser).await;

    for _ in 0..30 {
        t.clock.advance(43_200);
        t.engine.tell_clients().await.unwrap();
    }

    assert_eq!(calls(), 10);
    let events = events(&t, EventKind::BackchannelLogoutFailed).await;
    let [event] = &events[..] else { panic!("{events:?}") };
    assert_eq!(event.client.as_ref().unwrap().as_str(), RP);
    assert_eq!(event.detail["status"], json!(500));
    assert_eq!(event.detail["tries"], json!(10));
}

/// ASVS 7.4.2: whoever is blocked or deleted is signed out at clients, too.
#[tokio::test]
async fn clients_are_told_when_a_user_is_blocked_or_deleted() {
    let t = engine().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(RP, &mut browser, EMAIL).await;
    let mut user = t.engine.store.find_user(&session_of(&t, &browser).await.user).await.unwrap().unwrap();
    user.updated_at = t.engine.now();
    t.engine.store.update_user(&user).await.unwrap();
    t.engine.tell_clients().await.unwrap();
    assert_eq!(told(&t).len(), 0, "nothing ended");

    user.blocked = true;
    t.engine.store.update_user(&user).await.unwrap();
    t.engine.tell_clients().await.unwrap();
    assert_eq!(told(&t).len(), 1);

    user.blocked = false;
    t.engine.store.update_user(&user).await.unwrap();
    t.sign_in_by_mail(RP, &mut browser, EMAIL).await;
    t.engine.store.delete_user(&user.id, t.engine.now(), Vec::new()).await.unwrap();
    t.engine.tell_clients().await.unwrap();
    assert_eq!(told(&t).len(), 2);
}

/// Whoever proves themselves once more goes on in their session; somebody else ends it.
#[tokio::test]
async fn a_session_goes_on_for_the_same_person_and_ends_for_another() {
    let t = engine().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(RP, &mut browser, EMAIL).await;
    let first = session_of(&t, &browser).await;
    t.clock.advance(100);

    t.sign_in_by_mail(OTHER_RP, &mut browser, EMAIL).await;
    t.engine.tell_clients().await.unwrap();
    let second = session_of(&t, &browser).await;
    assert_eq!((&second.sid, second.auth_time), (&first.sid, first.auth_time.plus(100)));
    assert_ne!(second.id, first.id);
    assert_eq!(told(&t).len(), 0);

    t.sign_in_by_mail(RP, &mut browser, "other@example.com").await;
    t.engine.tell_clients().await.unwrap();
    assert_ne!(session_of(&t, &browser).await.sid, first.sid);
    assert_eq!(told(&t), ["https://other-rp.example/told", "https://rp.example/told"]);
}

#[tokio::test]
async fn a_client_that_changed_its_mind_or_is_gone_is_not_told() {
    let t = engine().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(RP, &mut browser, EMAIL).await;
    add(&t, RP, |client| client.backchannel_logout.initiators = Some(vec![LogoutInitiator::AccountDeleted]))
        .await;
    log_out(&t, &browser).await;
    assert_eq!(told(&t).len(), 0);

    t.sign_in_by_mail(OTHER_RP, &mut browser, EMAIL).await;
    t.senders.script([refused(503)]);
    log_out(&t, &browser).await;
    add(&t, OTHER_RP, |client| client.backchannel_logout.urls.clear()).await;
    t.clock.advance(5);
    t.engine.tell_clients().await.unwrap();
    assert_eq!(told(&t).len(), 0);
    assert!(events(&t, EventKind::BackchannelLogoutFailed).await.is_empty());
}

/// Who is declined learns nothing of the person, not even that they left.
#[tokio::test]
async fn a_client_that_was_declined_is_not_told() {
    let t = engine().await;
    add(&t, "theirs", |client| client.first_party = false).await;
    let mut browser = t.browser();
    t.sign_in_by_mail(RP, &mut browser, EMAIL).await;
    for allow in [false, true] {
        let asked = t.authorize(&authorization("theirs"), &browser).await.unwrap();
        let Authorized::Consent { handle, .. } = asked else { panic!("{asked:?}") };
        let response = t.engine.consent(&handle, &browser, allow).await.unwrap();
        assert_eq!(field(&response, "code").is_some(), allow);
        let clients = session_of(&t, &browser).await.clients;
        assert_eq!(clients.iter().any(|client| client.as_str() == "theirs"), allow);
    }
    log_out(&t, &browser).await;
    assert_eq!(told(&t), ["https://rp.example/told", "https://theirs.example/told"]);
}

#[tokio::test]
async fn an_address_to_be_told_at_is_checked_when_it_is_saved() {
    let t = engine().await;
    let (mut client, _) = t.engine.draft_client("new".into(), "new", ClientKind::Native).unwrap();
    for (urls, why) in [
        (vec!["http://rp.example/told"], "must be https"),
        (vec!["https://rp.example/told#part"], "must not have a fragment"),
        (vec!["https://rp.example/a", "https://rp.example/b"], "one at most"),
    ] {
        client.backchannel_logout.urls = urls.into_iter().map(String::from).collect();
        let refused = t.engine.save_client(&client).await.unwrap_err().to_string();
        assert!(refused.starts_with("backchannel_logout_urls") && refused.ends_with(why), "{refused}");
    }
    client.backchannel_logout.urls = vec!["https://rp.example/told?tenant=1".into()];
    t.engine.save_client(&client).await.unwrap();
}
