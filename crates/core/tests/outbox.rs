//! What becomes of a message whose senders did not take it at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::time::Duration;

use latchkey_core::model::{EventKind, Strategy};
use latchkey_core::sender::{ProviderError, SendError};
use latchkey_core::store::{EventFilter, Page};
use latchkey_testkit::{NATIVE, PHONE, Script, TestEngine};
use serde_json::json;

const EMAIL: &str = "person@example.com";

fn error(code: i64) -> ProviderError {
    ProviderError {
        text: format!("The mail server answered {code}"),
        code: Some(code),
        tell: false,
        reason: None,
    }
}

/// Both senders of the connection put the message off, so many times.
fn greylist(times: usize) -> impl Iterator<Item = Script> {
    (0..2 * times).map(|_| Script::Fail(SendError::Later(error(451))))
}

fn unclear() -> Script {
    Script::Fail(SendError::Unclear(error(0)))
}

/// An engine whose messages go through the outbox.
async fn remote() -> TestEngine {
    let t = TestEngine::new().await;
    t.senders.be_remote();
    t
}

/// The seconds after now at which senders are asked until `end`, working the outbox every five.
async fn asked(t: &TestEngine, end: i64) -> Vec<i64> {
    let mut times = Vec::new();
    for second in (5..=end).step_by(5) {
        t.clock.advance(5);
        let before = t.senders.calls().len();
        t.engine.deliver_due().await.unwrap();
        if t.senders.calls().len() > before {
            times.push(second);
        }
    }
    times
}

///
#[tokio::test]
async fn a_mail_greylisted_for_five_minutes_arrives_while_its_code_lives() {
    let t = remote().await;
    t.senders.script(greylist(4));
    t.start_email(NATIVE, EMAIL).await.unwrap();
    t.settled().await;
    assert_eq!(asked(&t, 600).await, [30, 90, 210, 450]);
    let mails = t.senders.mailed();
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, EMAIL));
}

///
#[tokio::test]
async fn a_mail_is_not_sent_when_its_code_is_about_to_die() {
    let t = remote().await;
    t.add_connection("email", Strategy::Email, json!({"totp": {"time_step": 260}})).await;
    t.senders.script(greylist(3));
    t.start_email(NATIVE, EMAIL).await.unwrap();
    t.settled().await;
    assert_eq!(asked(&t, 600).await, [30, 90]);
    assert!(t.senders.mailed().is_empty());
}

///
#[tokio::test]
async fn a_long_lived_code_is_tried_for_as_long_as_it_lives() {
    let t = remote().await;
    t.add_connection("email", Strategy::Email, json!({"totp": {"time_step": 1000}})).await;
    t.senders.script(greylist(20));
    t.start_email(NATIVE, EMAIL).await.unwrap();
    t.settled().await;
    assert_eq!(asked(&t, 1200).await, [30, 90, 210, 450, 690, 930]);
}

///
#[tokio::test]
async fn the_next_sender_is_asked_before_anything_waits() {
    let t = remote().await;
    t.senders.script(greylist(1).take(1));
    t.start_email(NATIVE, EMAIL).await.unwrap();
    t.settled().await;
    assert_eq!(t.senders.calls(), ["first", "second"]);
    assert_eq!((t.senders.mailed().len(), asked(&t, 600).await.len()), (1, 0));
}

/// A sender that waits for better times does not hide that another one is broken for good.
#[tokio::test]
async fn one_sender_that_puts_off_is_enough_to_try_again() {
    let t = remote().await;
    let broken = Script::Fail(SendError::Misconfigured(error(535)));
    t.senders.script(greylist(1).take(1).chain([broken]));
    t.start_email(NATIVE, EMAIL).await.unwrap();
    t.settled().await;
    assert_eq!(asked(&t, 600).await, [30]);
    assert_eq!(t.senders.mailed().len(), 1);
}

/// the code of both mails is the same, and so is what names them.
#[tokio::test]
async fn a_mail_put_off_and_then_unclear_is_sent_once_more_and_no_more() {
    let t = remote().await;
    t.senders.script(greylist(2).chain([unclear(), unclear()]));
    t.start_email(NATIVE, EMAIL).await.unwrap();
    t.settled().await;
    assert_eq!(asked(&t, 600).await, [30, 90, 105]);
    assert_eq!(t.senders.calls().len(), 6);
}

