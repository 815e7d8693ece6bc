//! Codes on a database connection: who gets one, what its session opens, and that nobody can tell who has
//! an account (protocol 2.5, flow F17).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::time::Duration;

use latchkey_core::flow::otp_challenge::OtpChallengeError;
use latchkey_core::flow::redeem::RedeemError;
use latchkey_core::flow::save_connection::SaveConnectionError;
use latchkey_core::grant::ExchangeError;
use latchkey_core::model::{Address, ClientKind, EventKind, Strategy, User};
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_core::settings::Limits;
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{CONFIDENTIAL, NATIVE, OTHER_NATIVE, PHONE, SPA, Script, TestEngine, credentials};
use latchkey_wire::otp::{Addressee, ChallengeRequest};
use latchkey_wire::token::{OtpSessionRequest, TokenRequest, TokenResponse};
use latchkey_wire::{Scopes, Secret};
use serde_json::{Value, json};

const DATABASE: &str = "customers";
const EMAIL: &str = "user@example.com";

fn both() -> Value {
    json!({"authentication_methods": {"email_otp": {"enabled": true}, "phone_otp": {"enabled": true}}})
}

async fn engine() -> TestEngine {
    engine_of(both()).await
}

async fn engine_of(options: Value) -> TestEngine {
    let t = TestEngine::new().await;
    t.add_connection(DATABASE, Strategy::Database, options).await;
    t
}

fn email() -> Addressee {
    Addressee::Email(EMAIL.into())
}

fn phone() -> Addressee {
    Addressee::PhoneNumber(PHONE.into())
}

async fn challenge(
    t: &TestEngine,
    client: &str,
    to: Addressee,
    allow_signup: bool,
) -> Result<Secret, OtpChallengeError> {
    let request = ChallengeRequest { connection: DATABASE.into(), to, allow_signup };
    let challenged = t.engine.challenge_otp(&credentials(client), &request, &t.caller()).await?;
    Ok(challenged.auth_session)
}

async fn enter(
    t: &TestEngine,
    client: &str,
    session: &Secret,
    code: &str,
) -> Result<TokenResponse, ExchangeError> {
    let request = TokenRequest::OtpSession(OtpSessionRequest {
        auth_session: session.clone(),
        otp: Secret::new(code),
        scope: Some(Scopes::parse("openid profile email phone").unwrap()),
        audience: None,
        device_key: None,
    });
    t.engine.exchange(&credentials(client), request, &t.caller()).await
}

fn reason(result: Result<TokenResponse, ExchangeError>) -> RedeemError {
    match result {
        Err(ExchangeError::SessionCode(reason)) => reason,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("accepted"),
    }
}

