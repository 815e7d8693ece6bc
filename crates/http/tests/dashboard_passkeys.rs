//! Administrators and their passkeys: made on their own page, used to sign in and to sign in again, and refused where
//! they must be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use latchkey_core::flow::manage::Operator;
use latchkey_core::model::{Event, EventKind, Role};
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::authenticator::{Algorithm, Draft, SoftPasskey, USER_VERIFIED, flip};
use serde_json::{Value, json};
use support::{Answer, Browser, Form, ME, TestServer, enter, enter_as};

const ORIGIN: &str = "https://login.example";
const SIGN_IN: &str = "/dashboard/sign-in";
const ENTER: &str = "/dashboard/sign-in/passkey";
const ADMINS: &str = "/dashboard/admins";
const OTHER: &str = "other@example.com";
const OPTIONS: &str = "authn_params_public_key";

fn me() -> String {
    format!("{ADMINS}/adm_first")
}

/// What the script of an administrator's page sends.
async fn begin_at(browser: &Browser<'_>, at: &str) -> Answer {
    let page = browser.get(at).await;
    let token = Form::of(&page, &format!("{at}/sessions")).token().to_owned();
    browser.post(&format!("{at}/passkeys/options"), &[("token", &token)]).await
}

async fn finish_at(browser: &Browser<'_>, at: &str, begun: &Value, made: &Value) -> Answer {
    let page = browser.get(at).await;
    let token = Form::of(&page, &format!("{at}/sessions")).token().to_owned();
    let (session, answer) = (begun["auth_session"].as_str().unwrap(), made.to_string());
    let fields = [("token", token.as_str()), ("auth_session", session), ("answer", &answer)];
    let done = browser.post(&format!("{at}/passkeys"), &fields).await;
    browser.follow(done).await
}

async fn add(browser: &Browser<'_>, at: &str, number: u8) -> (Answer, SoftPasskey) {
    let mut passkey = SoftPasskey::new(Algorithm::Es256, number);
    let begun = begin_at(browser, at).await;
    assert_eq!(begun.status, 200, "{}", begun.text);
    let begun = begun.json();
    let made = passkey.create(&begun[OPTIONS], ORIGIN);
    (finish_at(browser, at, &begun, &made).await, passkey)
}

/// What the script of the sign-in page sends. `query`: of the page.
async fn begin(browser: &Browser<'_>, query: &str) -> (Form, Value) {
    let page = browser.get(&format!("{SIGN_IN}{query}")).await;
    let form = Form::of(&page, ENTER);
    let begun = browser.post(&format!("{ENTER}/options"), &[("token", form.token())]).await;
    assert_eq!(begun.status, 200, "{}", begun.text);
    (form, begun.json())
}

async fn send(browser: &Browser<'_>, form: &Form, begun: &Value, answer: &Value) -> Answer {
    let text = answer.to_string();
    let kept = form.hidden.iter().filter(|(name, _)| name != "auth_session" && name != "answer");
    let mut fields: Vec<(&str, &str)> = kept.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend([("auth_session", begun["auth_session"].as_str().unwrap()), ("answer", text.as_str())]);
    let done = browser.post(ENTER, &fields).await;
    browser.follow(done).await
}

/// Signs in by a passkey that says before it signs what `change` makes of it.
async fn come_as(
    browser: &Browser<'_>,
    passkey: &mut SoftPasskey,
    origin: &str,
    change: impl FnOnce(&mut Draft),
) -> Answer {
    let (form, begun) = begin(browser, "").await;
    let answer = passkey.get_as(&begun[OPTIONS], origin, change);
    send(browser, &form, &begun, &answer).await
}

async fn come(browser: &Browser<'_>, passkey: &mut SoftPasskey) -> Answer {
    come_as(browser, passkey, ORIGIN, |_| {}).await
}

fn is_in(answer: &Answer) -> bool {
    answer.status == 200 && answer.text.contains("id=\"nav\"")
}

#[track_caller]
fn refused(answer: &Answer, why: &str) {
    let told = answer.text.contains("role=\"alert\">The passkey was not accepted.");
    assert!(answer.status == 400 && told, "{why}: {} {}", answer.status, answer.text);
}

