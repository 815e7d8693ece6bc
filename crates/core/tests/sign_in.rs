//! The hosted sign-in: who are you, here is a code, you are signed in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use latchkey_core::flow::browser::Browser;
use latchkey_core::flow::redeem::RedeemError;
use latchkey_core::flow::sign_in::{Entered, Identity, LinkUse, SignInError, Way};
use latchkey_core::flow::start_passwordless::StartPasswordlessError;
use latchkey_core::model::{Address, Channel, ClientId, ClientKind, Strategy};
use latchkey_testkit::{EMAIL, NATIVE, PHONE, SPA, TestEngine, answer, authorization, field};
use latchkey_wire::Secret;
use serde_json::json;

fn refused<T: std::fmt::Debug>(result: Result<T, SignInError>) -> SignInError {
    result.unwrap_err()
}

async fn enter(t: &TestEngine, handle: &Secret, browser: &Browser) -> Result<Entered, SignInError> {
    t.engine.enter_code(handle, browser, &t.mailed_code(), &t.caller()).await
}

#[tokio::test]
async fn a_code_by_mail_signs_in_and_answers_the_client() {
    let t = TestEngine::new().await;
    let mut browser = t.browser();
    let response = t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    assert_eq!(response.redirect_uri, "https://app.example/cb");
    assert_eq!(field(&response, "state").as_deref(), Some("the state"));
    assert_eq!(field(&response, "iss").as_deref(), Some("https://login.example/"));
    assert!(t.trade(NATIVE, &response).await.unwrap().id_token.is_some());
    assert!(browser.session.is_some());
}

#[tokio::test]
async fn a_code_by_sms_signs_in_too() {
    let t = TestEngine::new().await;
    let mut browser = t.browser();
    let handle = t.begin(NATIVE, &browser).await;
    let identity = Identity { channel: Channel::Sms, address: PHONE, remember: true, makes_passkeys: false };
    t.engine.identify(&handle, &browser, identity, &t.caller()).await.unwrap();
    let code = Secret::new(t.code());
    let entered = t.engine.enter_code(&handle, &browser, &code, &t.caller()).await.unwrap();
    let Entered::Respond { session, .. } = &entered else { panic!("{entered:?}") };
    assert_eq!(session.keep, Some(30 * 86_400));
    let response = answer(&mut browser, entered);
    assert!(t.trade(NATIVE, &response).await.is_ok());
}

#[tokio::test]
async fn a_sign_in_belongs_to_the_browser_that_began_it() {
    let t = TestEngine::new().await;
    let (browser, other) = (t.browser(), t.browser());
    let handle = t.begin_by_mail(NATIVE, &browser, EMAIL).await;
    let caller = t.caller();
    assert!(matches!(t.engine.sign_in_page(&handle, &other).await, Err(SignInError::OtherBrowser)));
    assert!(matches!(t.identify(&handle, &other, EMAIL).await, Err(SignInError::OtherBrowser)));
    assert!(matches!(t.engine.resend(&handle, &other, &caller).await, Err(SignInError::OtherBrowser)));
    assert!(matches!(enter(&t, &handle, &other).await, Err(SignInError::OtherBrowser)));
    assert!(matches!(t.engine.go_on(&handle, &other, &caller).await, Err(SignInError::OtherBrowser)));
    assert!(matches!(t.engine.consent(&handle, &other, true).await, Err(SignInError::OtherBrowser)));
    enter(&t, &handle, &browser).await.unwrap();
}

#[tokio::test]
async fn an_unknown_a_finished_and_an_old_sign_in_are_gone() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    let unknown = Secret::new("unknown");
    assert!(matches!(t.engine.sign_in_page(&unknown, &browser).await, Err(SignInError::Gone)));

    let finished = t.begin_by_mail(NATIVE, &browser, EMAIL).await;
    enter(&t, &finished, &browser).await.unwrap();
    assert!(matches!(t.engine.sign_in_page(&finished, &browser).await, Err(SignInError::Done)));
    assert!(matches!(t.engine.resend(&finished, &browser, &t.caller()).await, Err(SignInError::Done)));

    let old = t.begin(NATIVE, &browser).await;
    t.clock.advance(3599);
    t.engine.sign_in_page(&old, &browser).await.unwrap();
    t.clock.advance(1);
    assert!(matches!(t.engine.sign_in_page(&old, &browser).await, Err(SignInError::Gone)));
}