fn claims(tokens: &TokenResponse) -> Value {
    let payload = tokens.id_token.as_ref().unwrap().expose().split('.').nth(1).unwrap();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

fn mail_code(t: &TestEngine) -> String {
    t.senders.last_mail().code.expose().to_owned()
}

async fn user_of(t: &TestEngine, address: &str) -> Option<User> {
    t.engine.store.find_user_by_address(DATABASE, &Address::from_canonical(address)).await.unwrap()
}

/// Somebody whom an operator made.
async fn add_user(t: &TestEngine) -> User {
    let channel = latchkey_core::model::Channel::Email;
    let hex = "5f7c8ec7c33c6c004bbafe82";
    let user = User::first_seen(DATABASE, channel, Address::from_canonical(EMAIL), hex, t.engine.now());
    let mut user = user.of_database();
    user.identities[0].verified_at = None;
    t.engine.store.insert_user(&user, Vec::new()).await.unwrap();
    user
}

async fn count(t: &TestEngine, kind: EventKind) -> usize {
    let filter = EventFilter { kind: Some(kind), ..EventFilter::default() };
    t.engine.store.list_events(&filter, &Page::default()).await.unwrap().len()
}

/// P-184, F17
#[tokio::test]
async fn a_stranger_who_may_sign_up_becomes_a_user_of_the_database() {
    let t = engine().await;
    let session = challenge(&t, NATIVE, email(), true).await.unwrap();
    let told = claims(&enter(&t, NATIVE, &session, &mail_code(&t)).await.unwrap());
    let sub = told["sub"].as_str().unwrap();
    let hex = sub.strip_prefix("auth0|").unwrap();
    assert!(hex.len() == 24 && hex.bytes().all(|b| b.is_ascii_hexdigit()), "{sub}");
    assert_eq!((&told["email"], &told["email_verified"]), (&json!(EMAIL), &json!(true)));
    assert_eq!(told["amr"], json!(["email", "otp"]));

    let session = challenge(&t, NATIVE, phone(), true).await.unwrap();
    let told = claims(&enter(&t, NATIVE, &session, &t.code()).await.unwrap());
    assert!(told["sub"].as_str().unwrap().starts_with("auth0|"));
    assert_eq!((&told["phone_number"], &told["phone_verified"]), (&json!(PHONE), &json!(true)));
    let user = user_of(&t, PHONE).await.unwrap();
    let profile = latchkey_core::token::claims::normalized(&user, "https://login.example/");
    assert_eq!(profile["identities"][0]["provider"], "auth0");
    assert_eq!(profile["identities"][0]["connection"], DATABASE);
}

/// P-184, S-006
#[tokio::test]
async fn a_stranger_gets_no_message_unless_sign_up_is_asked_for_and_open() {
    let t = engine().await;
    let session = challenge(&t, NATIVE, email(), false).await.unwrap();
    assert_eq!((t.senders.mailed().len(), count(&t, EventKind::SendWithheld).await), (0, 1));
    assert!(matches!(reason(enter(&t, NATIVE, &session, "000000").await), RedeemError::Wrong { .. }));

    let closed = {
        let mut options = both();
        options["disable_signup"] = json!(true);
        options
    };
    let t = engine_of(closed).await;
    challenge(&t, NATIVE, email(), true).await.unwrap();
    assert_eq!(t.senders.mailed().len(), 0);
    assert!(user_of(&t, EMAIL).await.is_none());
}

/// P-184
#[tokio::test]
async fn a_known_user_signs_in_without_sign_up_and_their_address_is_proved() {
    let t = engine().await;
    let known = add_user(&t).await;
    let session = challenge(&t, NATIVE, email(), false).await.unwrap();
    let told = claims(&enter(&t, NATIVE, &session, &mail_code(&t)).await.unwrap());
    assert_eq!(told["sub"], known.id.as_str());
    let user = user_of(&t, EMAIL).await.unwrap();
    assert_eq!((user.logins_count, user.identities[0].verified_at), (1, Some(t.engine.now())));
}

/// S-006: how long a sender takes would tell who has the address.
#[tokio::test]
async fn no_answer_waits_for_a_sender() {
    let t = TestEngine::with(|settings| {
        settings.limits = Limits::off();
        settings.send_deadline = 600;
    })
    .await;
    t.add_connection(DATABASE, Strategy::Database, both()).await;
    t.senders.be_remote();
    add_user(&t).await;
    let (answer, told) = tokio::sync::oneshot::channel();
    t.senders.script([Script::Hold(told)]);
    let asked = tokio::time::timeout(Duration::from_secs(60), challenge(&t, NATIVE, email(), false));
    let session = asked.await.expect("the answer waits for the sender").unwrap();
    answer.send(()).unwrap();
    t.settled().await;
    enter(&t, NATIVE, &session, &mail_code(&t)).await.unwrap();
}

/// P-184: a message that did not leave is an operator's affair.
#[tokio::test]
async fn a_refusal_of_every_sender_is_recorded_and_not_told() {
    for remote in [false, true] {
        let t = engine().await;
        if remote {
            t.senders.be_remote();
        }
        let refusal =
            || ProviderError { text: "no such user".into(), code: Some(550), tell: true, reason: None };
        t.senders.script((0..2).map(|_| Script::Fail(SendError::NotSent(refusal()))));
        challenge(&t, NATIVE, phone(), true).await.unwrap();
        t.settled().await;
        assert_eq!((t.senders.sent().len(), count(&t, EventKind::SendFailed).await), (0, 1), "{remote}");
    }
}

/// S-146: those who read the log in its order have read what is older by then.
#[tokio::test]
async fn a_failure_is_recorded_at_the_time_when_it_is_known() {
    let t = engine().await;
    t.senders.be_remote();
    let (answer, told) = tokio::sync::oneshot::channel();
    let refusal = ProviderError { text: "no such user".into(), code: Some(550), tell: true, reason: None };
    let error = SendError::NotSent(refusal);
    t.senders.script([Script::FailLate(told, error.clone()), Script::Fail(error)]);
    challenge(&t, NATIVE, phone(), true).await.unwrap();
    t.clock.advance(11);
    answer.send(()).unwrap();
    t.settled().await;
    let filter = EventFilter::default();
    let events = t.engine.store.list_events(&filter, &Page::default()).await.unwrap();
    let failed = events.iter().find(|event| event.kind == EventKind::SendFailed).unwrap();
    assert_eq!(failed.at, t.engine.now());
    assert!(events.iter().all(|event| event.id <= failed.id));
}

/// P-052, P-053: neither the code nor the session works again.
#[tokio::test]
async fn a_session_ends_with_its_code() {
    let t = engine().await;
    let session = challenge(&t, NATIVE, email(), true).await.unwrap();
    let code = mail_code(&t);
    enter(&t, NATIVE, &session, &code).await.unwrap();
    assert!(matches!(reason(enter(&t, NATIVE, &session, &code).await), RedeemError::Wrong { .. }));
    assert_eq!(count(&t, EventKind::CodeReplayed).await, 1);
    // Nor does the old session open the next code.
    challenge(&t, NATIVE, email(), true).await.unwrap();
    assert!(matches!(reason(enter(&t, NATIVE, &session, &mail_code(&t)).await), RedeemError::Wrong { .. }));
}

/// P-059
#[tokio::test]
async fn of_two_that_enter_a_code_at_once_one_gets_tokens() {
    let t = engine().await;
    let session = challenge(&t, NATIVE, email(), true).await.unwrap();
    let code = mail_code(&t);
    let (one, other) = tokio::join!(enter(&t, NATIVE, &session, &code), enter(&t, NATIVE, &session, &code));
    assert_eq!([one, other].iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(user_of(&t, EMAIL).await.unwrap().logins_count, 1);
}

/// S-027
#[tokio::test]
async fn a_session_is_for_its_client_and_cannot_be_made_up() {
    let t = engine().await;
    let session = challenge(&t, NATIVE, email(), true).await.unwrap();
    let code = mail_code(&t);
    let stolen = enter(&t, OTHER_NATIVE, &session, &code).await;
    assert!(matches!(stolen, Err(ExchangeError::AuthSessionRefused)));
    let text = session.expose();
    let mut tampered = text.to_owned();
    tampered.replace_range(20..21, if tampered.as_bytes()[20] == b'A' { "B" } else { "A" });
    for bogus in ["bogus", "", &text[..text.len() - 4], &tampered] {
        let refused = enter(&t, NATIVE, &Secret::new(bogus), &code).await;
        assert!(matches!(refused, Err(ExchangeError::AuthSessionRefused)), "{bogus}");
    }
    enter(&t, NATIVE, &session, &code).await.unwrap();
}

/// P-051, P-054: tries and life are those of every other code.
#[tokio::test]
async fn a_code_has_three_tries_and_its_time() {
    let t = engine().await;
    let session = challenge(&t, NATIVE, phone(), true).await.unwrap();
    for _ in 0..2 {
        let wrong = reason(enter(&t, NATIVE, &session, &t.wrong_code()).await);
        assert!(matches!(wrong, RedeemError::Wrong { .. }), "{wrong:?}");
    }
    let third = reason(enter(&t, NATIVE, &session, &t.wrong_code()).await);
    assert!(matches!(third, RedeemError::NoTriesLeft), "{third:?}");
    let right = reason(enter(&t, NATIVE, &session, &t.code()).await);
    assert!(matches!(right, RedeemError::NoTriesLeft), "{right:?}");

    for (to, life) in [(phone(), 180), (email(), 600)] {
        let t = engine().await;
        let session = challenge(&t, NATIVE, to.clone(), true).await.unwrap();
        let code = if to == email() { mail_code(&t) } else { t.code() };
        t.clock.advance(life);
        assert!(matches!(reason(enter(&t, NATIVE, &session, &code).await), RedeemError::Expired));
    }
}

/// RL-01: a double tap sends one message, and either answer's session takes its code.
#[tokio::test]
async fn asking_twice_at_once_leaves_one_code_that_both_sessions_open() {
    let t = TestEngine::with(|settings| settings.limits = Limits::default()).await;
    t.add_connection(DATABASE, Strategy::Database, both()).await;
    challenge(&t, NATIVE, email(), true).await.unwrap();
    let second = challenge(&t, NATIVE, email(), true).await.unwrap();
    assert_eq!(t.senders.mailed().len(), 1);
    t.clock.advance(20);
    let third = challenge(&t, NATIVE, email(), true).await;
    assert!(matches!(third, Err(OtpChallengeError::TooManyRequests(_))));
    enter(&t, NATIVE, &second, &mail_code(&t)).await.unwrap();
}

/// P-055: a code on a database opens nothing without its session, and no passwordless door leads there.
#[tokio::test]
async fn a_code_needs_its_session() {
    let t = engine().await;
    challenge(&t, NATIVE, phone(), true).await.unwrap();
    let request = latchkey_wire::token::PasswordlessOtpRequest {
        username: PHONE.into(),
        otp: Secret::new(t.code()),
        realm: DATABASE.into(),
        scope: None,
        audience: None,
        redirect_uri: None,
        device_key: None,
    };
    let refused =
        t.engine.exchange(&credentials(NATIVE), TokenRequest::PasswordlessOtp(request), &t.caller()).await;
    assert!(matches!(refused, Err(ExchangeError::UnknownRealm { .. })));
}

/// P-077, S-038
#[tokio::test]
async fn only_clients_that_may_enter_codes_ask_for_them() {
    let t = engine().await;
    t.add_client("third-party", ClientKind::Native, None, |client| client.first_party = false).await;
    t.add_client("grantless", ClientKind::Native, None, |client| client.grant_types.clear()).await;
    t.add_connection(DATABASE, Strategy::Database, both()).await;
    for client in [SPA, "third-party", "grantless"] {
        let refused = challenge(&t, client, email(), true).await;
        assert!(matches!(refused, Err(OtpChallengeError::GrantNotAllowed)), "{client}: {refused:?}");
    }
    challenge(&t, CONFIDENTIAL, email(), true).await.unwrap();
}

/// P-184: what the connection has no codes by, or nothing to send with, is told alike for everybody.
#[tokio::test]
async fn codes_go_out_where_they_are_on_and_a_sender_is_there() {
    let t = engine_of(json!({"authentication_methods": {"phone_otp": {"enabled": true}}})).await;
    let off = challenge(&t, NATIVE, email(), true).await;
    assert!(matches!(off, Err(OtpChallengeError::ChannelOff(_))), "{off:?}");
    challenge(&t, NATIVE, phone(), true).await.unwrap();
    let mut sms = t.engine.store.find_connection("sms").await.unwrap().unwrap();
    sms.enabled = false;
    t.engine.put_connection(&sms).await.unwrap();
    let off = challenge(&t, NATIVE, phone(), true).await;
    assert!(matches!(off, Err(OtpChallengeError::ChannelOff(_))), "{off:?}");
}

/// The text is the sender's, the code the database's.
#[tokio::test]
async fn a_database_borrows_the_connection_that_it_names() {
    let t = TestEngine::new().await;
    t.add_connection("sms-two", Strategy::Sms, json!({"template": "Two: @@password@@"})).await;
    let mut options = both();
    options["latchkey"] = json!({"sms_connection": "sms-two"});
    options["totp"] = json!({"length": 8});
    t.add_connection(DATABASE, Strategy::Database, options).await;
    challenge(&t, NATIVE, phone(), true).await.unwrap();
    let sent = t.senders.last();
    assert_eq!(sent.code.expose().len(), 8);
    assert_eq!(sent.body.expose(), format!("Two: {}", sent.code.expose()));
}

/// What could not send is refused when it is saved.
#[tokio::test]
async fn a_database_whose_codes_nobody_sends_is_not_saved() {
    let t = TestEngine::new().await;
    for (wrong, option) in [
        (json!({"latchkey": {"email_connection": "nowhere"}}), "latchkey.email_connection"),
        (json!({"latchkey": {"sms_connection": "email"}}), "latchkey.sms_connection"),
        (json!({"totp": {"length": 3}}), "totp.length"),
    ] {
        let mut options = both().as_object().unwrap().clone();
        options.extend(wrong.as_object().unwrap().clone());
        let draft = t.engine.draft_connection(DATABASE, Strategy::Database);
        match t.engine.save_connection(draft, options).await {
            Err(SaveConnectionError::Option(bad)) => assert_eq!(bad.option, option),
            other => panic!("{option}: {other:?}"),
        }
    }
    // Switches that are no switches.
    let mut options = both();
    options["authentication_methods"]["email_otp"]["enabled"] = json!("yes");
    let draft = t.engine.draft_connection(DATABASE, Strategy::Database);
    let saved = t.engine.save_connection(draft, options.as_object().unwrap().clone()).await;
    assert!(matches!(saved, Err(SaveConnectionError::Option(_))));
}

/// P-112: Lock asks for a password wherever it sees a database.
#[tokio::test]
async fn lock_is_not_shown_a_database_of_codes() {
    let t = engine().await;
    let script = t.engine.client_script(&NATIVE.into()).await.unwrap().unwrap();
    assert!(!script.contains(DATABASE), "{script}");
    assert!(script.contains("Username-Password-Authentication"), "{script}");
}