/// Oldest first.
async fn events(server: &TestServer, kind: EventKind) -> Vec<Event> {
    let filter = EventFilter { kind: Some(kind), ..EventFilter::default() };
    let page = Page { after: None, limit: 100 };
    let mut found = server.t.engine.store.list_events(&filter, &page).await.unwrap();
    found.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
    found
}

async fn acts(server: &TestServer) -> Vec<String> {
    let told = events(server, EventKind::OperatorActed).await;
    told.iter().map(|event| event.detail["act"].as_str().unwrap().to_owned()).collect()
}

async fn mails(server: &TestServer) -> Vec<(String, String, String)> {
    server.t.settled().await;
    let mailed = server.t.senders.mailed();
    let told = |mail: &latchkey_core::sender::EmailMessage| {
        (mail.to.clone(), mail.subject.expose().to_owned(), mail.text.expose().to_owned())
    };
    mailed.iter().map(told).collect()
}

/// S-125
#[tokio::test]
async fn who_came_by_the_link_of_the_console_adds_a_passkey_and_signs_in_by_it() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let start = browser.get("/dashboard/start").await;
    assert!(start.text.contains("Get in without a mail next time"), "{}", start.text);
    let page = browser.get(&me()).await;
    assert!(page.text.contains("id=\"add-passkey\"") && page.text.contains("/assets/passkey-new.js?v="));

    let (after, mut passkey) = add(&browser, &me(), 1).await;

    assert!(after.text.contains("Added. Next time it signs you in"), "{}", after.text);
    let start = browser.get("/dashboard/start").await;
    assert!(!start.text.contains("Get in without a mail"), "{}", start.text);
    assert!(acts(&server).await.contains(&String::from("create passkey of an administrator")));
    let [(to, subject, text)] = &mails(&server).await[..] else { panic!("one mail") };
    assert!(to == ME && subject.starts_with("A passkey was added") && text.contains("by a code"), "{text}");

    let other = Browser::new(&server);
    let home = come(&other, &mut passkey).await;
    assert!(
        is_in(&home) && home.text.contains(ME) && home.text.contains("You are an owner"),
        "{}",
        home.text
    );
    let page = other.get(&me()).await;
    assert!(!page.text.contains("never used"), "{}", page.text);
    let told = events(&server, EventKind::OperatorActed).await;
    let is_entry = |event: &&Event| event.detail["after"]["method"] == "passkey";
    let entry = told.iter().find(is_entry).expect("an entry of the session");
    assert_eq!(entry.detail["act"], "create session of an administrator");
    assert_eq!(entry.detail["admin"], "adm_first");
}

/// S-051, S-053, S-056, S-057, S-125
#[tokio::test]
async fn the_options_name_nobody_and_ask_that_the_person_is_checked() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let begun = begin_at(&browser, &me()).await.json();
    let options = &begun[OPTIONS];
    assert_eq!(options["rp"]["id"], "login.example");
    assert_eq!(
        options["authenticatorSelection"],
        json!({"residentKey": "required", "userVerification": "required"})
    );
    assert_eq!(options["user"]["name"], "first@example.com (dashboard)");
    assert_eq!(options["user"]["id"].as_str().unwrap().len(), 86);
    add(&browser, &me(), 1).await;
    let again = begin_at(&browser, &me()).await.json();
    assert_eq!(again[OPTIONS]["excludeCredentials"].as_array().unwrap().len(), 1);
    let id = |begun: &Value| begun[OPTIONS]["user"]["id"].clone();
    let third = begin_at(&browser, &me()).await.json();
    assert_eq!(id(&again), id(&third));

    let (_, asked) = begin(&Browser::new(&server), "").await;
    let wanted = json!({
        "challenge": asked[OPTIONS]["challenge"], "timeout": 300_000, "rpId": "login.example",
        "userVerification": "required",
    });
    assert_eq!(asked[OPTIONS], wanted);
}