/// R-006, S-009
#[tokio::test]
async fn a_message_that_stays_unclear_is_sent_twice_at_most() {
    let t = remote().await;
    t.senders.script([unclear(), unclear(), unclear()]);
    t.start(NATIVE, PHONE).await.unwrap();
    t.settled().await;
    assert_eq!(asked(&t, 120).await, [15]);
}

///
#[tokio::test]
async fn a_mail_that_is_sent_again_is_the_same_mail() {
    let t = remote().await;
    t.senders.script([Script::TakeUnheard, Script::TakeUnheard]);
    t.start_email(NATIVE, EMAIL).await.unwrap();
    t.settled().await;
    assert_eq!(asked(&t, 120).await, [15]);
    let mails = t.senders.mailed();
    assert_eq!(
        (mails.len(), &mails[0].id, mails[0].code.expose()),
        (2, &mails[1].id, mails[1].code.expose())
    );
}

/// the answer does not wait, and the call is not cut off.
#[tokio::test(start_paused = true)]
async fn a_slow_sender_gets_to_finish_after_the_answer() {
    let t = remote().await;
    t.senders.script([Script::Take(Duration::from_secs(8))]);
    let before = tokio::time::Instant::now();
    t.start_email(NATIVE, EMAIL).await.unwrap();
    assert_eq!((before.elapsed().as_secs(), t.senders.mailed().len()), (5, 0));
    t.settled().await;
    assert_eq!((before.elapsed().as_secs(), t.senders.mailed().len()), (8, 1));
    assert!(asked(&t, 600).await.is_empty());
}

fn nobody() -> Script {
    Script::Fail(SendError::NoSuchAddress(error(550)))
}

/// How many events there are of each kind: sent, failed, withheld.
async fn kinds(t: &TestEngine) -> [usize; 3] {
    let events = t.engine.store.list_events(&EventFilter::default(), &Page::default()).await.unwrap();
    [EventKind::MailSent, EventKind::SendFailed, EventKind::SendWithheld]
        .map(|kind| events.iter().filter(|event| event.kind == kind).count())
}

const DAY: i64 = 86_400;

/// S-147
#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_left_alone_for_a_week_and_nobody_can_tell() {
    let t = remote().await;
    t.senders.script([nobody()]);
    let first = t.start_email(NATIVE, EMAIL).await.unwrap();
    t.settled().await;
    for _ in 0..6 {
        t.clock.advance(DAY);
        let again = t.start_email(NATIVE, EMAIL).await.unwrap();
        assert_eq!((again.address, again.code_length), (first.address.clone(), first.code_length));
        assert!(asked(&t, 300).await.is_empty());
    }
    assert_eq!(t.senders.calls(), ["first"]);
    t.clock.advance(DAY);
    t.start_email(NATIVE, EMAIL).await.unwrap();
    t.settled().await;
    assert_eq!((t.senders.calls().len(), t.senders.mailed().len()), (2, 1));
    assert_eq!(kinds(&t).await, [2, 1, 6]);
}

/// S-147: a mailbox that is full, or a refusal that does not say why, may end at any time.
#[tokio::test]
async fn another_refusal_suppresses_nothing() {
    let t = remote().await;
    t.senders.script([Script::Fail(SendError::BadAddress(error(552)))]);
    for _ in 0..2 {
        t.start_email(NATIVE, EMAIL).await.unwrap();
        t.settled().await;
        t.clock.advance(600);
    }
    assert_eq!(t.senders.mailed().len(), 1);
}

/// S-147, R-023
#[tokio::test]
async fn a_mail_put_off_and_then_refused_for_good_is_told_to_the_operator() {
    let t = remote().await;
    t.senders.script(greylist(1).chain([nobody()]));
    t.start_email(NATIVE, EMAIL).await.unwrap();
    t.settled().await;
    assert_eq!(asked(&t, 600).await, [30]);
    assert_eq!(kinds(&t).await, [1, 1, 0]);
    t.start_email(NATIVE, EMAIL).await.unwrap();
    t.settled().await;
    assert!(t.senders.mailed().is_empty());
}

///
#[tokio::test]
async fn a_row_that_hangs_keeps_no_other_waiting() {
    let t = remote().await;
    t.senders.script((0..5).map(|_| unclear()));
    for n in 0..5 {
        t.start_email(NATIVE, &format!("person{n}@example.com")).await.unwrap();
    }
    t.settled().await;
    t.clock.advance(16);
    t.senders.script([Script::Hang]);
    let others_are_sent = async {
        while t.senders.mailed().len() < 4 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = t.engine.deliver_due() => panic!("waited for the sender that hangs"),
        () = others_are_sent => {}
    }
}
