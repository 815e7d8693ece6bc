//! Addresses of one's own account: added, changed, and the change undone (S-153).

use latchkey_core::model::{Address, Channel, ClientKind, EventKind, Strategy, User};
use latchkey_testkit::{NATIVE, PHONE, SPA, Script};
use serde_json::json;

use crate::passkeys::add as add_passkey;
use crate::scene::{acts, come, come_in, common, events, home, press, server, users};
use crate::support::{Answer, Browser, Form, OTP_GRANT, TestServer, authorize};
use crate::{alert, elsewhere};

const EMAIL: &str = "ana@example.com";
const OTHER: &str = "+14155550177";

async fn with_mail() -> TestServer {
    let server = server().await;
    server.t.add_connection("email", Strategy::Email, json!({})).await;
    server
}

/// The page that asks for the code.
async fn ask(browser: &Browser<'_>, page: &Answer, fields: &[(&str, &str)]) -> Answer {
    let common = common(page);
    let mut all: Vec<(&str, &str)> =
        common.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.extend(fields);
    home(browser, browser.post("/account/addresses", &all).await).await
}

async fn enter(browser: &Browser<'_>, asked: &Answer, code: &str) -> Answer {
    press(browser, asked, "/account/addresses/confirm", &[("code", code)]).await
}

/// The code that was sent last, by whatever channel.
async fn code(server: &TestServer, channel: Channel) -> String {
    server.t.settled().await;
    match channel {
        Channel::Email => server.t.senders.last_mail().code.expose().to_owned(),
        Channel::Sms => server.t.code(),
    }
}

/// The person's page after they took another number; the link that undoes it.
async fn moved<'a>(server: &'a TestServer, to: &str) -> (Browser<'a>, Answer, String) {
    let (browser, page) = come_in(server).await;
    let key = users(server).await[0].identities[0].key();
    let asked = ask(&browser, &page, &[("address", to), ("id", &key)]).await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    let done = enter(&browser, &asked, &code(server, Channel::Sms).await).await;
    assert!(done.text.contains("Your change is saved."), "{}", done.text);
    (browser, done, undo_of(server).await)
}

/// The path of the link in the notice that was sent last to the first number.
async fn undo_of(server: &TestServer) -> String {
    server.t.engine.deliver_due().await.unwrap();
    let told = server.t.senders.last();
    assert_eq!(told.to, PHONE);
    let link = told.link.unwrap().expose().to_owned();
    link.strip_prefix("https://login.example").unwrap().to_owned()
}

/// S-153
#[tokio::test]
async fn an_address_is_added_by_the_code_that_was_sent_to_it() {
    let server = with_mail().await;
    let other = elsewhere(&server).await;
    let (browser, page) = come_in(&server).await;
    let (page, _) = add_passkey(&browser, &page, 1).await;
    assert!(page.text.contains("Add a phone number or email address"), "{}", page.text);

    let asked = ask(&browser, &page, &[("address", " Ana@Example.com ")]).await;
    assert!(asked.text.contains("data-page=\"account_address\"") && asked.text.contains("ana@example.com"));
    let mail = {
        server.t.settled().await;
        server.t.senders.last_mail()
    };
    assert_eq!((mail.to.as_str(), mail.subject.expose()), (EMAIL, "AddressCode"));
    let done = enter(&browser, &asked, &code(&server, Channel::Email).await).await;

    assert!(done.text.contains("Your change is saved.") && done.text.contains(EMAIL), "{}", done.text);
    let user = users(&server).await.remove(0);
    assert_eq!((user.identities.len(), user.identities[1].connection.as_str()), (2, "email"));
    assert!(user.identities[1].verified_at.is_some());
    assert_eq!(server.t.engine.store.list_passkeys(&user.id).await.unwrap().len(), 1, "it stays");
    let silent = other.get(&authorize(SPA, &[("prompt", "none")])).await;
    assert_eq!(silent.fields()["error"], "login_required", "other sessions end");
    assert_eq!(acts(&server, EventKind::EmailChanged).await, ["add_address"]);
    // Whoever had the account before is told.
    server.t.engine.deliver_due().await.unwrap();
    let told = server.t.senders.last();
    assert!(told.to == PHONE && told.body.expose().starts_with("AddressAdded"), "{told:?}");
    // It signs in to the same account.
    let address = Address::from_canonical(EMAIL);
    let found = server.t.engine.store.find_user_by_address("email", &address).await.unwrap();
    assert_eq!(found.map(|user| user.id), Some(user.id));
}

