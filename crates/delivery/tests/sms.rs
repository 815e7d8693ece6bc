//! What every kind of SMS sender that calls somebody keeps to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::sync::Arc;

use ipnet::IpNet;
use latchkey_delivery::{Delivery, DeliverySettings};
use serde_json::{Value, json};

use support::*;

/// the class that lets another sender try.
#[tokio::test]
async fn a_refused_connection_is_certainly_not_sent() {
    let base = format!("http://127.0.0.1:{}", closed_port().await);
    for (kind, options) in remote_kinds(&base) {
        let (class, error) = parts(send(&delivery(&base), &options).await);
        assert_eq!((class, error.tell), ("not_sent", true), "{kind}");
    }
}

/// P-041
#[tokio::test]
async fn silence_is_perhaps_sent() {
    let server = FakeServer::start(Reply::Hang).await;
    let base = server.url();
    for (kind, options) in remote_kinds(&base) {
        let (class, error) = parts(send(&delivery(&base), &options).await);
        assert_eq!(class, "unclear", "{kind}");
        if kind == "sms_gateway" {
            assert_eq!(error.text, "Timeout while calling the SMS gateway: ETIMEDOUT");
        }
    }
    assert_eq!(server.received().len(), 2);
}

/// S-136
#[tokio::test]
async fn a_connection_cut_after_the_request_is_perhaps_sent_and_not_repeated() {
    let server = FakeServer::start(Reply::Cut).await;
    let base = server.url();
    for (kind, options) in remote_kinds(&base) {
        let (class, _) = parts(send(&delivery(&base), &options).await);
        assert_eq!(class, "unclear", "{kind}");
    }
    assert_eq!(server.received().len(), 2);
}

/// S-134, S-136
#[tokio::test]
async fn redirects_are_not_followed() {
    let target = FakeServer::start(Reply::Answer(200, String::new())).await;
    let server = FakeServer::start(Reply::Redirect(target.url())).await;
    let base = server.url();
    for (kind, options) in remote_kinds(&base) {
        let (class, _) = parts(send(&delivery(&base), &options).await);
        assert_eq!(class, "not_sent", "{kind}");
    }
    assert_eq!(target.received().len(), 0);
}

/// S-136, S-144
#[tokio::test]
async fn bodies_that_are_no_answers_are_never_shown() {
    for status in [302, 400, 404, 418, 500, 503] {
        let server = FakeServer::start(Reply::Answer(status, "<h1>canary-body</h1>".into())).await;
        let base = server.url();
        for (kind, options) in remote_kinds(&base) {
            let error = send(&delivery(&base), &options).await.unwrap_err();
            assert!(!error.provider().text.contains("canary"), "{kind} {status}");
            let shown = format!("{error:?} {error}");
            assert!(!shown.contains("canary") && !shown.contains(NUMBER), "{kind} {status} {shown}");
        }
    }
}

#[tokio::test]
async fn certificates_are_verified() {
    let (server, pem) = FakeServer::start_tls(Reply::Answer(200, String::new())).await;
    let options = json!({ "provider": "sms_gateway",
        "gateway_url": format!("https://localhost:{}/", server.port) });
    let (class, _) = parts(send(&delivery(""), &options).await);
    assert_eq!((class, server.received().len()), ("not_sent", 0));
    let trusting = DeliverySettings { extra_roots_pem: Some(pem), ..settings("") };
    send(&Delivery::new(trusting, Arc::new(StoppedClock)), &options).await.unwrap();
    assert_eq!(server.only().line, "POST / HTTP/1.1");
}

/// S-134
#[tokio::test]
async fn names_that_lead_to_networks_that_are_not_listed_are_never_called() {
    let (server, pem) = FakeServer::start_tls(Reply::Answer(200, String::new())).await;
    let elsewhere: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
    let settings =
        DeliverySettings { allow_private_targets: elsewhere, extra_roots_pem: Some(pem), ..settings("") };
    let delivery = Delivery::new(settings, Arc::new(StoppedClock));
    for scheme in ["https", "http"] {
        let options = json!({ "provider": "sms_gateway",
            "gateway_url": format!("{scheme}://localhost:{}/", server.port) });
        let (class, error) = parts(send(&delivery, &options).await);
        assert_eq!(class, "misconfigured", "{scheme} {}", error.text);
    }
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn senders_are_tried_in_the_order_of_the_options_and_kept_until_the_options_change() {
    let delivery = delivery("http://127.0.0.1:4001");
    let [(_, twilio), (_, gateway)] = remote_kinds("http://127.0.0.1:4001");
    let mut options = twilio.clone();
    options["latchkey"] = json!({ "senders": [gateway, twilio] });
    let senders = build(&delivery, &options).unwrap();
    let kinds: Vec<_> = senders.iter().map(|sender| sender.kind()).collect();
    assert_eq!(kinds, ["twilio", "sms_gateway", "twilio"]);
    assert!(Arc::ptr_eq(&senders, &build(&delivery, &options).unwrap()));
    options["from"] = json!("Acme");
    assert!(!Arc::ptr_eq(&senders, &build(&delivery, &options).unwrap()));
}

#[tokio::test]
async fn options_that_make_no_sender_are_named() {
    let gateway = |key: &str, value: Value| {
        let mut options = json!({ "provider": "sms_gateway", "gateway_url": "https://sms.example.com/" });
        options[key] = value;
        options
    };
    let twilio = |key: &str, value: Value| {
        let mut options = json!({ "twilio_sid": SID, "twilio_token": TOKEN, "from": "Acme" });
        options[key] = value;
        options
    };
    for (options, option) in [
        (json!({}), "twilio_sid"),
        (twilio("provider", json!("carrier-pigeon")), "provider"),
        (twilio("provider", json!("inbox")), "provider"),
        (twilio("twilio_sid", json!("../../x")), "twilio_sid"),
        (twilio("twilio_token", Value::Null), "twilio_token"),
        (twilio("twilio_token", json!(7)), "twilio_token"),
        (twilio("twilio_token", json!("a\r\nx: y")), "twilio_token"),
        (twilio("from", json!("")), "from"),
        (twilio("latchkey", json!({ "senders": [{}] })), "latchkey.senders.0.twilio_sid"),
        (twilio("latchkey", json!({ "senders": {} })), "latchkey.senders"),
        (twilio("latchkey", json!({ "senders": vec![twilio("name", json!("x")); 9] })), "latchkey.senders"),
        (gateway("gateway_url", Value::Null), "gateway_url"),
        (gateway("gateway_url", json!("https://10.0.0.1/")), "gateway_url"),
        (gateway("forward_req_info", json!(1)), "forward_req_info"),
        (gateway("gateway_authentication", json!({ "method": "basic" })), "gateway_authentication.method"),
        (
            gateway("gateway_authentication", json!({ "method": "bearer", "audience": "a" })),
            "gateway_authentication.secret",
        ),
        (
            gateway("gateway_authentication", json!({ "method": "bearer", "secret": "s" })),
            "gateway_authentication.audience",
        ),
        (
            gateway(
                "gateway_authentication",
                json!({ "method": "bearer", "audience": "a", "secret": "#", "secret_base64_encoded": true }),
            ),
            "gateway_authentication.secret",
        ),
    ] {
        let bad = build(&delivery("http://127.0.0.1:4001"), &options).err().unwrap();
        assert_eq!(bad.option, option, "{options}");
        assert!(!bad.to_string().contains(TOKEN), "{bad}");
    }
}