#[tokio::test]
async fn a_handle_of_another_kind_is_no_sign_in() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    t.begin_by_mail(NATIVE, &browser, EMAIL).await;
    assert!(matches!(t.engine.sign_in_page(&t.link(), &browser).await, Err(SignInError::Gone)));
}

#[tokio::test]
async fn nothing_can_be_entered_or_sent_again_before_something_was_sent() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    let handle = t.begin(NATIVE, &browser).await;
    let code = Secret::new("123456");
    let entered = t.engine.enter_code(&handle, &browser, &code, &t.caller()).await;
    assert!(matches!(refused(entered), SignInError::NothingSent));
    let resent = t.engine.resend(&handle, &browser, &t.caller()).await;
    assert!(matches!(refused(resent), SignInError::NothingSent));
}

/// P-054
#[tokio::test]
async fn wrong_codes_on_the_page_use_the_same_three_tries() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    let handle = t.begin_by_mail(NATIVE, &browser, EMAIL).await;
    let wrong = t.wrong_mailed_code();
    for _ in 0..2 {
        let tried = t.engine.enter_code(&handle, &browser, &wrong, &t.caller()).await;
        assert!(matches!(refused(tried), SignInError::Code(RedeemError::Wrong { channel: Channel::Email })));
    }
    let third = t.engine.enter_code(&handle, &browser, &wrong, &t.caller()).await;
    assert!(matches!(refused(third), SignInError::Code(RedeemError::NoTriesLeft)));
    assert!(matches!(
        refused(enter(&t, &handle, &browser).await),
        SignInError::Code(RedeemError::NoTriesLeft)
    ));
    t.engine.resend(&handle, &browser, &t.caller()).await.unwrap();
    enter(&t, &handle, &browser).await.unwrap();
}

#[tokio::test]
async fn a_resend_goes_to_the_same_address_and_kills_the_older_code() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    let handle = t.begin_by_mail(NATIVE, &browser, " User@Example.COM ").await;
    let older = t.mailed_code();
    t.engine.resend(&handle, &browser, &t.caller()).await.unwrap();
    assert_eq!(t.senders.last_mail().to, EMAIL);
    let page = t.engine.sign_in_page(&handle, &browser).await.unwrap();
    let sent = page.sign_in.sent.unwrap();
    assert_eq!((sent.count, sent.address.as_str(), sent.life, sent.link), (2, EMAIL, 600, true));
    let tried = t.engine.enter_code(&handle, &browser, &older, &t.caller()).await;
    assert!(matches!(refused(tried), SignInError::Code(RedeemError::Wrong { .. })));
    enter(&t, &handle, &browser).await.unwrap();
}

#[tokio::test]
async fn the_pages_offer_one_way_per_channel_that_is_on_for_the_client() {
    let t = TestEngine::new().await;
    t.add_connection("email-two", Strategy::Email, json!({})).await;
    let browser = t.browser();
    let handle = t.begin(NATIVE, &browser).await;
    let ways = t.engine.sign_in_page(&handle, &browser).await.unwrap().ways;
    let way = |name: &str, channel| Way { connection: name.into(), channel };
    assert_eq!(ways, [way("sms", Channel::Sms), way("email", Channel::Email)]);

    let mut request = authorization(NATIVE);
    request.connection = Some("email-two".into());
    let asked = t.authorize(&request, &browser).await.unwrap();
    let latchkey_core::flow::authorize::Authorized::SignIn { handle } = asked else { panic!("{asked:?}") };
    let ways = t.engine.sign_in_page(&handle, &browser).await.unwrap().ways;
    assert_eq!(ways, [way("email-two", Channel::Email)]);
    let identity = Identity { channel: Channel::Sms, address: PHONE, remember: false, makes_passkeys: false };
    let refusal = t.engine.identify(&handle, &browser, identity, &t.caller()).await;
    assert!(matches!(refused(refusal), SignInError::Start(StartPasswordlessError::ConnectionDisabled)));
}

#[tokio::test]
async fn a_bad_address_is_told_and_the_page_stays() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    let handle = t.begin(NATIVE, &browser).await;
    let refusal = refused(t.identify(&handle, &browser, "a@@b").await);
    assert!(
        matches!(&refusal, SignInError::Start(StartPasswordlessError::EmailRejected { email }) if email == "a@@b")
    );
    t.identify(&handle, &browser, EMAIL).await.unwrap();
}

