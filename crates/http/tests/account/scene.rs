//! A person at their account page.

use latchkey_core::flow::manage::Operator;
use latchkey_core::model::{Address, Channel, Event, EventKind, Strategy, User};
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::PHONE;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Form, TestServer};

pub const ORIGIN: &str = "https://login.example";
/// Of the person of these tests, where they have a mailbox.
pub const EMAIL: &str = "ana@example.com";

/// A server whose phone connection has passkeys, too.
pub async fn server() -> TestServer {
    with_passkeys(TestServer::new().await).await
}

/// As [`server`], over a server with other settings.
pub async fn with_passkeys(server: TestServer) -> TestServer {
    let options = json!({"authentication_methods": {"passkey": {"enabled": true}}});
    server.t.add_connection("sms", Strategy::Sms, options).await;
    server
}

/// The person of these tests, with a mailbox too, which they proved or not.
pub async fn with_mailbox(server: &TestServer, proved: bool) {
    server.t.add_connection("email", Strategy::Email, json!({})).await;
    make_known(server, "sms", PHONE).await;
    let seen = users(server).await.remove(0);
    let mut user = seen.clone();
    let (now, hex) = (server.t.engine.now(), server.t.engine.new_id());
    let mail = User::first_seen("email", Channel::Email, Address::from_canonical(EMAIL), &hex, now);
    user.identities.extend(mail.identities);
    user.identities[1].verified_at = proved.then_some(now);
    let change = latchkey_core::store::ChangeUser {
        seen,
        user,
        apart: None,
        ends: Default::default(),
        events: Vec::new(),
    };
    server.t.engine.store.change_user(change).await.unwrap();
}

/// Goes where answers lead, back to the account page too.
pub async fn home(browser: &Browser<'_>, mut answer: Answer) -> Answer {
    while let Some(path) = own_path(&answer) {
        answer = browser.get(&path).await;
    }
    answer
}

fn own_path(answer: &Answer) -> Option<String> {
    let location = answer.header("location");
    let path = location.strip_prefix(ORIGIN).unwrap_or(location);
    path.starts_with('/').then(|| path.to_owned())
}

/// Nobody signs up at the account page: who has this number did so before, elsewhere.
pub async fn make_known(server: &TestServer, connection: &str, phone: &str) {
    let address = Address::from_canonical(phone);
    let store = &server.t.engine.store;
    if store.find_user_by_address(connection, &address).await.unwrap().is_none() {
        let (hex, now) = (server.t.engine.new_id(), server.t.engine.now());
        let user = User::first_seen(connection, Channel::Sms, address, &hex, now);
        store.insert_user(&user, Vec::new()).await.unwrap();
    }
}

/// Comes to the account page by a code to this number.
pub async fn come<'a>(server: &'a TestServer, phone: &str) -> (Browser<'a>, Answer) {
    let browser = Browser::of(server, "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0", "en");
    let page = prove(server, &browser, "/account", phone).await;
    (browser, page)
}

/// Signs in on the way to `path`, on the connection that it names, by a code to somebody who is known there.
pub async fn prove(server: &TestServer, browser: &Browser<'_>, path: &str, phone: &str) -> Answer {
    let named = path.split_once("connection=").map_or("sms", |(_, name)| name);
    if path != "/account/prove" {
        make_known(server, named, phone).await;
    }
    let first = home(browser, browser.get(path).await).await;
    let code = browser.submit(&first, "/login", &[("address", phone)]).await;
    server.t.settled().await;
    let back = browser.submit(&code, "/login/code", &[("code", &server.t.code())]).await;
    home(browser, back).await
}

/// The person of these tests, at their page.
pub async fn come_in(server: &TestServer) -> (Browser<'_>, Answer) {
    let (browser, page) = come(server, PHONE).await;
    assert_eq!(page.status, 200, "{}", page.text);
    (browser, page)
}

/// Sends a form of the page with these fields, and follows.
pub async fn press(browser: &Browser<'_>, page: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer {
    let form = Form::of(page, path);
    let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let kept = hidden.filter(|(name, _)| !fields.iter().any(|(typed, _)| typed == name));
    let all: Vec<(&str, &str)> = kept.chain(fields.iter().copied()).collect();
    home(browser, browser.post(path, &all).await).await
}

/// The fields that every form of the page has, of which some may be forged.
pub fn common(page: &Answer) -> Vec<(String, String)> {
    let form = Form::of(page, "/account/name");
    form.hidden.into_iter().filter(|(name, _)| name == "token" || name == "session").collect()
}

pub async fn users(server: &TestServer) -> Vec<User> {
    server.t.engine.store.list_users(&Page::default()).await.unwrap()
}

pub async fn set_tenant(server: &TestServer, given: Value) {
    let given = given.as_object().unwrap().clone();
    server.t.engine.update_tenant(&Operator::console(), given).await.unwrap();
}

/// What acts of the kind the log has, in the order of letters: the clock stands still.
pub async fn acts(server: &TestServer, kind: EventKind) -> Vec<String> {
    let mut acts: Vec<String> = events(server, kind)
        .await
        .iter()
        .map(|event| event.detail["act"].as_str().unwrap().to_owned())
        .collect();
    acts.sort();
    acts
}

pub async fn events(server: &TestServer, kind: EventKind) -> Vec<Event> {
    let filter = EventFilter { kind: Some(kind), ..EventFilter::default() };
    server.t.engine.store.list_events(&filter, &Page { after: None, limit: 100 }).await.unwrap()
}