/// S-051, S-052, S-053, S-125
#[tokio::test]
async fn an_answer_that_does_not_hold_signs_nobody_in() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let (_, mut passkey) = add(&browser, &me(), 1).await;
    let stranger = Browser::new(&server);

    for origin in ["https://evil.example", "https://login.example.evil.example", "http://login.example"] {
        refused(&come_as(&stranger, &mut passkey, origin, |_| {}).await, origin);
    }
    type Change = fn(&mut Draft);
    let changes: [(&str, Change); 4] = [
        ("the person was not checked", |draft| draft.flags &= !USER_VERIFIED),
        ("another domain", |draft| draft.relying_party = String::from("evil.example")),
        ("another person", |draft| draft.user_handle = Some(vec![9; 64])),
        ("nobody", |draft| draft.user_handle = None),
    ];
    for (why, change) in changes {
        refused(&come_as(&stranger, &mut passkey, ORIGIN, change).await, why);
    }
    let (form, begun) = begin(&stranger, "").await;
    let mut answer = passkey.get(&begun[OPTIONS], ORIGIN);
    flip(&mut answer, "/response/signature", 20);
    refused(&send(&stranger, &form, &begun, &answer).await, "another signature");
    let mut unknown = SoftPasskey::new(Algorithm::Es256, 7);
    unknown.user_handle = passkey.user_handle.clone();
    refused(&come(&stranger, &mut unknown).await, "unknown");
    let (form, begun) = begin(&stranger, "").await;
    refused(&send(&stranger, &form, &begun, &json!({})).await, "nothing");

    // Used, late, and of another page.
    let (form, begun) = begin(&stranger, "").await;
    let answer = passkey.get(&begun[OPTIONS], ORIGIN);
    assert!(is_in(&send(&stranger, &form, &begun, &answer).await));
    refused(&send(&Browser::new(&server), &form, &begun, &answer).await, "replayed");
    let stranger = Browser::new(&server);
    let (form, begun) = begin(&stranger, "").await;
    let answer = passkey.get(&begun[OPTIONS], ORIGIN);
    server.t.clock.advance(300);
    refused(&send(&stranger, &form, &begun, &answer).await, "late");
    let making = begin_at(&browser, &me()).await.json();
    let mut options = making[OPTIONS].clone();
    options["rpId"] = json!("login.example");
    let answer = passkey.get(&options, ORIGIN);
    refused(&send(&stranger, &form, &making, &answer).await, "of a page that makes one");
}

/// S-125
#[tokio::test]
async fn what_is_gone_signs_nobody_in() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let theirs = enter_as(&server, OTHER, Role::Editor).await;
    let other = format!("{ADMINS}/{}", server.t.engine.find_admin(OTHER).await.unwrap().id);
    let (_, mut kept) = add(&theirs, &other, 1).await;
    let (_, mut lost) = add(&theirs, &other, 2).await;
    assert!(is_in(&come(&Browser::new(&server), &mut lost).await));

    // An owner takes the one of the lost device away.
    let page = browser.get(&other).await;
    assert!(!page.text.contains("id=\"add-passkey\""), "{}", page.text);
    let ids: Vec<&str> = page.text.split("value=\"apk_").skip(1).map(|rest| &rest[..16]).collect();
    assert_eq!(ids.len(), 4);
    let lost_id = format!("apk_{}", ids[2]);
    let removed = browser.save(&page, &format!("{other}/passkeys/remove"), &[("passkey", &lost_id)]).await;
    assert!(removed.text.contains("Removed. It signs nobody in"), "{}", removed.text);
    refused(&come(&Browser::new(&server), &mut lost).await, "removed");
    let (to, subject, text) = mails(&server).await.pop().unwrap();
    assert!(to == OTHER && subject.starts_with("A passkey was removed"), "{to} {subject}");
    assert!(text.contains(&format!("{ME} removed it.")), "{text}");

    assert!(is_in(&come(&Browser::new(&server), &mut kept).await));
    let remove = format!("{other}/remove");
    let gone = browser.submit(&browser.get(&other).await, &remove, &[("confirm", OTHER)]).await;
    assert!(gone.text.contains("Deleted."), "{}", gone.text);
    refused(&come(&Browser::new(&server), &mut kept).await, "of somebody who was removed");
    // Whoever gets the address later is somebody else.
    server.t.engine.create_admin(&Operator::console(), OTHER, Role::Owner).await.unwrap();
    refused(&come(&Browser::new(&server), &mut kept).await, "of whoever had the address before");
}