/// S-029
#[tokio::test]
async fn who_is_blocked_or_whose_way_is_closed_meanwhile_stays_out() {
    let t = TestEngine::new().await;
    let mut browser = t.browser();
    t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
    let browser = t.browser();
    let handle = t.begin_by_mail(NATIVE, &browser, EMAIL).await;
    let address = Address::from_canonical(EMAIL);
    let mut user = t.engine.store.find_user_by_address("email", &address).await.unwrap().unwrap();
    user.blocked = true;
    t.engine.store.update_user(&user).await.unwrap();
    assert!(matches!(
        refused(enter(&t, &handle, &browser).await),
        SignInError::Code(RedeemError::UserBlocked)
    ));

    let handle = t.begin_by_mail(NATIVE, &browser, "other@example.com").await;
    let mut connection = t.engine.store.find_connection("email").await.unwrap().unwrap();
    connection.enabled = false;
    t.engine.put_connection(&connection).await.unwrap();
    assert!(matches!(
        refused(enter(&t, &handle, &browser).await),
        SignInError::Code(RedeemError::Wrong { .. })
    ));
    assert!(t.engine.sign_in_page(&handle, &browser).await.unwrap().ways.len() == 1);
}

/// S-029
#[tokio::test]
async fn the_sign_in_of_a_deleted_client_is_gone() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    let handle = t.begin_by_mail(SPA, &browser, EMAIL).await;
    t.engine.store.delete_client(&ClientId::from(SPA), Vec::new()).await.unwrap();
    t.engine.directory.forget();
    assert!(matches!(refused(enter(&t, &handle, &browser).await), SignInError::Gone));
}

/// S-029
#[tokio::test]
async fn no_answer_goes_to_a_callback_that_was_taken_away_meanwhile() {
    let t = TestEngine::new().await;
    let browser = t.browser();
    let handle = t.begin_by_mail(NATIVE, &browser, EMAIL).await;
    t.add_client(NATIVE, ClientKind::Native, None, |client| {
        client.callbacks = vec!["https://app.example/moved".into()];
    })
    .await;
    assert!(matches!(refused(enter(&t, &handle, &browser).await), SignInError::Gone));
}

/// On the pages, too, an address that nobody has looks like one that somebody has.
#[tokio::test]
async fn a_withheld_message_looks_like_one_that_was_sent() {
    let t = TestEngine::new().await;
    t.add_connection("email", Strategy::Email, json!({ "disable_signup": true })).await;
    let mut known = latchkey_core::model::User::first_seen(
        "email",
        Channel::Email,
        Address::from_canonical(EMAIL),
        "000000000000000000000001",
        t.engine.now(),
    );
    known.logins_count = 1;
    t.engine.store.insert_user(&known, Vec::new()).await.unwrap();
    let mut seen = Vec::new();
    for email in [EMAIL, "nobody@example.com"] {
        let browser = t.browser();
        let handle = t.begin_by_mail(NATIVE, &browser, email).await;
        let mut told = Vec::new();
        let page = t.engine.sign_in_page(&handle, &browser).await.unwrap();
        told.push(format!("{:?}", page.sign_in.sent).replace(email, "it"));
        for _ in 0..4 {
            let code = Secret::new("0");
            let tried = t.engine.enter_code(&handle, &browser, &code, &t.caller()).await;
            told.push(format!("{tried:?}"));
        }
        told.push(format!("{:?}", t.engine.go_on(&handle, &browser, &t.caller()).await));
        told.push(format!("{:?}", t.engine.resend(&handle, &browser, &t.caller()).await));
        seen.push(told);
    }
    assert_eq!(t.senders.mailed().len(), 2, "only who is known gets mail");
    assert_eq!(seen[0], seen[1]);
}

/// S-103: what a client of somebody else may have is asked.
mod consent {
    use latchkey_core::flow::authorize::Authorized;
    use latchkey_core::model::AuthorizationResponse;

    use super::*;

    async fn third_party() -> TestEngine {
        let t = TestEngine::new().await;
        t.add_client("theirs", ClientKind::Native, None, |client| client.first_party = false).await;
        t.add_connection("email", Strategy::Email, json!({})).await;
        t
    }

