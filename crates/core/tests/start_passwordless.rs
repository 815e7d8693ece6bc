//! Starting a sign-in by SMS: what is checked, what is sent, what is said.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::conversion::ConversionRules;
use latchkey_core::flow::start_passwordless::StartPasswordlessError as Error;
use latchkey_core::limit::Bucket;
use latchkey_core::model::{BadPhoneNumber, ClientId, ClientKind, EventKind, SendRules, Strategy};
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_core::settings::Limits;
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{CONFIDENTIAL, NATIVE, OTHER_NATIVE, PHONE, SPA, Script, TestEngine, credentials, ip};
use latchkey_wire::passwordless::{SendKind, StartRequest, StartResponse};
use serde_json::json;

fn refusal(text: &str, code: i64, tell: bool) -> ProviderError {
    ProviderError { text: text.into(), code: Some(code), tell, reason: None }
}

/// P-020, P-024, P-050
#[tokio::test]
async fn a_start_sends_a_code_of_six_digits_and_answers_with_the_channels_fields() {
    let t = TestEngine::new().await;
    let started = t.start(NATIVE, PHONE).await.unwrap();
    let StartResponse::Sms { id, phone_number, phone_verified, request_language } = started.response else {
        panic!("not an SMS answer")
    };
    assert_eq!((id.len(), phone_number.as_str(), phone_verified, request_language), (24, PHONE, false, None));
    let message = t.senders.last();
    assert_eq!(message.to, PHONE);
    assert_eq!(message.body.expose(), format!("Your verification code is: {}", t.code()));
    assert_eq!(t.code().len(), 6);
}

/// P-056
#[tokio::test]
async fn the_code_is_not_in_the_events() {
    let t = TestEngine::new().await;
    t.start(NATIVE, PHONE).await.unwrap();
    let events = t.engine.store.list_events(&Default::default(), &Page::default()).await.unwrap();
    let text = serde_json::to_string(&events).unwrap();
    assert!(text.contains("\"cs\"") && text.contains("+1415•••0100"), "{text}");
    assert!(!text.contains(&t.code()) && !text.contains(PHONE), "{text}");
}

/// P-026, P-027, P-028, P-029
#[tokio::test]
async fn connections_that_cannot_be_used_are_told_apart() {
    let t = TestEngine::new().await;
    let start = async |connection: &str, client: &str| {
        let request = StartRequest {
            connection: connection.into(),
            phone_number: Some(PHONE.into()),
            ..Default::default()
        };
        t.engine.start_passwordless(&credentials(client), &request, &t.caller()).await.unwrap_err()
    };
    assert!(matches!(start("nope", NATIVE).await, Error::ConnectionUnknown));
    assert!(matches!(start("SMS", NATIVE).await, Error::ConnectionUnknown));
    assert!(matches!(start("Username-Password-Authentication", NATIVE).await, Error::ConnectionStrategy));
    assert!(matches!(start("email", NATIVE).await, Error::EmailMissing));
    t.add_client("late", ClientKind::Native, None, |_| {}).await;
    assert!(matches!(start("sms", "late").await, Error::ConnectionDisabled));
    assert!(t.senders.sent().is_empty());
}

/// P-032, P-033
#[tokio::test]
async fn numbers_that_cannot_be_texted_cost_nothing() {
    let t = TestEngine::new().await;
    for number in ["4155550100", "+1", "+882161234567", "+9790000000", "+19005550100"] {
        let refused = t.start(NATIVE, number).await.unwrap_err();
        assert!(matches!(refused, Error::PhoneNumberRejected(_)), "{number}: {refused:?}");
    }
    assert!(t.senders.calls().is_empty());
}

/// P-046
#[tokio::test]
async fn spaces_around_a_number_are_trimmed() {
    let t = TestEngine::new().await;
    t.start(NATIVE, " +14155550100 ").await.unwrap();
    assert_eq!(t.senders.last().to, PHONE);
}

/// P-031, S-001
#[tokio::test]
async fn countries_outside_the_list_are_refused() {
    let t = TestEngine::new().await;
    t.add_connection("sms", Strategy::Sms, json!({"latchkey": {"countries": ["US"]}})).await;
    let refused = t.start(NATIVE, "+393331234567").await.unwrap_err();
    assert!(matches!(refused, Error::PhoneNumberRejected(BadPhoneNumber::CountryNotAllowed)));
    t.start(NATIVE, PHONE).await.unwrap();
}

