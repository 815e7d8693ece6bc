//! People are told what happened to their account: once, at an address that they proved.

use http::Method;
use latchkey_core::model::{Address, Channel, EventKind, User};
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_testkit::{PHONE, Script};
use serde_json::{Value, json};

use crate::passkeys::add;
use crate::scene::{
    EMAIL, come_in, common, events, make_known, press, server, set_tenant, users, with_mailbox,
};
use crate::support::{Browser, JSON, TestServer, add_tool, tool_token};

/// What was sent since: text messages and mails, by what they are about.
pub async fn told(server: &TestServer) -> Vec<(String, String)> {
    let before = (server.t.senders.sent().len(), server.t.senders.mailed().len());
    server.t.engine.deliver_due().await.unwrap();
    server.t.settled().await;
    let texts = server.t.senders.sent().into_iter().skip(before.0);
    let texts = texts.map(|message| (message.to, message.body.expose().to_owned()));
    let mails = server.t.senders.mailed().into_iter().skip(before.1);
    texts.chain(mails.map(|message| (message.to, message.text.expose().to_owned()))).collect()
}

/// S-061
#[tokio::test]
async fn whoever_has_only_a_phone_is_told_by_text_message() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    let (after, _) = add(&browser, &page, 1).await;
    let [(to, text)] = told(&server).await.try_into().unwrap();
    assert_eq!(to, PHONE);
    assert_eq!(text, "PasskeyAdded: Firefox on Linux; Firefox on Linux; 2026-11-24 12:00 UTC; en");
    assert_eq!(events(&server, EventKind::MethodChanged).await[0].detail["notice"], "sms");
    press(&browser, &after, "/account/passkeys/remove", &[]).await;
    let [(_, text)] = told(&server).await.try_into().unwrap();
    assert!(text.starts_with("PasskeyRemoved: Firefox on Linux;"), "{text}");
    assert!(told(&server).await.is_empty(), "once");
}

#[tokio::test]
async fn a_mailbox_comes_before_a_phone_if_it_was_proved() {
    for (proved, to) in [(true, EMAIL), (false, PHONE)] {
        let server = server().await;
        with_mailbox(&server, proved).await;
        let (browser, page) = come_in(&server).await;
        add(&browser, &page, 1).await;
        let told = told(&server).await;
        assert_eq!((told.len(), told[0].0.as_str()), (1, to));
    }
}

#[tokio::test]
async fn a_notice_is_in_the_language_that_is_known_of_the_person_or_else_of_their_browser() {
    let server = server().await;
    make_known(&server, "sms", PHONE).await;
    let browser = Browser::of(&server, "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0", "de");
    let page = crate::scene::prove(&server, &browser, "/account", PHONE).await;
    let (after, _) = add(&browser, &page, 1).await;
    assert!(told(&server).await[0].1.ends_with("; de"));
    let seen = users(&server).await.remove(0);
    let metadata = json!({"user_metadata": {"locale": "fr-CA"}}).as_object().unwrap().clone();
    let console = latchkey_core::flow::manage::Operator::console();
    server.t.engine.update_user(&console, seen.id.as_str(), metadata).await.unwrap();
    press(&browser, &after, "/account/passkeys/remove", &[]).await;
    assert!(told(&server).await[0].1.ends_with("; fr-CA"));
}

/// S-159
#[tokio::test]
async fn whoever_deletes_their_account_is_told_and_nobody_of_an_act_that_did_not_happen() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    press(&browser, &page, "/account/delete", &[("word", "wrong")]).await;
    let mut fields = common(&page);
    fields.push((String::from("id"), String::from("passkey|dev_0")));
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(browser.post("/account/passkeys/remove", &fields).await.status, 404);
    assert!(told(&server).await.is_empty());
    press(&browser, &page, "/account/delete", &[("word", PHONE)]).await;
    let [(to, text)] = told(&server).await.try_into().unwrap();
    assert!(to == PHONE && text.starts_with("AccountDeleted: "), "{text}");
}

#[tokio::test]
async fn operators_switch_text_messages_off_and_mails_go_on() {
    for mailbox in [false, true] {
        let server = server().await;
        set_tenant(&server, json!({"account": {"sms_notices": false}})).await;
        if mailbox {
            with_mailbox(&server, true).await;
        }
        let (browser, page) = come_in(&server).await;
        add(&browser, &page, 1).await;
        assert_eq!(told(&server).await.len(), usize::from(mailbox));
    }
}

/// RL-05: whoever is signed in makes nobody pay for more than a few.
#[tokio::test]
async fn five_text_messages_a_day_are_all_that_an_address_gets() {
    let server = server().await;
    let (browser, mut page) = come_in(&server).await;
    let mut sent = Vec::new();
    for number in 1..=4 {
        let (after, _) = add(&browser, &page, number).await;
        sent.extend(told(&server).await);
        page = press(&browser, &after, "/account/passkeys/remove", &[]).await;
        assert!(page.text.contains("You have no passkeys."), "{}", page.text);
        sent.extend(told(&server).await);
    }
    assert_eq!(sent.len(), 5);
}