/// S-153
#[tokio::test]
async fn an_address_is_exchanged_and_the_old_one_signs_in_no_more() {
    let server = server().await;
    let (_, page, _) = moved(&server, OTHER).await;
    assert!(page.text.contains("0177") && !page.text.contains("555\u{a0}0100</strong>"), "{}", page.text);
    let user = users(&server).await.remove(0);
    assert_eq!(user.identities.len(), 1);
    assert_eq!(user.identities[0].address.as_str(), OTHER);
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    assert_eq!(users(&server).await.len(), 2, "the old number is a stranger's");
}

/// Decision 3.1, S-006, S-153: who has the address, its mailbox says alone.
#[tokio::test]
async fn an_address_of_somebody_else_gets_the_same_page_and_a_word_in_its_mailbox() {
    let mut pages = Vec::new();
    for is_taken in [false, true] {
        let server = with_mail().await;
        if is_taken {
            let address = Address::from_canonical(EMAIL);
            let now = server.t.engine.now();
            let owner = User::first_seen("email", Channel::Email, address, &"a".repeat(24), now);
            server.t.engine.store.insert_user(&owner, Vec::new()).await.unwrap();
        }
        let (browser, page) = come_in(&server).await;
        let asked = ask(&browser, &page, &[("address", EMAIL)]).await;
        server.t.settled().await;
        let mail = server.t.senders.last_mail();
        let subject = if is_taken { "AddressTaken" } else { "AddressCode" };
        assert_eq!((mail.to.as_str(), mail.subject.expose()), (EMAIL, subject));
        assert_eq!(mail.code.expose().is_empty(), is_taken);
        let hidden = Form::of(&asked, "/account/addresses/confirm").hidden;
        let mut seen = vec![(asked.status, without(&asked, &hidden))];
        for _ in 0..4 {
            let wrong = enter(&browser, &asked, "00000000").await;
            seen.push((wrong.status, alert(&wrong).to_owned()));
        }
        pages.push(seen);
    }
    assert_eq!(pages[0], pages[1]);
    let statuses: Vec<u16> = pages[0].iter().map(|(status, _)| status.as_u16()).collect();
    assert_eq!(statuses, [200, 400, 400, 404, 404]);
}

fn without(page: &Answer, hidden: &[(String, String)]) -> String {
    hidden.iter().fold(page.text.clone(), |text, (_, value)| text.replace(value.as_str(), "…"))
}