/// P-036, P-045
#[tokio::test]
async fn closed_sign_up_sends_nothing_to_strangers_and_says_the_same() {
    let t = TestEngine::new().await;
    t.sign_in(NATIVE, PHONE, "openid").await;
    t.add_connection("sms", Strategy::Sms, json!({"disable_signup": true})).await;
    let sent = t.senders.sent().len();
    t.start(NATIVE, "+14155550101").await.unwrap();
    assert_eq!(t.senders.sent().len(), sent);
    t.start(NATIVE, PHONE).await.unwrap();
    assert_eq!(t.senders.sent().len(), sent + 1);
}

/// S-006: how long a sender takes, and that it fails, would tell who is a user.
#[tokio::test]
async fn while_sign_up_is_closed_no_answer_waits_for_a_sender_or_tells_what_it_said() {
    let t = TestEngine::with(|settings| {
        settings.limits = Limits::off();
        settings.send_deadline = 600;
    })
    .await;
    t.sign_in(NATIVE, PHONE, "openid").await;
    t.add_connection("sms", Strategy::Sms, json!({"disable_signup": true})).await;
    t.senders.be_remote();
    let (answer, told) = tokio::sync::oneshot::channel();
    t.senders.script([Script::Hold(told)]);
    let asked = tokio::time::timeout(std::time::Duration::from_secs(60), t.start(NATIVE, PHONE));
    asked.await.expect("the answer waits for the sender").unwrap();
    answer.send(()).unwrap();
    t.settled().await;
    t.redeem(NATIVE, PHONE, &t.code(), "openid").await.unwrap();

    t.senders.script([Script::Fail(SendError::BadAddress(refusal("no such number", 21211, true)))]);
    t.start(NATIVE, PHONE).await.unwrap();
    t.settled().await;
    let filter = EventFilter { kind: Some(EventKind::SendFailed), ..EventFilter::default() };
    assert_eq!(t.engine.store.list_events(&filter, &Page::default()).await.unwrap().len(), 1);
}

/// P-036
#[tokio::test]
async fn with_auth0_oracles_closed_sign_up_is_told() {
    let t = TestEngine::new().await;
    let options = json!({"disable_signup": true, "latchkey": {"auth0_oracles": true}});
    t.add_connection("sms", Strategy::Sms, options).await;
    assert!(matches!(t.start(NATIVE, PHONE).await.unwrap_err(), Error::SignupClosed));
}

/// P-044
#[tokio::test]
async fn a_blocked_user_gets_no_message() {
    let t = TestEngine::new().await;
    t.sign_in(NATIVE, PHONE, "openid").await;
    let address = latchkey_core::model::Address::from_canonical(PHONE);
    let mut user = t.engine.store.find_user_by_address("sms", &address).await.unwrap().unwrap();
    user.blocked = true;
    assert!(t.engine.store.update_user(&user).await.unwrap());
    let sent = t.senders.sent().len();
    t.start(NATIVE, PHONE).await.unwrap();
    assert_eq!(t.senders.sent().len(), sent);
}

/// P-038
#[tokio::test]
async fn a_provider_that_refuses_the_number_is_quoted_and_nobody_else_is_asked() {
    let t = TestEngine::new().await;
    let error = SendError::BadAddress(refusal("The number is not valid. (Code: 21211)", 21211, true));
    t.senders.script([Script::Fail(error)]);
    let refused = t.start(NATIVE, PHONE).await.unwrap_err();
    assert!(
        matches!(&refused, Error::SenderRefused { text } if text.ends_with("(Code: 21211)")),
        "{refused:?}"
    );
    assert_eq!(t.senders.calls(), ["first"]);
}

/// S-007
#[tokio::test]
async fn a_refusal_that_tells_on_the_owner_is_not_told() {
    let t = TestEngine::new().await;
    t.senders.script([Script::Fail(SendError::BadAddress(refusal("opted out (Code: 21610)", 21610, false)))]);
    t.start(NATIVE, PHONE).await.unwrap();
}

///
#[tokio::test]
async fn the_next_sender_is_asked_after_a_definite_failure_only() {
    let t = TestEngine::new().await;
    t.senders.script([Script::Fail(SendError::NotSent(refusal("busy", 20429, true)))]);
    t.start(NATIVE, PHONE).await.unwrap();
    assert_eq!(t.senders.calls(), ["first", "second"]);

    t.senders.script([Script::Fail(SendError::Unclear(refusal("broken", 0, true)))]);
    t.start(NATIVE, PHONE).await.unwrap();
    assert_eq!(t.senders.calls(), ["first", "second", "first"]);
    // M-033
    t.settled().await;
    let filter = EventFilter { kind: Some(EventKind::SendUnclear), ..EventFilter::default() };
    let told = t.engine.store.list_events(&filter, &Page::default()).await.unwrap();
    assert_eq!((told.len(), &told[0].detail["error"]), (1, &json!("no answer")));
}