/// S-153: whoever had the account before is told, and not by the new address.
#[tokio::test]
async fn an_operator_who_moves_an_address_or_takes_a_passkey_tells_the_person() {
    let server = server().await;
    with_mailbox(&server, true).await;
    let (browser, page) = come_in(&server).await;
    add(&browser, &page, 1).await;
    told(&server).await;
    add_tool(&server.t, "tool", "update:users delete:authentication_methods").await;
    let bearer = format!("Bearer {}", tool_token(&server, "tool", "").await);
    let headers = [("authorization", bearer.as_str()), ("content-type", JSON)];
    let path = format!("/api/v2/users/{}", users(&server).await[0].id.as_str().replace('|', "%7C"));
    let call = async |method, path: &str, body: Value| {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        server.request(method, path, &headers, &body).await
    };
    let removed = call(Method::DELETE, &format!("{path}/authentication-methods"), Value::Null).await;
    assert_eq!(removed.status, 204, "{}", removed.text);
    let [(to, text)] = told(&server).await.try_into().unwrap();
    assert!(to == EMAIL && text.starts_with("PasskeyRemoved: Firefox on Linux; ; "), "{text}");
    let moved = json!({"email": "new@example.com", "connection": "email"});
    let moved = call(Method::PATCH, &path, moved).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    let [(to, text)] = told(&server).await.try_into().unwrap();
    assert!(to == EMAIL && text.starts_with("AddressChanged: "), "{text}");
}

/// it is in the outbox with its act, and goes out when the sender is there again.
#[tokio::test]
async fn a_notice_outlives_a_sender_that_is_down() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    server.t.senders.be_remote();
    let busy = ProviderError { text: String::from("busy"), code: None, tell: false, reason: None };
    let later = || Script::Fail(SendError::Later(busy.clone()));
    server.t.senders.script([later(), later()]);
    add(&browser, &page, 1).await;
    assert!(told(&server).await.is_empty());
    server.t.clock.advance(60);
    assert_eq!(told(&server).await.len(), 1);
}

/// What did not happen is not counted: of the five text messages of a day none is used up by a passkey that is refused.
#[tokio::test]
async fn a_credential_that_somebody_has_already_uses_up_no_notice() {
    let server = server().await;
    let (browser, page) = come_in(&server).await;
    let (_, first) = add(&browser, &page, 1).await;
    assert_eq!(told(&server).await.len(), 1);
    let taken = server.t.engine.store.list_passkeys(&users(&server).await[0].id).await.unwrap().remove(0);
    drop(first);
    for _ in 0..6 {
        let (refused, _) = crate::passkeys::add_as(&browser, &page, 1, &taken.credential_id).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
    }
    assert!(told(&server).await.is_empty());
    for number in 2..=5 {
        add(&browser, &page, number).await;
        assert_eq!(told(&server).await.len(), 1, "{number}");
    }
}

/// RL-18: a passkey is asked for on the page as often as by an app.
#[tokio::test]
async fn one_place_begins_so_many_passkeys_at_once_and_no_more() {
    let t = latchkey_testkit::TestEngine::with(|settings| {
        let passkeys_per_ip = latchkey_core::settings::Limits::default().passkeys_per_ip;
        settings.limits =
            latchkey_core::settings::Limits { passkeys_per_ip, ..latchkey_core::settings::Limits::off() };
    })
    .await;
    let server = crate::scene::with_passkeys(TestServer::over(t)).await;
    let (browser, page) = come_in(&server).await;
    let fields = common(&page);
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for asked in 0..20 {
        assert_eq!(browser.post("/account/passkeys/options", &fields).await.status, 200, "{asked}");
    }
    let refused = browser.post("/account/passkeys/options", &fields).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "1"));
    assert!(refused.text.contains("Too many attempts."), "{}", refused.text);
}

/// Decision 29: of two accounts that become one, the people of both are told, each as it concerns them.
#[tokio::test]
async fn of_two_accounts_that_are_linked_both_mailboxes_are_told() {
    let server = server().await;
    with_mailbox(&server, true).await;
    let (now, hex) = (server.t.engine.now(), server.t.engine.new_id());
    let address = Address::from_canonical("other@example.com");
    let mut other = User::first_seen("email", Channel::Email, address, &hex, now);
    // One address of both: nobody is told twice.
    let shared =
        User::first_seen("walk-mail", Channel::Email, Address::from_canonical(EMAIL), &"d".repeat(24), now);
    other.identities.splice(0..0, shared.identities);
    server.t.engine.store.insert_user(&other, Vec::new()).await.unwrap();
    add_tool(&server.t, "tool", "update:users").await;
    let bearer = format!("Bearer {}", tool_token(&server, "tool", "").await);
    let headers = [("authorization", bearer.as_str()), ("content-type", JSON)];
    let primary = users(&server).await.into_iter().find(|user| user.id != other.id).unwrap();
    let path = format!("/api/v2/users/{}/identities", primary.id.as_str().replace('|', "%7C"));
    let body = json!({"provider": "email", "user_id": hex}).to_string();
    let linked = server.request(Method::POST, &path, &headers, body.as_bytes()).await;
    assert_eq!(linked.status, 201, "{}", linked.text);
    let mut told = told(&server).await;
    told.sort();
    let about: Vec<(&str, &str)> =
        told.iter().map(|(to, text)| (to.as_str(), text.split(':').next().unwrap())).collect();
    assert_eq!(about, [(EMAIL, "AddressAdded"), ("other@example.com", "AccountLinked")]);
}