/// S-059
#[tokio::test]
async fn a_copy_of_an_authenticator_is_told_and_locks_nobody_out() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let (_, mut passkey) = add(&browser, &me(), 1).await;
    passkey.counter = 9;
    assert!(is_in(&come(&Browser::new(&server), &mut passkey).await));
    assert!(events(&server, EventKind::PasskeyCloned).await.is_empty());
    passkey.counter = 8;
    assert!(is_in(&come(&Browser::new(&server), &mut passkey).await));
    let told = events(&server, EventKind::PasskeyCloned).await;
    assert_eq!(told[0].detail["administrator"], "adm_first", "{told:?}");
}

/// S-061, S-125
#[tokio::test]
async fn a_passkey_is_a_fresh_sign_in_and_goes_on_where_it_was_asked_for() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let (_, mut passkey) = add(&browser, &me(), 1).await;
    server.t.clock.advance(15 * 60);
    let page = browser.get(&me()).await;
    let link = format!("{SIGN_IN}?to=%2Fdashboard%2Fadmins%2Fadm_first");
    assert!(page.text.contains(&link) && !page.text.contains("id=\"add-passkey\""), "{}", page.text);
    let stale = begin_at(&browser, &me()).await;
    assert!(
        stale.status == 403 && stale.json()["text"].as_str().unwrap().contains("fresh"),
        "{}",
        stale.text
    );
    for act in ["rename", "remove"] {
        let path = format!("{}/passkeys/{act}", me());
        let refused = browser.save(&page, &path, &[]).await;
        assert!(refused.status == 403 && refused.text.contains("Sign in again"), "{act}: {}", refused.text);
        assert_eq!(browser.get(&path).await.header("location"), me());
    }

    let (form, begun) = begin(&browser, "?to=/dashboard/admins/adm_first").await;
    let answer = passkey.get(&begun[OPTIONS], ORIGIN);
    let back = send(&browser, &form, &begun, &answer).await;

    assert!(
        back.text.contains("id=\"add-passkey\"") && back.text.contains("<h1>first@example.com"),
        "{}",
        back.text
    );
    assert_eq!(server.t.engine.list_admin_sessions(ME).await.unwrap().len(), 1);
    let renamed = browser.save(&back, &format!("{}/passkeys/rename", me()), &[("name", " Blue key ")]).await;
    assert!(renamed.text.contains("<bdi>Blue key</bdi>"), "{}", renamed.text);
    let bad = browser.save(&back, &format!("{}/passkeys/rename", me()), &[("name", "a\u{202e}b")]).await;
    assert!(bad.status == 400 && bad.text.contains("without any that hide"), "{}", bad.text);
    let removed = browser.save(&renamed, &format!("{}/passkeys/remove", me()), &[]).await;
    assert!(removed.text.contains("You have none."), "{}", removed.text);
}

/// S-061, S-125. Who signs in again stays who they were.
#[tokio::test]
async fn whoever_signs_in_again_stays_who_they_were() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let theirs = enter_as(&server, OTHER, Role::Owner).await;
    let other = format!("{ADMINS}/{}", server.t.engine.find_admin(OTHER).await.unwrap().id);
    let (_, mut passkey) = add(&theirs, &other, 1).await;

    let answer = come(&browser, &mut passkey).await;

    refused(&answer, "somebody else's");
    assert!(answer.text.contains("Sign in again") && answer.text.contains(ME), "{}", answer.text);
    assert!(is_in(&come(&theirs, &mut passkey).await));
}