///
#[tokio::test(start_paused = true)]
async fn a_sender_that_hangs_holds_the_answer_for_five_seconds_at_most() {
    let t = TestEngine::new().await;
    t.senders.script([Script::Hang]);
    let before = tokio::time::Instant::now();
    t.start(NATIVE, PHONE).await.unwrap();
    assert_eq!(before.elapsed().as_secs(), 5);
}

/// R-006, S-009
#[tokio::test]
async fn an_unclear_message_is_sent_once_more_with_the_same_code_and_no_more() {
    let t = TestEngine::new().await;
    t.senders.be_remote();
    let unclear = || Script::Fail(SendError::Unclear(refusal("broken", 0, true)));
    t.senders.script([unclear()]);
    t.start(NATIVE, PHONE).await.unwrap();
    t.settled().await;
    assert_eq!(t.engine.deliver_due().await.unwrap(), 0);
    t.clock.advance(16);
    assert_eq!(t.engine.deliver_due().await.unwrap(), 1);
    assert_eq!(t.senders.sent().len(), 1);
    t.redeem(NATIVE, PHONE, &t.code(), "openid").await.unwrap();
    t.clock.advance(60);
    assert_eq!(t.engine.deliver_due().await.unwrap(), 0);
}

///
#[tokio::test]
async fn a_message_whose_request_died_is_sent_by_the_outbox() {
    let t = TestEngine::new().await;
    t.senders.be_remote();
    t.senders.script([Script::Hang]);
    let caller = t.caller();
    let start = t.start_from(NATIVE, PHONE, &caller);
    let died = tokio::time::timeout(std::time::Duration::from_millis(300), start).await;
    assert!(died.is_err());
    t.clock.advance(20);
    assert_eq!(t.engine.deliver_due().await.unwrap(), 1);
    t.redeem(NATIVE, PHONE, &t.code(), "openid").await.unwrap();
}

/// P-042, P-043
#[tokio::test]
async fn the_51st_unauthenticated_start_of_an_hour_from_one_ip_waits() {
    let t = TestEngine::with(|s| {
        s.limits = Limits { start_per_ip: Bucket::new(50, 50, 3600), ..Limits::off() };
    })
    .await;
    for n in 0..50 {
        t.start(NATIVE, &format!("+141555501{n:02}")).await.unwrap();
    }
    let Error::TooManyRequests(state) = t.start(NATIVE, "+14155550199").await.unwrap_err() else { panic!() };
    assert_eq!((state.limit, state.remaining, state.retry_after), (50, 0, 72));
    t.start(CONFIDENTIAL, "+14155550199").await.unwrap();
    let elsewhere = latchkey_core::Caller::at(ip("198.51.100.7"));
    t.start_from(NATIVE, "+14155550198", &elsewhere).await.unwrap();
}

fn with_gaps() -> Limits {
    let address_sends = SendRules { gaps: vec![60, 120, 300], per_day: 10, coalesce: 10 };
    Limits { address_sends, ..Limits::off() }
}

/// RL-01, S-004
#[tokio::test]
async fn repeats_wait_longer_and_longer() {
    let t = TestEngine::with(|s| s.limits = with_gaps()).await;
    t.start(NATIVE, PHONE).await.unwrap();
    t.clock.advance(30);
    assert!(
        matches!(t.start(NATIVE, PHONE).await, Err(Error::TooManyRequests(state)) if state.retry_after == 30)
    );
    t.clock.advance(30);
    t.start(NATIVE, PHONE).await.unwrap();
    t.clock.advance(60);
    assert!(matches!(t.start(NATIVE, PHONE).await, Err(Error::TooManyRequests(_))));
    t.clock.advance(60);
    t.start(NATIVE, PHONE).await.unwrap();
    assert_eq!(t.senders.sent().len(), 3);
}

/// RL-01
#[tokio::test]
async fn a_double_tap_sends_one_message_and_its_code_works() {
    let t = TestEngine::with(|s| s.limits = with_gaps()).await;
    t.start(NATIVE, PHONE).await.unwrap();
    t.clock.advance(1);
    t.start(NATIVE, PHONE).await.unwrap();
    assert_eq!(t.senders.sent().len(), 1);
    t.redeem(NATIVE, PHONE, &t.code(), "openid").await.unwrap();
}

