//! A client's verification page vouches for a sign-in across origins (protocol 2.7).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use http::Method;
use latchkey_core::model::ClientKind;
use latchkey_testkit::SPA;
use latchkey_wire::token::PASSWORDLESS_OTP;
use serde_json::json;
use support::{Browser, Form, JSON, TestServer, Way, attribute, authorize};

const PAGE: &str = "https://app.example";

/// Proves a code from the page, whose browser keeps no cookie: ticket, id and verifier.
async fn prove(server: &TestServer) -> (String, String, String) {
    let way = Way::Email;
    way.start(&server.t, SPA).await;
    let body = json!({
        "client_id": SPA, "credential_type": PASSWORDLESS_OTP, "username": way.address(),
        "otp": way.code(&server.t), "realm": way.connection(),
    });
    let headers = [("content-type", JSON), ("origin", PAGE)];
    let answer =
        server.request(Method::POST, "/co/authenticate", &headers, body.to_string().as_bytes()).await.json();
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    (text("login_ticket"), text("co_id"), text("co_verifier"))
}

/// S-194: the page asks the client's own in a frame, and no other.
#[tokio::test]
async fn where_the_cookie_is_lost_a_page_asks_the_clients_verification_page() {
    let server = TestServer::new().await;
    server
        .t
        .add_client(SPA, ClientKind::Spa, None, |client| {
            client.web_origins = vec![PAGE.into()];
            client.cross_origin_login = true;
            client.cross_origin_loc = Some(format!("{PAGE}/verify?a=1&b=2"));
        })
        .await;
    let (ticket, id, verifier) = prove(&server).await;
    let browser = Browser::new(&server);
    let ask = authorize(SPA, &[("login_ticket", &ticket), ("state", "s\"><b>")]);
    let page = browser.get(&ask).await;
    assert_eq!((page.status.as_u16(), page.header("location")), (200, ""));
    let policy = page.header("content-security-policy");
    for part in
        [&format!("frame-src {PAGE};"), "frame-ancestors 'none'", "default-src 'none'", "form-action 'self'"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!((page.header("referrer-policy"), page.header("cache-control")), ("no-referrer", "no-store"));
    let form = page.text.split("<form").nth(1).unwrap();
    let found = ["data-frame", "data-origin", "data-id"].map(|name| attribute(form, name).unwrap());
    assert_eq!(found, [format!("{PAGE}/verify?a=1&b=2"), PAGE.into(), id]);
    assert!(!page.text.contains("<b>") && !page.text.contains(&verifier), "{}", page.text);
    let hidden = Form::of(&page, "/authorize").hidden;
    assert!(hidden.contains(&("state".into(), "s\"><b>".into())), "{hidden:?}");
    assert_eq!(hidden.iter().find(|(name, _)| name == "co_verifier").unwrap().1, "none");

    // In a frame of the app, and nobody else's.
    let silent = format!("{ask}&response_mode=web_message");
    let policy = browser.get(&silent).await.header("content-security-policy").to_owned();
    assert!(policy.contains("frame-ancestors https://app.example;"), "{policy}");

    let fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), if name == "co_verifier" { &verifier } else { value.as_str() }))
        .collect();
    let answer = browser.post("/authorize", &fields).await;
    assert_eq!((answer.status.as_u16(), answer.fields()["state"].as_str()), (303, "s\"><b>"));
    // Somebody else's ticket and verifier sign nobody in here (S-041).
    assert!(answer.fields().contains_key("code") && browser.session().is_none());
    let again = browser.post("/authorize", &fields).await;
    assert_eq!(again.fields()["error"], "login_required");
}