/// S-051. A stranger's passkey would be a way in to somebody else's dashboard.
#[tokio::test]
async fn what_an_authenticator_made_is_for_the_session_that_asked_and_works_once() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let theirs = enter_as(&server, OTHER, Role::Owner).await;
    let other = format!("{ADMINS}/{}", server.t.engine.find_admin(OTHER).await.unwrap().id);
    let mut passkey = SoftPasskey::new(Algorithm::Es256, 1);
    let begun = begin_at(&browser, &me()).await.json();
    let made = passkey.create(&begun[OPTIONS], ORIGIN);
    let elsewhere = finish_at(&theirs, &other, &begun, &made).await;
    assert!(elsewhere.status == 400 && elsewhere.text.contains("not accepted"), "{}", elsewhere.text);
    // It is used up by that.
    assert_eq!(finish_at(&browser, &me(), &begun, &made).await.status, 400);

    let begun = begin_at(&browser, &me()).await.json();
    let unchecked = passkey.create_as(&begun[OPTIONS], ORIGIN, |draft| draft.flags &= !USER_VERIFIED);
    assert_eq!(finish_at(&browser, &me(), &begun, &unchecked).await.status, 400);
    let begun = begin_at(&browser, &me()).await.json();
    let made = passkey.create(&begun[OPTIONS], "https://evil.example");
    assert_eq!(finish_at(&browser, &me(), &begun, &made).await.status, 400);
    // Nor is what the sign-in page began.
    let (_, begun) = begin(&Browser::new(&server), "").await;
    let mut options = begin_at(&browser, &me()).await.json()[OPTIONS].clone();
    options["challenge"] = begun[OPTIONS]["challenge"].clone();
    let made = passkey.create(&options, ORIGIN);
    assert_eq!(finish_at(&browser, &me(), &begun, &made).await.status, 400);
    assert!(server.t.engine.list_admin_passkeys("adm_first").await.unwrap().is_empty());

    // S-058: one credential is one administrator's.
    let (_, mut own) = add(&browser, &me(), 5).await;
    let begun = begin_at(&theirs, &other).await.json();
    let made = own.create(&begun[OPTIONS], ORIGIN);
    assert_eq!(finish_at(&theirs, &other, &begun, &made).await.status, 400);
    assert_eq!(begin_at(&browser, &other).await.status, 200);
    assert!(server.t.engine.list_admin_passkeys(other.rsplit('/').next().unwrap()).await.unwrap().is_empty());
}

/// S-056: who is an administrator shows nowhere, and guesses are stopped before the store is asked.
#[tokio::test]
async fn unknown_and_wrong_passkeys_are_answered_alike_and_in_numbers_not_at_all() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let (_, mut passkey) = add(&browser, &me(), 1).await;
    let stranger = Browser::new(&server);
    let wrong = come_as(&stranger, &mut passkey, "https://evil.example", |_| {}).await;
    let mut unknown = SoftPasskey::new(Algorithm::Es256, 7);
    unknown.user_handle = Some(vec![1; 64]);
    let nobody = come(&stranger, &mut unknown).await;
    assert_eq!((wrong.status, &wrong.text), (nobody.status, &nobody.text));

    let mut statuses = Vec::new();
    for _ in 0..30 {
        statuses.push(come(&stranger, &mut unknown).await);
    }
    let last = statuses.last().unwrap();
    assert!(last.status == 429 && !last.header("retry-after").is_empty(), "{}", last.text);
    let page = stranger.get(SIGN_IN).await;
    let form = Form::of(&page, ENTER);
    let mut last = 200;
    for _ in 0..40 {
        last = stranger.post(&format!("{ENTER}/options"), &[("token", form.token())]).await.status.as_u16();
    }
    assert_eq!(last, 429);
    assert_eq!(stranger.post(ENTER, &[("token", "x")]).await.status, 403);
}

/// S-133: no switch of the tenant takes the passkeys of administrators away, and there are as many as people may have.
#[tokio::test]
async fn nothing_that_can_be_set_keeps_a_passkey_from_its_administrator() {
    let server = TestServer::new().await;
    let browser = enter(&server).await;
    let (_, mut passkey) = add(&browser, &me(), 1).await;
    let off = json!({"passkeys": {"enabled": false, "max_per_user": 2, "offer_days": 0}});
    let off = off.as_object().unwrap().clone();
    server.t.engine.update_tenant(&Operator::console(), off).await.unwrap();

    assert!(is_in(&come(&Browser::new(&server), &mut passkey).await));

    let (second, _) = add(&browser, &me(), 2).await;
    assert_eq!(second.status, 200, "{}", second.text);
    let (third, _) = add(&browser, &me(), 3).await;
    assert!(third.status == 400 && third.text.contains("as many passkeys as one may have"), "{}", third.text);
}