/// S-010, S-018
#[tokio::test]
async fn a_stranger_inside_the_gap_learns_nothing_and_breaks_nothing() {
    let t = TestEngine::with(|s| s.limits = with_gaps()).await;
    t.start(NATIVE, PHONE).await.unwrap();
    let code = t.code();
    let stranger = latchkey_core::Caller::at(ip("203.0.113.9"));
    t.clock.advance(5);
    t.start_from(NATIVE, PHONE, &stranger).await.unwrap();
    t.start_from(OTHER_NATIVE, PHONE, &stranger).await.unwrap();
    assert_eq!(t.senders.sent().len(), 1);
    t.redeem(NATIVE, PHONE, &code, "openid").await.unwrap();
}

/// S-003, RL-08
#[tokio::test]
async fn the_days_cap_holds_whoever_asks() {
    let t = TestEngine::with(|s| s.limits = Limits { sends_per_day: 20, ..Limits::off() }).await;
    let mut refused = 0;
    for n in 0..100 {
        let caller = latchkey_core::Caller::at(ip(&format!("198.51.100.{n}")));
        let started = t.start_from(NATIVE, &format!("+141555501{n:02}"), &caller).await;
        refused += usize::from(matches!(started, Err(Error::TooManyRequests(_))));
    }
    assert_eq!((t.senders.sent().len(), refused), (20, 80));
}

/// S-005, S-157
#[tokio::test]
async fn a_mailbox_gets_ten_mails_a_day_however_it_is_spelled() {
    let t = TestEngine::with(|s| s.limits = Limits { mailbox_sends_per_day: 10, ..Limits::off() }).await;
    let mut refused = 0;
    for n in 1..=50 {
        let started = t.start_email(SPA, &format!("Ana+{n}@Example.com")).await;
        refused += usize::from(matches!(started, Err(Error::TooManyRequests(_))));
    }
    assert_eq!((t.senders.mailed().len(), refused), (10, 40));
    t.start_email(SPA, " ANA@example.COM ").await.unwrap();
    t.start_email(SPA, "bea+1@example.com").await.unwrap();
    assert_eq!(t.senders.mailed().len(), 12);
}

/// S-020
#[tokio::test]
async fn a_page_of_a_foreign_origin_cannot_start() {
    let t = TestEngine::new().await;
    let mut caller = t.caller();
    caller.origin = Some("https://evil.example".into());
    assert!(matches!(t.start_from(SPA, PHONE, &caller).await.unwrap_err(), Error::OriginNotAllowed));
    caller.origin = Some("https://app.example".into());
    t.start_from(SPA, PHONE, &caller).await.unwrap();
}

/// P-011, P-012
#[tokio::test]
async fn the_forwarded_address_counts_for_trusted_clients_only() {
    let t = TestEngine::new().await;
    let mut caller = t.caller();
    caller.forwarded_for = Some(ip("198.51.100.44"));
    t.start_from(NATIVE, PHONE, &caller).await.unwrap();
    assert_eq!(t.senders.last().ip.as_deref(), Some("192.0.2.1"));
    t.start_from(CONFIDENTIAL, PHONE, &caller).await.unwrap();
    assert_eq!(t.senders.last().ip.as_deref(), Some("192.0.2.1"));
    t.add_client(CONFIDENTIAL, ClientKind::RegularWeb, Some("web-secret"), |c| c.trust_forwarded_for = true)
        .await;
    t.start_from(CONFIDENTIAL, PHONE, &caller).await.unwrap();
    assert_eq!(t.senders.last().ip.as_deref(), Some("198.51.100.44"));
}

/// P-023
#[tokio::test]
async fn app_links_carry_the_code() {
    let t = TestEngine::new().await;
    t.add_client(NATIVE, ClientKind::Native, None, |c| c.ios_bundle = Some("com.example.app".into())).await;
    let request = StartRequest {
        connection: "sms".into(),
        phone_number: Some(PHONE.into()),
        send: Some(SendKind::LinkIos),
        ..Default::default()
    };
    t.engine.start_passwordless(&credentials(NATIVE), &request, &t.caller()).await.unwrap();
    let link = format!("https://login.example/ios/com.example.app/sms?code={}", t.code());
    assert!(t.senders.last().body.expose().contains(&link));
}

/// S-036
#[tokio::test]
async fn the_last_line_binds_the_code_to_its_domain_for_autofill() {
    let t = TestEngine::new().await;
    t.add_connection("sms", Strategy::Sms, json!({"latchkey": {"otp_domain": "app.example"}})).await;
    t.start(NATIVE, PHONE).await.unwrap();
    let body = t.senders.last().body.expose().to_owned();
    assert_eq!(body.lines().last().unwrap(), format!("@app.example #{}", t.code()));
}

