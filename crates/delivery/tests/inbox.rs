//! The inbox: what it keeps, in which order, and how readers wait.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::sync::Arc;

use latchkey_core::model::Channel;
use latchkey_core::sender::{EmailMessage, InboxFilter, InboxReader};
use latchkey_delivery::{Delivery, DeliverySettings, Inbox, NewMessage};
use latchkey_wire::Secret;
use serde_json::json;
use tokio::time::Instant;

use support::mail::*;
use support::*;

fn inbox() -> Arc<Inbox> {
    Arc::new(Inbox::new(Arc::new(StoppedClock)))
}

fn push(inbox: &Inbox, to: &str, text: &str) {
    let (to, text) = (to.to_owned(), Secret::new(text));
    let channel = Channel::Email;
    inbox.push(NewMessage {
        channel,
        to,
        text,
        from: None,
        subject: None,
        html: None,
        code: None,
        link: None,
    });
}

async fn texts(inbox: &Inbox, filter: InboxFilter) -> Vec<String> {
    inbox.list(&filter).await.iter().map(|message| message.text.expose().to_owned()).collect()
}

#[tokio::test]
async fn a_text_message_is_kept_with_its_code() {
    let inbox = inbox();
    let settings = DeliverySettings { inbox: Some(inbox.clone()), ..DeliverySettings::default() };
    let delivery = Delivery::new(settings, Arc::new(StoppedClock));
    let options = json!({ "provider": "inbox", "from": "Acme" });
    assert!(!build(&delivery, &options).unwrap()[0].is_remote());
    send(&delivery, &options).await.unwrap();
    let kept = inbox.list(&InboxFilter::default()).await;
    let expected = json!([{ "id": "6b05dfa50000000000000001", "channel": "sms", "to": NUMBER, "from": "Acme",
        "subject": null, "text": format!("Your code & more: {CODE}"), "html": null, "code": CODE, "link": null,
        "created_at": "2026-11-24T19:04:05.000Z" }]);
    assert_eq!(serde_json::to_value(&kept).unwrap(), expected);
    let shown = format!("{kept:?}");
    assert!(!shown.contains(CODE) && !shown.contains(NUMBER), "{shown}");
}

#[tokio::test]
async fn a_mail_is_kept_with_its_subject_both_bodies_code_and_link() {
    let inbox = inbox();
    let settings = DeliverySettings { inbox: Some(inbox.clone()), ..DeliverySettings::default() };
    let delivery = Delivery::new(settings, Arc::new(StoppedClock));
    let options = json!({ "provider": "inbox", "from": "codes@acme.example" });
    assert!(!build_email(&delivery, &options).unwrap()[0].is_remote());
    let link = Some(Secret::new("https://login.example/link/x"));
    send_this(&delivery, &options, &EmailMessage { link, ..mail() }).await.unwrap();
    let from = Some(String::from("Shop <shop@acme.example>"));
    send_this(&delivery, &options, &EmailMessage { from, ..mail() }).await.unwrap();
    let kept = serde_json::to_value(inbox.list(&InboxFilter::default()).await).unwrap();
    let expected = json!({ "id": "6b05dfa50000000000000001", "channel": "email", "to": TO,
        "from": "codes@acme.example", "subject": format!("{CODE} is your code"),
        "text": format!("Your code: {CODE}\n"), "html": format!("<p>Your code: <b>{CODE}</b></p>\n"),
        "code": CODE, "link": "https://login.example/link/x", "created_at": "2026-11-24T19:04:05.000Z" });
    assert_eq!(kept[1], expected);
    assert_eq!(kept[0]["from"], "Shop <shop@acme.example>");
}

#[tokio::test]
async fn messages_come_newest_first_and_can_be_filtered() {
    let inbox = inbox();
    for (to, text) in [("a", "1"), ("b", "2"), ("a", "3")] {
        push(&inbox, to, text);
    }
    assert_eq!(texts(&inbox, InboxFilter::default()).await, ["3", "2", "1"]);
    let to = Some(String::from("a"));
    assert_eq!(texts(&inbox, InboxFilter { to, ..Default::default() }).await, ["3", "1"]);
    let after = inbox.list(&InboxFilter::default()).await.last().map(|first| first.id.clone());
    assert_eq!(texts(&inbox, InboxFilter { after, ..Default::default() }).await, ["3", "2"]);
    inbox.clear();
    assert!(texts(&inbox, InboxFilter::default()).await.is_empty());
}

#[tokio::test]
async fn the_oldest_of_more_than_a_thousand_go() {
    let inbox = inbox();
    for n in 1..=1002 {
        push(&inbox, "a", &n.to_string());
    }
    let kept = texts(&inbox, InboxFilter::default()).await;
    assert_eq!((kept.len(), kept.last().map(String::as_str)), (1000, Some("3")));
}

#[tokio::test(start_paused = true)]
async fn a_reader_waits_for_a_message_that_fits() {
    let inbox = inbox();
    let started = Instant::now();
    let waiting = tokio::spawn({
        let inbox = inbox.clone();
        let filter = InboxFilter { to: Some(String::from("b")), wait: 20, ..Default::default() };
        async move { texts(&inbox, filter).await }
    });
    tokio::task::yield_now().await;
    push(&inbox, "a", "not this");
    tokio::task::yield_now().await;
    push(&inbox, "b", "this");
    assert_eq!(waiting.await.unwrap(), ["this"]);
    assert_eq!(started.elapsed().as_secs(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_reader_waits_thirty_seconds_at_most() {
    let (inbox, started) = (inbox(), Instant::now());
    let filter = InboxFilter { wait: 3600, ..Default::default() };
    assert!(texts(&inbox, filter).await.is_empty());
    assert_eq!(started.elapsed().as_secs(), 30);
}
