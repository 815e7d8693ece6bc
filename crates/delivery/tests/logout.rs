//! The call that tells a client of the end of a session, and what its answers mean.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::sync::Arc;

use latchkey_core::sender::{LogoutToken, SendError, Senders};
use latchkey_delivery::{Delivery, DeliverySettings};
use latchkey_wire::Secret;
use support::*;

const LOGOUT_TOKEN: &str = "head.body+/=.tail";

async fn tell(delivery: &Delivery, url: &str) -> Result<(), SendError> {
    delivery.logout(url).unwrap().send(&LogoutToken(Secret::new(LOGOUT_TOKEN))).await
}

async fn told(reply: Reply) -> (Result<(), SendError>, FakeServer) {
    let server = FakeServer::start(reply).await;
    (tell(&delivery(""), &format!("{}/told?tenant=1", server.url())).await, server)
}

/// C-036: form POST.
#[tokio::test]
async fn the_token_is_posted_as_a_form_and_nothing_else_is() {
    let (sent, server) = told(Reply::Answer(200, String::new())).await;
    assert_eq!(sent, Ok(()));
    let request = server.only();
    assert_eq!(request.line, "POST /told?tenant=1 HTTP/1.1");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.body, "logout_token=head.body%2B%2F%3D.tail");
    assert_eq!((request.header("cookie"), request.header("authorization")), (None, None));
}

/// OpenID Connect Back-Channel Logout section 2.8; S-102.
#[tokio::test]
async fn only_an_answer_in_the_two_hundreds_is_a_yes() {
    for status in [200, 204] {
        assert_eq!(told(Reply::Answer(status, String::new())).await.0, Ok(()));
    }
    for status in [400, 404, 500, 501, 503] {
        let (sent, _) = told(Reply::Answer(status, String::from("why"))).await;
        let (outcome, error) = parts(sent);
        assert_eq!((outcome, error.code), ("not_sent", Some(status.into())));
        assert!(!error.text.contains("why"));
    }
    assert_eq!(parts(told(Reply::Hang).await.0).0, "unclear");
    assert_eq!(parts(told(Reply::Cut).await.0).0, "unclear");
    let nowhere = format!("http://127.0.0.1:{}/", closed_port().await);
    assert_eq!(parts(tell(&delivery(""), &nowhere).await).0, "not_sent");
}

/// S-102, S-134
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = FakeServer::start(Reply::Answer(200, String::new())).await;
    let (sent, _) = told(Reply::Redirect(elsewhere.url())).await;
    assert_eq!(parts(sent).1.code, Some(307));
    assert!(elsewhere.received().is_empty());
}

/// S-102, S-134
#[tokio::test]
async fn an_address_that_is_not_public_is_refused_and_so_is_a_name_that_leads_to_one() {
    let strict = Delivery::new(DeliverySettings::default(), Arc::new(StoppedClock));
    for (url, why) in [
        ("http://rp.example/", "must be https"),
        ("https://127.0.0.1/", "leads to an address that is not public"),
        ("https://[::1]:8443/", "leads to an address that is not public"),
        ("https://169.254.169.254/latest", "leads to an address that is not public"),
        ("https://10.0.0.1/", "leads to an address that is not public"),
        ("https://localhost/", "leads to an address that is not public"),
        ("https://user:secret@rp.example/", "must not hold a user name or a password"),
        ("https://rp.example:25/", "uses a port that is not open to gateways"),
        ("/told", "is not an absolute URL of at most 255 characters"),
    ] {
        let bad = strict.logout(url).err().unwrap();
        assert_eq!((bad.option.as_str(), bad.reason.as_str()), ("backchannel_logout_urls", why), "{url}");
    }
    // Where only another network is listed, the resolver refuses what the name leads to.
    let allow_private_targets = vec!["192.0.2.0/24".parse().unwrap()];
    let settings = DeliverySettings { allow_private_targets, ..settings("") };
    let listed = Delivery::new(settings, Arc::new(StoppedClock));
    let server = FakeServer::start(Reply::Answer(200, String::new())).await;
    let url = format!("https://localhost:{}/", server.port);
    assert_eq!(parts(tell(&listed, &url).await).0, "misconfigured");
    assert!(server.received().is_empty());
}

/// C-036: TLS.
#[tokio::test]
async fn over_tls_the_certificate_is_checked() {
    let (server, root) = FakeServer::start_tls(Reply::Answer(200, String::new())).await;
    let url = format!("https://localhost:{}/told", server.port);
    assert!(tell(&delivery(""), &url).await.is_err());
    assert!(server.received().is_empty());

    let trusting = DeliverySettings { extra_roots_pem: Some(root), ..settings("") };
    let trusting = Delivery::new(trusting, Arc::new(StoppedClock));
    assert_eq!(tell(&trusting, &url).await, Ok(()));
    assert_eq!(server.only().line, "POST /told HTTP/1.1");
}