/// S-188
#[tokio::test]
async fn a_test_number_has_its_fixed_code_until_its_date_and_never_a_message() {
    let t = TestEngine::new().await;
    let expires = latchkey_testkit::START + 100;
    let number = json!({"phone_number": PHONE, "code": "424242", "expires_at": expires});
    t.add_connection("sms", Strategy::Sms, json!({"latchkey": {"test_numbers": [number]}})).await;
    t.start(NATIVE, PHONE).await.unwrap();
    assert!(t.senders.calls().is_empty());
    t.redeem(NATIVE, PHONE, "424242", "openid").await.unwrap();
    t.clock.advance(101);
    t.start(NATIVE, PHONE).await.unwrap();
    assert!(t.redeem(NATIVE, PHONE, "424242", "openid").await.is_err());
    assert_eq!(t.senders.sent().len(), 1);
}

/// P-197
#[tokio::test]
async fn a_connection_that_cannot_send_is_not_saved() {
    let t = TestEngine::new().await;
    let connection = t.engine.store.find_connection("sms").await.unwrap().unwrap();
    for bad in [
        json!({"template": "no code in here"}),
        json!({"totp": {"length": 3}}),
        json!({"totp": {"time_step": 5}}),
        json!({"provider": "broken"}),
        json!({"syntax": "handlebars"}),
        json!({"latchkey": {"test_numbers": [{"phone_number": PHONE, "code": "123456"}]}}),
    ] {
        let options = bad.as_object().unwrap().clone();
        assert!(t.engine.save_connection(connection.clone(), options).await.is_err(), "{bad}");
    }
    t.start(NATIVE, PHONE).await.unwrap();
}

/// P-197, M-009
#[tokio::test]
async fn saving_options_replaces_them_whole_but_keeps_a_secret_that_is_absent() {
    let t = TestEngine::new().await;
    t.add_connection(
        "sms",
        Strategy::Sms,
        json!({"twilio_sid": "AC1", "twilio_token": "hush", "from": "+1"}),
    )
    .await;
    t.add_connection("sms", Strategy::Sms, json!({"twilio_sid": "AC2"})).await;
    let saved = t.engine.store.find_connection("sms").await.unwrap().unwrap();
    assert_eq!(serde_json::to_value(&saved.options).unwrap(), json!({"twilio_sid": "AC2"}));
    let clear = latchkey_core::channel::with_secrets(&saved, &t.engine.vault).unwrap();
    assert_eq!(clear["twilio_token"], "hush");
    assert!(!format!("{saved:?}").contains("hush"));
}

/// P-025, P-037
#[tokio::test]
async fn unknown_clients_and_missing_secrets_are_refused() {
    use latchkey_core::flow::authenticate_client::{ClientAuthError, ClientCredentials, ClientProof};
    let t = TestEngine::new().await;
    let start = async |id: &str, proof: ClientProof| {
        let request =
            StartRequest { connection: "sms".into(), phone_number: Some(PHONE.into()), ..Default::default() };
        let credentials = ClientCredentials { id: ClientId::from(id), proof };
        t.engine.start_passwordless(&credentials, &request, &t.caller()).await.unwrap_err()
    };
    assert!(matches!(start("nope", ClientProof::None).await, Error::Client(ClientAuthError::Unknown)));
    assert!(matches!(start(CONFIDENTIAL, ClientProof::None).await, Error::Client(ClientAuthError::Required)));
    let wrong = ClientProof::Secret(latchkey_wire::Secret::new("wrong"));
    assert!(matches!(start(CONFIDENTIAL, wrong).await, Error::Client(ClientAuthError::Failed)));
}

/// RL-07, S-001
#[tokio::test]
async fn a_country_whose_codes_do_not_come_back_gets_no_more_messages() {
    let t = TestEngine::with(|settings| {
        settings.limits = Limits::off();
        settings.limits.country_conversion = ConversionRules { least: 3, percent: 50, pause: 600 };
    })
    .await;
    t.senders.be_remote();
    for n in 0..3 {
        t.start(NATIVE, &format!("+1415555011{n}")).await.unwrap();
    }

    let refused = t.start(NATIVE, "+14155550119").await.unwrap_err();
    assert!(matches!(refused, Error::TooManyRequests(limit) if limit.retry_after == 600), "{refused:?}");
    t.start(NATIVE, "+447400123456").await.unwrap();
    assert_eq!(t.senders.sent().len(), 4);

    t.clock.advance(600);
    t.start(NATIVE, "+14155550119").await.unwrap();
}
