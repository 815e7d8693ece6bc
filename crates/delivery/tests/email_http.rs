//! The call to an operator's own endpoint for mails and what its answers mean.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use latchkey_core::sender::EmailMessage;
use latchkey_delivery::{Delivery, DeliverySettings};
use serde_json::{Value, json};

use support::mail::*;
use support::*;

fn options(server: &FakeServer) -> Value {
    json!({ "provider": "http", "http_url": format!("{}/mail?x=y", server.url()),
        "from": "Acme <codes@acme.example>" })
}

async fn class(reply: Reply) -> &'static str {
    let server = FakeServer::start(reply).await;
    let (class, error) = parts(send_email(&delivery(""), &options(&server)).await);
    assert!(!error.tell && !error.text.contains(TO) && !error.text.contains("canary"), "{error:?}");
    class
}

#[tokio::test]
async fn the_payload_is_the_mail() {
    let server = FakeServer::start(Reply::Answer(202, String::new())).await;
    send_email(&delivery(""), &options(&server)).await.unwrap();
    let request = server.only();
    assert_eq!(request.line, "POST /mail?x=y HTTP/1.1");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("authorization"), None);
    let payload: Value = serde_json::from_str(&request.body).unwrap();
    let expected = json!({ "id": ID, "to": TO, "from": "Acme <codes@acme.example>",
        "subject": format!("{CODE} is your code"), "text": format!("Your code: {CODE}\n"),
        "html": format!("<p>Your code: <b>{CODE}</b></p>\n") });
    assert_eq!(payload, expected);
}

#[tokio::test]
async fn the_sender_of_the_mail_wins_and_may_be_absent() {
    let server = FakeServer::start(Reply::Answer(200, String::new())).await;
    let from = Some(String::from("shop@acme.example"));
    send_this(&delivery(""), &options(&server), &EmailMessage { from, html: None, ..mail() }).await.unwrap();
    let mut bare = options(&server);
    bare.as_object_mut().unwrap().remove("from");
    send_email(&delivery(""), &bare).await.unwrap();
    let bodies: Vec<Value> =
        server.received().iter().map(|request| serde_json::from_str(&request.body).unwrap()).collect();
    assert_eq!((&bodies[0]["from"], &bodies[0]["html"]), (&json!("shop@acme.example"), &Value::Null));
    assert_eq!(bodies[1]["from"], Value::Null);
}

/// S-135
#[tokio::test]
async fn the_call_is_signed_as_the_gateways_is() {
    let server = FakeServer::start(Reply::Answer(200, String::new())).await;
    let mut options = options(&server);
    options["http_authentication"] = json!({ "method": "bearer", "subject": "latchkey",
        "secret": GATEWAY_SECRET, "audience": "https://mail.example.com" });
    send_email(&delivery(""), &options).await.unwrap();
    let request = server.only();
    let token = request.header("authorization").unwrap().strip_prefix("Bearer ").unwrap();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.set_audience(&["https://mail.example.com"]);
    let key = DecodingKey::from_secret(GATEWAY_SECRET.as_bytes());
    let claims = jsonwebtoken::decode::<Value>(token, &key, &validation).unwrap().claims;
    let expected =
        json!({ "sub": "latchkey", "aud": "https://mail.example.com", "iat": NOW, "exp": NOW + 300 });
    assert_eq!(claims, expected);
}

#[tokio::test]
async fn answers_mean_what_they_say() {
    let body = String::from("canary");
    for (status, wanted) in [
        (301, "not_sent"),
        (400, "not_sent"),
        (401, "misconfigured"),
        (403, "misconfigured"),
        (404, "not_sent"),
        (429, "later"),
        (500, "unclear"),
        (502, "unclear"),
        (503, "later"),
    ] {
        assert_eq!(class(Reply::Answer(status, body.clone())).await, wanted, "{status}");
    }
    assert_eq!(class(Reply::Cut).await, "unclear");
    assert_eq!(class(Reply::Hang).await, "unclear");
}

/// S-134, S-136
#[tokio::test]
async fn redirects_are_not_followed_and_private_networks_not_called() {
    let target = FakeServer::start(Reply::Answer(200, String::new())).await;
    assert_eq!(class(Reply::Redirect(target.url())).await, "not_sent");
    assert_eq!(target.received().len(), 0);
    let closed = Delivery::new(DeliverySettings::default(), Arc::new(StoppedClock));
    assert_eq!(build_email(&closed, &options(&target)).err().unwrap().option, "http_url");
    let gone =
        json!({ "provider": "http", "http_url": format!("http://127.0.0.1:{}/", closed_port().await) });
    assert_eq!(parts(send_email(&delivery(""), &gone).await).0, "later");
}

#[tokio::test]
async fn options_that_make_no_endpoint_are_named() {
    let server = FakeServer::start(Reply::Answer(200, String::new())).await;
    let with = |option: &str, value: Value| {
        let mut options = options(&server);
        options[option] = value;
        options
    };
    for (options, option) in [
        (with("http_url", Value::Null), "http_url"),
        (with("http_url", json!("ftp://mail.example.com/")), "http_url"),
        (with("from", json!("nobody")), "from"),
        (with("http_authentication", json!({ "method": "basic" })), "http_authentication.method"),
        (
            with("http_authentication", json!({ "method": "bearer", "audience": "a" })),
            "http_authentication.secret",
        ),
    ] {
        let bad = build_email(&delivery(""), &options).err().unwrap();
        assert_eq!(bad.option, option, "{options}");
    }
}

#[tokio::test]
async fn senders_of_mails_fall_over_in_the_order_of_the_options() {
    let server = FakeServer::start(Reply::Answer(200, String::new())).await;
    let mut options = options(&server);
    let smtp = json!({ "provider": "smtp", "smtp_host": "mail.example.com", "from": "a@acme.example" });
    options["latchkey"] = json!({ "senders": [smtp] });
    let delivery = delivery("");
    let senders = build_email(&delivery, &options).unwrap();
    assert_eq!(senders.iter().map(|sender| sender.kind()).collect::<Vec<_>>(), ["http", "smtp"]);
    assert!(Arc::ptr_eq(&senders, &build_email(&delivery, &options).unwrap()));
}