/// S-061, S-113
#[tokio::test]
async fn a_code_is_for_the_session_that_asked_and_needs_a_fresh_proof() {
    let server = with_mail().await;
    let (browser, page) = come_in(&server).await;
    let asked = ask(&browser, &page, &[("address", EMAIL)]).await;
    let right = code(&server, Channel::Email).await;
    // Somebody else's page hands it in.
    let (stranger, theirs) = come(&server, "+14155550101").await;
    let mut fields = common(&theirs);
    let hidden = Form::of(&asked, "/account/addresses/confirm").hidden;
    fields.extend(hidden.into_iter().filter(|(name, _)| name == "asked"));
    fields.push(("code".into(), right.clone()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(stranger.post("/account/addresses/confirm", &fields).await.status, 404);
    server.t.clock.advance(301);
    let stale = enter(&browser, &asked, &right).await;
    assert_eq!(stale.status, 403, "{}", stale.text);
    let stale = ask(&browser, &page, &[("address", EMAIL)]).await;
    assert_eq!(stale.status, 403, "{}", stale.text);
    assert!(users(&server).await.iter().all(|user| user.identities.len() == 1));
}

/// The first of two changes voids what was asked for besides it.
#[tokio::test]
async fn a_change_voids_the_codes_that_are_on_their_way() {
    let server = with_mail().await;
    let (browser, page) = come_in(&server).await;
    let first = ask(&browser, &page, &[("address", EMAIL)]).await;
    let first_code = code(&server, Channel::Email).await;
    let second = ask(&browser, &page, &[("address", "second@example.com")]).await;
    let second_code = code(&server, Channel::Email).await;
    assert_eq!(enter(&browser, &second, &second_code).await.status, 200);
    assert_eq!(enter(&browser, &first, &first_code).await.status, 404);
    assert_eq!(enter(&browser, &second, &second_code).await.status, 404, "once");
    assert_eq!(users(&server).await[0].identities.len(), 2);
}

/// S-148: whoever signed up with somebody else's address adds none of their own to the account.
#[tokio::test]
async fn nothing_is_added_beside_an_address_that_nobody_proved() {
    let server = with_mail().await;
    let (browser, page) = come_in(&server).await;
    let seen = users(&server).await.remove(0);
    let mut user = seen.clone();
    let address = Address::from_canonical("owner@example.com");
    let mail = User::first_seen("email", Channel::Email, address, &"b".repeat(24), server.t.engine.now());
    user.identities.extend(mail.identities);
    user.identities[1].verified_at = None;
    let change = latchkey_core::store::ChangeUser {
        seen,
        user: user.clone(),
        apart: None,
        ends: Default::default(),
        events: Vec::new(),
    };
    server.t.engine.store.change_user(change).await.unwrap();
    let again = browser.get("/account").await;
    assert!(!again.text.contains("id=\"add-address\"") && again.text.contains("id=\"change-2\""));
    let own = user.identities[0].key();
    for fields in [vec![("address", EMAIL)], vec![("address", OTHER), ("id", own.as_str())]] {
        assert_eq!(ask(&browser, &page, &fields).await.status, 404, "{fields:?}");
    }
    // But that very one may be exchanged.
    let key = user.identities[1].key();
    let asked = ask(&browser, &page, &[("address", EMAIL), ("id", &key)]).await;
    assert_eq!(enter(&browser, &asked, &code(&server, Channel::Email).await).await.status, 200);
    let kept = users(&server).await.remove(0);
    assert_eq!(kept.identities[1].address.as_str(), EMAIL);
}

/// Nobody gets by an address of their own to where strangers are not let in.
#[tokio::test]
async fn an_address_is_added_only_where_its_person_could_have_signed_up() {
    let server = server().await;
    server.t.add_connection("email", Strategy::Email, json!({"disable_signup": true})).await;
    let (browser, page) = come_in(&server).await;
    assert_eq!(ask(&browser, &page, &[("address", EMAIL)]).await.status, 429);
    // Open, but for a client whose own server starts codes.
    server
        .t
        .add_client("checks", ClientKind::RegularWeb, Some("a secret"), |client| {
            client.grant_types = vec![OTP_GRANT.into()];
        })
        .await;
    let mut checked = (*server.t.engine.connection("email").await.unwrap().unwrap()).clone();
    checked.options.remove("disable_signup");
    checked.enabled_clients = vec!["checks".into()];
    server.t.engine.store.put_connection(&checked).await.unwrap();
    server.t.engine.directory.forget();
    assert_eq!(ask(&browser, &page, &[("address", EMAIL)]).await.status, 429);
    assert!(server.t.senders.mailed().is_empty());
    checked.enabled_clients.push(SPA.into());
    server.t.engine.store.put_connection(&checked).await.unwrap();
    server.t.engine.directory.forget();
    assert_eq!(ask(&browser, &page, &[("address", EMAIL)]).await.status, 200);
}

#[tokio::test]
async fn what_is_no_address_is_refused_and_messages_are_counted() {
    let server = with_mail().await;
    let (browser, page) = come_in(&server).await;
    let key = users(&server).await[0].identities[0].key();
    for (address, id) in [
        ("", None),
        ("12", None),
        ("a@b", None),
        ("a\u{0}@example.com", None),
        (EMAIL, Some(key.as_str())),
        (EMAIL, Some("sms|none")),
        (EMAIL, Some("\u{0}")),
    ] {
        let mut fields = vec![("address", address)];
        fields.extend(id.map(|id| ("id", id)));
        let refused = ask(&browser, &page, &fields).await;
        assert!([400, 404].contains(&refused.status.as_u16()), "{address:?} {id:?}: {}", refused.status);
    }
    for n in 0..6 {
        let asked = ask(&browser, &page, &[("address", EMAIL)]).await;
        assert_eq!(asked.status.as_u16(), if n < 5 { 200 } else { 429 }, "{n}");
    }
    for n in 0..6 {
        let address = format!("ana{n}@example.com");
        let asked = ask(&browser, &page, &[("address", &address)]).await;
        assert_eq!(asked.status.as_u16(), if n < 5 { 200 } else { 429 }, "{n}");
    }
    let sent = events(&server, EventKind::MailSent).await;
    assert_eq!(sent.iter().filter(|event| event.detail.get("act").is_some()).count(), 10);
}

/// S-118, S-153
#[tokio::test]
async fn whoever_had_the_address_undoes_the_change_with_one_press_and_everybody_is_out() {
    let server = server().await;
    let (thief, page, link) = moved(&server, OTHER).await;
    add_passkey(&thief, &page, 7).await;
    let mailbox = Browser::new(&server);
    let asked = mailbox.get(&link).await;
    assert!(asked.text.contains("Undo this change?"), "{}", asked.text);
    assert_eq!(users(&server).await[0].identities[0].address.as_str(), OTHER, "looking changes nothing");

    let undone = press(&mailbox, &asked, "/account/undo", &[]).await;

    assert!(undone.text.contains("Change undone"), "{}", undone.text);
    assert!(undone.text.contains("<a href=\"/account\">Your account</a>"), "{}", undone.text);
    let user = users(&server).await.remove(0);
    assert_eq!(user.identities[0].address.as_str(), PHONE);
    assert!(server.t.engine.store.list_passkeys(&user.id).await.unwrap().is_empty());
    assert!(thief.get("/account").await.header("location").contains("/authorize?"), "signed out");
    assert!(events(&server, EventKind::CredentialsDropped).await.len() == 1);
    // Once; and nobody signs in by the number that came in between.
    let again = press(&mailbox, &asked, "/account/undo", &[]).await;
    assert!(again.text.contains("can no longer be undone"), "{}", again.text);
    server.t.sign_in(NATIVE, OTHER, "openid").await;
    assert_eq!(users(&server).await.len(), 2);
}

/// A second change does not take the first one's link away, and the second one's undoes nothing more.
#[tokio::test]
async fn the_first_link_undoes_all_that_came_after() {
    let server = with_mail().await;
    let (thief, page, link) = moved(&server, OTHER).await;
    let key = users(&server).await[0].identities[0].key();
    let asked = ask(&thief, &page, &[("address", "+14155550188"), ("id", &key)]).await;
    let page = enter(&thief, &asked, &code(&server, Channel::Sms).await).await;
    let asked = ask(&thief, &page, &[("address", EMAIL)]).await;
    enter(&thief, &asked, &code(&server, Channel::Email).await).await;
    assert_eq!(users(&server).await[0].identities.len(), 2);
    server.t.engine.deliver_due().await.unwrap();
    let own = server.t.senders.last().link.unwrap().expose().to_owned();

    let mailbox = Browser::new(&server);
    let asked = mailbox.get(&link).await;
    press(&mailbox, &asked, "/account/undo", &[]).await;

    let user = users(&server).await.remove(0);
    assert_eq!((user.identities.len(), user.identities[0].address.as_str()), (1, PHONE));
    let thiefs = mailbox.get(own.strip_prefix("https://login.example").unwrap()).await;
    assert!(thiefs.text.contains("can no longer be undone"), "{}", thiefs.text);
}

#[tokio::test]
async fn a_change_is_undone_for_three_days_and_not_over_what_an_operator_decided() {
    for (wait, operator, works) in [(259_199, false, true), (259_200, false, false), (60, true, false)] {
        let server = server().await;
        let (_, _, link) = moved(&server, OTHER).await;
        if operator {
            let id = users(&server).await[0].id.clone();
            let given = json!({"phone_number": "+14155550199"}).as_object().unwrap().clone();
            let console = latchkey_core::flow::manage::Operator::console();
            server.t.engine.update_user(&console, id.as_str(), given).await.unwrap();
        }
        server.t.clock.advance(wait);
        let page = Browser::new(&server).get(&link).await;
        assert_eq!(page.text.contains("Undo this change?"), works, "{wait} {operator}: {}", page.text);
    }
    let server = server().await;
    let page = Browser::new(&server).get("/account/undo/nonsense").await;
    assert!(page.text.contains("can no longer be undone"), "{}", page.text);
}

/// The person tried to sign in before they read the notice: the number that they lost made them a new account.
#[tokio::test]
async fn whoever_took_an_account_is_out_of_it_even_where_its_person_has_another_one_by_now() {
    for has_mail in [false, true] {
        let server = with_mail().await;
        let (thief, page, link) = moved(&server, OTHER).await;
        let taken = users(&server).await.remove(0);
        if has_mail {
            let asked = ask(&thief, &page, &[("address", EMAIL)]).await;
            enter(&thief, &asked, &code(&server, Channel::Email).await).await;
        }
        server.t.sign_in(NATIVE, PHONE, "openid").await;
        assert_eq!(users(&server).await.len(), 2);
        let mailbox = Browser::new(&server);

        let undone = press(&mailbox, &mailbox.get(&link).await, "/account/undo", &[]).await;

        assert!(undone.text.contains("Change undone"), "{}", undone.text);
        assert!(thief.get("/account").await.header("location").contains("/authorize?"), "signed out");
        let user = server.t.engine.store.find_user(&taken.id).await.unwrap().unwrap();
        assert!(user.blocked, "nothing of it is left but what the thief brought along");
        let own = server.t.engine.store.find_user_by_address("sms", &Address::from_canonical(PHONE)).await;
        let own = own.unwrap().unwrap();
        assert!(own.id != taken.id && !own.blocked);
    }
}

/// Of two addresses from before one is somebody else's by now, as is the one between two changes: the other one, and the
/// one from before both, come back.
#[tokio::test]
async fn an_address_that_somebody_took_keeps_no_other_from_coming_back() {
    let server = with_mail().await;
    let (browser, page) = come_in(&server).await;
    let asked = ask(&browser, &page, &[("address", EMAIL)]).await;
    let page = enter(&browser, &asked, &code(&server, Channel::Email).await).await;
    // What the person did themselves a while ago is not undone.
    server.t.clock.advance(3 * 86_400);
    drop(page);
    let (thief, mut page) = come_in(&server).await;
    let id = users(&server).await[0].id.clone();
    let keys: Vec<String> = users(&server).await[0].identities.iter().map(|one| one.key()).collect();
    for (key, address, channel) in [
        (&keys[0], OTHER, Channel::Sms),
        (&keys[1], "between@example.com", Channel::Email),
        (&keys[1], "thief@example.com", Channel::Email),
    ] {
        let asked = ask(&thief, &page, &[("address", address), ("id", key)]).await;
        page = enter(&thief, &asked, &code(&server, channel).await).await;
        assert!(page.text.contains("Your change is saved."), "{address}: {}", page.text);
    }
    let link = undo_of(&server).await;
    server.t.sign_in(NATIVE, PHONE, "openid").await;
    let now = server.t.engine.now();
    let between = Address::from_canonical("between@example.com");
    let other = User::first_seen("email", Channel::Email, between, &"c".repeat(24), now);
    server.t.engine.store.insert_user(&other, Vec::new()).await.unwrap();
    let mailbox = Browser::new(&server);

    let undone = press(&mailbox, &mailbox.get(&link).await, "/account/undo", &[]).await;

    assert!(undone.text.contains("Change undone"), "{}", undone.text);
    let user = server.t.engine.store.find_user(&id).await.unwrap().unwrap();
    let addresses: Vec<&str> = user.identities.iter().map(|one| one.address.as_str()).collect();
    assert_eq!((addresses, user.blocked), (vec![EMAIL], false));
}

/// a code that waits for its sender is not sent once it is dead.
#[tokio::test]
async fn a_code_that_nobody_would_take_any_more_is_not_sent() {
    for dead in ["no", "old", "tried", "used", "voided"] {
        let server = with_mail().await;
        let (browser, page) = come_in(&server).await;
        server.t.senders.be_remote();
        // The outbox tries once more.
        server.t.senders.script([Script::TakeUnheard]);
        let asked = ask(&browser, &page, &[("address", EMAIL)]).await;
        let right = code(&server, Channel::Email).await;
        match dead {
            "old" => server.t.clock.advance(600),
            "tried" => {
                for _ in 0..3 {
                    enter(&browser, &asked, "00000000").await;
                }
            }
            "used" => {
                assert_eq!(enter(&browser, &asked, &right).await.status, 200);
            }
            "voided" => {
                let second = ask(&browser, &page, &[("address", "second@example.com")]).await;
                let second_code = code(&server, Channel::Email).await;
                assert_eq!(enter(&browser, &second, &second_code).await.status, 200);
            }
            _ => {}
        }
        server.t.clock.advance(60);
        let before = server.t.senders.mailed().len();
        server.t.engine.deliver_due().await.unwrap();
        server.t.settled().await;
        let mails = server.t.senders.mailed().split_off(before);
        let codes = mails.iter().filter(|mail| mail.subject.expose() == "AddressCode").count();
        assert_eq!(codes, usize::from(dead == "no"), "{dead}");
    }
}
