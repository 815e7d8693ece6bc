//! The call to an operator's own gateway and what its answers mean.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use support::*;

fn options(server: &FakeServer) -> Value {
    json!({ "provider": "sms_gateway", "gateway_url": format!("{}/send?x=y", server.url()), "from": "Acme" })
}

async fn ok_server() -> FakeServer {
    FakeServer::start(Reply::Answer(200, String::new())).await
}

async fn payload(server: &FakeServer, options: &Value) -> Value {
    send(&delivery(""), options).await.unwrap();
    serde_json::from_str(&server.only().body).unwrap()
}

/// P-191
#[tokio::test]
async fn the_payload_is_recipient_body_and_sender() {
    let server = ok_server().await;
    let payload = payload(&server, &options(&server)).await;
    let body = format!("Your code & more: {CODE}");
    assert_eq!(payload, json!({ "recipient": NUMBER, "body": body, "sender": "Acme" }));
    let request = server.only();
    assert_eq!(request.line, "POST /send?x=y HTTP/1.1");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("authorization"), None);
}

/// P-193
#[tokio::test]
async fn request_information_is_forwarded_for_true_and_for_its_text() {
    let req = json!({ "ip": "198.51.100.7", "user-agent": "Phone/1.0" });
    for (flag, expected) in [
        (json!(true), Some(&req)),
        (json!("true"), Some(&req)),
        (json!(false), None),
        (json!("false"), None),
        (Value::Null, None),
    ] {
        let server = ok_server().await;
        let mut options = options(&server);
        options["forward_req_info"] = flag.clone();
        assert_eq!(payload(&server, &options).await.get("req"), expected, "{flag}");
    }
}

async fn claims(authentication: Value, key: &[u8]) -> Value {
    let server = ok_server().await;
    let mut options = options(&server);
    options["gateway_authentication"] = authentication;
    send(&delivery(""), &options).await.unwrap();
    let request = server.only();
    let token = request.header("authorization").unwrap().strip_prefix("Bearer ").unwrap();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.set_audience(&["https://gateway.example.com"]);
    jsonwebtoken::decode(token, &DecodingKey::from_secret(key), &validation).unwrap().claims
}

/// P-192, S-135
#[tokio::test]
async fn the_token_is_hs256_over_subject_audience_and_five_minutes() {
    let authentication = json!({ "method": "bearer", "subject": "latchkey", "secret": GATEWAY_SECRET,
        "audience": "https://gateway.example.com", "secret_base64_encoded": false });
    let claims = claims(authentication, GATEWAY_SECRET.as_bytes()).await;
    let expected =
        json!({ "sub": "latchkey", "aud": "https://gateway.example.com", "iat": NOW, "exp": NOW + 300 });
    assert_eq!(claims, expected);
}

/// P-192
#[tokio::test]
async fn a_flagged_secret_is_decoded_with_and_without_padding() {
    for secret in ["-_8AAQI=", "-_8AAQI", "+/8AAQI="] {
        let authentication = json!({ "method": "bearer", "secret": secret,
            "audience": "https://gateway.example.com", "secret_base64_encoded": true });
        let claims = claims(authentication, &[0xfb, 0xff, 0, 1, 2]).await;
        assert_eq!(claims.get("sub"), None);
    }
}

/// P-039, P-040
#[tokio::test]
async fn every_status_but_200_is_told_with_its_number() {
    for status in [201, 204, 302, 400, 403, 404, 429, 500, 503] {
        let server = FakeServer::start(Reply::Answer(status, String::new())).await;
        let (class, error) = parts(send(&delivery(""), &options(&server)).await);
        assert_eq!((class, error.tell), ("not_sent", true), "{status}");
        assert_eq!(error.text, format!("Unexpected response while calling the SMS gateway: {status}"));
    }
    let server = FakeServer::start(Reply::Answer(401, String::new())).await;
    let (class, error) = parts(send(&delivery(""), &options(&server)).await);
    assert_eq!((class, error.tell), ("misconfigured", true));
    assert_eq!(error.text, "Authentication failed while calling the SMS gateway: 401");
}