    async fn asked(t: &TestEngine, browser: &mut Browser) -> Secret {
        let handle = t.begin_by_mail("theirs", browser, EMAIL).await;
        match enter(t, &handle, browser).await.unwrap() {
            Entered::Consent { session, handle } => {
                latchkey_testkit::keep(browser, session);
                handle
            }
            other => panic!("{other:?}"),
        }
    }

    async fn decide(
        t: &TestEngine,
        handle: &Secret,
        browser: &Browser,
        allow: bool,
    ) -> AuthorizationResponse {
        t.engine.consent(handle, browser, allow).await.unwrap()
    }

    #[tokio::test]
    async fn a_person_who_allows_is_answered_for_once() {
        let t = third_party().await;
        let mut browser = t.browser();
        let handle = asked(&t, &mut browser).await;
        let (page, user) = t.engine.consent_page(&handle, &browser).await.unwrap();
        assert_eq!(page.client.id.as_str(), "theirs");
        assert_eq!(user.primary().unwrap().address.as_str(), EMAIL);
        let response = decide(&t, &handle, &browser, true).await;
        assert!(t.trade("theirs", &response).await.is_ok());
        let again = t.engine.consent(&handle, &browser, true).await;
        assert!(matches!(refused(again), SignInError::Done));
    }

    #[tokio::test]
    async fn a_person_who_refuses_gives_nothing() {
        let t = third_party().await;
        let mut browser = t.browser();
        let handle = asked(&t, &mut browser).await;
        let response = decide(&t, &handle, &browser, false).await;
        assert_eq!(field(&response, "error").as_deref(), Some("access_denied"));
        assert_eq!(field(&response, "state").as_deref(), Some("the state"));
        assert_eq!(field(&response, "code"), None);
        assert!(matches!(refused(t.engine.consent(&handle, &browser, true).await), SignInError::Done));
    }

    #[tokio::test]
    async fn nobody_consents_before_they_signed_in() {
        let t = third_party().await;
        let browser = t.browser();
        let handle = t.begin_by_mail("theirs", &browser, EMAIL).await;
        assert!(matches!(t.engine.consent_page(&handle, &browser).await, Err(SignInError::Gone)));
        assert!(matches!(refused(t.engine.consent(&handle, &browser, true).await), SignInError::Gone));
    }

    /// S-103: another tab signs somebody else in while the page asks.
    #[tokio::test]
    async fn only_whom_the_page_asked_can_consent() {
        let t = third_party().await;
        let mut browser = t.browser();
        let handle = asked(&t, &mut browser).await;
        let mut other_tab = browser.clone();
        t.sign_in_by_mail(NATIVE, &mut other_tab, "other@example.com").await;
        assert!(matches!(t.engine.consent_page(&handle, &other_tab).await, Err(SignInError::Gone)));
        assert!(matches!(refused(t.engine.consent(&handle, &other_tab, true).await), SignInError::Gone));
        // The session that was asked has ended with the change.
        assert!(matches!(refused(t.engine.consent(&handle, &browser, true).await), SignInError::Gone));
    }

    #[tokio::test]
    async fn who_is_signed_in_already_is_asked_at_once() {
        let t = third_party().await;
        let mut browser = t.browser();
        t.sign_in_by_mail(NATIVE, &mut browser, EMAIL).await;
        let asked = t.authorize(&authorization("theirs"), &browser).await.unwrap();
        let Authorized::Consent { handle, session: None } = asked else { panic!("{asked:?}") };
        let response = decide(&t, &handle, &browser, true).await;
        assert!(t.trade("theirs", &response).await.is_ok());
    }

    /// S-103
    #[tokio::test]
    async fn a_link_that_their_app_asks_for_asks_too() {
        let t = third_party().await;
        let link = t.start_link("theirs", EMAIL, json!({})).await;
        let mut browser = t.browser();
        let used = t.engine.use_link(&link, &browser, None, &t.caller()).await.unwrap();
        let LinkUse::Entered(Entered::Consent { handle, session }) = used else { panic!("{used:?}") };
        latchkey_testkit::keep(&mut browser, session);
        let response = decide(&t, &handle, &browser, true).await;
        assert_eq!(field(&response, "error"), None);
    }
}
