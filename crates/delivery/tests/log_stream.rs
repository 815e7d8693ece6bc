//! The call that delivers a log stream, and what its answers mean.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::sync::Arc;

use latchkey_core::sender::{LogRequest, SendError, Senders};
use latchkey_delivery::{Delivery, DeliverySettings};
use latchkey_wire::Secret;
use support::*;

const KEY: &str = "canary-key-77d1";

fn request() -> LogRequest {
    let header = |name: &str, value: &str| (name.to_owned(), Secret::new(value));
    LogRequest {
        headers: vec![
            header("content-type", "application/json"),
            header("webhook-id", "msg_1"),
            header("webhook-timestamp", "1795547045"),
            header("webhook-signature", "v1,abc= v1,def="),
            header("authorization", KEY),
            header("x-index", "logs"),
        ],
        body: String::from("[{\"log_id\":\"1\",\"data\":{\"type\":\"s\"}}]"),
    }
}

async fn post(delivery: &Delivery, url: &str) -> Result<(), SendError> {
    delivery.log_stream(url).unwrap().send(&request()).await
}

async fn posted(reply: Reply) -> (Result<(), SendError>, FakeServer) {
    let server = FakeServer::start(reply).await;
    (post(&delivery(""), &format!("{}/in?index=1", server.url())).await, server)
}

/// MS-001, S-135
#[tokio::test]
async fn entries_are_posted_with_the_headers_and_nothing_else() {
    let (sent, server) = posted(Reply::Answer(200, String::from("{\"accepted\":1}"))).await;
    assert_eq!(sent, Ok(()));
    let received = server.only();
    assert_eq!(received.line, "POST /in?index=1 HTTP/1.1");
    assert_eq!(received.body, request().body);
    for (name, value) in request().headers {
        assert_eq!(received.header(&name), Some(value.expose()), "{name}");
    }
    assert_eq!((received.header("cookie"), received.header("referer")), (None, None));
}

/// S-136: only the status counts, and no body is waited for.
#[tokio::test]
async fn only_an_answer_in_the_two_hundreds_is_a_yes_whatever_follows_it() {
    for status in [200, 202, 204] {
        assert_eq!(posted(Reply::Answer(status, String::new())).await.0, Ok(()));
    }
    assert_eq!(posted(Reply::Answer(200, "x".repeat(1024 * 1024))).await.0, Ok(()));
    assert_eq!(posted(Reply::Endless(200)).await.0, Ok(()));
    for status in [400, 401, 404, 410, 429, 500, 503] {
        let (outcome, error) = parts(posted(Reply::Answer(status, String::from("why"))).await.0);
        let told = (outcome, error.code, error.reason);
        assert_eq!(told, ("not_sent", Some(status.into()), Some("the endpoint refused the entries")));
        assert!(!error.text.contains("why"));
    }
    assert_eq!(parts(posted(Reply::Endless(500)).await.0).1.code, Some(500));
    assert_eq!(parts(posted(Reply::Hang).await.0).0, "unclear");
    assert_eq!(parts(posted(Reply::Cut).await.0).0, "unclear");
    let nowhere = format!("http://127.0.0.1:{}/", closed_port().await);
    let (outcome, error) = parts(post(&delivery(""), &nowhere).await);
    assert_eq!((outcome, error.reason), ("not_sent", Some("the endpoint could not be reached")));
}

/// S-134
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = FakeServer::start(Reply::Answer(200, String::new())).await;
    let (sent, _) = posted(Reply::Redirect(elsewhere.url())).await;
    let error = parts(sent).1;
    assert_eq!((error.code, error.reason), (Some(307), Some("the endpoint redirects elsewhere")));
    assert!(elsewhere.received().is_empty());
}

/// S-134
#[tokio::test]
async fn an_address_that_is_not_public_is_refused_and_so_is_a_name_that_leads_to_one() {
    let strict = Delivery::new(DeliverySettings::default(), Arc::new(StoppedClock));
    for (url, why) in [
        ("http://logs.example/", "must be https"),
        ("https://127.0.0.1/", "leads to an address that is not public"),
        ("https://0x7f.1/", "leads to an address that is not public"),
        ("https://2130706433/", "leads to an address that is not public"),
        ("https://[::ffff:127.0.0.1]/", "leads to an address that is not public"),
        ("https://169.254.169.254/latest", "leads to an address that is not public"),
        ("https://100.64.0.1/", "leads to an address that is not public"),
        ("https://10.0.0.1/", "leads to an address that is not public"),
        ("https://localhost./", "leads to an address that is not public"),
        ("https://user:secret@logs.example/", "must not hold a user name or a password"),
        ("https://logs.example:25/", "uses a port that is not open to gateways"),
        ("/in", "is not an absolute URL of at most 255 characters"),
    ] {
        let bad = strict.log_stream(url).err().unwrap_or_else(|| panic!("{url}"));
        assert_eq!((bad.option.as_str(), bad.reason.as_str()), ("httpEndpoint", why), "{url}");
    }
    // Where only another network is listed, the resolver refuses what the name leads to.
    let allow_private_targets = vec!["192.0.2.0/24".parse().unwrap()];
    let settings = DeliverySettings { allow_private_targets, ..settings("") };
    let listed = Delivery::new(settings, Arc::new(StoppedClock));
    let server = FakeServer::start(Reply::Answer(200, String::new())).await;
    let (outcome, error) = parts(post(&listed, &format!("https://localhost:{}/", server.port)).await);
    let why = Some("the address leads to no public address");
    assert_eq!((outcome, error.reason), ("misconfigured", why));
    assert!(server.received().is_empty());
}

/// S-144
#[tokio::test]
async fn no_outcome_tells_a_header() {
    for reply in [Reply::Answer(403, KEY.into()), Reply::Redirect(KEY.into()), Reply::Hang, Reply::Cut] {
        let error = posted(reply).await.0.unwrap_err();
        let told = format!("{error} {error:?} {:?}", error.provider().text);
        assert!(!told.contains("canary"), "{told}");
    }
    let mut request = request();
    request.headers.push((String::from("x-bad"), Secret::new("canary\r\nx: y")));
    let server = FakeServer::start(Reply::Answer(200, String::new())).await;
    let sent = delivery("").log_stream(&server.url()).unwrap().send(&request).await;
    assert_eq!(parts(sent).0, "misconfigured");
    assert!(server.received().is_empty());
}

/// S-143
#[tokio::test]
async fn over_tls_the_certificate_is_checked() {
    let (server, root) = FakeServer::start_tls(Reply::Answer(200, String::new())).await;
    let url = format!("https://localhost:{}/in", server.port);
    assert!(post(&delivery(""), &url).await.is_err());
    assert!(server.received().is_empty());

    let trusting = DeliverySettings { extra_roots_pem: Some(root), ..settings("") };
    let trusting = Delivery::new(trusting, Arc::new(StoppedClock));
    assert_eq!(post(&trusting, &url).await, Ok(()));
    assert_eq!(server.only().line, "POST /in HTTP/1.1");
}
