//! Starts by email: what the mail holds, where it goes, and what the code in it does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::flow::redeem::RedeemError;
use latchkey_core::flow::start_passwordless::{StartPasswordlessError, Started};
use latchkey_core::grant::ExchangeError;
use latchkey_core::model::{Address, Channel, Strategy};
use latchkey_testkit::{EMAIL, NATIVE, OTHER_NATIVE, Script, TestEngine, credentials};
use latchkey_wire::passwordless::{SendKind, StartRequest, StartResponse};
use latchkey_wire::token::{PasswordlessOtpRequest, TokenRequest, TokenResponse};
use latchkey_wire::{Scopes, Secret};
use serde_json::json;

async fn start(
    t: &TestEngine,
    email: Option<&str>,
    send: Option<SendKind>,
) -> Result<Started, StartPasswordlessError> {
    let request = StartRequest {
        connection: "email".into(),
        email: email.map(String::from),
        send,
        ..StartRequest::default()
    };
    t.engine.start_passwordless(&credentials(NATIVE), &request, &t.caller()).await
}

async fn redeem(
    t: &TestEngine,
    client: &str,
    email: &str,
    code: &Secret,
) -> Result<TokenResponse, ExchangeError> {
    let request = TokenRequest::PasswordlessOtp(PasswordlessOtpRequest {
        username: email.into(),
        otp: code.clone(),
        realm: "email".into(),
        scope: Some(Scopes::parse("openid email").unwrap()),
        audience: None,
        redirect_uri: None,
        device_key: None,
    });
    t.engine.exchange(&credentials(client), request, &t.caller()).await
}

/// P-021
#[tokio::test]
async fn a_start_without_send_mails_a_link() {
    let t = TestEngine::new().await;
    start(&t, Some(EMAIL), None).await.unwrap();
    let mail = t.senders.last_mail();
    assert_eq!(mail.to, EMAIL);
    let link = mail.link.unwrap();
    let token = link.expose().strip_prefix("https://login.example/link/").unwrap();
    // 256 bits.
    assert_eq!(token.len(), 43);
    assert!(mail.text.expose().contains(link.expose()));
}

/// P-022
#[tokio::test]
async fn a_start_with_send_code_mails_a_code_and_no_link() {
    let t = TestEngine::new().await;
    start(&t, Some(EMAIL), Some(SendKind::Code)).await.unwrap();
    let mail = t.senders.last_mail();
    assert_eq!((mail.code.expose().len(), mail.link.is_none()), (6, true));
}

/// P-046: the mail goes to the canonical address, whatever was typed.
#[tokio::test]
async fn every_spelling_is_one_address() {
    let t = TestEngine::new().await;
    for (asked, named) in [(" User@Example.COM ", EMAIL), (EMAIL, "USER@example.com")] {
        let started = start(&t, Some(asked), Some(SendKind::Code)).await.unwrap();
        let StartResponse::Email { email, email_verified, .. } = started.response else { panic!() };
        assert_eq!((email.as_str(), email_verified), (EMAIL, false));
        assert_eq!(t.senders.last_mail().to, EMAIL);
        redeem(&t, NATIVE, named, &t.mailed_code()).await.unwrap();
    }
    assert_eq!(t.engine.store.count_users().await.unwrap(), 1);
    let user = t.engine.store.find_user_by_address("email", &Address::from_canonical(EMAIL)).await.unwrap();
    assert_eq!(user.unwrap().logins_count, 2);
}

/// Peers' bugs 45 and 46: nothing is mailed that could be read as two addresses.
#[tokio::test]
async fn what_is_no_address_gets_no_mail() {
    let t = TestEngine::new().await;
    assert!(matches!(start(&t, None, None).await, Err(StartPasswordlessError::EmailMissing)));
    for text in ["", "plain", "a@x.com,evil@y.com", "a@example.com\r\nBcc: b@example.com", "a＠example.com"]
    {
        let refused = start(&t, Some(text), None).await;
        let told = matches!(&refused, Err(StartPasswordlessError::EmailRejected { email }) if email == text);
        assert!(told, "{text:?}");
    }
    assert!(t.senders.mailed().is_empty());
}

#[tokio::test]
async fn a_mailed_code_gives_tokens_with_the_address() {
    let t = TestEngine::new().await;
    start(&t, Some(EMAIL), None).await.unwrap();
    let tokens = redeem(&t, NATIVE, EMAIL, &t.mailed_code()).await.unwrap();
    let profile = t.engine.user_info(tokens.access_token.expose()).await.unwrap();
    assert_eq!((&profile["email"], &profile["email_verified"]), (&json!(EMAIL), &json!(true)));
    assert!(profile["sub"].as_str().unwrap().starts_with("email|"));
}

#[tokio::test]
async fn a_mailed_code_is_for_its_client_and_lives_ten_minutes() {
    let t = TestEngine::new().await;
    start(&t, Some(EMAIL), None).await.unwrap();
    let code = t.mailed_code();
    let elsewhere = redeem(&t, OTHER_NATIVE, EMAIL, &code).await;
    let wrong = RedeemError::Wrong { channel: Channel::Email }.to_string();
    assert!(matches!(elsewhere, Err(ExchangeError::Code(reason)) if reason.to_string() == wrong));
    t.clock.advance(600);
    let late = redeem(&t, NATIVE, EMAIL, &code).await;
    assert!(matches!(late, Err(ExchangeError::Code(RedeemError::Expired))));
}

/// Decision 3.1: nobody learns whether the address is known, not from a link either.
#[tokio::test]
async fn an_unknown_address_gets_no_mail_where_sign_up_is_closed_and_nobody_can_tell() {
    let t = TestEngine::new().await;
    t.add_connection("email", Strategy::Email, json!({ "disable_signup": true })).await;
    let started = start(&t, Some(EMAIL), None).await.unwrap();
    let StartResponse::Email { email, .. } = started.response else { panic!() };
    assert_eq!(email, EMAIL);
    assert!(t.senders.mailed().is_empty());
    let tried = redeem(&t, NATIVE, EMAIL, &Secret::new("123456")).await;
    assert!(matches!(tried, Err(ExchangeError::Code(RedeemError::Wrong { .. }))));
}

/// The code and the link of a mail that the second sender took work like any.
#[tokio::test]
async fn the_next_sender_takes_the_same_mail() {
    let t = TestEngine::new().await;
    let refusal =
        latchkey_core::sender::ProviderError { text: "no".into(), code: None, tell: false, reason: None };
    t.senders.script([Script::Fail(latchkey_core::sender::SendError::NotSent(refusal))]);
    start(&t, Some(EMAIL), None).await.unwrap();
    assert_eq!(t.senders.calls(), ["first", "second"]);
    redeem(&t, NATIVE, EMAIL, &t.mailed_code()).await.unwrap();
}
